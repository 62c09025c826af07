"""Dated things that happen to everybody or to a group: inspections, holidays, foundings."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipelines.simulate.columns import contract_frame
from pipelines.simulate.model import Plan
from pipelines.simulate.structure import Structure, founded_on, group_code
from pipelines.simulate.words import GROUPS

# First day of the Spring Festival (lunar calendar; no formula is worth the code here).
SPRING_FESTIVALS = (
    "2016-02-08",
    "2017-01-28",
    "2018-02-16",
    "2019-02-05",
    "2020-01-25",
    "2021-02-12",
    "2022-02-01",
    "2023-01-22",
    "2024-02-10",
    "2025-01-29",
    "2026-02-17",
    "2027-02-06",
    "2028-01-26",
    "2029-02-13",
    "2030-02-03",
)
FIXED_HOLIDAYS = (("01-01", 1, "元旦"), ("05-01", 5, "劳动节"), ("10-01", 7, "国庆节"))
INSPECTIONS = ((5, "党建工作半年检查"), (11, "年度党建考核迎检"))


@dataclass(frozen=True, kw_only=True)
class Inspection:
    """``group`` None means that all groups are inspected."""

    event_id: str
    first_day: np.datetime64
    last_day: np.datetime64
    group: int | None
    label: str


def _years(plan: Plan) -> range:
    return range(int(plan.reported_months[0][:4]), int(plan.last_month[:4]) + 1)


def _inside(plan: Plan, day: np.datetime64) -> bool:
    return bool(np.datetime64(plan.reported_months[0], "D") <= day < plan.end)


def build_inspections(plan: Plan, structure: Structure) -> list[Inspection]:
    """Two for all units a year, and one visit to one group every other month."""
    rng = plan.rng("inspections")
    days: list[tuple[np.datetime64, int | None, str]] = []
    for year in _years(plan):
        for month, label in INSPECTIONS:
            day = np.datetime64(f"{year}-{month:02d}-12") + int(rng.integers(0, 12))
            days.append((day, None, label))
        for month in range(2, 13, 2):
            day = np.datetime64(f"{year}-{month:02d}-14") + int(rng.integers(0, 10))
            days.append((day, int(rng.integers(structure.group_count)), "巡察组进驻检查"))
    inside = sorted((each for each in days if _inside(plan, each[0])), key=lambda each: each[0])
    return [
        Inspection(event_id=f"JC{n:03d}", first_day=d, last_day=d + 2, group=group, label=label)
        for n, (d, group, label) in enumerate(inside, start=1)
    ]


def _holidays(plan: Plan) -> list[tuple[np.datetime64, int, str]]:
    days = [
        (np.datetime64(f"{year}-{day}"), length, label)
        for year in _years(plan)
        for day, length, label in FIXED_HOLIDAYS
    ]
    days += [(np.datetime64(day), 8, "春节") for day in SPRING_FESTIVALS]
    return sorted(each for each in days if _inside(plan, each[0]))


def events_frame(plan: Plan, structure: Structure, inspections: list[Inspection]) -> pd.DataFrame:
    """Inspections, holidays and the founding of late units."""
    rows: list[tuple[str, str | None, np.datetime64, np.datetime64, str, str]] = []
    for each in inspections:
        unit = None if each.group is None else group_code(each.group)
        name = each.label if each.group is None else f"{GROUPS[each.group][0]}事业部{each.label}"
        rows.append((each.event_id, unit, each.first_day, each.last_day, "迎检", name))
    for number, (day, length, label) in enumerate(_holidays(plan), start=1):
        rows.append((f"JR{number:03d}", None, day, day + (length - 1), "节假日", label))
    late = np.flatnonzero(structure.founded)
    for number, (unit, day) in enumerate(
        zip(late, founded_on(plan, structure.founded[late]), strict=True), start=1
    ):
        label = f"{structure.unit_names[unit]}成立"
        rows.append((f"JG{number:03d}", structure.unit_ids[unit], day, day, "机构调整", label))
    names = ("event_id", "unit", "start_on", "end_on", "kind", "label")
    columns = dict(zip(names, (list(c) for c in zip(*rows, strict=True)), strict=True))
    for name in ("start_on", "end_on"):
        columns[name] = np.array(columns[name], dtype="datetime64[D]")
    return contract_frame("events", columns)
