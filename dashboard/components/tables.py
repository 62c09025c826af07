"""Tables and charts with their twin, their description and their download."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import altair as alt_
import pandas as pd
import streamlit as st
from streamlit.typing import VegaLiteState

from dashboard.charts.base import Drawn
from dashboard.escape import csv_bytes
from dashboard.format import MISSING

ROW_HEIGHT = 35  # px of a row, and of the head
OnSelect = Literal["ignore", "rerun"] | Callable[[], None]


def csv_download(frame: pd.DataFrame, *, file_stem: str, label: str = "下载 CSV") -> None:
    """A CSV that Excel opens in Chinese and in which no cell runs as a formula."""
    st.download_button(
        label,
        data=lambda: csv_bytes(frame),
        file_name=f"{file_stem}.csv",
        mime="text/csv",
        key=f"csv_{file_stem}",
        on_click="ignore",
    )


def table(
    frame: pd.DataFrame,
    *,
    alt: str,
    height: int | Literal["auto"] = "auto",
    max_rows: int | None = None,
) -> None:
    """A read-only table; ``alt`` says in one sentence what it holds; an empty cell is —.

    ``max_rows``: as high as its rows, more than that are scrolled in place.
    """
    if max_rows is not None:
        height = ROW_HEIGHT * (min(len(frame), max_rows) + 1) + 3
    st.dataframe(frame, hide_index=True, height=height, placeholder=MISSING, alt=alt)


def chart(
    chart: alt_.TopLevelMixin,
    *,
    alt: str,
    table: pd.DataFrame,
    file_stem: str,
    on_select: OnSelect = "ignore",
    theme: Literal["streamlit"] | None = "streamlit",
) -> VegaLiteState | None:
    """The chart with a text for those who cannot see it, its numbers as a table, and a download.

    ``table`` carries Chinese column names. Returns the selection when ``on_select`` is given.
    """
    event = st.altair_chart(Drawn(chart), alt=alt, key=file_stem, on_select=on_select, theme=theme)
    with st.expander("看数据表"):
        st.dataframe(table, hide_index=True, alt=alt)
        csv_download(table, file_stem=file_stem)
    return None if on_select == "ignore" else event
