"""情景: the quadrant with a stock that halves in a fixed time; a convention, labelled as one."""

from __future__ import annotations

from functools import partial

import pandas as pd
import streamlit as st

from dashboard import latent_axis
from dashboard.charts.quadrant import picked_unit, quadrant
from dashboard.components.controls import half_life_choice, regular_rate_input, saturation_choice
from dashboard.components.figure import figure
from dashboard.components.latent_place import Place
from dashboard.components.page import empty_state
from dashboard.components.scenario_lineage import scenario_trace
from dashboard.components.sources import analysis_source
from dashboard.components.trace import trace_button
from dashboard.components.twin import twin
from dashboard.escape import markdown
from dashboard.format import month_label
from dashboard.positions import (
    Goalposts,
    position_sentence,
    positions_table,
    scenario_validity_sentence,
    trail_of,
    way_sentence,
)
from dashboard.server.services import services
from pipelines.analysis.scenario import hill, regular_per_month, steady_stock
from pipelines.rule_pack import rule_pack_in_force

BANNER = (
    "情景，不是估计：纵轴是**活动次数按固定半衰期累计的存量**，是一种约定的算法，不是测出来的作用；"
    "按次数计，未按人数折算。它会低估见效慢的工作。两轴分开看，不合成一个分数，不用于个人。"
)


def latent_scenario(place: Place) -> None:
    """The section with its own settings, banner, drawing and check."""
    st.header("情景：固定半衰期", anchor="scenario")
    st.warning(BANNER)
    posts = _goalposts(place.month)
    positions = _saturated(latent_axis.positions(posts.half_life), posts)
    points = positions[positions["month"] == place.month].dropna(subset=["stock"])
    if points.empty:
        empty_state(
            f"{month_label(place.month)}没有单位同时有指标和活动记录。",
            "请换一个月份，或到“上传入库”补交党建活动台账和组织对照。",
        )
        return
    _drawn(points, trail_of(positions, place.unit, place.month), place, posts)
    trace_button(partial(scenario_trace, place, posts), key="scenario_trace")
    found = latent_axis.scenario_validity(posts.half_life)
    st.markdown(markdown(scenario_validity_sentence(found)))


def _goalposts(month: str) -> Goalposts:
    rules = rule_pack_in_force(services().settings).at_end_of(month)
    left, middle, right = st.columns(3)
    with left:
        half_life = half_life_choice()
    with middle:
        rate = regular_rate_input(regular_per_month(rules))
    with right:
        slope = saturation_choice()
    stock = steady_stock(rate, half_life_months=half_life)
    return Goalposts(half_life=half_life, rate=rate, stock=stock, slope=slope)


def _saturated(positions: pd.DataFrame, posts: Goalposts) -> pd.DataFrame:
    if posts.slope is None:
        return positions
    return positions.assign(
        stock=100 * hill(positions["stock"], half=posts.stock, slope=posts.slope)
    )


def _drawn(points: pd.DataFrame, trail: pd.DataFrame, place: Place, posts: Goalposts) -> None:
    axis = posts.axis()
    told = (
        position_sentence(points, place.month, posts)
        if trail.empty
        else way_sentence(trail, text=axis.text, noun="活动存量")
    )
    title = f"情景：{told}"
    figure(
        quadrant(
            points, trail, stock_rule=posts.rule, axis=axis, chosen=place.group or frozenset()
        ),
        title=title,
        subtitle=posts.note(),
        alt=f"{title}。横轴为当月达成指数，纵轴为情景存量，每点一个单位。",
        table=positions_table(points, title=axis.title, text=axis.text),
        file_stem="quadrant",
        source=analysis_source(),
        on_select=_pick,
    )
    if len(trail) > 1:
        twin(
            trail,
            rule=posts.rule,
            title=axis.title,
            text=axis.text,
            note="虚线为参照：上图为目标 100%，下图为规定次数长期保持的存量。",
            table=positions_table(trail, title=axis.title, text=axis.text),
            stem="twin",
        )


def _pick() -> None:
    """A click on a point chooses that unit, like the list at the top."""
    chosen = picked_unit(st.session_state["quadrant"]["selection"])
    if chosen is not None:
        st.session_state["unit"] = chosen
