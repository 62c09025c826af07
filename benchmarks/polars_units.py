"""Names, months and trees of organisations in polars."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from benchmarks.inputs import COLUMNS, LEVELS, Inputs, grain

_SCHEMA = pl.String


def latest(inputs: Inputs, name: str) -> pl.LazyFrame:
    """The latest accepted row of each grain, with ``_seq`` and ``_row``."""
    columns = [*dict.fromkeys([*COLUMNS[name], *grain(name)]), "_row"]
    paths = inputs.paths.get(name)
    if not paths:
        return pl.LazyFrame(schema=dict.fromkeys([*columns, "_seq"], _SCHEMA))
    order = pl.col("_upload_id").replace_strict(inputs.order, return_dtype=pl.Int32).alias("_seq")
    rows = pl.scan_parquet(paths).select(*columns, order)
    return rows.sort("_seq", "_row").unique(grain(name), keep="last")


def newest(frame: pl.DataFrame, *keys: str) -> pl.DataFrame:
    """The row of each key that started last."""
    return frame.sort("valid_from").unique(keys, keep="last")


def month(name: str) -> pl.Expr:
    """``YYYY-MM`` of a date or time."""
    return pl.col(name).dt.strftime("%Y-%m")


def written(aliases: pl.Expr) -> pl.Expr:
    """The names of one cell."""
    return aliases.str.replace_all("[,;，]", "、").str.split("、")


def valid_months(frame: pl.DataFrame) -> pl.DataFrame:
    """With ``first`` and ``last``, the months in which a dated row holds."""
    last = month("valid_to").fill_null("9999-12").alias("last")
    return frame.with_columns(month("valid_from").alias("first"), last)


def spellings(units: pl.DataFrame) -> pl.DataFrame:
    """[unit, unit_id, first, last]: ways to write a unit, with the months they hold."""
    months = valid_months(units)
    listed = months.with_columns(written(pl.col("aliases")).alias("unit")).explode("unit")
    kept = ("unit", "unit_id", "first", "last")
    spelled = [
        months.with_columns(pl.col("unit_id").alias("unit")).select(kept),
        months.with_columns(pl.col("unit_name").alias("unit")).select(kept),
        listed.with_columns(pl.col("unit").str.strip_chars()).select(kept),
    ]
    return pl.concat(spelled).filter(pl.col("unit") != "")


def owners(spelled: pl.DataFrame, frames: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """[unit, month, unit_id]: what a written name means in a month, if it means one unit."""
    keys = ["unit", "month"]
    distinct = pl.concat([each.select(keys).unique() for each in frames]).unique()
    valid = distinct.join(spelled, on="unit").filter(pl.col("month").is_between("first", "last"))
    means = valid.group_by(keys).agg(
        pl.col("unit_id").n_unique().alias("meanings"), pl.col("unit_id").min()
    )
    return means.filter(pl.col("meanings") == 1).drop("meanings")


def undated(spelled: pl.DataFrame) -> pl.DataFrame:
    """[unit, named_id] where a name only ever meant one unit."""
    means = spelled.group_by("unit").agg(
        pl.col("unit_id").n_unique().alias("meanings"), pl.col("unit_id").min().alias("named_id")
    )
    return means.filter(pl.col("meanings") == 1).drop("meanings")


def with_unit(frame: pl.DataFrame, known: pl.DataFrame, names: pl.DataFrame) -> pl.DataFrame:
    """``unit_id`` of rows with ``unit`` and ``month``: as meant in the month, else whenever."""
    dated = frame.join(known, on=["unit", "month"], how="left").join(names, on="unit", how="left")
    return dated.with_columns(pl.coalesce("unit_id", "named_id").alias("unit_id")).drop("named_id")


def parents(units: pl.DataFrame, months: pl.DataFrame) -> pl.DataFrame:
    """[unit_id, month, tree, parent_id] as the roster said in each month."""
    found = valid_months(units).join(months, how="cross")
    found = newest(found.filter(pl.col("month").is_between("first", "last")), "unit_id", "month")
    parent = pl.when(pl.col("parent_id") != pl.col("unit_id")).then("parent_id").alias("parent_id")
    return found.select("unit_id", "month", "tree", parent)


def tree_months(above: pl.DataFrame) -> pl.DataFrame:
    """[unit_id, month, tree, ancestor_id, distance]: itself 0, all above, and * for the tree."""
    keys = ["unit_id", "month", "tree", "ancestor_id", "distance"]
    level = above.with_columns(ancestor_id="unit_id", distance=pl.lit(0)).select(keys)
    upward = above.filter(pl.col("parent_id").is_not_null()).select(
        pl.col("unit_id").alias("ancestor_id"), "month", "parent_id"
    )
    found = [level]
    for distance in range(1, LEVELS + 1):
        climbed = level.join(upward, on=["ancestor_id", "month"])
        if climbed.is_empty():
            break
        level = climbed.with_columns(ancestor_id="parent_id", distance=pl.lit(distance))
        level = level.select(keys)
        found.append(level)
    whole = above.with_columns(ancestor_id=pl.lit("*"), distance=pl.lit(99)).select(keys)
    climbing = pl.concat(found).group_by(keys[:-1]).agg(pl.col("distance").min())
    return pl.concat([climbing.select(keys), whole])


def shares(used: pl.DataFrame, bridge: pl.DataFrame) -> pl.DataFrame:
    """[unit_id, month, admin_unit_id, share] of the party units and months of ``used``."""
    found = used.join(valid_months(bridge), left_on="unit_id", right_on="party_unit_id").filter(
        pl.col("month").is_between("first", "last")
    )
    equal = 1.0 / pl.len().over("unit_id", "month")
    found = found.with_columns(pl.col("share").fill_null(equal))
    return newest(found, "unit_id", "month", "admin_unit_id").select(
        "unit_id", "month", "admin_unit_id", "share"
    )
