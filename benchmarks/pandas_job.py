"""The job of the product's build, as a careful script in pandas would do it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from benchmarks.inputs import ATTAINMENT_RANGE, COLUMNS, GRAINS, LATE_DAYS, Inputs

END = pd.Timestamp("2262-01-01")


def build(inputs: Inputs) -> dict[str, pd.DataFrame]:
    """Four mart tables by name. Months are ``YYYY-MM``, missing figures NaN."""
    units, kpis = _latest(inputs, "units"), _latest(inputs, "kpi_definitions")
    values, records = _latest(inputs, "kpi_values"), _latest(inputs, "activities")
    records["month"] = _month(records["start_at"])
    owners = _owners(units, values, records)
    values = values.merge(owners, on=["unit", "month"])
    current = _newest(units, "unit_id")
    observations = _observations(values, _newest(kpis, "kpi_id"))
    held = _held(records.merge(owners, on=["unit", "month"]))
    return {
        "kpi_unit_month": observations,
        "attainment_unit_month": _index(observations),
        "kpi_month": _totals(observations, _ancestors(current)),
        "activity_unit_month": _reaching(held, _latest(inputs, "unit_bridge"), current),
    }


def _latest(inputs: Inputs, name: str) -> pd.DataFrame:
    """The latest accepted row of each grain, with ``_seq`` and ``_row``."""
    columns = [*COLUMNS[name], "_row", "_upload_id"]
    frame = pq.read_table(inputs.paths[name], columns=columns).to_pandas(self_destruct=True)
    frame["_seq"] = frame.pop("_upload_id").map(inputs.order)
    ordered = frame.sort_values(["_seq", "_row"], kind="stable")
    return ordered.drop_duplicates(list(GRAINS[name]), keep="last")


def _newest(frame: pd.DataFrame, key: str) -> pd.DataFrame:
    return frame.sort_values("valid_from").drop_duplicates(key, keep="last")


def _month(day: pd.Series) -> pd.Series:
    """``YYYY-MM`` through categories: formatting each distinct month once."""
    number = day.to_numpy("datetime64[M]")
    codes, known = pd.factorize(number)
    return pd.Series(np.datetime_as_string(known, unit="M")[codes], index=day.index, dtype="str")


def _spellings(units: pd.DataFrame) -> pd.DataFrame:
    alias = units["aliases"].str.replace("[,;，]", "、", regex=True).str.split("、")
    listed = units.assign(unit=alias).explode("unit")
    listed["unit"] = listed["unit"].str.strip()
    spelled = pd.concat(
        [units.assign(unit=units["unit_id"]), units.assign(unit=units["unit_name"]), listed]
    )
    spelled = spelled[spelled["unit"].notna() & (spelled["unit"] != "")]
    return spelled.assign(
        first=_month(pd.to_datetime(spelled["valid_from"])),
        last=_month(pd.to_datetime(spelled["valid_to"]).fillna(END)),
    )[["unit", "unit_id", "first", "last"]]


def _owners(units: pd.DataFrame, values: pd.DataFrame, records: pd.DataFrame) -> pd.DataFrame:
    """[unit, month, unit_id]: what a written name means in a month, if it means one unit."""
    written = pd.concat([values[["unit", "month"]], records[["unit", "month"]]]).drop_duplicates()
    named = written.merge(_spellings(units), on="unit")
    valid = named[(named["first"] <= named["month"]) & (named["last"] >= named["month"])]
    means = valid.groupby(["unit", "month"])["unit_id"].agg(["nunique", "min"]).reset_index()
    return means[means["nunique"] == 1].rename(columns={"min": "unit_id"}).drop(columns="nunique")


def _kpi_names(kpis: pd.DataFrame) -> pd.Series:
    alias = kpis["aliases"].str.replace("[,;，]", "、", regex=True).str.split("、")
    listed = kpis.assign(kpi=alias).explode("kpi")
    listed["kpi"] = listed["kpi"].str.strip()
    spelled = pd.concat([kpis.assign(kpi=kpis["kpi_id"]), kpis.assign(kpi=kpis["name"]), listed])
    spelled = spelled[spelled["kpi"].notna() & (spelled["kpi"] != "")]
    means = spelled.groupby("kpi")["kpi_id"].agg(["nunique", "min"])
    return means.loc[means["nunique"] == 1, "min"]


def _observations(values: pd.DataFrame, kpis: pd.DataFrame) -> pd.DataFrame:
    values["kpi_id"] = values["kpi"].map(_kpi_names(kpis)).fillna(values["kpi"])
    latest = values.sort_values(["_seq", "_row"], kind="stable").drop_duplicates(
        ["unit_id", "month", "kpi_id"], keep="last"
    )
    found = latest.merge(kpis.drop(columns=["_seq", "_row"]), on="kpi_id", how="left")
    _tell_months(found)
    found["attainment_rate"] = _attainment(found)
    found["weight"] = found["weight"].fillna(1.0)
    found["is_placebo"] = found["is_placebo"].eq(True)
    return found[
        [
            *("unit_id", "kpi_id", "month", "actual", "target", "attainment_rate", "weight"),
            *("is_placebo", "aggregation", "direction"),
        ]
    ]


def _tell_months(found: pd.DataFrame) -> None:
    """Months that only the year to date tells: less the month before's, January's as it is."""
    keys = ["unit_id", "kpi_id", "month"]
    for figure in ("actual", "target"):
        to_date = f"ytd_{figure}"
        lacking = found[figure].isna() & found[to_date].notna() & found["aggregation"].eq("sum")
        rows = found.loc[lacking, [*keys, to_date]].reset_index()
        january = rows["month"].str.endswith("-01")
        rows["month"] = (pd.PeriodIndex(rows["month"], freq="M") - 1).astype(str)
        known = found[[*keys, figure, to_date]].merge(rows[keys], on=keys)
        first = known[figure].where(known["month"].str.endswith("-01"))
        before = known[keys].assign(before=known[to_date].fillna(first))
        joined = rows.merge(before, on=keys, how="left")
        told = joined[to_date] - joined["before"].mask(january, 0.0)
        found.loc[joined["index"], figure] = told.round(10).to_numpy()


def _attainment(found: pd.DataFrame) -> np.ndarray:
    actual, target, way = found["actual"], found["target"], found["direction"]
    low, high = found["band_low"], found["band_high"]
    up, down, band = (way.eq(each).to_numpy() for each in ("up", "down", "band"))
    conditions = [
        up & (target > 0),
        down & (target > 0),
        band & (actual >= low) & (actual <= high),
        band & (actual < low) & (low > 0),
        band & (actual > high) & (high > 0),
    ]
    choices = [actual / target, 2 - actual / target, 1.0, actual / low, 2 - actual / high]
    return np.select(conditions, choices, np.nan)


def _index(found: pd.DataFrame) -> pd.DataFrame:
    counted = found[found["attainment_rate"].notna() & ~found["is_placebo"] & (found["weight"] > 0)]
    parts = counted.assign(
        part=counted["weight"] * counted["attainment_rate"].clip(*ATTAINMENT_RANGE),
        met=counted["attainment_rate"] >= 1,
    )
    sums = parts.groupby(["unit_id", "month"], as_index=False).agg(
        part=("part", "sum"),
        weight=("weight", "sum"),
        kpi_count=("weight", "size"),
        met_kpi_count=("met", "sum"),
    )
    return sums.assign(attainment_rate=sums["part"] / sums["weight"]).drop(
        columns=["part", "weight"]
    )


def _ancestors(units: pd.DataFrame) -> pd.DataFrame:
    """[unit_id, ancestor_id]: every unit above a unit, at most 12 levels."""
    parents = units[["unit_id", "parent_id"]].dropna()
    parents = parents[parents["parent_id"] != parents["unit_id"]]
    level = parents.rename(columns={"parent_id": "ancestor_id"})
    found = [level]
    above = parents.rename(columns={"unit_id": "ancestor_id", "parent_id": "next"})
    for _ in range(11):
        level = level.merge(above, on="ancestor_id")[["unit_id", "next"]]
        level = level.rename(columns={"next": "ancestor_id"})
        found.append(level)
    return pd.concat(found).drop_duplicates()


def _totals(found: pd.DataFrame, ancestors: pd.DataFrame) -> pd.DataFrame:
    keys = ["unit_id", "kpi_id", "month"]
    covered = found[keys].merge(ancestors, on="unit_id")[["ancestor_id", "kpi_id", "month"]]
    covered = covered.drop_duplicates().rename(columns={"ancestor_id": "unit_id"})
    marked = found.merge(covered, on=keys, how="left", indicator=True)
    counted = marked[marked["_merge"] == "left_only"]
    pairs = counted.assign(
        paired_actual=counted["actual"].where(counted["target"].notna()),
        paired_target=counted["target"].where(counted["actual"].notna()),
        met=counted["attainment_rate"] >= 1,
    )
    groups = pairs.groupby(["kpi_id", "month"])
    totals = groups.agg(
        unit_count=("actual", "count"),
        met_unit_count=("met", "sum"),
        aggregation=("aggregation", "first"),
        direction=("direction", "first"),
        paired_actual=("paired_actual", "mean"),
        paired_target=("paired_target", "mean"),
        mean_attainment_rate=("attainment_rate", "mean"),
    )
    sums, means = groups[["actual", "target"]].sum(min_count=1), groups[["actual", "target"]].mean()
    by_mean = totals["aggregation"] == "mean"
    ratio = totals["paired_actual"] / totals["paired_target"].replace(0, np.nan)
    ways = [totals["direction"] == each for each in ("up", "down", "band")]
    return pd.DataFrame(
        {
            "unit_count": totals["unit_count"],
            "met_unit_count": totals["met_unit_count"],
            "actual": sums["actual"].mask(by_mean, means["actual"]),
            "target": sums["target"].mask(by_mean, means["target"]),
            "attainment_rate": np.select(
                ways, [ratio, 2 - ratio, totals["mean_attainment_rate"]], np.nan
            ),
        }
    ).reset_index()


def _held(records: pd.DataFrame) -> pd.DataFrame:
    """[unit_id, month, activity_type, three counts] where the activities were held."""
    start = records["start_at"].to_numpy("datetime64[D]")
    delay = records["recorded_at"].to_numpy("datetime64[D]") - start
    records["is_late"] = (delay > np.timedelta64(LATE_DAYS)) & ~np.isnat(delay)
    return records.groupby(["unit_id", "month", "activity_type"], as_index=False).agg(
        activity_count=("record_id", "size"),
        participant_count=("present_count", "sum"),
        late_count=("is_late", "sum"),
    )


def _reaching(held: pd.DataFrame, bridge: pd.DataFrame, units: pd.DataFrame) -> pd.DataFrame:
    """Activities as they reach administrative units."""
    shares = _shares(held[["unit_id", "month"]].drop_duplicates(), bridge)
    counts = ["activity_count", "participant_count", "late_count"]
    through = held.merge(shares, on=["unit_id", "month"])
    through[counts] = through[counts].mul(through["share"], axis=0)
    through["unit_id"] = through["admin_unit_id"]
    own = held[held["unit_id"].isin(units.loc[units["tree"] == "admin", "unit_id"])]
    both = pd.concat([through[own.columns], own])
    return both.groupby(["unit_id", "month", "activity_type"], as_index=False)[counts].sum()


def _shares(used: pd.DataFrame, bridge: pd.DataFrame) -> pd.DataFrame:
    known = bridge.assign(
        first=_month(pd.to_datetime(bridge["valid_from"])),
        last=_month(pd.to_datetime(bridge["valid_to"]).fillna(END)),
    ).rename(columns={"party_unit_id": "unit_id"})
    found = used.merge(known, on="unit_id")
    found = found[(found["first"] <= found["month"]) & (found["last"] >= found["month"])]
    equal = 1 / found.groupby(["unit_id", "month"])["admin_unit_id"].transform("size")
    found = found.assign(share=found["share"].fillna(equal)).sort_values("valid_from")
    return found.drop_duplicates(["unit_id", "month", "admin_unit_id"], keep="last")[
        ["unit_id", "month", "admin_unit_id", "share"]
    ]
