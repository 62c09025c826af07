"""What looking at a file yields: how it was read, its typed rows, findings, difference."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.domain.findings import Finding, Severity
from pipelines.intake.choices import IGNORED, Choices, SourceMapping
from pipelines.intake.staged import Staged

DROPPED = "已丢弃"  # how the reason of a personal column begins


@dataclass(frozen=True, kw_only=True)
class ColumnMatch:
    """A source column and the field it was read as; ``field`` None when it was not used.

    ``header``: the path from group header to column, joined by PATH (本月 / 实际). ``period``,
    ``topic`` and ``measure``: what the header itself says of month, KPI and unit of measure.
    ``suggestion``: a field that a person may confirm, with its reason in ``how``.
    """

    index: int
    header: str
    field: str | None
    label: str | None
    how: str  # why in Chinese: 名称一致, 别名, 未使用, 个人信息已丢弃
    period: str | None = None  # as str(Period); None: the row or the context says it
    cumulative: bool = False
    topic: str | None = None
    measure: str | None = None
    suggestion: str | None = None
    sample: str = ""  # first values below the header, personal numbers hidden
    table: int = 0  # position in Inspection.regions

    @property
    def dropped(self) -> bool:
        """Whether the column was dropped because it holds personal data."""
        return self.how.startswith(DROPPED)


@dataclass(frozen=True, kw_only=True)
class SkippedRow:
    """A row of the source that is not data, with the reason in Chinese.

    ``row`` counts from 1; 0 stands for a whole sheet. ``kind`` is one of SKIPPED.
    """

    row: int
    reason: str
    kind: str = "other"
    sheet: str | None = None


SKIPPED = {
    "title": "标题",
    "unit_line": "单位、填报单位等说明行",
    "header": "重复的表头",
    "subtotal": "小计或合计行",
    "footnote": "表下的注释",
    "signature": "落款、签字行",
    "hidden_row": "隐藏行",
    "hidden_sheet": "隐藏的工作表",
    "other_table": "另一种数据的表",
    "other": "不是数据",
}


@dataclass(frozen=True, kw_only=True)
class Option:
    """One answer to a question: the stored value and its Chinese label."""

    value: str
    label: str


@dataclass(frozen=True, kw_only=True)
class Question:
    """Something that only a person can decide. Without an answer the rows are held back.

    ``id`` is stable for the same file. ``rows``: source rows that wait for it (at most 20
    named), ``count``: how many. ``options`` may be empty: then a month as "2026-03" is asked for.
    """

    id: str
    text: str
    options: tuple[Option, ...]
    column: str | None = None
    value: str | None = None
    rows: tuple[int, ...] = ()
    count: int = 0


@dataclass(frozen=True, kw_only=True)
class Region:
    """Where a table is; rows are as in the file, counted from 1, last row included.

    ``header_row`` to ``header_last`` hold the header. ``context``: what title and unit line say,
    as (name, text, source row) in Chinese, such as (月份, 2026年3月, 1). ``fingerprint``
    identifies the source shape (dataset and header paths).
    """

    sheet: str | None
    header_row: int
    first_row: int
    last_row: int
    header_last: int = 0
    context: tuple[tuple[str, str, int], ...] = ()
    fingerprint: str = ""
    remembered: bool = False  # the mapping was confirmed by a person before


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
    """This file against what is accepted, by grain. ``changes`` holds at most the first 500.

    ``vanished``: accepted rows of a unit and month that this file also has, which the file does
    not have. They stay, unless the file replaces its scope. ``by_scope``: one line a unit and
    month (unit, month, new, changed, unchanged, vanished), at most the first 1,000.
    """

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    vanished: int = 0
    changes: tuple[Change, ...] = ()
    vanished_keys: tuple[str, ...] = ()  # 单位 · 月份 · …, at most the first 500
    by_month: tuple[tuple[str, int, int, int, int], ...] = ()  # month and the four counts
    by_scope: tuple[tuple[str, str, int, int, int, int], ...] = ()
    scopes: int = 0  # how many lines by_scope would have


@dataclass(frozen=True, kw_only=True)
class Reading:
    """How a file was read: everything but its rows."""

    dataset: str
    encoding: str | None
    delimiter: str | None
    raw_head: tuple[str, ...]  # first lines of a text file as decoded, numbers hidden
    regions: tuple[Region, ...]
    columns: tuple[ColumnMatch, ...]
    missing: tuple[str, ...]  # labels of required columns that nothing gives
    questions: tuple[Question, ...] = ()
    skipped: tuple[SkippedRow, ...] = ()
    secret_rows: tuple[int, ...] = ()
    personal_rows: tuple[int, ...] = ()
    row_count: int = 0
    fully_read: bool = False

    @property
    def dropped_columns(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(each.header for each in self.columns if each.dropped))

    @property
    def refused_rows(self) -> tuple[int, ...]:
        """Rows refused for secrecy or personal numbers."""
        return (*self.secret_rows, *self.personal_rows)

    @property
    def region(self) -> Region | None:
        """The first table."""
        return self.regions[0] if self.regions else None

    @property
    def keeps_original(self) -> bool:
        """Whether the received bytes may be kept: every cell was read, none secret or personal."""
        return self.fully_read and not (self.refused_rows or self.dropped_columns)


@dataclass(frozen=True, kw_only=True)
class Inspection(Reading):
    """The whole preview.

    ``staged`` is a Parquet file of ours with the rows that would be stored and nothing else: the
    contract's columns, ``_row`` (row in the source), ``_sheet`` and ``_raw`` (cells as received
    where they say it differently). ``digest`` identifies these rows; accepting compares it.
    ``refusal`` is a Chinese sentence when the file cannot be accepted, else None.
    """

    file_name: str
    sha256: str
    size: int
    choices: Choices
    dataset_label: str
    staged: Staged = field(repr=False)
    digest: str
    good_count: int
    findings: tuple[Finding, ...] = ()
    findings_omitted: int = 0  # findings that are counted in a summary and not listed
    rules: tuple[RuleResult, ...] = ()
    difference: Difference = Difference()
    refusal: str | None = None
    already_accepted: str | None = None  # upload that holds exactly these rows of this file
    original: bytes | Path | None = field(default=None, repr=False)  # None: must not be kept

    @property
    def held_back(self) -> int:
        """Rows that would not be stored."""
        return self.row_count - self.good_count

    @property
    def table(self) -> pa.Table:
        """The rows that would be stored, all in memory: for small files and tests."""
        return pq.read_table(self.staged.path)

    @property
    def confirmed(self) -> tuple[SourceMapping, ...]:
        """What a person decided about the columns, for each source shape of the file."""
        if not self.choices.columns:
            return ()
        return tuple(
            SourceMapping(
                fingerprint=region.fingerprint, dataset=self.dataset, columns=self._decided(number)
            )
            for number, region in enumerate(self.regions)
        )

    def _decided(self, table: int) -> dict[str, str]:
        """Field by header of one table; of columns with the same header the used one counts.

        A column that is neither used nor decided about is left out: its header may be a name.
        """
        mine = [
            each
            for each in self.columns
            if each.table == table
            and not each.dropped
            and (each.field or each.header in self.choices.columns)
        ]
        ordered = sorted(mine, key=lambda each: each.field is not None)
        return {each.header: each.field or IGNORED for each in ordered}
