"""Months as text "2026-03": parse, shift, list."""

from __future__ import annotations

from calendar import monthrange
from datetime import date


def month_of(day: date) -> str:
    """The month that holds ``day``."""
    return f"{day.year:04d}-{day.month:02d}"


def month_index(month: str) -> int:
    """Months since year 0, so that lags are differences."""
    year, number = month.split("-")
    return int(year) * 12 + int(number) - 1


def month_from_index(index: int) -> str:
    """Inverse of month_index."""
    return f"{index // 12:04d}-{index % 12 + 1:02d}"


def shift(month: str, by: int) -> str:
    """The month ``by`` months later (earlier when negative)."""
    return month_from_index(month_index(month) + by)


def month_range(first: str, last: str) -> list[str]:
    """All months from ``first`` to ``last``, both included."""
    return [month_from_index(i) for i in range(month_index(first), month_index(last) + 1)]


def last_day(month: str) -> str:
    """The last day of ``month``, "2026-02-28"; such texts compare as days do."""
    year, number = month.split("-")
    return f"{month}-{monthrange(int(year), int(number))[1]:02d}"


def month_label(month: str) -> str:
    """2026-03 as a reader expects it: 2026年3月."""
    year, number = month.split("-")
    return f"{year}年{int(number)}月"
