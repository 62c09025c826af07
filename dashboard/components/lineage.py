"""从哪来: the rows, files and people's posts behind one figure."""

from __future__ import annotations

import math

import pandas as pd
import streamlit as st

from dashboard import data
from dashboard.components.beside import remark
from dashboard.components.page import empty_state, source_note
from dashboard.components.row_checks import checks_passed, row_results
from dashboard.components.tables import csv_download, minus
from dashboard.escape import markdown
from dashboard.format import MISSING, is_missing, moment_labels, month_label

PAGE_ROWS = 50
COLUMNS = {
    "unit_name": "单位",
    "actual": "实际",
    "target": "目标",
    "counted": "计入汇总",
    "remark": "说明",
    "file_name": "文件",
    "sheet": "工作表",
    "source_row": "行",
    "uploaded_by": "提交岗位",
    "uploaded_at": "提交时间",
    "upload_id": "批次",
    "sha256": "文件指纹",
}
AGGREGATIONS = {"sum": "各单位相加", "mean": "各单位平均", "last": "各单位期末数相加"}


@st.dialog("从哪来", width="large")
def show_lineage(kpi_id: str, kpi_name: str, month: str) -> None:
    """Definition, formula and every source row of one KPI in ``month``."""
    rows = data.query("kpi_rows", unit_id=None, month=month, kpi_id=kpi_id)
    st.markdown(f"**{markdown(kpi_name)} · {month_label(month)}**")
    st.markdown(markdown(_definition(kpi_id)))
    if rows.empty:
        empty_state("没有找到来源行。", "请到“上传入库”核对该月的业务指标月报是否已提交。")
        return
    pages = math.ceil(len(rows) / PAGE_ROWS)
    number = 1
    if pages > 1:
        number = st.number_input(f"第几页（共 {pages} 页）", 1, pages, key="lineage_page")
    these = rows.iloc[(number - 1) * PAGE_ROWS : number * PAGE_ROWS]
    shown = lineage_table(these)
    shown.insert(list(shown.columns).index("文件"), "检查", row_results(these, sheet="sheet"))
    st.dataframe(
        minus(shown),
        hide_index=True,
        placeholder=MISSING,
        alt=f"{kpi_name} 的来源行，第 {number} 页",
    )
    files = these.drop_duplicates("upload_id")
    checks_passed(dict(zip(files["upload_id"], files["file_name"], strict=True)))
    everything = lineage_table(rows)
    label = f"下载全部 {len(rows)} 行（CSV）"
    csv_download(everything, file_stem=f"lineage_{kpi_id}_{month}", label=label)
    source_note(
        f"共 {len(rows)} 行，来自 {rows['upload_id'].nunique()} 个批次；"
        f"汇总版本 {data.build_id()}。行号与原文件一致。"
    )


def lineage_table(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of ``kpi_rows`` under Chinese names; time to the minute, hash shortened."""
    rows = rows.assign(
        remark=[remark(row) for _, row in rows.iterrows()],
        counted=[_counted(row) for _, row in rows.iterrows()],
    )
    shown = rows[list(COLUMNS)].rename(columns=COLUMNS).fillna({"工作表": MISSING})
    moments = moment_labels(rows["uploaded_at"])
    return shown.assign(**{"提交时间": moments, "文件指纹": rows["sha256"].str[:12]})


def _counted(row: pd.Series) -> str:
    if is_missing(row["actual"]):
        return "— 没有实际数"
    return "● 计入" if row["is_counted"] else "○ 不计（下级已报）"


def _definition(kpi_id: str) -> str:
    kpis = data.query("kpis").set_index("kpi_id")
    if kpi_id not in kpis.index:
        return "指标库里没有这个指标的定义。"
    found = kpis.loc[kpi_id]
    how = AGGREGATIONS.get(found["aggregation"], str(found["aggregation"]))
    return f"口径：{found['unit_of_measure']}；汇总方式：{how}；定义见“口径与规则”。"
