"""从哪来 of a measure: its definition, its value, the rows that make it and their files."""

from __future__ import annotations

import math
import re

import pandas as pd
import streamlit as st

from dashboard import data
from dashboard import format as fmt
from dashboard.components.bridge_gap import gap_note
from dashboard.components.followup_way import rows_way
from dashboard.components.page import empty_state, source_note
from dashboard.components.row_checks import checks_passed, row_results
from dashboard.components.tables import minus
from dashboard.components.trace import PAGE_ROWS, month_switch
from dashboard.escape import csv_bytes, markdown
from dashboard.server.services import services
from pipelines.domain.catalog import datasets
from pipelines.domain.measures import ADDITIVITY_LABELS, Additivity, Measure
from pipelines.domain.months import last_day
from pipelines.measures import measure as registered
from pipelines.measures.rows import Value, recomputed, rows, sources, value
from pipelines.measures.sql import EVERYTHING

TREES = {"party": "党组织", "admin": "行政单位"}
TITLES = (
    *("kpi_name", "activity_type", "item", "text", "title", "task_name", "step", "rule_id"),
    "dataset",
)
FIGURES = ("actual", "target")  # shown even when only their ratio is read
DATES = {  # of facts that follow from days, shown beside what was made of them
    "business_on": "业务完成",
    "party_on": "党建完成",
    "party_source_row": "党建一侧的行",
    "first_action_id": "督办事项",
    "action_count": "督办事项数",
}
COLUMNS = {
    "unit_name": "单位",
    "about": "内容",
    "row_key": "行标识",
    "weight": "份额",
    "numerator": "计入分子",
    "denominator": "计入分母",
    "dataset_label": "数据表",
    "file_name": "文件",
    "source_sheet": "工作表",
    "source_row": "行",
    "upload_id": "批次",
    "uploaded_by": "提交岗位",
    "uploaded_at": "提交时间",
}


@st.dialog("从哪来", width="large")
def show_measure_lineage(
    measure_id: str, tree: str, unit_id: str, month: str, *, part: str | None = None
) -> None:
    """What a measure of a unit with all below it ('*': a whole tree) is in ``month``, and why; the
    month before can be chosen, as its figure stands beside it on the pages.

    ``part``: of one value of the column by which the measure is told part by part.
    """
    measure_lineage(measure_id, tree, unit_id, month, part=part)


def measure_lineage(
    measure_id: str, tree: str, unit_id: str, month: str, *, part: str | None = None
) -> None:
    """The inside of the dialog."""
    month = month_switch(month, key="measure_lineage_month")
    found = registered(measure_id)
    place = (measure_id, tree, unit_id, month)
    mart = services().mart(data.build_id())
    at = "|".join([*place, part or ""])
    got = data.memo("measure_value", lambda: value(mart, *place, part=part), at=at)
    where = " · ".join(
        filter(None, (_unit_label(tree, unit_id, month), fmt.month_label(month), part))
    )
    st.markdown(f"**{markdown(found.label)} · {markdown(where)}**")
    st.markdown(markdown(value_sentence(found, got)))
    if tree == "admin" and "unit_bridge" in sources(measure_id):
        gap_note(tree, unit_id, month)
    measure_meaning(found)
    if not got.row_count:
        empty_state("这个月没有计入的行。", "请核对该月的数据是否已提交，单位名称是否在名册里。")
        return
    pages = math.ceil(got.row_count / PAGE_ROWS)
    number = 1
    if pages > 1:
        number = st.number_input(f"第几页（共 {pages} 页）", 1, pages, key="measure_lineage_page")
    offset = (number - 1) * PAGE_ROWS
    these = data.memo(
        "measure_rows",
        lambda: rows(mart, *place, part=part, limit=PAGE_ROWS, offset=offset),
        at=at,
        offset=offset,
    )
    shown = lineage_table(these, found)
    shown.insert(
        list(shown.columns).index("数据表"), "检查", row_results(these, sheet="source_sheet")
    )
    st.dataframe(
        minus(shown),
        hide_index=True,
        placeholder=fmt.MISSING,
        alt=f"{found.label}的来源行，第 {number} 页",
    )
    rows_way(these, month)
    if pages == 1:
        again = fmt.measure_value(recomputed(these, found), found)
        source_note(f"由上面 {len(these)} 行重算得 {again}。")
    files = these.dropna(subset=["upload_id"]).drop_duplicates("upload_id")
    checks_passed(dict(zip(files["upload_id"], files["file_name"], strict=True)))
    st.download_button(
        f"下载全部 {got.row_count} 行（CSV）",
        data=lambda: csv_bytes(lineage_table(rows(mart, *place, part=part), found)),
        file_name=f"{found.label}_{month}.csv",
        mime="text/csv",
        key="measure_lineage_csv",
        on_click="ignore",
    )
    source_note(f"汇总版本 {mart.build_id}。行号与原文件一致；没有行号的由多行算得。")


def value_sentence(measure: Measure, got: Value) -> str:
    """The value and what it was divided from, in one sentence."""
    shown = fmt.measure_value(got.value, measure)
    if measure.additivity is not Additivity.RATIO:
        return f"{shown}，由 {fmt.count(got.row_count)} 行算得。"
    parts = fmt.measure_parts(got.numerator, got.denominator, measure)
    if got.row_count and got.value is None:
        return f"{shown}：分母为 0，不计算（{parts}，{fmt.count(got.row_count)} 行）。"
    return f"{shown} ＝ {parts}，由 {fmt.count(got.row_count)} 行算得。"


def lineage_table(found: pd.DataFrame, measure: Measure) -> pd.DataFrame:
    """Fact rows under Chinese names; a column that says nothing for this measure is left out."""
    title = next((name for name in TITLES if name in found), None)
    labels = {name: each.label for name, each in datasets().items()}
    days = [name for name in DATES if name in found and name.endswith("_on")]
    shown = found.assign(
        **{name: [fmt.day_label(each) for each in pd.to_datetime(found[name])] for name in days},
        about=found[title].map(lambda text: labels.get(text, text)) if title else None,
        dataset_label=found["dataset"].map(lambda name: labels.get(name, name)),
        uploaded_at=fmt.moment_labels(found["uploaded_at"]),
    )
    if measure.sides:
        shown["numerator"] = [fmt.days_apart(each, measure.sides) for each in found["numerator"]]
    columns = dict(COLUMNS)
    if measure.additivity is not Additivity.RATIO:
        del columns["denominator"]
        columns["numerator"] = "取值" if measure.additivity is Additivity.MEDIAN else "计入"
    if title is None:
        del columns["about"]
    read = {name: label for name, label in DATES.items() if name in found}
    read |= _read_columns(found, measure)
    at = list(columns).index("weight")
    columns = dict([*list(columns.items())[:at], *read.items(), *list(columns.items())[at:]])
    texts = ["source_sheet", "file_name", "uploaded_by", "uploaded_at", "upload_id"]
    shown[texts] = shown[texts].astype(object).where(shown[texts].notna(), fmt.MISSING)
    return shown[list(columns)].rename(columns=columns)


def _read_columns(found: pd.DataFrame, measure: Measure) -> dict[str, str]:
    """Columns of the uploaded rows that the measure reads, under the names of their contract."""
    contracts = [datasets()[name] for name in found["dataset"].dropna().unique()]
    text = f"{measure.numerator} {measure.denominator} {measure.where}"
    wanted = {*re.findall(r"[a-z_]+", text), *FIGURES}
    return {
        name: contract[name].label
        for contract in contracts
        for name in contract.names
        if name in found and name in wanted and contract[name].label not in COLUMNS.values()
    }


def measure_meaning(found: Measure) -> None:
    """Definition, formula, limits, additivity and sources, in full."""
    made_of = "、".join(datasets()[name].label for name in sources(found.id))
    st.markdown(
        f"口径：{markdown(found.definition)}\n\n"
        f"算法：{markdown(found.formula)}\n\n"
        f"不说明什么：{markdown(found.not_told)}\n\n"
        f"汇总：{markdown(ADDITIVITY_LABELS[found.additivity])}\n\n"
        f"用到的数据：{markdown(made_of)}"
    )


def _unit_label(tree: str, unit_id: str, month: str) -> str:
    if unit_id == EVERYTHING:
        return f"全部{TREES.get(tree, tree)}"
    units = data.query("units", day=last_day(month)).set_index("unit_id")["unit_name"]
    return str(units.get(unit_id, unit_id))
