"""The choice of one unit of either tree, kept in the address by its code."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from dashboard import data
from dashboard.components.addressed import addressed_select
from dashboard.components.unit_places import TREES
from dashboard.format import day_label, is_missing


def unit_select(units: pd.DataFrame) -> str:
    """A unit of either tree by name or code; its code is ?unit= in the address.

    By default the first that reports KPIs.
    """
    labels = {row["unit_id"]: _label(row) for row in units.to_dict("records")}
    reporting = set(data.query("unit_reporting")["unit_id"])
    first = next((each for each in labels if each in reporting), next(iter(labels)))
    return addressed_select(
        "单位（输入名称、曾用名或代码查找，两棵组织树都可以）",
        list(labels),
        key="profile_unit",
        param="unit",
        noun="单位",
        default=first,
        format_func=lambda each: labels.get(each, each),
        filter_mode="fuzzy",
    )


def _label(row: Mapping[str, object]) -> str:
    """Name, what it was called before, the day it ended on, tree and code."""
    former = "" if is_missing(row["former_names"]) else f"（原{row['former_names']}）"
    ended = "" if is_missing(row["ended_on"]) else f"（{day_label(row['ended_on'])}撤销）"
    return f"{row['unit_name']}{former}{ended} · {TREES[row['tree']]} · {row['unit_id']}"
