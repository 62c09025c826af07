"""项目成效: initiatives against comparison units, what may be said and what may not."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import data
from dashboard.catalog import Page
from dashboard.components import csv_download, empty_state, page_header, source_note
from dashboard.components.addressed import addressed_select
from dashboard.components.analysis import analysis
from dashboard.components.initiative_figures import (
    assessed_of,
    drawing,
    lineage,
    unresolved,
    verdict,
)
from dashboard.escape import markdown
from dashboard.initiatives import (
    Assessed,
    counted_sentence,
    list_table,
    subtitle_of,
    title_of,
)
from pipelines.analysis.initiative_list import initiatives
from pipelines.initiatives import run_key

PAGE = Page(title="项目成效", group="看", order=70, url_path="initiatives")
WHAT = "把各项目和未采用的单位比较"
UPLOAD = "请到“上传入库”提交载体台账，写明载体类型、名称、单位、对应指标和开始日期。"
WIDTHS = {"项目": 150, "差别": 170, "95% 区间": 220, "指标": 200, "依据": 420}


def render() -> None:
    """The page."""
    carriers = data.query("initiative_carriers") if data.has_mart() else pd.DataFrame()
    if carriers.empty:
        page_header("项目成效")
        empty_state("还没有项目可看：没有已入库的载体台账。", UPLOAD)
        return
    listed = initiatives(carriers)
    if not listed:
        page_header("项目成效：没有一项可以比较")
        empty_state(
            f"载体台账有 {carriers['carrier_id'].nunique()} 个载体，"
            "没有一个同时对应到指标、单位和开始月份，无从比较。",
            "请按下表补齐后重新上传载体台账；指标写法以指标库的名称、别名或编号为准。",
        )
        unresolved(carriers)
        return
    head = st.container()
    outcome = analysis(run_key(str(data.build_id())), what=WHAT, slot="initiatives")
    if outcome is None:
        with head:
            page_header("项目成效", f"载体台账里共 {len(listed)} 个项目，逐个和未采用的单位比。")
        return
    assessed = assessed_of(listed, outcome)
    each = _chosen(assessed)
    with head:
        page_header(title_of(each), subtitle_of(each))
    verdict(each)
    drawing(each, outcome)
    lineage(each)
    _all(assessed)
    unresolved(carriers)


def _chosen(assessed: list[Assessed]) -> Assessed:
    known = {each.initiative.code: each for each in assessed}
    labels = {code: each.label for code, each in known.items()}
    code = addressed_select(
        "项目（载体类型、名称和对应指标相同的载体算一个项目）",
        list(known),
        key="initiative",
        default=assessed[0].initiative.code,
        format_func=lambda each: labels.get(each, each),
        noun="项目",
        filter_mode="fuzzy",
    )
    return known[code]


def _all(assessed: list[Assessed]) -> None:
    st.subheader("全部项目", anchor="all")
    st.markdown(markdown(counted_sentence(assessed)))
    rows = list_table(assessed)
    widths = {name: st.column_config.Column(width=size) for name, size in WIDTHS.items()}
    alt = "全部项目的状态、差别和依据"
    st.dataframe(rows, hide_index=True, column_config=widths, alt=alt)
    csv_download(rows, file_stem="initiatives")
    source_note(
        "差别 = 采用单位减对照单位，按指标原来的方向；区间是单个项目的 95% 区间。"
        "可以检验的项目一起作多重比较校正，q 不超过 0.05 才写“有差别”。载体结束后仍算已采用。"
    )
