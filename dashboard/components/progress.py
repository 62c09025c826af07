"""Work that a person waits for, with what it is doing and how far it is."""

from __future__ import annotations

import streamlit as st

from dashboard import data
from dashboard.escape import markdown
from dashboard.format import percent
from pipelines.desk import BuildReport


def build_with_progress(label: str) -> BuildReport:
    """Build and publish; this page shows the new build afterwards. Raises BuildFailed."""
    bar = st.progress(0.0, text=label)

    def report(step: str, share: float) -> None:
        bar.progress(_within(share), text=f"{label} {markdown(step)}")

    try:
        return data.desk().build(progress=report)
    finally:
        bar.empty()
        data.pin_build()


def reading_progress(step: str, share: float) -> None:
    """Where the reading of a file stands; ``share`` 0–1."""
    st.progress(_within(share), text=markdown(f"正在读取：{step} {percent(_within(share), 0)}"))


def _within(share: float) -> float:
    return min(max(share, 0.0), 1.0)
