"""关联分析: which activity types move with which KPIs, with n, intervals and what is not known."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import data
from dashboard.associations import (
    clearest_pair,
    clues_table,
    count_sentence,
    counts_subtitle,
    heatmap_table,
    kpi_labels,
    lag_sentence,
)
from dashboard.catalog import Page
from dashboard.charts.heatmap import association_heatmap, picked_pair
from dashboard.charts.lag_profile import lag_label
from dashboard.components import empty_state, page_header
from dashboard.components.addressed import addressed_select
from dashboard.components.figure import figure
from dashboard.components.pair import NEEDED, pair_profile
from dashboard.components.sources import analysis_source
from pipelines.analysis.association import residual_associations
from pipelines.analysis.inputs import activity_values, signed_kpis

PAGE = Page(title="关联分析", group="看", order=30, url_path="association")
MAX_LAG = 6
METHOD = (
    "暂行方法：先去掉各单位的固定水平和各月份的共同变化，再算活动次数与指标的相关（r），"
    "标“反向”的指标越低越好，标“区间”的越靠近区间越好，都已折成“越大越好”：同向变化即指标变好。区间按单位聚类，只对**单次检验**成立，"
    "**不是**从几个滞后里挑出最好的一个之后的区间。各单位对同一形势（季节、集中部署）反应不同，"
    "也会留下同向变化，这一步**尚未剔除**，所以这里的结果只是线索。同向变化不等于因果。"
)


def render() -> None:
    """The page."""
    found = _associations() if data.has_mart() else pd.DataFrame()
    if found.empty:
        page_header("关联分析")
        empty_state(
            "还不能分析：缺业务指标月报或党建活动台账。",
            "请到“上传入库”提交单位名册、组织对照、业务指标月报和党建活动台账。" + NEEDED,
        )
        return
    page_header(count_sentence(found), counts_subtitle(found))
    clues = clues_table(found)
    if not clues.empty:
        st.dataframe(clues, hide_index=True, alt="校正后余下的线索")
    st.info(METHOD)
    lag = st.slider(
        "活动早于指标几个月", 0, MAX_LAG, 0, key="lag", bind="query-params", format="%d 个月"
    )
    _heatmap(found[found["lag"] == lag], lag)
    st.subheader("一对一对看", anchor="pair")
    _pair(found)


def _associations() -> pd.DataFrame:
    return data.memo("associations", _compute, max_lag=MAX_LAG)


def _compute() -> pd.DataFrame:
    kpis = data.query("kpis")
    figures = signed_kpis(data.query("kpi_unit_month"), kpis)
    found = residual_associations(
        figures, activity_values(data.query("activity_unit_month")), max_lag=MAX_LAG
    )
    return found.assign(kpi_name=kpi_labels(found["kpi"], kpis))


def _pick() -> None:
    """A click on a cell chooses that pair, like the lists below."""
    pair = picked_pair(st.session_state["association"]["selection"])
    if pair is not None:
        st.session_state["kpi"], st.session_state["activity"] = pair


def _heatmap(cells: pd.DataFrame, lag: int) -> None:
    if cells["r"].isna().all():
        empty_state(f"{lag_label(lag)}：数据不足，每一格都算不出来。", NEEDED)
        return
    title = lag_sentence(cells, lag)
    figure(
        association_heatmap(cells),
        title=title,
        subtitle="格内为 r，蓝同向、棕反向，颜色固定 −1—1；浅色 = 看不出差别；空白 = 数据不足。",
        alt=f"{title}。行为指标，列为活动类型，格内为 r。",
        table=heatmap_table(cells),
        file_stem="association",
        source=analysis_source(),
        on_select=_pick,
    )


def _pair(found: pd.DataFrame) -> None:
    kinds = list(found["activity_type"].unique())
    names = found.drop_duplicates("kpi").set_index("kpi")["kpi_name"]
    first_kind, first_kpi = clearest_pair(found)
    left, right = st.columns(2)
    with left:
        kind = addressed_select("活动类型", kinds, key="activity", default=first_kind)
    with right:
        kpi = addressed_select(
            "指标", list(names.index), key="kpi", default=first_kpi, format_func=names.get
        )
    pair_profile(
        found[(found["activity_type"] == kind) & (found["kpi"] == kpi)], source=analysis_source()
    )
