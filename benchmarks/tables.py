"""Markdown tables, and the words that both parts of the report use."""

from __future__ import annotations

from collections.abc import Iterable

MIB = 1024**2
STATES = {"memory": "超过内存上限，已停止", "time": "超过时间上限，已停止", "failed": "出错"}


def table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A Markdown table; all columns but the first are figures."""
    head = list(header)
    rule = ["---", *["---:"] * (len(head) - 1)]
    lines = [f"| {' | '.join(cells)} |" for cells in [head, rule, *map(list, rows)]]
    return "\n".join(lines) + "\n"
