"""The job of the product's build, as a careful script in polars would do it."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from benchmarks import polars_figures as figures
from benchmarks import polars_units as roster
from benchmarks.inputs import DATED, Inputs, number
from benchmarks.polars_findings import findings
from benchmarks.polars_links import suggestions
from benchmarks.polars_measures import measure_values

_COUNTS = ("activity_count", "participant_count", "late_count")


@dataclass(frozen=True, kw_only=True)
class Ground:
    """What several tables are made of.

    ``records``: activities with ``unit_id`` (missing when unknown), ``month``, ``tree``.
    ``reach``: [unit_id, month, admin_unit_id, share]. ``names``: [unit, named_id].
    """

    inputs: Inputs
    records: pl.DataFrame
    kpis: pl.DataFrame
    observations: pl.DataFrame
    current: pl.DataFrame
    tree: pl.DataFrame
    months: pl.DataFrame
    reach: pl.DataFrame
    owners: pl.DataFrame
    names: pl.DataFrame
    spelled: pl.DataFrame


def build(inputs: Inputs) -> dict[str, pl.DataFrame]:
    """The tables of TABLES by name. Months are ``YYYY-MM``, missing figures null."""
    ground, held = _ground(inputs)
    found = suggestions(ground)
    return {
        "unit_tree_months": ground.tree,
        "kpi_unit_month": ground.observations,
        "attainment_unit_month": figures.index(ground.observations),
        "kpi_month": figures.totals(ground.observations, figures.ancestors(ground.current)),
        "activity_unit_month": _reaching(held, ground),
        "link_suggestions": found,
        "integrity_findings": findings(ground, held),
        "measure_values": measure_values(ground, found),
    }


def _ground(inputs: Inputs) -> tuple[Ground, pl.DataFrame]:
    """The ground and the activities as they were held."""
    units = roster.latest(inputs, "units").collect()
    spelled, current = roster.spellings(units), roster.newest(units, "unit_id")
    values = roster.latest(inputs, "kpi_values").collect()
    month = roster.month("start_at").alias("month")
    records = roster.latest(inputs, "activities").with_columns(month).drop("_seq", "_row").collect()
    others = _dated(inputs)
    owners = roster.owners(spelled, [values, records, *others])
    kpis = roster.newest(roster.latest(inputs, "kpi_definitions").collect(), "kpi_id")
    trees = current.select("unit_id", "tree")
    records = records.join(owners, on=["unit", "month"], how="left").join(
        trees, on="unit_id", how="left"
    )
    held = _held(records.lazy().filter(pl.col("unit_id").is_not_null())).collect()
    months = pl.concat([each.select("month").unique() for each in (values, records, *others)])
    months = months.drop_nulls().unique().sort("month")
    bridge = roster.latest(inputs, "unit_bridge").collect()
    ground = Ground(
        inputs=inputs,
        records=records,
        kpis=kpis,
        observations=figures.observations(values.join(owners, on=["unit", "month"]), kpis),
        current=current,
        tree=roster.tree_months(roster.parents(units, months)),
        months=months,
        reach=roster.shares(held.select("unit_id", "month").unique(), bridge),
        owners=owners,
        names=roster.undated(spelled),
        spelled=spelled,
    )
    return ground, held


def _dated(inputs: Inputs) -> list[pl.DataFrame]:
    """[unit, month] of the other datasets that date something; unit is missing where none is."""
    found = []
    for name, column in DATED:
        frame = roster.latest(inputs, name).collect()
        dated = pl.col("month") if column == "month" else roster.month(column).alias("month")
        unit = pl.col("unit") if "unit" in frame.columns else pl.lit(None, pl.String).alias("unit")
        found.append(frame.select(unit, dated))
    return found


def _held(records: pl.LazyFrame) -> pl.LazyFrame:
    """[unit_id, month, activity_type, three counts] where the activities were held."""
    delay = pl.col("recorded_at").dt.date() - pl.col("start_at").dt.date()
    late = (delay > pl.duration(days=int(number("late_record", "days")))).fill_null(False)
    return records.group_by("unit_id", "month", "activity_type").agg(
        pl.len().alias("activity_count"),
        pl.col("present_count").sum().alias("participant_count"),
        late.sum().alias("late_count"),
    )


def _reaching(held: pl.DataFrame, ground: Ground) -> pl.DataFrame:
    """Activities as they reach administrative units."""
    through = held.join(ground.reach, on=["unit_id", "month"]).select(
        pl.col("admin_unit_id").alias("unit_id"),
        *("month", "activity_type"),
        *(pl.col(each) * pl.col("share") for each in _COUNTS),
    )
    admin = ground.current.filter(pl.col("tree") == "admin")
    own = held.join(admin, on="unit_id", how="semi").with_columns(
        pl.col(each).cast(pl.Float64) for each in _COUNTS
    )
    both = pl.concat([through, own.select(through.columns)])
    return both.group_by("unit_id", "month", "activity_type").agg(pl.col(*_COUNTS).sum())
