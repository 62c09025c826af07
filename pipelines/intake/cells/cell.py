"""One raw cell to one typed value, by the contract; anything else is an error that says why."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from pipelines.domain.fields import Field, Kind
from pipelines.domain.months import shift
from pipelines.domain.periods import Period, PeriodError, parse_period, plain
from pipelines.intake.cells.changes import read_quantity
from pipelines.intake.cells.dates import read_moment
from pipelines.intake.cells.quantities import (
    PERCENT,
    CellError,
    check_measure,
    exact,
    find_measure,
    show,
)
from pipelines.intake.inspection import Option
from pipelines.intake.source.sheets import Cell, Percent, Scaled, Uncalculated
from pipelines.reference import Vocabulary, fold

__all__ = ["INVISIBLE", "CellError", "Typed", "Value", "clean", "due_date", "type_cell"]

Value = str | int | float | bool | date | datetime | Period | None

_DASHES = ["", "-", "--", "---", "—", "——", "―", "–", "/", "//", "\\"]
_NOTHING = ["无", "未统计", "暂未统计", "暂无", "无数据", "不适用", "未填", "未填报", "未报"]
_PLACEHOLDERS = frozenset([*_DASHES, *_NOTHING, "n/a", "na", "null", "none"])
_ERRORS = frozenset(
    ["#div/0!", "#n/a", "#value!", "#ref!", "#name?", "#num!", "#null!", "#spill!", "#calc!"]
)
INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
)
_EXACT = 1e15  # a workbook keeps 15 digits; a longer code was rounded before we saw it
_ROUNDED = re.compile(r"[0-9](?:\.[0-9]+)?[eE]\+[0-9]{1,3}")
_ZEROS = re.compile(r"[0-9]{13,}000")
_CREDIT_CODE = re.compile(r"[0-9A-Z]{2}[0-9]{6}[0-9A-Z]{10}")
_CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # GB 32100: without I, O, S, V, Z
_NOT_COUNTS = ("比率", "百分点", "倍数")
_DUE_END = re.compile(r"(?<=[年月度日号])(?:底|末|之前|以前|前)$")


@dataclass(frozen=True, slots=True)
class Typed:
    """A value in the cell's own unit ``measure`` (亿元, %, 个百分点; None: the column's).

    ``note``: in Chinese, why somebody should look at it.
    """

    value: Value
    measure: str | None = None
    note: str | None = None


def clean(cell: Cell) -> str:
    """A cell as its sheet shows it: no outer spaces or leading apostrophe, nothing invisible."""
    if cell is None:
        return ""
    if isinstance(cell, Percent):
        return f"{cell * 100:.12g}%"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < _EXACT:
        return str(int(cell))
    if isinstance(cell, datetime) and cell.time() == datetime.min.time():
        return str(cell.date())
    text = INVISIBLE.sub("", str(cell)).replace("\u00a0", " ").replace("\u3000", " ").strip()
    return text[1:].strip() if text.startswith("'") else text


def type_cell(
    field: Field,
    cell: Cell,
    words: dict[str, Vocabulary],
    *,
    measure: str | None = None,
    year: int | None = None,
) -> Typed:
    """The value of ``cell`` as ``field.kind``; a None value for an empty cell. Raises CellError.

    ``measure``: the column's unit, which a unit in the cell must agree with; the caller
    converts. ``year``: of dates and periods that name none. A MONTH is a Period; an INTEGER is
    converted to whole base units (1.2万人 is 12000), a RATE to 0–1.
    """
    if isinstance(cell, Uncalculated):
        raise CellError("公式没有计算结果", "请在原表里重新计算并保存，或粘贴为数值，再上传")
    text = clean(cell)
    folded = plain(text)
    _refuse_error(folded, field.kind)
    if field.kind is Kind.TEXT:
        return Typed(text or None)
    if field.kind in (Kind.CODE, Kind.UNIT):
        return _code(field.kind, cell, text)
    if field.kind is Kind.BOOLEAN:
        return Typed(_boolean(words["boolean"], text))
    if field.kind is Kind.VOCABULARY:
        return Typed(_word(words[field.vocabulary or ""], text))
    if _is_placeholder(folded):
        return Typed(None)
    match field.kind:
        case Kind.NUMBER:
            return _number(cell, folded, measure)
        case Kind.INTEGER:
            return _integer(cell, folded, measure)
        case Kind.RATE:
            return _rate(cell, folded, measure)
        case Kind.MONTH:
            return _month(cell, folded, year)
    moment = read_moment(cell, folded, year)
    return Typed(moment.at.date() if field.kind is Kind.DATE else moment.at, note=moment.note)


def due_date(text: str, words: Vocabulary, *, year: int | None = None) -> date | None:
    """The date of a due cell: a date, 2026年6月底, or None for a word such as 长期坚持."""
    folded = plain(clean(text))
    if _is_placeholder(folded) or words.lookup(folded):
        return None
    due = _DUE_END.sub("", folded)
    try:
        period = parse_period(due, year=year) if folded[-1] in "底末" else None
        if period is not None:
            return date.fromisoformat(f"{shift(period.last, 1)}-01") - timedelta(days=1)
        return read_moment(due, due, year).at.date()
    except (CellError, PeriodError) as error:
        allowed = "、".join(entry.label for entry in words.entries)
        raise CellError(error.why, f"请写日期、“2026年6月底”，或：{allowed}") from error


def _is_placeholder(folded: str) -> bool:
    return "".join(folded.split()).casefold() in _PLACEHOLDERS


def _refuse_error(folded: str, kind: Kind) -> None:
    """A lone # is a text like any other, but no number."""
    hashes = set(folded) == {"#"} and (len(folded) > 1 or kind is not Kind.TEXT)
    if hashes:
        raise CellError("只有 #，是列太窄时显示的样子", "请在原表里加宽该列，重新导出后再上传")
    if folded.casefold() in _ERRORS:
        raise CellError("是表格公式的错误值", "请在原表里修正公式，或改为留空")


def _code(kind: Kind, cell: Cell, text: str) -> Typed:
    if kind is Kind.CODE:
        too_long = isinstance(cell, int | float) and abs(cell) >= _EXACT
        if too_long or _ROUNDED.fullmatch(text):
            raise CellError(
                "数字太长，表格软件已经四舍五入", "请在原表把该列设为文本格式，重新填写"
            )
        if isinstance(cell, date):
            return Typed(text, note="编号列里是日期，可能是表格软件改的，请核对")
        if _ZEROS.fullmatch(text):
            return Typed(text, note="末三位都是 0，可能被表格软件四舍五入，请核对")
    if _CREDIT_CODE.fullmatch(text) and not _is_credit_code(text):
        return Typed(text, note="按统一社会信用代码核对，校验位不符")
    return Typed(text or None)


def _is_credit_code(text: str) -> bool:
    """GB 32100: the last character follows from the seventeen before it."""
    if not set(text) <= set(_CREDIT_ALPHABET):
        return False
    values = [_CREDIT_ALPHABET.index(each) for each in text]
    total = sum(value * pow(3, place, 31) for place, value in enumerate(values[:17]))
    return values[17] == -total % 31


def _word(vocabulary: Vocabulary, text: str) -> str | None:
    code = vocabulary.lookup(text)
    if code is None and not _is_placeholder(plain(text)):
        allowed = "、".join(entry.label for entry in vocabulary.entries)
        raise CellError("不在允许的选项里", f"请改为：{allowed}；或由管理员把这种写法加入词表")
    return code


def _boolean(vocabulary: Vocabulary, text: str) -> bool | None:
    code = vocabulary.lookup(text)
    if code is None and fold(text) not in {"", "-", "—", "/"}:
        raise CellError("不是“是”或“否”", "请填“是”或“否”，或留空")
    return None if code is None else code == "true"


def _number(cell: Cell, text: str, measure: str | None) -> Typed:
    """A workbook's number as it is, a text by what it says."""
    if isinstance(cell, bool | date | timedelta):
        raise CellError("不是数字", "请填数字或留空")
    if isinstance(cell, int | float):
        if not abs(cell) <= 1e308:  # neither is NaN
            raise CellError("数字超出范围", "请核对位数")
        if isinstance(cell, Scaled) and cell:
            raise CellError(
                f"存的是 {text}，按数字格式缩小显示，分不清要报的是哪个数",
                "请在 Excel 里按表头的单位重填这个数，并把单元格格式改为“常规”",
            )
        if not isinstance(cell, Percent):
            return Typed(float(cell))
        if measure:
            check_measure(PERCENT, measure)
        return Typed(exact(cell * 100, 12), PERCENT)
    quantity = read_quantity(text, measure)
    return Typed(quantity.value, quantity.measure, quantity.note)


def _integer(cell: Cell, text: str, measure: str | None) -> Typed:
    typed = _number(cell, text, measure)
    if typed.value is None:
        return typed
    value = float(typed.value)
    unit = find_measure(typed.measure or measure or "")
    if unit is not None and unit.family in _NOT_COUNTS:
        raise CellError("是比率，不是个数", "请填整数或留空")
    scaled = unit is not None and unit.factor > 1
    value = exact(value * unit.factor, 15) if scaled else value
    if not value.is_integer() or abs(value) > 2**53:
        raise CellError("不是整数", "请填整数或留空")
    if not scaled:
        return Typed(int(value), typed.measure, typed.note)
    note = f"“{text}”读作 {int(value)}" if typed.measure else typed.note
    return Typed(int(value), note=note)


def _rate(cell: Cell, text: str, measure: str | None) -> Typed:
    """12.5% is 0.125; a bare number must already be 0–1, else it is asked about, not guessed."""
    typed = _number(cell, text, measure)
    if typed.value is None:
        return typed
    value = float(typed.value)
    unit = find_measure(typed.measure or measure or "")
    if (typed.measure or measure) and (unit is None or unit.family != "比率"):
        raise CellError("不是比率", "请填百分数，例如 12.5%，或留空")
    if unit is not None:
        low = typed.measure is None and 0 < abs(value) < 1
        note = f"“{text}”按表头的单位读作 {show(value)}{unit.name}，请核对" if low else typed.note
        return Typed(exact(value * unit.factor, 15), note=note)
    if abs(value) > 1:
        percent, times = f"{show(value)}%", f"{show(exact(value * 100, 15))}%"
        options = (
            Option(value=percent, label=percent),
            Option(value=times, label=f"{show(value)} 倍，即 {times}"),
        )
        raise CellError(
            f"不清楚是 {percent} 还是 {show(value)} 倍",
            "请带百分号填写，或填 0 到 1 之间的数",
            options,
        )
    return typed


def _month(cell: Cell, text: str, year: int | None) -> Typed:
    try:
        period = parse_period(cell if isinstance(cell, date) else text, year=year)
    except PeriodError as error:
        options = tuple(Option(value=each, label=each) for each in error.options)
        raise CellError(error.why, error.how, options) from error
    if period is None:
        raise CellError("不是月份", "请写成 2026-03 或 2026年3月")
    if re.fullmatch(r"[0-9]{5}", text):
        return Typed(period, note=f"Excel 日期序号 {text} 读作 {period}")
    english = text[:1].isascii() and text[:1].isalpha() and text[:1] not in "qQ"
    return Typed(period, note=f"“{text}”读作 {period}" if english else None)
