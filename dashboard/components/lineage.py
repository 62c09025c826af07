"""从哪来 of a KPI: the rows, files and posts behind the figure of a month, and of a unit."""

from __future__ import annotations

import pandas as pd

from dashboard import data
from dashboard.components.beside import remark
from dashboard.components.trace import Trace, month_switch, show_trace
from dashboard.format import (
    MISSING,
    count,
    is_missing,
    month_label,
    number_with_unit,
    percent,
)

AGGREGATIONS = {"sum": "各单位相加", "mean": "各单位平均", "last": "各单位期末数相加"}
ATTAINED = {
    "up": "达成率 = 实际 ÷ 目标（越高越好）",
    "down": "达成率 = 2 − 实际 ÷ 目标（越低越好）",
    "band": "达成率：在合理区间内为 100%，低于下限的除以下限，高于上限的 2 − 实际 ÷ 上限；"
    "合计取各单位的平均",
}


def show_lineage(kpi_id: str, kpi_name: str, month: str) -> None:
    """Definition, formula and every source row of one KPI in ``month``, or in the month before."""
    show_trace(lambda: kpi_trace(kpi_id, kpi_name, month_switch(month, key="lineage_month")))


def kpi_trace(kpi_id: str, kpi_name: str, month: str) -> Trace:
    """Of the whole organisation."""
    rows = data.query("kpi_rows", unit_id=None, month=month, kpi_id=kpi_id)
    totals = data.query("kpi_month_totals", month=month).set_index("kpi_id")
    total = totals.loc[kpi_id] if kpi_id in totals.index else None
    definition, formula = kpi_meaning(kpi_id, month)
    return Trace(
        title=f"{kpi_name} · {month_label(month)}",
        definition=definition,
        formula=formula,
        again="这个月没有这项指标。" if total is None else total_sentence(total, rows),
        rows=rows,
        shown=lineage_table(rows),
        stem=f"lineage_{kpi_id}_{month}",
    )


def total_sentence(total: pd.Series, rows: pd.DataFrame) -> str:
    """The figures of a card and, of its rows that count, sum or mean once more."""
    unit = total["unit_of_measure"]
    counted = rows.loc[rows["is_counted"], "actual"].dropna()
    said = (
        f"实际 {number_with_unit(total['actual'], unit)}，"
        f"目标 {number_with_unit(total['target'], unit)}，"
        f"达成率 {percent(total['attainment_rate'])}，"
        f"{count(total['met_unit_count'])}/{count(total['unit_count'])} 个单位达成。"
    )
    if is_missing(total["actual"]) or counted.empty:
        return f"{said}没有合计。"
    again = counted.mean() if total["aggregation"] == "mean" else counted.sum()
    return f"{said}由计入的 {count(len(counted))} 行重算，实际为 {number_with_unit(again, unit)}。"


def kpi_meaning(kpi_id: str, month: str) -> tuple[str, str]:
    """Definition and formula after the KPI dictionary as it was in ``month``."""
    kpis = data.query("kpis").set_index("kpi_id")
    if kpi_id not in kpis.index:
        return "指标库里没有这个指标的定义。", "没有定义，不判断达成；各单位的数相加，比率不相加。"
    versions = data.query("kpi_versions").query("kpi_id == @kpi_id and first_month <= @month")
    found = versions.iloc[-1]
    how = AGGREGATIONS.get(found["aggregation"], str(found["aggregation"]))
    return (
        f"计量单位 {kpis.at[kpi_id, 'unit_of_measure']}；定义见“口径与规则”的“指标库”。",
        f"{how}，上级与下级同报时只计下级；合计的达成率只取实际和目标都有的单位；"
        f"{ATTAINED.get(found['direction'], '不判断达成')}。",
    )


def lineage_table(rows: pd.DataFrame) -> pd.DataFrame:
    """What is read of the rows of ``kpi_rows``, under Chinese names."""
    return pd.DataFrame(
        {
            "单位": rows["unit_name"],
            "实际": rows["actual"],
            "目标": rows["target"],
            "达成率": [percent(each) for each in rows["attainment_rate"]],
            "计入汇总": [_counted(row) for _, row in rows.iterrows()],
            "说明": [remark(row) for _, row in rows.iterrows()],
        }
    )


def _counted(row: pd.Series) -> str:
    if is_missing(row["actual"]):
        return f"{MISSING} 没有实际数"
    return "● 计入" if row["is_counted"] else "○ 不计（下级已报）"
