"""What was decided on links: keep it, count it, show it and who decided, take it back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import streamlit as st

from dashboard import data
from dashboard.components.confirmation import add_notice
from dashboard.components.page import error_note
from dashboard.components.progress import build_with_progress
from dashboard.escape import markdown
from dashboard.format import moment_label
from pipelines import demo
from pipelines.domain.statements import LinkDecision, SignedLink
from pipelines.errors import AppError, BuildFailed

KINDS = {"kpi": "指标", "key_task": "重点任务", "carrier": "载体"}
STATES = {"confirmed": "● 已确认", "rejected": "■ 已否决"}
DONE = {"confirmed": "已确认", "rejected": "已否决", "withdrawn": "已撤回"}
SHOWN, TOLD = 20, 5
_SEEN, _OWN = "links_seen", "links_own"  # of a session: the newest decision it knows, its own
Names = Mapping[tuple[str, str], str]


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
    """Keep the decisions, build anew, and say ``told`` at the head of the page.

    What somebody else decided before is left as it is, and said with the post and the time.
    """
    try:
        late = data.desk().decide(decisions, by=by)
        own = st.session_state.setdefault(_OWN, set())
        own |= {each.key for each in decisions if each not in late}
        build_with_progress("已保存，正在更新各页…")
    except BuildFailed as error:
        error_note(f"决定已保存，但各页没有更新，仍显示上一版：{error}")
        return
    except AppError as error:
        error_note(error)
        return
    if late:
        names = target_names()
        first = [_forestalled(each, before, names) for each, before in list(late.items())[:TOLD]]
        more = "" if len(late) <= TOLD else f"等 {len(late)} 项"
        add_notice(f"没有保存：{'；'.join(first)}{more}。要改请先在“已作的决定”里撤回。", warn=True)
    kept = len(decisions) - len(late)
    if kept:
        what = told if not late else f"其余 {kept} 项"
        add_notice(f"{DONE[decisions[0].state]}：{what}。各页已更新，可在“已作的决定”里撤回。")
    st.rerun()


def _forestalled(late: LinkDecision, before: SignedLink | None, names: Names) -> str:
    if before is None:
        return f"{_about(late, names)}已经撤回"
    return _told(before, names)


def tell_of_others() -> None:
    """Say what others decided since this session last looked, as its clicks may have met it."""
    signed = data.desk().signed_links()
    newest = max((each.seq for each in signed), default=0)
    seen = st.session_state.get(_SEEN, newest)
    own = st.session_state.pop(_OWN, set())
    st.session_state[_SEEN] = newest
    news = [each for each in signed if each.seq > seen and each.decision.key not in own]
    if news:
        names = target_names()
        told = "；".join(_told(each, names) for each in news[-TOLD:])
        more = "" if len(news) <= TOLD else f"等 {len(news)} 项"
        st.info(
            markdown(
                f"您打开本页之后别人作了决定：{told}{more}。"
                "本页按最新的显示；您刚才若点的是同一项，没有生效，请再看一遍。"
            )
        )


def decided_links(*, by: str) -> None:
    """Decisions that count now with who made them and when, the newest first, to be taken back."""
    made = [each for each in reversed(data.desk().signed_links()) if each.stands]
    shown = sum(each.by == demo.DECIDER for each in made)
    if shown:
        st.caption(
            f"有 {shown} 项决定是演示组织自带的，由“{demo.DECIDER}”签，"
            "代表头几个月的工作；其余建议留给您确认。都可以撤回。"
        )
    with st.expander(f"已作的决定（{len(made)} 项）"):
        if not made:
            st.caption("还没有确认或否决过。确认、否决后列在这里，可以撤回。")
            return
        names, pages, number = target_names(), -(-len(made) // SHOWN), 1
        if pages > 1:
            number = st.number_input(f"第几页（共 {pages} 页）", 1, pages, key="links_page")
        together: dict[tuple[str, datetime, str], list[SignedLink]] = {}
        for each in made:
            together.setdefault((each.by, each.at, each.decision.state), []).append(each)
        for each in made[(number - 1) * SHOWN : number * SHOWN]:
            same = together.pop((each.by, each.at, each.decision.state), [])
            _decided(each, same, names, by=by)


def _decided(of: SignedLink, same: Sequence[SignedLink], names: Names, *, by: str) -> None:
    """One decision; ``same``: all that were made with the same click, under the first of them."""
    each, about = of.decision, _about(of.decision, names)
    told, action = st.columns([5, 2], vertical_alignment="center")
    told.markdown(f"{STATES[each.state]}　{markdown(about)}")
    told.caption(markdown(f"{of.by}，{moment_label(of.at)}{_reason(each)}"))
    # Keys name the decision: a click never meets another one that took its place meanwhile.
    place = action.container(horizontal=True, vertical_alignment="center")
    if place.button("撤回", key=f"link_back_{of.seq}", disabled=not by):
        decide([_taken_back(of)], by=by, told=about)
    if len(same) > 1:
        many = f"同一次的 {len(same)} 项"
        if place.button(f"撤回{many}", key=f"link_back_all_{of.seq}", disabled=not by):
            decide([_taken_back(each) for each in same], by=by, told=many)


def _taken_back(of: SignedLink) -> LinkDecision:
    return replace(of.decision, state="withdrawn", reason="")


def _about(each: LinkDecision, names: Names) -> str:
    subject = f"关键词“{each.keyword}”" if each.keyword else f"活动 {each.record_id}"
    target = names.get((each.target_kind, each.target_id), f"{each.target_id}（已不在库中）")
    return f"{subject} → {target}"


def _told(each: SignedLink, names: Names) -> str:
    of = each.decision
    signed = f"由“{each.by}”于 {moment_label(each.at)} {DONE[of.state]}"
    return f"{_about(of, names)}{signed}{_reason(of)}"


def _reason(of: LinkDecision) -> str:
    return f"，理由：{of.reason}" if of.reason else ""
