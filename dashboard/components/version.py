"""The build that a page shows: the one in its address, else the newest, which is put there."""

from __future__ import annotations

import streamlit as st

from dashboard import data
from dashboard.escape import markdown

PARAM = "build"


def addressed_build() -> None:
    """Pin the build of ``?build=`` for this run; a build that is gone is told, an old one too."""
    newest = data.build_id()
    wanted = st.query_params.get(PARAM)
    if wanted is not None and wanted != newest:
        if wanted in data.kept_builds():
            data.pin_build(wanted)
            _tell_old(newest)
        else:
            st.info(markdown(f"网址里的版本 {wanted[:16]} 已经清理，现在显示最新的一版。"))
    shown = data.build_id()
    if shown is not None and wanted != shown:
        st.query_params[PARAM] = shown


def _tell_old(newest: str | None) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.info("这是网址里写明的一版数据，不是最新的。")
        if st.button("看最新的一版", key="newest_build") and newest is not None:
            st.query_params[PARAM] = newest
            st.rerun()
