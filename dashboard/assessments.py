"""Words and tables of 一表双考: two sides beside each other, never one sum of both."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
import pandas as pd

from dashboard.format import (
    MISSING,
    count,
    day_label,
    decimals,
    is_missing,
    month_label,
    number,
    percent,
    span,
)
from pipelines.analysis.assessment import SideResult, balance
from pipelines.analysis.scores import How, bands, composite, rank_intervals
from pipelines.assessment_rules import Grade

SIDE_LABELS = {"business": "业务", "party": "党建"}
DRIFT = (
    "均衡度只作描述，从不作依据。论文里常见的耦合度 2√(U₁U₂)÷(U₁+U₂) 会把两条互不相干、各自漂移的"
    "序列在八成以上的月份里算成大于 0.8；下面的 C 已经校正，仍可能只是两边都高。"
    "五个数一起看，不单列其中一个。"
)
WAYS: dict[How, str] = {"arithmetic": "加权平均", "geometric": "均衡口径"}
OTHER: dict[How, How] = {"arithmetic": "geometric", "geometric": "arithmetic"}
Results = tuple[SideResult, SideResult]


def month_sentence(results: Results, month: str) -> str:
    """What fired in the month, on both sides."""
    counts = [
        f"{result.vetoes['unit_id'].nunique()} 个触发{SIDE_LABELS[result.side]}否决"
        for result in results
    ]
    if all(result.vetoes.empty for result in results):
        counts = ["没有单位触发否决"]
    return f"{month_label(month)} {len(results[0].total)} 个单位两边各自打分：{'，'.join(counts)}"


def veto_sentences(results: Results, best: Mapping[str, str]) -> list[str]:
    """Every veto by name: unit, side, item, rate, floor, and the row it stands in.

    ``best``: side → the grade that is out of reach.
    """
    found = []
    barred = "、".join(dict.fromkeys(f"“{best[result.side]}”" for result in results))
    for result in results:
        for _, row in result.vetoes.iterrows():
            sheet = "" if is_missing(row["sheet"]) else f"“{row['sheet']}”"
            file_name = str(row["file_name"]).rpartition(".")[0] or row["file_name"]
            where = f"《{file_name}》{sheet}第 {row['source_row']} 行"
            found.append(
                f"■ {row['unit_name']}触发{SIDE_LABELS[result.side]}否决：{row['item']}得分率 "
                f"{percent(row['rate'])}，低于底线 {percent(row['floor'], 0)}（{where}，"
                f"{row['evaluator']}评）。两边都不得评为{barred}，得分不变。"
            )
    return found


def status_words(result: SideResult) -> dict[str, str]:
    """By unit, in shape and words: veto, below the floor, too little weight, or all above it."""
    veto_items = {each.item for each in result.items if each.veto}
    fired = result.vetoes.groupby("unit_id")["item"].unique().to_dict()
    reached = (result.scores >= 100).sum(axis=1).to_dict()
    return {
        unit: _status(
            vetoed=fired.get(unit, ()),
            below=[each for each in result.below[unit] if each not in veto_items],
            without_total=is_missing(total),
            reached=reached[unit],
        )
        for unit, total in result.total.items()
    }


def _status(*, vetoed: Collection[str], below: list[str], without_total: bool, reached: int) -> str:
    parts = []
    if len(vetoed):
        parts.append(f"■ 否决：{'、'.join(vetoed)}")
    if without_total:
        parts.append("○ 缺项过多，不计总分")
    if below:
        parts.append(f"▲ 低于底线：{'、'.join(below)}")
    return "；".join(parts) or "● 都过底线" + (f"，{reached} 项达高线" if reached else "")


def grade_words(row: Mapping[str, object]) -> str:
    """The grade; where a veto fired, which one, and what it took away if it did."""
    if is_missing(row["grade"]):
        return MISSING
    if not row["vetoes"]:
        return str(row["grade"])
    named = "、".join(f"{SIDE_LABELS[side]}否决“{item}”" for side, item in row["vetoes"])
    if row["grade"] == row["reached"]:
        return f"{row['grade']}（有{named}，本来也不到最好一档）"
    return f"{row['grade']}（得分够“{row['reached']}”，{named}封顶）"


def units_table(
    results: Results, names: pd.Series, grades: pd.DataFrame, *, how: How, with_ranks: bool
) -> pd.DataFrame:
    """One row a unit in the order of names; both sides beside each other, in points 0–110.

    ``grades`` as graded gives them.
    """
    table = pd.DataFrame({"单位": names})
    for result in results:
        totals = result.total[names.index]
        table[f"{SIDE_LABELS[result.side]}（分）"] = [points_text(each) for each in totals]
    for result in results:
        own = grades[grades["side"] == result.side].set_index("unit_id").loc[names.index]
        words = [grade_words(row) for row in own.to_dict("records")]
        table[f"{SIDE_LABELS[result.side]}等次"] = words
    for result in results:
        words = status_words(result)
        table[f"{SIDE_LABELS[result.side]}状态"] = [words[unit] for unit in names.index]
    for result in results if with_ranks else ():
        table = table.join(rank_columns(result, how))
    for result in results:
        label = f"{SIDE_LABELS[result.side]}{WAYS[OTHER[how]]}（分）"
        table[label] = [points_text(each) for each in other_totals(result, how)[names.index]]
    for result in results:
        missing = result.missing_weight[names.index]
        table[f"{SIDE_LABELS[result.side]}缺失权重"] = [percent(each, 0) for each in missing]
    return table


def other_totals(result: SideResult, how: How) -> pd.Series:
    """The totals in the way that is not chosen: 均衡口径 beside the weighted mean, or it beside."""
    totals = composite(result.scores, result.weights, OTHER[how]).total
    return pd.Series(totals, index=result.total.index)


def points_text(total: float) -> str:
    """One decimal, a dash without a total."""
    return decimals(total, 1)


def rank_columns(result: SideResult, how: How) -> pd.DataFrame:
    """Rank interval and band of every unit, as words."""
    label = SIDE_LABELS[result.side]
    intervals = rank_intervals(result.scores, result.weights, how=how)
    spans = [
        MISSING if np.isnan(low) else f"第 {span(count(low), count(high))} 名"
        for low, high in zip(intervals.low, intervals.high, strict=True)
    ]
    tiers = [f"第 {each} 档" if each else MISSING for each in bands(intervals)]
    columns = {f"{label}名次区间": spans, f"{label}档": tiers}
    return pd.DataFrame(columns, index=result.total.index)


def balance_table(results: Results, names: pd.Series) -> pd.DataFrame:
    """U₁, U₂, C, T and D of every unit together."""
    found = balance(results[0].total, results[1].total).loc[names.index]
    columns = ("U₁ 业务水平", "U₂ 党建水平", "C 耦合度", "T 共同水平", "D 协调度")
    table = pd.DataFrame({"单位": names})
    for label, column in zip(columns, ("u1", "u2", "c", "t", "d"), strict=True):
        table[label] = [number(each, 2) for each in found[column]]
    return table


def items_table(results: Results) -> pd.DataFrame:
    """The list: side, item, floor, stretch, weight used, reason, source, validity."""
    return pd.DataFrame(
        [
            {
                "条线": SIDE_LABELS[result.side],
                "项目": each.item,
                "底线（得分率）": percent(each.floor, 0),
                "高线（得分率）": percent(each.stretch, 0),
                "权重": "否决项，不计分" if each.veto else number(result.weights[each.item], 1),
                "理由": each.reason,
                **_validity(each),
            }
            for result in results
            for each in result.items
        ]
    )


def grades_table(steps: Mapping[str, tuple[Grade, ...]]) -> pd.DataFrame:
    """The grades of both sides with the total each begins at."""
    return pd.DataFrame(
        [
            {
                "条线": SIDE_LABELS[side],
                "等次": each.grade,
                "起点": f"{number(each.minimum, 1)} 分",
                "理由": each.reason,
                **_validity(each),
            }
            for side, own in steps.items()
            for each in own
        ]
    )


def _validity(each: object) -> dict[str, str]:
    return {
        "依据": each.source,
        "生效": day_label(each.valid_from),
        "失效": day_label(each.valid_to),
        "来自": "本单位" if each.is_own else "默认",
    }
