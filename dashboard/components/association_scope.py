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
    groups = unit_groups(data.query("units"))
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
    return Scope(
        first_month=first,
        last_month=last,
        tree=groups["tree"][unit_id],
        unit_id=ALL if unit_id == ALL_PARTY else unit_id,
        measure=measure,
        late=late == "with",
    )


def takes_long(scope: Scope) -> bool:
    """Whether more than about a second is to be expected, at most as for all units."""
    held = data.query("activity_unit_month")
    months = month_range(scope.first_month, scope.last_month)
    sides = (held["unit_id"].nunique(), len(months), len(data.query("kpis")))
    return math.prod(sides) * held["activity_type"].nunique() > LONG_FROM


def scope_words(scope: Scope) -> str:
    """The scope in a few words."""
    everything = ALL_PARTY if scope.tree == "party" else ALL
    chosen = everything if scope.unit_id == ALL else scope.unit_id
    place = unit_groups(data.query("units"))["label"][chosen]
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


def unit_groups(units: pd.DataFrame) -> pd.DataFrame:
    """``[label, tree]`` by unit id: all, and every unit of both trees with units below it."""
    above = units[units["unit_id"].isin(units["parent_id"].dropna())]
    named = above["unit_name"] + " · " + above["tree"].map(TREES)
    groups = pd.DataFrame({"label": named, "tree": above["tree"]}).set_index(above["unit_id"])
    whole = pd.DataFrame(
        {"label": [WHOLE, WHOLE_PARTY], "tree": ["admin", "party"]}, index=[ALL, ALL_PARTY]
    )
    return pd.concat([whole, groups])
