"""单位画像: where a unit stands in both trees, its measures, and its KPIs as small drawings."""

from __future__ import annotations

from functools import partial

import pandas as pd
import streamlit as st

from dashboard import data
from dashboard.charts.small_multiples import LIMIT, shared_domain, small_multiples
from dashboard.components.bridge_gap import gap_note
from dashboard.components.followups import followup_items
from dashboard.components.page import empty_state
from dashboard.components.source_choice import Source, source_choice
from dashboard.components.tables import csv_download, table
from dashboard.components.task_lights import ABSENT, running_tasks
from dashboard.components.trace import trace_button
from dashboard.components.unit_lineage import kpi_history_trace
from dashboard.escape import markdown
from dashboard.format import (
    MISSING,
    count,
    day_label,
    is_missing,
    measure_change,
    measure_value,
    month_label,
    number_with_unit,
    percent,
)
from pipelines.domain.months import last_day, month_of, month_range, shift
from pipelines.measures import measures

OWN, BELOW, GONE, BESIDE = "本单位", "下级", "下级（已撤销）", "组织对照"
MONTHS, PER_ROW = 24, 3
HOLIDAY = "节假日"
RATE, ACTUAL = "达成率", "实际数"
EVENT_COLUMNS = ["month", "numbers", "label"]


def relations_of(unit_id: str, month: str) -> dict[str, str]:
    """unit_id → its relation (OWN, BELOW, GONE, BESIDE), of all whose items stand on the page."""
    beside = data.query("unit_partners", unit_id=unit_id, month=month)["unit_id"]
    below = data.query("unit_below", unit_id=unit_id, month=month)
    under = {
        each: BELOW if is_there else GONE
        for each, is_there in zip(below["unit_id"], below["is_there"], strict=True)
    }
    return dict.fromkeys(beside, BESIDE) | under | {unit_id: OWN}


def finding(
    name: str, unit_id: str, relations: dict[str, str], month: str, absent: str | None
) -> str:
    """The month of the unit in one sentence: KPIs, overdue items, key tasks; ``absent``: why the
    unit is not there, in place of its KPIs."""
    own = {each for each, relation in relations.items() if relation != BESIDE}
    figures = data.query("unit_kpis", unit_id=unit_id)
    parts = [kpis_said(figures, month)] if len(figures) and absent is None else []
    parts = [absent] if absent else parts
    items = followup_items(month, relations)
    late = items[items["unit_id"].isin(own) & (items["state"] == "overdue")]
    parts.append(f"督办逾期未结 {len(late)} 项" if len(late) else "没有逾期未结的督办")
    lights = running_tasks(month, relations)
    lights = lights[lights["unit_id"].isin(own)]
    if len(lights):
        absent = int((lights["light"] == ABSENT).sum())
        missing = f"，{absent} 步党建未做" if absent else ""
        parts.append(f"重点任务 {lights['task_id'].nunique()} 项{missing}")
    return f"{name} {month_label(month)}：" + "，".join(parts)


def kpis_said(figures: pd.DataFrame, month: str) -> str:
    """Of the KPIs with a target how many met it; that nothing was reported when nothing was."""
    now = figures[(figures["month"] == month) & ~figures["is_placebo"].fillna(False).astype(bool)]
    if now.empty:
        return "当月没有报送业务指标"
    rates = now["attainment_rate"].dropna()
    if rates.empty:
        return "没有可判断达成的指标"
    return f"{len(rates)} 项有目标的指标中 {int((rates >= 1).sum())} 项达成"


def measures_table(values: pd.DataFrame) -> pd.DataFrame:
    """unit_measures under Chinese names, in the order of the registry."""
    registered = measures()
    rows = []
    for _, row in values[values["measure_id"].isin(list(registered))].iterrows():
        each = registered[row["measure_id"]]
        rows.append(
            {
                "数字": each.label,
                "本月": measure_value(row["value"], each),
                "上月": measure_value(row["previous_value"], each),
                "变化": measure_change(row["value"], row["previous_value"], each),
                "计入行数": count(row["row_count"]),
                "口径": each.definition,
                "不说明什么": each.not_told,
                "_order": list(registered).index(each.id),
            }
        )
    columns = ["数字", "本月", "上月", "变化", "计入行数", "口径", "不说明什么", "_order"]
    return pd.DataFrame(rows, columns=columns).sort_values("_order").drop(columns="_order")


def unit_measures(unit_id: str, month: str, absent: str | None) -> None:
    """Every registered measure that has a value in the month or the one before; ``absent``: why the
    unit has none of its own. A bridge that makes activities too few is told above them."""
    gap_note(_tree(unit_id), unit_id, month)
    values = data.query("unit_measures", unit_id=unit_id, month=month)
    shown = measures_table(values)
    if shown.empty:
        empty_state(
            f"{month_label(month)}和上月都没有可算的数字。",
            f"本单位 {absent}，请换一个当时在册的月份。"
            if absent
            else "请核对活动台账、督办整改台账等是否已提交，单位写法是否与单位名册一致。",
        )
        return
    table(
        shown.drop(columns=["口径", "不说明什么"]),
        alt="本单位（含下级）当月和上月的各项数字",
        max_rows=len(shown),
        phone="unit_measures",
    )
    csv_download(shown, file_stem=f"unit_measures_{month}")
    st.caption(
        "含下级，由原始行重新计算；只与自己的上月比，不与其他单位排名。"
        "口径和不说明什么见下面的“从哪来”和下载的表。"
    )
    source_choice(_sources(unit_id, values), month, key="unit_source")


def unit_name(unit_id: str, month: str) -> str:
    """As it was at the end of ``month``."""
    units = data.query("units", day=last_day(month)).set_index("unit_id")
    return str(units.loc[unit_id, "unit_name"])


def _tree(unit_id: str) -> str:
    return str(data.query("units").set_index("unit_id").loc[unit_id, "tree"])


def _sources(unit_id: str, values: pd.DataFrame) -> list[Source]:
    """The figures of the table that are made of rows of this month or the one before, in the order
    of the table."""
    tree = _tree(unit_id)
    there = (values["row_count"].fillna(0) > 0) | values["previous_value"].notna()
    counted = set(values.loc[there, "measure_id"])
    return [
        Source(label=each.label, measure_id=each.id, tree=tree, unit_id=unit_id)
        for each in measures().values()
        if each.id in counted
    ]


def unit_kpis(unit_id: str, month: str) -> None:
    """At most twelve KPIs of the last 24 months, events marked, and all of them as a table."""
    months = month_range(shift(month, 1 - MONTHS), month)
    figures = data.query("unit_kpis", unit_id=unit_id)
    figures = figures[figures["month"].isin(months)]
    left, right = st.columns(2, vertical_alignment="bottom")
    first = RATE if figures["attainment_rate"].notna().any() else ACTUAL
    what = left.segmented_control(
        "看什么", [RATE, ACTUAL], default=first, required=True, key="show", bind="query-params"
    )
    shared = right.toggle(
        "各图同一纵轴", value=True, key="shared", disabled=what == ACTUAL, bind="query-params",
        help="达成率可以用同一纵轴比高低；实际数单位不同，各图用自己的纵轴。",
    )  # fmt: skip
    drawn = multiples_frame(figures, is_rate=what == RATE)
    events = events_frame(data.query("unit_events", unit_id=unit_id, month=month), months)
    if drawn.empty:
        empty_state(f"最近 {MONTHS} 个月没有可画的{what}。", "没有目标的指标可改看“实际数”。")
    else:
        _drawings(drawn, events, months, is_rate=what == RATE, shared=shared and what == RATE)
        _legend(figures)
    _tables(figures, events, month)
    make = partial(kpi_history_trace, unit_id, unit_name(unit_id, month), months[0], month)
    trace_button(make, key="unit_kpi_trace")


def multiples_frame(figures: pd.DataFrame, *, is_rate: bool) -> pd.DataFrame:
    """``kpi_id, kpi_name, month, value, text, unit`` of every figure, heaviest weight first."""
    value = figures["attainment_rate"] if is_rate else figures["actual"]
    beside = value.groupby(figures["kpi_id"]).agg(list)
    written = [
        percent(v) if is_rate else number_with_unit(v, unit, beside=beside[kpi])
        for v, unit, kpi in zip(value, figures["unit_of_measure"], figures["kpi_id"], strict=True)
    ]
    frame = figures.assign(value=value, text=written, unit=figures["unit_of_measure"])
    frame = frame.dropna(subset=["value"])
    frame = frame.sort_values(["weight", "kpi_id", "month"], ascending=[False, True, True])
    return frame[["kpi_id", "kpi_name", "month", "value", "text", "unit"]]


def events_frame(events: pd.DataFrame, months: list[str]) -> pd.DataFrame:
    """Events that begin in ``months``, holidays left out, numbered from 1 by date."""
    begun = [month_of(day) for day in pd.to_datetime(events["start_on"])]
    found = events.assign(month=begun)
    found = found[found["month"].isin(months) & (found["kind"] != HOLIDAY)]
    return found.assign(number=range(1, len(found) + 1))


def _marks(events: pd.DataFrame) -> pd.DataFrame:
    """One mark a month, with the numbers and names of all events of it."""
    grouped = events.groupby("month", sort=True)
    rows = [(m, ",".join(map(str, g["number"])), "；".join(g["label"])) for m, g in grouped]
    return pd.DataFrame(rows, columns=EVENT_COLUMNS)


def _drawings(
    drawn: pd.DataFrame, events: pd.DataFrame, months: list[str], *, is_rate: bool, shared: bool
) -> None:
    kept = list(dict.fromkeys(drawn["kpi_id"]))[:LIMIT]
    rule = 1.0 if is_rate else None
    values = drawn.loc[drawn["kpi_id"].isin(kept), "value"]
    domain = shared_domain(values, rule) if shared and len(values) else None
    figures = [drawn[drawn["kpi_id"] == kpi] for kpi in kept]
    drawings = small_multiples(
        figures, _marks(events), months=months, domain=domain, rule=rule, is_rate=is_rate
    )
    shown = list(zip(kept, figures, drawings, strict=True))
    for start in range(0, len(shown), PER_ROW):
        places = zip(st.columns(PER_ROW), shown[start : start + PER_ROW], strict=False)
        for column, (kpi, rows, drawing) in places:
            name, own = rows["kpi_name"].iloc[0], rows["unit"].iloc[0]
            unit = "" if is_rate or is_missing(own) else f"（{own}）"
            column.markdown(f"**{markdown(name)}**{markdown(unit)}")
            column.altair_chart(
                drawing,
                alt=f"{name}按月走势，最近 {MONTHS} 个月",
                theme=None,
                key=f"multiple_{kpi}",
            )


def _legend(figures: pd.DataFrame) -> None:
    left_out = figures["kpi_id"].nunique() - LIMIT
    more = f"；另有 {left_out} 项只列在数据表里" if left_out > 0 else ""
    st.caption(
        f"虚横线为目标 100%（实际数没有），点竖线上的数字对应下面的大事记；"
        f"断开处当月没有数{markdown(more)}。"
    )


def _tables(figures: pd.DataFrame, events: pd.DataFrame, month: str) -> None:
    if len(events):
        with st.expander(f"图上的大事记（{len(events)} 件，节假日未标）"):
            table(events_table(events), alt="图上标出的大事记")
    with st.expander("看数据表"):
        shown = kpis_table(figures)
        table(shown, alt="本单位各指标最近 24 个月的数值")
        csv_download(shown, file_stem=f"unit_kpis_{month}")


def events_table(events: pd.DataFrame) -> pd.DataFrame:
    """The marked events under Chinese names."""
    return pd.DataFrame(
        {
            "序号": events["number"],
            "开始": [day_label(day) for day in pd.to_datetime(events["start_on"])],
            "类型": events["kind"],
            "事件": events["label"],
            "范围": events["unit_name"],
        }
    )


def kpis_table(figures: pd.DataFrame) -> pd.DataFrame:
    """unit_kpis under Chinese names, the newest month first."""
    rows = figures.sort_values(["month", "kpi_id"], ascending=[False, True])
    return pd.DataFrame(
        {
            "月份": [month_label(each) for each in rows["month"]],
            "指标": rows["kpi_name"],
            "实际": rows["actual"].round(4),
            "目标": rows["target"].round(4),
            "计量单位": rows["unit_of_measure"].fillna(MISSING),
            "达成率": [percent(v) for v in rows["attainment_rate"]],
        }
    )
