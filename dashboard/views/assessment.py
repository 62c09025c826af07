"""一表双考: both sides of every unit beside each other, with floors, vetoes, rank intervals."""

from __future__ import annotations

from functools import partial

import pandas as pd
import streamlit as st

from dashboard import data
from dashboard.assessment_unit import Chosen, side_sentence
from dashboard.assessments import SIDE_LABELS, Results, month_sentence
from dashboard.catalog import Page
from dashboard.components import empty_state, page_header
from dashboard.components.addressed import addressed_select
from dashboard.components.assessment import (
    balance_note,
    item_list,
    scores_trace,
    settings_note,
    side_dots,
    tried_weights,
    unit_scores,
)
from dashboard.components.assessment_table import firmness, notes, units
from dashboard.components.controls import month_select
from dashboard.components.trace import trace, trace_button
from dashboard.escape import markdown
from dashboard.format import month_label
from dashboard.server.services import services
from pipelines.analysis.assessment import graded, side_result
from pipelines.assessment_rules import SIDES, AssessmentRules, rules_of

PAGE = Page(title="一表双考", group="看", order=60, url_path="assessment")
UPLOAD_WAY = "请到“上传入库”提交单位名册和一表双考打分（条线、项目、得分、满分等）。"
RULES_WAY = "请核对项目表和等次表的生效日期：业务、党建两边都要有当月末有效的行。"


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
    rules = rules_of(services().settings, month)
    if not rules.is_complete:
        _empty(f"{month_label(month)}末没有生效的考核项目表或等次表。", RULES_WAY)
        return
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
    chosen = Chosen(
        unit_id=unit_id,
        name=names[unit_id],
        how="geometric" if balanced else "arithmetic",
        with_ranks=with_ranks,
    )
    weights = tried_weights(rules.items)
    business, party = (
        side_result(rows, rules.items, side, weights=weights[side], how=chosen.how)
        for side in SIDES
    )
    results = (business, party)
    with head:
        page_header(
            month_sentence(results, month),
            "两边分开计分、分开看，不合成一个总分；按单位名称排列；只评单位，不评个人。",
        )
    given = months.set_index("month").loc[month, "score_count"]
    notes(results, rows, rules, unknown_rows=int(given) - len(rows))
    grades = graded(results, rules.grades)
    units(results, names, grades, chosen)
    trace_button(partial(scores_trace, rows, unit_id), key="units_trace")
    _unit(results, names, grades, chosen, rows)
    firmness(results, chosen)
    _sources(results, rows, rules, chosen, month)
    item_list(results, rules)
    balance_note(results, names)


def _empty(what: str, way: str = UPLOAD_WAY) -> None:
    page_header("一表双考")
    empty_state(what, way)


def _unit(
    results: Results, names: pd.Series, grades: pd.DataFrame, chosen: Chosen, rows: pd.DataFrame
) -> None:
    st.subheader(markdown(f"{chosen.name}：两边各项目"), anchor="items")
    own = grades[grades["unit_id"] == chosen.unit_id].set_index("side")
    for result, column in zip(results, st.columns(len(SIDE_LABELS)), strict=True):
        with column:
            st.markdown(markdown(side_sentence(result, own.loc[result.side], chosen)))
            side_dots(result, names, chosen.unit_id, month_label(rows["month"].iloc[0]))
    trace_button(partial(scores_trace, rows, chosen.unit_id), key="items_trace")


def _sources(
    results: Results, rows: pd.DataFrame, rules: AssessmentRules, chosen: Chosen, month: str
) -> None:
    with st.expander("从哪来：来源行和设置"):
        trace(unit_scores(rows[rows["unit_id"] == chosen.unit_id], stem="assessment_rows"))
        settings_note(results, rules, chosen, month)
