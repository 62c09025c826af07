"""从哪来 of follow-up items: the activity that an item comes from, and from there the way back."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import data
from dashboard.components.addressed import addressed_select
from dashboard.components.followups import STATES, due_label, number_label, state_label
from dashboard.components.link_decisions import target_label
from dashboard.components.page_way import go, page_way
from dashboard.escape import markdown
from dashboard.format import MISSING, day_label, is_missing, moment_label, month_label

LINKS = {"confirmed": "● 已确认", "suggested": "○ 系统建议"}


def item_origin(items: pd.DataFrame, month: str) -> None:
    """Choose an item (?item=), listed in ``month`` or not, and see what it came of."""
    names = dict(zip(items["action_id"], items["text"], strict=True))
    asked = st.query_params.get("item")
    if asked is not None and asked not in names:
        found = data.query("followup_origin", action_id=asked, month=month)
        names |= dict(zip(found["action_id"], found["text"], strict=True))
    if not names:
        return
    chosen = addressed_select(
        "看哪一项从哪来",
        list(names),
        key="item",
        default=None,
        format_func=lambda each: f"{names[each]}　{number_label(each)}",
        noun="事项",
        placeholder="请选择",
        filter_mode="fuzzy",
    )
    if chosen is not None:
        _origin(data.query("followup_origin", action_id=chosen, month=month).iloc[0], month)


def _origin(row: pd.Series, month: str) -> None:
    with st.container(border=True):
        state = "还没有列入台账" if row["state"] not in STATES else state_label(row)
        st.markdown(markdown(f"{row['text']}　{row['unit_name']}"))
        st.caption(
            markdown(
                f"{month_label(month)}末：{state}；时限 {due_label(row)}；责任岗位 "
                f"{_or_missing(row['owner_post'])}；来源 {_or_missing(row['source_kind'])}。"
            )
        )
        st.caption(
            markdown(
                f"台账：{row['file_name']}，{_sheet(row['source_sheet'])}"
                f"第 {row['source_row']} 行；"
                f"批次 {row['upload_id']}，{row['uploaded_by']}于 "
                f"{moment_label(row['uploaded_at'])} 提交。"
            )
        )
        _activity(row)


def _activity(row: pd.Series) -> None:
    """The activity that the item names, with what it is linked to and the way to it."""
    if is_missing(row["source_id"]):
        st.markdown("台账没有写来源编号，看不出由哪次活动产生。")
    elif is_missing(row["record_id"]):
        st.markdown(
            markdown(f"来源编号 {row['source_id']} 不是已入库的活动记录编号，看不出是哪次活动。")
        )
    else:
        st.markdown(markdown(f"由这次活动产生：{_held(row)}"))
        st.markdown(markdown(f"活动的挂接：{linked_sentence(row['record_id'])}"))
        page_way(
            *("到“融合链”看这次活动", "chain"),
            key="way_activity",
            month=row["month"],
            record=row["record_id"],
        )


def linked_sentence(record_id: str) -> str:
    """What an activity is linked to, confirmed or suggested."""
    found = data.query("activity_linked", record_id=record_id)
    parts = [
        f"{LINKS[each.state]} {target_label(each.target_kind, each.target_name)}"
        for each in found.itertuples()
    ]
    return f"{'；'.join(parts)}。" if parts else "没有挂接，也没有系统建议。"


def activity_items(month: str) -> None:
    """Choose an activity of ``month`` that items came of (?record=), see them, go to one."""
    found = data.query("activity_followups", month=month)
    if found.empty:
        return
    first = found.drop_duplicates("record_id").set_index("record_id")
    chosen = addressed_select(
        "看哪次活动产生了什么督办事项",
        list(first.index),
        key="record",
        default=None,
        format_func=lambda each: _held(first.loc[each].rename(each)),
        noun="活动",
        placeholder="请选择",
        filter_mode="fuzzy",
    )
    if chosen is None:
        return
    with st.container(border=True):
        st.markdown(markdown(_held(first.loc[chosen].rename(chosen))))
        st.markdown(markdown(f"挂接：{linked_sentence(chosen)}"))
        for row in found[found["record_id"] == chosen].to_dict("records"):
            _item(pd.Series(row))


def _item(row: pd.Series) -> None:
    state = MISSING if row["state"] not in STATES else state_label(row)
    st.markdown(markdown(f"督办事项：{row['text']}　{row['unit_name']}"))
    st.caption(
        markdown(
            f"{number_label(row['action_id'])}；时限 {due_label(row)}；"
            f"{month_label(row['last_month'])}末：{state}。"
        )
    )
    page_way(
        *("到“督办整改”看这一项", "followups"),
        key=f"way_item_{row['action_id']}",
        month=row["last_month"],
        item=row["action_id"],
    )


def rows_way(found: pd.DataFrame, month: str) -> None:
    """From the rows of a figure, follow-up items or activities that some came of, to an item."""
    column = next((each for each in ("first_action_id", "action_id") if each in found), None)
    if column is None:
        return
    title = "title" if "title" in found else "text"
    names = dict(zip(found[column], found[title], strict=True))
    chosen = st.selectbox(
        "看哪一项督办从哪来",
        list(names),
        index=None,
        format_func=lambda each: f"{names[each]}　{number_label(each)}",
        key="rows_way",
        placeholder="请选择",
        filter_mode="fuzzy",
    )
    if chosen is not None and st.button("到“督办整改”看这一项", key="rows_way_go"):
        go("followups", month=month, item=chosen)


def _held(row: pd.Series) -> str:
    return (
        f"{row['title']}　{row['holder_name']}　{day_label(row['held_on'])}　"
        f"{row.get('record_id', row.name)}"
    )


def _sheet(name: object) -> str:
    return "" if is_missing(name) else f"工作表“{name}”"


def _or_missing(value: object) -> str:
    return MISSING if is_missing(value) else str(value)
