"""What a row of a sheet is: data, a printed sum, a note, a signature, a title."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pipelines.domain.periods import PeriodError, parse_period
from pipelines.intake.layout.headers import header_cell
from pipelines.intake.source.grid import Cell, Row
from pipelines.reference import fold

SUSPECT = re.compile(r"[\s:：*＊※注页章计均签]|其\s*中")
_TOTAL = re.compile(r".*?(小计|合计|总计|共计|平均[值数]?|合计数)[:：]?(?:\(.*\))?")
_PART = re.compile(r"其中(?:[:：].*)?")
_NOTE = re.compile(
    r"(?:注释?|备注|说明|附注|填表说明|填报说明|编制说明|数据来源|资料来源|来源)\d*[:：.、].*|注\d+.*"
    r"|[*※].*"
)
_SIGNATURE = re.compile(
    r"(?:单位|主要|部门|分管|统计|财务)?(?:负责人|领导)(?:\(.*?\))?(?:签[字名章])?[:：].*"
    r"|(?:审核|复核|审批|批准|填表|填报|制表|制单|编制|编报|经办|联系|报送|统计)(?:人员?|单位|部门)?"
    r"(?:\(.*?\))?[:：].*"
    r"|(?:报出|填报|报送|上报|制表|填表|编制|打印|统计)(?:日期|时间)[:：].*"
    r"|(?:联系)?电话[:：].*|.{0,20}\((?:盖章|公章|签字|签章|签名)\)[:：]?|(?:盖章|公章|签字|签章)[:：]?.*"
)
_PAGE = re.compile(r"(?:第\d+页.*|共\d+页.*|\d+/\d+页?|-\d+-|page\d+.*)")
_SECTION = re.compile(r"(?:[一二三四五六七八九十]+[、.]|\([一二三四五六七八九十]+\))")
_NUMBER = re.compile(r"[+-]?[\d,]+(?:\.\d+)?%?|\(\d[\d,.]*\)")

TOTAL = ("subtotal", "小计或合计行，不是数据")
PART = ("subtotal", "“其中”行：是上面一行的组成部分，不另计")
NOTE = ("footnote", "表下的注释")
SIGNATURE = ("signature", "落款、签字行")
PAGE = ("other", "页码")
SECTION = ("other", "分节标题，没有数据")
Kind = tuple[str, str]


def is_number(cell: Cell) -> bool:
    """Whether a cell is a figure: not text, and not a year or month that heads a column."""
    if cell is None or isinstance(cell, bool):
        return False
    if isinstance(cell, int | float):
        return not _heads(header_cell(cell))
    if not isinstance(cell, str):
        return False
    text = fold(cell).replace("，", ",")
    return _NUMBER.fullmatch(text) is not None and not _heads(text)


def _heads(text: str) -> bool:
    if re.fullmatch(r"20\d{2}", text):
        return True
    if not re.fullmatch(r"20\d{4}|20\d{2}\.\d{2}", text):
        return False
    try:
        return parse_period(text) is not None
    except PeriodError:
        return False


def filled(row: Row) -> list[tuple[int, str]]:
    """Index and text of the cells that are not empty."""
    return [
        (i, text) for i, cell in enumerate(row) if cell is not None and (text := header_cell(cell))
    ]


def row_kind(row: Row, units: Iterable[str] = ()) -> Kind | None:
    """(kind, reason) of a row below a header that is not data; None for data.

    Only the first two texts of a row are looked at: the common row is decided by them.
    """
    texts = 0
    for index, cell in enumerate(row):
        if not isinstance(cell, str) or not cell:
            continue
        if SUSPECT.search(cell):
            found = _suspect(row, index, fold(cell), units)
            if found:
                return found
        texts += not cell.strip().isdecimal()
        if texts == 2:
            break
    return None


def _suspect(row: Row, index: int, text: str, units: Iterable[str]) -> Kind | None:
    if text in units:
        return None
    if _TOTAL.fullmatch(text):
        return TOTAL
    if _PART.fullmatch(text):
        return PART
    if any(map(is_number, row[index + 1 :])):
        return None
    first = all(not header_cell(cell) for cell in row[:index])
    if not first:
        return None
    if _NOTE.fullmatch(text) and len(filled(row)) <= 2:
        return NOTE
    if _SIGNATURE.fullmatch(text):
        return SIGNATURE
    return PAGE if _PAGE.fullmatch(text) else None


def follows_note(row: Row) -> bool:
    """Whether a row below a note goes on with it: one text and nothing else."""
    return len(filled(row)) == 1


def section(row: Row) -> Kind | None:
    """A heading between the rows of a table, such as 一、经营指标."""
    cells = filled(row)
    if len(cells) == 1 and _SECTION.match(fold(cells[0][1])):
        return SECTION
    return None
