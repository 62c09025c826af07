"""The pairs that remain after correction, one line each, in full on any width."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import streamlit as st

from dashboard.associations import claim_note, claims_table, pair_sentence
from dashboard.components.tables import csv_download, table
from dashboard.escape import markdown

SHOWN = 8


def claims_list(clear: pd.DataFrame, *, choose: Callable[[str, str], None]) -> None:
    """``clear``: rows of the pairs with ``kpi_name``, the clearest first; ``choose(kpi, type)`` is
    called for the pair that a reader asks for."""
    for at, (_, pair) in enumerate(clear.head(SHOWN).iterrows()):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{markdown(pair_sentence(pair))}**  \n{markdown(claim_note(pair))}")
            st.button(
                "看这一对",
                key=f"claim_{at}",
                on_click=choose,
                args=(pair["kpi"], pair["activity_type"]),
            )
    st.caption("“看这一对”换的是下面[一对一对看](#pair)里的图、单位和来源。")
    more = f"（全部 {len(clear)} 对，上面是前 {SHOWN} 对）" if len(clear) > SHOWN else ""
    with st.expander(f"看数据表{more}"):
        rows = claims_table(clear)
        table(rows, alt="校正后 q ≤ 0.10 的各对")
        csv_download(rows, file_stem="association_claims")
