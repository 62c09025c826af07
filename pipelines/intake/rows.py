"""Rows of raw cells to a typed Arrow table, with a finding for every cell that cannot be typed."""

from __future__ import annotations

import hashlib

import pyarrow as pa

from pipelines.domain.dataset import Dataset
from pipelines.domain.fields import Field
from pipelines.domain.findings import Finding, Severity
from pipelines.intake.cells import CellError, Value, clean, due_date, type_cell
from pipelines.intake.grid import Cell, Row
from pipelines.intake.inspection import ColumnMatch
from pipelines.intake.privacy import mask
from pipelines.intake.schema import ROW, SHEET, typed_schema
from pipelines.intake.table import Found
from pipelines.reference import Vocabulary

_SHOWN = 60  # characters of a bad cell that a finding repeats


def cell_at(row: Row, index: int) -> Cell:
    """The cell at ``index``, None beyond the end of a short row."""
    return row[index] if index < len(row) else None


def type_rows(
    found: Found,
    positions: list[int],
    columns: tuple[ColumnMatch, ...],
    words: dict[str, Vocabulary],
) -> tuple[pa.Table, list[Finding]]:
    """Typed rows in the contract's schema, null where a finding says why."""
    matches = {each.field: each for each in columns if each.field}
    rows = found.sheet.rows
    values: dict[str, list[Value]] = {}
    findings: list[Finding] = []
    for each in found.contract.fields:
        match = matches.get(each.name)
        if match is None:
            values[each.name] = [None] * len(positions)
            continue
        cells = [cell_at(rows[position], match.index) for position in positions]
        typed, errors = type_column(each, cells, words)
        values[each.name] = typed
        findings += [_cell_finding(match, positions[i], cells[i], e) for i, e in errors.items()]
    findings += _read_due_words(found.contract, values, matches, positions, words)
    unread = {(each.row, each.rule.removeprefix("typed_")) for each in findings}
    findings += _derive_key(found.contract, values, positions, unread)
    values[ROW] = [position + 1 for position in positions]
    values[SHEET] = [mask(found.sheet.name) if found.sheet.name else None] * len(positions)
    findings.sort(key=lambda finding: finding.row or 0)
    return pa.table(values, schema=typed_schema(found.contract)), findings


def type_column(
    contract_field: Field, cells: list[Cell], words: dict[str, Vocabulary]
) -> tuple[list[Value], dict[int, CellError]]:
    """Typed values in order (None where a cell failed) and the errors by position."""
    known: dict[tuple[type, Cell], Value | CellError] = {}
    values: list[Value] = []
    errors: dict[int, CellError] = {}
    for position, cell in enumerate(cells):
        key = (type(cell), cell)
        if key not in known:
            known[key] = _typed_or_error(contract_field, cell, words)
        outcome = known[key]
        if isinstance(outcome, CellError):
            errors[position] = outcome
            values.append(None)
        else:
            values.append(outcome)
    return values, errors


def _typed_or_error(
    contract_field: Field, cell: Cell, words: dict[str, Vocabulary]
) -> Value | CellError:
    try:
        return type_cell(contract_field, cell, words)
    except CellError as error:
        return error


def _cell_finding(match: ColumnMatch, position: int, cell: Cell, error: CellError) -> Finding:
    return Finding(
        severity=Severity.CRITICAL,
        rule=f"typed_{match.field}",
        row=position + 1,
        column=match.header,
        value=mask(clean(cell))[:_SHOWN],
        why=error.why,
        how=error.how,
    )


def _read_due_words(
    contract: Dataset,
    values: dict[str, list[Value]],
    matches: dict[str | None, ColumnMatch],
    positions: list[int],
    words: dict[str, Vocabulary],
) -> list[Finding]:
    """Fill date columns that are read from a text column such as 完成时限."""
    findings = []
    for each in contract.fields:
        source = each.due_words_of
        if source is None or source not in matches or each.name in matches:
            continue
        dates: list[Value] = []
        for position, text in zip(positions, values[source], strict=True):
            try:
                dates.append(due_date(str(text), words["due_word"]) if text else None)
            except CellError as error:
                dates.append(None)
                findings.append(_cell_finding(matches[source], position, str(text), error))
        values[each.name] = dates
    return findings


def _derive_key(
    contract: Dataset,
    values: dict[str, list[Value]],
    positions: list[int],
    unread: set[tuple[int | None, str]],
) -> list[Finding]:
    """Give records without a number one computed from their content, and say so."""
    if contract.derived_key is None:
        return []
    name, sources = contract.derived_key
    missing = [
        i
        for i, value in enumerate(values[name])
        if value is None and (positions[i] + 1, name) not in unread
    ]
    for i in missing:
        text = "\x1f".join("" if values[s][i] is None else str(values[s][i]) for s in sources)
        values[name][i] = "auto-" + hashlib.sha256(text.encode()).hexdigest()[:16]
    if not missing:
        return []
    labels = "、".join(contract[each].label for each in sources)
    return [
        Finding(
            severity=Severity.INFO,
            rule=f"derived_{name}",
            column=contract[name].label,
            why=f"{len(missing)} 行没有“{contract[name].label}”，已按{labels}生成内部编号",
            how="不需要处理；如系统能导出编号，请一并导出",
        )
    ]
