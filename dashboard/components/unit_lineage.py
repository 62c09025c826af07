"""从哪来 of a unit's own figures: attainment, index, KPIs by month, recent activities."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import data
from dashboard.components.beside import remark
from dashboard.components.lineage import kpi_meaning
from dashboard.components.tables import table
from dashboard.components.trace import Trace
from dashboard.escape import markdown
from dashboard.format import MISSING, count, month_label, number, percent
from dashboard.latent_trace import rows_table
from pipelines.domain.months import shift
from pipelines.measures import measure

RECENT = 3  # months, as in mart/activity_recent.sql
ATTAINED, HELD, MIDDLE = "达成率、达成指数", "近三个月活动", "各单位中位数"
LIMITS = (0.0, 1.5)  # of one attainment in the index, as in mart/attainment_unit_month.sql
NO_KPI = "没有指标行。"


def unit_trace(unit_id: str, name: str, month: str) -> Trace | None:
    """One of the figures that a list of units shows, chosen in the dialog."""
    what = st.segmented_control(
        "看哪个数",
        [ATTAINED, HELD, MIDDLE],
        default=ATTAINED,
        required=True,
        key=f"unit_trace_{unit_id}_{month}",
    )
    if what == MIDDLE:
        _middle(month)
        return None
    make = attainment_trace if what == ATTAINED else recent_trace
    return make(unit_id, name, month)


def attainment_trace(unit_id: str, name: str, month: str) -> Trace:
    """Every KPI of the unit in the month and the index that they make."""
    rows = data.query("unit_kpi_rows", unit_id=unit_id, first_month=month, last_month=month)
    of = measure("attainment_rate")
    return Trace(
        title=f"{name} · 达成率和达成指数 · {month_label(month)}",
        definition=f"{of.definition}本单位直接报的行，不含下级。",
        formula=f"{of.formula}；参照指标不计。",
        again=index_sentence(rows),
        rows=rows,
        shown=unit_kpi_table(rows),
        stem=f"unit_attainment_{unit_id}_{month}",
    )


def index_sentence(rows: pd.DataFrame) -> str:
    """The index once more from rows of ``unit_kpi_rows`` of one month."""
    judged = rows.dropna(subset=["attainment_rate"])
    judged = judged[~judged["is_placebo"] & (judged["weight"] > 0)]
    if judged.empty:
        return "没有一行判断得了达成，没有达成指数。"
    weight = judged["weight"].sum()
    reached = (judged["weight"] * judged["attainment_rate"].clip(*LIMITS)).sum()
    return (
        f"由能判断的 {count(len(judged))} 行重算，达成指数为 {percent(reached / weight)}"
        f" ＝ {number(reached, 4)} ÷ {number(weight, 4)}；各指标的达成率见各行。"
    )


def recent_trace(unit_id: str, name: str, month: str) -> Trace:
    """The activities of three months that reach the unit, with the share by which they do."""
    first = shift(month, 1 - RECENT)
    rows = data.query("latent_rows", unit_id=unit_id, first=first, last=month)
    rows = rows[rows["kind"] == "activity"]
    return Trace(
        title=f"{name} · 近三个月活动 · {month_label(first)}至{month_label(month)}",
        definition="当月和前两个月计到该行政单位的党建活动，含补录；党组织的活动按组织对照的份额计。",
        formula="Σ 份额",
        again=f"由 {count(len(rows))} 行的份额相加，为 {number(rows['amount'].sum(), 1)} 次。",
        rows=rows,
        shown=rows_table(rows),
        stem=f"unit_recent_{unit_id}_{month}",
    )


def _middle(month: str) -> None:
    found = data.query("activity_recent", month=month)
    counts = found["activity_count_3m"]
    st.markdown(
        markdown(
            f"当月报了指标的 {count(len(counts))} 个单位近三个月活动次数的中位数，"
            f"为 {number(counts.median(), 1)} 次；没有活动的按 0 次。"
            f"每个单位的次数由哪些行算得，选该单位看“{HELD}”。"
        )
    )
    shown = pd.DataFrame(
        {
            "单位": found["unit_name"],
            "近三个月活动（次）": [number(each, 1) for each in counts],
        }
    )
    table(shown, alt="各单位近三个月的活动次数", height=320)


def kpi_history_trace(unit_id: str, name: str, first_month: str, month: str) -> Trace | None:
    """One KPI of the unit by month, chosen in the dialog."""
    rows = data.query("unit_kpi_rows", unit_id=unit_id, first_month=first_month, last_month=month)
    names = rows.drop_duplicates("kpi_id").set_index("kpi_id")["kpi_name"].sort_index()
    if names.empty:
        st.markdown(NO_KPI)
        return None
    kpi_id = st.selectbox(
        "看哪项指标", list(names.index), format_func=names.get, key=f"unit_kpi_trace_{unit_id}"
    )
    rows = rows[rows["kpi_id"] == kpi_id]
    definition, formula = kpi_meaning(kpi_id, month)
    return Trace(
        title=f"{name} · {names[kpi_id]} · {month_label(first_month)}至{month_label(month)}",
        definition=definition,
        formula=f"单位自己报的数，不汇总；各月按当月有效的口径。{formula}",
        again=f"共 {count(len(rows))} 行；图和数据表里一个月的数就是下面该月的那一行。",
        rows=rows,
        shown=unit_kpi_table(rows),
        stem=f"unit_kpi_{unit_id}_{kpi_id}",
    )


def unit_kpi_table(rows: pd.DataFrame) -> pd.DataFrame:
    """What is read of ``unit_kpi_rows``, under Chinese names."""
    return pd.DataFrame(
        {
            "月份": [month_label(each) for each in rows["month"]],
            "指标": rows["kpi_name"],
            "实际": rows["actual"],
            "目标": rows["target"],
            "计量单位": rows["unit_of_measure"].fillna(MISSING),
            "达成率": [percent(each) for each in rows["attainment_rate"]],
            "权重": rows["weight"],
            "说明": [
                "参照指标" if row["is_placebo"] else remark(row) for _, row in rows.iterrows()
            ],
        }
    )
