"""Recent uploads with their state; undoing one takes a second step."""

from __future__ import annotations

import streamlit as st

from dashboard import data
from dashboard import format as fmt
from dashboard.components.confirmation import add_notice
from dashboard.components.findings import findings_table, rules_table
from dashboard.components.page import empty_state
from dashboard.components.progress import build_with_progress
from dashboard.escape import markdown
from pipelines.desk import Upload

SHOWN = 10
_ASKED = "undo_asked"
STATES = {"accepted": "● 已入库", "undone": "■ 已撤销"}


def upload_list(*, by: str) -> None:
    """The newest uploads first; ``by`` is the post that would undo."""
    uploads = data.desk().uploads()
    st.subheader("最近提交", anchor=False)
    if not uploads:
        empty_state("还没有提交过文件", "先提交单位名册和指标库，再提交业务指标月报和活动台账。")
        return
    shown = len(uploads) if st.session_state.get("all_uploads") else SHOWN
    for upload in uploads[:shown]:
        _row(upload, by=by)
    if len(uploads) > SHOWN:
        st.checkbox(f"全部显示（共 {len(uploads)} 次）", key="all_uploads")


def _row(upload: Upload, *, by: str) -> None:
    with st.container(border=True):
        text, action = st.columns([5, 1], vertical_alignment="center")
        text.markdown(
            f"**{markdown(upload.dataset_label)}**　{markdown(upload.file_name)}　"
            f"{STATES.get(upload.state, upload.state)}"
        )
        text.caption(markdown(_facts(upload)))
        if upload.state == "accepted" and action.button("撤销", key=f"undo_{upload.upload_id}"):
            st.session_state[_ASKED] = upload.upload_id
        if st.session_state.get(_ASKED) == upload.upload_id:
            _confirm(upload, by=by)
        _stored_findings(upload)


def _facts(upload: Upload) -> str:
    facts = f"{fmt.count(upload.row_count)} 行 · {upload.by} · {fmt.moment_label(upload.at)}"
    if upload.replaces:
        facts += " · 更正（同一单位同一月份以它为准）"
    if upload.held_back:
        facts += f" · 暂扣 {fmt.count(upload.held_back)} 行"
    if upload.undone_at:
        facts += f" · {upload.undone_by} 于 {fmt.moment_label(upload.undone_at)} 撤销"
    return facts if upload.original_kept else facts + " · 原始文件未保存"


def _stored_findings(upload: Upload) -> None:
    """The findings are read only when asked for: a list of ten must not read ten reports."""
    if st.toggle("看校验结果", key=f"findings_{upload.upload_id}"):
        st.caption(markdown(f"批次号 {upload.upload_id}；文件 SHA-256 {upload.sha256}"))
        found = data.desk().findings(upload.upload_id)
        findings_table(found, file_name=upload.file_name, key=upload.upload_id)
        rules_table(data.desk().rule_results(upload.upload_id))


def _confirm(upload: Upload, *, by: str) -> None:
    st.warning(
        markdown(
            f"撤销后，这次提交的 {fmt.count(upload.row_count)} 行不再参与计算；"
            "记录保留，同一文件可以再次提交。"
        )
    )
    if not by:
        st.caption("请先在上方填写确认人岗位。")
    buttons = st.container(horizontal=True)
    if buttons.button("确定撤销", key=f"sure_{upload.upload_id}", type="primary", disabled=not by):
        _undo(upload, by=by)
    if buttons.button("不撤销", key=f"keep_{upload.upload_id}"):
        st.session_state.pop(_ASKED)
        st.rerun()


def _undo(upload: Upload, *, by: str) -> None:
    st.session_state.pop(_ASKED)
    data.desk().undo(upload.upload_id, by=by)
    build_with_progress("正在按撤销后的数据重新计算…")
    add_notice(f"已撤销“{upload.file_name}”，各页已按剩余数据更新。")
    st.rerun()
