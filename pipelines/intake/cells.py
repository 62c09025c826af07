"""One raw cell to one typed value, by the contract; anything else is an error that says why."""

from __future__ import annotations

import math
import re
import unicodedata
from datetime import date, datetime, timedelta

from pipelines.domain.fields import Field, Kind
from pipelines.domain.months import month_of
from pipelines.intake.grid import Cell
from pipelines.reference import Vocabulary, fold

Value = str | int | float | bool | date | datetime | None

_PLACEHOLDERS = {
    "",
    "-",
    "--",
    "---",
    "—",
    "——",
    "/",
    "\\",
    "无",
    "未统计",
    "n/a",
    "na",
    "null",
    "暂无",
}
_ERRORS = ("#div/0!", "#n/a", "#value!", "#ref!", "#name?", "#num!", "#null!")
_NUMBER = re.compile(r"[+-]?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?(e[+-]?\d{1,3})?", re.IGNORECASE)
_DATE = re.compile(r"(\d{4})(?:-(\d{1,2})-(\d{1,2})|/(\d{1,2})/(\d{1,2})|\.(\d{1,2})\.(\d{1,2}))")
_DATE_CN = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日?")
_DATE_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_MONTH_END = re.compile(r"(\d{4})年(\d{1,2})月底")
_TIME = re.compile(r"(\d{1,2})[:时](\d{1,2})(?:[:分](\d{1,2})秒?|分)?")
_MONTH = re.compile(r"(\d{4})(?:年(\d{1,2})月份?|[-/](\d{1,2})|\.(\d{2})|(\d{2}))")
_AMBIGUOUS_MONTH = re.compile(r"\d{4}\.\d")
_YEARS = range(1900, 2101)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_EXACT = 1e15  # a workbook keeps 15 digits; a longer code was rounded before we saw it


class CellError(ValueError):
    """A cell that cannot be typed: ``why`` and ``how`` in Chinese, to follow “列”：."""

    def __init__(self, why: str, how: str) -> None:
        super().__init__(why)
        self.why = why
        self.how = how


def clean(cell: Cell) -> str:
    """Text of a cell without outer spaces, a leading apostrophe or the .0 of a whole float."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    text = _CONTROL.sub("", str(cell)).replace("\u00a0", " ").replace("\u3000", " ").strip()
    return text[1:].strip() if text.startswith("'") else text


def type_cell(field: Field, cell: Cell, vocabularies: dict[str, Vocabulary]) -> Value:
    """The value of ``cell`` as ``field.kind``; None for an empty cell. Raises CellError."""
    text = clean(cell)
    if field.kind is Kind.CODE and isinstance(cell, float) and abs(cell) >= _EXACT:
        raise CellError("数字太长，表格软件已经四舍五入", "请在原表把该列设为文本格式，重新填写")
    if field.kind in (Kind.CODE, Kind.TEXT, Kind.UNIT):
        return text or None
    folded = unicodedata.normalize("NFKC", text)
    if folded.casefold() in _PLACEHOLDERS and field.kind is not Kind.BOOLEAN:
        return None
    if folded.casefold() in _ERRORS or set(folded) == {"#"}:
        raise CellError("是表格公式的错误值", "请在原表里修正公式，或改为留空")
    if field.kind is Kind.VOCABULARY:
        return _code(vocabularies[field.vocabulary or ""], text)
    if field.kind is Kind.BOOLEAN:
        return _boolean(vocabularies["boolean"], text)
    return _TYPERS[field.kind](cell, folded)


def _code(vocabulary: Vocabulary, text: str) -> str:
    code = vocabulary.lookup(text)
    if code is None:
        allowed = "、".join(entry.label for entry in vocabulary.entries)
        raise CellError("不在允许的选项里", f"请改为：{allowed}；或由管理员把这种写法加入词表")
    return code


def _boolean(vocabulary: Vocabulary, text: str) -> bool | None:
    if fold(text) in {"", "-", "—", "/"}:
        return None
    code = vocabulary.lookup(text)
    if code is None:
        raise CellError("不是“是”或“否”", "请填“是”或“否”，或留空")
    return code == "true"


def _number(cell: Cell, text: str) -> float:
    if isinstance(cell, bool | date):
        raise CellError("不是数字", "请填数字或留空")
    compact = text.replace(" ", "").replace("，", ",")
    if not _NUMBER.fullmatch(compact):
        hint = (
            "百分数请去掉百分号，按指标的计量单位填写"
            if compact.endswith("%")
            else "请填数字或留空"
        )
        raise CellError("不是数字", hint)
    value = float(compact.replace(",", ""))
    if not math.isfinite(value):
        raise CellError("数字超出范围", "请核对位数")
    return value


def _integer(cell: Cell, text: str) -> int:
    value = _number(cell, text)
    if not value.is_integer() or abs(value) > 2**53:
        raise CellError("不是整数", "请填整数或留空")
    return int(value)


def _rate(cell: Cell, text: str) -> float:
    """12.5% is 0.125; a bare number must already be 0–1, else it is asked about, not guessed."""
    if text.endswith("%"):
        return _number(text[:-1], text[:-1]) / 100
    value = _number(cell, text)
    if abs(value) > 1:
        raise CellError("不清楚是 12.5% 还是 0.125", "请带百分号填写，或填 0 到 1 之间的数")
    return value


def _calendar(year: str, month: str, day: str) -> date:
    if int(year) not in _YEARS:
        raise CellError("年份不合理", "请核对年份")
    try:
        return date(int(year), int(month), int(day))
    except ValueError as error:
        raise CellError("没有这一天", "请核对日期") from error


def _date(cell: Cell, text: str) -> date:
    if isinstance(cell, date):
        return _calendar(str(cell.year), str(cell.month), str(cell.day))
    head = text.split(" ")[0].split("T")[0] if not _DATE_CN.match(text) else text
    for pattern in (_DATE, _DATE_CN, _DATE_COMPACT):
        if found := pattern.fullmatch(head) or (pattern is _DATE_CN and pattern.match(head)):
            return _calendar(*[part for part in found.groups() if part])
    if re.fullmatch(r"\d{5}", text):
        raise CellError("像是 Excel 的日期序号", "请在原表把该列设为日期格式后再上传")
    raise CellError("不是日期", "请写成 2026-03-05 或 2026年3月5日，或留空")


def _timestamp(cell: Cell, text: str) -> datetime:
    day = _date(cell, text)
    if isinstance(cell, datetime):
        return cell
    rest = re.sub(r"^\d{4}(年\d{1,2}月\d{1,2}日?|[-/.]\d{1,2}[-/.]\d{1,2}|\d{4})", "", text)
    rest = rest.replace("T", " ").strip()
    if isinstance(cell, date) or not rest:
        return datetime(day.year, day.month, day.day)
    found = _TIME.fullmatch(rest.split(".")[0])
    if not found:
        raise CellError("时间部分读不出", "请写成 2026-03-05 14:30，或只写日期")
    hour, minute, second = (int(part or 0) for part in found.groups())
    if hour > 23 or minute > 59 or second > 59:
        raise CellError("没有这个时刻", "请核对时间")
    return datetime(day.year, day.month, day.day) + timedelta(
        hours=hour, minutes=minute, seconds=second
    )


def _month(cell: Cell, text: str) -> str:
    if isinstance(cell, date):
        return month_of(_date(cell, text))
    if _AMBIGUOUS_MONTH.fullmatch(text):
        raise CellError("分不清是 1 月还是 10 月一类的月份", "请写成 2026-01 或 2026年10月")
    found = _MONTH.fullmatch(text)
    if not found:
        return month_of(_month_of_day(cell, text))
    year, month = (part for part in found.groups() if part)
    return month_of(_calendar(year, month, "1"))


def _month_of_day(cell: Cell, text: str) -> date:
    try:
        return _date(cell, text)
    except CellError as error:
        raise CellError("不是月份", "请写成 2026-03 或 2026年3月") from error


def due_date(text: str, words: Vocabulary) -> date | None:
    """The date of a due cell: a date, 2026年6月底, or None for a word such as 长期坚持."""
    folded = unicodedata.normalize("NFKC", text)
    if folded.casefold() in _PLACEHOLDERS or words.lookup(folded):
        return None
    if found := _MONTH_END.fullmatch(folded):
        first = _calendar(found[1], found[2], "1")
        following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
        return following - timedelta(days=1)
    try:
        return _date(text, folded)
    except CellError as error:
        allowed = "、".join(entry.label for entry in words.entries)
        raise CellError(error.why, f"请写日期、“2026年6月底”，或：{allowed}") from error


_TYPERS = {
    Kind.INTEGER: _integer,
    Kind.NUMBER: _number,
    Kind.RATE: _rate,
    Kind.DATE: _date,
    Kind.TIMESTAMP: _timestamp,
    Kind.MONTH: _month,
}
