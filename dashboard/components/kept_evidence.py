"""What the kept association analysis says, in a few words on another page; it never starts one."""

from __future__ import annotations

import streamlit as st

from dashboard import data
from dashboard.associations import kpi_labels
from dashboard.components.page_way import page_way
from dashboard.escape import markdown
from dashboard.evidence_words import EvidenceLine, evidence_lines
from pipelines.associations import whole_scope

HEADING = "活动与指标的同向变化"


def kept_evidence() -> None:
    """Sentences of the analysis of all units and months, or that it is not computed yet."""
    months = data.query("months")["month"]
    build = str(data.build_id())
    found = data.runner().outcome(whole_scope(months).key(build))
    st.subheader(HEADING, anchor="evidence")
    if found is None:
        st.caption("这一版数据的关联分析还没有算过；打开“关联分析”页就开始计算。")
    else:
        kpis = data.query("kpis")
        placebos = kpis.loc[kpis["is_placebo"].fillna(False).astype(bool), "kpi_id"]
        pairs = found.frames["pairs"]
        named = pairs.assign(
            kpi_name=kpi_labels(pairs["kpi"], kpis), is_placebo=pairs["kpi"].isin(placebos)
        )
        for at, line in enumerate(evidence_lines(named)):
            _line(line, at, build)
        st.caption("全部单位、全部月份；同向变化不等于因果。")
    page_way("看关联分析", "association", key="to_association")


def _line(line: EvidenceLine, at: int, build: str) -> None:
    """A sentence; that of a pair with the way to it, on the build that it was found in."""
    if line.kpi is None or line.activity_type is None:
        st.markdown(markdown(line.text))
        return
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
