"""From a file to staged rows: read in a child, checked a stretch at a time, then as a whole."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import BinaryIO, cast

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipelines import crosscheck
from pipelines.domain.catalog import dataset as contract_of
from pipelines.domain.findings import Finding
from pipelines.errors import FileRefused
from pipelines.intake.findings import FindingLog
from pipelines.intake.inspection import Reading, RuleResult, SkippedRow
from pipelines.intake.parse import Closed, Opened, Stretch
from pipelines.intake.request import Request
from pipelines.intake.sandbox import parse_in_child
from pipelines.intake.schema import POINT, RAW, ROW, SHEET, typed_schema
from pipelines.intake.staged import Staged
from pipelines.progress import Progress
from pipelines.settings import Settings
from pipelines.store import full_disk_told
from pipelines.validation import Validator, combined

_READING = 0.8  # share of the work until the last row is read


@dataclass(frozen=True, kw_only=True)
class Preview:
    """``staged`` holds the rows that would be stored, ``good_count`` of them."""

    reading: Reading
    staged: Staged
    good_count: int
    findings: tuple[Finding, ...]
    findings_omitted: int
    rules: tuple[RuleResult, ...]


@contextmanager
def opened(data: bytes | Path) -> Iterator[BinaryIO]:
    """A real file for the child; bytes stay in memory and never touch the disk."""
    if isinstance(data, Path):
        try:
            source = data.open("rb")
        except OSError as error:
            raise FileRefused(f"读不到文件 {data}：{error.strerror}。请检查路径和权限") from error
        with source:
            yield source
        return
    with os.fdopen(os.memfd_create("upload"), "w+b", buffering=0) as memory:
        memory.write(data)
        memory.seek(0)
        yield memory


@full_disk_told()
def preview(
    file: BinaryIO,
    size: int,
    request: Request,
    settings: Settings,
    validator: Validator,
    progress: Progress,
) -> Preview:
    """Read, check and stage. ``progress`` may raise to cancel: nothing is left then.

    Raises FileRefused, ValidatorUnavailable, StoreError.
    """
    staged = Staged(settings)
    rows = 0

    def waiting() -> None:
        step = f"已读 {rows:,} 行" if rows else "正在解码、查找表格"
        progress(step, share_read(file, size) if rows else 0.0)

    with (
        ExitStack() as undo,
        closing(parse_in_child(file, size, request, settings, waiting)) as parts,
    ):
        undo.callback(staged.close)
        run = _Run(cast(Opened, next(parts)), request.file_name, staged, validator, request.today)
        with pq.ParquetWriter(staged.path, run.schema, compression="zstd") as target:
            for part in parts:
                if isinstance(part, Stretch):
                    rows = part.rows
                    waiting()
                    target.write_table(run.checked(part))
                elif isinstance(part, Closed):
                    run.close(part)
        progress("核对整份文件和已入库的数据", _READING)
        done = run.crossed(settings)
        undo.pop_all()
    return done


def share_read(file: BinaryIO, size: int) -> float:
    """How far the child has read: both processes share the position in the file."""
    return _READING * min(1.0, os.lseek(file.fileno(), 0, os.SEEK_CUR) / max(size, 1))


class _Run:
    """The state of one preview."""

    def __init__(
        self,
        opened: Opened,
        file_name: str,
        staged: Staged,
        validator: Validator,
        today: date,
    ) -> None:
        self._reading = opened.reading
        self._contract = contract_of(opened.reading.dataset)
        self.schema = typed_schema(self._contract)
        self._log = FindingLog(self._contract, opened.headers, file_name)
        self._staged = staged
        self._validator = validator
        self._today = today
        self._totals: pa.Table | None = None
        self._rules: list[tuple[RuleResult, ...]] = []
        self._skipped: list[SkippedRow] = list(opened.reading.skipped)
        self._secret: list[int] = []
        self._personal: list[int] = []
        self._outside: list[tuple[str | None, int, str | None]] = []
        self._records = 0
        self._good = 0

    def checked(self, part: Stretch) -> pa.Table:
        """The rows of a stretch that may be stored, as far as they alone can tell."""
        table = part.table
        self._skipped += part.skipped
        self._secret += part.secret
        self._personal += part.personal
        self._records += table.num_rows
        numbered = table.drop([POINT, RAW]).set_column(
            table.schema.get_field_index(ROW), ROW, pa.array(range(table.num_rows), pa.int64())
        )
        result = self._validator.validate(self._contract.name, numbered, today=self._today)
        self._rules.append(result.rules)
        held = self._log.add_stretch(part, result.findings)
        sheet = table[SHEET][0].as_py() if table.num_rows else None
        self._outside += [(sheet, row, None) for row in (*part.secret, *part.personal)]
        self._outside += [self._place(table, place) for place in held]
        kept = [place for place in range(table.num_rows) if place not in held]
        good = table.drop([POINT]).take(pa.array(kept, pa.int64())) if held else table.drop([POINT])
        self._good += good.num_rows
        return good

    def close(self, part: Closed) -> None:
        """What the child knew at the end."""
        self._log.add(part.findings)
        self._totals = part.totals
        self._reading = dataclasses.replace(
            part.reading,
            skipped=tuple(self._skipped),
            secret_rows=tuple(self._secret),
            personal_rows=tuple(self._personal),
            row_count=self._records + len(self._secret) + len(self._personal),
        )

    def _place(self, table: pa.Table, place: int) -> tuple[str | None, int, str | None]:
        """Sheet, row and, where it was read, topic of a record that is held back."""
        pivot = self._contract.pivot
        topic = table[pivot.topic][place].as_py() if pivot else None
        return table[SHEET][place].as_py(), table[ROW][place].as_py(), topic

    def _withheld(self) -> pa.Table:
        """Everything that is not staged, for rules about sums."""
        columns = list(zip(*self._outside, strict=True)) or [(), (), ()]
        return pa.table(dict(zip(crosscheck.WITHHELD.names, columns, strict=True))).cast(
            crosscheck.WITHHELD
        )

    def crossed(self, settings: Settings) -> Preview:
        """The preview, after the rules that need the whole file or other datasets."""
        result = crosscheck.run(
            settings,
            self._contract.name,
            self._staged.path,
            self._totals,
            withheld=self._withheld(),
            today=self._today,
        )
        self._log.add_crossed(result.findings)
        if result.held.num_rows:
            self._good -= _without(self._staged, result.held)
        return Preview(
            reading=self._reading,
            staged=self._staged,
            good_count=self._good,
            findings=self._log.all(),
            findings_omitted=self._log.omitted,
            rules=(*combined(self._rules), *result.rules),
        )


def _without(staged: Staged, held: pa.Table) -> int:
    """Write the staged rows again without ``held`` (sheet and row); how many went."""
    sheets: dict[str | None, list[int]] = {}
    for each in held.to_pylist():
        sheets.setdefault(each[SHEET], []).append(each[ROW])
    smaller = staged.path.with_suffix(".kept")
    gone = 0
    with (
        pq.ParquetFile(staged.path) as source,
        pq.ParquetWriter(smaller, source.schema_arrow, compression="zstd") as target,
    ):
        for batch in source.iter_batches():
            table = pa.Table.from_batches([batch])
            for sheet, rows in sheets.items():
                here = pc.is_null(table[SHEET]) if sheet is None else _is(table[SHEET], sheet)
                bad = pc.and_(here, pc.is_in(table[ROW], value_set=pa.array(rows, pa.int64())))
                table = table.filter(pc.invert(bad))
            gone += batch.num_rows - table.num_rows
            target.write_table(table)
    smaller.replace(staged.path)
    return gone


def _is(column: pa.ChunkedArray, text: str) -> pa.ChunkedArray:
    return pc.fill_null(pc.equal(column, text), False)
