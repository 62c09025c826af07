"""What was decided on links: keep it, count it, show it, take it back."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboard import data
from dashboard.components.confirmation import add_notice
from dashboard.components.page import error_note
from dashboard.components.progress import build_with_progress
from dashboard.escape import markdown
from pipelines.domain.statements import LinkDecision
from pipelines.errors import AppError, BuildFailed

KINDS = {"kpi": "指标", "key_task": "重点任务", "carrier": "载体"}
STATES = {"confirmed": "● 已确认", "rejected": "■ 已否决"}
DONE = {"confirmed": "已确认", "rejected": "已否决", "withdrawn": "已撤回"}
SHOWN = 20


def target_names() -> dict[tuple[str, str], str]:
    """What each target is called, with its kind, by kind and id."""
    return {
        (row.target_kind, row.target_id): target_label(row.target_kind, row.target_name)
        for row in data.query("link_targets").itertuples()
    }


def target_label(kind: str, name: str) -> str:
    """指标“单位产值能耗”."""
    return f"{KINDS.get(kind, kind)}“{name}”"


def decide(decisions: Sequence[LinkDecision], *, by: str, told: str) -> None:
    """Keep the decisions, build anew, and say ``told`` at the head of the page."""
    try:
        data.desk().state(decisions, by=by)
        build_with_progress("已保存，正在更新各页…")
    except BuildFailed as error:
        error_note(f"决定已保存，但各页没有更新，仍显示上一版：{error}")
        return
    except AppError as error:
        error_note(error)
        return
    add_notice(f"{DONE[decisions[0].state]}：{told}。各页已更新，可在“已作的决定”里撤回。")
    st.rerun()


def decided_links(*, by: str) -> None:
    """Decisions that count now, the newest first; each can be taken back."""
    made = data.desk().statements().links
    with st.expander(f"已作的决定（{len(made)} 项）"):
        if not made:
            st.caption("还没有确认或否决过。确认、否决后列在这里，可以撤回。")
            return
        names = target_names()
        for at, each in enumerate(reversed(made[-SHOWN:])):
            _decided(at, each, names, by=by)
        if len(made) > SHOWN:
            st.caption(f"只列出最近 {SHOWN} 项，共 {len(made)} 项。")


def _decided(at: int, each: LinkDecision, names: dict[tuple[str, str], str], *, by: str) -> None:
    about = f"关键词“{each.keyword}”" if each.keyword else f"活动 {each.record_id}"
    target = names.get((each.target_kind, each.target_id), f"{each.target_id}（已不在库中）")
    told, action = st.columns([5, 1], vertical_alignment="center")
    told.markdown(f"{STATES[each.state]}　{markdown(f'{about} → {target}')}")
    if action.button("撤回", key=f"link_back_{at}", disabled=not by):
        back = LinkDecision(
            record_id=each.record_id,
            keyword=each.keyword,
            target_kind=each.target_kind,
            target_id=each.target_id,
            state="withdrawn",
        )
        decide([back], by=by, told=f"{about} → {target}")
