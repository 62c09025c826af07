"""Step 2: where the tables are, what stands around them, what was skipped and why."""

from __future__ import annotations

from collections import Counter

import pandas as pd
import streamlit as st

from dashboard import format as fmt
from dashboard.escape import markdown
from pipelines.intake.inspection import SKIPPED, Inspection, Region

ROWS_NAMED = 20
SHOWN = 1000
WIDTHS = {"工作表": 90, "行": 70, "是什么": 160, "为什么跳过": 420}  # pixels


def regions(inspection: Inspection) -> str:
    """Where the tables are and how many rows were left out, in a few words."""
    found = inspection.regions
    if not found:
        return "没有找到表格"
    text = place(found[0]) if len(found) == 1 else f"共 {len(found)} 个表格"
    skipped = len(inspection.skipped)
    return text + (f" · 跳过 {fmt.count(skipped)} 处" if skipped else "")


def place(region: Region) -> str:
    """Sheet, header rows and data rows of a table."""
    sheet = f"工作表“{region.sheet}” · " if region.sheet else ""
    last = max(region.header_last, region.header_row)
    header = f"{region.header_row}" if last == region.header_row else f"{region.header_row}—{last}"
    return f"{sheet}第 {header} 行是表头，数据在第 {region.first_row}—{region.last_row} 行"


def regions_step(inspection: Inspection) -> None:
    """Every table with what its title and unit line say; then the rows left out."""
    for region in inspection.regions:
        if len(inspection.regions) > 1:
            st.markdown(markdown(place(region)))
        told = [f"{name} {text}，来自{_source(row)}" for name, text, row in region.context]
        if told:
            st.caption(markdown("；".join(told)))
    _refused_rows(inspection)
    _skipped(inspection)


def _source(row: int) -> str:
    return f"第 {row} 行" if row else "工作表名或文件名"


def _refused_rows(inspection: Inspection) -> None:
    if inspection.secret_rows:
        rows = named(inspection.secret_rows)
        st.warning(markdown(f"{rows}密级高于“内部”，没有读入，原始文件也不保存。"))
    if inspection.personal_rows:
        rows = named(inspection.personal_rows)
        st.warning(markdown(f"{rows}含有个人信息，原始文件不保存。"))


def _skipped(inspection: Inspection) -> None:
    if not inspection.skipped:
        st.caption("没有跳过的行。")
        return
    kinds = Counter(each.kind for each in inspection.skipped)
    counts = "、".join(
        f"{SKIPPED.get(kind, kind)} {fmt.count(n)} 处" for kind, n in kinds.most_common()
    )
    st.caption(markdown(f"跳过的行不入库：{counts}。"))
    rows = [
        {
            "工作表": each.sheet or "",
            "行": str(each.row) if each.row else "整张表",
            "是什么": SKIPPED.get(each.kind, each.kind),
            "为什么跳过": each.reason,
        }
        for each in inspection.skipped[:SHOWN]
    ]
    frame = pd.DataFrame(rows)
    if not frame["工作表"].any():
        frame = frame.drop(columns="工作表")
    st.dataframe(
        frame,
        hide_index=True,
        alt="跳过的行和原因",
        column_config={
            name: st.column_config.Column(width=width) for name, width in WIDTHS.items()
        },
    )
    if len(inspection.skipped) > SHOWN:
        st.caption(f"只列出前 {fmt.count(SHOWN)} 处，共 {fmt.count(len(inspection.skipped))} 处。")


def named(rows: tuple[int, ...]) -> str:
    """第 3、5 行; many rows are counted."""
    told = "、".join(str(each) for each in rows[:ROWS_NAMED])
    return f"第 {told} 行" + (f"等 {len(rows)} 行" if len(rows) > ROWS_NAMED else "")
