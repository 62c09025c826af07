"""从哪来: what a figure is, how it is made, and each of its rows down to file, post and checks."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field

import pandas as pd
import streamlit as st

from dashboard import data
from dashboard.components.page import empty_state, source_note
from dashboard.components.row_checks import checks_passed, row_results
from dashboard.components.tables import csv_download, table
from dashboard.escape import markdown
from dashboard.format import MISSING, moment_labels, month_label
from pipelines.domain.months import shift

PAGE_ROWS = 50
CHECK = "检查"
PLACE = {
    "file_name": "文件",
    "sheet": "工作表",
    "source_row": "行",
    "upload_id": "批次",
    "uploaded_by": "提交岗位",
    "uploaded_at": "提交时间",
    "sha256": "文件指纹",
}


@dataclass(frozen=True, kw_only=True)
class Trace:
    """``rows [upload_id, sheet or source_sheet, source_row]`` behind a figure and ``shown``, what
    it reads of each of them under Chinese names. ``again``: what the rows give when they are
    computed once more. ``stem`` names the file to download and the widgets.
    """

    title: str
    definition: str
    formula: str
    again: str
    rows: pd.DataFrame = field(repr=False)
    shown: pd.DataFrame = field(repr=False)
    stem: str


def trace_button(make: Callable[[], Trace | None], *, key: str) -> None:
    """从哪来; ``make`` runs inside the dialog, where it may ask which figure (None: not yet)."""
    if st.button("从哪来", key=key, type="tertiary"):
        show_trace(make)


@st.dialog("从哪来", width="large")
def show_trace(make: Callable[[], Trace | None]) -> None:
    """The dialog."""
    found = make()
    if found is not None:
        trace(found)


def trace(of: Trace) -> None:
    """The inside: title, definition, formula, the figure made again, the rows."""
    st.markdown(f"**{markdown(of.title)}**")
    st.markdown(f"口径：{markdown(of.definition)}\n\n算法：{markdown(of.formula)}")
    st.markdown(markdown(of.again))
    source_rows(of.rows, of.shown, stem=of.stem, alt=of.title)


def month_switch(month: str, *, key: str) -> str:
    """The month of the page or the one before it, whose figure stands beside it."""
    months = [month, shift(month, -1)]
    return st.segmented_control(
        "看哪个月",
        months,
        default=month,
        required=True,
        format_func=month_label,
        key=f"{key}_{month}",
    )


def source_rows(rows: pd.DataFrame, shown: pd.DataFrame, *, stem: str, alt: str) -> None:
    """``shown`` beside the place of each of ``rows``, PAGE_ROWS a page; the checks, all as CSV."""
    if rows.empty:
        empty_state("没有来源行。", "请到“上传入库”核对相应的数据是否已提交。")
        return
    everything = pd.concat([shown.reset_index(drop=True), places(rows)], axis="columns")
    pages, number = math.ceil(len(rows) / PAGE_ROWS), 1
    if pages > 1:
        number = st.number_input(f"第几页（共 {pages} 页）", 1, pages, key=f"{stem}_page")
    part = slice((number - 1) * PAGE_ROWS, number * PAGE_ROWS)
    page, these = everything.iloc[part].copy(), rows.iloc[part]
    sheet = "sheet" if "sheet" in rows else "source_sheet"
    page.insert(page.columns.get_loc("文件"), CHECK, row_results(these, sheet=sheet))
    table(page, alt=f"{alt}，来源行第 {number} 页")
    files = page[page["批次"] != MISSING].drop_duplicates("批次")
    checks_passed(dict(zip(files["批次"], files["文件"], strict=True)))
    csv_download(everything, file_stem=stem, label=f"下载全部 {len(rows)} 行（CSV）")
    source_note(
        f"共 {len(rows)} 行，来自 {rows['upload_id'].nunique()} 个批次；"
        f"汇总版本 {data.build_id()}。行号与原文件一致。"
    )


def places(rows: pd.DataFrame) -> pd.DataFrame:
    """File, sheet, line, upload, post, time and hash of ``rows``; — where there is none."""
    known = data.query("uploads").set_index("upload_id")
    found = known.reindex(rows["upload_id"].to_numpy()).reset_index(names="upload_id")
    sheet = rows["sheet"] if "sheet" in rows else rows["source_sheet"]
    found = found.assign(
        sheet=sheet.to_numpy(),
        source_row=rows["source_row"].astype("Int64").array,
        uploaded_at=moment_labels(found["uploaded_at"]),
        sha256=found["sha256"].str[:12],
    )
    texts = [name for name in PLACE if name != "source_row"]
    found[texts] = found[texts].astype(object).where(found[texts].notna(), MISSING)
    return found[list(PLACE)].rename(columns=PLACE)
