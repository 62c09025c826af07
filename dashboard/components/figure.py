"""A chart with the sentence that says what it shows."""

from __future__ import annotations

import altair as alt_
import pandas as pd
import streamlit as st

from dashboard.components.tables import OnSelect, chart
from dashboard.escape import markdown


def figure(
    drawing: alt_.LayerChart,
    *,
    title: str,
    subtitle: str,
    alt: str,
    table: pd.DataFrame,
    file_stem: str,
    source: str,
    on_select: OnSelect = "ignore",
) -> None:
    """Title sentence, qualifier and unit, the chart, its table twin, source and as-of.

    The words stand outside the drawing so that they wrap on a phone.
    """
    heading(title, subtitle)
    chart(drawing, alt=alt, table=table, file_stem=file_stem, theme=None, on_select=on_select)
    st.caption(markdown(source))


def heading(title: str, subtitle: str) -> None:
    """A finding in bold and its qualifier below."""
    st.markdown(f"**{markdown(title)}**")
    st.caption(markdown(subtitle))
