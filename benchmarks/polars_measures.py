"""Measures of the fusion chain in polars, for every unit with all below it and for each tree."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from benchmarks import polars_figures as figures
from benchmarks.inputs import BUSY_FROM, MOVED_BY, WEAK_BELOW
from benchmarks.polars_links import targets

if TYPE_CHECKING:
    from benchmarks.polars_job import Ground

_PLACE = ["tree", "unit_id", "month"]
_POSITION = pl.col("month").str.slice(0, 4).cast(pl.Int32) * 12 + pl.col("month").str.slice(
    5, 2
).cast(pl.Int32)


def measure_values(ground: Ground, links: pl.DataFrame) -> pl.DataFrame:
    """[measure_id, tree, unit_id, month, numerator, denominator, value, row_count]."""
    facts = _where_they_stand(ground, links)
    weak = _weak_links(ground, links)
    below = weak.filter(pl.col("attainment_rate") < WEAK_BELOW)
    change = pl.col("attainment_change_3m")
    busy = weak.filter((pl.col("linked_count_3m") >= BUSY_FROM) & change.is_not_null())
    own = {
        "activity_count": facts.with_columns(
            numerator="weight", denominator=pl.lit(None, pl.Float64)
        ),
        "link_rate_confirmed": facts.with_columns(numerator=pl.lit(0.0), denominator="weight"),
        "link_rate_suggested": facts.with_columns(numerator="linked_weight", denominator="weight"),
        "weak_link_coverage": _each(below, pl.col("linked_count_3m") > 0),
        "busy_unmoved_rate": _each(busy, change < MOVED_BY),
    }
    return pl.concat([_rolled_up(name, part, ground.tree) for name, part in own.items()])


def _each(rows: pl.DataFrame, counts: pl.Expr) -> pl.DataFrame:
    numerator = counts.cast(pl.Float64).alias("numerator")
    return rows.with_columns(numerator, denominator=pl.lit(1.0), row_count=pl.lit(1, pl.UInt32))


def _rolled_up(name: str, rows: pl.DataFrame, tree: pl.DataFrame) -> pl.DataFrame:
    numerator, denominator = pl.col("numerator").sum(), _total("denominator")
    sums = (numerator, denominator, pl.col("row_count").sum())
    own = rows.lazy().group_by(_PLACE).agg(sums)
    climbed = own.join(
        tree.lazy().select("unit_id", "month", "ancestor_id"), on=["unit_id", "month"]
    )
    found = climbed.group_by("tree", "ancestor_id", "month").agg(sums)
    bottom = pl.col("denominator")
    ratio = pl.when(bottom != 0).then(pl.col("numerator") / bottom)
    value = pl.when(bottom.is_null()).then("numerator").otherwise(ratio)
    return found.select(
        pl.lit(name).alias("measure_id"),
        *("tree", pl.col("ancestor_id").alias("unit_id"), "month", "numerator", "denominator"),
        *(value.alias("value"), "row_count"),
    ).collect()


def _total(name: str) -> pl.Expr:
    """The sum, missing when every row lacks it."""
    return pl.when(pl.col(name).count() > 0).then(pl.col(name).sum()).alias(name)


def _where_they_stand(ground: Ground, links: pl.DataFrame) -> pl.DataFrame:
    """[tree, unit_id, month, weight, linked_weight, row_count]: counted before they are shared."""
    linked = links.lazy().select("record_id").unique().with_columns(linked=pl.lit(1))
    held = (
        ground.records.lazy()
        .select("record_id", *_PLACE)
        .filter(pl.col("unit_id").is_not_null())
        .join(linked, on="record_id", how="left")
        .group_by(_PLACE)
        .agg(
            pl.len().cast(pl.Float64).alias("weight"),
            pl.col("linked").sum().cast(pl.Float64).alias("linked_weight"),
            pl.len().alias("row_count"),
        )
        .collect()
    )
    through = held.filter(pl.col("tree") == "party").join(ground.reach, on=["unit_id", "month"])
    shared = through.select(
        pl.lit("admin").alias("tree"),
        pl.col("admin_unit_id").alias("unit_id"),
        "month",
        *(pl.col(each) * pl.col("share") for each in ("weight", "linked_weight")),
        "row_count",
    )
    return pl.concat([held, shared])


def _weak_links(ground: Ground, links: pl.DataFrame) -> pl.DataFrame:
    """KPI figures with tree, linked_count_3m and attainment_change_3m."""
    rate = pl.col("attainment_rate")
    shown = (
        ground.observations.filter(rate.is_not_null() & ~pl.col("is_placebo"))
        .select("unit_id", "kpi_id", "month", "attainment_rate", _POSITION.alias("position"))
        .join(ground.current.select("unit_id", "tree"), on="unit_id")
    )
    keys = ["tree", "unit_id", "kpi_id", "position"]
    held = _addressed(ground, links)
    recent = pl.concat([held.with_columns(pl.col("position") + after) for after in range(3)])
    counted = recent.group_by(keys).agg(pl.col("linked_count_3m").sum())
    earlier = shown.select(
        "unit_id", "kpi_id", pl.col("position") + 3, rate.alias("attainment_rate_before")
    )
    return (
        shown.join(counted, on=keys, how="left")
        .join(earlier, on=keys[1:], how="left")
        .with_columns(
            pl.col("linked_count_3m").fill_null(0),
            attainment_change_3m=rate - pl.col("attainment_rate_before"),
        )
    )


def _addressed(ground: Ground, links: pl.DataFrame) -> pl.DataFrame:
    """[tree, unit_id, kpi_id, position, linked_count_3m] of one month, shared to admin units."""
    named = figures.kpi_names(ground.kpis)
    served = ground.kpis.select(pl.lit("kpi").alias("target_kind"), target_id="kpi_id")
    serving = pl.concat(
        [
            targets(ground).join(named, on="kpi").select("target_kind", "target_id", "kpi_id"),
            served.with_columns(kpi_id="target_id"),
        ]
    )
    held = (
        links.lazy()
        .select("record_id", "target_kind", "target_id")
        .join(serving.lazy(), on=["target_kind", "target_id"])
        .select("record_id", "kpi_id")
        .unique()
        .join(
            ground.records.lazy()
            .select("record_id", *_PLACE)
            .filter(pl.col("unit_id").is_not_null()),
            on="record_id",
        )
        .group_by(*_PLACE, "kpi_id")
        .agg(pl.len().alias("linked_count_3m"))
        .collect()
    )
    through = held.filter(pl.col("tree") == "party").join(ground.reach, on=["unit_id", "month"])
    shared = through.with_columns(unit_id="admin_unit_id", tree=pl.lit("admin"))
    both = pl.concat([held, shared.select(held.columns)]).with_columns(position=_POSITION)
    return both.group_by("tree", "unit_id", "kpi_id", "position").agg(
        pl.col("linked_count_3m").sum()
    )
