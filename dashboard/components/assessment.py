"""Parts of the page 一表双考: the dots of a side, weights tried out, source rows."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from dashboard import data
from dashboard.assessment_unit import Chosen
from dashboard.assessments import (
    DRIFT,
    SIDE_LABELS,
    WAYS,
    Results,
    balance_table,
    grades_table,
    items_table,
)
from dashboard.charts.dots import item_dots
from dashboard.components.figure import figure
from dashboard.components.sources import as_of
from dashboard.components.tables import csv_download
from dashboard.components.trace import Trace
from dashboard.escape import markdown
from dashboard.format import MISSING, count, month_label, number, percent
from dashboard.server.services import services
from pipelines.analysis.assessment import SideResult
from pipelines.analysis.scores import DRAWS, SEED
from pipelines.assessment_rules import AssessmentItem, AssessmentRules
from pipelines.reference import vocabularies

ROW_COLUMNS = {
    "side_label": "条线",
    "item": "项目",
    "evaluator": "评价主体",
    "score": "得分（分）",
    "full_score": "满分（分）",
    "rate": "得分率",
    "tier_label": "层级",
}
DEFINITION = "组织、党员、群众等对本单位各项目的打分，业务、党建两边分开计。"
FORMULA = (
    "得分率 = 得分 ÷ 满分，多个评价主体取平均；在底线记 0 分、在高线记 100 分，最高 110 分；"
    "一边的得分是各项目折算分按权重的平均。"
)


def tried_weights(items: Sequence[AssessmentItem]) -> dict[str, dict[str, float]]:
    """Weights by side as the reader sets them for this look; nothing is stored.

    A side whose weights are all 0 keeps those of the list.
    """
    chosen: dict[str, dict[str, float]] = {}
    with st.expander("试算：如果权重变一变（不保存）"):
        for side, column in zip(SIDE_LABELS, st.columns(2), strict=True):
            column.markdown(f"**{SIDE_LABELS[side]}的权重**")
            own = [each for each in items if each.side == side and not each.veto]
            chosen[side] = {each.item: _weight(column, each) for each in own}
            if not sum(chosen[side].values()):
                column.info("权重不能全为 0，先按原来的权重算。")
                chosen[side] = {each.item: each.weight for each in own}
        st.caption("每边的权重只在本边内按比例折算；离开本页即还原。")
    return chosen


def _weight(place: st.delta_generator.DeltaGenerator, item: AssessmentItem) -> float:
    return place.number_input(
        markdown(item.item),
        min_value=0.0,
        max_value=100.0,
        value=float(item.weight),
        step=5.0,
        format="%.0f",
        key=f"weight_{item.side}_{item.item}",
        help=markdown(item.reason),
    )


def side_dots(result: SideResult, names: pd.Series, unit_id: str, month_text: str) -> None:
    """The items of one side; the chosen unit against floor and stretch."""
    label, name = SIDE_LABELS[result.side], names[unit_id]
    points = result.rates.reset_index().melt("unit_id", var_name="item", value_name="rate")
    points = points.assign(unit_name=points["unit_id"].map(names))
    below = result.below[unit_id]
    title = f"{label}：{name}" + (
        f"有 {len(below)} 项低于底线（{'、'.join(below)}）" if below else "已打分的项目都过底线"
    )
    posts = pd.DataFrame(
        [
            {
                "item": each.item,
                "note": "（否决项）" if each.veto else "",
                "floor": each.floor,
                "stretch": each.stretch,
            }
            for each in result.items
        ]
    )
    figure(
        item_dots(points, posts, unit_id=unit_id),
        title=title,
        subtitle="大点为所选单位（方块 = 低于底线），灰点为其他单位；竖线：棕 = 底线，蓝 = 高线。",
        alt=f"{title}。每行一个项目，横轴为得分率，并标底线和高线。",
        table=_rates_table(result, unit_id),
        file_stem=f"assessment_{result.side}",
        source=f"来源：一表双考打分，{month_text}；{as_of()}",
    )


def _rates_table(result: SideResult, unit_id: str) -> pd.DataFrame:
    rates = result.rates
    return pd.DataFrame(
        [
            {
                "项目": each.item,
                "本单位得分率": percent(rates.loc[unit_id, each.item]),
                "底线": percent(each.floor, 0),
                "高线": percent(each.stretch, 0),
                "全部单位中位数": percent(rates[each.item].median()),
                "折算（分）": "不计分"
                if each.veto
                else number(result.scores.loc[unit_id, each.item], 1),
            }
            for each in result.items
        ]
    )


def scores_trace(rows: pd.DataFrame, unit_id: str) -> Trace:
    """Every scored row of a unit of ``rows`` (assessment_rows): the one chosen on the page, or
    another one chosen in the dialog."""
    names = rows.drop_duplicates("unit_id").set_index("unit_id")["unit_name"].sort_values()
    codes = list(names.index)
    chosen = st.selectbox(
        "看哪个单位的打分",
        codes,
        index=codes.index(unit_id),
        format_func=names.get,
        key=f"scores_trace_{unit_id}",
        filter_mode="fuzzy",
    )
    return unit_scores(rows[rows["unit_id"] == chosen])


def unit_scores(rows: pd.DataFrame, *, stem: str = "assessment_unit") -> Trace:
    """Every scored row of one unit."""
    tiers = {e.code: e.label for e in vocabularies(services().settings)["tier"].entries}
    name, month = rows["unit_name"].iloc[0], rows["month"].iloc[0]
    shown = rows.assign(
        side_label=rows["side"].map(SIDE_LABELS),
        tier_label=[tiers.get(each, each) for each in rows["tier"].fillna(MISSING)],
        rate=[percent(each) for each in rows["score"] / rows["full_score"]],
    )
    for column in ("score", "full_score"):
        shown[column] = [number(each, 2) for each in rows[column]]
    shown = shown[list(ROW_COLUMNS)].rename(columns=ROW_COLUMNS)
    return Trace(
        title=f"{name}的打分 · {month_label(month)}",
        definition=DEFINITION,
        formula=FORMULA,
        again=f"共 {len(rows)} 行打分；各行的得分率折算、加权后即页面上两边的得分。",
        rows=rows,
        shown=shown,
        stem=stem,
    )


def settings_note(results: Results, rules: AssessmentRules, chosen: Chosen, month: str) -> None:
    """Everything that the figures of the page were computed with."""
    weights = "；".join(
        SIDE_LABELS[each.side]
        + " "
        + "、".join(f"{item} {number(weight, 1)}" for item, weight in each.weights.items())
        for each in results
    )
    own = [each for each in (*rules.items, *sum(rules.grades.values(), ())) if each.is_own]
    lists = "含本单位的" if own else "默认"
    drawn = (
        f"名次区间抽样 {count(DRAWS)} 次、权重 ±25%、随机种子 {SEED}；" if chosen.with_ranks else ""
    )
    st.caption(
        markdown(
            f"设置：{month_label(month)}末有效的项目表和等次表（{lists}）；"
            f"得分用{WAYS[chosen.how]}；权重 {weights}；{drawn}汇总版本 {data.build_id()}。"
        )
    )


def item_list(results: Results, rules: AssessmentRules) -> None:
    """Floors, stretches, weights, grades, with reason, source and validity of each."""
    with st.expander("底线、高线、权重、等次和依据"):
        st.dataframe(items_table(results), hide_index=True, alt="考核项目的底线、高线、权重和理由")
        st.dataframe(grades_table(rules.grades), hide_index=True, alt="两边各等次的起点和依据")
        st.caption(
            markdown(
                "折算：得分率在底线记 0 分、在高线记 100 分，最高 110 分；多个评价主体取平均。"
                "一边有分的权重不足三分之二就不计总分。按月末有效的版本。"
                "本单位的项目表和等次表写在存储目录里（文件名见使用说明，列与默认文件相同），"
                "自其生效日起替换同一条线的默认行，刷新页面即生效。"
            )
        )


def balance_note(results: Results, names: pd.Series) -> None:
    """均衡度（描述）, with the sentence why it proves nothing."""
    with st.expander("均衡度（描述）"):
        st.markdown(markdown(DRIFT))
        table = balance_table(results, names)
        st.dataframe(table, hide_index=True, alt="各单位的 U₁、U₂、C、T、D")
        st.caption("U = 总分÷100，最高 1；C = √((1−|U₁−U₂|)·较小÷较大)，T 为两者平均，D = √(C·T)。")
        csv_download(table, file_stem="assessment_balance")
