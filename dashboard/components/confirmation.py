"""The last step of an upload: confirm, store, rebuild, say what changed and where to look."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from dashboard import data
from dashboard import format as fmt
from dashboard.components.page import error_note
from dashboard.components.progress import build_with_progress
from dashboard.components.reading import digest_of
from dashboard.components.unplaced import unplaced_count
from dashboard.escape import markdown
from pipelines.desk import Receipt
from pipelines.errors import BuildFailed
from pipelines.intake.inspection import Inspection

NOTICES = "notices"
DONE = "confirmed_digests"
BATCH = "batch"
WHERE_TO_LOOK = {"kpi_definitions": "口径与规则"}


def uploader_key() -> str:
    """A new key empties the file uploader once everything in it is confirmed."""
    return f"files_{st.session_state.get(BATCH, 0)}"


def waiting(files: Sequence[UploadedFile]) -> dict[str, UploadedFile]:
    """Files by digest that are not confirmed yet, the same content once."""
    found = {digest_of(each): each for each in reversed(files)}
    done = st.session_state.get(DONE, set())
    return {digest: found[digest] for digest in reversed(found) if digest not in done}


def add_notice(text: str, *, warn: bool = False) -> None:
    """Something to say at the head of the page after the rerun; ``warn``: it did not go through."""
    st.session_state.setdefault(NOTICES, []).append((text, warn))


def show_notices() -> None:
    """What the last confirmation or undo did, once."""
    for text, warn in st.session_state.pop(NOTICES, []):
        (st.warning if warn else st.success)(markdown(text))


def confirmation(inspection: Inspection, *, by: str) -> None:
    """The button, or why there is none. ``by`` is the post of the person who confirms."""
    st.markdown("**6　确认**")
    if inspection.refusal:
        error_note(inspection.refusal)
        return
    if inspection.already_accepted:
        st.info("这个文件的这些行此前已经入库，不需要再次确认。")
        return
    count = fmt.count(inspection.good_count)
    if not by:
        st.caption("填写确认人岗位后可以确认。")
    for text in consequences(inspection):
        st.caption(markdown(text))
    label = f"确认入库（{count} 行）"
    if st.button(label, key=f"accept_{inspection.digest}", type="primary", disabled=not by):
        _accept(inspection, by=by)


def consequences(inspection: Inspection) -> list[str]:
    """What else the confirmation does, or leaves out."""
    told = []
    waiting = sum(each.count for each in inspection.questions)
    if waiting:
        told.append(f"有 {len(inspection.questions)} 项没有回答，相关的行这次不入库。")
    if inspection.choices.replaces and inspection.difference.vanished:
        gone = fmt.count(inspection.difference.vanished)
        told.append(f"按“更正”计入：已入库、这个文件里没有的 {gone} 行不再计入；撤销后恢复。")
        if inspection.held_back:
            held = fmt.count(inspection.held_back)
            told.append(f"其中可能有这次暂扣的行（共 {held} 行）：改好后一并更正，就不会少。")
    if inspection.choices.columns:
        told.append("确认后会记住这次的列对应，下次同样表头的文件照此读取。")
    return told


def _accept(inspection: Inspection, *, by: str) -> None:
    before = unplaced_count()
    receipt = data.desk().accept(inspection, by=by)
    try:
        build_with_progress("已保存，正在更新各页…")
    except BuildFailed as error:
        error_note(f"文件已入库，但各页没有更新，仍显示上一版：{error}")
        return
    add_notice(_outcome(inspection, receipt))
    more = unplaced_count() - before
    if more > 0:
        add_notice(f"没有显示在看板上的行多了 {fmt.count(more)} 行，原因和怎么办见“数据质量”。")
    _set_aside(inspection.sha256)
    st.rerun()


def _set_aside(digest: str) -> None:
    """Hide a confirmed file; the others of the same batch stay to be confirmed."""
    done = st.session_state.setdefault(DONE, set())
    done.add(digest)
    if not waiting(st.session_state.get(uploader_key()) or []):
        st.session_state[BATCH] = st.session_state.get(BATCH, 0) + 1
        done.clear()


def _outcome(inspection: Inspection, receipt: Receipt) -> str:
    if receipt.already:
        return f"“{inspection.file_name}”此前已入库，没有重复保存。"
    found = inspection.difference
    where = WHERE_TO_LOOK.get(inspection.dataset, "总览")
    gone = f"，不再计入 {fmt.count(found.vanished)}" if inspection.choices.replaces else ""
    learnt = "列对应已记住，下次同样表头的文件照此读取。" if inspection.choices.columns else ""
    return (
        f"“{inspection.file_name}”已入库 {fmt.count(receipt.rows)} 行："
        f"新增 {fmt.count(found.new)}，修改 {fmt.count(found.changed)}，"
        f"不变 {fmt.count(found.unchanged)}{gone}。到“{where}”查看。{learnt}"
    )
