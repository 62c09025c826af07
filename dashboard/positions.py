"""Where units stand on the two axes, in words and as a table; pure."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from dashboard.charts.quadrant import SCENARIO, LatentAxis
from dashboard.format import (
    count,
    decimals,
    interval_texts,
    month_label,
    number,
    percent,
    signed,
)
from pipelines.analysis.validity import Validity

TRAIL_MONTHS = 12
SATURATED_RULE = 50.0  # %, where the saturation is one half
SATURATED = LatentAxis(title="潜绩情景：饱和程度（%）", text=lambda value: number(value, 0) + "%")
TRAIL_COLUMNS = ["unit_name", "month", "attainment_rate", "stock"]


@dataclass(frozen=True, kw_only=True)
class Goalposts:
    """What the rule of the scenario rests on: ``rate`` activities a month kept up for long.

    ``slope`` of the Hill saturation that is one half at ``stock``; None: none, counted in times.
    """

    half_life: float
    rate: float
    stock: float
    slope: float | None = None

    @property
    def rule(self) -> float:
        """Where the rule stands on the axis."""
        return self.stock if self.slope is None else SATURATED_RULE

    def axis(self) -> LatentAxis:
        """The vertical axis: times, or percent of saturation."""
        return SCENARIO if self.slope is None else SATURATED

    def note(self) -> str:
        """The rule and the unit in one sentence for below the title."""
        rests = (
            f"每月 {decimals(self.rate, 1)} 次长期保持的存量（{decimals(self.stock, 1)} 次，"
            f"半衰期 {number(self.half_life)} 个月），"
            "默认取规则库中一个支部的规定次数，不是平均数。"
        )
        if self.slope is None:
            return f"纵轴单位：次。横虚线 = {rests}"
        return (
            f"纵轴单位：饱和程度 0—100%（希尔曲线，陡度 {number(self.slope)}）。"
            f"横虚线 = 50%，即{rests}"
        )


def position_sentence(points: pd.DataFrame, month: str, posts: Goalposts) -> str:
    """How many units stand on the good side of which rule; the axes are not combined."""
    met = int((points["attainment_rate"] >= 1).sum())
    above = int((points["stock"] >= posts.rule).sum())
    return (
        f"{month_label(month)}：{len(points)} 个单位中 {met} 个达成指数不低于 100%，"
        f"{above} 个活动存量不低于参照线"
    )


def trail_of(positions: pd.DataFrame, unit_id: str | None, month: str) -> pd.DataFrame:
    """The chosen unit's last twelve months up to ``month``, oldest first; empty without a unit."""
    mine = positions[(positions["unit_id"] == unit_id) & (positions["month"] <= month)]
    known = mine.dropna(subset=["attainment_rate", "stock"]).sort_values("month")
    return known[TRAIL_COLUMNS].tail(TRAIL_MONTHS)


def way_sentence(
    trail: pd.DataFrame, *, text: Callable[[float], str] = signed, noun: str = "存量"
) -> str:
    """From where to where one unit went, with the interval of now where there is one; ``text``
    writes a stock."""
    first, last = trail.iloc[0], trail.iloc[-1]
    told = (
        f"{last['unit_name']}：{month_label(first['month'])}到{month_label(last['month'])}，"
        f"达成指数 {percent(first['attainment_rate'])} → {percent(last['attainment_rate'])}，"
        f"{noun} {text(first['stock'])} → {text(last['stock'])}"
    )
    if "low" not in trail:
        return told
    (interval,) = interval_texts(trail.tail(1))
    return f"{told}（现在的 95% 区间 {interval}）"


def positions_table(
    points: pd.DataFrame, *, title: str, text: Callable[[float], str] = signed
) -> pd.DataFrame:
    """The points under Chinese names, by unit: the order says nothing about merit.

    ``title`` heads the stock, ``text`` writes it; an estimate has its interval and the people.
    """
    ordered = points.sort_values(["unit_name", "month"])
    columns: dict[str, object] = {
        "单位": ordered["unit_name"],
        "月份": [month_label(m) for m in ordered["month"]],
        "达成指数": [percent(v) for v in ordered["attainment_rate"]],
        title: [text(v) for v in ordered["stock"]],
    }
    if "low" in ordered:
        columns["存量 95% 区间"] = interval_texts(ordered)
        columns["在岗人数"] = [count(v) for v in ordered["heads"]]
    return pd.DataFrame(columns)


def validity_sentence(
    found: Validity, what: str, *, interval: str = "95% 区间", rests: str = "", kind: str = ""
) -> str:
    """Whether ``what`` said anything about the months that followed; r must be known.

    ``interval`` names the interval, ``rests`` says on what else it rests, ``kind`` which check
    this is.
    """
    basis = (
        f"秩相关 {signed(found.r)}，"
        f"{interval} {signed(found.low)} 至 {signed(found.high)}，"
        f"{count(found.n_obs)} 个单位月（{found.n_units} 个单位，{found.n_months} 个月）{rests}"
    )
    if found.low <= 0 <= found.high:
        return f"{what}：看不出差别。{basis}。这一轴目前不能用来预判业务走势。"
    word = "同向变化" if found.r > 0 else "反向变化"
    return f"{what}：{word}。{basis}。{kind}同向变化不等于因果。"


def scenario_validity_sentence(found: Validity, horizon: int = 6) -> str:
    """As ``validity_sentence``, of the scenario's stock and the attainment of all KPIs."""
    if not math.isfinite(found.r):
        return (
            f"数据不足：需要更长的连续月份，才能比较存量与此后 {horizon} 个月的达成变化"
            f"（现有 {found.n_units} 个单位、{found.n_months} 个月可用）。"
        )
    what = f"当月存量与此后 {horizon} 个月达成指数的变化（同月内比较各单位）"
    return validity_sentence(found, what, kind="这是情景存量的检验，")
