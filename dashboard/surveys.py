"""The words and tables of the page 问卷; a hidden cell says so and holds no number."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd

from dashboard.format import MISSING, count, month_label, percent, points, span
from pipelines.analysis.suppression import BOUND, HIDDEN, MINIMUM
from pipelines.analysis.survey_tables import known_question
from pipelines.survey_questions import Question

# One text for both reasons: which hidden group is the small one would narrow down its size.
HIDDEN_WHY = f"▨ 已隐去：保护不足 {MINIMUM} 人的群体"
HIDDEN_TEXT = "▨ 已隐去"
NOT_TOLD = "没有发放份数"
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
        return HIDDEN_WHY
    if row["status"] == BOUND:
        low, high = percent(row["low"]), percent(row["high"])
        return f"不高于 {high}" if row["low"] <= 0 else f"不低于 {low}"
    return percent(row["share"])


def interval_text(row: pd.Series) -> str:
    """32.1%—48.0%, or that it is hidden."""
    if row["status"] == HIDDEN:
        return HIDDEN_TEXT
    return f"{percent(row['low'])}—{percent(row['high'])}"


def worst_text(row: pd.Series) -> str:
    """Between which shares it lies whatever those would say who did not answer."""
    if row["status"] == HIDDEN:
        return HIDDEN_TEXT
    if pd.isna(row["worst_low"]):
        return NOT_TOLD
    if row["status"] == BOUND and row["low"] <= 0:
        return f"不高于 {percent(row['worst_high'])}"
    if row["status"] == BOUND:
        return f"不低于 {percent(row['worst_low'])}"
    return f"{percent(row['worst_low'])}—{percent(row['worst_high'])}"


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
        HIDDEN_WHY if row["status"] == HIDDEN else difference_text(row)
        for _, row in gaps.iterrows()
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
            "计入未回答的人": _each(cells, worst_text),
            "选择人数": _counts(cells["n"], hidden, "只给界限"),
            "有效样本数": _counts(cells["base_n"], hidden, MISSING),
            "发放份数": _counts(cells["issued_n"], hidden, NOT_TOLD),
        }
    )


def _counts(values: pd.Series, hidden: pd.Series, missing: str) -> list[str]:
    return [
        HIDDEN_TEXT if gone else missing if pd.isna(value) else f"{count(value)} 人"
        for value, gone in zip(values, hidden, strict=True)
    ]


def response_table(cells: pd.DataFrame) -> pd.DataFrame:
    """Group, sheets handed out, answers and their share; ranges where the questions differ."""
    rows = []
    for stratum, own in cells.groupby("stratum", sort=False):
        shown = own[own["status"] != HIDDEN]
        if shown.empty:
            cells_of = [HIDDEN_TEXT] * 3
        elif shown["issued_n"].isna().all():
            cells_of = [NOT_TOLD, f"{_ends(shown['base_n'], count)} 人", "不知道"]
        else:
            cells_of = [
                f"{_ends(shown['issued_n'], count)} 份",
                f"{_ends(shown['base_n'], count)} 人",
                _ends(shown["response_rate"], percent),
            ]
        rows.append([stratum, *cells_of])
    return pd.DataFrame(rows, columns=["人员类别", "发放份数", "有效样本数", "回收率"])


def _ends(values: pd.Series, text: Callable[[float], str]) -> str:
    return span(text(values.min()), text(values.max()))


def response_sentence(cells: pd.DataFrame) -> str:
    """What is known of those who did not answer."""
    shown = cells[cells["status"] != HIDDEN]
    rates = shown["response_rate"].dropna()
    if rates.empty:
        return (
            "这一次的问卷汇总没有写发放份数，不知道有多少人没有回答。没有回答的人可能和回答的人不一样，"
            "比例和差别只说明回答的人。在汇总里加一列“发放份数”，这里就会给出回收率和最坏情况的界限。"
        )
    least = shown.loc[rates.idxmin()]
    return (
        f"各类人员的回收率最低为 {percent(rates.min())}（{least['stratum']}）。"
        "没有回答的人如果全都选、或全都不选某一项，全体被调查的人里的比例就在“计入未回答的人”一列的界限之间；"
        "这是最坏情况，不含抽样误差。"
    )


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


def difference_lines(shown: pd.DataFrame) -> list[str]:
    """Rows of differences_table as sentences, which fit a phone."""
    return [
        f"{row['题目']}，“{row['选项']}”：{row['人员类别']}{row['判断']}，"
        f"差 {row['差']}（95% 区间 {row['95% 区间']}）"
        for row in shown.to_dict("records")
    ]


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
    return f"{month}问卷：{gap_title(gaps)}"


def gap_title(gaps: pd.DataFrame) -> str:
    """How the soft and the hard side stand, where both are shown."""
    shown = gaps[gaps["status"] != HIDDEN]
    told = [verdict(row, lower="软低于硬", higher="软高于硬") for _, row in shown.iterrows()]
    parts = [
        f"{told.count(each)} 处{each}"
        for each in ("软低于硬", "软高于硬", NO_DIFFERENCE)
        if each in told
    ]
    if not parts:
        return "软硬对照都已隐去"
    return f"{len(shown)} 处软硬对照中，" + "，".join(parts)


def hidden_sentence(cells: pd.DataFrame) -> str:
    """How many cells are not shown, and for which groups."""
    gone = cells[cells["status"] == HIDDEN]
    if gone.empty:
        return f"没有人数不足 {MINIMUM} 的人员类别。"
    names = "、".join(dict.fromkeys(gone["stratum"].astype(str)))
    return (
        f"▨ 已隐去 {len(gone)} 个格子（{names}）：人数不足 {MINIMUM}，或由它能推算出人数不足 "
        f"{MINIMUM} 的群体；不写明是哪一种，以免推算人数。"
        "图、表和下载里同样隐去，不是 0，也不是没有数。"
    )
