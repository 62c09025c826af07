"""从哪来 of a pair: what went into the analysis of one unit, month by month, and its rows."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import data
from dashboard.components.addressed import addressed_select
from dashboard.components.association_breaks import stretches
from dashboard.components.association_scope import scope_words
from dashboard.components.bridge_gap import gap_months, months_sentence
from dashboard.components.page import empty_state, source_note
from dashboard.components.tables import table
from dashboard.components.trace import source_rows
from dashboard.escape import markdown
from dashboard.format import month_label
from dashboard.pair_rows import cells_table, left_out_sentence, month_cells, rows_table
from pipelines.associations import Scope, within

MEANING = (
    "口径：这一对活动和指标在所选范围内逐单位逐月的数；党组织的活动按组织对照的份额计到行政单位。\n\n"
    "算法：去掉各单位自身水平和各月共同变化以后，活动与此后各月指标的关系；"
    "系数、区间、多重比较校正见“关联分析怎样算、怎样读”的说明文件。"
)


def pair_lineage(pair: pd.Series, scope: Scope, build_id: str, *, units: list[str]) -> None:
    """Folded: months and source rows of one of ``units``, settings, seed and build. No units:
    all that report."""
    with st.expander("从哪来"):
        st.markdown(MEANING)
        names = data.query("units").set_index("unit_id")["unit_name"]
        known = units or [e for e in data.query("unit_reporting")["unit_id"] if e in names]
        unit_id = addressed_select(
            "看哪个单位的原始记录",
            known,
            key="association_unit",
            param="unit",
            default=known[0],
            format_func=lambda each: f"{names.get(each, each)} · {each}",
            filter_mode="fuzzy",
        )
        rows = data.query(
            "association_rows",
            unit_id=unit_id,
            kpi_id=pair["kpi"],
            activity_type=pair["activity_type"],
            first_month=scope.first_month,
            last_month=scope.last_month,
        )
        if rows.empty:
            empty_state("这个单位没有这一对的记录。", "请换一个单位，或核对组织对照。")
        else:
            _months(rows, pair, scope, unit_id)
            _rows(rows)
        key = scope.key(build_id)
        source_note(
            f"设置：{scope_words(scope)}，最多领先 {scope.max_lag} 个月；随机种子 {key.seed}；"
            f"汇总版本 {build_id}；结果编号 {key.digest}。"
        )
        gaps = months_sentence(gap_months(scope.first_month, scope.last_month))
        st.caption(markdown(left_out_sentence(data.query("unresolved_rows")) + gaps))


def _months(rows: pd.DataFrame, pair: pd.Series, scope: Scope, unit_id: str) -> None:
    held = data.query("activity_unit_month")
    reported = held.loc[held["unit_id"] == unit_id, ["month"]]
    used = stretches(scope)
    rows, reported = (within(each.assign(unit=unit_id), used) for each in (rows, reported))
    cells = month_cells(rows, scope, reported=reported["month"])
    shown = cells_table(cells, pair, scope)
    st.markdown(f"**各月进入计算的数，{month_label(scope.first_month)}起**")
    st.caption(
        "活动为“—”的月份在这个单位第一条活动记录之前或最后一条之后，不当作 0；指标为“—”的没有报。"
    )
    if unit_id in set(used["unit"]):
        st.caption("这个单位分出或并入过别的单位，只用范围不变的较长一段，其余月份都写“—”。")
    table(shown, alt="这个单位各月进入计算的活动和指标", height=240)


def _rows(rows: pd.DataFrame) -> None:
    st.markdown(f"**来源行，共 {len(rows)} 行**")
    source_rows(rows, rows_table(rows), stem="association_rows", alt="这个单位这一对")
