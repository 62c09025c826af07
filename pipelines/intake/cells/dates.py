"""Days and times as sources write them, worksheet serials included."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from pipelines.domain.periods import (
    SERIALS,
    YEARS,
    PeriodError,
    arabic,
    full_year,
    parse_period,
    serial_date,
)
from pipelines.intake.cells.quantities import CellError

_LONGEST = 60  # characters of a cell that can still be a date
_SEPARATED = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?!\d)(?P<rest>.*)", re.ASCII)
_CHINESE = re.compile(
    r"(?:(\d{4}|\d{2})年)?(\d{1,2})月(\d{1,2})(?:[日号]|(?!\d))(?P<rest>.*)", re.ASCII
)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?P<rest>\d{6})?", re.ASCII)
_SERIAL = re.compile(r"(\d{5})(\.\d+)?", re.ASCII)
_WEEKDAY = re.compile(r"^\s*\(?(?:星期|周)[一二三四五六日天]\)?")
_TIME = re.compile(
    r"(?P<half>上午|下午)?\s*(?:(?P<h>\d{1,2}):(?P<m>\d{1,2})(?::(?P<s>\d{1,2})(?:\.\d+)?)?"
    r"|(?P<ch>\d{1,2})[时点](?:(?P<cm>\d{1,2})分?(?:(?P<cs>\d{1,2})秒)?)?)",
    re.ASCII,
)
_COMPACT_TIME = re.compile(r"(?P<h>\d{2})(?P<m>\d{2})(?P<s>\d{2})", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Moment:
    """A point in time, midnight where the source gives a day only; ``note`` as in Typed."""

    at: datetime
    note: str | None = None


def read_moment(cell: object, text: str, year: int | None) -> Moment:
    """The moment of a cell whose half-width text is ``text``; ``year`` where it names none.

    Raises CellError.
    """
    if isinstance(cell, date):
        return _of_cell(cell)
    if len(text) <= _LONGEST:
        text = arabic(text)
        if (found := _SERIAL.fullmatch(text)) and int(found[1]) in SERIALS:
            return _of_serial(text, found)
        if found := _SEPARATED.fullmatch(text):
            return Moment(at=_at(int(found[1]), found[3], found[4], found["rest"]))
        if found := _COMPACT.fullmatch(text):
            return Moment(at=_at(int(found[1]), found[2], found[3], found["rest"] or ""))
        if found := _CHINESE.fullmatch(text):
            return _of_chinese(text, found, year)
        if _names_period(text):
            raise CellError("只有年份或月份，没有日", "请写明日期，例如 2026-03-05，或留空")
    raise CellError("不是日期", "请写成 2026-03-05 或 2026年3月5日，或留空")


def _of_cell(cell: date) -> Moment:
    if cell.year not in YEARS:
        raise CellError("年份不合理", "请核对年份")
    if isinstance(cell, datetime):
        return Moment(at=cell.replace(tzinfo=None))
    return Moment(at=datetime(cell.year, cell.month, cell.day))


def _of_serial(text: str, found: re.Match[str]) -> Moment:
    day = serial_date(int(found[1]))
    seconds = round(float(found[2] or 0) * 86_400)
    at = datetime(day.year, day.month, day.day) + timedelta(seconds=seconds)
    shown = at if seconds else at.date()
    return Moment(at=at, note=f"Excel 日期序号 {text} 读作 {shown}")


def _of_chinese(text: str, found: re.Match[str], context: int | None) -> Moment:
    """3月5日 takes the year of its context, 26年3月5日 the present century; both are noted."""
    written = found[1]
    if written is None and context is None:
        raise CellError("没有写年份", "请写明年份，例如 2026年3月5日")
    year = full_year(written) if written else context or 0
    at = _at(year, found[2], found[3], found["rest"])
    note = None if written and len(written) == 4 else f"“{text}”读作 {at.date()}"
    return Moment(at=at, note=note)


def _at(year: int, month: str, day: str, rest: str) -> datetime:
    if year not in YEARS:
        raise CellError("年份不合理", "请核对年份")
    try:
        start = datetime(year, int(month), int(day))
    except ValueError as error:
        raise CellError("没有这一天", "请核对日期") from error
    return start + _time(_WEEKDAY.sub("", rest).strip().removeprefix("T").strip())


def _time(text: str) -> timedelta:
    if not text:
        return timedelta()
    found = _TIME.fullmatch(text) or _COMPACT_TIME.fullmatch(text)
    if found is None:
        raise CellError("日期后面的部分读不出", "请写成 2026-03-05 14:30，或只写日期")
    parts = found.groupdict()
    hour = int(parts["h"] or parts.get("ch") or 0)
    minute = int(parts["m"] or parts.get("cm") or 0)
    second = int(parts["s"] or parts.get("cs") or 0)
    if parts.get("half") == "下午" and hour < 12:
        hour += 12
    if hour > 23 or minute > 59 or second > 59:
        raise CellError("没有这个时刻", "请核对时间")
    return timedelta(hours=hour, minutes=minute, seconds=second)


def _names_period(text: str) -> bool:
    try:
        return parse_period(text, year=YEARS[0]) is not None
    except PeriodError:
        return True
