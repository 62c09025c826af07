"""What looking at a file yields: how it was read, its typed rows, findings, difference."""

from __future__ import annotations

from dataclasses import dataclass, field

import pyarrow as pa

from pipelines.domain.findings import Finding, Severity


@dataclass(frozen=True, kw_only=True)
class ColumnMatch:
    """A source header and the field it was read as; ``field`` None when it was not used."""

    index: int
    header: str
    field: str | None
    label: str | None
    how: str  # why in Chinese: 名称一致, 别名, 未使用, 个人信息已丢弃


@dataclass(frozen=True, kw_only=True)
class SkippedRow:
    """A row of the source that is not data, with the reason in Chinese. ``row`` counts from 1."""

    row: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class Region:
    """Where the table is; rows are as in the file, counted from 1, last row included."""

    sheet: str | None
    header_row: int
    first_row: int
    last_row: int


@dataclass(frozen=True, kw_only=True)
class RuleResult:
    """One expectation of a suite on this file: how many rows it looked at and how many broke it."""

    rule: str
    severity: Severity
    label: str
    checked: int
    failed: int


@dataclass(frozen=True, kw_only=True)
class Change:
    """A field of an accepted row that this file changes; values as text, key as 单位 · 月份."""

    key: str
    column: str
    old: str
    new: str


@dataclass(frozen=True, kw_only=True)
class Difference:
    """This file against what is accepted, by grain. ``changes`` holds at most the first 500."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    changes: tuple[Change, ...] = ()
    by_month: tuple[tuple[str, int, int, int], ...] = ()  # month, new, changed, unchanged


@dataclass(frozen=True, kw_only=True)
class Inspection:
    """The whole preview. ``table`` holds the rows that would be stored and nothing else.

    ``table`` has the contract's columns plus ``_row`` (int64, row in the source) and ``_sheet``.
    ``digest`` identifies these rows; accepting compares it. ``refusal`` is a Chinese sentence
    when the file cannot be accepted, else None.
    """

    file_name: str
    sha256: str
    size: int
    encoding: str | None
    delimiter: str | None = None
    dataset: str | None
    dataset_label: str | None
    region: Region | None
    columns: tuple[ColumnMatch, ...] = ()
    dropped_columns: tuple[str, ...] = ()
    skipped: tuple[SkippedRow, ...] = ()
    secret_rows: tuple[int, ...] = ()
    personal_rows: tuple[int, ...] = ()
    row_count: int = 0
    held_back: int = 0
    table: pa.Table | None = field(default=None, repr=False)
    fully_read: bool = False
    digest: str = ""
    findings: tuple[Finding, ...] = ()
    rules: tuple[RuleResult, ...] = ()
    difference: Difference = Difference()
    refusal: str | None = None
    already_accepted: str | None = None  # upload that holds exactly these rows of this file
    original: bytes | None = field(default=None, repr=False)  # None when it must not be kept

    @property
    def good_count(self) -> int:
        """Rows that would be stored."""
        return 0 if self.table is None else self.table.num_rows

    @property
    def keeps_original(self) -> bool:
        """Whether the received bytes may be kept: every cell was read, none secret or personal."""
        return self.fully_read and not (
            self.secret_rows or self.personal_rows or self.dropped_columns
        )
