"""问卷: shares with intervals, the soft–hard gap, groups and waves; small groups stay hidden."""

from __future__ import annotations

from functools import partial

import pandas as pd
import streamlit as st

from dashboard import data
from dashboard.catalog import Page
from dashboard.components import empty_state, page_header, source_note
from dashboard.components.addressed import addressed_select
from dashboard.components.survey_figures import gap_section, question_section
from dashboard.components.survey_lineage import survey_trace
from dashboard.components.survey_sections import (
    group_section,
    response_section,
    source_section,
    wave_section,
)
from dashboard.format import month_label
from dashboard.server.services import services
from dashboard.surveys import (
    EVERYBODY,
    headline,
    hidden_sentence,
    question_names,
)
from pipelines.analysis.survey_tables import (
    group_differences,
    safe_shares,
    soft_hard_gaps,
    wave_changes,
)
from pipelines.survey_questions import survey_questions

PAGE = Page(title="问卷", group="看", order=80, url_path="survey")
SIDES = "软：党建方面的回答；硬：业务方面的回答。比例和差都带 95% 区间，区间包含 0 的是看不出差别。"


def render() -> None:
    """The page."""
    shares = _shares() if data.has_mart() else pd.DataFrame()
    if shares.empty:
        page_header("问卷")
        empty_state(
            "还没有问卷汇总。",
            "请到“上传入库”提交问卷汇总：问卷、题号、选项、人员类别、人数、有效样本数、调查月份，有发放份数的也写上。"
            "只收汇总数，不收个人答卷。",
        )
        return
    head = st.container()
    survey, wave, stratum = _filters(shares)
    cells = shares[(shares["survey_id"] == survey) & (shares["wave_on"] == wave)]
    questions = survey_questions(services().settings)
    names = question_names(cells, questions)
    gaps = _of(soft_hard_gaps(cells, questions), stratum)
    with head:
        page_header(headline(gaps, _of(cells, stratum), wave), SIDES)
    source_note(hidden_sentence(_of(cells, stratum)))
    make = partial(survey_trace, _of(cells, stratum), names)
    gap_section(gaps, survey, make)
    question_section(_of(cells, stratum), names, survey)
    response_section(_of(cells, stratum), make)
    group_section(
        _of(group_differences(cells), stratum), names, partial(survey_trace, cells, names)
    )
    changes = _of(wave_changes(shares, survey, wave), stratum)
    waves = shares["wave_on"].isin({wave, *changes["before"]})
    both = _of(shares[(shares["survey_id"] == survey) & waves], stratum)
    wave_section(changes, names, partial(survey_trace, both, names))
    source_section(_of(cells, stratum), names)


def _shares() -> pd.DataFrame:
    """All cells made safe together, before any choice of the reader."""
    return data.memo("survey_shares", lambda: safe_shares(data.query("survey_counts")))


def _of(rows: pd.DataFrame, stratum: str) -> pd.DataFrame:
    return rows if stratum == EVERYBODY else rows[rows["stratum"] == stratum]


def _filters(shares: pd.DataFrame) -> tuple[str, str, str]:
    latest = shares.sort_values("wave_on", ascending=False, kind="stable")
    first, second, third = st.columns(3)
    surveys = list(latest["survey_id"].unique())
    with first:
        survey = addressed_select("问卷", surveys, key="survey", default=surveys[0])
    rows = shares[shares["survey_id"] == survey]
    waves = sorted(rows["wave_on"].unique(), reverse=True)
    with second:
        wave = addressed_select(
            "调查月份", waves, key="wave", default=waves[0], format_func=month_label
        )
    strata = [EVERYBODY, *rows.loc[rows["wave_on"] == wave, "stratum"].unique()]
    with third:
        stratum = addressed_select("人员类别", strata, key="stratum", default=EVERYBODY)
    return survey, wave, stratum
