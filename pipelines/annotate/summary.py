"""The sheet that lists what was read, every finding with a link to its cell, and what was left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from pipelines.annotate import SUMMARY_SHEET
from pipelines.annotate.copies import Copy
from pipelines.annotate.marks import COLOURS, MOST_COMMENTS, ORDER, Marked
from pipelines.annotate.report import Report
from pipelines.annotate.texts import put_text
from pipelines.domain.findings import SEVERITY_LABELS, Finding
from pipelines.intake.source.grid import DELIMITERS, ENCODINGS

_HEADERS = ("级别", "工作表", "行", "列", "值", "问题", "怎么改")
_WIDTHS = (12, 16, 10, 22, 22, 48, 60)
_MOST_LINES = 10_000
_TITLE = Font(bold=True, size=14)
_BOLD = Font(bold=True)
_LINK = Font(color="FF0B559F", underline="single")
_HEADER_FILL = PatternFill("solid", fgColor="FFE3E6EA")
_WRAP = Alignment(wrap_text=True, vertical="top")


def add_summary(copy: Copy, report: Report, marked: Marked) -> None:
    """Put the summary sheet first and open the workbook on it."""
    sheet = copy.book.create_sheet(SUMMARY_SHEET, 0)
    for letter, width in zip("ABCDEFG", _WIDTHS, strict=True):
        sheet.column_dimensions[letter].width = width
    put_text(sheet, 1, 1, "检查结果").font = _TITLE
    row = 2
    for label, text in _facts(copy, report, marked):
        put_text(sheet, row, 1, label).font = _BOLD
        put_text(sheet, row, 2, text)
        row += 1
    row = _findings(sheet, row + 1, report, marked)
    _skipped(sheet, row + 1, report)
    for each in copy.book.worksheets:
        each.sheet_view.tabSelected = False  # two selected sheets would be edited together
    copy.book.active = 0
    sheet.sheet_view.tabSelected = True


def _facts(copy: Copy, report: Report, marked: Marked) -> Iterable[tuple[str, str]]:
    counts = Counter(each.severity for each in report.findings)
    yield "文件", report.file_name
    yield "数据表", report.dataset_label
    if report.encoding:
        encoding = ENCODINGS.get(report.encoding, report.encoding)
        delimiter = DELIMITERS.get(report.delimiter or "", report.delimiter or "")
        yield "编码", f"{encoding}，分隔符：{delimiter}"
    yield "读到", f"{report.row_count:,} 行"
    yield "可以入库", f"{report.good_count:,} 行"
    yield "暂不入库", f"{report.row_count - report.good_count:,} 行"
    for severity in ORDER:
        yield SEVERITY_LABELS[severity], f"{counts[severity]:,} 处"
    yield "怎么用", copy.advice
    if report.dropped_columns:
        yield "个人信息", f"这些列没有读入，也不会保存：{'、'.join(report.dropped_columns)}"
    if report.skipped:
        yield "没有读入", f"{len(report.skipped):,} 处（标题、合计等），列在问题清单下面"
    if report.findings_omitted:
        yield "说明", f"另有 {report.findings_omitted:,} 处同类问题没有逐条列出"
    if len(report.findings) > _MOST_LINES:
        yield "说明", f"问题较多，下面只列出前 {_MOST_LINES:,} 处"
    if marked.uncommented:
        yield "说明", f"批注只加了 {MOST_COMMENTS:,} 处，另有 {marked.uncommented:,} 处只涂了颜色"
    for note in copy.notes:
        yield "说明", note


def _findings(sheet: Worksheet, row: int, report: Report, marked: Marked) -> int:
    """The table of findings from ``row``, worst first; the first free row below it."""
    _put_headers(sheet, row, _HEADERS)
    if not report.findings:
        put_text(sheet, row + 1, 1, "没有发现问题")
        return row + 2
    ordered = sorted(enumerate(report.findings), key=lambda each: ORDER.index(each[1].severity))[
        :_MOST_LINES
    ]
    for offset, (number, finding) in enumerate(ordered, start=1):
        _line(sheet, row + offset, finding, marked.cells.get(number))
    last = row + len(ordered)
    sheet.auto_filter.ref = f"A{row}:G{last}"
    return last + 1


def _line(sheet: Worksheet, row: int, finding: Finding, cell: Cell | None) -> None:
    level = put_text(sheet, row, 1, SEVERITY_LABELS[finding.severity])
    level.fill = PatternFill("solid", fgColor=COLOURS[finding.severity])
    texts = {2: finding.sheet, 4: finding.column, 5: finding.value, 6: finding.why, 7: finding.how}
    _put(sheet, row, texts)
    if finding.row is not None:
        sheet.cell(row, 3).value = finding.row
    if cell is not None:
        put_text(sheet, row, 2, cell.parent.title).alignment = _WRAP
        title = cell.parent.title.replace("'", "''")
        link = sheet.cell(row, 3)
        link.hyperlink = Hyperlink(ref="", location=f"'{title}'!{cell.coordinate}")
        link.font = _LINK


def _skipped(sheet: Worksheet, row: int, report: Report) -> None:
    """The table of rows and sheets that were not read as data."""
    if not report.skipped:
        return
    _put_headers(sheet, row, ("没有读入", "工作表", "行", "原因"))
    for offset, each in enumerate(report.skipped[:_MOST_LINES], start=1):
        _put(sheet, row + offset, {2: each.sheet, 4: each.reason})
        if each.row:
            sheet.cell(row + offset, 3).value = each.row
        else:
            put_text(sheet, row + offset, 3, "整张")
    if len(report.skipped) > _MOST_LINES:
        put_text(sheet, row + _MOST_LINES + 1, 1, f"只列出前 {_MOST_LINES:,} 处")


def _put_headers(sheet: Worksheet, row: int, headers: Iterable[str]) -> None:
    """A row of column names."""
    for column, text in enumerate(headers, start=1):
        cell = put_text(sheet, row, column, text)
        cell.font = _BOLD
        cell.fill = _HEADER_FILL


def _put(sheet: Worksheet, row: int, texts: Mapping[int, str | None]) -> None:
    for column, text in texts.items():
        if text:
            put_text(sheet, row, column, text).alignment = _WRAP
