"""What the kept association analysis says, in a few words on another page; it never starts one."""

from __future__ import annotations

import streamlit as st

from dashboard import data
from dashboard.associations import evidence_sentences, kpi_labels
from dashboard.components.page_way import page_way
from dashboard.escape import markdown
from pipelines.associations import whole_scope

HEADING = "活动与指标的同向变化"


def kept_evidence() -> None:
    """Sentences of the analysis of all units and months, or that it is not computed yet."""
    months = data.query("months")["month"]
    found = data.runner().outcome(whole_scope(months).key(str(data.build_id())))
    st.subheader(HEADING, anchor="evidence")
    if found is None:
        st.caption("这一版数据的关联分析还没有算过；打开“关联分析”页就开始计算。")
    else:
        pairs = found.frames["pairs"]
        named = pairs.assign(kpi_name=kpi_labels(pairs["kpi"], data.query("kpis")))
        st.markdown("\n".join(f"- {markdown(each)}" for each in evidence_sentences(named)))
        st.caption("全部单位、全部月份；同向变化不等于因果。")
    page_way("看关联分析", "association", key="to_association")
