"""The quadrant as estimated: attainment against the latent stock per hundred people."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard.charts.quadrant import picked_unit, quadrant
from dashboard.components.figure import figure
from dashboard.components.latent_place import Place
from dashboard.components.page import empty_state
from dashboard.components.sources import analysis_source
from dashboard.components.twin import twin
from dashboard.escape import markdown
from dashboard.format import month_label
from dashboard.latent_axis import Axis, Choice
from dashboard.latent_positions import (
    ESTIMATE,
    NOT_A_MEAN,
    STOCK,
    UNIT,
    axis_validity_sentence,
    left_out_sentence,
)
from dashboard.positions import positions_table, way_sentence
from pipelines.analysis.validity import Validity
from pipelines.latent_runs import Latent


def in_place(axis: Axis, place: Place) -> pd.DataFrame:
    """The positions of the month within the group."""
    now = axis.positions[axis.positions["month"] == place.month]
    return now if place.group is None else now[now["unit_id"].isin(place.group)]


def latent_quadrant(axis: Axis, place: Place, what: str) -> None:
    """Every unit of the month, the group or the unit coloured; or why there is none."""
    now = axis.positions[axis.positions["month"] == place.month]
    left_out = left_out_sentence(axis.without_heads, axis.without_past)
    if now.empty:
        empty_state(
            f"{month_label(place.month)}没有单位可以画：要同时有指标、在岗人数和够长的活动记录。",
            f"{left_out}请到“上传入库”补交队伍情况，或换一个较晚的月份。",
        )
        return
    mine = axis.positions[axis.positions["unit_id"] == place.unit]
    trail = mine.sort_values("month")
    title = (
        way_sentence(trail)
        if len(trail) and trail["month"].iloc[-1] == place.month
        else f"{month_label(place.month)} {len(now)} 个单位的位置，每点一个单位{_coloured(place)}"
    )
    figure(
        quadrant(now, trail, stock_rule=0.0, axis=ESTIMATE, chosen=place.group or frozenset()),
        title=title,
        subtitle=f"纵轴：{what}的存量，单位：{UNIT}。{NOT_A_MEAN}",
        alt=f"{title}。横轴为当月达成指数，纵轴为每百名在岗人员的存量，每点一个单位，竖线为区间。",
        table=positions_table(in_place(axis, place), title=STOCK),
        file_stem="latent_quadrant",
        source=analysis_source(),
        on_select=_pick,
    )
    if left_out:
        st.caption(markdown(left_out))
    if len(trail) > 1:
        twin(
            trail,
            rule=0.0,
            title=STOCK,
            text=ESTIMATE.text,
            note="虚线为参照：上图为目标 100%，下图为 0，即没有预计还会出现的变动。",
            table=positions_table(trail, title=STOCK),
            stem="latent_twin",
        )


def _coloured(place: Place) -> str:
    return "" if place.group is None else f"；蓝色为{place.group_name}"


def _pick() -> None:
    """A click on a point chooses that unit, like the list above the chart."""
    chosen = picked_unit(st.session_state["latent_quadrant"]["selection"])
    if chosen is not None:
        st.session_state["unit"] = chosen


def latent_validity(found: Latent, choice: Choice, what: str) -> None:
    """The panel beside the axis: what it said about the months that followed."""
    st.subheader("这一轴靠得住吗", anchor="validity")
    st.markdown(markdown(axis_validity_sentence(validity_of(found, choice), what)))


def validity_of(found: Latent, choice: Choice) -> Validity | None:
    """The check of one stock as the run found it."""
    held = found.validity
    row = held[(held["kpi"] == choice.kpi) & (held["activity_type"] == choice.source)]
    if row.empty:
        return None
    return Validity(**row.iloc[0].drop(["kpi", "activity_type"]).to_dict())
