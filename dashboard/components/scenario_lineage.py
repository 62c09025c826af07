"""从哪来 of the scenario's stock and of the attainment index beside it, unit by unit."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import data
from dashboard.components.latent_place import Place
from dashboard.components.trace import Trace
from dashboard.components.unit_lineage import attainment_trace
from dashboard.format import count, month_label, number
from dashboard.latent_trace import rows_table
from dashboard.positions import Goalposts
from pipelines.analysis.scenario import decay, hill
from pipelines.domain.months import month_index

STOCK, INDEX = "活动存量", "达成指数"
BEGINNING = "0001-01"  # before any month


def scenario_trace(place: Place, posts: Goalposts) -> Trace | None:
    """Stock or index of the unit of the page, or of one chosen in the dialog; None before it is."""
    held = data.query("attainment_unit_month")
    held = held[held["month"] == place.month]
    names = held.set_index("unit_id")["unit_name"].sort_values()
    unit = place.unit or st.selectbox(
        "看哪个单位",
        [each for each in names.index if place.units is None or each in place.units],
        index=None,
        format_func=names.get,
        placeholder="选一个单位",
        key="scenario_trace_unit",
    )
    if unit is None:
        return None
    what = st.segmented_control(
        "看哪个数", [STOCK, INDEX], default=STOCK, required=True, key="scenario_trace_what"
    )
    name = str(names.get(unit, unit))
    if what == INDEX:
        return attainment_trace(unit, name, place.month)
    return _stock(unit, name, place.month, posts)


def _stock(unit: str, name: str, month: str, posts: Goalposts) -> Trace:
    rows = data.query("latent_rows", unit_id=unit, first=BEGINNING, last=month)
    rows = rows[rows["kind"] == "activity"]
    lags = month_index(month) - rows["month"].map(month_index)
    left = decay(posts.half_life) ** lags
    stock = float((rows["amount"] * left).sum())
    said = f"由 {count(len(rows))} 行重算，活动存量为 {number(stock, 1)} 次"
    if posts.slope is not None:
        share = 100 * hill(pd.Series([stock]), half=posts.stock, slope=posts.slope).iloc[0]
        said += f"；饱和程度为 {number(share, 0)}%"
    shown = rows_table(rows).assign(
        早几个月=lags, 还剩几成=left.round(4), 计入存量=(rows["amount"] * left).round(4)
    )
    return Trace(
        title=f"{name} · 情景活动存量 · {month_label(month)}",
        definition="情景，不是估计：计到该单位的全部活动按固定半衰期累计，党组织的活动按份额计。",
        formula=f"Σ 份额 × 0.5 ^（早几个月 ÷ {number(posts.half_life)}）",
        again=f"{said}。",
        rows=rows,
        shown=shown,
        stem=f"scenario_{unit}_{month}",
    )
