"""One unit over time as two lines under each other; two scales never share a drawing."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from dashboard.charts.lines import unit_line
from dashboard.components.figure import heading
from dashboard.components.tables import chart
from dashboard.format import percent


def twin(
    trail: pd.DataFrame,
    *,
    rule: float,
    title: str,
    text: Callable[[float], str],
    note: str,
    table: pd.DataFrame,
    stem: str,
) -> None:
    """The way of ``trail [unit_name, month, attainment_rate, stock]`` for those who read time more
    easily than space; ``rule``, ``title``, ``text`` belong to the stock; ``stem`` names files."""
    name = trail.iloc[-1]["unit_name"]
    heading(f"{name}：同一段走势分两条线看", note)
    rates, stocks = _column(trail, "attainment_rate"), _column(trail, "stock")
    rate_line = unit_line(rates, rule=1.0, title="达成指数", text=percent, is_rate=True)
    stock_line = unit_line(stocks, rule=rule, title=title, text=text, is_rate=False)
    for part, line, what in (("rate", rate_line, "达成指数"), ("stock", stock_line, "存量")):
        name_of = f"{stem}_{part}"
        chart(line, alt=f"{name}{what}按月走势", table=table, file_stem=name_of, theme=None)


def _column(trail: pd.DataFrame, name: str) -> pd.DataFrame:
    return trail.rename(columns={name: "value"})[["month", "value"]]
