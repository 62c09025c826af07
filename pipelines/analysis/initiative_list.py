"""From rows of the carrier register to initiatives and the frames that compare their adopters."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

import pandas as pd

from pipelines.analysis.inputs import signed_kpis

# signed_kpis makes more better; the comparison speaks of the figure as it was reported.
_AS_REPORTED = {"up": 1.0, "down": -1.0, "band": -1.0}


@dataclass(frozen=True, kw_only=True)
class Initiative:
    """Carriers of one kind, KPI and name (cause, when there is no name).

    ``code``: short, the same in every build. ``carriers``: their rows of the query
    initiative_carriers. ``starts``: unit → month of its first carrier.
    """

    code: str
    kind: str
    name: str
    kpi_id: str
    kpi_name: str
    carriers: pd.DataFrame = field(repr=False)

    @property
    def starts(self) -> pd.Series:
        """Month "2026-03" in which each administrative unit adopted."""
        return self.carriers.groupby("admin_unit_id")["start_month"].min()


def initiatives(carriers: pd.DataFrame) -> list[Initiative]:
    """All initiatives among rows without a ``problem``, those of most units first."""
    usable = carriers[carriers["problem"].isna()]
    named = usable["name"].fillna(usable["trigger"]).fillna("未写名称")
    groups = usable.groupby([usable["kind"], usable["kpi_id"], named], sort=True)
    found = [
        Initiative(
            code=_code(kind, kpi_id, name),
            kind=kind,
            name=name,
            kpi_id=kpi_id,
            kpi_name=rows["kpi_name"].iloc[0],
            carriers=rows,
        )
        for (kind, kpi_id, name), rows in groups
    ]
    return sorted(found, key=lambda each: -len(each.starts))


def comparison_frame(
    initiative: Initiative, figures: pd.DataFrame, kpis: pd.DataFrame, units: pd.DataFrame
) -> pd.DataFrame:
    """``[unit, period, y, cohort]`` of the adopters and of all units they may be compared with.

    ``figures`` and ``kpis`` as signed_kpis takes them, ``units [unit_id, tree, parent_id]``.
    ``y`` is the figure as reported; for a KPI with a band its distance to the band. Party units,
    and units above or below an adopter, whose figures hold or are part of its own, stay out.
    """
    starts = initiative.starts
    mine = figures[figures["kpi_id"] == initiative.kpi_id]
    values = signed_kpis(mine, kpis)
    kept = set(units.loc[units["tree"] == "admin", "unit_id"]) - _related(starts, units)
    values = values[values["unit"].isin(kept)]
    direction = mine["direction"].iloc[0] if len(mine) else None
    return pd.DataFrame(
        {
            "unit": values["unit"],
            "period": values["month"],
            "y": values["value"] * _AS_REPORTED.get(direction, 1.0),
            "cohort": values["unit"].map(starts),
        }
    )


def _related(starts: pd.Series, units: pd.DataFrame) -> set[str]:
    """Units above or below an adopter that are no adopters themselves."""
    parents = dict(zip(units["unit_id"], units["parent_id"], strict=True))
    above = {unit: _above(unit, parents) for unit in parents}
    adopters = set(starts.index)
    over = {each for unit in adopters for each in above.get(unit, ())}
    under = {unit for unit, chain in above.items() if adopters & chain}
    return (over | under) - adopters


def _above(unit: str, parents: dict[str, str]) -> set[str]:
    found: set[str] = set()
    at = parents.get(unit)
    while isinstance(at, str) and at not in found:
        found.add(at)
        at = parents.get(at)
    return found


def _code(*parts: str) -> str:
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:8]
