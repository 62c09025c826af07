"""The latent ledger: dated promises with a planted outcome."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipelines.domain.months import shift
from pipelines.simulate.columns import contract_frame, numbered, plain_frame, taken
from pipelines.simulate.kpis import INITIATIVE
from pipelines.simulate.model import BURN_IN, Initiative, Plan
from pipelines.simulate.structure import Structure
from pipelines.simulate.words import POSTS

KEPT, BROKEN, VAGUE, YOUNG, OPEN = "improved", "not_improved", "vague", "too_little", "pending"
WINDOW, LONG_WINDOW = 9, 12  # months; one unit's improvement needs the longer one


@dataclass(frozen=True, kw_only=True)
class _Promise:
    mechanism: str
    kpi_id: str
    expected: str


ENERGY = _Promise(mechanism="节能攻关党建项目", kpi_id=INITIATIVE, expected="下降2千克标准煤/万元")
FAR = _Promise(mechanism="党员服务示范窗口", kpi_id="YW07", expected="提高6分")
WORDS_ONLY = _Promise(mechanism="师带徒培养", kpi_id="YW12", expected="逐步提升")
SOON = _Promise(mechanism="新建支部标准化", kpi_id="YW08", expected="提高1个百分点")
LATER = _Promise(mechanism="技术革新联合攻关", kpi_id="YW12", expected="提高2个百分点")


def _free_units(plan: Plan, structure: Structure, taken_units: set[str]) -> np.ndarray:
    old = structure.unit_ids[structure.founded == 0]
    free = np.array([unit for unit in old if unit not in taken_units], dtype=object)
    return plan.rng("latent_claims").permutation(free)


def _rows(plan: Plan, structure: Structure, initiative: Initiative) -> list[tuple]:
    """(outcome, promise, unit, first month of the window); units never repeat."""
    adopters = initiative.adopters.tail(8)
    free = iter(_free_units(plan, structure, set(initiative.adopters["unit"])))
    past, last = plan.all_months[plan.position(0.55)], plan.last_month
    kept = [(KEPT, ENERGY, u, m) for u, m in zip(adopters["unit"], adopters["month"], strict=True)]
    late = np.flatnonzero(structure.founded)[:3]
    young = [
        (YOUNG, SOON, structure.unit_ids[i], plan.all_months[structure.founded[i] + 2])
        for i in late
        if structure.founded[i] + 2 < len(plan.all_months)
    ]
    rest = [(BROKEN, FAR, past)] * 4 + [(VAGUE, WORDS_ONLY, past)] * 2
    rest += [(OPEN, LATER, shift(last, -2))] * 3
    drawn = zip(rest, free, strict=False)  # a small organisation promises less
    return [*kept, *((o, p, unit, month) for (o, p, month), unit in drawn), *young]


def build_claims(
    plan: Plan, structure: Structure, initiative: Initiative
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The ledger in the columns of the contract, and [claim_id, outcome] as planted."""
    rows = _rows(plan, structure, initiative)
    starts = [max(month, plan.all_months[BURN_IN]) for *_, month in rows]
    ends = [
        shift(month, (LONG_WINDOW if outcome == KEPT else WINDOW) - 1)
        for (outcome, *_), month in zip(rows, starts, strict=True)
    ]
    due = np.array([shift(month, 1) for month in ends], dtype="datetime64[M]")
    ids = numbered("QJ", np.arange(1, len(rows) + 1), 3)
    post = plan.rng("latent_posts").integers(0, len(POSTS), len(rows))
    frame = contract_frame(
        "latent_claims",
        {
            "claim_id": ids,
            "unit": [unit for _, _, unit, _ in rows],
            "mechanism": [promise.mechanism for _, promise, *_ in rows],
            "verifying_kpi": [promise.kpi_id for _, promise, *_ in rows],
            "expected_change": [promise.expected for _, promise, *_ in rows],
            "window_start": starts,
            "window_end": ends,
            "due_on": due.astype("datetime64[D]") + 14,
            "owner_post": taken(POSTS, post),
        },
    )
    return frame, plain_frame({"claim_id": ids, "outcome": [outcome for outcome, *_ in rows]})
