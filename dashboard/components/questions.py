"""What only a person can decide about a file; an answer reads the file again at once."""

from __future__ import annotations

import re

import streamlit as st

from dashboard import format as fmt
from dashboard.components.reading import ANSWERED, choices_of, choose
from dashboard.components.regions import named
from dashboard.escape import markdown
from pipelines.intake.inspection import Inspection, Question

SHOWN = 20
AS_RADIO = 6  # more options than this are easier to choose from a list
_MONTH = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])")


def questions(inspection: Inspection, *, digest: str) -> None:
    """The open questions, and the answers given so far with a way to take each back."""
    given = st.session_state.get(ANSWERED, {}).get(digest, {})
    waiting = [each for each in inspection.questions if each.id not in given]
    if not waiting and not given:
        return
    with st.container(border=True):
        if waiting:
            st.markdown(f"**需要您决定（{len(waiting)} 项）**")
            st.caption("不回答也可以入库，但等待回答的行会暂扣。")
        for question in waiting[:SHOWN]:
            _ask(question, digest)
        if len(waiting) > SHOWN:
            st.caption(f"还有 {len(waiting) - SHOWN} 项，回答上面的之后显示。")
        for question_id, text in list(given.items()):
            _answered(question_id, text, digest)


def _ask(question: Question, digest: str) -> None:
    key = f"answer_{digest}_{question.id}"
    label = markdown(question.text + _waiting_rows(question))
    labels = {each.value: each.label for each in question.options}

    def answer() -> None:
        value = st.session_state[key]
        if value is not None and (labels or _MONTH.fullmatch(value)):
            _keep(question, value, labels.get(value, value), digest)

    if not labels:
        typed = st.text_input(label, key=key, placeholder="例如：2026-03", on_change=answer)
        if typed and not _MONTH.fullmatch(typed):
            st.caption("请写成 2026-03 这样：四位年份、短横线、两位月份。")
    elif len(labels) <= AS_RADIO:
        st.radio(
            label,
            list(labels),
            index=None,
            format_func=lambda value: markdown(labels[value]),
            key=key,
            horizontal=True,
            on_change=answer,
        )
    else:
        st.selectbox(
            label, list(labels), index=None, format_func=labels.get, key=key, on_change=answer
        )


def _waiting_rows(question: Question) -> str:
    if not question.count:
        return ""
    rows = f"：{named(question.rows)}" if 0 < len(question.rows) == question.count else ""
    return f"（{fmt.count(question.count)} 行等待回答{rows}）"


def _keep(question: Question, value: str, label: str, digest: str) -> None:
    held = st.session_state.setdefault(ANSWERED, {}).setdefault(digest, {})
    held[question.id] = f"{question.text} → {label}"
    choose(digest, answers={**choices_of(digest).answers, question.id: value})


def _answered(question_id: str, text: str, digest: str) -> None:
    told, action = st.columns([5, 1], vertical_alignment="center")
    told.caption(markdown(f"已回答：{text}"))
    action.button(
        "改",
        key=f"unanswer_{digest}_{question_id}",
        on_click=_take_back,
        args=(digest, question_id),
    )


def _take_back(digest: str, question_id: str) -> None:
    st.session_state[ANSWERED][digest].pop(question_id)
    answers = dict(choices_of(digest).answers)
    answers.pop(question_id, None)
    choose(digest, answers=answers)
