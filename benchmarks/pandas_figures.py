"""KPI figures, attainment and totals in pandas."""

from __future__ import annotations

import numpy as np
import pandas as pd

from benchmarks.inputs import ATTAINMENT_RANGE, LEVELS


def kpi_names(kpis: pd.DataFrame) -> pd.Series:
    alias = kpis["aliases"].str.replace("[,;，]", "、", regex=True).str.split("、")
    listed = kpis.assign(kpi=alias).explode("kpi")
    listed["kpi"] = listed["kpi"].str.strip()
    spelled = pd.concat([kpis.assign(kpi=kpis["kpi_id"]), kpis.assign(kpi=kpis["name"]), listed])
    spelled = spelled[spelled["kpi"].notna() & (spelled["kpi"] != "")]
    means = spelled.groupby("kpi")["kpi_id"].agg(["nunique", "min"])
    return means.loc[means["nunique"] == 1, "min"]


def observations(values: pd.DataFrame, kpis: pd.DataFrame) -> pd.DataFrame:
    values["kpi_id"] = values["kpi"].map(kpi_names(kpis)).fillna(values["kpi"])
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
        down & (target == 0) & (actual <= 0),
        down & (target == 0) & (actual > 0),
        band & (actual >= low) & (actual <= high),
        band & (actual < low) & (low > 0),
        band & (actual > high) & (high > 0),
    ]
    parts = actual / target
    choices = [parts, 2 - parts, 1.0, 0.0, 1.0, actual / low, 2 - actual / high]
    return np.select(conditions, choices, np.nan)


def index(found: pd.DataFrame) -> pd.DataFrame:
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


def ancestors(units: pd.DataFrame) -> pd.DataFrame:
    """[unit_id, ancestor_id]: every unit above a unit, at most 12 levels."""
    parents = units[["unit_id", "parent_id"]].dropna()
    parents = parents[parents["parent_id"] != parents["unit_id"]]
    level = parents.rename(columns={"parent_id": "ancestor_id"})
    found = [level]
    above = parents.rename(columns={"unit_id": "ancestor_id", "parent_id": "next"})
    for _ in range(LEVELS - 1):
        level = level.merge(above, on="ancestor_id")[["unit_id", "next"]]
        level = level.rename(columns={"next": "ancestor_id"})
        found.append(level)
    return pd.concat(found).drop_duplicates()


def totals(found: pd.DataFrame, above: pd.DataFrame) -> pd.DataFrame:
    keys = ["unit_id", "kpi_id", "month"]
    covered = found[keys].merge(above, on="unit_id")[["ancestor_id", "kpi_id", "month"]]
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
                [ways[1] & totals["paired_target"].eq(0), *ways],
                [totals["paired_actual"].le(0), ratio, 2 - ratio, totals["mean_attainment_rate"]],
                np.nan,
            ),
        }
    ).reset_index()
