"""What the checks of the activity log find, in pandas."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa

from benchmarks import pandas_units as roster
from benchmarks.inputs import near_limits, number, words
from benchmarks.pandas_bursts import bursts
from pipelines.integrity.near_duplicates import find_pairs

if TYPE_CHECKING:
    from benchmarks.pandas_job import Ground

_COLUMNS = ["check_id", "record_id", "unit_id", "month", "other_record_id", "detail"]


def findings(ground: Ground, held: pd.DataFrame) -> pd.DataFrame:
    """[check_id, record_id, unit_id, month, other_record_id, detail]."""
    records = ground.records
    parts = {
        "late_record": _late(records),
        "misdated": _misdated(records),
        "burst": bursts(ground, held),
        "near_duplicate": _near_duplicates(records),
        "merged_meeting": _merged_meetings(ground),
        "counts": _counts(records),
        "no_result": _no_result(records),
    }
    found = pd.concat(
        [part.assign(check_id=name) for name, part in parts.items()], ignore_index=True
    )
    placed = found.merge(records[["record_id", "unit_id", "month"]], on="record_id")
    return placed.reindex(columns=_COLUMNS)


def _days(records: pd.DataFrame) -> pd.Series:
    """Days from the day it was held to the day it was recorded."""
    recorded, start = records["recorded_at"].dt.normalize(), records["start_at"].dt.normalize()
    return (recorded - start).dt.days


def _day(moment: pd.Series) -> pd.Series:
    return moment.dt.strftime("%Y-%m-%d")


def _text(numbers: pd.Series) -> pd.Series:
    return numbers.astype("int64").astype("str")


def _late(records: pd.DataFrame) -> pd.DataFrame:
    days = _days(records)
    found = records[days > number("late_record", "days")]
    told = "举办于 " + _day(found["start_at"]) + "，登记于 " + _day(found["recorded_at"])
    told += "，相隔 " + _text(days[found.index]) + " 天"
    return found[["record_id"]].assign(detail=told)


def _misdated(records: pd.DataFrame) -> pd.DataFrame:
    days = -_days(records)
    found = records[days >= number("misdated", "days")]
    told = "所写举办日 " + _day(found["start_at"]) + " 晚于登记日 " + _day(found["recorded_at"])
    told += "，相差 " + _text(days[found.index]) + " 天"
    return found[["record_id"]].assign(detail=told)


def _counts(records: pd.DataFrame) -> pd.DataFrame:
    names = ["due_count", "present_count", "leave_count"]
    due, present, leave = (records[name] for name in names)
    allowed = due + number("counts", "tolerance")
    there = present.fillna(0) + leave.fillna(0)
    found = records[(present > allowed) | (there > allowed) | (records[names].min(axis=1) < 0)]
    told = pd.Series("", index=found.index)
    for label, name in zip(("应到 ", "，实到 ", "，请假 "), names, strict=True):
        told += label + found[name].astype("Int64").astype("str").fillna("未填")
    return found[["record_id"]].assign(detail=told)


def _no_result(records: pd.DataFrame) -> pd.DataFrame:
    empty = records["result"].isna() | records["result"].isin(["", " "])
    found = records[empty & records["form"].isin(words("no_result", "forms"))]
    told = "形式为“" + found["form"].astype("str") + "”，活动结果一栏为空"
    return found[["record_id"]].assign(detail=told)


def _near_duplicates(records: pd.DataFrame) -> pd.DataFrame:
    """The agenda counts before the result."""
    order = ["unit_id", "activity_type", "start_at", "record_id"]
    known = records[records["unit_id"].notna() & records["start_at"].notna()]
    known = known[[*order, "agenda", "result"]].sort_values(order, ignore_index=True)
    group = known.groupby(order[:2], observed=True, sort=True).ngroup().to_numpy()
    day = known["start_at"].to_numpy("datetime64[D]").astype(np.int64)
    parts = []
    for field, label in (("agenda", "议程"), ("result", "活动结果")):
        texts = pa.array(known[field].astype("str").fillna("").str.strip(" "), pa.large_string())
        pairs = find_pairs(group, day, texts, near_limits())
        percent = np.floor(pairs.similarity * 100).astype(int).astype(str)
        tail = np.where(
            pairs.is_exact,
            " 一字不差",
            np.where(pairs.is_masked, " 只差数字", " 相似度 " + percent.astype(object) + "%"),
        )
        earlier = known.iloc[pairs.earlier].reset_index(drop=True)
        told = label + "与 " + _day(earlier["start_at"]) + " 的 " + earlier["record_id"]
        part = pd.DataFrame(
            {
                "record_id": known["record_id"].iloc[pairs.record].to_numpy(),
                "other_record_id": earlier["record_id"],
                "detail": told + pd.Series(tail, dtype="str"),
            }
        )
        parts.append(part)
    return pd.concat(parts).drop_duplicates("record_id")


def _merged_meetings(ground: Ground) -> pd.DataFrame:
    meetings = roster.latest(ground.inputs, "admin_meetings")
    meetings["month"] = roster.month(meetings["start_at"])
    meetings["admin_unit_id"] = roster.unit_of(meetings, ground.owners, pd.Series(dtype="str"))
    meetings["place"] = meetings["place"].str.strip(" ")
    meetings["day"] = meetings["start_at"].dt.normalize()
    meetings = meetings[meetings["admin_unit_id"].notna() & (meetings["place"] != "")]
    records = ground.records[["record_id", "unit_id", "month", "start_at", "end_at", "tree"]]
    records = records.assign(
        place=ground.records["place"].astype("str").str.strip(" "),
        day=records["start_at"].dt.normalize(),
    )
    timed = (records["start_at"].dt.hour > 0) | (records["start_at"].dt.minute > 0)
    many = ground.records["present_count"] >= number("merged_meeting", "people")
    there = records["day"].isin(meetings["day"]) & records["unit_id"].notna()
    records = records[timed & many & there]
    own = records.loc[records["tree"] == "admin", ["unit_id", "month"]].drop_duplicates()
    reached = pd.concat(
        [
            ground.reach[["unit_id", "month", "admin_unit_id"]],
            own.assign(admin_unit_id=own["unit_id"]),
        ]
    ).drop_duplicates()
    held = meetings[["record_id", "admin_unit_id", "day", "place", "start_at", "end_at"]]
    both = records.merge(reached, on=["unit_id", "month"]).merge(
        held, on=["admin_unit_id", "day", "place"], suffixes=("", "_other")
    )
    both["minutes"] = _minutes(both)
    both = both[both["minutes"] >= number("merged_meeting", "minutes")]
    best = both.sort_values(["minutes", "record_id_other"], ascending=[False, True])
    best = best.drop_duplicates("record_id")
    told = "与行政会议 " + best["record_id_other"] + " 同在“" + best["place"].str[:20]
    told += "”，时间重叠 " + _text(best["minutes"]) + " 分钟"
    return pd.DataFrame(
        {
            "record_id": best["record_id"],
            "other_record_id": best["record_id_other"],
            "detail": told,
        }
    )


def _minutes(both: pd.DataFrame) -> pd.Series:
    """Whole minutes both last; without an end the least that counts, where the starts are equal."""
    starts = both[["start_at", "start_at_other"]].max(axis=1).dt.floor("min")
    ends = both[["end_at", "end_at_other"]].min(axis=1).dt.floor("min")
    whole = both["end_at"].notna() & both["end_at_other"].notna()
    overlap = ((ends - starts).dt.total_seconds() / 60).where(whole)
    same = ~whole & (both["start_at"] == both["start_at_other"])
    return overlap.mask(same, number("merged_meeting", "minutes"))
