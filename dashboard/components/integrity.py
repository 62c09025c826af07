"""核对线索: what each check means, the findings, both records beside each other, the 说明."""

from __future__ import annotations

from functools import partial

import pandas as pd
import streamlit as st

from dashboard import data
from dashboard import format as fmt
from dashboard.components.confirmation import add_notice
from dashboard.components.page import empty_state, error_note, source_note
from dashboard.components.progress import build_with_progress
from dashboard.components.tables import csv_download, table
from dashboard.components.trace import Trace, trace_button
from dashboard.escape import markdown
from pipelines.domain.statements import Explanation
from pipelines.errors import AppError
from pipelines.integrity.checks import CHECKS, LABELS, subject_of

MONTHS_SHOWN = 12
TEXT_LIMIT = 300
SHOWN_TEXT = 400
COLUMNS = {
    "check": "检查",
    "unit_name": "党组织",
    "activity_type": "活动类型",
    "held_on": "举办日",
    "record_id": "编号",
    "detail": "线索",
    "explanation": "单位说明",
    "file_name": "文件",
    "source_sheet": "工作表",
    "source_row": "行",
    "upload_id": "批次",
    "uploaded_by": "提交岗位",
}
TRACED = {
    "check": "核对项目",
    "unit_name": "党组织",
    "activity_type": "活动类型",
    "held_on": "举办日",
    "record_id": "编号",
    "detail": "线索",
    "explanation": "单位说明",
}
RECORD = {
    "kind": "台账",
    "record_id": "编号",
    "unit": "单位（原文）",
    "activity_type": "活动类型",
    "title": "名称",
    "form": "形式",
    "place": "地点",
    "start_at": "开始",
    "end_at": "结束",
    "recorded_at": "登记",
    "due_count": "应到",
    "present_count": "实到",
    "leave_count": "请假",
    "agenda": "议程",
    "result": "结果",
    "file_name": "文件",
    "source_row": "行",
}


def checks_table(summary: pd.DataFrame, trend: pd.DataFrame) -> None:
    """One line a check in a fixed order: findings, statements, units, the last months."""
    found = summary.set_index("check_id")
    months = sorted(trend["month"].unique())[-MONTHS_SHOWN:]
    wide = trend.pivot(index="check_id", columns="month", values="finding_count")
    rows = []
    for check in CHECKS:
        line = found.loc[check.id] if check.id in found.index else {}
        course = wide.loc[check.id, months].tolist() if check.id in wide.index else []
        rows.append(
            {
                "检查": check.label,
                "线索": int(line.get("finding_count", 0)),
                "已有说明": int(line.get("explained_count", 0)),
                "涉及党组织": int(line.get("unit_count", 0)),
                f"近 {len(months)} 个月": [int(each) for each in course],
                "看什么": check.definition,
            }
        )
    course = st.column_config.LineChartColumn(width="small", y_min=0)
    st.dataframe(
        pd.DataFrame(rows),
        hide_index=True,
        alt="各项检查的线索条数、已有说明条数和近几个月走势",
        column_config={f"近 {len(months)} 个月": course},
    )


def definitions() -> None:
    """Definition, thresholds with their source, and what a finding does not say."""
    with st.expander("每项检查的定义、阈值，以及它不说明什么"):
        for check in CHECKS:
            st.markdown(f"**{check.label}**　{markdown(check.definition)}")
            limits = [
                f"- {markdown(each.value.replace('|', '、'))} {each.unit}："
                f"{markdown(each.meaning)}（依据：{markdown(each.source)}）"
                for each in check.thresholds
            ]
            st.markdown("\n".join(limits))
            st.caption(markdown(f"不说明：{check.not_told}"))
        st.caption("阈值在 data/reference/integrity.csv 中修改，重新汇总后生效。")


def findings_list(findings: pd.DataFrame, *, file_stem: str) -> None:
    """The findings as a table with their source rows and a download."""
    if findings.empty:
        empty_state("没有符合条件的线索。", "换一个月份、党组织或检查再看。")
        return
    total = int(findings["total_count"].iloc[0])
    held = [fmt.day_label(each) for each in pd.to_datetime(findings["start_at"])]
    detail = [fmt.days_in(each) for each in findings["detail"]]
    named = findings.assign(check=findings["check_id"].map(LABELS), held_on=held, detail=detail)
    shown = named[list(COLUMNS)].rename(columns=COLUMNS)
    shown = shown.fillna({"单位说明": "", "工作表": "", "党组织": "未对应到单位"})
    table(shown, alt="核对线索，每行一条，附来源文件和行号", max_rows=10)
    csv_download(shown, file_stem=file_stem)
    limited = "，这里只列出前 1,000 条，请再筛选" if total > len(findings) else ""
    trace_button(partial(_trace, named, f"{fmt.count(total)} 条{limited}"), key="findings_trace")
    source_note(f"共 {fmt.count(total)} 条{limited}。按月份、检查、组织编号排列，不是排名。")


def _trace(findings: pd.DataFrame, counted: str) -> Trace:
    counts = findings["check"].value_counts().items()
    said = "，".join(f"{label} {fmt.count(rows)} 条" for label, rows in counts)
    return Trace(
        title="核对线索",
        definition="活动记录里需要单位核对的地方，每条记录每项检查一条；每项检查的定义见“每项检查的定义”。",
        formula="数条数；涉及党组织 = 不同的党组织数；已有说明 = 单位写了说明的条数",
        again=f"共 {counted}；由下面各行数得：{said}。",
        rows=findings,
        shown=findings[list(TRACED)].rename(columns=TRACED).fillna({"单位说明": ""}),
        stem="finding_rows",
    )


def statement(findings: pd.DataFrame) -> None:
    """Pick a finding, see both records, and write the 说明 of the unit."""
    st.header("单位说明", anchor="statement")
    if findings.empty:
        st.caption("上面没有线索，不需要说明。")
        return
    keys = [f"{row.check_id}:{row.record_id}" for row in findings.itertuples()]
    labels = dict(zip(keys, (_label(row) for row in findings.itertuples()), strict=True))
    chosen = st.selectbox(
        "选一条线索", keys, index=None, format_func=labels.get, key="finding", placeholder="请选择"
    )
    if chosen is None:
        st.caption("选定后可看两条记录的原文，并写下说明；说明会一直显示在线索旁。")
        return
    row = findings.iloc[keys.index(chosen)]
    st.markdown(markdown(f"{LABELS[row['check_id']]}：{fmt.days_in(row['detail'])}。"))
    _records(row)
    _form(row)


def _label(row: object) -> str:
    name = row.unit_name if isinstance(row.unit_name, str) else "未对应到单位"
    day = fmt.day_label(pd.Timestamp(row.start_at).date())
    said = "　有说明" if isinstance(row.explanation, str) else ""
    return f"{LABELS[row.check_id]}　{name}　{day}　{row.record_id}{said}"


def _records(row: pd.Series) -> None:
    """The record and the one that it is found beside, column by column."""
    parts = [data.query("integrity_record", record_id=row["record_id"], kind="activity")]
    if isinstance(row["other_record_id"], str):
        kind = "meeting" if row["check_id"] == "merged_meeting" else "activity"
        parts.append(data.query("integrity_record", record_id=row["other_record_id"], kind=kind))
    lines = {}
    for at, part in enumerate(part for part in parts if not part.empty):
        name = "本条" if at == 0 else "对照"
        lines[name] = [_cell(part.iloc[0][column]) for column in RECORD]
    table(
        pd.DataFrame({"项目": list(RECORD.values()), **lines}),
        alt="线索所指记录的各项内容；有对照记录时并列",
        height=35 * (len(RECORD) + 1) + 3,
    )
    if row["check_id"] == "near_duplicate":  # a cell cuts long texts off on a phone
        at = list(RECORD)
        for field in ("agenda", "result"):
            for name, cells in lines.items():
                told = markdown(cells[at.index(field)])
                st.markdown(f"**{name}{RECORD[field]}**　{told}")


def _cell(value: object) -> str:
    if fmt.is_missing(value):
        return fmt.MISSING
    if isinstance(value, pd.Timestamp):
        return fmt.moment_label(value)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    text = str(value)
    return text if len(text) <= SHOWN_TEXT else text[:SHOWN_TEXT] + "…"


def _form(row: pd.Series) -> None:
    key = f"{row['check_id']}_{row['record_id']}"
    said = row["explanation"] if isinstance(row["explanation"], str) else ""
    text = st.text_area(
        "说明",
        value=said,
        max_chars=TEXT_LIMIT,
        key=f"text_{key}",
        placeholder="例如：当日在外施工，回单位后补登，现场签到表存支部",
        help="写事实和凭据，不写姓名。清空后保存即撤回。",
    )
    by = st.text_input(
        "说明人岗位", key="by", max_chars=40, placeholder="例如：一支部组织委员（填岗位，不填姓名）"
    ).strip()
    changed = text.strip() != said
    together = _together(row)
    if len(together) > 1:
        label = f"同一时段的 {len(together)} 条线索用同一份说明"
        if not st.checkbox(label, value=True, key=f"together_{key}"):
            together = [str(row["record_id"])]
    if not by:
        st.caption("填写说明人岗位后可以保存。")
    if st.button("保存说明", key=f"save_{key}", type="primary", disabled=not (by and changed)):
        _save(row, together, text.strip(), by)


def _together(row: pd.Series) -> list[str]:
    """Records of the same burst: what is said of it is said once."""
    if row["check_id"] != "burst":
        return [str(row["record_id"])]
    every = data.query("integrity_findings", month=None, unit_id=row["unit_id"], check_id="burst")
    return every.loc[every["detail"] == row["detail"], "record_id"].tolist()


def _save(row: pd.Series, records: list[str], text: str, by: str) -> None:
    unit = row["unit_id"] if isinstance(row["unit_id"], str) else ""
    check = str(row["check_id"])
    made = [
        Explanation(subject=subject_of(check, each), unit_id=unit, text=text) for each in records
    ]
    try:
        data.desk().state(made, by=by)
        build_with_progress("说明已保存，正在更新各页…")
    except AppError as error:
        error_note(error)
        return
    done = "已保存" if text else "已撤回"
    more = f" 等 {len(records)} 条" if len(records) > 1 else ""
    add_notice(f"{LABELS[check]}线索 {row['record_id']}{more}的说明{done}，各页已更新。")
    st.rerun()
