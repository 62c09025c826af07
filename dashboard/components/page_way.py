"""The way to another page with its choices already made."""

from __future__ import annotations

import streamlit as st

from dashboard.catalog import by_path


def page_way(label: str, url_path: str, *, key: str, **choices: str) -> None:
    """A button that opens the page at ``url_path``; ``choices`` stand in its address by code."""
    if st.button(label, key=key):
        go(url_path, **choices)


def go(url_path: str, **choices: str) -> None:
    """Leave for the page at ``url_path`` with ``choices`` in its address."""
    entry = by_path(url_path)
    st.switch_page(
        st.Page(entry.render, title=entry.page.title, url_path=url_path),
        query_params=choices,
    )
