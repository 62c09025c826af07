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
