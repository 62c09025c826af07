"""KPI cards: figure, change, status, course, and the way to the source rows."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import data
from dashboard.components.lineage import show_lineage
from dashboard.components.tiles import arrow, tiles
from dashboard.escape import markdown
from dashboard.format import (
    MISSING,
    MONEY_SCALES,
    change,
    count,
    is_missing,
    number_with_unit,
    percent,
    points,
)
from dashboard.status import Goodness, Polarity, Status, goodness_of, statuses

VISIBLE = 4
SPARK_MONTHS = 13
LONG_UNIT = 4
STATUS_COLOURS = {
    Status.MET: "blue",
    Status.WARNING: "orange",
    Status.MISSED: "orange",
    Status.NO_TARGET: "gray",
    Status.NO_SCALE: "gray",
    Status.UNDEFINED: "gray",
}
COLOURS = {Goodness.BETTER: "blue", Goodness.WORSE: "orange", Goodness.NEUTRAL: "gray"}


def kpi_cards(totals: pd.DataFrame, *, month: str, floor: float) -> None:
    """Cards for ``totals`` (kpi_month_totals), worst first; more than four behind 其余."""
    ordered = totals.sort_values("attainment_rate", na_position="last")
    courses = _courses(month)
    _rows(ordered.head(VISIBLE), courses, month, floor, key="kpi_first")
    rest = ordered.iloc[VISIBLE:]
    if not rest.empty:
        with st.expander(f"其余 {len(rest)} 项指标（按离目标由远到近）"):
            _rows(rest, courses, month, floor, key="kpi_rest")


def _courses(month: str) -> dict[str, list[float]]:
    """The last months of every KPI up to ``month``, oldest first."""
    history = data.query("kpi_history")
    until = history[history["month"] <= month].dropna(subset=["actual"]).sort_values("month")
    recent = until.groupby("kpi_id", sort=False)["actual"]
    return {kpi: values.tail(SPARK_MONTHS).tolist() for kpi, values in recent}


def _rows(
    cards: pd.DataFrame, courses: dict[str, list[float]], month: str, floor: float, *, key: str
) -> None:
    rows = [row for _, row in cards.iterrows()]
    for tile, row in tiles(rows, key=key):
        with tile:
            _card(row, _polarity(row), courses.get(row["kpi_id"], []), month, floor)


def _polarity(row: pd.Series) -> Polarity:
    return Polarity(
        direction=row["direction"], band_low=row["band_low"], band_high=row["band_high"]
    )


def _card(
    row: pd.Series, polarity: Polarity, course: list[float], month: str, floor: float
) -> None:
    unit = short_unit(row["unit_of_measure"])
    now, before = row["actual"], row["previous_actual"]
    untold = is_missing(now) or is_missing(before)
    delta = None if untold else markdown(change(now - before, unit))
    st.metric(
        markdown(row["kpi_name"]),
        markdown(number_with_unit(now, unit)),
        delta,
        delta_color=COLOURS[goodness_of(now, before, polarity)],
        delta_arrow=arrow(now, before),
        delta_description=None if delta is None else "比上月",
        chart_data=course if len(course) > 1 else None,
    )
    (status,) = statuses(row.to_frame().T, floor)
    st.markdown(
        f":{STATUS_COLOURS[status]}[**{status.value}**] 达成率 {percent(row['attainment_rate'])}"
    )
    st.caption(markdown(card_note(row)))
    if st.button("从哪来", key=f"lineage_{row['kpi_id']}", type="tertiary"):
        show_lineage(row["kpi_id"], row["kpi_name"], month)


def short_unit(unit: str | None) -> str | None:
    """The unit when it can stand behind a large figure; a longer one goes into the note."""
    too_long = unit and len(unit) > LONG_UNIT and unit not in MONEY_SCALES
    return None if too_long else unit


def card_note(row: pd.Series) -> str:
    """A long unit, target, change of attainment, units that met it."""
    moved = row["attainment_rate"] - row["previous_attainment_rate"]
    unit = row["unit_of_measure"]
    reported = f"{count(row['unit_count'])} 个单位"
    parts = [f"目标 {number_with_unit(row['target'], unit)}"]
    if is_missing(row["actual"]) and row["unit_count"]:
        parts = [f"{reported}有数，比率不能相加，要指标库写明怎样汇总"]
    elif is_missing(row["target"]):
        parts = [f"没有目标，{reported}有数"]
    if is_missing(row["direction"]) or not row["direction"]:
        parts.append("不在指标库里，不判断达成")
    if is_missing(unit) or not unit:
        parts.insert(0, "文件和指标库都没有写明计量单位")
    elif short_unit(unit) is None:
        parts.insert(0, f"单位 {unit}")
    if points(moved) != MISSING:
        parts.append(f"达成率较上月 {points(moved)}")
    if not is_missing(row["attainment_rate"]):
        parts.append(f"{count(row['met_unit_count'])}/{reported}达成")
    return "；".join(parts)
