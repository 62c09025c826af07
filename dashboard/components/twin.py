"""One unit over time as two lines under each other; two scales never share a drawing."""

from __future__ import annotations

import pandas as pd

from dashboard.charts.lines import unit_line
from dashboard.components.figure import heading
from dashboard.components.tables import chart
from dashboard.format import number, percent
from dashboard.positions import Goalposts, positions_table


def unit_twin(trail: pd.DataFrame, posts: Goalposts) -> None:
    """The way of ``trail`` for those who read time more easily than space."""
    name = trail.iloc[-1]["unit_name"]
    heading(
        f"{name}：同一段走势分两条线看",
        "虚线为参照：上图为目标 100%，下图为规定次数长期保持的存量。",
    )
    rates, stocks = _column(trail, "attainment_rate"), _column(trail, "stock")
    rate_line = unit_line(rates, rule=1.0, title="达成指数", text=percent, is_rate=True)
    stock_line = unit_line(
        stocks, rule=posts.stock, title="活动存量（次）", text=_times, is_rate=False
    )
    table = positions_table(trail)
    chart(rate_line, alt=f"{name}达成指数按月走势", table=table, file_stem="twin_rate", theme=None)
    chart(
        stock_line, alt=f"{name}活动存量按月走势", table=table, file_stem="twin_stock", theme=None
    )


def _column(trail: pd.DataFrame, name: str) -> pd.DataFrame:
    return trail.rename(columns={name: "value"})[["month", "value"]]


def _times(value: float) -> str:
    return f"{number(value, 1)} 次"
