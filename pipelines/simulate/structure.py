"""Two trees and the bridge between them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipelines.simulate.columns import contract_frame
from pipelines.simulate.model import BURN_IN, Plan
from pipelines.simulate.words import GROUPS, ORGANISATION, PLACES

FOUNDED = np.datetime64("2015-01-01")
ROOT, PARTY_ROOT = "000000", "Z000000"
SPAN_SHARES = (0.6, 0.4)


@dataclass(frozen=True, kw_only=True)
class Structure:
    """Arrays over N administrative units, P branches and B bridge rows.

    ``founded``: position of a unit's first month (0 when older than the data).
    ``home``: the unit that a branch is named after. Bridge rows index branches and units.
    """

    unit_ids: np.ndarray
    unit_names: np.ndarray
    short_names: np.ndarray
    group: np.ndarray
    founded: np.ndarray
    branch_ids: np.ndarray
    branch_names: np.ndarray
    branch_shorts: np.ndarray
    home: np.ndarray
    bridge_branch: np.ndarray
    bridge_unit: np.ndarray
    share: np.ndarray
    group_count: int

    def to_units(self, by_branch: np.ndarray) -> np.ndarray:
        """Branch × … figures as unit × … figures, split by the shares of the bridge."""
        total = np.zeros((len(self.unit_ids), *by_branch.shape[1:]))
        weight = self.share.reshape(-1, *[1] * (by_branch.ndim - 1))
        np.add.at(total, self.bridge_unit, weight * by_branch[self.bridge_branch])
        return total


def group_code(group: int) -> str:
    return f"{group + 1:03d}000"


def _name_units(groups: int, sizes: np.ndarray) -> tuple[list[str], list[str], list[str]]:
    ids, names, shorts = [], [], []
    for group in range(groups):
        kinds = GROUPS[group][1]
        for number in range(sizes[group]):
            full, short = kinds[number % len(kinds)]
            place = PLACES[(number + 7 * group) % len(PLACES)]
            again = number // (len(PLACES) * len(kinds))
            suffix = f"{again + 1}部" if again else ""
            ids.append(f"{group + 1:03d}{number + 1:03d}")
            names.append(place + full + suffix)
            shorts.append(place + short + suffix)
    return ids, names, shorts


def _founding(plan: Plan) -> np.ndarray:
    rng = plan.rng("founding")
    founded = np.zeros(plan.units, dtype=int)
    late = rng.choice(plan.units, max(1, round(0.06 * plan.units)), replace=False)
    founded[late] = rng.integers(plan.position(0.2), plan.position(0.6) + 1, late.size)
    return founded


def _spanned(plan: Plan, group: np.ndarray, founded: np.ndarray) -> np.ndarray:
    """First units of the neighbour pairs that share one branch."""
    first = np.arange(0, plan.units - 1, 2)
    fit = (group[first] == group[first + 1]) & (founded[first] + founded[first + 1] == 0)
    pool = first[fit]
    wanted = min(pool.size, max(1, round(0.05 * plan.units)))
    return plan.rng("spans").choice(pool, wanted, replace=False)


def _doubled(plan: Plan, founded: np.ndarray, taken: np.ndarray) -> np.ndarray:
    """Units with two branches."""
    pool = np.setdiff1d(np.flatnonzero(founded == 0), taken)
    wanted = min(pool.size, max(1, round(0.04 * plan.units)))
    return plan.rng("doubles").choice(pool, wanted, replace=False)


def _branch_suffixes(home: np.ndarray, spans: np.ndarray, doubles: np.ndarray) -> np.ndarray:
    suffix = np.full(home.size, "党支部", dtype=object)
    suffix[np.isin(home, spans)] = "联合党支部"
    suffix[np.isin(home, doubles)] = "第一党支部"
    suffix[home.size - doubles.size :] = "第二党支部"
    return suffix


def build_structure(plan: Plan) -> Structure:
    """Units, branches and bridge; every branch's shares add up to 1."""
    groups = min(len(GROUPS), plan.units // 2)
    group = np.sort(np.arange(plan.units) % groups)
    ids, names, shorts = _name_units(groups, np.bincount(group, minlength=groups))
    founded = _founding(plan)
    spans = np.sort(_spanned(plan, group, founded))
    doubles = np.sort(_doubled(plan, founded, np.concatenate([spans, spans + 1])))
    own = np.setdiff1d(np.arange(plan.units), spans + 1)
    home = np.concatenate([own, doubles])
    suffix = _branch_suffixes(home, spans, doubles)
    unit_names, short_names = np.array(names, dtype=object), np.array(shorts, dtype=object)
    unit_ids = np.array(ids, dtype=object)
    second = np.where(np.arange(home.size) < own.size, "", "2").astype(object)
    share = np.where(np.isin(home, spans), SPAN_SHARES[0], 1.0)
    return Structure(
        unit_ids=unit_ids,
        unit_names=unit_names,
        short_names=short_names,
        group=group,
        founded=founded,
        branch_ids="Z" + unit_ids[home] + second,
        branch_names=unit_names[home] + suffix,
        branch_shorts=short_names[home] + np.array([s.replace("党", "") for s in suffix], object),
        home=home,
        bridge_branch=np.concatenate([np.arange(home.size), np.flatnonzero(np.isin(home, spans))]),
        bridge_unit=np.concatenate([home, spans + 1]),
        share=np.concatenate([share, np.full(spans.size, SPAN_SHARES[1])]),
        group_count=groups,
    )


def founded_on(plan: Plan, positions: np.ndarray) -> np.ndarray:
    """datetime64[D] on which units with these founding positions begin."""
    return np.where(positions > 0, plan.month_starts[positions], FOUNDED)


def _upper_units(groups: int) -> list[tuple[str, str, str, str | None, str, str]]:
    """(id, name, short, parent, tree, kind) of everything above the reporting units."""
    rows = [
        (ROOT, ORGANISATION, "集团本部", None, "admin", "集团"),
        (PARTY_ROOT, f"{ORGANISATION}党委", "集团党委", None, "party", "党委"),
    ]
    for number in range(groups):
        name, code = GROUPS[number][0], group_code(number)
        rows.append((code, f"{name}事业部", f"{name}板块", ROOT, "admin", "事业部"))
        rows.append(
            (f"Z{code}", f"{name}事业部党总支", f"{name}总支", PARTY_ROOT, "party", "党总支")
        )
    return rows


def units_frame(plan: Plan, structure: Structure) -> pd.DataFrame:
    """Both trees, upper levels first."""
    upper = list(zip(*_upper_units(structure.group_count), strict=True))
    codes = np.array([group_code(g) for g in range(structure.group_count)], dtype=object)
    n, p, above = len(structure.unit_ids), len(structure.home), len(upper[0])
    parents = [*codes[structure.group], *("Z" + codes[structure.group[structure.home]])]
    positions = np.concatenate([structure.founded, structure.founded[structure.home]])
    return contract_frame(
        "units",
        {
            "unit_id": [*upper[0], *structure.unit_ids, *structure.branch_ids],
            "unit_name": [*upper[1], *structure.unit_names, *structure.branch_names],
            "aliases": [*upper[2], *structure.short_names, *structure.branch_shorts],
            "parent_id": [*upper[3], *parents],
            "tree": [*upper[4], *["admin"] * n, *["party"] * p],
            "unit_kind": [*upper[5], *["基层单位"] * n, *["党支部"] * p],
            "valid_from": np.concatenate([np.full(above, FOUNDED), founded_on(plan, positions)]),
            "expected_datasets": [*[None] * above, *["业务指标月报"] * n, *["党建活动台账"] * p],
        },
    )


def bridge_frame(plan: Plan, structure: Structure) -> pd.DataFrame:
    """One row per branch and unit that it works for."""
    return contract_frame(
        "unit_bridge",
        {
            "party_unit_id": structure.branch_ids[structure.bridge_branch],
            "admin_unit_id": structure.unit_ids[structure.bridge_unit],
            "share": structure.share,
            "valid_from": founded_on(plan, structure.founded[structure.bridge_unit]),
        },
    )


def active_unit_months(plan: Plan, structure: Structure) -> np.ndarray:
    """N × reported months: whether the unit existed."""
    return structure.founded[:, None] <= np.arange(BURN_IN, BURN_IN + plan.months)[None, :]


def headcounts_frame(plan: Plan, structure: Structure) -> pd.DataFrame:
    """Counts per unit and month: slow changes around a size of the unit."""
    rng = plan.rng("headcounts")
    unit, month = np.nonzero(active_unit_months(plan, structure))
    staff = (rng.integers(40, 220, plan.units)[unit] * (1 + 0.001 * month)).astype(int)
    members = (staff * rng.uniform(0.15, 0.4, plan.units)[unit]).astype(int)
    full_time = rng.binomial(1, 0.35, plan.units)[unit]
    return contract_frame(
        "headcounts",
        {
            "unit": structure.unit_ids[unit],
            "month": np.array(plan.reported_months, dtype=object)[month],
            "members": members,
            "staff": staff,
            "full_time_officers": full_time,
            "part_time_officers": rng.integers(1, 5, plan.units)[unit],
            "training_hours": np.round(members * rng.gamma(4, 0.7, unit.size), 1),
            "backbone_to_member": rng.poisson(0.15, unit.size),
            "member_to_backbone": rng.poisson(0.2, unit.size),
            "cross_posted": rng.integers(0, 4, plan.units)[unit],
        },
    )
