"""融合链: how much of the month's activity is linked to business, and the links to confirm."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import data
from dashboard.catalog import Page
from dashboard.components import empty_state, page_header, source_note, table
from dashboard.components.chain_figures import chain_figures
from dashboard.components.confirmation import show_notices
from dashboard.components.controls import month_select
from dashboard.components.followup_way import activity_items
from dashboard.components.link_chain import carried_sentence, chain_table, headline, unlinked
from dashboard.components.link_decisions import decided_links, tell_of_others
from dashboard.components.link_queue import link_queue
from dashboard.components.page_way import page_way
from dashboard.components.source_choice import month_sources, source_choice
from dashboard.components.sources import as_of
from dashboard.components.step_gaps import step_gaps
from dashboard.components.task_lights import task_lights
from dashboard.escape import markdown
from dashboard.format import month_label

STATIONS = (
    *("activity_count", "link_rate_confirmed", "link_pending_count"),
    *("followed_count", "confirmed_followed_count", "link_rate_suggested"),
)
PAGE = Page(title="融合链", group="看", order=30, url_path="chain")


def render() -> None:
    """The page."""
    months = data.query("months") if data.has_mart() else pd.DataFrame()
    if months.empty:
        page_header("融合链")
        empty_state(
            "还没有可看的月份：没有已入库的业务指标月报。",
            "请到“上传入库”依次提交单位名册、指标库、业务指标月报和党建活动台账。",
        )
        return
    head = st.container()
    show_notices()
    tell_of_others()
    month = month_select(months)
    funnel = data.query("link_funnel", month=month)
    if month not in set(funnel["month"]):
        with head:
            page_header(f"{month_label(month)}：没有党建活动台账，融合链无从谈起")
        empty_state(
            "这个月没有已入库、单位也在名册里的党建活动。",
            "请换一个月份，或到“上传入库”提交党建活动台账；单位写法对不上的见“数据质量”。",
        )
        return
    with head:
        page_header(
            headline(month, funnel),
            "挂接 = 活动内容与某项指标、重点任务或载体有关；系统建议须经人确认。",
        )
    chain_figures(month, data.query("measure_month", month=month), folded=True)
    page_way("看逾期未结的督办事项", "followups", key="way_overdue", month=month, show="overdue")
    _chain(month, funnel)
    st.header("重点任务的同步", anchor="tasks")
    task_lights(month)
    step_gaps(month)
    _queue(month)
    st.header("未挂接的活动", anchor="unlinked")
    unlinked(month, data.query("link_none", month=month))


def _chain(month: str, funnel: pd.DataFrame) -> None:
    st.header("本月的链条", anchor="chain")
    table(
        chain_table(month, funnel),
        alt="融合链各环节的活动次数，占活动的比重和上月次数",
        phone="chain",
    )
    st.markdown(markdown(carried_sentence(month, funnel)))
    activity_items(month)
    source_choice(month_sources(STATIONS, month), month, key="chain_source")
    source_note(
        "单位在名册里的活动每次计一次，同时有已确认和系统建议的计入已确认。"
        "督办事项按“来源编号”等于活动记录编号计，台账没有这样的编号时显示“—”，不是 0；"
        f"指标数月后的变化见“关联分析”。来源：党建活动台账、督办整改台账；{as_of()}。"
    )


def _queue(month: str) -> None:
    st.header("待确认的挂接", anchor="queue")
    st.caption(
        "系统只比对用语：标题、会议关键词、议程与指标名称、别名、分类、对照词，以及活动所到单位"
        "当时在办的重点任务、载体名称。吻合度 0—1，依据写在每一条后面；不是结论。"
    )
    by = st.text_input(
        "确认人岗位", key="by", max_chars=40, placeholder="例如：党建部分析员（填岗位，不填姓名）"
    ).strip()
    link_queue(month, by=by)
    decided_links(by=by)
