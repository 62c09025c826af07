"""Numbers, rates, money and months as a reader sees them; the same on screen, slide and sheet."""

from __future__ import annotations

import math
from datetime import date, datetime

from pipelines.domain import months

MISSING = "—"
WAN = 10_000
YI = 100_000_000

# Money is held in 元; a definition may still name the unit its source was written in.
MONEY_SCALES = {"元": 1, "千元": 1_000, "万元": WAN, "百万元": 1_000_000, "亿元": YI}

# d3-format knows k and M, not 万 and 亿; this is the one expression for all axes.
AXIS_LABEL_EXPR = (
    "abs(datum.value) >= 99995000 ? format(datum.value / 1e8, ',.4~r') + '亿'"
    " : abs(datum.value) >= 10000 ? format(datum.value / 1e4, ',.4~r') + '万'"
    " : format(datum.value, ',.4~r')"
)


def is_missing(value: object) -> bool:
    """None, NaN, NaT, pandas NA and infinities have no figure to show."""
    if value is None:
        return True
    try:
        return not math.isfinite(value)  # type: ignore[arg-type]
    except TypeError:
        return str(value) in {"<NA>", "NaT"}


def _plain(value: float, digits: int) -> str:
    text = f"{value:,.{digits}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _scaled(value: float) -> tuple[float, str]:
    """The figure in 亿, 万 or ones; 99,999,999 is 1亿, not 10,000万."""
    size = abs(value)
    if round(size / WAN, 2) >= WAN:
        return value / YI, "亿"
    if round(size, 2) >= WAN:
        return value / WAN, "万"
    return value, ""


def number(value: float | None, digits: int = 2) -> str:
    """12345.6 → 1.23万; at most ``digits`` decimals, no trailing zeros; missing → —."""
    if is_missing(value):
        return MISSING
    scaled, suffix = _scaled(float(value))
    return _plain(scaled, digits) + suffix


def count(value: float | None) -> str:
    """A number of rows, units or times, in full: 12345 → 12,345."""
    return MISSING if is_missing(value) else _plain(float(value), 0)


def money(value: float | None, digits: int = 2) -> str:
    """Yuan: 123456789 → 1.23亿元."""
    return MISSING if is_missing(value) else number(value, digits) + "元"


def number_with_unit(value: float | None, unit_of_measure: str | None) -> str:
    """A figure with its unit as the KPI dictionary names it.

    Money is shown in 元/万元/亿元 whatever the dictionary's money unit; "%" keeps the figure as
    it was reported (95.3 → 95.3%); anything else takes 万/亿 from 10,000 on.
    """
    if is_missing(value):
        return MISSING
    unit = (unit_of_measure or "").strip()
    if unit in MONEY_SCALES:
        return money(float(value) * MONEY_SCALES[unit])
    if unit in {"%", "％"}:
        return _plain(float(value), 2) + "%"
    return number(value) + unit


def percent(rate: float | None, digits: int = 1) -> str:
    """A rate 0–1: 0.1234 → 12.3%."""
    return MISSING if is_missing(rate) else _fixed(float(rate) * 100, digits) + "%"


def points(difference: float | None, digits: int = 1) -> str:
    """A difference of two rates 0–1, signed: 0.021 → +2.1个百分点. Never written as %."""
    if is_missing(difference):
        return MISSING
    return _signed(_fixed(float(difference) * 100, digits)) + "个百分点"


def change(value: float | None, unit_of_measure: str | None = None) -> str:
    """A difference of two figures, signed: 1234.5 元 → +1,234.5元."""
    if is_missing(value):
        return MISSING
    return _signed(number_with_unit(value, unit_of_measure))


def _fixed(value: float, digits: int) -> str:
    text = f"{value:,.{digits}f}"
    return text.removeprefix("-") if float(text.replace(",", "")) == 0 else text


def _signed(text: str) -> str:
    is_zero = not any(character in "123456789" for character in text)
    return text if text.startswith("-") or is_zero else "+" + text


def month_label(month: str | None) -> str:
    """2026-03 → 2026年3月."""
    return MISSING if is_missing(month) or not month else months.month_label(month)


def day_label(day: date | None) -> str:
    """2026-03-05 → 2026年3月5日."""
    return MISSING if is_missing(day) else f"{day.year}年{day.month}月{day.day}日"


def moment_label(moment: datetime | None) -> str:
    """Date and minute: 2026-03-05 14:07."""
    return MISSING if is_missing(moment) else f"{moment:%Y-%m-%d %H:%M}"


def size_label(size: int) -> str:
    """Bytes as a person says them: 1536 → 1.5 KB."""
    if size < 1024:
        return f"{size} B"
    if size < 1024 * 1024:
        return f"{_plain(size / 1024, 1)} KB"
    return f"{_plain(size / 1024 / 1024, 1)} MB"
