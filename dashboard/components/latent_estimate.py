"""潜绩存量: what past work is still expected to add to one KPI, taken apart."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import latent_axis
from dashboard.charts.waterfall import waterfall
from dashboard.components.figure import figure, heading
from dashboard.components.latent_lineage import show_latent_lineage
from dashboard.components.latent_place import Place
from dashboard.components.page import empty_state
from dashboard.components.sources import analysis_source
from dashboard.components.tables import csv_download, table
from dashboard.escape import markdown
from dashboard.format import number, percent
from dashboard.latent_axis import Choice
from dashboard.latent_estimates import (
    STEPS,
    UNIT,
    StockView,
    is_distinct,
    is_told,
    release_table,
    shown_movement,
    stock_sentence,
    stock_view,
    types_table,
    untold_sentence,
    untold_types,
)
from dashboard.latent_positions import stock_words
from pipelines.analysis.joint import JointFit
from pipelines.analysis.latent import ALL_TYPES
from pipelines.latent_runs import Latent


def view_of(
    found: Latent, choice: Choice, month: str, units: frozenset[str] | None
) -> StockView | None:
    """The chosen stock of ``units`` (None: all) in ``month``."""
    return stock_view(
        found.fits[choice.kpi],
        latent_axis.activities(),
        month,
        units,
        source=choice.source,
        looks=found.looks,
    )


def latent_estimate(found: Latent, choice: Choice, kpi_name: str, place: Place) -> None:
    """The section for the unit, the group or all units of ``place``."""
    st.header("潜绩存量", anchor="stock")
    st.caption(
        "由联合分布滞后模型估计：过去的活动预计还会在哪几个月、以多大幅度与指标同向变化。"
        "单位是指标平时逐月波动的大小（常见波动）；同向变化不等于因果，不用于个人。"
    )
    fit = found.fits[choice.kpi]
    view = view_of(found, choice, place.month, place.units)
    if view is None:
        empty_state(
            f"{place.who}这个月没有存量：要有此前 {fit.max_lag} 个月连续的活动记录。",
            "请换一个较晚的月份，或换一个单位。",
        )
        return
    who = place.who if place.unit else f"{place.who}平均"
    title = stock_sentence(view, who, stock_words(kpi_name, choice.source), place.month)
    if is_distinct(view):
        _movement(view, title, basis(found, fit, view.n_units))
    elif not is_told(view):
        heading(title, basis(found, fit, view.n_units))
    else:
        heading(title, basis(found, fit, view.n_units))
        st.info("区间含 0，所以不画存量的增减和释放：画出来的只会是偶然的起伏。")
    if st.button("从哪来", key="latent_lineage"):
        show_latent_lineage(found, choice, kpi_name, place)
    _types(found, fit, view, kpi_name)


def _types(found: Latent, fit: JointFit, view: StockView, kpi_name: str) -> None:
    types = types_table(fit, view, looks=found.looks)
    heading(
        f"各活动类型在“{kpi_name}”上的存量",
        f"单位：{UNIT}；类别由当期占比的区间判定，"
        f"区间按 {found.looks} 种可选的存量校正。"
        f"“{kpi_name}”的一个常见波动 = {fluctuation(fit)}。",
    )
    table(types, alt=f"{kpi_name} 各活动类型的存量和类别")
    if untold := untold_sentence(untold_types(fit, ALL_TYPES)):
        st.caption(markdown(f"{untold}其他类型照常。"))
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
        source=analysis_source(),
    )
    heading("预计逐月释放", f"各月相加等于本月末存量；单位：{UNIT}；区间另按各月校正。")
    table(release_table(view), alt="存量按之后各月的预期释放")


def basis(found: Latent, fit: JointFit, n_units: int) -> str:
    """What the figures rest on, and for how many stocks the interval is made wider."""
    return (
        f"{n_units} 个单位；往后看 {fit.max_lag} 个月，系数由 {fit.n_units} 个单位、"
        f"{fit.n_months} 个月估计；区间按 {found.looks} 种可选的存量校正。"
    )


def fluctuation(fit: JointFit) -> str:
    """σ_w in words: a share when the KPI was taken in logs, else in the KPI's own unit."""
    return f"约 {percent(fit.sigma)}" if fit.logged else f"{number(fit.sigma)}（指标自身的单位）"
