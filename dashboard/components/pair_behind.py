"""What stands behind one pair: residuals against each other, and the units that carry it."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import data
from dashboard.associations import is_claim
from dashboard.charts.residual_scatter import residual_scatter
from dashboard.components.analysis import analysis
from dashboard.components.figure import figure, heading
from dashboard.components.page_way import go
from dashboard.components.sources import analysis_source
from dashboard.components.tables import csv_download
from dashboard.format import month_label
from dashboard.pair_words import (
    NO_RANKING,
    activity_axis,
    facts_of,
    line_slope,
    scatter_sentence,
    scatter_subtitle,
    scatter_table,
    units_sentence,
    units_table,
)
from pipelines.associations import Scope
from pipelines.pair_details import PairScope

UNITS = "association_units"


def pair_behind(pair: pd.Series, scope: Scope, build_id: str) -> list[str]:
    """Scatter and units of a pair that was tested, over its window; the units in the order shown,
    none while they are computed."""
    wanted = PairScope(
        scope=scope,
        kpi=pair["kpi"],
        activity_type=pair["activity_type"],
        window_start=int(pair["window_start"]),
        window_end=int(pair["window_end"]),
    )
    found = analysis(wanted.key(build_id), what="逐单位核算这一对", slot="pair")
    if found is None:
        return []
    names = data.query("units").drop_duplicates("unit_id").set_index("unit_id")["unit_name"]
    points = _named(found.frames["residuals"], names)
    facts = facts_of(found)
    filled = len(points) - int(found.frames["units"]["months"].sum())
    title = scatter_sentence(pair, facts)
    figure(
        residual_scatter(
            points.assign(month_text=points["month"].map(month_label)),
            slope=line_slope(pair),
            is_claim=is_claim(pair["state"]),
            x_title=activity_axis(pair),
        ),
        title=title,
        subtitle=scatter_subtitle(pair, points, facts, filled=filled),
        alt=f"{title}。横轴为活动，纵轴为指标，都已去掉共同变化。",
        table=scatter_table(points.assign(month_text=points["month"].map(month_label))),
        file_stem="residual_scatter",
        source=analysis_source(),
    )
    ordered = _named(found.frames["units"], names).sort_values(
        ["unit_name", "unit"], ignore_index=True
    )
    _units(ordered, state=pair["state"])
    return ordered["unit"].tolist()


def _named(frame: pd.DataFrame, names: pd.Series) -> pd.DataFrame:
    return frame.assign(unit_name=frame["unit"].map(names).fillna(frame["unit"]))


def _units(ordered: pd.DataFrame, *, state: str) -> None:
    """The table opens a unit by a click on any cell of its line."""
    heading(units_sentence(ordered, state=state), NO_RANKING)
    shown = units_table(ordered)
    clicked = st.dataframe(
        shown,
        hide_index=True,
        height=280,
        alt="撑着这个结果的单位",
        key=UNITS,
        on_select="rerun",
        selection_mode="single-cell",
    )
    csv_download(shown, file_stem=UNITS)
    cells = clicked["selection"]["cells"]
    if cells:
        go("unit", unit=str(ordered["unit"].iloc[cells[0][0]]))
