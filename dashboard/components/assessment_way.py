"""The latest 一表双考 in a sentence, on other pages, with the way to its page."""

from __future__ import annotations

from functools import partial

import pandas as pd
import streamlit as st

from dashboard import data
from dashboard.assessment_unit import Chosen, side_sentence
from dashboard.assessments import Results, month_sentence
from dashboard.components.assessment import unit_scores
from dashboard.components.page_way import page_way
from dashboard.components.trace import trace_button
from dashboard.escape import markdown
from dashboard.format import month_label
from dashboard.server.services import services
from pipelines.analysis.assessment import graded, side_result
from pipelines.assessment_rules import SIDES, AssessmentRules, rules_of


def month_assessment(month: str) -> None:
    """How many vetoes fired in the last assessment up to ``month``; nothing without one."""
    found = _latest(month)
    if found is None:
        return
    last, rows, rules = found
    st.markdown(markdown(f"一表双考：{month_sentence(_results(rows, rules), last)}。"))
    page_way("看一表双考", "assessment", key="way_assessment", month=last)


def unit_assessment(unit_ids: list[str], month: str) -> None:
    """Both scores of the first of ``unit_ids`` that was scored, beside each other; else nothing."""
    found = _latest(month)
    if found is None:
        return
    last, rows, rules = found
    scored = set(rows["unit_id"])
    unit_id = next((each for each in unit_ids if each in scored), None)
    if unit_id is None:
        return
    results = _results(rows, rules)
    grades = graded(results, rules.grades)
    own = grades[grades["unit_id"] == unit_id].set_index("side")
    name = rows.loc[rows["unit_id"] == unit_id, "unit_name"].iloc[0]
    chosen = Chosen(unit_id=unit_id, name=name, how="arithmetic", with_ranks=False)
    st.header("一表双考", anchor="assessment")
    lines = [side_sentence(each, own.loc[each.side], chosen) for each in results]
    head = f"{name}，{month_label(last)}，两边分开计分，不合成一个总分："
    st.markdown("\n".join([markdown(head), "", *(f"- {markdown(each)}" for each in lines)]))
    make = partial(unit_scores, rows[rows["unit_id"] == unit_id])
    trace_button(make, key="unit_assessment_trace")
    page_way("看一表双考", "assessment", key="way_assessment", month=last, unit=unit_id)


def _latest(month: str) -> tuple[str, pd.DataFrame, AssessmentRules] | None:
    months = data.query("assessment_months")["month"]
    last = months[months <= month].max()
    if pd.isna(last):
        return None
    rows, rules = data.query("assessment_rows", month=last), rules_of(services().settings, last)
    return (last, rows, rules) if len(rows) and rules.is_complete else None


def _results(rows: pd.DataFrame, rules: AssessmentRules) -> Results:
    business, party = (side_result(rows, rules.items, side) for side in SIDES)
    return business, party
