"""Bytes to sheets of raw cells, whatever the file is."""
