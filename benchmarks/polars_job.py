"""The job of the product's build, as a careful script in polars would do it."""

from __future__ import annotations

import polars as pl

from benchmarks.inputs import ATTAINMENT_RANGE, COLUMNS, GRAINS, LATE_DAYS, Inputs

COUNTS = ("activity_count", "participant_count", "late_count")


def build(inputs: Inputs) -> dict[str, pl.DataFrame]:
    """Four mart tables by name. Months are ``YYYY-MM``, missing figures null."""
    units = _latest(inputs, "units").collect()
    kpis = _newest(_latest(inputs, "kpi_definitions").collect(), "kpi_id")
    values = _latest(inputs, "kpi_values").collect()
    month = pl.col("start_at").dt.strftime("%Y-%m").alias("month")
    records = _latest(inputs, "activities").with_columns(month).collect()
    owners = _owners(units, values, records)
    observations = _observations(values.join(owners, on=["unit", "month"]), kpis)
    current = _newest(units, "unit_id")
    held = _held(records.lazy().join(owners.lazy(), on=["unit", "month"])).collect()
    bridge = _latest(inputs, "unit_bridge").collect()
    return {
        "kpi_unit_month": observations,
        "attainment_unit_month": _index(observations),
        "kpi_month": _totals(observations, _ancestors(current)),
        "activity_unit_month": _reaching(held, bridge, current),
    }


def _latest(inputs: Inputs, name: str) -> pl.LazyFrame:
    """The latest accepted row of each grain, with ``_seq`` and ``_row``."""
    order = pl.col("_upload_id").replace_strict(inputs.order, return_dtype=pl.Int32).alias("_seq")
    columns = [*COLUMNS[name], "_row"]
    rows = pl.scan_parquet(inputs.paths[name]).select(*columns, order)
    return rows.sort("_seq", "_row").unique(GRAINS[name], keep="last")


def _newest(frame: pl.DataFrame, key: str) -> pl.DataFrame:
    return frame.sort("valid_from").unique(key, keep="last")


def _written(aliases: pl.Expr) -> pl.Expr:
    return aliases.str.replace_all("[,;，]", "、").str.split("、")


def _spellings(units: pl.DataFrame) -> pl.DataFrame:
    months = units.with_columns(
        pl.col("valid_from").dt.strftime("%Y-%m").alias("first"),
        pl.col("valid_to").dt.strftime("%Y-%m").fill_null("9999-12").alias("last"),
    )
    listed = months.with_columns(_written(pl.col("aliases")).alias("unit")).explode("unit")
    kept = ("unit", "unit_id", "first", "last")
    spelled = [
        months.with_columns(pl.col("unit_id").alias("unit")).select(kept),
        months.with_columns(pl.col("unit_name").alias("unit")).select(kept),
        listed.with_columns(pl.col("unit").str.strip_chars()).select(kept),
    ]
    return pl.concat(spelled).filter(pl.col("unit") != "")


def _owners(units: pl.DataFrame, values: pl.DataFrame, records: pl.DataFrame) -> pl.DataFrame:
    """[unit, month, unit_id]: what a written name means in a month, if it means one unit."""
    keys = ["unit", "month"]
    written = pl.concat([values.select(keys).unique(), records.select(keys).unique()]).unique()
    named = written.join(_spellings(units), on="unit")
    valid = named.filter(pl.col("month").is_between("first", "last"))
    means = valid.group_by(keys).agg(
        pl.col("unit_id").n_unique().alias("meanings"), pl.col("unit_id").min()
    )
    return means.filter(pl.col("meanings") == 1).drop("meanings")


def _kpi_names(kpis: pl.DataFrame) -> pl.DataFrame:
    listed = kpis.with_columns(_written(pl.col("aliases")).alias("kpi")).explode("kpi")
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


def _observations(values: pl.DataFrame, kpis: pl.DataFrame) -> pl.DataFrame:
    named = values.join(_kpi_names(kpis), on="kpi", how="left").with_columns(
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
        .when((way == "band") & actual.is_between(low, high))
        .then(1.0)
        .when((way == "band") & (actual < low) & (low > 0))
        .then(actual / low)
        .when((way == "band") & (actual > high) & (high > 0))
        .then(2 - actual / high)
    )


def _index(found: pl.DataFrame) -> pl.DataFrame:
    rate, weight = pl.col("attainment_rate"), pl.col("weight")
    counted = found.filter(rate.is_not_null() & ~pl.col("is_placebo") & (weight > 0))
    return counted.group_by("unit_id", "month").agg(
        ((weight * rate.clip(*ATTAINMENT_RANGE)).sum() / weight.sum()).alias("attainment_rate"),
        pl.len().alias("kpi_count"),
        (rate >= 1).sum().alias("met_kpi_count"),
    )


def _ancestors(units: pl.DataFrame) -> pl.DataFrame:
    """[unit_id, ancestor_id]: every unit above a unit, at most 12 levels."""
    parents = units.select("unit_id", pl.col("parent_id").alias("ancestor_id")).filter(
        pl.col("ancestor_id") != pl.col("unit_id")
    )
    above = parents.select(pl.col("unit_id").alias("ancestor_id"), next="ancestor_id")
    found, level = [parents], parents
    for _ in range(11):
        level = level.join(above, on="ancestor_id").select("unit_id", ancestor_id="next")
        found.append(level)
    return pl.concat(found).unique()


def _totals(found: pl.DataFrame, ancestors: pl.DataFrame) -> pl.DataFrame:
    keys = ["unit_id", "kpi_id", "month"]
    covered = found.select(keys).join(ancestors, on="unit_id")
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
            (actual.filter(target.is_not_null()).mean() / _not_zero(paired_target)).alias("ratio"),
            pl.col("attainment_rate").mean(),
            pl.col("direction").first(),
        )
    )
    rate = (
        pl.when(pl.col("direction") == "up")
        .then("ratio")
        .when(pl.col("direction") == "down")
        .then(2 - pl.col("ratio"))
        .when(pl.col("direction") == "band")
        .then("attainment_rate")
    )
    return totals.with_columns(rate.alias("attainment_rate")).drop("ratio", "direction")


def _total(figures: pl.Expr) -> pl.Expr:
    """The sum, missing when nothing was reported."""
    return pl.when(figures.count() > 0).then(figures.sum())


def _not_zero(figure: pl.Expr) -> pl.Expr:
    return pl.when(figure != 0).then(figure)


def _held(records: pl.LazyFrame) -> pl.LazyFrame:
    """[unit_id, month, activity_type, three counts] where the activities were held."""
    delay = pl.col("recorded_at").dt.date() - pl.col("start_at").dt.date()
    late = (delay > pl.duration(days=LATE_DAYS)).fill_null(False)
    return records.group_by("unit_id", "month", "activity_type").agg(
        pl.len().alias("activity_count"),
        pl.col("present_count").sum().alias("participant_count"),
        late.sum().alias("late_count"),
    )


def _reaching(held: pl.DataFrame, bridge: pl.DataFrame, units: pl.DataFrame) -> pl.DataFrame:
    """Activities as they reach administrative units."""
    shares = _shares(held.select("unit_id", "month").unique(), bridge)
    through = held.join(shares, on=["unit_id", "month"]).select(
        pl.col("admin_unit_id").alias("unit_id"),
        *("month", "activity_type"),
        *(pl.col(each) * pl.col("share") for each in COUNTS),
    )
    admin = units.filter(pl.col("tree") == "admin")
    own = held.join(admin, on="unit_id", how="semi").with_columns(
        pl.col(each).cast(pl.Float64) for each in COUNTS
    )
    both = pl.concat([through, own.select(through.columns)])
    return both.group_by("unit_id", "month", "activity_type").agg(pl.col(*COUNTS).sum())


def _shares(used: pl.DataFrame, bridge: pl.DataFrame) -> pl.DataFrame:
    known = bridge.with_columns(
        pl.col("valid_from").dt.strftime("%Y-%m").alias("first"),
        pl.col("valid_to").dt.strftime("%Y-%m").fill_null("9999-12").alias("last"),
    )
    found = used.join(known, left_on="unit_id", right_on="party_unit_id").filter(
        pl.col("month").is_between("first", "last")
    )
    equal = 1.0 / pl.len().over("unit_id", "month")
    return (
        found.with_columns(pl.col("share").fill_null(equal))
        .sort("valid_from")
        .unique(["unit_id", "month", "admin_unit_id"], keep="last")
        .select("unit_id", "month", "admin_unit_id", "share")
    )
