"""What the page 显绩·潜绩 is about: month, group of units and unit; all in the address."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd
import streamlit as st

from dashboard import data
from dashboard.components.addressed import addressed_select
from dashboard.components.association_scope import ALL_PARTY, WHOLE, below_words, unit_groups
from dashboard.components.controls import month_select
from dashboard.components.page import empty_state
from dashboard.format import month_label
from pipelines.associations import ALL
from pipelines.domain.months import last_day


@dataclass(frozen=True, kw_only=True)
class Place:
    """``group``: the administrative units of the chosen subtree, None for all; ``unit``: one of
    them that is looked at alone. ``who`` names what the figures are about."""

    month: str
    group: frozenset[str] | None = field(repr=False)
    group_name: str
    unit: str | None
    unit_name: str | None

    @property
    def units(self) -> frozenset[str] | None:
        """The unit alone, else its group; None: all."""
        return self.group if self.unit is None else frozenset({self.unit})

    @property
    def group_words(self) -> str:
        """The group by name; nothing for all units, who need no name."""
        return "" if self.group is None else self.group_name

    @property
    def who(self) -> str:
        """The unit, else the group."""
        return self.unit_name or self.group_name


def latent_place() -> Place:
    """The choices of a reader; a unit outside the group is told and not taken."""
    months = data.query("months")
    left, middle, right = st.columns(3)
    with left:
        month = month_select(months)
    units = data.query("units", day=last_day(month))
    groups = unit_groups(units, months["month"].max()).drop(ALL_PARTY)
    with middle:
        chosen = addressed_select(
            "看哪些单位",
            list(groups.index),
            key="group",
            default=ALL,
            format_func=lambda each: groups["label"].get(each, each),
            filter_mode="fuzzy",
        )
    group = _units(str(groups["tree"][chosen]), chosen, month)
    if group is not None and not group - {chosen}:
        empty_state(
            f"{month_label(month)}{groups['unit_name'][chosen]}没有下级单位。",
            f"{below_words(groups.loc[chosen])}；请换一个月份或范围。",
        )
    with right:
        unit, names = _unit(group, month)
    return Place(
        month=month,
        group=group,
        group_name=WHOLE if group is None else groups["unit_name"][chosen],
        unit=unit,
        unit_name=None if unit is None else names[unit],
    )


def _units(tree: str, chosen: str, month: str) -> frozenset[str] | None:
    if chosen == ALL:
        return None
    found = data.query("group_units", tree=tree, unit_id=chosen, month=month)
    return frozenset(found["unit_id"])


def _unit(group: frozenset[str] | None, month: str) -> tuple[str | None, pd.Series]:
    index = data.query("attainment_unit_month")
    held = index[index["month"] == month]
    held = held if group is None else held[held["unit_id"].isin(group)]
    names = held.set_index("unit_id")["unit_name"].sort_values()
    unit = addressed_select(
        "突出显示一个单位",
        list(names.index),
        key="unit",
        noun="单位",
        default=None,
        format_func=lambda each: names.get(each, each),
        placeholder="选择单位，看它最近 12 个月",
        filter_mode="fuzzy",
    )
    return unit, names
