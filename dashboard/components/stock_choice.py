"""Which stock is looked at: KPI, activity type and months ahead; all in the address."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard import data
from dashboard.associations import kpi_labels
from dashboard.components.addressed import addressed_select
from dashboard.latent_axis import Choice
from pipelines.analysis.latent import ALL_TYPES
from pipelines.analysis.latent_fits import REACHES, most_evidence
from pipelines.latent_runs import Latent


def stock_row() -> tuple[int, DeltaGenerator, DeltaGenerator]:
    """The months ahead that a stock counts, ?reach= in the address, and places for KPI and
    activity type, which are known only after the run."""
    left, middle, right = st.columns(3)
    reach = left.segmented_control(
        "存量往后看几个月",
        REACHES,
        default=REACHES[0],
        required=True,
        key="reach",
        bind="query-params",
        help="看得越远，同样多的月份里误差越大。默认 6 个月。",
    )
    return reach, middle, right


def stock_choice(found: Latent, left: DeltaGenerator, right: DeltaGenerator) -> tuple[Choice, str]:
    """The stock with the most evidence unless the reader chose another, and its KPI's name."""
    first_kpi, first_source = most_evidence(found.evidence)
    kpis = data.query("kpis")
    names = dict(zip(kpis["kpi_id"], kpi_labels(kpis["kpi_id"], kpis), strict=True))
    with left:
        kpi = addressed_select(
            "指标",
            list(found.fits),
            key="stock_kpi",
            param="kpi",
            default=first_kpi,
            format_func=lambda each: names.get(each, each),
        )
    with right:
        types = [ALL_TYPES, *found.fits[kpi].activity_types]
        source = addressed_select(
            "哪类活动的存量",
            types,
            key="stock_source",
            param="activity",
            default=first_source if first_source in types else ALL_TYPES,
            format_func=lambda each: "全部活动" if each == ALL_TYPES else each,
        )
    return Choice(kpi=kpi, source=source), names.get(kpi, kpi)
