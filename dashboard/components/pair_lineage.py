"""从哪来 of a pair: what went into the analysis of one unit, month by month, and its rows."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import data
from dashboard.components.addressed import addressed_select
from dashboard.components.association_scope import scope_words
from dashboard.components.page import empty_state, source_note
from dashboard.components.tables import csv_download, table
from dashboard.escape import markdown
from dashboard.format import MISSING, month_label, number
from pipelines.associations import MEASURES, Scope

ROW_COLUMNS = {
    "month": "月份",
    "kind": "是什么",
    "title": "内容",
    "actual": "指标实际",
    "share": "活动计入份额",
    "present_count": "人次",
    "training_hours": "学时",
    "is_late": "补录",
    "file_name": "文件",
    "sheet": "工作表",
    "source_row": "行",
    "upload_id": "批次",
    "uploaded_by": "提交岗位",
}
KINDS = {"kpi": "指标", "activity": "活动"}
WEIGHTS = {"activity": None, "participant": "present_count", "hour": "training_hours"}


def pair_lineage(pair: pd.Series, scope: Scope, build_id: str) -> None:
    """Folded: months and source rows of a unit that can be chosen, settings, seed and build."""
    with st.expander("从哪来"):
        units = data.query("units").set_index("unit_id")["unit_name"]
        reporting = [each for each in data.query("unit_reporting")["unit_id"] if each in units]
        unit_id = addressed_select(
            "看哪个单位的原始记录",
            reporting,
            key="association_unit",
            param="unit",
            default=reporting[0],
            format_func=lambda each: f"{units.get(each, each)} · {each}",
            filter_mode="fuzzy",
        )
        rows = data.query(
            "association_rows",
            unit_id=unit_id,
            kpi_id=pair["kpi"],
            activity_type=pair["activity_type"],
            first_month=scope.first_month,
            last_month=scope.last_month,
        )
        if rows.empty:
            empty_state("这个单位没有这一对的记录。", "请换一个单位，或核对组织对照。")
        else:
            _months(rows, pair, scope)
            _rows(rows)
        key = scope.key(build_id)
        source_note(
            f"设置：{scope_words(scope)}，最多领先 {scope.max_lag} 个月；随机种子 {key.seed}；"
            f"汇总版本 {build_id}；结果编号 {key.digest}。"
        )


def _months(rows: pd.DataFrame, pair: pd.Series, scope: Scope) -> None:
    cells = month_cells(rows, scope)
    measure = MEASURES[scope.measure]
    shown = pd.DataFrame(
        {
            "月份": [month_label(month) for month in cells.index],
            f"{pair['activity_type']}（{measure}）": [number(each) for each in cells["activity"]],
            f"{pair['kpi_name']}（折算前）": [number(each) for each in cells["kpi"]],
        }
    )
    st.markdown(markdown("各月进入计算的数"))
    table(shown, alt="这个单位各月进入计算的活动和指标", height=240)


def month_cells(rows: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """``[activity, kpi]`` by month from the rows of association_rows, counted as the scope says."""
    held = rows[rows["kind"] == "activity"]
    weight = WEIGHTS[scope.measure]
    each = held["share"] if weight is None else held["share"] * held[weight].fillna(0)
    if not scope.late:
        each = each.where(held["is_late"] == 0, 0.0)
    figures = rows[rows["kind"] == "kpi"].groupby("month")["actual"].first()
    activity = each.astype(float).groupby(held["month"]).sum()
    cells = pd.DataFrame({"activity": activity, "kpi": figures}).sort_index()
    return cells.assign(activity=cells["activity"].fillna(0.0))


def _rows(rows: pd.DataFrame) -> None:
    shown = rows[list(ROW_COLUMNS)].rename(columns=ROW_COLUMNS)
    shown["是什么"] = shown["是什么"].map(KINDS)
    shown["月份"] = [month_label(month) for month in shown["月份"]]
    shown["补录"] = shown["补录"].map({1: "是", 0: ""})
    shown["工作表"] = shown["工作表"].fillna(MISSING)
    st.markdown(markdown(f"来源行，共 {len(rows)} 行"))
    table(shown, alt="这个单位这一对的来源行", height=280)
    csv_download(shown, file_stem="association_rows", label="下载来源行（CSV）")
