"""Bordered tiles, four in a row on a desk and two in a row on a phone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal, TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard.format import is_missing

PER_ROW = 4
T = TypeVar("T")


def arrow(now: float | None, before: float | None) -> Literal["up", "down", "off"]:
    """Which way the arrow of a tile points; off without a change."""
    if is_missing(now) or is_missing(before) or now == before:
        return "off"
    return "up" if now > before else "down"


def tiles(items: Sequence[T], *, key: str) -> Iterator[tuple[DeltaGenerator, T]]:
    """A tile for each of ``items``, in their order; ``key`` names the group on its page.

    The style finds the rows by the beginning of their key.
    """
    for start in range(0, len(items), PER_ROW):
        with st.container(key=f"tiles_{key}_{start}"):
            columns = st.columns(PER_ROW)
        for column, item in zip(columns, items[start : start + PER_ROW], strict=False):
            yield column.container(border=True, height="stretch"), item
