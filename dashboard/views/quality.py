"""数据质量: leads for checking in the activity log, the statements of units, the rules' results."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import data
from dashboard import format as fmt
from dashboard.catalog import Page
from dashboard.components import empty_state, page_header, source_note
from dashboard.components.addressed import addressed_select
from dashboard.components.confirmation import show_notices
from dashboard.components.integrity import checks_table, definitions, findings_list, statement
from dashboard.components.rule_history import rule_history
from dashboard.components.source_choice import month_sources, source_choice
from dashboard.components.sources import as_of
from dashboard.components.unplaced import unplaced_rows
from pipelines.integrity.checks import CHECKS, LABELS

PAGE = Page(title="数据质量", group="数", order=30, url_path="quality")

ALL = "all"
RATES = ("integrity_finding_rate", "integrity_explained_rate")
ADVICE = "核对线索先给本单位看，由单位说明；不是结论，不计分，不排名。"


def render() -> None:
    """The page."""
    months = data.query("integrity_months") if data.has_mart() else pd.DataFrame()
    if months.empty:
        page_header("数据质量")
        empty_state(
            "还没有可核对的活动记录：没有已入库的党建活动台账。",
            "请到“上传入库”提交单位名册和党建活动台账，确认后这里会列出核对线索。",
        )
        if data.has_mart():
            unplaced_rows()
        rule_history()
        return
    head = st.container()
    show_notices()
    month, unit, check = _filters(months["month"].tolist())
    where = {"month": month, "unit_id": unit}
    with head:
        page_header(_headline(where), f"{ADVICE}{as_of()}。")
    checks_table(
        data.query("integrity_summary", **where), data.query("integrity_trend", unit_id=unit)
    )
    source_note(
        "走势为所选党组织（未选为全部）每月的线索条数。"
        "题头的条数不含“痕迹无结果”：它只说明没有写下结果，不怀疑记录本身。"
    )
    if month and unit is None:
        source_choice(month_sources(RATES, month), month, key="quality_source")
    definitions()
    st.header("核对线索", anchor="findings")
    found = data.query("integrity_findings", check_id=check, **where)
    findings_list(found, file_stem=f"核对线索_{month or '全部月份'}")
    statement(found)
    unplaced_rows()
    rule_history()


def _filters(months: list[str]) -> tuple[str | None, str | None, str | None]:
    """Month, organisation and check; None for all. Each stays in the address."""
    units = data.query("integrity_units")
    names = dict(zip(units["unit_id"], units["unit_name"], strict=True))
    first, second, third = st.columns(3)
    with first:
        month = addressed_select(
            "月份",
            [*months, ALL],
            key="activity_month",
            param="month",
            default=months[0] if months else ALL,
            format_func=lambda each: "全部月份" if each == ALL else fmt.month_label(each),
        )
    with second:
        unit = addressed_select(
            "党组织",
            [ALL, *names],
            key="organisation",
            param="unit",
            default=ALL,
            format_func=lambda each: "全部党组织" if each == ALL else names.get(each, each),
            filter_mode="fuzzy",
        )
    with third:
        check = addressed_select(
            "检查",
            [ALL, *(each.id for each in CHECKS)],
            key="check",
            default=ALL,
            format_func=lambda each: LABELS.get(each, "全部检查"),
        )
    return tuple(None if each == ALL else each for each in (month, unit, check))


def _headline(where: dict[str, str | None]) -> str:
    """How many records have a lead, and for how many the unit has said something."""
    counts = data.query("integrity_records", **where).iloc[0]
    when = fmt.month_label(where["month"]) if where["month"] else "全部月份"
    records = f"{when}：{fmt.count(counts['record_count'])} 条活动记录"
    if counts["record_count"] == 0:
        return f"{when}：所选党组织没有活动记录"
    if counts["found_count"] == 0:
        return f"{records}没有核对线索"
    said = fmt.count(counts["explained_count"])
    return f"{records}中 {fmt.count(counts['found_count'])} 条有核对线索，{said} 条已有单位说明"
