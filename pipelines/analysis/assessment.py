"""One side of 一表双考: rates, scores between floor and stretch, the total, and the vetoes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from pipelines.analysis.coupling import coordination
from pipelines.analysis.scores import How, composite, goalpost, grades
from pipelines.assessment_rules import AssessmentItem, Grade

_ROUNDING = 1e-9


@dataclass(frozen=True, kw_only=True)
class SideResult:
    """Frames and series by unit_id, the same units in the same order on both sides.

    ``rates``: share of the full score (0–1), a column for each item of the list. ``scores``:
    0–110, weighted items only. ``total`` 0–110, NaN below two thirds of the weight;
    ``missing_weight`` 0–1. ``vetoes``: the source rows below the floor of a veto item.
    ``below``: items below their floor, by unit.
    """

    side: str
    items: tuple[AssessmentItem, ...]
    weights: dict[str, float]
    rates: pd.DataFrame = field(repr=False)
    scores: pd.DataFrame = field(repr=False)
    total: pd.Series = field(repr=False)
    missing_weight: pd.Series = field(repr=False)
    vetoes: pd.DataFrame = field(repr=False)
    below: dict[str, tuple[str, ...]] = field(repr=False)


def side_result(
    rows: pd.DataFrame,
    items: Iterable[AssessmentItem],
    side: str,
    *,
    weights: Mapping[str, float] | None = None,
    how: How = "arithmetic",
) -> SideResult:
    """``rows [unit_id, side, item, score, full_score, …]`` of one month, both sides.

    An item's rate is the plain mean over its evaluators. A veto fires on any single row below
    the floor and never enters the total. ``weights`` by item replace those of the list. Items
    that are not in the list count nowhere. Errors as in composite.
    """
    own = tuple(each for each in items if each.side == side)
    used = {each.item: each.weight for each in own if not each.veto} | dict(weights or {})
    units = pd.Index(rows["unit_id"].unique(), name="unit_id")
    rated = _rated(rows[rows["side"] == side])
    rates = rated.pivot_table(index="unit_id", columns="item", values="rate", aggfunc="mean")
    rates = rates.reindex(index=units, columns=[each.item for each in own])
    scores = pd.DataFrame(
        {
            each.item: goalpost(rates[each.item], each.floor, each.stretch, "up")
            for each in own
            if not each.veto
        },
        index=units,
    )
    found = composite(scores, used, how)
    return SideResult(
        side=side,
        items=own,
        weights=used,
        rates=rates,
        scores=scores,
        total=pd.Series(found.total, index=units),
        missing_weight=pd.Series(found.missing_weight, index=units),
        vetoes=_vetoes(rated, own),
        below=_below(rates, own),
    )


def graded(results: Sequence[SideResult], steps: Mapping[str, Sequence[Grade]]) -> pd.DataFrame:
    """``[unit_id, side, grade, reached, vetoes]``: every unit on both sides, 双否决 applied.

    A veto of either side caps the grade of both: the best is out of reach, the totals stay.
    ``reached`` is the grade by the total alone; both are missing without a total. ``vetoes``:
    (side, item) pairs that fired. ``steps``: by side, best first.
    """
    fired = {
        unit: tuple(dict.fromkeys(zip(rows["side"], rows["item"], strict=True)))
        for unit, rows in pd.concat([each.vetoes for each in results]).groupby("unit_id")
    }
    found = []
    for result in results:
        names = [each.grade for each in steps[result.side]]
        least = [each.minimum for each in steps[result.side]]
        capped = np.array([unit in fired for unit in result.total.index])
        pairs = zip(
            result.total.index,
            grades(result.total, least, capped),
            grades(result.total, least, np.zeros_like(capped)),
            strict=True,
        )
        found += [
            {
                "unit_id": unit,
                "side": result.side,
                "grade": names[held] if held >= 0 else None,
                "reached": names[free] if free >= 0 else None,
                "vetoes": fired.get(unit, ()),
            }
            for unit, held, free in pairs
        ]
    return pd.DataFrame(found, columns=["unit_id", "side", "grade", "reached", "vetoes"])


def balance(business: pd.Series, party: pd.Series) -> pd.DataFrame:
    """``[u1, u2, c, t, d]`` (0–1) of two totals, clipped at 100: a description, never evidence."""
    u1, u2 = (np.clip(each / 100, 0.0, 1.0) for each in (business, party))
    found = coordination(u1.to_numpy(), u2.to_numpy())
    columns = {"u1": u1, "u2": u2, "c": found.c, "t": found.t, "d": found.d}
    return pd.DataFrame(columns, index=business.index)


def unlisted(rows: pd.DataFrame, items: Iterable[AssessmentItem]) -> list[str]:
    """Items that were scored but are not in the list, sorted."""
    known = {(each.side, each.item) for each in items}
    given = set(zip(rows["side"], rows["item"], strict=True))
    return sorted({item for _, item in given - known})


def _rated(rows: pd.DataFrame) -> pd.DataFrame:
    full = rows["full_score"].where(rows["full_score"] > 0)
    return rows.assign(rate=(rows["score"] / full).astype(float))


def _vetoes(rated: pd.DataFrame, own: tuple[AssessmentItem, ...]) -> pd.DataFrame:
    floors = {each.item: each.floor for each in own if each.veto}
    floor = rated["item"].map(floors).astype(float)
    return rated.assign(floor=floor)[rated["rate"] < floor - _ROUNDING]


def _below(rates: pd.DataFrame, own: tuple[AssessmentItem, ...]) -> dict[str, tuple[str, ...]]:
    floors = np.array([each.floor for each in own])
    under = rates.to_numpy() < floors - _ROUNDING
    names = np.array([each.item for each in own], object)
    return {unit: tuple(names[row]) for unit, row in zip(rates.index, under, strict=True)}
