"""关联分析: units that began, ended, were split or merged within the months, and how they count."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import data
from dashboard.components.tables import csv_download, table
from dashboard.format import day_label, is_missing, month_label
from pipelines.associations import Scope, longest_stretches
from pipelines.domain.months import month_of, shift


def association_breaks(scope: Scope, kept: pd.DataFrame) -> None:
    """Folded under a line that says how many; nothing where no unit changed. ``kept [kpi, unit]``:
    what the panels of the analysis hold."""
    changes = data.query(
        "unit_changes",
        tree=scope.tree,
        unit_id=scope.unit_id,
        first_month=scope.first_month,
        last_month=scope.last_month,
    )
    if changes.empty:
        return
    with st.expander(breaks_sentence(changes, kept)):
        shown = breaks_table(changes, kept, stretches(scope), scope)
        table(shown, alt="期内成立、撤销、拆分或合并的单位怎样计入", max_rows=10)
        csv_download(shown, file_stem="association_breaks")
        st.caption(
            "每个代码各是一个序列，前身和承接单位不相接，也不相加。一个单位在所选月份里缺了五分之一以上的，"
            "不计入那项指标；不到五分之一的照算，缺的月份按估计补上，不算进“单位月”。"
            "分出或并入了别的单位而代码没有变的，前后口径不同，只用较长的一段。"
        )


def breaks_sentence(changes: pd.DataFrame, kept: pd.DataFrame) -> str:
    """How many units changed and how many of them are in no panel."""
    units = changes["unit_id"].unique()
    left_out = len(set(units) - set(kept["unit"]))
    told = f"，其中 {left_out} 个缺的月份太多、没有计入" if left_out else ""
    return f"期内有 {len(units)} 个单位成立、撤销、拆分或合并，前后序列不相接{told}：看怎样计入"


def breaks_table(
    changes: pd.DataFrame, kept: pd.DataFrame, cut: pd.DataFrame, scope: Scope
) -> pd.DataFrame:
    """unit_changes under Chinese names, one row a change; ``cut`` as ``longest_stretches``."""
    counts = kept.groupby("unit")["kpi"].nunique()
    why = "缺的月份超过五分之一" if len(kept) else "这个范围数据不足，没有一项指标可算"
    whole, spans = kept["kpi"].nunique(), cut.set_index("unit")
    rows = []
    for _, row in changes.iterrows():
        held = int(counts.get(row["unit_id"], 0))
        how = f"计入 {held}/{whole} 项指标" if held else f"没有计入：{why}"
        if row["change"] == "extent" and row["unit_id"] in spans.index:
            how = f"只用{_span(spans.loc[row['unit_id']], scope)}；{how}"
        rows.append({"单位": row["unit_name"], "变动": _change(row), "怎样计入": how})
    return pd.DataFrame(rows)


def stretches(scope: Scope) -> pd.DataFrame:
    """``longest_stretches`` of the scope, as the analysis cut them."""
    held = data.query("activity_unit_month").rename(columns={"unit_id": "unit"})
    held = held[held["month"].between(scope.first_month, scope.last_month)]
    return longest_stretches(held, data.query("unit_breaks"))


def _change(row: pd.Series) -> str:
    day, others = day_label(row["day"]), row["other_names"]
    if row["change"] == "begun":
        return f"{day}成立" + ("" if is_missing(others) else f"，前身{others}")
    if row["change"] == "ended":
        return f"{day}撤销" + ("" if is_missing(others) else f"，由{others}承接")
    return f"{month_label(month_of(row['day']))}起分出或并入{others}"


def _span(stretch: pd.Series, scope: Scope) -> str:
    first = max(stretch["first_month"], scope.first_month)
    after = stretch["next_month"]
    last = scope.last_month if after > scope.last_month else shift(after, -1)
    return f"{month_label(first)}—{month_label(last)}"
