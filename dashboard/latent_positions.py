"""What is said of the estimated latent axis: its unit, findings, units left out, validity; pure."""

from __future__ import annotations

import math

import pandas as pd

from dashboard.charts.quadrant import LatentAxis
from dashboard.format import month_label, signed
from dashboard.positions import validity_sentence
from pipelines.analysis.axis import PEOPLE
from pipelines.analysis.evidence import UNCLEAR
from pipelines.analysis.latent import ALL_TYPES
from pipelines.analysis.shares import INDISTINCT
from pipelines.analysis.validity import HORIZON, Validity

UNIT = f"个常见波动／每 {PEOPLE} 名在岗人员"
ESTIMATE = LatentAxis(
    title=f"潜绩：预计还会出现的变动（{UNIT}）",
    text=signed,
    above="存量为正",
    below="存量为负",
)
NOT_A_MEAN = (
    "横虚线 = 0，即过去的活动预计不再增减这个指标；竖虚线 = 目标 100%；都不是平均数。"
    "淡色的点：存量的 95% 区间含 0。"
)
STOCK = f"存量（{UNIT}）"  # heads a column and an axis
NAMED = 4


def stock_words(kpi_name: str, source: str) -> str:
    """A stock by its activity and its KPI."""
    return f"{'全部活动' if source == ALL_TYPES else source}与“{kpi_name}”"


def axis_sentence(points: pd.DataFrame, who: str, month: str) -> str:
    """How many units stand on the good side of which rule; the axes are not combined."""
    met = int((points["attainment_rate"] >= 1).sum())
    above, below = int((points["low"] > 0).sum()), int((points["high"] < 0).sum())
    told = f"{month_label(month)}{who}：{len(points)} 个单位中 {met} 个达成指数不低于 100%"
    return f"{told}，{above} 个存量高于 0" + (f"、{below} 个低于 0" if below else "")


def nothing_sentence(what: str, month: str, *, told: bool = True) -> str:
    """The title when the fit cannot tell what past work still adds from nothing, or not at all."""
    return f"{month_label(month)}：{what}的存量，{INDISTINCT if told else UNCLEAR}"


def left_out_sentence(without_heads: tuple[str, ...], without_past: tuple[str, ...]) -> str:
    """Which units of the month are not drawn and why; empty when all are."""
    told = [
        f"{len(names)} 个单位{why}，没有画：{_named(names)}"
        for names, why in (
            (without_heads, "当月没有上报在岗人数（队伍情况）"),
            (without_past, "此前的活动记录不够长"),
        )
        if names
    ]
    return "；".join(told) + "。" if told else ""


def _named(names: tuple[str, ...]) -> str:
    more = f" 等 {len(names)} 个" if len(names) > NAMED else ""
    return "、".join(names[:NAMED]) + more


def axis_validity_sentence(found: Validity | None, what: str) -> str:
    """Whether the axis said anything about the months that followed, out of sample."""
    if found is None or not math.isfinite(found.r):
        return (
            "数据不足：系数要用最后 12 个月以前的记录另估一次，再看这 12 个月；"
            "现有的月份、单位或在岗人数不够。"
        )
    return validity_sentence(
        found,
        f"{what}的存量（每百人）与此后 {HORIZON} 个月指标的变化（同月内比较各单位）",
        interval="校正后 95% 区间",
        rests="，系数只用这些月份以前的记录估计",
    )
