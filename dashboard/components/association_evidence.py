"""What the association analysis of all units and months says, in a few words on another page."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import data
from dashboard.associations import kpi_labels
from dashboard.components.analysis import analysis
from dashboard.components.page_way import page_way
from dashboard.components.unplaced import lacking
from dashboard.escape import markdown
from dashboard.evidence_words import EvidenceLine, evidence_lines
from pipelines.associations import whole_scope

HEADING = "活动与指标的同向变化"


def association_evidence() -> None:
    """Its sentences; a build that has none yet is analysed in the background, with progress."""
    months = data.query("months")["month"]
    build = str(data.build_id())
    st.subheader(HEADING, anchor="evidence")
    found = analysis(whole_scope(months).key(build), what="分析指标与活动", slot="evidence")
    if found is not None:
        _lines(found.frames["pairs"], build)
    page_way("看关联分析", "association", key="to_association")


def _lines(pairs: pd.DataFrame, build: str) -> None:
    if pairs.empty:
        absent = lacking("activities", "unit_bridge") or "能对上单位的活动记录"
        st.caption(f"还没有能与指标一起看的党建活动：缺{absent}。")
        return
    kpis = data.query("kpis")
    placebos = kpis.loc[kpis["is_placebo"].fillna(False).astype(bool), "kpi_id"]
    named = pairs.assign(
        kpi_name=kpi_labels(pairs["kpi"], kpis), is_placebo=pairs["kpi"].isin(placebos)
    )
    first, *told = evidence_lines(named)
    st.markdown(markdown(first.text))
    if told:
        with st.expander(f"看其中最清楚的 {len(told)} 对"):
            for at, line in enumerate(told):
                _line(line, at, build)
    st.caption("全部单位、全部月份；同向变化不等于因果。")


def _line(line: EvidenceLine, at: int, build: str) -> None:
    """The sentence of a pair with the way to it, on the build that it was found in."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(markdown(line.text))
        page_way(
            "看这一对",
            "association",
            key=f"to_pair_{at}",
            kpi=line.kpi,
            activity=line.activity_type,
            build=build,
        )
