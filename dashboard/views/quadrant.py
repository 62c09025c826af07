"""显绩·潜绩: two axes that are never added up; the chosen unit with its way here."""

from __future__ import annotations

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard import data, latent_axis
from dashboard.catalog import Page
from dashboard.charts.quadrant import picked_unit, quadrant
from dashboard.components import empty_state, page_header
from dashboard.components.addressed import addressed_select
from dashboard.components.figure import figure
from dashboard.components.goalposts import month_and_goalposts
from dashboard.components.latent_estimate import latent_estimate
from dashboard.components.latent_ledger import latent_ledger
from dashboard.components.sources import analysis_source
from dashboard.components.twin import unit_twin
from dashboard.escape import markdown
from dashboard.format import month_label
from dashboard.positions import (
    Goalposts,
    position_sentence,
    positions_table,
    trail_of,
    trail_sentence,
    validity_sentence,
)

PAGE = Page(title="显绩·潜绩", group="看", order=20, url_path="quadrant")
BANNER = (
    "情景，不是估计：纵轴是**活动次数按固定半衰期累计的存量**，是一种约定的算法，不是测出来的作用；"
    "按次数计，未按人数折算。它会低估见效慢的工作。两轴分开看，不合成一个分数，不用于个人。"
)


def render() -> None:
    """The page."""
    if not data.has_mart() or data.query("attainment_unit_month").empty:
        page_header("显绩·潜绩")
        empty_state(
            "还没有可看的单位：没有带目标的业务指标。",
            "请到“上传入库”提交单位名册、指标库、业务指标月报和党建活动台账。",
        )
        return
    head = st.container()
    st.warning(BANNER)
    month, posts = month_and_goalposts()
    _axes(head, month, posts)
    latent_estimate(month, st.session_state.get("unit"))
    latent_ledger(month)


def _axes(head: DeltaGenerator, month: str, posts: Goalposts) -> None:
    positions = latent_axis.positions(posts.half_life)
    points = positions[positions["month"] == month].dropna(subset=["stock"])
    if points.empty:
        with head:
            page_header("显绩·潜绩")
        empty_state(
            f"{month_label(month)}没有单位同时有指标和活动记录。",
            "请换一个月份，或到“上传入库”补交党建活动台账和组织对照。",
        )
        return
    trail = trail_of(positions, _unit(points), month)
    with head:
        page_header(position_sentence(points, month, posts), "横轴 100% 为目标；纵轴参照线见说明。")
    _show(points, trail, month, posts)
    _validity(posts.half_life)


def _unit(points: pd.DataFrame) -> str | None:
    names = points.set_index("unit_id")["unit_name"].sort_values()
    return addressed_select(
        "突出显示一个单位",
        list(names.index),
        key="unit",
        default=None,
        format_func=names.get,
        placeholder="选择单位，看它最近 12 个月走到哪里",
        filter_mode="fuzzy",
    )


def _pick() -> None:
    """A click on a point chooses that unit, like the list above the chart."""
    chosen = picked_unit(st.session_state["quadrant"]["selection"])
    if chosen is not None:
        st.session_state["unit"] = chosen


def _show(points: pd.DataFrame, trail: pd.DataFrame, month: str, posts: Goalposts) -> None:
    everyone = f"{month_label(month)} {len(points)} 个单位的位置，每点一个单位"
    title = everyone if trail.empty else trail_sentence(trail)
    figure(
        quadrant(points, trail, stock_rule=posts.stock),
        title=title,
        subtitle=posts.note(),
        alt=f"{title}。横轴为当月达成指数，纵轴为活动存量，每点一个单位。",
        table=positions_table(points),
        file_stem="quadrant",
        source=analysis_source(),
        on_select=_pick,
    )
    if len(trail) > 1:
        unit_twin(trail, posts)


def _validity(half_life: int) -> None:
    found = latent_axis.validity(half_life)
    st.subheader("这一轴靠得住吗", anchor="validity")
    st.markdown(markdown(validity_sentence(found)))
