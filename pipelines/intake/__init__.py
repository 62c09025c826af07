"""Bytes in, typed rows and findings out; nothing here stores anything."""
