"""一表双考: both sides of every unit beside each other, with floors, vetoes, rank intervals."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import data
from dashboard.assessments import (
    SIDE_LABELS,
    Results,
    month_sentence,
)
from dashboard.catalog import Page
from dashboard.components import empty_state, page_header
from dashboard.components.addressed import addressed_select
from dashboard.components.assessment import (
    balance_note,
    item_list,
    side_dots,
    source_rows,
    tried_weights,
)
from dashboard.components.assessment_table import notes, proven, units
from dashboard.components.controls import month_select
from dashboard.escape import markdown
from dashboard.format import month_label
from dashboard.server.services import services
from pipelines.analysis.assessment import SIDES, side_result
from pipelines.analysis.scores import How
from pipelines.reference import assessment_items, vocabularies

PAGE = Page(title="一表双考", group="看", order=60, url_path="assessment")


def render() -> None:
    """The page."""
    months = data.query("assessment_months") if data.has_mart() else pd.DataFrame()
    if months.empty:
        _empty("还没有可看的考核：没有已入库的一表双考打分。")
        return
    head = st.container()
    left, right = st.columns(2)
    with left:
        month = month_select(months)
    rows = data.query("assessment_rows", month=month)
    if rows.empty:
        _empty(f"{month_label(month)}的打分没有一行能对上单位名册。")
        return
    names = rows.drop_duplicates("unit_id").set_index("unit_id")["unit_name"].sort_values()
    with right:
        unit_id = addressed_select(
            "突出显示一个单位",
            list(names.index),
            key="unit",
            default=names.index[0],
            format_func=names.get,
            filter_mode="fuzzy",
        )
    with_ranks = st.toggle("显示名次区间", key="ranks", bind="query-params")
    balanced = st.toggle("均衡口径（几何平均：短板扣得更多）", key="balanced", bind="query-params")
    how: How = "geometric" if balanced else "arithmetic"
    items = assessment_items(services().settings)
    weights = tried_weights(items)
    business, party = (
        side_result(rows, items, side, weights=weights[side], how=how) for side in SIDES
    )
    results = (business, party)
    with head:
        page_header(
            month_sentence(results, month),
            "两边分开计分、分开看，不合成一个总分；按单位名称排列；只评单位，不评个人。",
        )
    given = months.set_index("month").loc[month, "score_count"]
    notes(results, rows, items, unknown_rows=int(given) - len(rows))
    units(results, names, how, with_ranks=with_ranks)
    if with_ranks:
        proven(results, unit_id, names[unit_id], how)
    _unit(results, rows, names, unit_id, month)
    item_list(results)
    balance_note(results, names)


def _empty(what: str) -> None:
    page_header("一表双考")
    empty_state(what, "请到“上传入库”提交单位名册和一表双考打分（条线、项目、得分、满分等）。")


def _unit(results: Results, rows: pd.DataFrame, names: pd.Series, unit_id: str, month: str) -> None:
    st.subheader(markdown(f"{names[unit_id]}：两边各项目"), anchor="items")
    for result, column in zip(results, st.columns(len(SIDE_LABELS)), strict=True):
        with column:
            side_dots(result, names, unit_id, month_label(month))
    with st.expander("从哪来"):
        tiers = {e.code: e.label for e in vocabularies(services().settings)["tier"].entries}
        source_rows(rows[rows["unit_id"] == unit_id], names[unit_id], tiers)
