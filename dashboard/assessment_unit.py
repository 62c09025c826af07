"""Words and tables of one unit in 一表双考: its grade, how firm its rank is, one item left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dashboard.assessments import (
    OTHER,
    SIDE_LABELS,
    WAYS,
    grade_words,
    other_totals,
    points_text,
    rank_columns,
)
from dashboard.format import MISSING, count, decimals, is_missing, percent, span
from pipelines.analysis.assessment import SideResult
from pipelines.analysis.scores import How, leave_one_out, ranks, weight_proof

MOVED = 0.05  # points; less is no change at one decimal


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """The unit that is looked at and how: ``how`` totals are made, ``with_ranks`` or without."""

    unit_id: str
    name: str
    how: How
    with_ranks: bool


def side_sentence(result: SideResult, grade: Mapping[str, object], chosen: Chosen) -> str:
    """Total, grade, the other way of adding up, missing weight, and the ranks when asked for."""
    label, total = SIDE_LABELS[result.side], result.total[chosen.unit_id]
    missing = percent(result.missing_weight[chosen.unit_id], 0)
    if is_missing(total):
        return f"{label}：缺失权重 {missing}，超过三分之一，不计总分，不评等次。"
    scores = result.scores.loc[chosen.unit_id]
    zeros = [each for each in scores.index if scores[each] <= 0 and result.weights[each] > 0]
    other = f"{points_text(other_totals(result, chosen.how)[chosen.unit_id])} 分"
    if zeros and chosen.how == "arithmetic":
        other += f"（“{'”“'.join(zeros)}”不高于底线，记 0）"
    parts = [
        f"{label}：{points_text(total)} 分，等次{grade_words(grade)}",
        f"{WAYS[OTHER[chosen.how]]} {other}",
        f"缺失权重 {missing}",
    ]
    if chosen.with_ranks:
        row = rank_columns(result, chosen.how).loc[chosen.unit_id]
        parts.append(f"{row[f'{label}名次区间']}（5%—95% 区间），{row[f'{label}档']}")
    return "；".join(parts) + "。"


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
    if not comparable:
        return f"{label}：没有另一个打分项目相同的单位可比。"
    return (
        f"{label}：权重在 ±25% 内怎么调，{name}都高于 {higher} 个单位、低于 {lower} 个单位；"
        f"与其余 {comparable - higher - lower} 个可比单位谁先谁后，取决于权重。"
    )


def left_out(result: SideResult, chosen: Chosen) -> pd.DataFrame:
    """``[item, total, moved, rank]`` of the chosen unit without each weighted item in turn.

    ``total`` 0–110 or NaN, ``moved`` its change in points, ``rank`` 1 for the best.
    """
    totals = leave_one_out(result.scores, result.weights, chosen.how)
    at = result.total.index.get_loc(chosen.unit_id)
    return pd.DataFrame(
        {
            "item": list(result.scores.columns),
            "total": totals[:, at],
            "moved": totals[:, at] - result.total.iloc[at],
            "rank": [ranks(each)[at] for each in totals],
        }
    )


def left_out_sentence(result: SideResult, chosen: Chosen) -> str:
    """Between what the total lies when any one item is left out, and which one moves it most."""
    label = SIDE_LABELS[result.side]
    scored = result.scores.loc[chosen.unit_id].notna()
    known = left_out(result, chosen).dropna(subset=["moved"])
    known = known[known["item"].map(scored)]
    if known.empty:
        return f"{label}：去掉任何一个有分的项目，剩下的分都不足三分之二的权重，算不出来。"
    most = known.loc[known["moved"].abs().idxmax()]
    points = span(*(points_text(known["total"].agg(end)) for end in ("min", "max")))
    told = f"{label}：任意去掉一项，得分在 {points} 分"
    if abs(most["moved"]) >= MOVED:
        told += f"；影响最大的是“{most['item']}”，去掉后{_moved(most['moved'])}"
    if not chosen.with_ranks:
        return f"{told}。"
    places = span(*(count(known["rank"].agg(end)) for end in ("min", "max")))
    return f"{told}；名次在第 {places} 名。"


def left_out_table(results: tuple[SideResult, ...], chosen: Chosen) -> pd.DataFrame:
    """Both sides: the item left out, the total without it, the change, the rank when asked for."""
    rows = []
    for result in results:
        for each in left_out(result, chosen).to_dict("records"):
            row = {
                "条线": SIDE_LABELS[result.side],
                "去掉的项目": each["item"],
                "去掉后得分（分）": points_text(each["total"]),
                "变化": MISSING if is_missing(each["moved"]) else _moved(each["moved"]),
            }
            if chosen.with_ranks:
                rank = each["rank"]
                row["去掉后名次"] = MISSING if np.isnan(rank) else f"第 {count(rank)} 名"
            rows.append(row)
    return pd.DataFrame(rows)


def _moved(points: float) -> str:
    if abs(points) < MOVED:
        return "不变"
    return f"{'升' if points > 0 else '降'} {decimals(abs(points), 1)} 分"
