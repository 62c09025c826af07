"""Findings of reading, checking and comparing with known names, put together for a person."""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Iterable
from dataclasses import dataclass

import pyarrow.compute as pc

from pipelines.domain.findings import Finding, Severity
from pipelines.intake.parse import Parsed
from pipelines.intake.schema import ROW


@dataclass(frozen=True, kw_only=True)
class Register:
    """A list of known names: its rule id, its Chinese name, and what an unknown name leads to."""

    rule: str
    label: str
    effect: str


UNITS = Register(rule="unknown_unit", label="单位名册", effect="入库后暂不显示在看板上")
KPIS = Register(rule="unknown_kpi", label="指标库", effect="入库后只显示数值，不计算达成率")


def unknown(parsed: Parsed, name: str, known: set[str], register: Register) -> list[Finding]:
    """One finding per unknown spelling, at its first row, with the count and a near miss."""
    counted = pc.value_counts(parsed.table[name].combine_chunks()).to_pylist()
    written = {each["values"]: each["counts"] for each in counted if each["values"]}
    header = next(each.header for each in parsed.columns if each.field == name) if written else ""
    values = parsed.table[name].to_pylist()
    rows = parsed.table[ROW].to_pylist()
    return [
        Finding(
            severity=Severity.WARNING,
            rule=register.rule,
            row=rows[values.index(text)],
            column=header,
            value=text,
            why=f"{register.label}里没有“{text}”（共 {count} 行），{register.effect}",
            how=_suggestion(text, known, register.label),
        )
        for text, count in written.items()
        if text not in known
    ]


def _suggestion(text: str, known: set[str], register: str) -> str:
    near = difflib.get_close_matches(text, sorted(known), n=5, cutoff=0.6)
    nearest = min(near, key=lambda each: abs(len(each) - len(text)), default=None)
    asked = f"是不是“{nearest}”？" if nearest else ""
    return f"{asked}请改正名称，或在{register}里补上这个名称或别名"


def merged(parsed: Parsed, checked: tuple[Finding, ...]) -> list[Finding]:
    """Findings of reading, then of checking; what is wrong with a cell is told once."""
    headers = {each.label: each.header for each in parsed.columns if each.label}
    renamed = [
        dataclasses.replace(each, column=headers.get(each.column or "", each.column))
        for each in _absent_columns_once(checked, set(headers))
    ]
    unread = _cells(parsed.findings)
    held = _cells(each for each in renamed if each.severity is Severity.CRITICAL)
    return [
        *parsed.findings,
        *(
            each
            for each in renamed
            if (each.row, each.column) not in unread
            and (each.severity is Severity.CRITICAL or (each.row, each.column) not in held)
        ),
    ]


def _cells(findings: Iterable[Finding]) -> set[tuple[int | None, str | None]]:
    return {(each.row, each.column) for each in findings if each.row is not None}


def _absent_columns_once(checked: tuple[Finding, ...], present: set[str | None]) -> list[Finding]:
    """A column that the file does not have at all is told once and not for every row."""
    told: dict[str, Finding] = {}
    kept = []
    for each in checked:
        if each.severity is Severity.CRITICAL or not each.column or each.column in present:
            kept.append(each)
        else:
            how = f"{each.how}（文件里没有“{each.column}”这一列）"
            told.setdefault(each.rule, dataclasses.replace(each, row=None, how=how))
    return [*told.values(), *kept]


def placed(findings: list[Finding], file_name: str, sheet: str | None) -> tuple[Finding, ...]:
    located = [dataclasses.replace(each, file=file_name, sheet=sheet) for each in findings]
    return tuple(sorted(located, key=lambda each: (each.row or 0, each.column or "")))
