"""From the positions of broken rows to what a reader gets: value, why, row, sheet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import pyarrow as pa

from expectations.rules import Rule
from pipelines.domain.dataset import Dataset
from pipelines.domain.findings import Severity
from pipelines.frames import Json
from pipelines.intake.schema import ROW, SHEET

SHOWN_PER_RULE = 500  # findings of a warning or hint; critical rows are all returned
_SHOWN_TEXT = 60  # characters of a value that a finding repeats

Cell = str | int | float | bool | date | datetime | None


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """A rule on a table: how many rows it looked at, and the 0-based positions that broke it."""

    rule: Rule
    checked: int
    positions: Sequence[int]


def report(dataset: Dataset, table: pa.Table, outcomes: Sequence[Outcome]) -> dict[str, Json]:
    """The reply to one request.

    ``rules``: one entry per rule with its counts. ``findings``: [index of the rule, row, sheet,
    value, why]; the rest of a finding is in the rule's entry, so it is sent once. ``table`` holds
    the columns the rules read, derived ones included, plus row and sheet.
    """
    findings: list[Json] = []
    for index, outcome in enumerate(outcomes):
        findings += _findings(index, outcome, table)
    return {"rules": [_entry(dataset, outcome) for outcome in outcomes], "findings": findings}


def _entry(dataset: Dataset, outcome: Outcome) -> dict[str, Json]:
    rule = outcome.rule
    return {
        "rule": rule.id,
        "severity": rule.severity.value,
        "label": rule.label,
        "column": dataset[rule.cell].label,
        "how": rule.how,
        "checked": outcome.checked,
        "failed": len(outcome.positions),
    }


def _findings(index: int, outcome: Outcome, table: pa.Table) -> list[Json]:
    rule, total = outcome.rule, len(outcome.positions)
    positions = sorted(outcome.positions)
    if rule.severity is not Severity.CRITICAL:
        positions = positions[:SHOWN_PER_RULE]
    broken = table.select([*rule.shown, ROW, SHEET]).take(pa.array(positions, pa.int64()))
    rows, sheets = broken[ROW].to_pylist(), broken[SHEET].to_pylist()
    columns = {name: broken[name].to_pylist() for name in rule.shown}
    found: list[Json] = []
    for at in range(len(positions)):
        shown = {name: as_text(values[at]) for name, values in columns.items()}
        value = shown[rule.cell]
        words = {name: text or "空" for name, text in shown.items()}
        why = rule.why.format(value=value or "空", **words)
        found.append([index, rows[at], sheets[at], value, why])
    if total > len(positions):
        words = f"{rule.label}：共有 {total} 行不符，这里只列出前 {len(positions)} 行"
        found.append([index, None, None, None, words])
    return found


def as_text(value: Cell) -> str | None:
    """A typed cell as a reader writes it; None for an empty cell."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, float):
        return f"{value:.12g}"
    return str(value)[:_SHOWN_TEXT]
