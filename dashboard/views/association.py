"""关联分析: which activity types move with which KPIs, with n, intervals and what is not known."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import data
from dashboard.associations import (
    READING,
    cells_at,
    claims,
    clearest_pair,
    count_sentence,
    counts_subtitle,
    kpi_labels,
    thin_sentence,
)
from dashboard.catalog import Page
from dashboard.components import empty_state, page_header
from dashboard.components.addressed import addressed_select
from dashboard.components.analysis import analysis
from dashboard.components.association_breaks import association_breaks
from dashboard.components.association_map import association_map, first_map, lag_choice
from dashboard.components.association_scope import scope_choice, scope_words, takes_long
from dashboard.components.claims_list import claims_list
from dashboard.components.pair import NEEDED, late_comparison, pair_profile
from dashboard.components.pair_behind import pair_behind
from dashboard.components.pair_lineage import pair_lineage
from dashboard.components.sources import analysis_source
from dashboard.components.unplaced import lacking
from dashboard.components.version import addressed_build
from pipelines.analysis.evidence import THIN
from pipelines.analysis_runs import Outcome
from pipelines.association_first import first_key
from pipelines.associations import Scope

PAGE = Page(title="关联分析", group="看", order=30, url_path="association")


def render() -> None:
    """The page."""
    addressed_build()
    if not data.has_mart() or data.query("activity_unit_month").empty or data.query("months").empty:
        page_header("关联分析")
        absent = lacking("units", "unit_bridge", "kpi_definitions", "kpi_values", "activities")
        absent = absent or "能对上单位的业务指标和党建活动"
        empty_state(f"还不能分析：缺{absent}。", f"请到“上传入库”提交{absent}。{NEEDED}")
        return
    head = st.container()
    scope = scope_choice()
    found = scope and _computed(scope)
    if not scope or not found or found.frames["pairs"].empty:
        with head:
            page_header("关联分析", scope and f"{scope_words(scope)}。")
        if found:
            empty_state("这个范围里没有指标或活动的记录。", "请换一个范围或月份。")
        return
    kpis = data.query("kpis")
    pairs = found.frames["pairs"].assign(kpi_name=lambda each: kpi_labels(each["kpi"], kpis))
    with head:
        page_header(count_sentence(pairs), f"{scope_words(scope)}。{counts_subtitle(pairs)}")
    association_breaks(scope, found.frames["kept"])
    _sections(pairs, found.frames["lags"], scope)


def _computed(scope: Scope) -> Outcome | None:
    """The whole result; until it is there the progress, in a large scope r of every pair too."""
    data.runner().warm()
    build = data.build_id()
    return analysis(
        scope.key(build),
        what="分析指标与活动",
        slot="main",
        first=first_key(scope, build) if takes_long(scope) else None,
        meanwhile=lambda found: first_map(found, choose=_choose),
    )


def _sections(pairs: pd.DataFrame, lags: pd.DataFrame, scope: Scope) -> None:
    if (pairs["state"] == THIN).all():
        empty_state(thin_sentence(pairs), NEEDED)
        _pair(pairs, lags, scope)
        return
    clear = claims(pairs)
    if clear.empty:
        empty_state("校正后没有留下一对。", "下面逐格、逐对的数字只供了解，不宜据此判断。")
    else:
        claims_list(clear, choose=_choose)
    st.info(READING)
    lag = lag_choice()
    association_map(cells_at(pairs, lags, lag), lag, choose=_choose)
    _pair(pairs, lags, scope)


def _choose(kpi: str, activity_type: str) -> None:
    st.session_state["kpi"], st.session_state["activity"] = kpi, activity_type
    st.toast("“一对一对看”已换成这一对。")


def _pair(pairs: pd.DataFrame, lags: pd.DataFrame, scope: Scope) -> None:
    st.subheader("一对一对看", anchor="pair")
    kinds = list(pairs["activity_type"].unique())
    names = pairs.drop_duplicates("kpi").set_index("kpi")["kpi_name"]
    first_kind, first_kpi = clearest_pair(pairs)
    left, right = st.columns(2)
    with left:
        kind = addressed_select("活动类型", kinds, key="activity", default=first_kind)
    with right:
        kpi = addressed_select(
            "指标", list(names.index), key="kpi", default=first_kpi, format_func=names.get
        )
    pair = pairs[(pairs["activity_type"] == kind) & (pairs["kpi"] == kpi)].iloc[0]
    profile = lags[(lags["activity_type"] == kind) & (lags["kpi"] == kpi)]
    pair_profile(pair, profile, source=analysis_source())
    units = [] if pair["state"] == THIN else pair_behind(pair, scope, data.build_id())
    if pair["state"] != THIN:
        late_comparison(pair, scope, data.build_id())
    pair_lineage(pair, scope, data.build_id(), units=units)
