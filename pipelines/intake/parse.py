"""The whole reading of a file: source → table → mapping → typed rows and cell findings."""

from __future__ import annotations

from dataclasses import dataclass, field

import pyarrow as pa

from pipelines.domain.catalog import dataset, datasets
from pipelines.domain.dataset import Dataset
from pipelines.domain.fields import Kind
from pipelines.domain.findings import Finding, Severity
from pipelines.intake import privacy
from pipelines.intake.cells import clean
from pipelines.intake.grid import read_source
from pipelines.intake.inspection import ColumnMatch, Region, SkippedRow
from pipelines.intake.mapping import header_text, is_dropped, map_headers
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
        findings=tuple(findings + cell_findings),
        table=typed,
    )


def _hidden_sheets(sheets: tuple, found: Found) -> list[SkippedRow]:
    others = [each for each in sheets if each is not found.sheet and any(map(any, each.rows))]
    return [
        SkippedRow(row=0, reason=f"工作表“{each.name}”{'' if each.visible else '（隐藏）'}未读取")
        for each in others
    ]


def _secret_rows(found: Found, positions: list[int], secrecy: Vocabulary) -> set[int]:
    header = found.sheet.rows[found.header]
    marks = [i for i, cell in enumerate(header) if privacy.is_secrecy_header(header_text(cell))]
    rows = found.sheet.rows
    return {
        position
        for position in positions
        if any(privacy.is_secret(cell_at(rows[position], mark), secrecy) for mark in marks)
    }


def _personal_rows(
    found: Found, positions: list[int], columns: tuple[ColumnMatch, ...]
) -> set[int]:
    """Rows with a telephone or identity number in a column that would be stored or kept."""
    checked = [each.index for each in columns if _may_hold_text(each, found.contract)]
    rows = found.sheet.rows
    return {
        position
        for position in positions
        if privacy.has_personal_number(cell_at(rows[position], index) for index in checked)
    }


def _may_hold_text(match: ColumnMatch, contract: Dataset) -> bool:
    if match.field is None:
        return not is_dropped(match)
    return contract[match.field].kind in (Kind.TEXT, Kind.UNIT)


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
    """Rows with cells beyond the header: the columns may have shifted."""
    header = found.sheet.rows[found.header]
    width = max((index + 1 for index, cell in enumerate(header) if clean(cell)), default=0)
    extra = {position: found.sheet.rows[position][width:] for position in positions}
    return [
        Finding(
            severity=Severity.CRITICAL,
            rule="row_too_wide",
            row=position + 1,
            why=f"这一行比表头多出 {len(cells)} 个单元格，列可能错位",
            how="检查该行是否有未加引号的逗号，改好后再上传",
        )
        for position, cells in extra.items()
        if any(map(clean, cells))
    ]
