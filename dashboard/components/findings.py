"""Findings of a file as a table: where, what, why, how to fix, how serious."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd
import streamlit as st

from dashboard import format as fmt
from dashboard.components.page import error_note
from dashboard.components.tables import csv_download
from pipelines.domain.findings import SEVERITY_LABELS, Finding, Severity
from pipelines.errors import AppError
from pipelines.intake.inspection import RuleResult

SHOWN = 1000
ROW_HEIGHT = 92  # four lines: what is wrong and how to fix it are read, not hovered
HEADER_HEIGHT = 40
VISIBLE_ROWS = 8
WIDTHS = {"级别": 90, "行": 50, "列": 100, "值": 100, "问题": 270, "怎么改": 295}  # pixels
COLUMNS = ["级别", "行", "列", "值", "问题", "怎么改", "工作表", "文件"]
ORDERS = {"先看严重的": ["_rank", "行"], "按行号": ["行", "_rank"], "按列": ["列", "行"]}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
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
        columns=COLUMNS,
    ).astype({"行": "Int64"})


def severity_label(severity: Severity) -> str:
    """Status by shape and word, so that colour is never needed."""
    return f"{_SIGNS[severity]} {SEVERITY_LABELS[severity]}"


def findings_table(
    findings: Sequence[Finding], *, file_name: str, key: str, omitted: int = 0
) -> None:
    """The findings with filters, an order and a download of all of them.

    ``omitted``: how many more there are that were counted and not listed.
    """
    if not findings:
        st.success("没有发现问题。")
        return
    frame = findings_frame(findings, file_name)
    shown = _filtered(frame, key)
    st.dataframe(
        shown.head(SHOWN),
        hide_index=True,
        alt=f"{file_name} 的检查发现",
        placeholder=fmt.MISSING,
        row_height=ROW_HEIGHT,
        height=max(min(len(shown), VISIBLE_ROWS), 1) * ROW_HEIGHT + HEADER_HEIGHT,
        column_config={
            name: st.column_config.Column(width=width) for name, width in WIDTHS.items()
        },
    )
    if len(shown) > SHOWN:
        st.caption(f"只显示前 {fmt.count(SHOWN)} 条，共 {fmt.count(len(shown))} 条；下载可得全部。")
    if omitted:
        st.caption(f"同样的问题还有 {fmt.count(omitted)} 条没有逐条列出，表里各有一条写明总数。")
    csv_download(frame, file_stem=f"检查发现_{key}", label="下载全部发现（CSV）")


def matching(frame: pd.DataFrame, text: str) -> pd.DataFrame:
    """The rows in which ``text`` occurs in any cell, in capital letters or not."""
    wanted = text.strip().casefold()
    if not wanted:
        return frame
    cells = frame.astype("string").fillna("")
    found = cells.apply(lambda column: column.str.casefold().str.contains(wanted, regex=False))
    return frame[found.any(axis="columns")]


def _filtered(frame: pd.DataFrame, key: str) -> pd.DataFrame:
    counts = frame["级别"].value_counts()
    severities = st.pills(
        "级别",
        [severity_label(each) for each in Severity if severity_label(each) in counts.index],
        selection_mode="multi",
        format_func=lambda label: f"{label} {counts[label]}",
        key=f"severity_{key}",
    )
    left, middle, right = st.columns(3)
    columns = left.multiselect(
        "列", list(dict.fromkeys(frame["列"])), placeholder="全部列", key=f"columns_{key}"
    )
    text = middle.text_input("查找", key=f"text_{key}", placeholder="值、问题或改法里的字")
    order = right.selectbox("排序", list(ORDERS), key=f"order_{key}", filter_mode=None)
    shown = frame[frame["级别"].isin(severities)] if severities else frame
    shown = shown[shown["列"].isin(columns)] if columns else shown
    shown = matching(shown, text)
    ranks = {severity_label(each): rank for rank, each in enumerate(Severity)}
    ranked = shown.assign(_rank=shown["级别"].map(ranks))
    return ranked.sort_values(ORDERS[order], kind="stable", na_position="first")[COLUMNS]


def annotated_download(make: Callable[[], bytes], *, file_name: str, key: str) -> None:
    """The received file with the bad cells coloured, made when it is asked for."""
    failures = st.session_state.setdefault("annotate_failures", {})

    def made() -> bytes:
        try:
            return make()
        except AppError as error:
            failures[key] = str(error)
            raise

    stem = file_name.rsplit(".", 1)[0]
    st.download_button(
        "下载标注后的工作簿（XLSX）",
        data=made,
        file_name=f"{stem}_标注.xlsx",
        mime=XLSX,
        key=f"annotated_{key}",
        help="与收到的文件相同：有问题的单元格加了颜色和批注，另有一张检查结果表。"
        "改好后可以直接再拖进来。",
        on_click="rerun",
    )
    if key in failures:
        error_note(failures.pop(key))


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
