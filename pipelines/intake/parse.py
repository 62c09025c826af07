"""The whole reading of a file: source → table → mapping → typed rows and cell findings."""

from __future__ import annotations

from dataclasses import dataclass, field

import pyarrow as pa

from pipelines.domain.catalog import dataset, datasets
from pipelines.domain.fields import Kind
from pipelines.domain.findings import Finding, Severity
from pipelines.errors import FileRefused
from pipelines.intake import privacy
from pipelines.intake.cells import clean
from pipelines.intake.grid import Source, read_source
from pipelines.intake.inspection import ColumnMatch, Region, SkippedRow
from pipelines.intake.mapping import is_dropped, map_headers
from pipelines.intake.rows import cell_at, type_rows
from pipelines.intake.table import Found, find_table, split_rows
from pipelines.reference import Vocabulary, personal_columns, vocabularies
from pipelines.settings import Settings


@dataclass(frozen=True, kw_only=True)
class Parsed:
    """``table`` holds every data row that may be stored; a cell in ``findings`` is null in it."""

    dataset: str
    encoding: str | None
    delimiter: str | None
    region: Region
    columns: tuple[ColumnMatch, ...]
    skipped: tuple[SkippedRow, ...]
    secret_rows: tuple[int, ...]
    personal_rows: tuple[int, ...]
    row_count: int
    fully_read: bool
    findings: tuple[Finding, ...]
    table: pa.Table = field(repr=False)

    @property
    def dropped_columns(self) -> tuple[str, ...]:
        return tuple(each.header for each in self.columns if is_dropped(each))


def parse(data: bytes, chosen: str | None, settings: Settings) -> Parsed:
    """Read ``data`` as ``chosen`` dataset, or as the one its headers say. Raises FileRefused."""
    source = read_source(data)
    found = find_table(source, {chosen: dataset(chosen)} if chosen else datasets())
    region, positions, skipped = split_rows(found)
    skipped.extend(_hidden_sheets(source.sheets, found))
    columns = map_headers(
        found.sheet.rows[found.header], found.contract, personal_columns(settings)
    )
    _refuse_secret_document(found, positions)
    words = vocabularies(settings)
    secret = _secret_rows(found, positions, words["secrecy"])
    kept = [position for position in positions if position not in secret]
    personal = _personal_rows(found, kept, columns)
    kept = [position for position in kept if position not in personal]
    findings = [
        *_secret_findings(secret),
        *_personal_findings(personal),
        *_width_findings(found, kept),
    ]
    typed, cell_findings = type_rows(found, kept, columns, words)
    return Parsed(
        dataset=found.contract.name,
        encoding=source.encoding,
        delimiter=source.delimiter,
        region=region,
        columns=columns,
        skipped=tuple(skipped),
        secret_rows=tuple(position + 1 for position in sorted(secret)),
        personal_rows=tuple(position + 1 for position in sorted(personal)),
        row_count=len(positions),
        fully_read=_fully_read(source, found, columns, skipped),
        findings=tuple(findings + cell_findings),
        table=typed,
    )


def _fully_read(
    source: Source, found: Found, columns: tuple[ColumnMatch, ...], skipped: list[SkippedRow]
) -> bool:
    """Whether every cell of the file went through the contract.

    Only such a file may be kept as received: titles, footers and unused columns carry names, and
    a workbook carries its author.
    """
    told = any(each.reason != "重复的表头" for each in skipped)
    named = any(map(privacy.is_personal, found.sheet.rows[found.header]))
    used = all(each.field for each in columns)
    return source.delimiter is not None and used and not told and not named


def _hidden_sheets(sheets: tuple, found: Found) -> list[SkippedRow]:
    others = [each for each in sheets if each is not found.sheet and any(map(any, each.rows))]
    return [
        SkippedRow(
            row=0,
            reason=f"工作表“{privacy.mask(each.name)}”{'' if each.visible else '（隐藏）'}未读取",
        )
        for each in others
    ]


def _secret_rows(found: Found, positions: list[int], secrecy: Vocabulary) -> set[int]:
    """Positions of rows above 内部; a merged secrecy cell holds for every row it covers."""
    rows = found.sheet.rows
    marks = {
        index
        for row in rows[: found.header + 1]
        for index, cell in enumerate(row)
        if privacy.is_secrecy_header(cell)
    }
    covered = {
        position
        for (top, left), (bottom, _) in found.sheet.merged
        if left in marks and privacy.is_secret(cell_at(rows[top], left), secrecy)
        for position in range(top, bottom + 1)
    }
    return {
        position
        for position in positions
        if position in covered
        or any(privacy.is_secret(cell_at(rows[position], mark), secrecy) for mark in marks)
    }


def _refuse_secret_document(found: Found, positions: list[int]) -> None:
    """A mark outside the table, or in the sheet's name, refuses the whole file."""
    data = set(positions)
    outside = [
        str(cell)
        for position, row in enumerate(found.sheet.rows)
        if position not in data and position != found.header
        for cell in row
        if cell
    ]
    if any(map(privacy.marks_document_secret, [found.sheet.name or "", *outside])):
        raise FileRefused("文件标有“秘密”以上密级，涉密文件不得上传到本系统，没有保存任何内容")


def _personal_rows(
    found: Found, positions: list[int], columns: tuple[ColumnMatch, ...]
) -> set[int]:
    """Rows with a telephone, identity number or address in any column but figures and dropped."""
    unchecked = {
        each.index
        for each in columns
        if is_dropped(each)
        or (each.field and found.contract[each.field].kind in (Kind.NUMBER, Kind.RATE))
    }
    return {
        position
        for position in positions
        if any(
            index not in unchecked and privacy.is_personal(cell)
            for index, cell in enumerate(found.sheet.rows[position])
        )
    }


def _secret_findings(secret: set[int]) -> list[Finding]:
    return [
        Finding(
            severity=Severity.CRITICAL,
            rule="secrecy_above_internal",
            row=position + 1,
            column="密级",
            why="密级高于“内部”或无法确认，整行拒收，没有保存任何内容",
            how="涉密记录不得上传到本系统，请从文件中删除该行",
        )
        for position in sorted(secret)
    ]


def _personal_findings(personal: set[int]) -> list[Finding]:
    return [
        Finding(
            severity=Severity.CRITICAL,
            rule="personal_number",
            row=position + 1,
            why="文字里含有疑似手机号或身份证号，整行拒收，号码没有保存",
            how="请删去号码后再上传；本系统不收个人信息",
        )
        for position in sorted(personal)
    ]


def _width_findings(found: Found, positions: list[int]) -> list[Finding]:
    """Rows with cells under no header, and rows of text that end too soon: columns may shift."""
    header = found.sheet.rows[found.header]
    named = {index for index, cell in enumerate(header) if clean(cell)}
    delimited = found.sheet.name is None
    findings = []
    for position in positions:
        row = found.sheet.rows[position]
        extra = sum(1 for i, cell in enumerate(row) if i not in named and clean(cell))
        if extra:
            findings.append(
                _shifted(position, Severity.CRITICAL, f"有 {extra} 个单元格上方没有表头")
            )
        elif delimited and len(row) <= max(named):
            short = max(named) + 1 - len(row)
            findings.append(_shifted(position, Severity.WARNING, f"比表头少 {short} 个单元格"))
    return findings


def _shifted(position: int, severity: Severity, why: str) -> Finding:
    wide = severity is Severity.CRITICAL
    return Finding(
        severity=severity,
        rule="row_too_wide" if wide else "row_too_short",
        row=position + 1,
        why=f"这一行{why}，列可能错位",
        how="检查该行的逗号和引号，改好后再上传" if wide else "请核对该行的数值是否落在正确的列",
    )
