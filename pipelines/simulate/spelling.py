"""Typed columns as people write them: dates, months, numbers, names, vocabulary."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipelines.domain.months import month_label
from pipelines.simulate.model import Organisation

# Spellings of the sources, of which each file uses one after the other.
SPELLINGS = {
    "支部党员大会": ("支部党员大会", "党员大会"),
    "支部委员会会议": ("支部委员会会议", "支委会", "支部委员会"),
    "党课": ("党课", "专题党课"),
    "主题党日": ("主题党日", "主题党日活动"),
    "党建共建": ("党建共建", "联学共建", "党建联建"),
    "研讨": ("研讨", "交流研讨"),
    "规定": ("规定动作",),
    "自选": ("自选动作",),
    "up": ("正向",),
    "down": ("逆向",),
    "band": ("区间",),
    "sum": ("合计",),
    "mean": ("均值",),
    "last": ("时点",),
    "显": ("显绩",),
    "潜": ("潜绩",),
    "open": ("进行中", "办理中", "推进中"),
    "closed": ("已办结", "已销号", "已完成"),
    "business": ("业务",),
    "party": ("党建",),
    "责任区": ("党员责任区",),
}


@dataclass(frozen=True, kw_only=True)
class Names:
    """Identifier → name, for units and KPIs."""

    full: dict[str, str]
    short: dict[str, str]
    kpi: dict[str, str]


Writer = Callable[[pd.Series, Names], pd.Series]


def names_of(organisation: Organisation) -> Names:
    """The names that the files of this organisation use."""
    units = organisation.frames["units"].set_index("unit_id")
    kpis = organisation.frames["kpi_definitions"].set_index("kpi_id")
    return Names(
        full=units["unit_name"].to_dict(),
        short=units["aliases"].to_dict(),
        kpi=kpis["name"].to_dict(),
    )


def _each_once(values: pd.Series, write: Callable[[object], str]) -> pd.Series:
    """Apply ``write`` to every distinct value; missing stays empty."""
    known = {value: write(value) for value in values.dropna().unique()}
    return values.map(known).astype(object).where(values.notna(), "")


def text(values: pd.Series, names: Names) -> pd.Series:
    """As it is, empty where missing."""
    return values.astype(object).where(values.notna(), "")


def full_name(values: pd.Series, names: Names) -> pd.Series:
    """Unit by its full name."""
    return _each_once(values, lambda unit: names.full[str(unit)])


def short_name(values: pd.Series, names: Names) -> pd.Series:
    """Unit by its short name."""
    return _each_once(values, lambda unit: names.short[str(unit)])


def kpi_name(values: pd.Series, names: Names) -> pd.Series:
    """KPI by its name."""
    return _each_once(values, lambda kpi: names.kpi[str(kpi)])


def spelled(values: pd.Series, names: Names) -> pd.Series:
    """Vocabulary codes in the spellings of sources, varied down the file."""
    written = text(values, names).to_numpy()
    result = written.copy()
    row = np.arange(written.size)
    for code, spellings in SPELLINGS.items():
        chosen = written == code
        result[chosen] = np.array(spellings, dtype=object)[row[chosen] % len(spellings)]
    return pd.Series(result, index=values.index)


def tree(values: pd.Series, names: Names) -> pd.Series:
    """Which of the two trees a unit belongs to, in words."""
    return _each_once(values, lambda code: {"admin": "行政单位", "party": "党组织"}[str(code)])


def yes_no(values: pd.Series, names: Names) -> pd.Series:
    """是 or 否."""
    return _each_once(values, lambda value: "是" if value else "否")


def _plain(value: object) -> str:
    return str(value).removesuffix(".0")


def number(values: pd.Series, names: Names) -> pd.Series:
    """1234.5, and 1234 without a decimal point."""
    return _each_once(values, _plain)


def grouped_number(values: pd.Series, names: Names) -> pd.Series:
    """1,234.5 with thousands commas."""
    return _each_once(values, lambda value: f"{value:,}".removesuffix(".0"))


def percent(values: pd.Series, names: Names) -> pd.Series:
    """0.6 as 60%."""
    return _each_once(values, lambda value: f"{value:.0%}")


def month_chinese(values: pd.Series, names: Names) -> pd.Series:
    """2026年3月."""
    return _each_once(values, lambda value: month_label(str(value)))


def date_iso(values: pd.Series, names: Names) -> pd.Series:
    """2026-03-05."""
    return _each_once(values, lambda day: f"{day:%Y-%m-%d}")


def date_slash(values: pd.Series, names: Names) -> pd.Series:
    """2026/3/5."""
    return _each_once(values, lambda day: f"{day.year}/{day.month}/{day.day}")


def date_chinese(values: pd.Series, names: Names) -> pd.Series:
    """2026年3月5日."""
    return _each_once(values, lambda day: f"{day.year}年{day.month}月{day.day}日")


def time_iso(values: pd.Series, names: Names) -> pd.Series:
    """2026-03-05 14:30:00."""
    return _each_once(values, lambda at: f"{at:%Y-%m-%d %H:%M:%S}")


def time_slash(values: pd.Series, names: Names) -> pd.Series:
    """2026/3/5 14:30."""
    return _each_once(values, lambda at: f"{at.year}/{at.month}/{at.day} {at:%H:%M}")


def cell(values: pd.Series, names: Names) -> pd.Series:
    """A cell that a spreadsheet types itself: number or date."""
    return values.astype(object).where(values.notna(), None)
