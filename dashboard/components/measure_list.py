"""计算口径: every registered measure, the figures beside them, and what the datasets ask."""

from __future__ import annotations

import streamlit as st

from dashboard.components import definitions
from dashboard.components.measure_lineage import measure_meaning
from dashboard.components.page import source_note
from dashboard.components.tables import csv_download, table
from dashboard.escape import markdown
from pipelines.measures import measure


def show_measures() -> None:
    """The tab 计算口径."""
    frame = definitions.measures_frame()
    st.text(f"共 {len(frame)} 个计算指标，每个都按单位和月份计算，可查到来源行。")
    table(frame, alt="全部计算指标的口径")
    csv_download(frame, file_stem="计算口径")
    labels = frame.set_index("标识")["指标"]
    chosen = st.selectbox("看一个指标的完整口径", labels.index, format_func=labels.get, index=None)
    if chosen:
        measure_meaning(measure(chosen))
    st.text("不按单位和月份逐行计算的数：")
    for each in definitions.MEASURES:
        with st.container(border=True):
            st.markdown(f"**{markdown(each.label)}**　{markdown(each.meaning)}")
            st.text(each.formula)
            source_note(each.limits)
    _burden()


def _burden() -> None:
    frame = definitions.burden_frame()
    asked, required, read = (frame[name].sum() for name in ("约定的列数", "其中必填", "汇总用到"))
    st.text(f"填报负担：约定 {asked} 列，其中必填 {required} 列，汇总用到 {read} 列。")
    source_note(
        "没有的列可以不报；数据只来自已有系统的导出文件，没有填报表单。密级只在入库前检查。"
    )
    table(frame, alt="每张数据表约定、必填和用到的列数")
    csv_download(frame, file_stem="填报负担")
