"""一表双考打分 of the last two quarters: both sides of every unit, with two planted vetoes."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipelines.assessment_rules import AssessmentItem, default_items
from pipelines.settings import Settings
from pipelines.simulate.columns import contract_frame, plain_frame
from pipelines.simulate.model import Plan
from pipelines.simulate.structure import Structure

QUARTERS = 2
BY_PEOPLE = "群众评价"
VETO_RATE = 0.5  # of the full score; every veto floor of the list lies above it
LOW, HIGH = -0.15, 1.1  # span of ordinary results between floor (0) and stretch (1)


def build_scores(plan: Plan, structure: Structure) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The frame of the contract, and [unit, month, side, item] of the planted vetoes.

    In the last quarter one unit is below the floor of the business veto, another below that of
    the party side, and a third has most of its party items unscored.
    """
    rng, items = plan.rng("scores"), default_items(Settings())
    months = [month for month in plan.reported_months if month[5:] in ("03", "06", "09", "12")]
    old = np.flatnonzero(structure.founded == 0)
    business, party, thin = rng.choice(old, 3, replace=False)
    planted = {("business", business), ("party", party)}
    rows, vetoes = [], []
    for month in months[-QUARTERS:]:
        last = month == months[-1]
        there = np.flatnonzero(structure.founded <= plan.all_months.index(month))
        for unit, each in ((unit, each) for unit in there for each in items):
            if last and unit == thin and _unscored(each):
                continue
            name = str(structure.unit_ids[unit])
            is_veto = last and each.veto and (each.side, unit) in planted
            if is_veto:
                vetoes.append((name, month, each.side, each.item))
            rows += _rows(rng, name, month, each, is_veto=is_veto)
    names = ("unit", "month", "side", "item", "score", "full_score", "evaluator", "tier")
    scores = contract_frame("scores", _columns(rows, names))
    return scores, plain_frame(_columns(vetoes, names[:4]))


def _unscored(item: AssessmentItem) -> bool:
    """What the third unit has no score for."""
    return item.side == "party" and not item.veto and item.item != BY_PEOPLE


def _rows(
    rng: np.random.Generator, unit: str, month: str, item: AssessmentItem, *, is_veto: bool
) -> list[tuple]:
    full = item.weight or 10.0
    tier = "底线" if item.veto else "常规"
    who = ("党员", "群众") if item.item == BY_PEOPLE else ("组织",)
    found = []
    for evaluator in who:
        between = rng.uniform(0.1 if item.veto else LOW, HIGH)
        rate = VETO_RATE if is_veto else item.floor + between * (item.stretch - item.floor)
        score = round(min(rate, 1.0) * full, 1)
        found.append((unit, month, item.side, item.item, score, full, evaluator, tier))
    return found


def _columns(rows: list[tuple], names: tuple[str, ...]) -> dict[str, list]:
    columns = zip(*rows, strict=True) if rows else [()] * len(names)
    return dict(zip(names, (list(each) for each in columns), strict=True))
