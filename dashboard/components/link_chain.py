"""The stations of the fusion chain in a month, and the activities that stand outside it."""

from __future__ import annotations

from functools import partial

import pandas as pd
import streamlit as st

from dashboard.components.tables import csv_download, table
from dashboard.components.trace import Trace, trace_button
from dashboard.format import MISSING, count, day_label, month_label, percent


def headline(month: str, funnel: pd.DataFrame) -> str:
    """The finding: how much of the month is linked. ``funnel``: link_funnel."""
    row = funnel[funnel["month"] == month].iloc[0]
    held, confirmed, suggested = (
        int(row[each]) for each in ("activity_count", "confirmed_count", "suggested_count")
    )
    start = f"{month_label(month)}：{count(held)} 次活动"
    if not confirmed and not suggested:
        return f"{start}都没有挂接，也没有系统建议"
    if confirmed == 0:
        return f"{start}都还没有确认挂接，{count(suggested)} 次有系统建议待确认"
    others = f"另有 {count(suggested)} 次有系统建议待确认" if suggested else "没有待确认的系统建议"
    return f"{start}中 {percent(confirmed / held)} 已确认挂接，{others}"


def carried_sentence(month: str, funnel: pd.DataFrame) -> str:
    """How many of the confirmed follow from decisions for keywords alone; empty for none."""
    row = funnel[funnel["month"] == month].iloc[0]
    carried = int(row["keyword_confirmed_count"])
    if not carried:
        return ""
    confirmed = int(row["confirmed_count"])
    part = "都是" if carried == confirmed else f"中，{count(carried)} 次是"
    return (
        f"已确认的 {count(confirmed)} 次{part}按对关键词的决定自动确认的；"
        "以后入库的活动带同样关键词，照此办理，不用再点。"
    )


def chain_table(month: str, funnel: pd.DataFrame) -> pd.DataFrame:
    """Stations under Chinese names: times, share of activities, the month before."""
    by_month = {row.month: row for row in funnel.itertuples()}
    now = by_month[month]
    before = next((row for each, row in by_month.items() if each != month), None)
    stations = {
        "党建活动": "activity_count",
        "其中：已确认挂接": "confirmed_count",
        "其中：系统建议，待确认": "suggested_count",
    }
    lines = [(label, *_station(now, before, column)) for label, column in stations.items()]
    if now.followed_count or (before is not None and before.followed_count):
        lines.append(("其中：产生督办事项", *_station(now, before, "followed_count")))
        both = _station(now, before, "confirmed_followed_count")
        lines.append(("其中：已确认挂接并产生督办事项", *both))
    else:
        lines.append(("其中：产生督办事项", MISSING, MISSING, MISSING))
    return pd.DataFrame(lines, columns=["环节", "次数", "占活动", "上月次数"])


def _station(now: object, before: object, column: str) -> tuple[str, str, str]:
    value = getattr(now, column)
    share = value / now.activity_count if now.activity_count else None
    earlier = None if before is None else getattr(before, column)
    return count(value), percent(share), count(earlier)


def unlinked(month: str, found: pd.DataFrame) -> None:
    """Activities without any link or suggestion. ``found``: link_none."""
    if found.empty:
        st.markdown("本月每次活动都有挂接或系统建议。")
        return
    st.caption(
        f"{month_label(month)}有 {count(len(found))} 次活动没有挂接，也没有系统建议。"
        "不是每次活动都要挂接业务，例如理论学习、换届；这里只作核对。"
    )
    shown = pd.DataFrame(
        {
            "日期": [day_label(each) for each in pd.to_datetime(found["held_on"])],
            "党组织": found["unit_name"],
            "类型": found["activity_type"],
            "标题": found["title"],
            "关键词": found["keywords"].fillna(""),
            "记录编号": found["record_id"],
        }
    )
    table(shown, alt="没有挂接也没有系统建议的活动", max_rows=8)
    csv_download(shown, file_stem="未挂接活动")
    trace_button(partial(_unlinked_trace, month, found, shown), key="unlinked_trace")


def _unlinked_trace(month: str, found: pd.DataFrame, shown: pd.DataFrame) -> Trace:
    return Trace(
        title=f"没有挂接的活动 · {month_label(month)}",
        definition="当月的活动中，没有已确认的挂接，也没有系统建议的。",
        formula="数活动次数",
        again=f"由下面 {count(len(found))} 行数得 {count(len(found))} 次。",
        rows=found,
        shown=shown,
        stem=f"unlinked_rows_{month}",
    )
