"""Words and tables of 一表双考: two sides beside each other, never one sum of both."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dashboard.format import MISSING, is_missing, month_label, number, percent
from pipelines.analysis.assessment import SideResult, balance
from pipelines.analysis.scores import How, bands, rank_intervals, weight_proof

SIDE_LABELS = {"business": "业务", "party": "党建"}
DRIFT = (
    "均衡度只作描述，从不作依据：两条互不相干、各自漂移的序列，82% 的月份里 C 也会大于 0.8；"
    "它高，可能只是两边都高。五个数一起看，不单列其中一个。"
)
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


def veto_sentences(results: Results) -> list[str]:
    """Every veto by name: unit, side, item, rate, floor, and the row it stands in."""
    found = []
    for result in results:
        for _, row in result.vetoes.iterrows():
            sheet = "" if is_missing(row["sheet"]) else f"“{row['sheet']}”"
            file_name = str(row["file_name"]).rpartition(".")[0] or row["file_name"]
            where = f"《{file_name}》{sheet}第 {row['source_row']} 行"
            found.append(
                f"■ {row['unit_name']}触发{SIDE_LABELS[result.side]}否决：{row['item']}得分率 "
                f"{percent(row['rate'])}，低于底线 {percent(row['floor'], 0)}（{where}，"
                f"{row['evaluator']}评）。不得评为“好”，得分不变。"
            )
    return found


def status_words(result: SideResult, unit_id: str) -> str:
    """Shape and words: veto, below the floor, too little weight, or all above the floor."""
    vetoed = result.vetoes.loc[result.vetoes["unit_id"] == unit_id, "item"].unique()
    veto_items = {each.item for each in result.items if each.veto}
    below = [each for each in result.below[unit_id] if each not in veto_items]
    parts = []
    if len(vetoed):
        parts.append(f"■ 否决：{'、'.join(vetoed)}")
    if is_missing(result.total[unit_id]):
        parts.append("○ 缺项过多，不计总分")
    if below:
        parts.append(f"▲ 低于底线：{'、'.join(below)}")
    if not parts:
        reached = int((result.scores.loc[unit_id] >= 100).sum())
        parts.append("● 都过底线" + (f"，{reached} 项达高线" if reached else ""))
    return "；".join(parts)


def units_table(results: Results, names: pd.Series, *, how: How, with_ranks: bool) -> pd.DataFrame:
    """One row a unit in the order of names; both sides beside each other, in points 0–110."""
    table = pd.DataFrame({"单位": names})
    for result in results:
        totals = result.total[names.index]
        table[f"{SIDE_LABELS[result.side]}（分）"] = [_points(each) for each in totals]
    for result in results:
        words = [status_words(result, unit) for unit in names.index]
        table[f"{SIDE_LABELS[result.side]}状态"] = words
    for result in results:
        missing = result.missing_weight[names.index]
        table[f"{SIDE_LABELS[result.side]}缺失权重"] = [percent(each, 0) for each in missing]
    for result in results if with_ranks else ():
        table = table.join(_rank_columns(result, SIDE_LABELS[result.side], how))
    return table


def _points(total: float) -> str:
    return MISSING if is_missing(total) else f"{total:.1f}"


def _rank_columns(result: SideResult, label: str, how: How) -> pd.DataFrame:
    intervals = rank_intervals(result.scores, result.weights, how=how)
    spans = [
        MISSING if np.isnan(low) else f"第 {low:.0f}—{high:.0f} 名"
        for low, high in zip(intervals.low, intervals.high, strict=True)
    ]
    tiers = [f"第 {each} 档" if each else MISSING for each in bands(intervals)]
    columns = {f"{label}名次区间": spans, f"{label}档": tiers}
    return pd.DataFrame(columns, index=result.total.index)


def proven_sentence(result: SideResult, unit_id: str, name: str) -> str:
    """How many units are surely above and below, whatever the weights within ±25 %."""
    label = SIDE_LABELS[result.side]
    if is_missing(result.total[unit_id]):
        return f"{label}：{name}缺项过多，不参加比较。"
    proof = weight_proof(result.scores, result.weights)
    at = result.total.index.get_loc(unit_id)
    higher, lower = int(proof[at].sum()), int(proof[:, at].sum())
    alike = result.scores.isna().eq(result.scores.loc[unit_id].isna()).all(axis=1)
    comparable = int((alike & result.total.notna()).sum()) - 1
    return (
        f"{label}：权重在 ±25% 内怎么调，{name}都高于 {higher} 个单位、低于 {lower} 个单位；"
        f"与其余 {comparable - higher - lower} 个可比单位谁先谁后，取决于权重。"
    )


def balance_table(results: Results, names: pd.Series) -> pd.DataFrame:
    """U₁, U₂, C, T and D of every unit together."""
    found = balance(results[0].total, results[1].total).loc[names.index]
    columns = ("U₁ 业务水平", "U₂ 党建水平", "C 耦合度", "T 共同水平", "D 协调度")
    table = pd.DataFrame({"单位": names})
    for label, column in zip(columns, ("u1", "u2", "c", "t", "d"), strict=True):
        table[label] = [number(each, 2) for each in found[column]]
    return table


def items_table(results: Results) -> pd.DataFrame:
    """The list: side, item, floor, stretch, weight used, reason."""
    return pd.DataFrame(
        [
            {
                "条线": SIDE_LABELS[result.side],
                "项目": each.item,
                "底线（得分率）": percent(each.floor, 0),
                "高线（得分率）": percent(each.stretch, 0),
                "权重": "否决项，不计分" if each.veto else number(result.weights[each.item], 1),
                "理由": each.reason,
            }
            for result in results
            for each in result.items
        ]
    )
