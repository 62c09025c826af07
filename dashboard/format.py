"""Numbers, rates, money, dates and months as a reader sees them; the only place that writes them.

A figure stands close to its unit (3项, 12.5%, 1.23亿元); minus is −, as on the axes of charts;
a day is 2026年3月5日, a month 2026年3月, in sentences, tables and downloads alike.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from datetime import date, datetime

import pandas as pd

from pipelines.domain import months
from pipelines.domain.measures import Measure

MISSING = "—"
MINUS = "−"
EARLY_LATE = ("早", "同日", "晚")
PERCENT_SIGNS = {"%", "％"}
WAN = 10_000
YI = 100_000_000

# Money is held in 元; a definition may still name the unit its source was written in.
MONEY_SCALES = {"元": 1, "千元": 1_000, "万元": WAN, "百万元": 1_000_000, "亿元": YI}


def is_missing(value: object) -> bool:
    """None, NaN, NaT, pandas NA and infinities have no figure to show."""
    if value is None:
        return True
    try:
        return not math.isfinite(value)  # type: ignore[arg-type]
    except TypeError:
        return str(value) in {"<NA>", "NaT"}


def number(value: float | None, digits: int = 2) -> str:
    """12345.6 → 1.23万; at most ``digits`` decimals, no trailing zeros; missing → —."""
    return MISSING if is_missing(value) else _in_scale(float(value), _scale(float(value)), digits)


def count(value: float | None) -> str:
    """A number of rows, units or times, in full: 12345 → 12,345."""
    return MISSING if is_missing(value) else _plain(float(value), 0)


def decimals(value: float | None, digits: int) -> str:
    """Always ``digits`` decimals, so that figures below each other compare: 6 → 6.0."""
    return MISSING if is_missing(value) else _fixed(float(value), digits)


def in_full(value: float | None) -> str:
    """Every digit and no separator, so that rows can be added up: 12345.678."""
    return MISSING if is_missing(value) else f"{value:.12g}".replace("-", MINUS)


def signed(value: float | None, digits: int = 2) -> str:
    """A fixed number of decimals with its sign: +0.12, −0.40; what rounds to nothing has none."""
    return MISSING if is_missing(value) else _signed(_fixed(float(value), digits))


def interval_texts(rows: pd.DataFrame) -> list[str]:
    """The intervals ``low`` to ``high`` as ``signed`` text; — when missing."""
    return [
        MISSING if is_missing(low) else f"{signed(low)} 至 {signed(high)}"
        for low, high in zip(rows["low"], rows["high"], strict=True)
    ]


def span(low: str, high: str) -> str:
    """3—5, or 3 where both ends read the same."""
    return low if low == high else f"{low}—{high}"


def probability(value: float | None) -> str:
    """A p or q with three decimals; what rounds to nothing is <0.001, never 0."""
    if is_missing(value):
        return MISSING
    return "<0.001" if value < 0.0005 else _fixed(float(value), 3)


def money(value: float | None, digits: int = 2) -> str:
    """Yuan: 123456789 → 1.23亿元."""
    return MISSING if is_missing(value) else number(value, digits) + "元"


def number_with_unit(
    value: float | None, unit_of_measure: str | None, *, beside: Sequence[float] = ()
) -> str:
    """A figure with its unit as the KPI dictionary names it.

    Money is shown in 元/万元/亿元 whatever the dictionary's money unit; "%" keeps the figure as
    it was reported (95.3 → 95.3%); anything else takes 万/亿 from 10,000 on. Figures of one chart
    stand in the 万 or 亿 of the largest of those ``beside``.
    """
    if is_missing(value):
        return MISSING
    unit = (unit_of_measure or "").strip()
    if unit in PERCENT_SIGNS:
        return _plain(float(value), 2) + "%"
    times = MONEY_SCALES.get(unit, 1)
    known = [abs(each) * times for each in beside if not is_missing(each)]
    shown = float(value) * times
    text = _in_scale(shown, _scale(max([abs(shown), *known])), 2)
    return text + ("元" if unit in MONEY_SCALES else unit)


def axis_labels(values: Sequence[float]) -> str:
    """The Vega expression for labels of an axis over ``values``, all in one of ones, 万 and 亿.

    d3-format knows k and M, not 万 and 亿.
    """
    known = [abs(float(each)) for each in values if not is_missing(each)]
    size, suffix = _scale(max(known, default=0.0))
    return f"format(datum.value / {size}, ',.4~r') + (datum.value == 0 ? '' : '{suffix}')"


def percent(rate: float | None, digits: int = 1) -> str:
    """A rate 0–1: 0.1234 → 12.3%."""
    return MISSING if is_missing(rate) else _fixed(float(rate) * 100, digits) + "%"


def points(difference: float | None, digits: int = 1) -> str:
    """A difference of two rates 0–1, signed: 0.021 → +2.1个百分点. Never written as %."""
    if is_missing(difference):
        return MISSING
    return _signed(_fixed(float(difference) * 100, digits)) + "个百分点"


def change(value: float | None, unit_of_measure: str | None = None) -> str:
    """A difference of two figures, signed: 1234.5 元 → +1,234.5元; of two % → +1.5个百分点."""
    if is_missing(value):
        return MISSING
    in_points = (unit_of_measure or "").strip() in PERCENT_SIGNS
    return _signed(number_with_unit(value, "个百分点" if in_points else unit_of_measure))


def days_apart(days: float | None, words: tuple[str, str, str] = EARLY_LATE) -> str:
    """Signed days in words: −2.5 → 早 2.5 天, 0 → 同日, 5 → 晚 5 天; missing → —."""
    if is_missing(days):
        return MISSING
    before, same, after = words
    if days == 0:
        return same
    return f"{before if days < 0 else after} {number(abs(days), 1)} 天"


def measure_value(value: float | None, measure: Measure) -> str:
    """A value with its unit: 12.5%, 3.2小时, 提前 3 天; missing → —."""
    if measure.sides:
        return days_apart(value, measure.sides)
    return percent(value) if measure.unit == "%" else number_with_unit(value, measure.unit)


def measure_change(now: float | None, before: float | None, measure: Measure) -> str:
    """From one value of ``measure`` to another: +12.5个百分点, −3项, 提前 2.5 天."""
    if is_missing(now) or is_missing(before):
        return MISSING
    moved = now - before
    if measure.sides and moved:
        return days_apart(moved, measure.sides)
    return points(moved) if measure.unit == "%" else change(moved, measure.unit)


def measure_parts(numerator: float | None, denominator: float | None, measure: Measure) -> str:
    """What a ratio was divided from, with what was counted: 3 ÷ 9 项, 120 小时 ÷ 15 人."""
    above, below = measure.counted
    above = "" if above == below else f" {above}"
    return f"{number(numerator)}{above} ÷ {number(denominator)} {below}"


def month_label(month: str | None) -> str:
    """2026-03 → 2026年3月."""
    return MISSING if is_missing(month) or not month else months.month_label(month)


def day_label(day: date | str | None) -> str:
    """2026-03-05 → 2026年3月5日; also of the text "2026-03-05" as reference tables hold it."""
    if is_missing(day) or day == "":
        return MISSING
    known = date.fromisoformat(day[:10]) if isinstance(day, str) else day
    return f"{known.year}年{known.month}月{known.day}日"


def days_in(text: str) -> str:
    """``text`` of a query with each 2026-03-05 in it as 2026年3月5日."""
    return re.sub(r"(?<![\w-])\d{4}-\d{2}-\d{2}(?![\w-])", lambda day: day_label(day[0]), text)


def moment_label(moment: datetime | None) -> str:
    """Date and minute: 2026年3月5日 14:07."""
    return MISSING if is_missing(moment) else f"{day_label(moment)} {moment:%H:%M}"


def moment_labels(moments: pd.Series) -> list[str]:
    """``moment_label`` of each of ``moments``, whatever a query holds them as."""
    return [moment_label(each) for each in pd.to_datetime(moments)]


def size_label(size: int) -> str:
    """Bytes as a person says them: 1536 → 1.5 KB."""
    if size < 1024:
        return f"{size} B"
    if size < 1024 * 1024:
        return f"{_plain(size / 1024, 1)} KB"
    return f"{_plain(size / 1024 / 1024, 1)} MB"


def _plain(value: float, digits: int) -> str:
    text = _fixed(value, digits)
    return text.rstrip("0").rstrip(".") if "." in text else text


def _fixed(value: float, digits: int) -> str:
    text = f"{value:,.{digits}f}"
    return text.replace("-", "" if float(text.replace(",", "")) == 0 else MINUS)


def _signed(text: str) -> str:
    is_zero = not any(character in "123456789" for character in text)
    return text if text.startswith(MINUS) or is_zero else "+" + text


def _scale(value: float) -> tuple[int, str]:
    """亿, 万 or ones; 99,999,999 is 1亿, not 10,000万."""
    size = abs(value)
    if round(size / WAN, 2) >= WAN:
        return YI, "亿"
    return (WAN, "万") if round(size, 2) >= WAN else (1, "")


def _in_scale(value: float, scale: tuple[int, str], digits: int) -> str:
    """What is small beside the others keeps four decimals, then its own scale: it is not 0."""
    size, suffix = scale
    scaled = value / size
    text = _plain(scaled, digits if abs(scaled) >= 0.1 or size == 1 else 4)
    if text == "0" and value and size != 1:
        return _in_scale(value, _scale(value), digits)
    return text + suffix
