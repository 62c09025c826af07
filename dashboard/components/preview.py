"""What was found in a file, step by step, before anybody confirms it."""

from __future__ import annotations

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard import format as fmt
from dashboard.components.findings import findings_table, rules_table
from dashboard.escape import markdown
from pipelines.domain.findings import SEVERITY_LABELS, Severity
from pipelines.intake.inspection import Inspection

ENCODINGS = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8（带 BOM）",
    "utf-16": "UTF-16",
    "gb18030": "GB18030（Excel、WPS 的中文 CSV）",
}
DELIMITERS = {",": "逗号", "\t": "制表符", ";": "分号", "|": "竖线"}
ROWS_NAMED = 20


def preview(inspection: Inspection, *, key: str) -> None:
    """The five steps before the confirmation; each line says what it found, opening shows more."""
    with _step(1, "解码", decoding(inspection)):
        st.text(f"文件指纹（SHA-256）：{inspection.sha256}")
    with _step(2, "表格", region(inspection)):
        _skipped(inspection)
    with _step(3, "映射", mapping(inspection)):
        _mapping(inspection)
    with _step(4, "检查", checks(inspection), expanded=bool(inspection.findings)):
        findings_table(inspection.findings, file_name=inspection.file_name, key=key)
        rules_table(inspection.rules)
    with _step(5, "差异", difference(inspection)):
        _difference(inspection)


def _step(number: int, name: str, found: str, *, expanded: bool = False) -> DeltaGenerator:
    return st.expander(f"**{number}　{name}**　{markdown(found)}", expanded=expanded)


def decoding(inspection: Inspection) -> str:
    """How the bytes were read."""
    how = "Excel 工作簿"
    if inspection.encoding:
        how = ENCODINGS.get(inspection.encoding, inspection.encoding)
    parts = [how, fmt.size_label(inspection.size)]
    if inspection.delimiter:
        name = DELIMITERS.get(inspection.delimiter, inspection.delimiter)
        parts.insert(1, f"以{name}分隔")
    return " · ".join(parts)


def region(inspection: Inspection) -> str:
    """Where the table is and how many rows were left out."""
    found = inspection.region
    if found is None:
        return "没有找到表格"
    sheet = f"工作表“{found.sheet}” · " if found.sheet else ""
    rows = f"第 {found.header_row} 行是表头，数据在第 {found.first_row}—{found.last_row} 行"
    skipped = f" · 跳过 {len(inspection.skipped)} 行" if inspection.skipped else ""
    return f"{sheet}{rows}{skipped}"


def mapping(inspection: Inspection) -> str:
    """How many columns were recognised, which personal ones were dropped."""
    used = sum(each.field is not None for each in inspection.columns)
    text = f"{len(inspection.columns)} 列中用到 {used} 列"
    if inspection.dropped_columns:
        text += f" · 个人信息 {len(inspection.dropped_columns)} 列已丢弃"
    return text


def checks(inspection: Inspection) -> str:
    """Rows read, fit to be stored and held back, and findings by severity."""
    counts = dict.fromkeys(Severity, 0)
    for finding in inspection.findings:
        counts[finding.severity] += 1
    parts = [f"{SEVERITY_LABELS[each]} {number}" for each, number in counts.items() if number]
    rows = (
        f"读到 {fmt.count(inspection.row_count)} 行，可入库 {fmt.count(inspection.good_count)} 行，"
        f"暂扣 {fmt.count(inspection.held_back)} 行"
    )
    return " · ".join([rows, *parts])


def difference(inspection: Inspection) -> str:
    """New, changed and unchanged rows against what is accepted."""
    found = inspection.difference
    return (
        f"新增 {fmt.count(found.new)} 行 · 修改 {fmt.count(found.changed)} 行"
        f" · 不变 {fmt.count(found.unchanged)} 行"
    )


def _skipped(inspection: Inspection) -> None:
    if inspection.secret_rows:
        rows = _named(inspection.secret_rows)
        st.warning(markdown(f"{rows}密级高于“内部”，没有读入，原始文件也不保存。"))
    if inspection.personal_rows:
        rows = _named(inspection.personal_rows)
        st.warning(markdown(f"{rows}含有个人信息，原始文件不保存。"))
    if not inspection.skipped:
        st.caption("没有跳过的行。")
        return
    rows = [{"行": each.row, "为什么跳过": each.reason} for each in inspection.skipped]
    st.dataframe(pd.DataFrame(rows), hide_index=True, alt="跳过的行和原因")


def _named(rows: tuple[int, ...]) -> str:
    named = "、".join(str(each) for each in rows[:ROWS_NAMED])
    return f"第 {named} 行" + (f"等 {len(rows)} 行" if len(rows) > ROWS_NAMED else "")


def _mapping(inspection: Inspection) -> None:
    if inspection.dropped_columns:
        names = "、".join(inspection.dropped_columns)
        st.warning(markdown(f"个人信息列已丢弃，原始文件也不保存：{names}"))
    rows = [
        {"列": each.index + 1, "表头": each.header, "读作": each.label or "—", "依据": each.how}
        for each in inspection.columns
    ]
    st.dataframe(pd.DataFrame(rows), hide_index=True, alt="表头和字段的对应")


def _difference(inspection: Inspection) -> None:
    found = inspection.difference
    if found.by_month:
        months = pd.DataFrame(found.by_month, columns=["月份", "新增", "修改", "不变"])
        months["月份"] = months["月份"].map(fmt.month_label)
        st.dataframe(months, hide_index=True, alt="各月新增、修改和不变的行数")
    if not found.changes:
        st.caption("没有改动已入库的值。")
        return
    rows = [
        {"行": each.key, "列": each.column, "原值": each.old, "新值": each.new}
        for each in found.changes
    ]
    st.dataframe(pd.DataFrame(rows), hide_index=True, alt="改动的值")
