"""Choices kept in the address by code: a link with ?month=2026-09 opens that month."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

import streamlit as st

from dashboard.escape import markdown

_SEEN, _CHOSEN, _PAGE = "_address_seen", "_address_chosen", "_address_page"


def enter_page(url_path: str) -> None:
    """A page is opened anew: its address decides, else the choice that was last made."""
    if st.session_state.get(_PAGE) != url_path:
        st.session_state[_PAGE] = url_path
        st.session_state[_SEEN] = {}


def addressed_select(
    label: str,
    options: Sequence[str],
    *,
    key: str,
    default: str | None,
    format_func: Callable[[str], str] = str,
    param: str | None = None,
    noun: str | None = None,
    placeholder: str | None = None,
    filter_mode: Literal["fuzzy"] | None = None,
) -> str | None:
    """A selectbox whose value is one of ``options`` (codes), or None when ``default`` is None.

    ``?param=`` (``key`` by default) holds the code; a label is understood too, and the default
    stays out of the address. A code that is not among the options is told as ``noun`` (``label`` by
    default). ``filter_mode`` None: a list short enough to need no typing.
    """
    name = param or key
    seen = st.session_state.setdefault(_SEEN, {})
    chosen = st.session_state.setdefault(_CHOSEN, {})
    wanted = st.query_params.get(name)
    if wanted != seen.get(name):  # a link, or the way back in the browser
        st.session_state[key] = _found(wanted, options, format_func, default)
        if wanted is not None and st.session_state[key] != wanted:
            _tell_unknown(noun or label, wanted, options, format_func)
    elif name not in seen or key not in st.session_state:
        st.session_state[key] = chosen.get(key, default)
    if st.session_state[key] not in options:
        st.session_state[key] = default
    value = st.selectbox(
        label,
        list(options),
        # The session state holds the value; Streamlit warns of a default beside it unless it is 0.
        index=None if default is None else 0,
        format_func=format_func,
        key=key,
        placeholder=placeholder,
        filter_mode=filter_mode,
    )
    chosen[key] = value
    seen[name] = _written(name, None if value == default else value)
    return value


def _found(
    wanted: str | None,
    options: Sequence[str],
    format_func: Callable[[str], str],
    default: str | None,
) -> str | None:
    if wanted in options:
        return wanted
    return next((each for each in options if format_func(each) == wanted), default)


def _tell_unknown(
    noun: str, wanted: str, options: Sequence[str], format_func: Callable[[str], str]
) -> None:
    if all(format_func(each) != wanted for each in options):
        st.info(markdown(f"网址里的{noun}“{wanted[:40]}”这里没有，先显示默认的，请重新选择。"))


def _written(name: str, code: str | None) -> str | None:
    """Put the code into the address, or take it out; only a change is sent to the browser."""
    if code is None:
        if name in st.query_params:
            del st.query_params[name]
    elif st.query_params.get(name) != code:
        st.query_params[name] = code
    return code
