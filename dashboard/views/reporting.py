"""报送进度: who has reported what for a month, on time or not, and whom to remind."""

from __future__ import annotations

from datetime import date
from functools import partial

import pandas as pd
import streamlit as st

from dashboard import data
from dashboard import format as fmt
from dashboard.catalog import Page
from dashboard.components import csv_download, empty_state, page_header, source_note, table
from dashboard.components import reporting as shown
from dashboard.components.addressed import addressed_select
from dashboard.components.source_choice import month_sources, source_choice
from dashboard.components.sources import as_of
from dashboard.components.trace import trace_button
from pipelines.reporting import reports

PAGE = Page(title="报送进度", group="数", order=20, url_path="reporting")
RATES = ("report_complete_rate", "report_on_time_rate")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def render() -> None:
    """The page."""
    months = data.query("reporting_months") if data.has_mart() else pd.DataFrame()
    if months.empty:
        page_header("报送进度")
        empty_state(
            "还看不出谁应报、谁已报：没有单位名册，或还没有按月报送的数据入库。",
            "请到“上传入库”提交单位名册（可在“应报数据”一列写明各单位报什么）和业务指标月报或"
            "党建活动台账；没有写“应报数据”的单位，按近六个月报过什么推断。",
        )
        return
    head = st.container()
    month = _month(months)
    owed = shown.as_seen(data.query("reporting_month", month=month), date.today())
    with head:
        page_header(
            shown.headline(month, owed),
            f"按单位和数据表逐份计，一个单位可能应报几份；截至 {as_of()}。",
        )
    _figures(owed)
    table(shown.matrix(owed), alt=f"{fmt.month_label(month)}各数据表的报送情况")
    source_note(
        shown.due_rule(tuple(each for each in reports() if each.dataset in set(owed["dataset"])))
    )
    trace_button(partial(shown.owed_trace, month, owed), key="owed_trace")
    source_choice(month_sources(RATES, month), month, key="reporting_source")
    _missing(month, owed)
    _received(month, owed)
    _basis(owed)


def _month(months: pd.DataFrame) -> str:
    """The newest month that anything came in for, unless the address says another."""
    listed = months["month"].tolist()
    came = months.index[months["received_count"] > 0]
    newest = listed[int(came[0])] if len(came) else listed[0]
    return addressed_select(
        "月份", listed, key="month", default=newest, format_func=fmt.month_label
    )


def _figures(owed: pd.DataFrame) -> None:
    complete, on_time = shown.complete_rate(owed), shown.on_time_rate(owed)
    left, right = st.columns(2)
    came = int(owed["received_at"].notna().sum())
    left.metric("报送完整率", fmt.percent(complete))
    left.caption(f"应报 {fmt.count(len(owed))} 份，已收到 {fmt.count(came)} 份")
    right.metric("报送及时率", fmt.percent(on_time))
    right.caption(shown.on_time_note(owed))


def _missing(month: str, owed: pd.DataFrame) -> None:
    st.header("还没有报来", anchor="missing")
    frame = shown.reminder(month, owed)
    if frame.empty:
        st.text("应报的都已收到。")
        return
    table(frame, alt=f"{fmt.month_label(month)}还没有报来的单位和数据表")
    stem = f"催报清单_{month}"
    left, right = st.columns(2)
    with left:
        st.download_button(
            "下载催报清单 XLSX",
            data=lambda: shown.workbook_bytes(frame, sheet="催报清单"),
            file_name=f"{stem}.xlsx",
            mime=XLSX,
            key="reminder_xlsx",
            on_click="ignore",
        )
    with right:
        csv_download(frame, file_stem=stem)
    source_note("按数据表和单位代码排列，不是名次。没有报来不等于没有开展，请先核对文件是否漏收。")


def _received(month: str, owed: pd.DataFrame) -> None:
    frame = shown.received(month, owed)
    if not frame.empty:
        with st.expander(f"看已收到的 {fmt.count(len(frame))} 份：什么时候、在哪个文件里"):
            table(frame, alt=f"{fmt.month_label(month)}已收到的报送和收到时间")
            csv_download(frame, file_stem=f"已收到_{month}")


def _basis(owed: pd.DataFrame) -> None:
    for text in shown.basis_notes(owed, data.query("reporting_unknown_words")):
        source_note(text)
