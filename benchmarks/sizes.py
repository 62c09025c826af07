"""The sizes that are measured."""

from __future__ import annotations

from dataclasses import dataclass

GIB = 1024**3


@dataclass(frozen=True, kw_only=True)
class Size:
    """``copies`` organisations of ``units`` × ``months`` × ``kpis``, built ``repeats`` times."""

    name: str
    units: int
    months: int
    kpis: int
    activities_per_unit_month: float
    copies: int = 1
    repeats: int = 1

    @property
    def label(self) -> str:
        """The size in Chinese, e.g. 120 单位 × 36 月 × 13 指标."""
        return f"{self.units * self.copies:,} 单位 × {self.months} 月 × {self.kpis} 指标"


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What one build may take before it is stopped and reported as not fitting."""

    seconds: float = 20 * 60
    bytes: int = 16 * GIB


_MANY = 2_000_000 / (500 * 60)  # activities a month in one unit for 2 million in all

SIZES = {
    size.name: size
    for size in (
        Size(name="S", units=120, months=36, kpis=13, activities_per_unit_month=5.0, repeats=5),
        Size(name="M", units=500, months=60, kpis=20, activities_per_unit_month=_MANY, repeats=3),
        Size(name="L", units=500, months=60, kpis=20, activities_per_unit_month=_MANY, copies=10),
    )
}


@dataclass(frozen=True, kw_only=True)
class FileSize:
    """A file for the intake: so many ``rows``, or about so many ``bytes`` (the other is 0).

    ``by_hand``: as people type it (thousands commas, 2025年3月, percent and unit cells).
    """

    name: str
    label: str
    rows: int = 0
    bytes: int = 0
    by_hand: bool = False
    encoding: str = "utf-8"
    repeats: int = 1


FILES = {
    size.name: size
    for size in (
        FileSize(name="10k", label="1 万行", rows=10_000, repeats=3),
        FileSize(name="1M", label="100 万行", rows=1_000_000, repeats=3),
        FileSize(
            name="1M-hand",
            label="100 万行，手工写法（GB18030）",
            rows=1_000_000,
            by_hand=True,
            encoding="gb18030",
            repeats=3,
        ),
        FileSize(name="10M", label="1,000 万行", rows=10_000_000),
        FileSize(name="1GB", label="1 GB", bytes=10**9),
    )
}
