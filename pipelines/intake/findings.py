"""Findings of reading and checking put together for a person: a cell once, a rule bounded."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterable

from pipelines.domain.dataset import Dataset
from pipelines.domain.findings import Finding, Severity
from pipelines.intake.parse import Stretch
from pipelines.intake.schema import POINT, ROW, SHEET

LISTED = 1000  # findings of a rule that are listed one by one


class FindingLog:
    """Collects findings in bounded memory; ``headers``: for each point a header per field."""

    def __init__(self, contract: Dataset, headers: list[dict[str, str]], file_name: str) -> None:
        self._contract = contract
        self._file_name = file_name
        self._names = {each.label: each.name for each in contract.fields}
        self._headers = headers
        self._present = {name for each in headers for name in each}
        self._counts: Counter[str] = Counter()
        self._listed: list[Finding] = []
        self._absent: set[str] = set()

    def add(self, findings: Iterable[Finding]) -> None:
        """Findings whose place in the file is known."""
        for each in findings:
            self._counts[each.rule] += 1
            if self._counts[each.rule] <= LISTED:
                self._listed.append(dataclasses.replace(each, file=self._file_name))

    def add_stretch(self, stretch: Stretch, checked: Iterable[Finding]) -> set[int]:
        """Findings of a stretch: of reading, then of checking (whose rows are positions in it).

        What is wrong with a cell is told once. Returns the positions that may not be stored.
        """
        rows, sheets, points = (stretch.table[name].to_pylist() for name in (ROW, SHEET, POINT))
        sheet = sheets[0] if sheets else None
        unread = {(place, each.column) for place, each in stretch.findings}
        found = [self._headed(each, points) for each in checked]
        held = {each.row for each in found if each.severity is Severity.CRITICAL}
        cells = {(e.row, e.column) for e in found if e.severity is Severity.CRITICAL}
        self.add(dataclasses.replace(each, sheet=sheet) for _, each in stretch.findings)
        for each in found:
            where = (each.row, each.column)
            told = where in unread or (each.severity is not Severity.CRITICAL and where in cells)
            if not told and not self._told_as_absent(each):
                place = each.row
                row = None if place is None else rows[place]
                self.add([dataclasses.replace(each, row=row, sheet=sheet)])
        return stretch.held | {place for place in held if place is not None}

    def add_crossed(self, findings: Iterable[Finding]) -> None:
        """Findings about the whole file: rows as in the source, columns by their label."""
        for each in findings:
            name = self._names.get(each.column or "")
            headers = {found[name] for found in self._headers if name in found}
            header = headers.pop() if len(headers) == 1 else each.column
            self._listed.append(dataclasses.replace(each, column=header, file=self._file_name))

    def all(self) -> tuple[Finding, ...]:
        """In file order; a rule with more findings than are listed says how many there are."""
        omitted = [
            Finding(
                severity=next(each.severity for each in self._listed if each.rule == rule),
                rule=rule,
                file=self._file_name,
                why=f"同类问题共 {count:,} 处，这里只列出前 {LISTED:,} 处："
                + next(each.why for each in self._listed if each.rule == rule),
                how="先改好已列出的，再上传一次看其余的",
            )
            for rule, count in self._counts.items()
            if count > LISTED
        ]
        return tuple(
            sorted([*omitted, *self._listed], key=lambda each: (each.row or 0, each.column or ""))
        )

    @property
    def omitted(self) -> int:
        """Findings of reading and checking that are counted and not listed."""
        return sum(max(0, count - LISTED) for count in self._counts.values())

    def _headed(self, finding: Finding, points: list[int]) -> Finding:
        name = self._names.get(finding.column or "")
        if name is None or finding.row is None:
            return finding
        header = self._headers[points[finding.row]].get(name, finding.column)
        return dataclasses.replace(finding, column=header)

    def _told_as_absent(self, finding: Finding) -> bool:
        """A column that the file does not have at all is told once and not for every row."""
        name = self._names.get(finding.column or "")
        if finding.severity is Severity.CRITICAL or name is None or name in self._present:
            return False
        if finding.rule not in self._absent:
            self._absent.add(finding.rule)
            how = f"{finding.how}（文件里没有“{finding.column}”这一列）"
            self.add([dataclasses.replace(finding, row=None, value=None, how=how)])
        return True
