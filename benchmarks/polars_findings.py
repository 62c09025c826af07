"""What the checks of the activity log find, in polars."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import pyarrow as pa

from benchmarks import polars_units as roster
from benchmarks.inputs import near_limits, number, words
from benchmarks.polars_bursts import bursts
from pipelines.integrity.near_duplicates import find_pairs

if TYPE_CHECKING:
    from benchmarks.polars_job import Ground

_COLUMNS = ("check_id", "record_id", "unit_id", "month", "other_record_id", "detail")
_START, _RECORDED = pl.col("start_at"), pl.col("recorded_at")
_DAYS = (_RECORDED.dt.date() - _START.dt.date()).dt.total_days()


def findings(ground: Ground, held: pl.DataFrame) -> pl.DataFrame:
    """[check_id, record_id, unit_id, month, other_record_id, detail]."""
    records = ground.records.lazy()
    parts = {
        "late_record": _late(records),
        "misdated": _misdated(records),
        "burst": bursts(ground, held).lazy(),
        "near_duplicate": _near_duplicates(ground.records).lazy(),
        "merged_meeting": _merged_meetings(ground),
        "counts": _counts(records),
        "no_result": _no_result(records),
    }
    found = pl.concat(
        [part.with_columns(check_id=pl.lit(name)) for name, part in parts.items()], how="diagonal"
    )
    placed = found.join(records.select("record_id", "unit_id", "month"), on="record_id")
    return placed.select(_COLUMNS).collect()


def _day(moment: pl.Expr) -> pl.Expr:
    return moment.dt.strftime("%Y-%m-%d")


def _told(*parts: str | pl.Expr) -> pl.Expr:
    texts = [pl.lit(each) if isinstance(each, str) else each for each in parts]
    return pl.concat_str(texts).alias("detail")


def _late(records: pl.LazyFrame) -> pl.LazyFrame:
    told = _told("举办于 ", _day(_START), "，登记于 ", _day(_RECORDED), "，相隔 ", _DAYS, " 天")
    return records.filter(number("late_record", "days") < _DAYS).select("record_id", told)


def _misdated(records: pl.LazyFrame) -> pl.LazyFrame:
    held, recorded = _day(_START), _day(_RECORDED)
    told = _told("所写举办日 ", held, " 晚于登记日 ", recorded, "，相差 ", -_DAYS, " 天")
    return records.filter(number("misdated", "days") <= -_DAYS).select("record_id", told)


def _counts(records: pl.LazyFrame) -> pl.LazyFrame:
    due, present, leave = (pl.col(f"{each}_count") for each in ("due", "present", "leave"))
    allowed = due + number("counts", "tolerance")
    there = present.fill_null(0) + leave.fill_null(0)
    told = [each.cast(pl.String).fill_null("未填") for each in (due, present, leave)]
    below = pl.min_horizontal(due, present, leave) < 0
    return records.filter((present > allowed) | (there > allowed) | below).select(
        "record_id", _told("应到 ", told[0], "，实到 ", told[1], "，请假 ", told[2])
    )


def _no_result(records: pl.LazyFrame) -> pl.LazyFrame:
    empty = pl.col("result").fill_null("").str.strip_chars(" ") == ""
    forms = pl.col("form").is_in(words("no_result", "forms"))
    told = _told("形式为“", pl.col("form"), "”，活动结果一栏为空")
    return records.filter(empty & forms).select("record_id", told)


def _near_duplicates(records: pl.DataFrame) -> pl.DataFrame:
    """The agenda counts before the result."""
    order = ["unit_id", "activity_type", "start_at", "record_id"]
    known = (
        records.lazy()
        .select(*order, "agenda", "result")
        .filter(pl.col("unit_id").is_not_null() & _START.is_not_null())
        .sort(order)
        .with_columns(group=pl.struct(order[:2]).rle_id())
        .collect()
    )
    group = known["group"].cast(pl.Int64).to_numpy()
    day = known["start_at"].dt.date().cast(pl.Int32).cast(pl.Int64).to_numpy()
    parts = []
    for field, label in (("agenda", "议程"), ("result", "活动结果")):
        texts = known[field].fill_null("").str.strip_chars(" ").to_arrow()
        pairs = find_pairs(group, day, texts.cast(pa.large_string()), near_limits())
        percent = pl.Series(np.floor(pairs.similarity * 100).astype(np.int64))
        earlier = known[pairs.earlier].select("record_id", "start_at")
        both = pl.DataFrame(
            {
                "record_id": known[pairs.record]["record_id"],
                "other_record_id": earlier["record_id"],
                "start_at": earlier["start_at"],
                "percent": percent,
                "is_masked": pairs.is_masked,
                "is_exact": pairs.is_exact,
            }
        )
        tail = (
            pl.when("is_exact")
            .then(pl.lit(" 一字不差"))
            .when("is_masked")
            .then(pl.lit(" 只差数字"))
            .otherwise(pl.format(" 相似度 {}%", "percent"))
        )
        told = _told(f"{label}与 ", _day(_START), " 的 ", pl.col("other_record_id"), tail)
        parts.append(both.select("record_id", "other_record_id", told))
    return pl.concat(parts).unique("record_id", keep="first", maintain_order=True)


def _merged_meetings(ground: Ground) -> pl.LazyFrame:
    meetings = roster.latest(ground.inputs, "admin_meetings").with_columns(
        month=roster.month("start_at")
    )
    held = (
        meetings.join(ground.owners.lazy(), on=["unit", "month"])
        .select(
            pl.col("record_id").alias("other_record_id"),
            pl.col("unit_id").alias("admin_unit_id"),
            _START.dt.date().alias("day"),
            pl.col("place").str.strip_chars(" "),
            _START.alias("other_start"),
            pl.col("end_at").alias("other_end"),
        )
        .filter(pl.col("place") != "")
    )
    place = ["unit_id", "month"]
    own = ground.records.lazy().filter(pl.col("tree") == "admin").select(place).unique()
    reached = pl.concat(
        [
            ground.reach.lazy().select(*place, "admin_unit_id"),
            own.with_columns(admin_unit_id="unit_id"),
        ]
    ).unique()
    timed = (_START.dt.hour() > 0) | (_START.dt.minute() > 0)
    many = pl.col("present_count") >= number("merged_meeting", "people")
    records = (
        ground.records.lazy()
        .filter(timed & many)
        .select(
            *("record_id", *place, "start_at", "end_at"),
            pl.col("place").str.strip_chars(" "),
            _START.dt.date().alias("day"),
        )
        .join(held.select("day").unique(), on="day", how="semi")
    )
    least = number("merged_meeting", "minutes")
    told = _told(
        *("与行政会议 ", pl.col("other_record_id"), " 同在“", pl.col("place").str.slice(0, 20)),
        *("”，时间重叠 ", pl.col("minutes").cast(pl.Int64), " 分钟"),
    )
    return (
        records.join(reached, on=place)
        .join(held, on=["admin_unit_id", "day", "place"])
        .with_columns(minutes=_minutes(least))
        .filter(pl.col("minutes") >= least)
        .sort("minutes", "other_record_id", descending=[True, False])
        .unique("record_id", keep="first", maintain_order=True)
        .select("record_id", "other_record_id", told)
    )


def _minutes(least: float) -> pl.Expr:
    """Whole minutes both last; without an end the least that counts, where the starts are equal."""
    starts = pl.max_horizontal("start_at", "other_start").dt.truncate("1m")
    ends = pl.min_horizontal("end_at", "other_end").dt.truncate("1m")
    whole = pl.col("end_at").is_not_null() & pl.col("other_end").is_not_null()
    return (
        pl.when(whole)
        .then((ends - starts).dt.total_minutes().cast(pl.Float64))
        .when(pl.col("other_start") == _START)
        .then(least)
    )
