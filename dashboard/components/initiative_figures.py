"""The parts of 项目成效: the verdict of one initiative, its drawing, and where it comes from."""

from __future__ import annotations

from functools import partial

import pandas as pd
import streamlit as st

from dashboard import data
from dashboard.charts.event_time import event_time
from dashboard.components.addressed import addressed_select
from dashboard.components.figure import figure
from dashboard.components.page import source_note
from dashboard.components.sources import as_of
from dashboard.components.tables import csv_download, table
from dashboard.components.trace import Trace, source_rows, trace_button
from dashboard.escape import markdown
from dashboard.format import PERCENT_SIGNS, count
from dashboard.initiatives import (
    Assessed,
    adopters_table,
    chart_title,
    controls_table,
    drawn_events,
    events_table,
    figures_table,
    unresolved_table,
)
from pipelines.analysis.initiative import BANNER
from pipelines.analysis.initiative_list import Initiative, comparison_frame
from pipelines.analysis_runs import Outcome
from pipelines.initiatives import (
    BAND_DRAWS,
    BASE,
    DRAWS,
    WINDOW,
    assessments,
    roster_day,
    run_key,
)

MEANING = (
    "口径：采用单位与有同一指标、同期未采用的对照单位相比。\n\n"
    "算法：采用后各月的平均，减对照单位同期的平均，再扣除两组采用前的差别。"
)
_AFTER = (
    "；灰 = 采用前，浅蓝 = 区间含 0，蓝 = 向好，棕 = 向差。"
    "逐月的点不扣除更早的水平，与标题里的平均不必相等。"
)


def assessed_of(listed: list[Initiative], outcome: Outcome) -> list[Assessed]:
    """The initiatives with what the run says of each, in their order."""
    told = assessments(outcome)
    known = data.query("kpis").drop_duplicates("kpi_id").set_index("kpi_id")
    return [
        Assessed(
            initiative=each,
            found=told[each.code],
            unit=known.at[each.kpi_id, "unit_of_measure"],
            direction=known.at[each.kpi_id, "direction"],
        )
        for each in listed
    ]


def verdict(each: Assessed) -> None:
    """The state and its reasons in words; a banner when a gate has fired."""
    words = "\n".join(f"- {markdown(reason)}" for reason in each.found.reasons)
    if each.found.state == BANNER:
        said = "**采用前已不同：采用后的差别不给数字。** 下图只画采用前各月。"
        st.warning(f"{said}\n\n{words}")
    elif each.found.is_told:
        st.markdown(f"**判断：{each.found.state}**\n\n{words}")
    else:
        st.info(f"**{each.found.state}：不给数字，也不画图。**\n\n{words}")


def drawing(each: Assessed, outcome: Outcome) -> None:
    """Months before and after adoption; nothing when the state allows no drawing."""
    if not (each.found.is_told or each.found.state == BANNER):
        return
    code, events = each.initiative.code, outcome.frames["events"]
    events = drawn_events(events[events["code"] == code], each)
    if events.empty:
        return
    unit = "个百分点" if each.unit in PERCENT_SIGNS else each.unit
    title = chart_title(each, events)
    figure(
        event_time(events, unit=unit, more_is_better=each.direction == "up"),
        title=title,
        subtitle=(
            f"每点为采用单位与对照单位{each.measured}之差（{unit}），以采用前 {BASE} 个月平均为 0；"
            f"竖线为 95% 同时区间{_AFTER if each.found.is_told else '。'}"
        ),
        alt=f"{title}。横轴为距采用的月数，纵轴为采用单位与对照单位之差。",
        table=events_table(events),
        file_stem=f"initiative_{code}",
        source=f"来源：载体台账、业务指标月报、组织对照；{as_of()}",
    )


def lineage(each: Assessed) -> None:
    """从哪来: adopters with the rows of the register, comparison units, settings."""
    with st.expander("从哪来：采用单位、对照单位和设置"):
        st.markdown(MEANING)
        code = each.initiative.code
        frame = data.memo("initiative_frame", lambda: _frame(each.initiative), code=code)
        rows = adopters_table(each, frame)
        st.markdown(f"**采用单位**：{len(rows)} 行载体台账")
        stem = f"initiative_adopters_{code}"
        source_rows(each.initiative.carriers, rows, stem=stem, alt="采用单位和开始月份")
        units = data.query("units").set_index("unit_id")["unit_name"].to_dict()
        others = controls_table(frame, units)
        st.markdown(
            f"**对照单位**：{len(others)} 个有这项指标而未采用的单位；"
            "后来才采用的，采用以前也算对照；缺一半以上月份的不参加比较"
        )
        table(others, alt="对照单位和有数的月数", height=240)
        _figures(each, list(dict.fromkeys(frame["unit"])), units)
        source_note(_settings())


def _figures(each: Assessed, compared: list[str], names: dict[str, str]) -> None:
    """The rows of the KPI of one unit of either side, which can be chosen."""
    if not compared:
        return
    adopted = [unit for unit in each.initiative.starts.index if unit in compared]
    unit_id = addressed_select(
        "看哪个单位的指标原始行",
        sorted(compared, key=lambda unit: names.get(unit, unit)),
        key="initiative_unit",
        default=[*adopted, *compared][0],
        format_func=lambda unit: names.get(unit, unit),
        noun="单位",
        filter_mode="fuzzy",
    )
    found = data.query("kpi_history_rows", unit_id=unit_id, kpi_id=each.initiative.kpi_id)
    stem = f"initiative_figures_{each.initiative.code}"
    source_rows(found, figures_table(found, each.unit), stem=stem, alt="这个单位的这项指标")


def unresolved(carriers: pd.DataFrame) -> None:
    """The carriers that belong to no comparison, and what each lacks; nothing without any."""
    rows = unresolved_table(carriers)
    if rows.empty:
        return
    st.subheader("没有进入比较的载体", anchor="unresolved")
    st.markdown(f"{len(rows)} 个载体缺下列内容，没有算进任何项目。")
    table(rows, alt="没有进入比较的载体和缺什么")
    csv_download(rows, file_stem="initiatives_unresolved")
    trace_button(partial(_unresolved_trace, carriers), key="unresolved_trace")


def _unresolved_trace(carriers: pd.DataFrame) -> Trace:
    rows = carriers[carriers["problem"].notna()]
    return Trace(
        title="没有进入比较的载体",
        definition="载体台账里缺对应指标、单位、开始日期或组织对照的载体。",
        formula="逐行核对，缺一样就不进入比较",
        again=f"共 {len(rows)} 行。",
        rows=rows,
        shown=unresolved_table(carriers),
        stem="initiatives_unresolved_rows",
    )


def _frame(initiative: Initiative) -> pd.DataFrame:
    figures, kpis = (data.query(name) for name in ("kpi_unit_month", "kpis"))
    units = data.query("units", day=roster_day(figures))
    return comparison_frame(initiative, figures, kpis, units)


def _settings() -> str:
    key = run_key(str(data.build_id()))
    return (
        f"设置：采用后最多 {WINDOW[1] + 1} 个月的平均，扣除采用前 3 个月平均和更早平均的影响；"
        f"排列 {count(DRAWS)} 次；图以各单位采用前 {BASE} 个月平均为 0，"
        f"这 {BASE} 个月缺数的单位不画入图中，同时区间抽样 {count(BAND_DRAWS)} 次；"
        f"随机种子 {key.seed}；汇总版本 {key.build_id}；"
        f"结果编号 {key.digest}。"
    )
