"""The month in at most five sentences, each from figures that can be looked up.

A rule takes frames and gives a sentence or nothing. Every sentence names a number with its unit
and the part of the page that holds the evidence.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from dashboard.format import count, day_label, decimals, month_label, percent, points
from dashboard.status import Status, statuses
from pipelines.integrity.thresholds import late_days

LIMIT = 5
UNJUDGED = {
    Status.NO_TARGET: "没有目标",
    Status.NO_SCALE: "目标不为正",
    Status.UNDEFINED: "不在指标库里",
}
CARDS, ATTENTION, ACTIVITIES, CHAIN = "cards", "attention", "activities", "chain"


@dataclass(frozen=True, kw_only=True)
class Sentence:
    """``evidence`` is the anchor of the section that shows the rows."""

    text: str
    evidence: str


@dataclass(frozen=True, kw_only=True)
class MonthFigures:
    """What the rules look at; frames as the queries of the same name return them.

    ``reaches_units``: whether any activity is counted for an administrative unit.
    """

    month: str
    floor: float
    totals: pd.DataFrame
    weak: pd.DataFrame
    busy: pd.DataFrame
    items: pd.DataFrame
    activities: pd.DataFrame
    measures: pd.DataFrame
    reaches_units: bool = True

    def measure(self, measure_id: str, tree: str) -> pd.Series | None:
        """The row of measure_month, None when it has no value."""
        here = (self.measures["measure_id"] == measure_id) & (self.measures["tree"] == tree)
        found = self.measures[here].dropna(subset=["value"])
        return None if found.empty else found.iloc[0]


def month_sentences(figures: MonthFigures) -> list[Sentence]:
    """The first five sentences that have something to say."""
    rules = (
        overall,
        furthest,
        linked,
        weak_without_activity,
        followed,
        largest_move,
        busy,
        late,
    )
    said = [rule(figures) for rule in rules]
    return [each for each in said if each is not None][:LIMIT]


def headline(figures: MonthFigures) -> str:
    """The finding of the month for the head of the page."""
    found = statuses(figures.totals, figures.floor)
    with_target = [each for each in found if each not in UNJUDGED]
    if not with_target:
        return f"{month_label(figures.month)}：{_unjudged(found)}，无法判断达成"
    met = with_target.count(Status.MET)
    return f"{month_label(figures.month)}：{len(with_target)} 项有目标的指标中 {met} 项达成"


def _unjudged(found: list[Status]) -> str:
    """Why none of the KPIs can be judged."""
    reasons = [f"{found.count(each)} 项{UNJUDGED[each]}" for each in UNJUDGED if each in found]
    if len(reasons) > 1:
        return f"{len(found)} 项指标中 {'，'.join(reasons)}"
    every = "都" if len(found) > 1 else ""
    return f"{len(found)} 项指标{every}{UNJUDGED[found[0]]}" if found else "没有指标"


def overall(figures: MonthFigures) -> Sentence | None:
    """How many KPIs stand where."""
    if figures.totals.empty:
        return None
    found = statuses(figures.totals, figures.floor)
    parts = [
        f"{status.value.split()[1]} {found.count(status)} 项"
        for status in Status
        if status in found
    ]
    return Sentence(text=f"{len(found)} 项指标：{'，'.join(parts)}。", evidence=CARDS)


def furthest(figures: MonthFigures) -> Sentence | None:
    """The KPI furthest below its target."""
    below = figures.totals[figures.totals["attainment_rate"] < 1]
    if below.empty:
        return None
    worst = below.loc[below["attainment_rate"].idxmin()]
    return Sentence(
        text=f"离目标最远的是“{worst['kpi_name']}”，达成率 {percent(worst['attainment_rate'])}，"
        f"{count(worst['unit_count'])} 个单位中 {count(worst['met_unit_count'])} 个达成。",
        evidence=CARDS,
    )


def largest_move(figures: MonthFigures) -> Sentence | None:
    """The largest change of attainment against the month before."""
    moved = figures.totals.assign(
        move=figures.totals["attainment_rate"] - figures.totals["previous_attainment_rate"]
    ).dropna(subset=["move"])
    moved = moved[moved["move"].abs() >= 0.0005]  # below 0.1 points it would print as 0.0
    if moved.empty:
        return None
    row = moved.loc[moved["move"].abs().idxmax()]
    return Sentence(
        text=f"达成率比上月变动最大的是“{row['kpi_name']}”：{points(row['move'])}，"
        f"现为 {percent(row['attainment_rate'])}。",
        evidence=CARDS,
    )


def linked(figures: MonthFigures) -> Sentence | None:
    """How much of the month's activity is linked, and how much of that nobody has confirmed."""
    both = figures.measure("link_rate_suggested", "party")
    if both is None:
        return None
    sure = figures.measure("link_rate_confirmed", "party")
    confirmed = 0.0 if sure is None else sure["value"]
    if not both["value"]:
        return Sentence(
            text=f"本月 {count(both['denominator'])} 次党建活动都没有挂接到指标、重点任务或载体，"
            "也没有系统建议。",
            evidence=CHAIN,
        )
    text = (
        f"本月 {count(both['denominator'])} 次党建活动中，{percent(both['value'])} 与指标、"
        f"重点任务或载体有挂接（含系统建议），已由人确认的占 {percent(confirmed)}"
    )
    if pd.notna(both["previous_value"]):
        moved = points(both["value"] - both["previous_value"])
        same = both["value"] == both["previous_value"]
        text += f"；含系统建议的挂接率{'与上月持平' if same else f'比上月 {moved}'}"
    return Sentence(text=f"{text}。", evidence=CHAIN)


def followed(figures: MonthFigures) -> Sentence | None:
    """Follow-up items of both trees: due in the month and closed by their date, overdue at its
    end."""
    due = [figures.measure("closure_rate", tree) for tree in ("admin", "party")]
    due = [each for each in due if each is not None]
    late = overdue_items(figures.items)
    parts = []
    if due:
        wanted, closed = (sum(row[name] for row in due) for name in ("denominator", "numerator"))
        parts.append(
            f"本月到期的 {count(wanted)} 项督办整改中 {count(closed)} 项"
            f"按期销号（闭环率 {percent(closed / wanted)}）"
        )
    if not late.empty:
        oldest = pd.to_datetime(late["due_on"]).min().date()
        whose = "" if parts else "督办整改"
        parts.append(
            f"月末{whose}逾期未结的共 {count(len(late))} 项，最早的应在 {day_label(oldest)}完成"
        )
    if not parts:
        return None
    return Sentence(text=f"{'，'.join(parts)}。", evidence=CHAIN if late.empty else ATTENTION)


def weak_without_activity(figures: MonthFigures) -> Sentence | None:
    """Weak figures of units whose party log is empty for three months."""
    silent = figures.weak[figures.weak["activity_count_3m"].fillna(0) == 0]
    if figures.weak.empty:
        return None
    total = len(figures.weak)
    start = f"各单位的指标中有 {count(total)} 项达成率低于 {percent(figures.floor, 0)}"
    if not figures.reaches_units:
        return Sentence(text=f"{start}。", evidence=ATTENTION)
    if silent.empty:
        return Sentence(text=f"{start}，所在单位近三个月都有党建活动记录。", evidence=ATTENTION)
    return Sentence(
        text=f"{start}，其中 {count(len(silent))} 项所在的 {silent['unit_id'].nunique()} 个单位"
        "近三个月没有党建活动记录。",
        evidence=ATTENTION,
    )


def busy(figures: MonthFigures) -> Sentence | None:
    """Units with more activity than the median and attainment below the floor."""
    if figures.busy.empty:
        return None
    median = figures.busy["median_activity_count_3m"].iloc[0]
    return Sentence(
        text=f"{len(figures.busy)} 个单位近三个月活动多于中位数（{decimals(median, 1)} 次），"
        f"达成指数低于 {percent(figures.floor, 0)}。",
        evidence=ATTENTION,
    )


def late(figures: MonthFigures) -> Sentence | None:
    """Activities of the month and how many were recorded late."""
    total = figures.activities["activity_count"].sum()
    if not total:
        return None
    before = figures.activities["previous_activity_count"].sum()
    behind = figures.activities["late_count"].sum()
    return Sentence(
        text=f"本月记录党建活动 {count(total)} 次（上月 {count(before)} 次），"
        f"其中 {percent(behind / total)} 为补录（举办 {late_days()} 天以后才登记）。",
        evidence=ACTIVITIES,
    )


def overdue_items(items: pd.DataFrame) -> pd.DataFrame:
    """Of ``followup_items`` those overdue at the end of the month, as 督办整改 counts them."""
    return items[items["state"] == "overdue"].sort_values("due_on", kind="stable")
