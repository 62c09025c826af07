"""Findings of a file as a table: where, what, why, how to fix, how serious."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from dashboard.components.tables import csv_download
from dashboard.escape import markdown
from pipelines.domain.findings import SEVERITY_LABELS, Finding, Severity
from pipelines.intake.inspection import RuleResult

SHOWN = 1000
ROW_HEIGHT = 92  # four lines: what is wrong and how to fix it are read, not hovered
HEADER_HEIGHT = 40
VISIBLE_ROWS = 8
WIDTHS = {"级别": 90, "行": 50, "列": 100, "值": 100, "问题": 270, "怎么改": 295}  # pixels
_SIGNS = {Severity.CRITICAL: "■", Severity.WARNING: "▲", Severity.INFO: "●"}


def findings_frame(findings: Sequence[Finding], file_name: str) -> pd.DataFrame:
    """One row per finding, the serious ones first, with the columns a person corrects by."""
    order = list(Severity)
    ranked = sorted(findings, key=lambda each: (order.index(each.severity), each.row or 0))
    return pd.DataFrame(
        [
            {
                "级别": severity_label(each.severity),
                "行": each.row,
                "列": each.column or "整个文件",
                "值": each.value or "",
                "问题": each.why,
                "怎么改": each.how,
                "工作表": each.sheet or "",
                "文件": each.file or file_name,
            }
            for each in ranked
        ],
        columns=["级别", "行", "列", "值", "问题", "怎么改", "工作表", "文件"],
    ).astype({"行": "Int64"})


def severity_label(severity: Severity) -> str:
    """Status by shape and word, so that colour is never needed."""
    return f"{_SIGNS[severity]} {SEVERITY_LABELS[severity]}"


def findings_table(findings: Sequence[Finding], *, file_name: str, key: str) -> None:
    """The findings with a filter by 级别 and a download of all of them."""
    if not findings:
        st.success("没有发现问题。")
        return
    frame = findings_frame(findings, file_name)
    counts = frame["级别"].value_counts()
    chosen = st.pills(
        "级别",
        [severity_label(each) for each in Severity if severity_label(each) in counts.index],
        selection_mode="multi",
        format_func=lambda label: f"{label} {counts[label]}",
        key=f"severity_{key}",
    )
    shown = frame[frame["级别"].isin(chosen)] if chosen else frame
    st.dataframe(
        shown.head(SHOWN),
        hide_index=True,
        alt=f"{file_name} 的检查发现",
        row_height=ROW_HEIGHT,
        height=min(len(shown), VISIBLE_ROWS) * ROW_HEIGHT + HEADER_HEIGHT,
        column_config={
            name: st.column_config.Column(width=width) for name, width in WIDTHS.items()
        },
    )
    if len(shown) > SHOWN:
        st.caption(markdown(f"只显示前 {SHOWN} 条，共 {len(shown)} 条；下载可得全部。"))
    csv_download(frame, file_stem=f"检查发现_{key}", label="下载全部发现（CSV）")


def rules_table(rules: Sequence[RuleResult]) -> None:
    """What each rule looked at and how many rows broke it, broken rules first."""
    if not rules:
        return
    ranked = sorted(rules, key=lambda each: (-each.failed, each.rule))
    rows = [
        {
            "级别": SEVERITY_LABELS[each.severity],
            "规则": each.label,
            "检查行数": each.checked,
            "不符合": each.failed,
        }
        for each in ranked
    ]
    st.caption(f"共执行 {len(rows)} 条规则")
    st.dataframe(pd.DataFrame(rows), hide_index=True, alt="规则和结果", height=240)
