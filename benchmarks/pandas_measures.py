"""Measures of the fusion chain in pandas, for every unit with all below it and for each tree."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from benchmarks import pandas_figures as figures
from benchmarks.inputs import BUSY_FROM, MOVED_BY, WEAK_BELOW
from benchmarks.pandas_links import targets

if TYPE_CHECKING:
    from benchmarks.pandas_job import Ground

_PLACE = ["tree", "unit_id", "month"]
_SUMS = ["numerator", "denominator", "row_count"]


def measure_values(ground: Ground, links: pd.DataFrame) -> pd.DataFrame:
    """[measure_id, tree, unit_id, month, numerator, denominator, value, row_count]."""
    facts = _where_they_stand(ground, links)
    weak = _weak_links(ground, links)
    below = weak[weak["attainment_rate"] < WEAK_BELOW]
    busy = weak[(weak["linked_count_3m"] >= BUSY_FROM) & weak["attainment_change_3m"].notna()]
    own = {
        "activity_count": facts.assign(numerator=facts["weight"], denominator=float("nan")),
        "link_rate_confirmed": facts.assign(numerator=0.0, denominator=facts["weight"]),
        "link_rate_suggested": facts.assign(
            numerator=facts["linked_weight"], denominator=facts["weight"]
        ),
        "weak_link_coverage": _each(below, below["linked_count_3m"] > 0),
        "busy_unmoved_rate": _each(busy, busy["attainment_change_3m"] < MOVED_BY),
    }
    parts = [_rolled_up(part, ground.tree).assign(measure_id=name) for name, part in own.items()]
    return pd.concat(parts, ignore_index=True)


def _each(rows: pd.DataFrame, counts: pd.Series) -> pd.DataFrame:
    return rows.assign(numerator=counts.astype(float), denominator=1.0, row_count=1)


def _rolled_up(rows: pd.DataFrame, tree: pd.DataFrame) -> pd.DataFrame:
    own = rows.groupby(_PLACE, as_index=False)[_SUMS].sum(min_count=1)
    climbed = own.merge(tree[["unit_id", "month", "ancestor_id"]], on=["unit_id", "month"])
    climbed["unit_id"] = climbed["ancestor_id"]
    found = climbed.groupby(_PLACE, as_index=False)[_SUMS].sum(min_count=1)
    ratio = found["numerator"] / found["denominator"].where(found["denominator"] != 0)
    return found.assign(value=ratio.where(found["denominator"].notna(), found["numerator"]))


def _where_they_stand(ground: Ground, links: pd.DataFrame) -> pd.DataFrame:
    """[tree, unit_id, month, weight, linked_weight, row_count]: counted before they are shared."""
    records = ground.records[["row", *_PLACE]].dropna(subset="unit_id")
    linked = records["row"].isin(links["row"])
    held = records.assign(linked=linked).groupby(_PLACE, as_index=False)
    held = held.agg(row_count=("linked", "size"), linked_weight=("linked", "sum"))
    own = held.assign(weight=held["row_count"] * 1.0)
    through = held[held["tree"] == "party"].merge(ground.reach, on=["unit_id", "month"])
    through = through.assign(
        unit_id=through["admin_unit_id"],
        tree="admin",
        weight=through["row_count"] * through["share"],
        linked_weight=through["linked_weight"] * through["share"],
    )
    return pd.concat([own, through[own.columns]], ignore_index=True)


def _weak_links(ground: Ground, links: pd.DataFrame) -> pd.DataFrame:
    """KPI figures with tree, linked_count_3m and attainment_change_3m."""
    observed = ground.observations
    judged = observed[observed["attainment_rate"].notna() & ~observed["is_placebo"]]
    shown = judged[["unit_id", "kpi_id", "month", "attainment_rate"]].assign(
        tree=judged["unit_id"].map(ground.current.set_index("unit_id")["tree"]),
        position=_position(judged["month"]),
    )
    keys = ["tree", "unit_id", "kpi_id", "position"]
    recent = _addressed(ground, links)
    recent = pd.concat([recent.assign(position=recent["position"] + after) for after in range(3)])
    counted = recent.groupby(keys, as_index=False)["linked_count_3m"].sum()
    earlier = shown[["unit_id", "kpi_id", "position", "attainment_rate"]]
    earlier = earlier.assign(position=earlier["position"] + 3)
    found = shown.merge(counted, on=keys, how="left").merge(
        earlier, on=["unit_id", "kpi_id", "position"], how="left", suffixes=("", "_before")
    )
    change = found["attainment_rate"] - found["attainment_rate_before"]
    return found.assign(
        linked_count_3m=found["linked_count_3m"].fillna(0), attainment_change_3m=change
    )


def _addressed(ground: Ground, links: pd.DataFrame) -> pd.DataFrame:
    """[tree, unit_id, kpi_id, position, linked_count_3m] of one month, shared to admin units."""
    wanted = targets(ground)
    serving = pd.concat(
        [
            wanted[["target_kind", "target_id"]].assign(
                kpi_id=wanted["kpi"].map(figures.kpi_names(ground.kpis))
            ),
            ground.kpis[["kpi_id"]].assign(target_kind="kpi", target_id=ground.kpis["kpi_id"]),
        ]
    ).dropna()
    addressing = links[["row", "target_kind", "target_id"]].merge(
        serving, on=["target_kind", "target_id"]
    )[["row", "kpi_id"]]
    records = ground.records[["row", *_PLACE]].dropna(subset="unit_id")
    placed = addressing.drop_duplicates().merge(records, on="row")
    held = placed.groupby([*_PLACE, "kpi_id"]).size().reset_index(name="linked_count_3m")
    through = held[held["tree"] == "party"].merge(ground.reach, on=["unit_id", "month"])
    through = through.assign(unit_id=through["admin_unit_id"], tree="admin")[held.columns]
    both = pd.concat([held, through])
    both["position"] = _position(both["month"])
    keys = ["tree", "unit_id", "kpi_id", "position"]
    return both.groupby(keys, as_index=False)["linked_count_3m"].sum()


def _position(month: pd.Series) -> pd.Series:
    return month.str[:4].astype(int) * 12 + month.str[5:7].astype(int)
