"""The job of the product's build, as a careful script in pandas would do it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from benchmarks import pandas_figures as figures
from benchmarks import pandas_units as roster
from benchmarks.inputs import DATED, Inputs, number
from benchmarks.pandas_findings import findings
from benchmarks.pandas_links import suggestions
from benchmarks.pandas_measures import measure_values

TEXTS = ("title", "keywords", "agenda", "result", "place", "form", "activity_type")
_COUNTS = ["activity_count", "participant_count", "late_count"]


@dataclass(frozen=True, kw_only=True)
class Ground:
    """What several tables are made of.

    ``records``: activities with ``unit_id`` (missing when unknown), ``month``, ``tree``, ``row``.
    ``reach``: [unit_id, month, admin_unit_id, share]. ``names``: unit as written → unit_id.
    """

    inputs: Inputs
    records: pd.DataFrame
    kpis: pd.DataFrame
    observations: pd.DataFrame
    current: pd.DataFrame
    tree: pd.DataFrame
    months: pd.Series
    reach: pd.DataFrame
    owners: pd.DataFrame
    names: pd.Series
    spelled: pd.DataFrame


def build(inputs: Inputs) -> dict[str, pd.DataFrame]:
    """The tables of TABLES by name. Months are ``YYYY-MM``, missing figures NaN."""
    ground, held = _ground(inputs)
    found = suggestions(ground)
    return {
        "unit_tree_months": ground.tree,
        "kpi_unit_month": ground.observations,
        "attainment_unit_month": figures.index(ground.observations),
        "kpi_month": figures.totals(ground.observations, figures.ancestors(ground.current)),
        "activity_unit_month": _reaching(held, ground),
        "link_suggestions": found.drop(columns="row"),
        "integrity_findings": findings(ground, held),
        "measure_values": measure_values(ground, found),
    }


def _ground(inputs: Inputs) -> tuple[Ground, pd.DataFrame]:
    """The ground and the activities as they were held."""
    units = roster.latest(inputs, "units")
    spelled, current = roster.spellings(units), roster.newest(units, "unit_id")
    values = roster.latest(inputs, "kpi_values")
    records = roster.latest(inputs, "activities", TEXTS)
    records["month"] = roster.month(records["start_at"])
    others = _dated(inputs)
    owners = roster.owners(spelled, [values, records, *others])
    months = pd.concat([values["month"], records["month"], *(each["month"] for each in others)])
    kpis = roster.newest(roster.latest(inputs, "kpi_definitions"), "kpi_id")
    observed = figures.observations(values.merge(owners, on=["unit", "month"]), kpis)
    records = records.drop(columns=["_seq", "_row"]).merge(owners, on=["unit", "month"], how="left")
    records["row"] = np.arange(len(records))
    records["tree"] = records["unit_id"].map(current.set_index("unit_id")["tree"])
    held = _held(records)
    bridge = roster.latest(inputs, "unit_bridge")
    months = months.dropna().drop_duplicates().sort_values(ignore_index=True)
    ground = Ground(
        inputs=inputs,
        records=records,
        kpis=kpis,
        observations=observed,
        current=current,
        tree=roster.tree_months(roster.parents(units, months)),
        months=months,
        reach=roster.shares(held[["unit_id", "month"]].drop_duplicates(), bridge),
        owners=owners,
        names=roster.undated(spelled),
        spelled=spelled,
    )
    return ground, held


def _dated(inputs: Inputs) -> list[pd.DataFrame]:
    """[unit, month] of the other datasets that date something; unit is missing where none is."""
    found = []
    for name, column in DATED:
        frame = roster.latest(inputs, name)
        dated = frame[column] if column == "month" else roster.month(roster.dates(frame[column]))
        unit = frame["unit"] if "unit" in frame else pd.Series(index=frame.index, dtype="str")
        found.append(pd.DataFrame({"unit": unit, "month": dated}))
    return found


def _held(records: pd.DataFrame) -> pd.DataFrame:
    """[unit_id, month, activity_type, three counts] where the activities were held."""
    start = records["start_at"].to_numpy("datetime64[D]")
    delay = records["recorded_at"].to_numpy("datetime64[D]") - start
    late = np.timedelta64(int(number("late_record", "days")))
    records["is_late"] = (delay > late) & ~np.isnat(delay)
    return records.groupby(
        ["unit_id", "month", "activity_type"], as_index=False, observed=True
    ).agg(
        activity_count=("record_id", "size"),
        participant_count=("present_count", "sum"),
        late_count=("is_late", "sum"),
    )


def _reaching(held: pd.DataFrame, ground: Ground) -> pd.DataFrame:
    """Activities as they reach administrative units."""
    through = held.merge(ground.reach, on=["unit_id", "month"])
    through[_COUNTS] = through[_COUNTS].mul(through["share"], axis=0)
    through["unit_id"] = through["admin_unit_id"]
    admin = ground.current.loc[ground.current["tree"] == "admin", "unit_id"]
    both = pd.concat([through[held.columns], held[held["unit_id"].isin(admin)]])
    keys = ["unit_id", "month", "activity_type"]
    summed = both.groupby(keys, as_index=False, observed=True)[_COUNTS].sum()
    return summed.astype({"activity_type": "str"})
