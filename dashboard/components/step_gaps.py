"""同步天数 of every step: when the party step came, against the business step of the month."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import data
from dashboard.components.page import source_note
from dashboard.components.source_choice import Source, source_choice
from dashboard.components.sources import as_of
from dashboard.components.tables import csv_download, table
from dashboard.escape import markdown
from dashboard.format import MISSING, count, days_apart, is_missing, month_label, percent

GAPS, SHARES = "step_gap_days", "step_in_time_rate"
SOURCES = {GAPS: "同步天数", SHARES: "同步率"}
OUTSIDE = "（词表外）"


def step_gaps(month: str) -> None:
    """The table of ``month``; nothing when no task has steps."""
    found = data.query("step_month", month=month)
    if found.empty:
        return
    st.subheader("每一步的同步天数", anchor=False)
    st.markdown(markdown(gaps_sentence(found, month)))
    shown = gaps_table(found)
    table(shown, alt=f"{month_label(month)}每一步的同步天数和同步率", phone="step_gaps")
    csv_download(shown, file_stem=f"step_gaps_{month}")
    source_choice(_sources(found), month, key="step_source")
    source_note(
        "按业务步骤的完成月份计。天数是从业务日期到党建日期，取中位数；晚 = 党建在业务之后。"
        "党建还没有做的步骤没有天数，看同步率。步骤和先后见“口径与规则”的“步骤词表”；"
        f"来源：任务步骤；{as_of()}。"
    )


def gaps_sentence(found: pd.DataFrame, month: str) -> str:
    """The step whose median is furthest from the business step, with the number of steps."""
    known = found.dropna(subset=["gap_days"])
    if known.empty:
        return f"{month_label(month)}没有业务、党建两边都有日期的步骤。"
    furthest = known.loc[known["gap_days"].abs().idxmax()]
    return (
        f"{month_label(month)}业务完成、党建也有日期的步骤 {count(known['gap_count'].sum())} 个；"
        f"相差最多的是“{furthest['step']}”：党建比业务{days_apart(furthest['gap_days'])}"
        f"（中位数，{count(furthest['gap_count'])} 个步骤）。"
    )


def gaps_table(found: pd.DataFrame) -> pd.DataFrame:
    """step_month under Chinese names, in the order of the vocabulary."""
    return pd.DataFrame(
        {
            "步骤": _labels(found),
            "同步天数（中位）": [days_apart(each) for each in found["gap_days"]],
            "上月": [days_apart(each) for each in found["previous_gap_days"]],
            "两边都有日期（个）": [count(each or 0) for each in found["gap_count"].fillna(0)],
            "同步率": [percent(each) for each in found["in_time_rate"]],
            "按期同步 ÷ 到期（个）": [
                MISSING if is_missing(judged) else f"{count(done)} ÷ {count(judged)}"
                for done, judged in zip(found["in_time_count"], found["judged_count"], strict=True)
            ],
        }
    )


def _labels(found: pd.DataFrame) -> list[str]:
    pairs = zip(found["step"], found["is_listed"], strict=True)
    return [step if listed else f"{step}{OUTSIDE}" for step, listed in pairs]


def _sources(found: pd.DataFrame) -> list[Source]:
    """The figures of the table that have a value."""
    return [
        Source(
            label=f"{row['step']} · {SOURCES[measure]}",
            measure_id=measure,
            tree="admin",
            part=row["step"],
        )
        for _, row in found.iterrows()
        for measure, values in (
            (GAPS, row[["gap_days", "previous_gap_days"]]),
            (SHARES, row[["in_time_rate"]]),
        )
        if values.notna().any()
    ]
