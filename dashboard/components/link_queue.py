"""确认队列: suggested links to confirm or reject, for a keyword, for a target, or one by one."""

from __future__ import annotations

from functools import partial

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard import data
from dashboard.components.link_decisions import decide, target_label
from dashboard.components.page import empty_state
from dashboard.components.tables import csv_download
from dashboard.components.trace import Trace, trace_button
from dashboard.components.unplaced import lacking
from dashboard.escape import markdown
from dashboard.format import count, day_label, is_missing, month_label, number
from dashboard.server.services import services
from pipelines.domain.statements import LinkDecision
from pipelines.reference import vocabularies

BY_KEYWORD, BY_TARGET = "按关键词", "按挂接对象"
GROUPS_SHOWN, RECORDS_SHOWN = 6, 6
WORDS = {"confirmed": "确认", "rejected": "否决"}


def link_queue(month: str, *, by: str) -> None:
    """Suggestions that nobody has decided on; ``by`` is the post that decides."""
    way = st.segmented_control(
        "分组", [BY_KEYWORD, BY_TARGET], default=BY_KEYWORD, required=True, key="link_way"
    )
    if not by:
        st.caption("填写确认人岗位后可以确认或否决。")
    if way == BY_KEYWORD:
        _keywords(data.query("link_keywords", month=month), month, by=by)
    else:
        _targets(month, data.query("link_pending_targets", month=month), by=by)


def _keywords(groups: pd.DataFrame, month: str, *, by: str) -> None:
    if groups.empty:
        absent = lacking("kpi_definitions", "key_tasks")
        what = f"系统拿活动用语与指标库、重点任务、载体比对，现在缺{absent}，提交后会有更多建议。"
        empty_state(
            "没有待确认的关键词。",
            (what if absent else "")
            + "关键词可能都已作过决定，或台账里没有“会议关键词”一列。可改为“按挂接对象”逐条确认。",
        )
        return
    st.caption(
        "对关键词作一次决定，所有带这个关键词的活动都照此办理，以后月份的也是；"
        "单条活动仍可另作决定，以单条为准。"
    )
    chosen = []
    for row in groups.head(GROUPS_SHOWN).itertuples():
        if _keyword(row, month, by=by):
            chosen.append(row)
    if len(groups) > GROUPS_SHOWN:
        st.caption(f"另有 {len(groups) - GROUPS_SHOWN} 组，处理后依次显示。")
    _bulk([_for_keyword(row) for row in chosen], by=by, key="keywords")


def _keyword(row: object, month: str, *, by: str) -> bool:
    target = target_label(row.target_kind, row.target_name)
    with st.container(border=True):
        told, act = _line()
        told.markdown(markdown(f"关键词“{row.keyword}” → {target}"))
        told.caption(
            markdown(
                f"{count(row.keyword_count)} 次活动带这个关键词，其中 {count(row.suggested_count)} "
                f"次系统建议挂接到该指标（本月 {count(row.month_count)} 次）。例：{row.reason}"
            )
        )
        one = f"关键词“{row.keyword}” → {target}（{count(row.keyword_count)} 次活动）"
        # Keys name what is decided: a click never meets another row that moved up meanwhile.
        key = f"{row.keyword}_{row.target_id}"
        picked = act.checkbox("选", key=f"link_pick_{key}")
        _buttons(act, [_for_keyword(row)], by=by, told=one, key=key)
        with told:
            trace_button(partial(_keyword_trace, row, month), key=f"link_trace_{key}")
    return picked


def _keyword_trace(row: object, month: str) -> Trace:
    found = data.query("link_keyword_rows", keyword=row.keyword, target_id=row.target_id)
    suggested = found[found["is_suggested"]]
    return Trace(
        title=f"关键词“{row.keyword}” → {target_label(row.target_kind, row.target_name)}",
        definition="台账“会议关键词”里写了这个关键词的活动，各月都在内；系统只比对用语，建议由人确认。",
        formula="数活动次数",
        again=(
            f"由下面各行数得：{count(len(found))} 次带这个关键词，"
            f"{count(len(suggested))} 次有待确认的系统建议，"
            f"其中本月 {count((suggested['month'] == month).sum())} 次。"
        ),
        rows=found,
        shown=_activities(found).assign(
            系统建议=found["is_suggested"].map({True: "是", False: ""})
        ),
        stem="link_keyword_rows",
    )


def _activities(found: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "记录编号": found["record_id"],
            "党组织": found["unit_name"],
            "日期": [day_label(each) for each in pd.to_datetime(found["held_on"])],
            "标题": found["title"],
            "关键词": found["keywords"].fillna(""),
        }
    )


def _for_keyword(row: object) -> dict[str, str]:
    return {
        "keyword": row.keyword,
        "target_kind": row.target_kind,
        "target_id": row.target_id,
    }


def _targets(month: str, groups: pd.DataFrame, *, by: str) -> None:
    if groups.empty:
        empty_state(
            f"{month_label(month)}没有待确认的系统建议。",
            "建议都已作过决定，或本月活动的标题、关键词和议程与指标、任务、载体没有共同用语。",
        )
        return
    rows = list(groups.itertuples())
    at = st.selectbox(
        "挂接对象", range(len(rows)), format_func=lambda at: _option(rows[at]), filter_mode=None
    )
    _records(month, rows[at], by=by)


def _option(row: object) -> str:
    owner = "" if is_missing(row.unit_name) else f"（{row.unit_name}）"
    label = target_label(row.target_kind, row.target_name)
    return f"{label}{owner}　{count(row.pending_count)} 次待确认"


def _records(month: str, target: object, *, by: str) -> None:
    found = data.query(
        "link_pending_records",
        month=month,
        target_kind=target.target_kind,
        target_id=target.target_id,
    )
    label = target_label(target.target_kind, target.target_name)
    given = [_for_record(row, target) for row in found.itertuples()]
    told, act = _line()
    told.markdown(markdown(f"{label}：{month_label(month)} {len(given)} 次活动待确认"))
    one = f"{len(given)} 次活动 → {label}"
    _buttons(act, given, by=by, told=one, key=f"all_{target.target_id}", all_of=len(given))
    chosen = []
    for row, decision in zip(found.head(RECORDS_SHOWN).itertuples(), given, strict=False):
        if _record(row, decision, label, by=by):
            chosen.append(decision)
    if len(found) > RECORDS_SHOWN:
        st.caption(f"另有 {len(found) - RECORDS_SHOWN} 次，处理后依次显示；全部见下载。")
    _bulk(chosen, by=by, key="records")
    csv_download(_pending_table(found), file_stem="待确认挂接")
    trace_button(partial(_target_trace, label, month, found), key="link_target_trace")


def _target_trace(label: str, month: str, found: pd.DataFrame) -> Trace:
    return Trace(
        title=f"{label}：待确认的挂接 · {month_label(month)}",
        definition="系统按用语建议挂接、还没有人决定的活动；吻合度 0—1，依据写在每一行。",
        formula="数活动次数；吻合度按用语在标题、关键词和议程里的比对，见挂接说明文件",
        again=f"由下面 {count(len(found))} 行数得 {count(len(found))} 次。",
        rows=found,
        shown=_pending_table(found),
        stem="link_pending_rows",
    )


def _record(row: object, decision: dict[str, str], label: str, *, by: str) -> bool:
    with st.container(border=True):
        told, act = _line()
        told.markdown(markdown(f"{row.title}　{row.unit_name}　{day_label(row.held_on)}"))
        words = "" if is_missing(row.keywords) else f"关键词：{row.keywords}。"
        told.caption(markdown(f"{words}吻合度 {number(row.score)}：{row.reason}"))
        one = f"活动 {row.record_id} → {label}"
        picked = act.checkbox("选", key=f"link_pick_{row.record_id}_{decision['target_id']}")
        key = f"{row.record_id}_{decision['target_id']}"
        _buttons(act, [decision], by=by, told=one, key=key)
    return picked


def _for_record(row: object, target: object) -> dict[str, str]:
    return {
        "record_id": row.record_id,
        "target_kind": target.target_kind,
        "target_id": target.target_id,
    }


def _bulk(chosen: list[dict[str, str]], *, by: str, key: str) -> None:
    """Buttons for what is ticked; there only when something is."""
    if chosen:
        told, act = _line()
        told.markdown(f"已勾选 {len(chosen)} 项")
        one = f"勾选的 {len(chosen)} 项"
        _buttons(act, chosen, by=by, told=one, key=key, all_of=len(chosen))


def _line() -> tuple[DeltaGenerator, DeltaGenerator]:
    """Places for the text and for what can be done, side by side where there is room."""
    told, act = st.columns([5, 3], vertical_alignment="center")
    return told, act.container(horizontal=True, vertical_alignment="center")


def _buttons(
    place: DeltaGenerator,
    given: list[dict[str, str]],
    *,
    by: str,
    told: str,
    key: str,
    all_of: int = 0,
) -> None:
    many = f"（{all_of} 项）" if all_of else ""
    for state, word in WORDS.items():
        if place.button(
            f"{word}{many}",
            key=f"link_{state}_{key}",
            type="primary" if state == "confirmed" else "secondary",
            disabled=not by,
        ):
            decide([LinkDecision(**each, state=state) for each in given], by=by, told=told)
    _with_reason(place, given, by=by, told=told, key=key)


def _with_reason(
    place: DeltaGenerator, given: list[dict[str, str]], *, by: str, told: str, key: str
) -> None:
    """Reject and say why, for those who want to: chosen from the vocabulary or written."""
    listed = vocabularies(services().settings)["link_rejection"].entries
    with place.popover("附理由否决", disabled=not by):
        reason = st.selectbox(
            "否决的理由",
            [each.label for each in listed],
            index=None,
            key=f"link_reason_{key}",
            placeholder="选一条，或自己写后按回车",
            accept_new_options=True,
        )
        if st.button("否决", key=f"link_why_{key}", disabled=not (by and reason)):
            made = [LinkDecision(**each, state="rejected", reason=reason) for each in given]
            decide(made, by=by, told=f"{told}，理由：{reason}")


def _pending_table(found: pd.DataFrame) -> pd.DataFrame:
    return _activities(found).assign(吻合度=found["score"], 依据=found["reason"])
