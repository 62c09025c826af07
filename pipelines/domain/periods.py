"""Periods as sources write them: a month, several months together, the year to date."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta

from pipelines.domain.months import month_index, month_label, month_of

YEARS = range(1900, 2101)
SERIALS = range(20_000, 80_001)  # days since 1899-12-30, as worksheets count: 1954 to 2119
_SERIAL_ZERO = date(1899, 12, 30)

_DIGITS = "零一二三四五六七八九"
_CHINESE = re.compile(
    r"[〇○零一二三四五六七八九十]+(?=[年月日号季]|[-~至到—–]+[〇零一二三四五六七八九十]+[月季])"
)
_DASH = re.compile(r"(?<=\d)一(?=\d)|[—–‒―‐−~〜]+|至|到|\.\.")
_CUMULATIVE = re.compile(r"\(?(?:本年)?累计(?:数|值|完成)?\)?")
_UNTIL = re.compile(r"^截[至止]到?")
_MONTH_END = re.compile(r"(?<=月)[底末]$")
_YEAR_END = re.compile(r"(?<=年)[底末]$")
_ENGLISH = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]

_Y = r"(?:(?P<year>\d{4})(?:年度?)?-?|(?P<short>\d{2})年)"
_Y2 = r"(?:(?P<year2>\d{4})年|(?P<short2>\d{2})年)"
_PATTERNS = tuple(
    re.compile(pattern, re.ASCII)
    for pattern in (
        rf"{_Y}?(?P<first>\d{{1,2}})月份?",
        rf"{_Y}?(?P<first>\d{{1,2}})(?:月份?)?-{_Y2}?(?P<last>\d{{1,2}})月份?",
        r"(?P<year>\d{4})[-/.](?P<first>\d{1,2})(?:月份?)?",
        r"(?P<year>\d{4})(?P<first>\d{2})",
        r"(?P<year>\d{4})[-/.](?P<first>\d{1,2})-(?P<year2>\d{4})[-/.](?P<last>\d{1,2})",
        r"(?P<year>\d{4})(?P<first>\d{2})-(?P<year2>\d{4})(?P<last>\d{2})",
        rf"{_Y}?第?(?P<quarter>[1-4])季度?",
        rf"{_Y}?q(?P<quarter>[1-4])",
        rf"{_Y}?第?(?P<quarter>[1-4])(?:季度)?-第?(?P<quarter2>[1-4])季度",
        rf"{_Y}?前(?P<quarters>[1-4])个?季度",
        rf"{_Y}?前(?P<last>\d{{1,2}})个?月",
        rf"{_Y}?(?P<half>[上下])半年",
        rf"{_Y}?(?P<whole>全年)",
        r"(?P<year>\d{4})(?P<whole>年度?)",
        r"(?P<short>\d{2})(?P<whole>年)",
        r"(?P<english>[a-z]{3})-(?P<short>\d{2})",
    )
)
_DAY = re.compile(
    r"(\d{4})(?:-(\d{1,2})-(\d{1,2})|/(\d{1,2})/(\d{1,2})|\.(\d{1,2})\.(\d{1,2})"
    r"|年(\d{1,2})月(\d{1,2})[日号]?|(\d{2})(\d{2}))(?:[ t]*\d{1,2}:[\d:.]+)?",
    re.ASCII,
)
_LOST_ZERO = re.compile(r"([0-9]{4})\.1")  # 2026.10 kept as a number is 2026.1
_LONGEST = 60


class PeriodError(ValueError):
    """Something that is meant as a period but is not one: ``why`` and ``how`` in Chinese.

    ``options``: what it may mean, each readable by parse_period; () when nothing is likely.
    """

    def __init__(self, why: str, how: str, options: tuple[str, ...] = ()) -> None:
        super().__init__(why)
        self.why = why
        self.how = how
        self.options = options


@dataclass(frozen=True, kw_only=True)
class Period:
    """``first`` to ``last`` month, both as "2026-03" and included.

    ``cumulative``: written as the year to date (1—3月累计), not as a figure of these months.
    """

    first: str
    last: str
    cumulative: bool = False

    @property
    def months(self) -> int:
        return month_index(self.last) - month_index(self.first) + 1

    def __str__(self) -> str:
        """As in files of ours: 2026-03, or 2026-01..2026-02."""
        return self.last if self.months == 1 else f"{self.first}..{self.last}"

    @property
    def label(self) -> str:
        """As a reader expects it: 2026年3月, 2026年1—2月, 2025年12月—2026年1月."""
        if self.months == 1:
            return month_label(self.last)
        if self.first[:4] == self.last[:4]:
            return f"{self.first[:4]}年{int(self.first[5:])}—{int(self.last[5:])}月"
        return f"{month_label(self.first)}—{month_label(self.last)}"


def plain(text: str) -> str:
    """``text`` with full-width forms made ordinary; ① and ㎡ stay, they are no digits."""
    if text.isascii():
        return text
    return "".join(map(_plain_character, text))


def _plain_character(character: str) -> str:
    folded = unicodedata.normalize("NFKC", character)
    hides_digit = any(each.isdigit() for each in folded) and not "０" <= character <= "９"
    return character if hides_digit else folded


def arabic(text: str) -> str:
    """二〇二六年三月五日 as 2026年3月5日; also 一至三月 and 第一季度."""
    return _CHINESE.sub(lambda found: _arabic_number(found[0]), text)


def _arabic_number(text: str) -> str:
    text = text.replace("〇", "零").replace("○", "零")
    if "十" not in text:
        return "".join(str(_DIGITS.index(each)) for each in text)
    tens, _, ones = text.partition("十")
    if len(tens) > 1 or len(ones) > 1 or "十" in ones:
        return text
    return str((_DIGITS.index(tens) if tens else 1) * 10 + (_DIGITS.index(ones) if ones else 0))


def full_year(text: str) -> int:
    """A year of two or four digits: 26 is 2026, 98 is 1998."""
    year = int(text)
    if len(text) > 2:
        return year
    return year + (2000 if year < 70 else 1900)


def serial_date(serial: float) -> date:
    """The day of an Excel serial in SERIALS: 46082 is 2026-03-01."""
    return _SERIAL_ZERO + timedelta(days=int(serial))


def parse_period(cell: str | float | date, *, year: int | None = None) -> Period | None:
    """The period that ``cell`` is, as a whole; None when it is something else.

    ``year`` is meant where none is written (3月, 一季度). Raises PeriodError for what names a
    period but leaves it open (2026.1, 3月 without a year) or names none that exists (13月).
    """
    if isinstance(cell, date):
        return _between(cell.year, cell.month, cell.year, cell.month)
    text = str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
    text = plain(text).strip().casefold()
    if not text or len(text) > _LONGEST:
        return None
    period = _read_day(text)
    if period is not None:
        return period
    text = arabic("".join(text.split()))
    cumulative = _CUMULATIVE.search(text) is not None or _UNTIL.search(text) is not None
    text = _UNTIL.sub("", _CUMULATIVE.sub("", text)).removeprefix("(").removesuffix(")")
    text = _MONTH_END.sub("", _YEAR_END.sub("12月", text))
    period = _read_day(text) or _read(_DASH.sub("-", text), year)
    return _to_date(period) if period and cumulative else period


def _read_day(text: str) -> Period | None:
    """The month of a whole date, None when ``text`` is none."""
    found = _DAY.fullmatch(text)
    if found is None:
        return None
    year, month, day = (int(part) for part in found.groups() if part)
    try:
        date(year, month, day)
    except ValueError as error:
        raise PeriodError("没有这一天", "请核对日期") from error
    return _between(year, month, year, month)


def _read(text: str, year: int | None) -> Period | None:
    if found := _LOST_ZERO.fullmatch(text):
        options = (f"{found[1]}-01", f"{found[1]}-10")
        raise PeriodError(
            "分不清是 1 月还是 10 月", "请写成 2026-01 或 2026-10 这样的格式", options
        )
    if re.fullmatch(r"[0-9]{4}", text) and int(text) in YEARS:
        how = "请写明月份，例如 2026-03；全年请写 2026年"
        raise PeriodError("只有年份，没有月份", how, (f"{text}-01..{text}-12",))
    if re.fullmatch(r"[0-9]{5}", text) and int(text) in SERIALS:
        return _read_serial(text)
    for pattern in _PATTERNS:
        if found := pattern.fullmatch(text):
            return _period({name: part for name, part in found.groupdict().items() if part}, year)
    return None


def _read_serial(text: str) -> Period:
    """The month of an Excel serial; 20263 may as well be 2026-3 without its dash."""
    month = month_of(serial_date(int(text)))
    if re.fullmatch(r"20[0-4][0-9][1-9]", text):
        raise PeriodError(
            "分不清是年月还是 Excel 的日期序号",
            "请写成 2026-03 这样的格式",
            (f"{text[:4]}-0{text[4]}", month),
        )
    return Period(first=month, last=month)


def _period(parts: dict[str, str], context: int | None) -> Period | None:
    written = parts.get("year") or parts.get("short")
    year = full_year(written) if written else context
    if "english" in parts and parts["english"] not in _ENGLISH:
        return None
    if year is None:
        raise PeriodError("没有写年份", "请写明年份，例如 2026年3月，或在标题里写明年份")
    first, last = _months(parts)
    until = parts.get("year2") or parts.get("short2")
    return _between(year, first, full_year(until) if until else year, last)


def _months(parts: dict[str, str]) -> tuple[int, int]:
    """First and last month, counted from 1, of what the source named."""
    if "quarter" in parts:
        last = int(parts.get("quarter2", parts["quarter"]))
        return int(parts["quarter"]) * 3 - 2, last * 3
    if "quarters" in parts:
        return 1, int(parts["quarters"]) * 3
    if "half" in parts:
        return (1, 6) if parts["half"] == "上" else (7, 12)
    if "whole" in parts:
        return 1, 12
    if "english" in parts:
        month = _ENGLISH.index(parts["english"]) + 1
        return month, month
    first = int(parts.get("first", 1))
    return first, int(parts.get("last", first))


def _between(year: int, month: int, last_year: int, last_month: int) -> Period:
    if not (1 <= month <= 12 and 1 <= last_month <= 12):
        raise PeriodError("没有这个月份", "请核对月份，应在 1 到 12 之间")
    if year not in YEARS or last_year not in YEARS:
        raise PeriodError("年份不合理", "请核对年份")
    first, last = f"{year:04d}-{month:02d}", f"{last_year:04d}-{last_month:02d}"
    if first > last:
        raise PeriodError("起始月份晚于结束月份", "请核对起止月份；跨年请写明两个年份")
    return Period(first=first, last=last)


def _to_date(period: Period) -> Period:
    """``period`` as the year to date: 5月累计 is January to May."""
    january = f"{period.last[:4]}-01"
    if period.months > 1 and period.first != january:
        options = (str(period), f"{january}..{period.last}累计")
        raise PeriodError(
            "分不清是这几个月的合计，还是从 1 月起的累计", "请写明起止月份，例如 1—6月累计", options
        )
    return Period(first=january, last=period.last, cumulative=True)
