"""What the associations are computed on: units, months, measure, 补录; all in the address."""

from __future__ import annotations

import math

import pandas as pd
import streamlit as st

from dashboard import data
from dashboard.components.addressed import addressed_select
from dashboard.components.page import empty_state
from dashboard.format import month_label
from pipelines.associations import ALL, MEASURES, Scope
from pipelines.domain.months import month_range

WHOLE, WHOLE_PARTY = "全部单位", "全部党组织（按组织对照折到单位）"
ALL_PARTY = "*party"
LONG_FROM = 600_000  # units × months × KPIs × types: 0.8 s of processor time, measured
TREES = {"admin": "行政", "party": "党组织"}
LATE = {"with": "含补录", "without": "不含补录"}


def scope_choice() -> Scope | None:
    """The choices of a reader; None, with the reason on the page, when the months are reversed."""
    months = data.query("months")["month"].sort_values().tolist()
    groups = unit_groups(data.query("units"), months[-1])
    with st.expander("选范围、月份和口径"):
        unit_id = addressed_select(
            "范围",
            list(groups.index),
            key="association_scope",
            param="scope",
            default=ALL,
            format_func=lambda each: groups["label"].get(each, each),
            filter_mode="fuzzy",
        )
        left, right = st.columns(2)
        with left:
            first = _month("从哪个月", months, "from", months[0])
            measure = addressed_select(
                "活动按什么计",
                list(MEASURES),
                key="association_measure",
                param="measure",
                default="activity",
                format_func=MEASURES.get,
            )
        with right:
            last = _month("到哪个月", months[::-1], "to", months[-1])
            late = addressed_select(
                "补录",
                list(LATE),
                key="association_late",
                param="late",
                default="with",
                format_func=LATE.get,
            )
    if first > last:
        empty_state(
            f"月份选反了：{month_label(first)}在{month_label(last)}之后。",
            "请打开“选范围、月份和口径”重新选择。",
        )
        return None
    scope = Scope(
        first_month=first,
        last_month=last,
        tree=groups["tree"][unit_id],
        unit_id=ALL if unit_id == ALL_PARTY else unit_id,
        measure=measure,
        late=late == "with",
    )
    if scope.unit_id != ALL:
        _emptiness(scope, groups.loc[scope.unit_id])
    return scope


def _emptiness(scope: Scope, group: pd.Series) -> None:
    """Tells that the analysis reads nobody below the chosen unit, and when units stood there."""
    read = data.query(
        "scope_units",
        tree=scope.tree,
        unit_id=scope.unit_id,
        first_month=scope.first_month,
        last_month=scope.last_month,
    )["unit_id"]
    if read[read != scope.unit_id].empty:
        span = f"{month_label(scope.first_month)}—{month_label(scope.last_month)}"
        what = "下级" if scope.tree == "admin" else "由组织对照对到行政单位的下级"
        empty_state(
            f"{group['unit_name']}在{span}没有{what}。",
            f"每个单位按它在所选月份里最后一个月的上级算；{below_words(group)}。"
            "请打开“选范围、月份和口径”把月份选到那时为止，或换一个范围。",
        )


def below_words(group: pd.Series) -> str:
    """From when to when units stood below a row of ``unit_groups``."""
    first, last = (month_label(group[f"{which}_month_below"]) for which in ("first", "last"))
    return f"单位名册里它有下级的月份是{first}—{last}"


def takes_long(scope: Scope) -> bool:
    """Whether more than about a second is to be expected, at most as for all units."""
    held = data.query("activity_unit_month")
    months = month_range(scope.first_month, scope.last_month)
    sides = (held["unit_id"].nunique(), len(months), len(data.query("kpis")))
    return math.prod(sides) * held["activity_type"].nunique() > LONG_FROM


def scope_words(scope: Scope) -> str:
    """The scope in a few words."""
    everything = WHOLE_PARTY if scope.tree == "party" else WHOLE
    place = everything
    if scope.unit_id != ALL:
        unit = data.query("units").set_index("unit_id").loc[scope.unit_id]
        place = f"{unit['unit_name']} · {TREES[unit['tree']]}"
    span = f"{month_label(scope.first_month)}—{month_label(scope.last_month)}"
    late = LATE["with" if scope.late else "without"]
    return f"{place}，{span}，活动按{MEASURES[scope.measure]}计，{late}"


def _month(label: str, months: list[str], param: str, default: str) -> str:
    return addressed_select(
        label,
        months,
        key=f"association_{param}",
        param=param,
        default=default,
        format_func=month_label,
    )


def unit_groups(units: pd.DataFrame, newest: str) -> pd.DataFrame:
    """``[label, tree, unit_name, first_month_below, last_month_below]`` by unit id: all, and every
    unit of both trees with units below it in some month; one that has none in ``newest`` any more
    says so."""
    above = units[units["last_month_below"].notna()].set_index("unit_id")
    named = [
        f"{unit['unit_name']} · {TREES[unit['tree']]}{_until(unit['last_month_below'], newest)}"
        for unit in above.to_dict("records")
    ]
    groups = above[["tree", "unit_name", "first_month_below", "last_month_below"]]
    whole = pd.DataFrame(
        {"label": [WHOLE, WHOLE_PARTY], "tree": ["admin", "party"]}, index=[ALL, ALL_PARTY]
    )
    return pd.concat([whole, groups.assign(label=named)])


def _until(last: str, newest: str) -> str:
    return "" if last >= newest else f"（{month_label(last)}以后没有下级）"
