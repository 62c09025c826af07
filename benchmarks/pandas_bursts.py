"""突击 in pandas: activities before inspections and at month ends, against the usual month."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from benchmarks import pandas_units as roster
from benchmarks.inputs import INSPECTION, number

if TYPE_CHECKING:
    from benchmarks.pandas_job import Ground

_WINDOW = ["unit_id", "window_id", "label", "days", "first_day", "last_day"]


def bursts(ground: Ground, held: pd.DataFrame) -> pd.DataFrame:
    """[record_id, detail]: the window with the most above the usual counts for a record."""
    records = ground.records.loc[ground.records["unit_id"].notna(), ["record_id", "unit_id"]]
    records["day"] = ground.records["start_at"].dt.normalize()
    windows = _windows(ground, held[["unit_id", "month"]].drop_duplicates())
    windows = windows.merge(_usual(ground, held), on="unit_id")
    windows["activity_count"] = _within(windows, records)
    usual = windows["usual_month"] * windows["days"] / 30
    limit = usual + number("burst", "spread") * np.sqrt(usual)
    busy = (windows["activity_count"] >= number("burst", "least")) & (
        windows["activity_count"] > limit
    )
    found = windows[busy].assign(usual=usual[busy])
    if found.empty:
        return pd.DataFrame({"record_id": pd.Series(dtype="str"), "detail": pd.Series(dtype="str")})
    rows = records.merge(found, on="unit_id")
    rows = rows[(rows["day"] >= rows["first_day"]) & (rows["day"] <= rows["last_day"])]
    rows["over"] = rows["activity_count"] - rows["usual"]
    rows = rows.sort_values(["over", "window_id"], ascending=[False, True])
    return _told(rows.drop_duplicates("record_id"))


def _told(rows: pd.DataFrame) -> pd.DataFrame:
    usual = (np.floor(rows["usual"] * 10 + 0.5) / 10).astype("str")
    told = rows["label"] + " " + rows["days"].astype("str") + " 天内举办 "
    told += rows["activity_count"].astype("str") + " 次，按本组织月份中位数折算平时约 "
    return rows[["record_id"]].assign(detail=told + usual + " 次")


def _within(windows: pd.DataFrame, records: pd.DataFrame) -> pd.Series:
    """Activities of the unit from the first to the last day, by differences of running counts."""
    daily = records.groupby(["day", "unit_id"]).size().reset_index(name="held")
    daily["until"] = daily.groupby("unit_id")["held"].cumsum()
    daily = daily.drop(columns="held")
    ends = []
    for day in (windows["last_day"], windows["first_day"] - pd.Timedelta(days=1)):
        asked = windows[["unit_id"]].assign(day=day).sort_values("day", kind="stable")
        known = pd.merge_asof(asked.reset_index(), daily, on="day", by="unit_id")
        ends.append(known.set_index("index")["until"].fillna(0).astype("int64"))
    return ends[0] - ends[1]


def _usual(ground: Ground, held: pd.DataFrame) -> pd.DataFrame:
    """[unit_id, usual_month]: median of the months from the first to the last with any."""
    monthly = held.groupby(["unit_id", "month"], as_index=False)["activity_count"].sum()
    spans = monthly.groupby("unit_id")["month"].agg(["min", "max"]).reset_index()
    every = spans.merge(ground.months.rename("month"), how="cross")
    every = every[(every["min"] <= every["month"]) & (every["month"] <= every["max"])]
    filled = every.merge(monthly, on=["unit_id", "month"], how="left")
    filled["activity_count"] = filled["activity_count"].fillna(0)
    median = filled.groupby("unit_id")["activity_count"].median()
    return median.rename("usual_month").reset_index()


def _windows(ground: Ground, active: pd.DataFrame) -> pd.DataFrame:
    holding = active[["unit_id"]].drop_duplicates()
    at_end = int(number("burst", "days_at_end"))
    last = pd.to_datetime(ground.months + "-01") + pd.offsets.MonthEnd(0)
    ends = pd.DataFrame(
        {
            "window_id": "month:" + ground.months,
            "label": ground.months + " 月末",
            "days": at_end,
            "first_day": last - pd.Timedelta(days=at_end - 1),
            "last_day": last,
        }
    )
    parts = [holding.merge(ends, how="cross"), _inspections(ground, holding)]
    return pd.concat([part[_WINDOW] for part in parts], ignore_index=True)


def _inspections(ground: Ground, holding: pd.DataFrame) -> pd.DataFrame:
    before = int(number("burst", "days_before"))
    events = roster.latest(ground.inputs, "events")
    events = events[events["kind"] == INSPECTION]
    start = roster.dates(events["start_on"])
    named = events["unit"].map(ground.names)
    windows = pd.DataFrame(
        {
            "ancestor_id": named.where(events["unit"].notna(), "*"),
            "window_id": "inspection:" + events["event_id"],
            "label": "“" + events["label"].str[:20] + "”前",
            "days": before,
            "first_day": start - pd.Timedelta(days=before),
            "last_day": start - pd.Timedelta(days=1),
            "month": roster.month(start),
            "month_before": roster.month(start - pd.Timedelta(days=before)),
        }
    ).dropna(subset="ancestor_id")
    twice = pd.concat([windows, windows.assign(month=windows["month_before"])]).drop_duplicates()
    tree = ground.tree[["unit_id", "month", "ancestor_id"]]
    tree = tree[tree["ancestor_id"].isin(twice["ancestor_id"])]
    reach = ground.reach[["unit_id", "month", "admin_unit_id"]]
    above = tree.rename(columns={"unit_id": "admin_unit_id"})
    standing = pd.concat(
        [
            tree[tree["unit_id"].isin(holding["unit_id"])],
            reach.merge(above, on=["admin_unit_id", "month"])[list(tree)],
        ]
    )
    found = standing.merge(twice, on=["ancestor_id", "month"])
    return found[_WINDOW].drop_duplicates()
