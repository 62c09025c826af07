"""The words and tables of the page 问卷; a hidden cell says so and holds no number."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd

from dashboard.format import month_label, percent, points
from pipelines.analysis.suppression import BOUND, COMPLEMENT, HIDDEN, MINIMUM
from pipelines.analysis.survey_tables import known_question
from pipelines.survey_questions import Question

FEW_TEXT = f"已隐去：人数不足 {MINIMUM}"
COMPLEMENT_TEXT = "已隐去：防止推算小群体"
HIDDEN_TEXT = "已隐去"
NO_DIFFERENCE = "看不出差别"
EVERYBODY = "全部人员类别"


def question_names(cells: pd.DataFrame, questions: Sequence[Question]) -> dict[str, str]:
    """question_id → 题号 and wording; an unknown question keeps its id alone."""
    found = {}
    for question_id, rows in cells.groupby("question_id", sort=False):
        known = known_question(rows, questions)
        found[str(question_id)] = f"{question_id} {known.question}" if known else f"{question_id}"
    return found


def share_text(row: pd.Series) -> str:
    """48.0%, the bound of an exact 0 or 100 %, or that it is hidden and why."""
    if row["status"] == HIDDEN:
        return COMPLEMENT_TEXT if row["reason"] == COMPLEMENT else FEW_TEXT
    if row["status"] == BOUND:
        low, high = percent(row["low"]), percent(row["high"])
        return f"不高于 {high}" if row["low"] <= 0 else f"不低于 {low}"
    return percent(row["share"])


def interval_text(row: pd.Series) -> str:
    """32.1%—48.0%, or that it is hidden."""
    if row["status"] == HIDDEN:
        return HIDDEN_TEXT
    return f"{percent(row['low'])}—{percent(row['high'])}"


def difference_text(row: pd.Series) -> str:
    """−12.3 points; only the interval where one side is an exact 0 or 100 %."""
    if row["status"] == HIDDEN:
        return HIDDEN_TEXT
    return "只给区间" if row["status"] == BOUND else points(row["share"])


def verdict(row: pd.Series, *, lower: str, higher: str) -> str:
    """Which side is higher, 看不出差别 where the interval contains 0, or hidden."""
    if row["status"] == HIDDEN:
        return HIDDEN_TEXT
    if row["low"] <= 0 <= row["high"]:
        return NO_DIFFERENCE
    return lower if row["high"] < 0 else higher


def _points_interval(row: pd.Series) -> str:
    if row["status"] == HIDDEN:
        return HIDDEN_TEXT
    return f"{points(row['low']).removesuffix('个百分点')} 至 {points(row['high'])}"


def share_rows(cells: pd.DataFrame) -> pd.DataFrame:
    """``cells`` for charts.interval_dots, by option and group."""
    place = {option: at for at, option in enumerate(cells["option"].unique())}
    cells = cells.sort_values("option", key=lambda each: each.map(place), kind="stable")
    cells = cells.assign(name=cells["option"], group=cells["stratum"])
    return cells.assign(text=_each(cells, share_text), interval=_each(cells, interval_text))


def gap_rows(gaps: pd.DataFrame) -> pd.DataFrame:
    """``gaps`` for charts.interval_dots, by topic and group."""
    texts = [
        FEW_TEXT if row["status"] == HIDDEN else difference_text(row) for _, row in gaps.iterrows()
    ]
    return gaps.assign(
        name=gaps["topic"],
        group=gaps["stratum"],
        text=[text.replace("个百分点", "") for text in texts],
        interval=_each(gaps, _points_interval),
    )


def shares_table(cells: pd.DataFrame, names: dict[str, str]) -> pd.DataFrame:
    """All shares as text; a hidden cell has no number in any column."""
    hidden = cells["status"] == HIDDEN
    return pd.DataFrame(
        {
            "题目": cells["question_id"].astype(str).map(names),
            "选项": cells["option"],
            "人员类别": cells["stratum"],
            "比例": _each(cells, share_text),
            "95% 区间": _each(cells, interval_text),
            "选择人数": _counts(cells["n"], hidden, "只给界限"),
            "有效样本数": _counts(cells["base_n"], hidden, "—"),
        }
    )


def _counts(values: pd.Series, hidden: pd.Series, missing: str) -> list[str]:
    return [
        HIDDEN_TEXT if gone else missing if pd.isna(value) else f"{int(value)} 人"
        for value, gone in zip(values, hidden, strict=True)
    ]


def gaps_table(gaps: pd.DataFrame) -> pd.DataFrame:
    """Topic, group, both sides, the gap with its interval and what it says."""
    return pd.DataFrame(
        {
            "题目": gaps["topic"],
            "人员类别": gaps["stratum"],
            "软（党建）": [_side(row, "soft") for _, row in gaps.iterrows()],
            "硬（业务）": [_side(row, "hard") for _, row in gaps.iterrows()],
            **_difference(gaps, lower="软低于硬", higher="软高于硬", label="软硬差"),
        }
    )


def _side(row: pd.Series, name: str) -> str:
    if row["status"] == HIDDEN:
        return HIDDEN_TEXT
    return "只给界限" if pd.isna(row[name]) else percent(row[name])


def differences_table(
    found: pd.DataFrame, names: dict[str, str], *, lower: str, higher: str
) -> pd.DataFrame:
    """Group differences or wave changes as text."""
    return pd.DataFrame(
        {
            "题目": found["question_id"].astype(str).map(names),
            "选项": found["option"],
            "人员类别": found["stratum"],
            **_difference(found, lower=lower, higher=higher, label="差"),
        }
    )


def _difference(rows: pd.DataFrame, *, lower: str, higher: str, label: str) -> dict[str, list[str]]:
    return {
        label: _each(rows, difference_text),
        "95% 区间": _each(rows, _points_interval),
        "判断": [verdict(row, lower=lower, higher=higher) for _, row in rows.iterrows()],
    }


def _each(rows: pd.DataFrame, text: Callable[[pd.Series], str]) -> list[str]:
    return [text(row) for _, row in rows.iterrows()]


def headline(gaps: pd.DataFrame, cells: pd.DataFrame, wave: str) -> str:
    """The finding of one wave: how the soft and the hard side stand, or what there is."""
    month = month_label(wave)
    shown = gaps[gaps["status"] != HIDDEN]
    if shown.empty:
        groups = cells.loc[cells["status"] != HIDDEN, "stratum"].nunique()
        return f"{month}问卷：{cells['question_id'].nunique()} 题，{groups} 类人员可以显示"
    told = [verdict(row, lower="软低于硬", higher="软高于硬") for _, row in shown.iterrows()]
    parts = [
        f"{told.count(each)} 处{each}"
        for each in ("软低于硬", "软高于硬", NO_DIFFERENCE)
        if each in told
    ]
    return f"{month}问卷：{len(shown)} 处软硬对照中，" + "，".join(parts)


def hidden_sentence(cells: pd.DataFrame) -> str:
    """How many cells are not shown, and for which groups."""
    gone = cells[cells["status"] == HIDDEN]
    if gone.empty:
        return f"没有人数不足 {MINIMUM} 的人员类别。"
    names = "、".join(dict.fromkeys(gone["stratum"].astype(str)))
    return (
        f"已隐去 {len(gone)} 个格子（{names}）：人数不足 {MINIMUM}，或由它能推算出人数不足 "
        f"{MINIMUM} 的群体。下载的表里同样隐去。"
    )
