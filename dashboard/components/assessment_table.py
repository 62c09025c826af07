"""The table of 一表双考 with what must be said above and below it."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard.assessments import Results, proven_sentence, units_table, veto_sentences
from dashboard.components.tables import csv_download
from dashboard.escape import markdown
from pipelines.analysis.assessment import unlisted
from pipelines.analysis.scores import How
from pipelines.reference import AssessmentItem

PINNED = {"单位": st.column_config.Column(pinned=True)}
LIMIT = 8  # vetoes that are told in full


def notes(
    results: Results,
    rows: pd.DataFrame,
    items: tuple[AssessmentItem, ...],
    *,
    unknown_rows: int,
) -> None:
    """Vetoes by name; weights that were tried; items that count nowhere."""
    vetoes = veto_sentences(results)
    if vetoes:
        more = len(vetoes) - LIMIT
        rest = [f"■ 另有 {more} 条，见下表状态一栏。"] if more > 0 else []
        st.warning("\n\n".join(markdown(each) for each in [*vetoes[:LIMIT], *rest]))
    listed = {(each.side, each.item): each.weight for each in items}
    used = {(each.side, item): value for each in results for item, value in each.weights.items()}
    if any(listed[key] != value for key, value in used.items()):
        st.info("**试算**：下面按改过的权重计算，不是正式结果，不保存。")
    if unknown_rows:
        st.info(f"有 {unknown_rows} 行打分的单位在单位名册里找不到，没有计入。")
    unknown = unlisted(rows, items)
    if unknown:
        st.info(markdown(f"这些项目不在项目表里，没有计入：{'、'.join(unknown)}。"))


def units(results: Results, names: pd.Series, how: How, *, with_ranks: bool) -> None:
    """Every unit by name, both sides beside each other."""
    table = units_table(results, names, how=how, with_ranks=with_ranks)
    st.dataframe(
        table,
        hide_index=True,
        column_config=PINNED,
        alt="各单位业务和党建两边的得分、状态和缺失权重",
    )
    csv_download(table, file_stem="assessment_units")
    way = "均衡口径（几何平均）" if how == "geometric" else "加权平均"
    st.caption(f"{way}，0 分 = 底线，100 分 = 高线，最高 110 分；缺失权重 = 没有分的项目占的权重。")


def proven(results: Results, unit_id: str, name: str, how: How) -> None:
    """What the intervals are, and how many pairs of the chosen unit hang on no weight."""
    st.subheader("名次有多稳", anchor="ranks")
    st.caption(
        "区间：每个权重在 ±25% 内随机变动 2,000 次，名次的 5%—95% 范围；区间完全重叠的归同一档。"
    )
    if how == "geometric":
        st.markdown("均衡口径下不能逐对证明先后，只看名次区间。")
        return
    for each in results:
        st.markdown(markdown(proven_sentence(each, unit_id, name)))
