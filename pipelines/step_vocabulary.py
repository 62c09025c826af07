"""The steps that business and party work are meant to take together: the sets that come with the
product, or the organisation's own file in their place."""

from __future__ import annotations

import hashlib
from dataclasses import astuple, dataclass
from functools import partial
from pathlib import Path

import duckdb

from pipelines.own_files import OwnList, list_of
from pipelines.settings import Settings
from pipelines.warehouse import insert

LOCAL_NAME = "steps_local.csv"
VARIABLE = "TONGPIN_STEPS"
_OWN = OwnList(
    variable=VARIABLE, name=LOCAL_NAME, kind="步骤词表", stays="默认步骤", then="重新汇总"
)
_COLUMNS = ("step_set", "position", "step")
_DDL = """
create table accepted.step_sets (
    step_set varchar, position bigint, step varchar, is_local boolean
)
"""


@dataclass(frozen=True, kw_only=True)
class StepSet:
    """``steps`` in the order in which they are taken; ``note``: what is known of the set."""

    name: str
    steps: tuple[str, ...]
    note: str


@dataclass(frozen=True, kw_only=True)
class StepVocabulary:
    """The sets in force. ``problem``: why the own file is not used, else None.

    ``is_local``: all of them are of the organisation's own file.
    """

    sets: tuple[StepSet, ...]
    is_local: bool
    problem: str | None


def step_vocabulary(settings: Settings) -> StepVocabulary:
    """The own file when there is a good one, else the sets that come with the product.

    An own file stands in place of the default and is not laid over it: a task belongs to the set
    that has most of its steps, and a default set must not win over the organisation's own.
    """
    own, problem = _OWN.read(settings, _read)
    sets = own or _read(settings.reference_root / "steps.csv")
    return StepVocabulary(sets=sets, is_local=own is not None, problem=problem)


def identity_of(settings: Settings) -> str:
    """Hash of the sets in force."""
    found = step_vocabulary(settings)
    told = [astuple(each) for each in found.sets], found.is_local
    return hashlib.sha256(repr(told).encode()).hexdigest()


def offer_step_sets(connection: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """Make ``accepted.step_sets``: one row a step of the sets in force; positions count from 1."""
    connection.execute(_DDL)
    found = step_vocabulary(settings)
    rows = [
        (each.name, position, step, found.is_local)
        for each in found.sets
        for position, step in enumerate(each.steps, start=1)
    ]
    insert(connection, "accepted.step_sets", rows)


def _read(path: Path) -> tuple[StepSet, ...]:
    """The sets of a file, in its order. Raises ListBroken."""
    found: dict[str, tuple[list[str], str]] = {}
    return list_of(path, _COLUMNS, partial(_add, found), lambda _: _sets(found))


def _add(found: dict[str, tuple[list[str], str]], cells: dict[str, str]) -> None:
    """ValueError in Chinese for a step that cannot follow the ones before it."""
    blank = [each for each in _COLUMNS if not cells[each]]
    if blank:
        raise ValueError(f"{'、'.join(blank)} 不能为空")
    name, step = cells["step_set"], cells["step"]
    steps, _ = found.setdefault(name, ([], cells.get("note", "")))
    if step in steps:
        raise ValueError(f"“{name}”里“{step}”写了两次，请删去一行")
    due = str(len(steps) + 1)
    if cells["position"] != due:
        raise ValueError(
            f"“{name}”的“{step}”position 是“{cells['position']}”，应为 {due}："
            "同一套的步骤请按先后从 1 依次写"
        )
    steps.append(step)


def _sets(found: dict[str, tuple[list[str], str]]) -> tuple[StepSet, ...]:
    """ValueError in Chinese when there is none, or when two are the same under two names."""
    if not found:
        raise ValueError("没有一行步骤")
    names: dict[tuple[str, ...], str] = {}
    for name, (steps, _) in found.items():
        if tuple(steps) in names:
            raise ValueError(f"“{names[tuple(steps)]}”和“{name}”的步骤完全相同，请只留一套")
        names[tuple(steps)] = name
    return tuple(
        StepSet(name=name, steps=tuple(steps), note=note) for name, (steps, note) in found.items()
    )
