"""潜绩存量（估计）: the joint fit of one KPI, computed when it is asked for."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import data
from dashboard.charts.waterfall import waterfall
from dashboard.components.addressed import addressed_select
from dashboard.components.figure import figure, heading
from dashboard.components.page import empty_state
from dashboard.components.sources import analysis_source
from dashboard.components.tables import csv_download, table
from dashboard.format import number
from dashboard.latent_estimates import (
    STEPS,
    UNIT,
    StockView,
    is_distinct,
    release_table,
    shown_movement,
    stock_sentence,
    stock_view,
    types_table,
)
from pipelines.analysis.association import Analysis, analyse
from pipelines.analysis.inputs import activity_values, signed_kpis
from pipelines.analysis.joint import JointFit

SEED = 0


def latent_estimate(month: str, unit_id: str | None) -> None:
    """The section; ``unit_id`` is the unit chosen above, None means the mean of all units."""
    st.header("潜绩存量（估计）", anchor="stock")
    st.caption(
        "由联合分布滞后模型估计：过去的活动预计还会在哪几个月、以多大幅度与指标同向变化。"
        "单位是指标平时逐月波动的大小（常规波动）；同向变化不等于因果，不用于个人。"
    )
    if not st.toggle("计算（首次约十秒，之后直接显示）", key="estimate", bind="query-params"):
        return
    found = data.memo("analysis", _analysis)
    names = dict(zip(data.query("kpis")["kpi_id"], data.query("kpis")["kpi_name"], strict=True))
    if not found.joints:
        empty_state(
            "数据不足：没有一项指标够得上估计。", "需要至少 12 个单位、18 个连续月份的指标和活动。"
        )
        return
    kpi = addressed_select(
        "指标", list(found.joints), key="stock_kpi", default=next(iter(found.joints)),
        format_func=lambda each: names.get(each, each),
    )  # fmt: skip
    _shown(found, kpi, names.get(kpi, kpi), month, unit_id)


def _analysis() -> Analysis:
    kpis = signed_kpis(data.query("kpi_unit_month"), data.query("kpis"))
    return analyse(kpis, activity_values(data.query("activity_unit_month")), seed=SEED)


def _shown(found: Analysis, kpi: str, kpi_name: str, month: str, unit_id: str | None) -> None:
    fit, kpis = found.joints[kpi], len(found.joints)
    chosen = None if unit_id is None else frozenset({unit_id})
    activities = activity_values(data.query("activity_unit_month"))
    view = stock_view(fit, activities, month, chosen, kpis=kpis)
    if view is None:
        empty_state(
            f"这个月没有存量：要有此前 {fit.max_lag} 个月连续的活动记录。",
            "请换一个较晚的月份，或换一个单位。",
        )
        return
    title = stock_sentence(view, "各单位平均" if unit_id is None else "该单位", kpi_name, month)
    if is_distinct(view):
        _movement(view, title, basis(found, fit, view.n_units))
    else:
        heading(title, basis(found, fit, view.n_units))
        st.info("区间含 0，所以不画存量的增减和释放：画出来的只会是偶然的起伏。")
    types = types_table(fit, view, kpis=kpis)
    heading(
        "各活动类型",
        f"单位：{UNIT}；类别由当期占比的区间判定（Fieller），区间按 {kpis} 项指标和 "
        f"{len(types)} 类活动校正。“{kpi_name}”的一个常规波动 = {fluctuation(fit)}。",
    )
    table(types, alt=f"{kpi_name} 各活动类型的存量和类别")
    csv_download(types, file_stem="latent_types")


def _movement(view: StockView, title: str, subtitle: str) -> None:
    """The waterfall and the release schedule."""
    values = shown_movement(view)
    figure(
        waterfall(list(STEPS), values, title=f"存量（{UNIT}）"),
        title=title,
        subtitle=f"上月末存量 + 本月新增 + 本月释放 = 本月末存量。{subtitle}",
        alt=f"{title}。四根柱依次为上月末存量、本月新增、本月释放、本月末存量。",
        table=pd.DataFrame({"项目": STEPS, f"数值（{UNIT}）": values}),
        file_stem="latent_movement",
        source=f"{analysis_source()}；随机种子 {SEED}",
    )
    heading("预计逐月释放", f"各月相加等于本月末存量；单位：{UNIT}。")
    table(release_table(view), alt="存量按之后各月的预期释放")


def basis(found: Analysis, fit: JointFit, n_units: int) -> str:
    """What the figures rest on, and for how many KPIs the interval is made wider."""
    return (
        f"{n_units} 个单位；滞后 0—{fit.max_lag} 个月，系数由 {fit.n_units} 个单位、"
        f"{fit.n_months} 个月估计；区间按 {len(found.joints)} 项指标校正（Bonferroni）。"
    )


def fluctuation(fit: JointFit) -> str:
    """σ_w in words: a share when the KPI was taken in logs, else in the KPI's own unit."""
    return f"约 {fit.sigma:.1%}" if fit.logged else f"{number(fit.sigma)}（指标自身的单位）"
