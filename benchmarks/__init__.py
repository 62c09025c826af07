"""Measures the product against the same job in pandas and in polars; not part of the tests."""
