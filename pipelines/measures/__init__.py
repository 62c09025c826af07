"""Measures: the registry, one module a family, and the SQL that makes values and rows of it."""

from pipelines.measures.registry import measure, measures

__all__ = ["measure", "measures"]
