"""Tables and charts with their twin, their description and their download."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

import altair as alt_
import pandas as pd
import streamlit as st
from pandas.io.formats.style import Styler
from streamlit.delta_generator import DeltaGenerator
from streamlit.typing import VegaLiteState

from dashboard.charts.base import Drawn
from dashboard.escape import csv_bytes, markdown
from dashboard.format import MISSING, count, in_full

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
    phone: str | None = None,
) -> None:
    """A read-only table; ``alt`` says in one sentence what it holds; an empty cell is —.

    ``max_rows``: as high as its rows, more than that are scrolled in place. ``phone``: a key; the
    rows stand below each other on a phone.
    """
    if max_rows is not None:
        height = ROW_HEIGHT * (min(len(frame), max_rows) + 1) + 3
    desk, below = (st, None) if phone is None else wide_or_narrow(phone)
    desk.dataframe(minus(frame), hide_index=True, height=height, placeholder=MISSING, alt=alt)
    if below is not None:
        with below:
            stacked(rows_lines(frame))


def rows_lines(frame: pd.DataFrame) -> list[str]:
    """Rows as Markdown: the first column, and below it every other cell that holds something."""
    first, *others = frame.columns
    lines = []
    for row in frame.to_dict("records"):
        told = [f"{name} {row[name]}" for name in others if row[name] not in ("", MISSING)]
        lines.append(f"**{markdown(row[first])}**  \n{markdown('，'.join(told))}")
    return lines


def wide_or_narrow(key: str) -> tuple[DeltaGenerator, DeltaGenerator]:
    """Two places of which the style shows one: the first on a desk, the second on a phone, where a
    table of many columns would be scrolled sideways."""
    return st.container(key=f"wide_{key}"), st.container(key=f"narrow_{key}")


def stacked(lines: Sequence[str], *, most: int = 20) -> None:
    """One row below another, as Markdown; what is more than ``most`` is left to the desk."""
    rest = len(lines) - most
    more = [f"- 另有 {count(rest)} 项，在电脑上看全部。"] if rest > 0 else []
    st.markdown("\n".join([*(f"- {each}" for each in lines[:most]), *more]))


def minus(frame: pd.DataFrame) -> pd.DataFrame | Styler:
    """For ``st.dataframe``: numbers below 0 with the minus of all other figures; still numbers."""
    columns = [name for name in frame.select_dtypes("number") if (frame[name] < 0).any()]
    return frame.style.format(in_full, subset=columns) if columns else frame


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
        st.dataframe(minus(table), hide_index=True, placeholder=MISSING, alt=alt)
        csv_download(table, file_stem=file_stem)
    return None if on_select == "ignore" else event
