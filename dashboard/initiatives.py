"""Initiatives as a reader sees them: the sentence of each, its tables, what may be drawn."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from dashboard.format import (
    MINUS,
    MISSING,
    MONEY_SCALES,
    PERCENT_SIGNS,
    count,
    day_label,
    is_missing,
    money,
    month_label,
    number,
    probability,
)
from pipelines.analysis.initiative import BANNER, CHANCE, CLEAR, UNCLEAR, Assessment
from pipelines.analysis.initiative_list import Initiative

PROBLEMS = {
    "no_kpi": "没有写对应指标",
    "unknown_kpi": "对应指标不在指标库",
    "no_start": "没有开始日期",
    "unknown_unit": "单位在开始时不在单位名册",
    "no_bridge": "党组织在开始时没有组织对照",
}
_BETTER = {"up": "越高越好", "down": "越低越好", "band": "离合理区间越近越好"}


@dataclass(frozen=True, kw_only=True)
class Assessed:
    """An initiative and what may be said; ``unit`` of measure and ``direction`` of its KPI."""

    initiative: Initiative
    found: Assessment
    unit: str
    direction: str

    @property
    def label(self) -> str:
        """Name, kind and KPI."""
        each = self.initiative
        return f"{each.name}（{each.kind}）· {each.kpi_name}"

    @property
    def measured(self) -> str:
        """What is compared: the KPI, or its distance to the band."""
        name = self.initiative.kpi_name
        return f"{name}离合理区间的距离" if self.direction == "band" else name


def size(value: float, unit: str) -> str:
    """A difference without its sign, in the unit of the KPI; of percentages 个百分点."""
    if is_missing(value):
        return MISSING
    if unit in MONEY_SCALES:
        return money(abs(value) * MONEY_SCALES[unit])
    return f"{_figure(value)}{'个百分点' if unit in PERCENT_SIGNS else unit}"


def signed(value: float, unit: str) -> str:
    """A difference with its sign: +1.2分, −3.5个百分点."""
    return MISSING if is_missing(value) else _sign(value) + size(value, unit)


def span(low: float, high: float, unit: str, *, with_sign: bool = True) -> str:
    """An interval with its unit once: −1.2 至 +3.4分; money in 元, 万元, 亿元 at each end."""
    if is_missing(low) or is_missing(high):
        return MISSING
    signs = (_sign(low), _sign(high)) if with_sign else ("", "")
    first = size(low, unit) if unit in MONEY_SCALES else _figure(low)
    return f"{signs[0]}{first} 至 {signs[1]}{size(high, unit)}"


def _figure(value: float) -> str:
    return number(abs(value), 2 if abs(value) >= 0.1 else 4)


def _sign(value: float) -> str:
    return "" if value == 0 else MINUS if value < 0 else "+"


def title_of(each: Assessed) -> str:
    """The finding with its interval, or the state where no number may be shown."""
    name, found = each.initiative.name, each.found
    if found.state == CLEAR:
        ends = sorted((abs(found.low), abs(found.high)))
        return (
            f"{name}：采用后，{found.n_adopters} 个采用单位的{each.measured}比对照单位每月平均"
            f"{'低' if found.effect < 0 else '高'} {size(found.effect, each.unit)}"
            f"（95% 区间 {span(*ends, each.unit, with_sign=False)}）"
        )
    if found.state == UNCLEAR:
        return (
            f"{name}：采用单位与对照单位的{each.measured}看不出差别"
            f"（95% 区间 {span(found.low, found.high, each.unit)}）"
        )
    if found.state == CHANCE:
        return (
            f"{name}：单看这一个项目，{each.measured}的差别区间不含 0；"
            f"和其他项目一起校正后看不出差别（95% 区间 {span(found.low, found.high, each.unit)}）"
        )
    return f"{name}：{found.state}，不给出差别的数字"


def subtitle_of(each: Assessed) -> str:
    """What is compared with what, which way is good, and what it does not say."""
    registered = len(each.initiative.starts)
    whom = f"载体台账里 {registered} 个单位，进入比较 {each.found.n_adopters} 个"
    return (
        f"{whom}；对照是 {count(each.found.n_controls)} 个同期未采用、有同一指标的单位。"
        f"{each.measured}（{each.unit}）{_BETTER.get(each.direction, '')}。"
        "比的是采用后最多 12 个月的平均，扣除两组采用前的水平；同向变化不等于因果。"
    )


def chart_title(each: Assessed, events: pd.DataFrame) -> str:
    """What the drawing shows: how many months keep their band off 0."""
    apart = int(((events["low"] > 0) | (events["high"] < 0)).sum())
    when = "采用前" if each.found.state == BANNER else "逐月看，采用前后"
    return f"{when} {len(events)} 个月中，{apart} 个月的同时区间不含 0"


def drawn_events(events: pd.DataFrame, each: Assessed) -> pd.DataFrame:
    """The months that may be shown, with their words; only those before when a gate has fired."""
    kept = events[events["event"] < 0] if each.found.state == BANNER else events
    unit = each.unit
    return kept.assign(
        event_text=[event_label(int(event)) for event in kept["event"]],
        att_text=[signed(value, unit) for value in kept["att"]],
        band_text=[
            span(low, high, unit) for low, high in zip(kept["low"], kept["high"], strict=True)
        ],
        n_text=[
            f"{ours} 个采用单位，{theirs} 个对照单位"
            for ours, theirs in zip(kept["n_adopters"], kept["n_controls"], strict=True)
        ],
    )


def event_label(event: int) -> str:
    """The month in words: 采用前 3 个月, 采用当月, 采用后 2 个月."""
    if event == 0:
        return "采用当月"
    return f"采用后 {event} 个月" if event > 0 else f"采用前 {-event} 个月"


def events_table(events: pd.DataFrame) -> pd.DataFrame:
    """The table twin of the drawing."""
    names = {"event_text": "时间", "att_text": "与对照单位之差", "band_text": "95% 同时区间"}
    last = {"n_adopters": "采用单位", "n_controls": "对照单位"}
    return events[[*names, *last]].rename(columns={**names, **last})


def list_table(assessed: list[Assessed]) -> pd.DataFrame:
    """Every initiative with its state; numbers only where they may be told."""
    return pd.DataFrame(
        {
            "项目": [each.initiative.name for each in assessed],
            "状态": [each.found.state for each in assessed],
            "差别": [signed(each.found.effect, each.unit) for each in assessed],
            "95% 区间": [span(each.found.low, each.found.high, each.unit) for each in assessed],
            "校正后 q": [probability(each.found.q) for each in assessed],
            "载体类型": [each.initiative.kind for each in assessed],
            "指标": [each.measured for each in assessed],
            "采用单位": [len(each.initiative.starts) for each in assessed],
            "进入比较": [each.found.n_adopters for each in assessed],
            "对照单位": [each.found.n_controls for each in assessed],
            "依据": ["".join(each.found.reasons) for each in assessed],
        }
    )


def counted_sentence(assessed: list[Assessed]) -> str:
    """How many were looked at, tested and found: the first thing to know of any one of them."""
    states = [each.found.state for each in assessed]
    tested = sum(each.found.is_told for each in assessed)
    if not tested:
        return f"共看了 {len(assessed)} 个项目，没有一个可以检验；下表写明为什么。"
    clear, chance = states.count(CLEAR), states.count(CHANCE)
    lost = f"，另有 {chance} 个单看区间不含 0、校正后不算" if chance else ""
    return (
        f"共看了 {len(assessed)} 个项目，其中 {tested} 个可以检验，校正后 {clear} 个有差别{lost}；"
        f"其余 {len(assessed) - tested} 个不给数字，下表写明为什么。"
    )


def adopters_table(each: Assessed, frame: pd.DataFrame) -> pd.DataFrame:
    """The carriers of an initiative with the unit they reach.

    ``frame`` as comparison_frame gives it.
    """
    rows = each.initiative.carriers
    known = frame.dropna(subset=["cohort"])
    before = known[known["period"] < known["cohort"]].groupby("unit").size()
    after = known[known["period"] >= known["cohort"]].groupby("unit").size()
    return pd.DataFrame(
        {
            "采用单位": rows["admin_unit_name"],
            "开始月份": [month_label(month) for month in rows["start_month"]],
            "采用前有数的月": rows["admin_unit_id"].map(before).fillna(0).astype(int),
            "采用后有数的月": rows["admin_unit_id"].map(after).fillna(0).astype(int),
            "台账所写单位": rows["unit_text"],
            "载体编号": rows["carrier_id"],
        }
    )


def controls_table(frame: pd.DataFrame, names: dict[str, str]) -> pd.DataFrame:
    """Units with the KPI that did not adopt, with their months; ``names``: unit → name."""
    months = frame[frame["cohort"].isna()].groupby("unit").size()
    return pd.DataFrame(
        {
            "对照单位": [names.get(unit, unit) for unit in months.index],
            "有数的月": months.to_numpy(),
        }
    )


def figures_table(rows: pd.DataFrame, unit_of_measure: str) -> pd.DataFrame:
    """Rows of the query kpi_history_rows under Chinese names."""
    return pd.DataFrame(
        {
            "月份": [month_label(month) for month in rows["month"]],
            f"实际（{unit_of_measure}）": [number(each) for each in rows["actual"]],
        }
    )


def unresolved_table(carriers: pd.DataFrame) -> pd.DataFrame:
    """``carriers`` that belong to no comparison, and why."""
    rows = carriers[carriers["problem"].notna()]
    return pd.DataFrame(
        {
            "缺什么": rows["problem"].map(PROBLEMS),
            "载体": rows["name"].fillna(rows["trigger"]).fillna(MISSING),
            "载体类型": rows["kind"],
            "台账所写单位": rows["unit_text"],
            "台账所写指标": rows["kpi_text"].fillna(MISSING),
            "开始日期": [day_label(day) for day in rows["start_on"]],
            "载体编号": rows["carrier_id"],
        }
    )
