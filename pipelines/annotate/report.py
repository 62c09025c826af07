"""What a workbook tells of an inspection, and which cell each finding is about."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property

from pipelines.domain.findings import Finding
from pipelines.intake.inspection import ColumnMatch, Inspection, Region, SkippedRow

_REFUSING = ("secrecy_above_internal", "personal_number")
Row = tuple[str | None, int]  # sheet as findings name it (None for text) and row from 1


@dataclass(frozen=True, kw_only=True)
class Spot:
    """Where a finding is: ``row`` counts from 1, ``index`` (of the column) from 0.

    ``exact``: the cell itself; otherwise ``index`` is the first column of the table.
    """

    sheet: str | None
    row: int
    index: int
    exact: bool


@dataclass(frozen=True, kw_only=True)
class Report:
    """The part of an Inspection that goes into a workbook; plain data that a child can be given."""

    file_name: str
    dataset_label: str
    encoding: str | None
    delimiter: str | None
    regions: tuple[Region, ...]
    columns: tuple[ColumnMatch, ...]
    dropped_columns: tuple[str, ...]
    skipped: tuple[SkippedRow, ...]
    refused_rows: tuple[int, ...]
    row_count: int
    good_count: int
    findings: tuple[Finding, ...]
    findings_omitted: int

    @property
    def header_rows(self) -> frozenset[Row]:
        """Every row of a header."""
        return frozenset(
            (each.sheet, row)
            for each in self.regions
            for row in range(each.header_row, max(each.header_row, each.header_last) + 1)
        )

    @property
    def refused(self) -> frozenset[Row]:
        """Rows refused for secrecy or personal numbers."""
        sheets = {each.sheet for each in self.regions}
        if len(sheets) == 1:
            return frozenset((*sheets, row) for row in self.refused_rows)
        told = [each for each in self.findings if each.rule in _REFUSING]
        return frozenset((each.sheet, each.row) for each in told if each.row is not None)

    def spot(self, finding: Finding) -> Spot | None:
        """The cell of a finding; None for a finding about a whole column or file."""
        if finding.row is None:
            return None
        tables = [
            number
            for number, each in enumerate(self.regions)
            if each.sheet == finding.sheet and each.first_row <= finding.row <= each.last_row
        ]
        for table in tables:
            index = self._indexes.get((table, finding.column))
            if index is not None:
                return Spot(sheet=finding.sheet, row=finding.row, index=index, exact=True)
        first = min((each.index for each in self.columns if each.table in tables), default=0)
        return Spot(sheet=finding.sheet, row=finding.row, index=first, exact=False)

    @cached_property
    def _indexes(self) -> dict[tuple[int, str | None], int]:
        """Column index by table and header, or by a label that only one column has."""
        labels: dict[tuple[int, str | None], set[int]] = {}
        for each in self.columns:
            labels.setdefault((each.table, each.label), set()).add(each.index)
        found = {key: min(indexes) for key, indexes in labels.items() if len(indexes) == 1}
        for each in sorted(self.columns, key=lambda each: each.field is not None):
            found[each.table, each.header] = each.index
        return found


def report_of(inspection: Inspection) -> Report:
    """The report of an inspection, without its rows."""
    return Report(**{each.name: getattr(inspection, each.name) for each in fields(Report)})
