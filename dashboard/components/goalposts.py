"""The month and the goalposts of the scenario on the latent axis."""

from __future__ import annotations

import streamlit as st

from dashboard import data
from dashboard.components.controls import half_life_choice, month_select, regular_rate_input
from dashboard.positions import Goalposts
from dashboard.server.services import services
from pipelines.analysis.scenario import regular_per_month, steady_stock
from pipelines.reference import rule_pack


def month_and_goalposts() -> tuple[str, Goalposts]:
    """The chosen month, and the rule that the chosen half-life and rate give."""
    left, middle, right = st.columns(3)
    with left:
        month = month_select(data.query("months"))
    with middle:
        half_life = half_life_choice()
    with right:
        rate = regular_rate_input(regular_per_month(rule_pack(services().settings)))
    stock = steady_stock(rate, half_life_months=half_life)
    return month, Goalposts(half_life=half_life, rate=rate, stock=stock)
