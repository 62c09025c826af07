"""The whole reading of a file: source → tables → mapping → typed rows, a stretch at a time."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

import pyarrow as pa

from pipelines.annotate import SUMMARY_SHEET
from pipelines.domain.catalog import datasets
from pipelines.domain.findings import Finding
from pipelines.intake import privacy
from pipelines.intake.door import (
    Door,
    personal_finding,
    refuse_secret_document,
    refuse_secret_file,
    secret_finding,
    shown_lines,
)
from pipelines.intake.inspection import Reading, Region, SkippedRow
from pipelines.intake.layout.plans import Layout, TablePlan
from pipelines.intake.layout.table import plan_tables, read_rows
from pipelines.intake.request import Request
from pipelines.intake.rows import RecordReader
from pipelines.intake.source.grid import Row, Source, read_source
from pipelines.intake.told import together
from pipelines.intake.totals import Totals
from pipelines.reference import Vocabulary, personal_columns, vocabularies
from pipelines.settings import Settings

STRETCH = 100_000  # records that are typed, checked and written at a time


@dataclass(frozen=True, kw_only=True)
class Opened:
    """What is known before the first row: ``headers`` has a source header per point and field."""

    reading: Reading
    headers: list[dict[str, str]]


@dataclass(kw_only=True)
class Stretch:
    """Some rows: typed records with ``_point``, those that are held back, findings by position.

    ``rows`` counts the source rows that were looked at so far.
    """

    table: pa.Table
    held: set[int] = field(default_factory=set)
    findings: list[tuple[int | None, Finding]] = field(default_factory=list)
    secret: list[int] = field(default_factory=list)
    personal: list[int] = field(default_factory=list)
    skipped: list[SkippedRow] = field(default_factory=list)
    rows: int = 0


@dataclass(frozen=True, kw_only=True)
class Closed:
    """What is known after the last row. ``totals``: printed sums in the contract's columns."""

    reading: Reading
    findings: list[Finding]
    totals: pa.Table


def parse(
    file: BinaryIO, request: Request, settings: Settings
) -> Iterator[Opened | Stretch | Closed]:
    """Opened, stretches, Closed. Raises FileRefused, even after some stretches."""
    source = _without_summary(
        read_source(file, encoding=request.choices.encoding, delimiter=request.choices.delimiter)
    )
    layout = plan_tables(
        source,
        datasets(),
        request.names,
        request.choices,
        request.remembered,
        personal_columns(settings),
        file_name=request.file_name,
        today=request.today,
    )
    refuse_secret_file(source, layout)
    words = vocabularies(settings)
    readers = _readers(layout, request, words)
    opening = _reading(source, layout)
    yield Opened(reading=opening, headers=[each for r in readers for each in r.headers])
    total_readers = _readers(layout, request, words)
    yield from _Run(opening, layout, readers, total_readers, words).stretches()


def _without_summary(source: Source) -> Source:
    """An annotated workbook of ours comes back without the sheet that we added."""
    sheets = tuple(each for each in source.sheets if each.name != SUMMARY_SHEET)
    return dataclasses.replace(source, sheets=sheets) if sheets else source


def _readers(layout: Layout, request: Request, words: dict[str, Vocabulary]) -> list[RecordReader]:
    readers: list[RecordReader] = []
    points = 0
    for plan in layout.tables:
        reader = RecordReader(plan, words, request.names, request.choices.answers, points)
        points += len(reader.headers)
        readers.append(reader)
    return readers


class _Run:
    """Reads all tables and remembers what only the end can tell."""

    def __init__(
        self,
        opening: Reading,
        layout: Layout,
        readers: list[RecordReader],
        total_readers: list[RecordReader],
        words: dict[str, Vocabulary],
    ) -> None:
        self._opening = opening
        self._tables = layout.tables
        self._readers = readers
        self._words = words
        self._last_rows = [region.first_row - 1 for region in opening.regions]
        self._seen = 0
        self._header_only = True  # nothing but repeated headers was skipped
        self._filled: set[int] = set()  # rows of this stretch with the unit of a row above
        self._unit_refused = False  # that row was secret
        self._totals = Totals(layout.tables[0].contract, total_readers)

    def stretches(self) -> Iterator[Stretch | Closed]:
        if not self._opening.missing:
            for number in range(len(self._tables)):
                yield from self._table(number)
        yield self._closed()

    def _table(self, number: int) -> Iterator[Stretch]:
        plan, reader = self._tables[number], self._readers[number]
        door = Door(plan, self._words["secrecy"])
        size = max(1, STRETCH // len(reader.headers))
        positions: list[int] = []
        rows: list[Row] = []
        skipped: list[SkippedRow] = []
        self._unit_refused = False
        for position, row, reason in read_rows(plan, self._filled.add):
            if reason is not None:
                refuse_secret_document(row)
                skipped.append(reason)
                self._header_only &= reason.kind == "header"
                if reason.kind == "subtotal":
                    self._totals.printed(number, plan, position, row)
                continue
            positions.append(position)
            rows.append(row)
            if len(rows) == size:
                yield self._stretch(number, door, positions, rows, skipped)
                positions, rows, skipped = [], [], []
        if rows or skipped:
            yield self._stretch(number, door, positions, rows, skipped)

    def _stretch(
        self,
        number: int,
        door: Door,
        positions: list[int],
        rows: list[Row],
        skipped: list[SkippedRow],
    ) -> Stretch:
        secret, personal = door.refused(positions, rows)
        borrowed = self._borrowed(positions, secret) - personal
        outside = secret | personal | borrowed
        self._seen += len(rows)
        kept = [i for i in range(len(rows)) if i not in outside]
        places, kept_rows = [positions[i] for i in kept], [rows[i] for i in kept]
        reader = self._readers[number]
        for position in sorted(self._filled.intersection(places)):
            reader.told.fill(position)
        self._filled.clear()
        batch = reader.read(places, kept_rows)
        stretch = Stretch(
            table=batch.table,
            held=batch.held,
            findings=list(batch.findings),
            secret=sorted(positions[i] + 1 for i in secret | borrowed),
            personal=sorted(positions[i] + 1 for i in personal),
            skipped=skipped,
            rows=self._seen,
        )
        lent = {positions[i] + 1 for i in borrowed}
        stretch.findings += [(None, secret_finding(row, row in lent)) for row in stretch.secret]
        stretch.findings += [(None, personal_finding(row)) for row in stretch.personal]
        _add_shifted(stretch, door.shifted(kept_rows), places)
        if positions:
            self._last_rows[number] = positions[-1] + 1
        return stretch

    def _borrowed(self, positions: list[int], secret: set[int]) -> set[int]:
        """Indexes of rows whose unit could only be taken from a secret row above."""
        found: set[int] = set()
        for i, position in enumerate(positions):
            if position not in self._filled:
                self._unit_refused = i in secret
            elif self._unit_refused:
                found.add(i)
        return found - secret

    def _closed(self) -> Closed:
        told = [
            finding
            for region, plan, reader in zip(
                self._opening.regions, self._tables, self._readers, strict=True
            )
            for finding in reader.told.findings(plan.contract, region.sheet)
        ]
        asked = together(q for reader in self._readers for q in reader.told.questions())
        regions = tuple(
            dataclasses.replace(region, last_row=last)
            for region, last in zip(self._opening.regions, self._last_rows, strict=True)
        )
        reading = dataclasses.replace(
            self._opening,
            regions=regions,
            questions=self._opening.questions + asked,
            fully_read=self._opening.fully_read and self._header_only,
        )
        return Closed(reading=reading, findings=told, totals=self._totals.table())


def _add_shifted(stretch: Stretch, shifted: dict[int, Finding], places: list[int]) -> None:
    """A shifted row holds back all its records."""
    if not shifted:
        return
    rows = {places[i] + 1: each for i, each in shifted.items()}
    of_record = stretch.table["_row"].to_pylist()
    first: set[int] = set()
    for position, row in enumerate(of_record):
        if row not in rows:
            continue
        finding = dataclasses.replace(rows[row], row=row)
        if finding.severity == "critical":
            stretch.held.add(position)
        if row not in first:
            first.add(row)
            stretch.findings.append((position, finding))


def _reading(source: Source, layout: Layout) -> Reading:
    first = layout.tables[0]
    missing = dict.fromkeys(name for plan in layout.tables for name in plan.missing)
    return Reading(
        dataset=first.contract.name,
        encoding=source.encoding,
        delimiter=source.delimiter,
        raw_head=shown_lines(source, layout),
        regions=tuple(_region(each) for each in layout.tables),
        columns=tuple(
            dataclasses.replace(
                column, table=number, topic=column.topic and privacy.mask(column.topic)
            )
            for number, plan in enumerate(layout.tables)
            for column in plan.columns
        ),
        missing=tuple(first.contract[name].label for name in missing),
        questions=tuple(q for plan in layout.tables for q in plan.questions),
        skipped=layout.skipped,
        fully_read=_fully_read(source, layout),
    )


def _region(plan: TablePlan) -> Region:
    return Region(
        sheet=privacy.mask(plan.sheet.name) if plan.sheet.name else None,
        header_row=plan.header[0] + 1,
        header_last=plan.header[1] + 1,
        first_row=plan.start + 1,
        last_row=plan.start,
        context=plan.context,
        fingerprint=plan.fingerprint,
        remembered=plan.remembered,
    )


def _fully_read(source: Source, layout: Layout) -> bool:
    """Whether every cell of the file goes through the contract.

    Only such a file may be kept as received: titles, footers and unused columns carry names, and
    a workbook carries its author.
    """
    named = any(privacy.is_personal(text) for text in layout.texts)
    used = all(column.field for plan in layout.tables for column in plan.columns)
    return source.delimiter is not None and used and not layout.skipped and not named
