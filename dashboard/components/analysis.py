"""A computed analysis on a page: a kept result at once, else progress that can be called off."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable

import streamlit as st

from dashboard import data
from dashboard.components.page import error_note
from dashboard.escape import markdown
from pipelines.analysis_jobs import Run
from pipelines.analysis_runs import Outcome, RunKey

SOON = 1.0  # seconds within which a result is shown without a bar
POLL = 0.5  # seconds between looks at a run
_WHO, _CANCELLED = "_analysis_who", "_analysis_cancelled"


def analysis(
    key: RunKey,
    *,
    what: str,
    slot: str,
    first: RunKey | None = None,
    meanwhile: Callable[[Outcome], None] | None = None,
) -> Outcome | None:
    """The result of ``key``; None, with the reason on the page, while it is computed and after
    取消 or a failure. ``slot`` names the place: another key in it calls the former one off.

    ``first`` is a quick part of the work, shown by ``meanwhile`` until the whole is there.
    """
    runner, who = data.runner(), _who()
    _take(slot, (key, first) if first else (key,))
    found = runner.outcome(key)
    if found is not None:
        return found
    started = time.monotonic()
    cancelled = st.session_state.get(_CANCELLED) == key
    early = None if first is None else runner.outcome(first)
    if first is not None and early is None and not cancelled:
        quick = runner.ask(first, who)
        if quick.wait(SOON) and quick.state == "done":
            early = runner.outcome(first)
    if cancelled:
        _cancelled(what, slot)
    else:
        run = runner.ask(key, who)
        if run.wait(max(0.0, SOON - (time.monotonic() - started))) and run.state == "done":
            return runner.outcome(key)
        if run.state == "failed":
            _failed(run, slot)
        else:
            _waiting(run, what, slot)
    if early is not None and meanwhile is not None:
        meanwhile(early)
    return None


def _take(slot: str, keys: tuple[RunKey, ...]) -> None:
    """``keys`` are asked for at ``slot`` now; what was asked there before is called off."""
    name = f"_analysis_{slot}"
    for former in st.session_state.get(name, ()):
        if former not in keys:
            data.runner().leave(former, _who())
    st.session_state[name] = keys


def _who() -> str:
    """This browser session among those that wait for a run."""
    return st.session_state.setdefault(_WHO, uuid.uuid4().hex)


@st.fragment(run_every=POLL)
def _waiting(run: Run, what: str, slot: str) -> None:
    if run.ended.is_set():
        st.rerun()
    st.progress(min(max(run.share, 0.0), 1.0), text=f"正在{what}：{markdown(run.step)}")
    if st.button("取消", key=f"cancel_{slot}"):
        st.session_state[_CANCELLED] = run.key
        data.runner().leave(run.key, _who())
        st.rerun()


def _cancelled(what: str, slot: str) -> None:
    st.info(f"已取消{what}，没有结果。")
    if st.button("重新计算", key=f"again_{slot}"):
        del st.session_state[_CANCELLED]
        st.rerun()


def _failed(run: Run, slot: str) -> None:
    error_note(run.error)
    if st.button("重试", key=f"retry_{slot}"):
        data.runner().retry(run.key, _who())
        st.rerun()
