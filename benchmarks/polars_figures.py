"""KPI figures, attainment and totals in polars."""

from __future__ import annotations

import polars as pl

from benchmarks.inputs import ATTAINMENT_RANGE, LEVELS
from benchmarks.polars_units import written


def kpi_names(kpis: pl.DataFrame) -> pl.DataFrame:
    listed = kpis.with_columns(written(pl.col("aliases")).alias("kpi")).explode("kpi")
    spelled = pl.concat(
        [
            kpis.select(pl.col("kpi_id").alias("kpi"), "kpi_id"),
            kpis.select(pl.col("name").alias("kpi"), "kpi_id"),
            listed.select(pl.col("kpi").str.strip_chars(), "kpi_id"),
        ]
    ).filter(pl.col("kpi") != "")
    means = spelled.group_by("kpi").agg(
        pl.col("kpi_id").n_unique().alias("meanings"), pl.col("kpi_id").min()
    )
    return means.filter(pl.col("meanings") == 1).drop("meanings")


def observations(values: pl.DataFrame, kpis: pl.DataFrame) -> pl.DataFrame:
    named = values.join(kpi_names(kpis), on="kpi", how="left").with_columns(
        pl.coalesce("kpi_id", "kpi").alias("kpi_id")
    )
    latest = named.sort("_seq", "_row").unique(["unit_id", "month", "kpi_id"], keep="last")
    found = latest.join(kpis.drop("_seq", "_row"), on="kpi_id", how="left")
    return _with_told_months(found).select(
        *("unit_id", "kpi_id", "month", "actual", "target"),
        _attainment().alias("attainment_rate"),
        pl.col("weight").fill_null(1.0),
        pl.col("is_placebo").fill_null(False),
        *("aggregation", "direction"),
    )


def _with_told_months(found: pl.DataFrame) -> pl.DataFrame:
    """Months that only the year to date tells: less the month before's, January's as it is."""
    keys = ["unit_id", "kpi_id", "month"]
    january = pl.col("month").str.ends_with("-01")
    for figure in ("actual", "target"):
        to_date = pl.col(f"ytd_{figure}")
        lacking = found.filter(
            pl.col(figure).is_null() & to_date.is_not_null() & (pl.col("aggregation") == "sum")
        )
        following = pl.col("month").str.to_date("%Y-%m").dt.offset_by("1mo").dt.strftime("%Y-%m")
        known = pl.coalesce(to_date, pl.when(january).then(pl.col(figure))).alias("before")
        before = found.select("unit_id", "kpi_id", following, known)
        less = pl.when(january).then(0.0).otherwise(pl.col("before"))
        told = lacking.join(before, on=keys, how="left").select(
            *keys, (to_date - less).round(10).alias("told")
        )
        found = (
            found.join(told, on=keys, how="left")
            .with_columns(pl.coalesce(figure, "told").alias(figure))
            .drop("told")
        )
    return found


def _attainment() -> pl.Expr:
    actual, target, way = pl.col("actual"), pl.col("target"), pl.col("direction")
    low, high = pl.col("band_low"), pl.col("band_high")
    return (
        pl.when((way == "up") & (target > 0))
        .then(actual / target)
        .when((way == "down") & (target > 0))
        .then(2 - actual / target)
        .when((way == "down") & (target == 0) & actual.is_not_null())
        .then((actual <= 0).cast(pl.Float64))
        .when((way == "band") & actual.is_between(low, high))
        .then(1.0)
        .when((way == "band") & (actual < low) & (low > 0))
        .then(actual / low)
        .when((way == "band") & (actual > high) & (high > 0))
        .then(2 - actual / high)
    )


def index(found: pl.DataFrame) -> pl.DataFrame:
    rate, weight = pl.col("attainment_rate"), pl.col("weight")
    counted = found.filter(rate.is_not_null() & ~pl.col("is_placebo") & (weight > 0))
    return counted.group_by("unit_id", "month").agg(
        ((weight * rate.clip(*ATTAINMENT_RANGE)).sum() / weight.sum()).alias("attainment_rate"),
        pl.len().alias("kpi_count"),
        (rate >= 1).sum().alias("met_kpi_count"),
    )


def ancestors(units: pl.DataFrame) -> pl.DataFrame:
    """[unit_id, ancestor_id]: every unit above a unit, at most 12 levels."""
    parents = units.select("unit_id", pl.col("parent_id").alias("ancestor_id")).filter(
        pl.col("ancestor_id") != pl.col("unit_id")
    )
    above = parents.select(pl.col("unit_id").alias("ancestor_id"), next="ancestor_id")
    found, level = [parents], parents
    for _ in range(LEVELS - 1):
        level = level.join(above, on="ancestor_id").select("unit_id", ancestor_id="next")
        found.append(level)
    return pl.concat(found).unique()


def totals(found: pl.DataFrame, above: pl.DataFrame) -> pl.DataFrame:
    keys = ["unit_id", "kpi_id", "month"]
    covered = found.select(keys).join(above, on="unit_id")
    covered = covered.select(pl.col("ancestor_id").alias("unit_id"), "kpi_id", "month").unique()
    actual, target = pl.col("actual"), pl.col("target")
    paired_target = target.filter(actual.is_not_null()).mean()
    by_mean = pl.col("aggregation").first() == "mean"
    totals = (
        found.join(covered, on=keys, how="anti")
        .group_by("kpi_id", "month")
        .agg(
            actual.count().alias("unit_count"),
            (pl.col("attainment_rate") >= 1).sum().alias("met_unit_count"),
            pl.when(by_mean).then(actual.mean()).otherwise(_total(actual)).alias("actual"),
            pl.when(by_mean).then(target.mean()).otherwise(_total(target)).alias("target"),
            actual.filter(target.is_not_null()).mean().alias("judged"),
            paired_target.alias("aim"),
            pl.col("attainment_rate").mean(),
            pl.col("direction").first(),
        )
    )
    ratio = pl.col("judged") / _not_zero(pl.col("aim"))
    rate = (
        pl.when(pl.col("direction") == "up")
        .then(ratio)
        .when((pl.col("direction") == "down") & (pl.col("aim") == 0))
        .then((pl.col("judged") <= 0).cast(pl.Float64))
        .when(pl.col("direction") == "down")
        .then(2 - ratio)
        .when(pl.col("direction") == "band")
        .then("attainment_rate")
    )
    return totals.with_columns(rate.alias("attainment_rate")).drop("judged", "aim", "direction")


def _total(figures: pl.Expr) -> pl.Expr:
    """The sum, missing when nothing was reported."""
    return pl.when(figures.count() > 0).then(figures.sum())


def _not_zero(figure: pl.Expr) -> pl.Expr:
    return pl.when(figure != 0).then(figure)
