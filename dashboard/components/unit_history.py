"""单位画像: what became of a unit: its names and parents, whence it came, who went on."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import streamlit as st

from dashboard import data
from dashboard.components.page_way import page_way
from dashboard.escape import markdown
from dashboard.format import day_label, is_missing, month_label
from pipelines.domain.months import month_of, shift

BEFORE, AFTER = "predecessor", "successor"
CHANGES = {  # whether the unit is new here, and whether it was elsewhere or nowhere
    (True, True): "划入",
    (True, False): "新成立",
    (False, True): "划出",
    (False, False): "撤销",
}
NAMED = 6
WAYS = 4  # buttons in a row; a unit has rarely more relatives


@dataclass(frozen=True, kw_only=True)
class History:
    """``rows``: unit_history; ``relations``: unit_relations; ``months`` with data, oldest first."""

    rows: pd.DataFrame
    relations: pd.DataFrame
    months: tuple[str, ...]

    @property
    def ended_on(self) -> pd.Timestamp | None:
        """The last day of the unit; None while it goes on."""
        last = self.rows["valid_to"]
        return None if last.isna().any() else pd.Timestamp(last.max())

    @property
    def first_on(self) -> pd.Timestamp:
        """The first day of the unit."""
        return pd.Timestamp(self.rows["valid_from"].min())

    def of(self, relation: str) -> pd.DataFrame:
        """The relatives of one kind."""
        return self.relations[self.relations["relation"] == relation]


def history_of(unit_id: str, months: pd.Series) -> History:
    """Of a unit of the roster; ``months``: those with data."""
    return History(
        rows=data.query("unit_history", unit_id=unit_id),
        relations=data.query("unit_relations", unit_id=unit_id),
        months=tuple(sorted(months)),
    )


def _shown(history: History, month: str) -> str:
    """The nearest month that the page can show, not after ``month`` if there is one."""
    earlier = [each for each in history.months if each <= month]
    return earlier[-1] if earlier else history.months[0]


def absence(history: History, month: str) -> str | None:
    """Why the unit is not there in ``month`` ("2026-07"); None when it is."""
    ended = history.ended_on
    if ended is not None and month_of(ended) < month:
        return f"{_day(ended)}已撤销"
    if month < month_of(history.first_on):
        return f"{_day(history.first_on)}才成立"
    return None


def name_in(history: History, month: str, name: str) -> str:
    """What the unit was called in ``month``, and ``name``, what it is called today, when that is
    another name."""
    begun = [month_of(pd.Timestamp(day)) <= month for day in history.rows["valid_from"]]
    then = history.rows["unit_name"].iloc[max(sum(begun) - 1, 0)]
    return then if then == name else f"{then}（现名{name}）"


def history_lines(history: History) -> list[str]:
    """Markdown lines; none for a unit that was always there as it is."""
    ended = history.ended_on
    before, after = history.of(BEFORE), history.of(AFTER)
    is_late = month_of(history.first_on) > history.months[0]
    lines = [_row(row) for _, row in history.rows.iterrows()] if len(history.rows) > 1 else []
    if len(before):
        lines.append(_came_from(before))
    elif is_late:
        lines.append(
            f"{_day(history.first_on)}成立，单位名册没有写“前身代码”；以前没有本单位的数，"
            "比上月、比上年同月都没有自己的对照月份。"
        )
    lines += _went_on(after, ended)
    if ended is not None and after.empty:
        lines.append(
            f"{_day(ended)}撤销，以前的数留在本单位名下。单位名册里没有单位把它写作前身；"
            "由别的单位承接的，请在承接单位那一行填“前身代码”。"
        )
    return lines


def unit_history(history: History, unit_id: str, month: str) -> None:
    """The lines under their header, and buttons that open the relatives at the change."""
    lines = history_lines(history)
    if not lines:
        return
    st.header("沿革", anchor="history")
    st.markdown("\n".join(f"- {line}" for line in lines))
    ways = [*_own_ways(history, unit_id, month), *_ways(history)]
    for start in range(0, len(ways), WAYS):
        row = ways[start : start + WAYS]
        for column, (label, other, at) in zip(st.columns(WAYS), row, strict=False):
            with column:
                page_way(label, "unit", key=f"history_{other}_{at}", unit=other, month=at)


def scope_note(unit_id: str, month: str) -> None:
    """What came below the unit and what left it since the month before; nothing when all stayed."""
    changes = data.query("unit_below_changes", unit_id=unit_id, month=month)
    if unit_id not in set(changes["unit_id"]) and len(changes):
        st.markdown(
            f"**与上月相比，下级范围变了**：{scope_words(changes)}。"
            "“上月”一列是上月的范围，两列的差别有一部分来自范围。"
        )


def scope_words(changes: pd.DataFrame) -> str:
    """unit_below_changes in Markdown words, at most NAMED names a kind."""
    kinds = changes.groupby(["is_new", "is_elsewhere"], sort=False)["unit_name"]
    return "；".join(f"{CHANGES[kind]} {_names(names)}" for kind, names in kinds)


def _names(names: pd.Series) -> str:
    listed = "、".join(markdown(name) for name in names.head(NAMED))
    return listed if len(names) <= NAMED else f"{listed}等 {len(names)} 个"


def _row(row: pd.Series) -> str:
    until = "起" if is_missing(row["valid_to"]) else f"至{_day(row['valid_to'])}"
    above = "" if is_missing(row["parent_name"]) else f"，上级 {markdown(row['parent_name'])}"
    return f"{_day(row['valid_from'])}{until}：{markdown(row['unit_name'])}{above}"


def _came_from(before: pd.DataFrame) -> str:
    names = "、".join(
        markdown(row["unit_name"])
        + ("" if is_missing(row["ended_on"]) else f"（{_day(row['ended_on'])}撤销）")
        for _, row in before.iterrows()
    )
    since = before["since"].min()
    return (
        f"{_day(since)}由 **{names}** 改组而来。以前的数留在前身名下，不折算到本单位，"
        f"所以 {month_label(month_of(pd.Timestamp(since)))}以前没有本单位的数，"
        "比上月、比上年同月都没有自己的对照月份。"
    )


def _went_on(after: pd.DataFrame, ended: pd.Timestamp | None) -> list[str]:
    lines = []
    for since, rows in after.groupby("since", sort=True):
        names = "、".join(markdown(name) for name in rows["unit_name"])
        if ended is not None and pd.Timestamp(since) > ended:
            lines.append(
                f"{_day(ended)}撤销，{_day(since)}起由 **{names}** 承接；以前的数留在本单位名下。"
            )
        else:
            lines.append(
                f"{_day(since)}分出 **{names}**：此后本单位的数不含分出的部分，前后口径不同。"
            )
    return lines


def _own_ways(history: History, unit_id: str, month: str) -> list[tuple[str, str, str]]:
    """Label, unit and month of the way to a month in which the unit was there."""
    ended = history.ended_on
    if absence(history, month) is None:
        return []
    at = month_of(ended) if ended is not None and month > month_of(ended) else None
    at = at or month_of(history.first_on)
    at = _shown(history, at)
    return [(f"看本单位 {month_label(at)}", unit_id, at)]


def _ways(history: History) -> list[tuple[str, str, str]]:
    ways = []
    for _, row in history.relations.iterrows():
        since = month_of(pd.Timestamp(row["since"]))
        at = since if row["relation"] == AFTER else shift(since, -1)
        if row["relation"] == BEFORE and not is_missing(row["ended_on"]):
            at = month_of(pd.Timestamp(row["ended_on"]))
        at = _shown(history, at)
        ways.append((f"看{row['unit_name']} {month_label(at)}", row["unit_id"], at))
    return ways


def _day(day: object) -> str:
    return day_label(pd.Timestamp(day))
