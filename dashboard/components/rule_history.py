"""校验规则结果: what the rules found in the latest uploads, one line an upload."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import pandas as pd
import streamlit as st

from dashboard import data
from dashboard import format as fmt
from dashboard.components.findings import findings_table, rules_table
from dashboard.components.page import empty_state, source_note
from dashboard.components.tables import csv_download, table
from dashboard.components.trace import trace_button
from dashboard.escape import markdown
from pipelines.desk import Upload

SHOWN = 20
MEANING = (
    "口径：入库时每条规则查了多少行、多少行不符合，当时保存，不重算。\n\n"
    "算法：数行数；“必须改”不符合的行暂扣，不入库，其余照常入库。"
)
STATES = {"accepted": "已入库", "undone": "已撤销"}


def rule_history() -> None:
    """The newest uploads: rules run, rules that some row broke, such rows, rows held back."""
    st.header("校验规则结果", anchor="rules")
    uploads = data.desk().uploads()[:SHOWN]
    if not uploads:
        empty_state("还没有提交过文件。", "请到“上传入库”提交文件，入库时的校验结果会列在这里。")
        return
    rows = []
    for upload in uploads:
        results = data.desk().rule_results(upload.upload_id)
        broken = [each for each in results if each.failed]
        worst = max(broken, key=lambda each: each.failed, default=None)
        rows.append(
            {
                "提交时间": fmt.moment_label(upload.at),
                "数据表": upload.dataset_label,
                "文件": upload.file_name,
                "规则": len(results),
                "有行不符合的规则": len(broken),
                "不符合最多的规则": f"{worst.label}（{fmt.count(worst.failed)} 行）"
                if worst
                else "",
                "暂扣行": upload.held_back,
                "入库行": upload.row_count,
                "状态": STATES.get(upload.state, upload.state),
            }
        )
    frame = pd.DataFrame(rows)
    table(frame, alt="最近提交的文件各自的校验结果，新的在前", max_rows=8)
    csv_download(frame, file_stem="校验规则结果")
    trace_button(partial(_one, uploads), key="rules_trace")
    source_note(f"最近 {len(rows)} 次提交，新的在前。")


def _one(uploads: Sequence[Upload]) -> None:
    """Every rule and every finding of an upload that is chosen in the dialog."""
    names = {
        each.upload_id: f"{each.dataset_label}　{each.file_name}　{fmt.moment_label(each.at)}"
        for each in uploads
    }
    chosen = st.selectbox(
        "看哪一次提交", list(names), format_func=names.get, key="rule_history_upload"
    )
    upload = next(each for each in uploads if each.upload_id == chosen)
    st.markdown(MEANING)
    st.caption(markdown(f"{upload.by}提交；批次 {upload.upload_id}；文件 SHA-256 {upload.sha256}"))
    rules_table(data.desk().rule_results(chosen))
    findings_table(data.desk().findings(chosen), file_name=upload.file_name, key=chosen)
