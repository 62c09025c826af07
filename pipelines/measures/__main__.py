"""Writes docs/measures.md: python -m pipelines.measures."""

from __future__ import annotations

from pipelines.measures.docs import PATH, text

if __name__ == "__main__":
    PATH.write_text(text(), encoding="utf-8")
