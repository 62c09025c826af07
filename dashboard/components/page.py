"""Head, notes and empty states of a page."""

from __future__ import annotations

import streamlit as st

from dashboard.escape import markdown


def page_header(title: str, subtitle: str | None = None) -> None:
    """A title that states the finding, a subtitle with the qualifier and the unit."""
    st.title(markdown(title), anchor=False)
    if subtitle:
        st.caption(markdown(subtitle))


def empty_state(what: str, next_step: str) -> None:
    """Why there is nothing to see and what to do about it; never an empty chart."""
    st.info(f"**{markdown(what)}**\n\n{markdown(next_step)}")


def source_note(text: str) -> None:
    """Source and as-of of what is above."""
    st.caption(markdown(text))


def error_note(text: object) -> None:
    """Something that did not work, in the words of the AppError."""
    st.error(markdown(text))
