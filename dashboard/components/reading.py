"""Reading a dropped file in the background: what the person chose, how far it is, what came out."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import time
from concurrent.futures import Future, ThreadPoolExecutor, wait

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from dashboard import data
from dashboard.components.page import error_note
from dashboard.components.progress import reading_progress
from pipelines.errors import AppError, ValidatorUnavailable
from pipelines.intake.choices import Choices
from pipelines.intake.inspection import Inspection

AT_ONCE_SECONDS = 1.5  # most files are read by then and need no progress bar
LEFT_SECONDS = 180  # hidden tabs may ask only once a minute; after that nobody waits any more
TOGETHER = 2  # files that are read at the same time in this process; the others wait
CHOICES, READINGS, DIGESTS, ANSWERED = "choices", "readings", "digests", "answered"


class Stopped(Exception):
    """Raised inside the desk when the person called the reading off or went away."""


class Job:
    """One run of the desk over a file in a thread of its own. ``result`` is set once."""

    def __init__(self, key: str, file: UploadedFile, choices: Choices) -> None:
        self.key = key
        self._step, self.share = "打开文件、找表格", 0.0
        self.stopped = False
        self.seen = time.monotonic()
        self.result: Inspection | str | None = None
        self._work: Future[Inspection] | None = _readers().submit(
            data.desk().inspect, file.name, file.getvalue(), choices, progress=self._report
        )

    def _report(self, step: str, share: float) -> None:
        if self.stopped or time.monotonic() - self.seen > LEFT_SECONDS:
            self.stopped = True
            raise Stopped
        self._step, self.share = step, share

    @property
    def step(self) -> str:
        """What is being done now, in Chinese."""
        waiting = self._work is not None and not self._work.running()
        return "等待前面的文件" if waiting else self._step

    def stop(self) -> None:
        """Let go of the file; the child that reads it ends at its next report."""
        self.stopped = True
        if self._work is not None:
            self._work.cancel()

    def done(self, within: float = 0.0) -> bool:
        """Whether there is a result, or the reading was stopped."""
        self.seen = time.monotonic()
        if self._work is not None and not self.stopped:
            wait([self._work], timeout=within)
            if self._work.done():
                self._keep(self._work)
        return self.stopped or self.result is not None

    def _keep(self, work: Future[Inspection]) -> None:
        """Anything but an AppError goes on, now and whenever the page asks again."""
        try:
            self.result = work.result()
        except Stopped:
            self.stopped = True
        except ValidatorUnavailable as error:
            self.result, self.key = str(error), ""  # the next run tries again
        except AppError as error:
            self.result = str(error)
        self._work = None


@st.cache_resource(show_spinner=False)
def _readers() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=TOGETHER, thread_name_prefix="reading")


def digest_of(file: UploadedFile) -> str:
    """The SHA-256 of the content, computed once per upload."""
    known = st.session_state.setdefault(DIGESTS, {})
    if file.file_id not in known:
        known[file.file_id] = hashlib.sha256(file.getbuffer()).hexdigest()
    return known[file.file_id]


def choices_of(digest: str) -> Choices:
    """What the person decided about this file so far."""
    return st.session_state.setdefault(CHOICES, {}).get(digest, Choices())


def choose(digest: str, **changes: object) -> None:
    """Decide something; the file is read again at once. Another table or decoding starts anew."""
    if {"dataset", "encoding", "delimiter"} & set(changes):
        changes = {"columns": {}, "answers": {}, **changes}
        st.session_state.setdefault(ANSWERED, {}).pop(digest, None)
    made = dataclasses.replace(choices_of(digest), **changes)
    st.session_state[CHOICES][digest] = made


def start_over(digest: str) -> None:
    """Take every decision about this file back and read it again."""
    st.session_state.setdefault(CHOICES, {}).pop(digest, None)
    st.session_state.setdefault(READINGS, {}).pop(digest, None)
    st.session_state.setdefault(ANSWERED, {}).pop(digest, None)


def inspected(file: UploadedFile, digest: str) -> Inspection | str | None:
    """The inspection, the sentence that refuses the file, or None while neither is there yet.

    A file is read once per content, name, choices and state of the store. None shows where the
    reading stands, or that it was called off and how to start again.
    """
    reading = _current(file, digest)
    with st.spinner("正在读取、识别、检查…"):
        done = reading.done(within=AT_ONCE_SECONDS)
    if not done:
        _watch(reading, digest)
        return None
    if reading.stopped:
        st.info("已停止读取，没有保存任何内容。")
        st.button("重新读取", key=f"again_{digest}", on_click=_forget, args=(digest,))
        return None
    return reading.result


def refused(reason: str, digest: str) -> None:
    """Why a file cannot be taken; what the person chose before can be taken back."""
    error_note(reason)
    if choices_of(digest) != Choices():
        label = "撤回上面的选择，重新自动识别"
        st.button(label, key=f"over_{digest}", on_click=start_over, args=(digest,))


def forget_others(digests: set[str]) -> None:
    """Rows, choices and work of files that are no longer on the page leave the session."""
    for digest, reading in st.session_state.get(READINGS, {}).items():
        if digest not in digests:
            reading.stop()
    for name in (READINGS, CHOICES, ANSWERED):
        held = st.session_state.get(name, {})
        for digest in set(held) - digests:
            del held[digest]


def _current(file: UploadedFile, digest: str) -> Job:
    """The reading of this file as things stand; an outdated one is stopped and replaced."""
    readings = st.session_state.setdefault(READINGS, {})
    choices = choices_of(digest)
    desk = data.desk()
    uploads = [(each.upload_id, each.state) for each in desk.uploads()]
    mappings = [(each.fingerprint, dict(each.columns)) for each in desk.mappings()]
    state = (file.name, choices.to_dict(), uploads, mappings)
    key = hashlib.sha256(json.dumps(state).encode()).hexdigest()
    known = readings.get(digest)
    if known is None or known.key != key:
        if known is not None:
            known.stop()
        readings[digest] = Job(key, file, choices)
    return readings[digest]


def _forget(digest: str) -> None:
    st.session_state[READINGS].pop(digest, None)


@st.fragment(run_every=0.5)
def _watch(reading: Job, digest: str) -> None:
    if reading.done():
        st.rerun()
    reading_progress(reading.step, reading.share)
    if st.button("取消", key=f"stop_{digest}"):
        reading.stop()
        st.rerun()
