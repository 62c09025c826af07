"""从哪来 of a stock and its waterfall: coefficients, cells, source rows, settings, seed, build."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from dashboard import data, latent_axis
from dashboard.components.latent_place import Place
from dashboard.components.page import empty_state, source_note
from dashboard.components.tables import csv_download, table
from dashboard.components.trace import source_rows, trace
from dashboard.components.unit_lineage import attainment_trace
from dashboard.escape import markdown
from dashboard.format import month_label
from dashboard.latent_axis import Choice
from dashboard.latent_positions import stock_words
from dashboard.latent_trace import (
    coefficients_table,
    heads_in,
    rows_table,
    totals_sentence,
    trace_of,
)
from pipelines.analysis import latent
from pipelines.analysis.joint import JointFit
from pipelines.domain.months import last_day, shift
from pipelines.latent_runs import Latent

MEANING = (
    "口径：过去的活动预计还会在之后几个月随指标同向变动的幅度，单位是指标的常见波动。\n\n"
    "算法：存量 = Σ 各月次数 × 该月之后各月系数之和；新增、释放同表各列；"
    "每百人 = 存量 ÷ 在岗人数 × 100。"
)


@st.dialog("从哪来", width="large")
def show_latent_lineage(found: Latent, choice: Choice, kpi_name: str, place: Place) -> None:
    """The mean of a group first, then one unit of it down to the lines of its files."""
    fit = found.fits[choice.kpi]
    work = latent.work_of(fit.activity_types, latent_axis.activities())
    units = [each for each in work.axes.units if place.units is None or each in place.units]
    seen = latent.past(work, place.month, fit.max_lag)
    st.markdown(f"**{markdown(stock_words(kpi_name, choice.source))} · {_when(place)}**")
    st.markdown(MEANING)
    if place.unit is None:
        chosen = np.isin(np.array(work.axes.units, dtype=object), units)
        mean, used = latent.mean_contrast(seen, chosen)
        _cells(fit, mean, choice, place, stem="latent_mean", heads=None)
        st.caption(f"以上次数为 {used} 个单位的平均。下面选一个单位，看到它的每一行。")
    unit = place.unit or _one_of(work, seen, units, place.month)
    if unit is not None:
        own = seen[work.axes.units.index(unit)]
        _unit(fit, own, choice, place, unit)
        names = data.query("units").set_index("unit_id")["unit_name"]
        trace(attainment_trace(unit, str(names.get(unit, unit)), place.month))
    key = latent_axis.run_key(found.reach)
    first, last = (
        month_label(str(dict(key.settings)[each])) for each in ("first_month", "last_month")
    )
    source_note(
        f"设置：往后看 {found.reach} 个月，活动按次数计，含补录，全部行政单位一起估计系数"
        f"（{fit.n_units} 个单位、{fit.n_months} 个月），{first}—{last}；随机种子 {key.seed}"
        f"（系数和区间不用随机数）；"
        f"汇总版本 {key.build_id}；结果编号 {key.digest}。"
    )


def _when(place: Place) -> str:
    return markdown(f"{place.who}，{month_label(place.month)}")


def _one_of(work: latent.Work, seen: latent.Floats, units: list[str], month: str) -> str | None:
    """A unit of the group with a stock, chosen inside the dialog."""
    known = {
        unit
        for unit, row in zip(work.axes.units, np.isfinite(seen).all(axis=(1, 2)), strict=True)
        if row
    }
    names = data.query("units", day=last_day(month)).set_index("unit_id")["unit_name"]
    return st.selectbox(
        "看哪个单位的原始记录",
        [each for each in units if each in known],
        index=None,
        format_func=lambda each: str(names.get(each, each)),
        key="latent_lineage_unit",
        placeholder="选一个单位",
    )


def _unit(fit: JointFit, own: latent.Floats, choice: Choice, place: Place, unit: str) -> None:
    rows = data.query(
        "latent_rows", unit_id=unit, first=shift(place.month, -fit.max_lag), last=place.month
    )
    wanted = (rows["kind"] == "heads") | rows["activity_type"].isin(fit.activity_types)
    if choice.source != latent.ALL_TYPES:
        wanted = (rows["kind"] == "heads") | (rows["activity_type"] == choice.source)
    rows = rows[wanted]
    if not np.isfinite(own).all():
        empty_state("这个单位此前的活动记录不够长，没有存量。", "请换一个较晚的月份。")
    else:
        _cells(fit, own, choice, place, stem="latent_cells", heads=heads_in(rows))
    _rows(rows)


def _cells(
    fit: JointFit,
    seen: latent.Floats,
    choice: Choice,
    place: Place,
    *,
    stem: str,
    heads: float | None,
) -> None:
    trace = trace_of(fit, seen, place.month, source=choice.source)
    shown = coefficients_table(trace)
    st.markdown(markdown(totals_sentence(trace, heads)))
    table(shown, alt="各类活动各月的次数、系数和计入的数", height=260)
    csv_download(shown, file_stem=stem, label="下载系数和次数（CSV）")


def _rows(rows: pd.DataFrame) -> None:
    st.markdown(markdown(f"来源行，共 {len(rows)} 行；同月同类的“计入”相加即上表的次数"))
    source_rows(rows, rows_table(rows), stem="latent_rows", alt="这个单位的活动和在岗人数")
