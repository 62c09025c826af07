"""突击 in polars: activities before inspections and at month ends, against the usual month."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from benchmarks import polars_units as roster
from benchmarks.inputs import INSPECTION, number

if TYPE_CHECKING:
    from benchmarks.polars_job import Ground

_WINDOW = ("unit_id", "window_id", "label", "days", "first_day", "last_day")


def bursts(ground: Ground, held: pl.DataFrame) -> pl.DataFrame:
    """[record_id, detail]: the window with the most above the usual counts for a record."""
    records = ground.records.filter(pl.col("unit_id").is_not_null()).select(
        "record_id", "unit_id", day=pl.col("start_at").dt.date()
    )
    windows = _windows(ground, held.select("unit_id").unique()).join(
        _usual(ground, held), on="unit_id"
    )
    counted, usual = pl.col("activity_count"), pl.col("usual")
    busy = (
        _within(windows, records)
        .with_columns(usual=pl.col("usual_month") * pl.col("days") / 30)
        .filter(
            (counted >= number("burst", "least"))
            & (counted > usual + number("burst", "spread") * usual.sqrt())
        )
    )
    rows = (
        records.lazy()
        .join(busy.lazy(), on="unit_id")
        .filter(pl.col("day").is_between("first_day", "last_day"))
        .with_columns(over=counted - usual)
        .sort("over", "window_id", descending=[True, False])
        .unique("record_id", keep="first", maintain_order=True)
    )
    tenths = (usual * 10 + 0.5).floor().cast(pl.Int64)
    told = pl.format(
        "{} {} 天内举办 {} 次，按本组织月份中位数折算平时约 {}.{} 次",
        *("label", "days", "activity_count", tenths // 10, tenths % 10),
    )
    return rows.select("record_id", told.alias("detail")).collect()


def _within(windows: pl.DataFrame, records: pl.DataFrame) -> pl.DataFrame:
    """With activity_count from the first to the last day, by differences of running counts."""
    daily = (
        records.group_by("unit_id", "day")
        .agg(pl.len().cast(pl.Int64).alias("held"))
        .sort("day")
        .select("unit_id", "day", until=pl.col("held").cum_sum().over("unit_id"))
    )
    found = windows.with_row_index()
    for name, end in (
        ("last", pl.col("last_day")),
        ("first", pl.col("first_day").dt.offset_by("-1d")),
    ):
        asked = found.select("index", "unit_id", day=end).sort("day")
        known = asked.join_asof(daily, on="day", by="unit_id", check_sortedness=False)
        until = known.select("index", pl.col("until").fill_null(0).alias(name))
        found = found.join(until, on="index")
    return found.with_columns(activity_count=pl.col("last") - pl.col("first"))


def _usual(ground: Ground, held: pl.DataFrame) -> pl.DataFrame:
    """[unit_id, usual_month]: median of the months from the first to the last with any."""
    monthly = held.group_by("unit_id", "month").agg(pl.col("activity_count").sum())
    spans = monthly.group_by("unit_id").agg(
        pl.col("month").min().alias("first"), pl.col("month").max().alias("last")
    )
    every = spans.join(ground.months, how="cross").filter(
        pl.col("month").is_between("first", "last")
    )
    filled = every.join(monthly, on=["unit_id", "month"], how="left")
    median = pl.col("activity_count").fill_null(0).median().alias("usual_month")
    return filled.group_by("unit_id").agg(median)


def _windows(ground: Ground, holding: pl.DataFrame) -> pl.DataFrame:
    at_end = int(number("burst", "days_at_end"))
    last = (pl.col("month") + "-01").str.to_date().dt.month_end()
    ends = ground.months.select(
        pl.format("month:{}", "month").alias("window_id"),
        pl.format("{} 月末", "month").alias("label"),
        pl.lit(at_end).alias("days"),
        last.dt.offset_by(f"-{at_end - 1}d").alias("first_day"),
        last.alias("last_day"),
    )
    both = [holding.join(ends, how="cross"), _inspections(ground, holding)]
    return pl.concat([each.select(_WINDOW) for each in both])


def _inspections(ground: Ground, holding: pl.DataFrame) -> pl.DataFrame:
    before = int(number("burst", "days_before"))
    events = roster.latest(ground.inputs, "events").collect()
    start, early = pl.col("start_on"), pl.col("start_on").dt.offset_by(f"-{before}d")
    named = events.filter(pl.col("kind") == INSPECTION).join(ground.names, on="unit", how="left")
    windows = named.select(
        pl.when(pl.col("unit").is_null())
        .then(pl.lit("*"))
        .otherwise("named_id")
        .alias("ancestor_id"),
        pl.format("inspection:{}", "event_id").alias("window_id"),
        pl.format("“{}”前", pl.col("label").str.slice(0, 20)).alias("label"),
        pl.lit(before).alias("days"),
        early.alias("first_day"),
        start.dt.offset_by("-1d").alias("last_day"),
        pl.concat_list(start.dt.strftime("%Y-%m"), early.dt.strftime("%Y-%m")).alias("month"),
    ).drop_nulls("ancestor_id")
    twice = windows.explode("month").unique()
    tree = ground.tree.join(twice, on="ancestor_id", how="semi").select(
        "unit_id", "month", "ancestor_id"
    )
    through = ground.reach.join(
        tree.rename({"unit_id": "admin_unit_id"}), on=["admin_unit_id", "month"]
    )
    own = tree.join(holding, on="unit_id", how="semi")
    standing = pl.concat([own, through.select(own.columns)])
    return standing.join(twice, on=["ancestor_id", "month"]).select(_WINDOW).unique()
