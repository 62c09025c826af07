"""Names, months and trees of organisations in pandas."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from benchmarks.inputs import COLUMNS, LEVELS, Inputs, grain

END = pd.Timestamp("2262-01-01")


def latest(inputs: Inputs, name: str, categories: Iterable[str] = ()) -> pd.DataFrame:
    """The latest accepted row of each grain, with ``_seq`` and ``_row``."""
    columns = [*dict.fromkeys([*COLUMNS[name], *grain(name)]), "_row", "_upload_id"]
    paths = inputs.paths.get(name)
    if not paths:
        return pd.DataFrame({each: pd.Series(dtype="str") for each in columns})
    table = pq.read_table(paths, columns=columns, read_dictionary=list(categories))
    frame = table.to_pandas(self_destruct=True)
    del table
    frame["_seq"] = frame.pop("_upload_id").map(inputs.order)
    ordered = frame[["_seq", "_row"]].sort_values(["_seq", "_row"], kind="stable").index
    keys = frame.loc[ordered, list(grain(name))]
    return frame.loc[keys.index[~keys.duplicated(keep="last")]]


def newest(frame: pd.DataFrame, key: str) -> pd.DataFrame:
    """The row of each key that started last."""
    return frame.sort_values("valid_from").drop_duplicates(key, keep="last")


def month(day: pd.Series) -> pd.Series:
    """``YYYY-MM`` through categories: formatting each distinct month once."""
    codes, known = pd.factorize(day.to_numpy("datetime64[M]"))
    told = np.append(np.datetime_as_string(known, unit="M").astype(object), None)
    return pd.Series(told[codes], index=day.index, dtype="str")


def dates(column: pd.Series) -> pd.Series:
    """A column of dates as datetime64."""
    return pd.to_datetime(column)


def spellings(units: pd.DataFrame) -> pd.DataFrame:
    """[unit, unit_id, first, last]: ways to write a unit, with the months they hold."""
    alias = units["aliases"].str.replace("[,;，]", "、", regex=True).str.split("、")
    listed = units.assign(unit=alias).explode("unit")
    listed["unit"] = listed["unit"].str.strip()
    spelled = pd.concat(
        [units.assign(unit=units["unit_id"]), units.assign(unit=units["unit_name"]), listed]
    )
    spelled = spelled[spelled["unit"].notna() & (spelled["unit"] != "")]
    return spelled.assign(
        first=month(dates(spelled["valid_from"])),
        last=month(dates(spelled["valid_to"]).fillna(END)),
    )[["unit", "unit_id", "first", "last"]]


def owners(spelled: pd.DataFrame, written: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """[unit, month, unit_id]: what a written name means in a month, if it means one unit."""
    distinct = [each[["unit", "month"]].drop_duplicates() for each in written]
    named = pd.concat(distinct).drop_duplicates().merge(spelled, on="unit")
    valid = named[(named["first"] <= named["month"]) & (named["last"] >= named["month"])]
    means = valid.groupby(["unit", "month"])["unit_id"].agg(["nunique", "min"]).reset_index()
    return means[means["nunique"] == 1].rename(columns={"min": "unit_id"}).drop(columns="nunique")


def undated(spelled: pd.DataFrame) -> pd.Series:
    """unit → unit_id where a name only ever meant one unit."""
    means = spelled.groupby("unit")["unit_id"].agg(["nunique", "min"])
    return means.loc[means["nunique"] == 1, "min"]


def unit_of(frame: pd.DataFrame, known: pd.DataFrame, names: pd.Series) -> pd.Series:
    """The unit of rows with ``unit`` and ``month``: as meant in the month, else whenever."""
    dated = frame[["unit", "month"]].merge(known, on=["unit", "month"], how="left")["unit_id"]
    dated.index = frame.index
    return dated.fillna(frame["unit"].map(names))


def parents(units: pd.DataFrame, months: pd.Series) -> pd.DataFrame:
    """[unit_id, month, tree, parent_id] as the roster said in each month."""
    known = units.assign(
        first=month(dates(units["valid_from"])), last=month(dates(units["valid_to"]).fillna(END))
    )
    found = known.merge(months.rename("month"), how="cross")
    found = found[(found["first"] <= found["month"]) & (found["last"] >= found["month"])]
    found = newest(found, ["unit_id", "month"])
    found["parent_id"] = found["parent_id"].mask(found["parent_id"] == found["unit_id"])
    return found[["unit_id", "month", "tree", "parent_id"]]


def tree_months(above: pd.DataFrame) -> pd.DataFrame:
    """[unit_id, month, tree, ancestor_id, distance]: itself 0, all above, and * for the tree."""
    keys = ["unit_id", "month", "tree", "ancestor_id", "distance"]
    level = above.assign(ancestor_id=above["unit_id"], distance=0)[keys]
    upward = above[["unit_id", "month", "parent_id"]].dropna(subset="parent_id")
    upward = upward.rename(columns={"unit_id": "ancestor_id"})
    found = [level]
    for distance in range(1, LEVELS + 1):
        climbed = level.merge(upward, on=["ancestor_id", "month"])
        if climbed.empty:
            break
        level = climbed.assign(ancestor_id=climbed["parent_id"], distance=distance)[keys]
        found.append(level)
    whole = above.assign(ancestor_id="*", distance=99)[keys]
    climbing = pd.concat(found).drop_duplicates(keys[:-1])
    return pd.concat([climbing, whole], ignore_index=True)


def shares(used: pd.DataFrame, bridge: pd.DataFrame) -> pd.DataFrame:
    """[unit_id, month, admin_unit_id, share] of the party units and months of ``used``."""
    known = bridge.assign(
        first=month(dates(bridge["valid_from"])),
        last=month(dates(bridge["valid_to"]).fillna(END)),
    ).rename(columns={"party_unit_id": "unit_id"})
    found = used.merge(known, on="unit_id")
    found = found[(found["first"] <= found["month"]) & (found["last"] >= found["month"])]
    equal = 1 / found.groupby(["unit_id", "month"])["admin_unit_id"].transform("size")
    found = found.assign(share=found["share"].fillna(equal)).sort_values("valid_from")
    return found.drop_duplicates(["unit_id", "month", "admin_unit_id"], keep="last")[
        ["unit_id", "month", "admin_unit_id", "share"]
    ]
