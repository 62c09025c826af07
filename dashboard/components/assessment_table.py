"""The table of 一表双考 with what must be said above and below it."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard.assessment_unit import Chosen, left_out_sentence, left_out_table, proven_sentence
from dashboard.assessments import Results, units_table, veto_sentences
from dashboard.components.page import error_note
from dashboard.components.tables import csv_download
from dashboard.escape import markdown
from pipelines.analysis.assessment import unlisted
from pipelines.assessment_rules import AssessmentRules

PINNED = {"单位": st.column_config.Column(pinned=True)}
LIMIT = 8  # vetoes that are told in full


def notes(
    results: Results,
    rows: pd.DataFrame,
    rules: AssessmentRules,
    *,
    unknown_rows: int,
) -> None:
    """Lists that are not used; vetoes by name; weights that were tried; what counts nowhere."""
    for each in rules.problems:
        error_note(each)
    best = {side: own[0].grade for side, own in rules.grades.items()}
    vetoes = veto_sentences(results, best)
    if vetoes:
        more = len(vetoes) - LIMIT
        rest = [f"■ 另有 {more} 条，见下表状态一栏。"] if more > 0 else []
        st.warning("\n\n".join(markdown(each) for each in [*vetoes[:LIMIT], *rest]))
    items = rules.items
    listed = {(each.side, each.item): each.weight for each in items}
    used = {(each.side, item): value for each in results for item, value in each.weights.items()}
    if any(listed[key] != value for key, value in used.items()):
        st.info("**试算**：下面按改过的权重计算，不是正式结果，不保存。")
    if unknown_rows:
        st.info(f"有 {unknown_rows} 行打分的单位在单位名册里找不到，没有计入。")
    unknown = unlisted(rows, items)
    if unknown:
        st.info(markdown(f"这些项目不在项目表里，没有计入：{'、'.join(unknown)}。"))


def units(results: Results, names: pd.Series, grades: pd.DataFrame, chosen: Chosen) -> None:
    """Every unit by name, both sides beside each other."""
    table = units_table(results, names, grades, how=chosen.how, with_ranks=chosen.with_ranks)
    st.dataframe(
        table,
        hide_index=True,
        column_config=PINNED,
        alt="各单位业务和党建两边的得分、等次、状态和缺失权重",
    )
    csv_download(table, file_stem="assessment_units")
    way = {"geometric": "均衡口径（加权几何平均，短板扣得更多）", "arithmetic": "加权平均"}
    st.caption(
        f"得分为{way[chosen.how]}，0 分 = 底线，100 分 = 高线，最高 110 分；另一口径列在后面。"
        "等次起点见“底线、高线、权重、等次和依据”。缺失权重 = 没有分的项目占的权重。"
    )


def firmness(results: Results, chosen: Chosen) -> None:
    """What one item more or less would change; with ranks, which pairs hang on no weight."""
    st.subheader("得分有多稳", anchor="ranks")
    if chosen.with_ranks:
        st.caption(
            "区间：每个权重在 ±25% 内随机变动 2,000 次，名次的 5%—95% 范围；"
            "区间完全重叠的归同一档。"
        )
        _proven(results, chosen)
    for each in results:
        st.markdown(markdown(left_out_sentence(each, chosen)))
    with st.expander("逐项去掉看变化"):
        rows = left_out_table(results, chosen)
        st.dataframe(rows, hide_index=True, alt=f"{chosen.name}逐项去掉后的得分和变化")
        csv_download(rows, file_stem="assessment_left_out")


def _proven(results: Results, chosen: Chosen) -> None:
    if chosen.how == "geometric":
        st.markdown("均衡口径下不能逐对证明先后，只看名次区间。")
        return
    for each in results:
        st.markdown(markdown(proven_sentence(each, chosen.unit_id, chosen.name)))
