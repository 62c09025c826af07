"""Makes simulated frames as awkward as real uploads: spellings, new names, reporting parents."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

Frames = dict[str, pd.DataFrame]

_RENAMED_EVERY = 25  # one unit in so many takes a new name half-way
_BLANK_SHARE_EVERY = 7  # one bridge row in so many leaves its share blank


def reshaped(frames: Frames, prefix: str) -> Frames:
    """The five frames of the job under identifiers of their own, written as people write them.

    A third of the rows names a unit by code, a third by name and a third by alias; half of the
    KPI rows use the name. Units that end in 001 also report for the level above them.
    """
    units = _prefixed_units(frames["units"], prefix)
    roster = _with_new_names(units, _middle(frames["kpi_values"]["month"]))
    definitions = frames["kpi_definitions"]
    activities, values = frames["activities"], frames["kpi_values"]
    values = _with_parents(values.assign(unit=_prefixed_unit(values, prefix)), units)
    return {
        "units": roster,
        "unit_bridge": _prefixed_bridge(frames["unit_bridge"], prefix),
        "kpi_definitions": definitions,
        "kpi_values": values.assign(
            unit=_spelled_unit(values["unit"], units), kpi=_spelled_kpi(values["kpi"], definitions)
        ),
        "activities": activities.assign(
            unit=_spelled_unit(_prefixed_unit(activities, prefix), units),
            record_id=prefix + activities["record_id"],
        ),
    }


def by_upload(frame: pd.DataFrame, month: pd.Series) -> Iterator[pd.DataFrame]:
    """One part per calendar year, then the newest month once more, as a correction."""
    year = month.str.slice(0, 4)
    for each in sorted(year.unique()):
        yield frame[year == each]
    again = frame[month == month.max()]
    yield again.assign(actual=again["actual"] * 1.01) if "actual" in again else again


def _prefixed_unit(frame: pd.DataFrame, prefix: str) -> pd.Series:
    return prefix + frame["unit"]


def _prefixed_units(units: pd.DataFrame, prefix: str) -> pd.DataFrame:
    names = ("unit_id", "parent_id", "unit_name", "aliases")
    return units.assign(**{name: prefix + units[name] for name in names})


def _prefixed_bridge(bridge: pd.DataFrame, prefix: str) -> pd.DataFrame:
    blank = np.arange(len(bridge)) % _BLANK_SHARE_EVERY == 0
    return bridge.assign(
        party_unit_id=prefix + bridge["party_unit_id"],
        admin_unit_id=prefix + bridge["admin_unit_id"],
        share=bridge["share"].mask(blank),
    )


def _middle(month: pd.Series) -> np.datetime64:
    known = np.sort(month.unique())
    return np.datetime64(known[len(known) // 2], "M").astype("datetime64[D]")


def _with_new_names(units: pd.DataFrame, changed_on: np.datetime64) -> pd.DataFrame:
    """Some units end under their old name and go on, from ``changed_on``, under a new one."""
    old_enough = units["valid_from"].to_numpy("datetime64[D]") < changed_on
    renamed = old_enough & (np.arange(len(units)) % _RENAMED_EVERY == 0)
    last_day = (changed_on - 1).item()
    ending = pd.Series([last_day if each else None for each in renamed], index=units.index)
    follow = units[renamed].assign(
        unit_name=units["unit_name"] + "（新）", aliases=None, valid_from=changed_on.item()
    )
    return pd.concat([units.assign(valid_to=ending), follow], ignore_index=True)


def _with_parents(values: pd.DataFrame, units: pd.DataFrame) -> pd.DataFrame:
    first = values[values["unit"].str.endswith("001")]
    parents = first["unit"].map(units.set_index("unit_id")["parent_id"])
    return pd.concat([values, first.assign(unit=parents)], ignore_index=True)


def _spelled_unit(ids: pd.Series, units: pd.DataFrame) -> pd.Series:
    known = units.set_index("unit_id")
    turn = np.arange(len(ids)) % 3
    written = ids.mask(turn == 1, ids.map(known["unit_name"]))
    return written.mask(turn == 2, ids.map(known["aliases"]))


def _spelled_kpi(ids: pd.Series, definitions: pd.DataFrame) -> pd.Series:
    names = ids.map(definitions.set_index("kpi_id")["name"])
    return ids.mask(np.arange(len(ids)) % 2 == 1, names)
