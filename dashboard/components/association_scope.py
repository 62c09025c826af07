"""What the associations are computed on: units, months, measure, 补录; all in the address."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import data
from dashboard.components.addressed import addressed_select
from dashboard.components.page import empty_state
from dashboard.format import month_label
from pipelines.associations import ALL, MEASURES, Scope

WHOLE = "全部单位"
TREES = {"admin": "行政", "party": "党组织"}
LATE = {"with": "含补录", "without": "不含补录"}


def scope_choice() -> Scope | None:
    """The choices of a reader; None, with the reason on the page, when the months are reversed."""
    months = data.query("months")["month"].sort_values().tolist()
    groups = _groups(data.query("units"))
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
        unit_id=unit_id,
        measure=measure,
        late=late == "with",
    )


def scope_words(scope: Scope) -> str:
    """The scope in a few words."""
    place = _groups(data.query("units"))["label"][scope.unit_id]
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


def _groups(units: pd.DataFrame) -> pd.DataFrame:
    """``[label, tree]`` by unit id: all, and every unit of both trees with units below it."""
    above = units[units["unit_id"].isin(units["parent_id"].dropna())]
    named = above["unit_name"] + " · " + above["tree"].map(TREES)
    groups = pd.DataFrame({"label": named, "tree": above["tree"]}).set_index(above["unit_id"])
    whole = pd.DataFrame({"label": [WHOLE], "tree": ["admin"]}, index=[ALL])
    return pd.concat([whole, groups])
