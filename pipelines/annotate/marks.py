"""Colour and comment on the cells that findings are about; marks of an earlier copy go away."""

from __future__ import annotations

from dataclasses import dataclass

from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.workbook import Workbook

from pipelines.annotate import SUMMARY_SHEET
from pipelines.annotate.copies import Copy
from pipelines.annotate.report import Report, Spot
from pipelines.annotate.texts import plain
from pipelines.domain.findings import SEVERITY_LABELS, Finding, Severity

AUTHOR = "同频"
COLOURS = {  # the dashboard's orange for worse, paler; its blue for what needs nothing
    Severity.CRITICAL: "FFF4B26A",
    Severity.WARNING: "FFFCE4CB",
    Severity.INFO: "FFDCE9F5",
}
ORDER = tuple(COLOURS)
MOST_COMMENTS = 5_000
_OURS = f"\n———— {AUTHOR} ————\n"  # between a comment that was there and ours
_WIDTH = 320  # pixels
_LINE = 24  # Chinese characters in a line of that width


@dataclass(frozen=True, kw_only=True)
class Marked:
    """Where each finding was marked, by its position in the report; cells without a comment."""

    cells: dict[int, Cell]
    uncommented: int


def mark(copy: Copy, report: Report) -> Marked:
    """Colour and comment every cell that has a finding; the worst colour wins."""
    by_cell: dict[tuple[str, int, int], list[tuple[int, Finding, Spot]]] = {}
    cells: dict[int, Cell] = {}
    for number, finding in enumerate(report.findings):
        spot = report.spot(finding)
        page = copy.pages.get(spot.sheet) if spot else None
        cell = page.cell(spot.row, spot.index, exact=spot.exact) if spot and page else None
        if spot and cell is not None:
            cells[number] = cell
            place = (cell.parent.title, cell.row, cell.column)
            by_cell.setdefault(place, []).append((number, finding, spot))
    worst_first = sorted(by_cell.values(), key=_worst)
    for position, told in enumerate(worst_first):
        cell = cells[told[0][0]]
        colour = COLOURS[ORDER[_worst(told)]]
        cell.fill = PatternFill("solid", fgColor=colour)
        if position < MOST_COMMENTS:
            _comment(cell, "\n\n".join(_sentence(each, spot) for _, each, spot in told))
    return Marked(cells=cells, uncommented=max(0, len(worst_first) - MOST_COMMENTS))


def _worst(told: list[tuple[int, Finding, Spot]]) -> int:
    return min(ORDER.index(each.severity) for _, each, _ in told)


def _sentence(finding: Finding, spot: Spot) -> str:
    where = f"“{finding.column}”：" if finding.column and not spot.exact else ""
    return f"【{SEVERITY_LABELS[finding.severity]}】{where}{finding.why}\n怎么改：{finding.how}"


def _comment(cell: Cell, text: str) -> None:
    text = plain(text)
    earlier = cell.comment
    author = AUTHOR
    if earlier is not None:
        text = f"{earlier.text}{_OURS}{text}"
        author = earlier.author
    lines = sum(1 + len(each) // _LINE for each in text.split("\n"))
    cell.comment = Comment(text, author, height=20 * (lines + 2), width=_WIDTH)


def unmark(book: Workbook) -> None:
    """Take away what an earlier copy added: its summary sheet, colours and comments.

    A fill that a cell had before it was coloured does not come back.
    """
    if SUMMARY_SHEET not in book.sheetnames:
        return
    book.remove(book[SUMMARY_SHEET])
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if not isinstance(cell, MergedCell):
                    _unmark(cell)


def _unmark(cell: Cell) -> None:
    if cell.has_style and cell.fill.fill_type == "solid":
        colour = cell.fill.fgColor.rgb
        if colour in COLOURS.values():
            cell.fill = PatternFill()
    if cell.comment is not None:
        kept, _, ours = cell.comment.text.partition(_OURS)
        if ours:
            cell.comment = Comment(kept, cell.comment.author)
        elif cell.comment.author == AUTHOR:
            cell.comment = None
