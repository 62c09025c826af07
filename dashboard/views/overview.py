"""总览: the month in five sentences, what needs attention, and every KPI down to its rows."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import data
from dashboard.catalog import Page
from dashboard.components import empty_state, page_header, source_note
from dashboard.components.assessment_way import month_assessment
from dashboard.components.association_evidence import association_evidence
from dashboard.components.attention import attention, late_records
from dashboard.components.beside import beside_the_month
from dashboard.components.chain_figures import chain_figures
from dashboard.components.controls import floor_input, month_select
from dashboard.components.followups import followup_items
from dashboard.components.kpi_cards import kpi_cards
from dashboard.components.page_way import page_way
from dashboard.components.source_choice import month_sources, source_choice
from dashboard.components.sources import as_of
from dashboard.components.unplaced import missing_note
from dashboard.escape import markdown
from dashboard.format import month_label
from dashboard.sentences import (
    ACTIVITIES,
    ATTENTION,
    CARDS,
    CHAIN,
    MonthFigures,
    headline,
    month_sentences,
)
from dashboard.status import WARNING_FLOOR
from pipelines.integrity.thresholds import late_days

PAGE = Page(title="总览", group="看", order=10, url_path="overview")
RECORDS = ("activity_count", "late_record_rate")
SECTIONS = {CARDS: "指标", CHAIN: "融合链", ATTENTION: "需关注", ACTIVITIES: "党建活动"}


def render() -> None:
    """The page."""
    months = data.query("months") if data.has_mart() else pd.DataFrame()
    if months.empty:
        page_header("总览")
        empty_state(
            "还没有可看的月份：没有已入库的业务指标月报。",
            "请到“上传入库”依次提交单位名册、指标库和业务指标月报，确认后这里会显示当月情况。",
        )
        return
    head = st.container()
    left, right = st.columns(2)
    with left:
        month = month_select(months)
    with right:
        floor = floor_input(WARNING_FLOOR)
    figures = _figures(month, floor)
    with head:
        page_header(headline(figures), f"达成率 = 实际对目标，按指标方向折算；截至 {as_of()}。")
    _sentences(figures)
    missing_note()
    association_evidence()
    _sections(figures)


def _figures(month: str, floor: float) -> MonthFigures:
    return MonthFigures(
        month=month,
        floor=floor,
        totals=_without_placebo(data.query("kpi_month_totals", month=month)),
        weak=data.query("weak_links", month=month, floor=floor),
        busy=data.query("busy_unmoved", month=month, floor=floor),
        items=followup_items(month),
        activities=data.query("activity_month_totals", month=month),
        measures=data.query("measure_month", month=month),
        reaches_units=not data.query("activity_unit_month").empty,
    )


def _without_placebo(totals: pd.DataFrame) -> pd.DataFrame:
    """A placebo KPI checks the method; it is no result anybody is judged by."""
    placebo = data.query("kpis").query("is_placebo == True")["kpi_id"]
    return totals[~totals["kpi_id"].isin(placebo)]


def _sentences(figures: MonthFigures) -> None:
    lines = [
        f"{at}. {markdown(each.text)} [看{SECTIONS[each.evidence]}](#{each.evidence})"
        for at, each in enumerate(month_sentences(figures), start=1)
    ]
    st.markdown("\n".join(lines))


def _sections(figures: MonthFigures) -> None:
    st.header(SECTIONS[CHAIN], anchor=CHAIN)
    chain_figures(figures.month, figures.measures, folded=True)
    source_note(
        "活动 → 挂接指标、任务或载体 → 督办事项 → 按期销号。各数都不是活动次数的多少；"
        f"挂接的确认和明细见“融合链”页，{as_of()}。"
    )
    st.header(SECTIONS[ATTENTION], anchor=ATTENTION)
    attention(figures)
    page_way("看督办整改清单", "followups", key="way_followups", month=figures.month)
    st.header(SECTIONS[CARDS], anchor=CARDS)
    kpi_cards(figures.totals, month=figures.month, floor=figures.floor)
    source_note(
        "数值为各单位汇总；上级单位与下级重复报送的只计下级。"
        "蓝色 = 向好，橙色 = 变差（按指标方向判断），箭头只表示数值增减。"
        f"小图为最近 13 个月，{as_of()}。"
    )
    beside_the_month(figures.month)
    month_assessment(figures.month)
    st.header(SECTIONS[ACTIVITIES], anchor=ACTIVITIES)
    late_records(figures.activities, figures.month)
    source_choice(month_sources(RECORDS, figures.month), figures.month, key="records_source")
    source_note(
        f"{month_label(figures.month)}党建活动台账，每次活动按举办的党组织计一次；"
        f"补录指举办 {late_days()} 天以后才登记，是数据核对线索，不是结论。"
    )
