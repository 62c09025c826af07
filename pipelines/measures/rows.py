"""The value of a measure, the rows that make it, and the same value again from the rows."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from functools import cache

import pandas as pd

from pipelines.domain.catalog import datasets
from pipelines.domain.measures import Additivity, Measure
from pipelines.measures.registry import measure
from pipelines.measures.sql import PARTS, VALUES, behind
from pipelines.warehouse import Mart, scratch

_PLACES = {  # tables that only say where a row stands, and what they are made of
    **dict.fromkeys(("units", "unit_names", "unit_months", "unit_parents"), ("units",)),
    **dict.fromkeys(("unit_tree_months", "unit_spellings", "unit_labels"), ("units",)),
    "bridge_months": ("unit_bridge",),
    "months": (),
}


@dataclass(frozen=True, kw_only=True)
class Value:
    """``denominator`` is None unless the measure is a ratio; ``value`` where that is 0."""

    numerator: float | None
    denominator: float | None
    value: float | None
    row_count: int


NOTHING = Value(numerator=None, denominator=None, value=None, row_count=0)


def value(
    mart: Mart, measure_id: str, tree: str, unit_id: str, month: str, *, part: str | None = None
) -> Value:
    """Of a unit with all below it, or of a whole tree ('*'); NOTHING where no row counts.

    ``part``: of one value of the column by which the measure is told part by part.
    """
    asked = {"measure_id": measure(measure_id).id, "tree": tree, "unit_id": unit_id, "month": month}
    table, one_part = (VALUES, "") if part is None else (PARTS, "and part = $part")
    found = mart.frame(
        f"select numerator, denominator, value, row_count from {table} "  # noqa: S608
        "where measure_id = $measure_id and tree = $tree and unit_id = $unit_id "
        f"and month = $month {one_part}",
        asked if part is None else {**asked, "part": part},
    )
    if found.empty:
        return NOTHING
    row = found.iloc[0]
    return Value(
        numerator=_number(row["numerator"]),
        denominator=_number(row["denominator"]),
        value=_number(row["value"]),
        row_count=int(row["row_count"]),
    )


def rows(
    mart: Mart,
    measure_id: str,
    tree: str,
    unit_id: str,
    month: str,
    *,
    part: str | None = None,
    limit: int | None = None,
    offset: int = 0,
) -> pd.DataFrame:
    """The fact rows that count, in a fixed order, with what each adds and where it came from.

    All columns of the fact table (the weight applied to numerator and denominator already, except
    for a median), and unit_name, file_name, sha256, uploaded_by, uploaded_at. ``limit`` None: all.
    """
    found = measure(measure_id)
    asked = {"tree": tree, "unit_id": unit_id, "month": month}
    if part is not None:
        asked["part"] = part
    sql = behind(found, one_part=part is not None)
    if limit is None:
        return mart.frame(sql, asked)
    paged = f"{sql} limit $limit offset $offset"
    return mart.frame(paged, {**asked, "limit": limit, "offset": offset})


def recomputed(found: pd.DataFrame, measure: Measure) -> float | None:
    """The value again from ALL of its rows; None where there is none."""
    if found.empty:
        return None
    if measure.additivity is Additivity.MEDIAN:
        return float(found["numerator"].median())
    total = float(found["numerator"].sum())
    if measure.additivity is Additivity.SUM:
        return total
    whole = float(found["denominator"].sum())
    return total / whole if whole else None


@cache
def sources(measure_id: str) -> tuple[str, ...]:
    """The datasets that a measure is made of, read from the SQL that makes its facts.

    The roster and the bridge, which only say where a row stands, come last.
    """
    from pipelines.models import inputs, models

    known = {each.name: each for each in models()}
    found: set[str] = set()
    ahead, seen = [measure(measure_id).facts], set()
    with closing(scratch()) as connection:
        while ahead:
            layer, _, table = (name := ahead.pop()).partition(".")
            if name in seen or name not in known:
                continue
            seen.add(name)
            if layer == "model" and table in _PLACES:
                found |= set(_PLACES[table])
            elif layer == "staging":
                found.add(table)
            else:
                step = known[name].step
                ahead += step.needs if step else inputs(known[name].sql, connection)
    listed = [name for name in datasets() if name in found]
    return tuple(sorted(listed, key=lambda name: name in ("units", "unit_bridge")))


def _number(number: object) -> float | None:
    return None if pd.isna(number) else float(number)
