"""已记住的对应: the mappings that people confirmed, to look at, forget, take away and bring."""

from __future__ import annotations

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from dashboard import data
from dashboard.components.confirmation import add_notice
from dashboard.components.page import error_note
from dashboard.escape import markdown
from pipelines import mappings
from pipelines.domain.catalog import datasets
from pipelines.errors import AppError
from pipelines.intake.choices import IGNORED, SourceMapping

SHOWN = 20
NAMED = 4
_BATCH = "mappings_batch"


def remembered_mappings(*, by: str) -> None:
    """A folded part of the page; ``by`` is the post that forgets or imports."""
    known = data.desk().mappings()
    with st.expander(f"已记住的对应（{len(known)} 种表头）"):
        st.caption(
            "确认过的列对应会按表头记住，下次同样表头的文件直接照此读取。"
            "可以下载保存，或导入别处下载的。"
        )
        for mapping in known[:SHOWN]:
            _row(mapping, by=by)
        if len(known) > SHOWN:
            st.caption(f"只列出 {SHOWN} 种，共 {len(known)} 种；下载可得全部。")
        if known:
            st.download_button(
                "下载全部对应（JSON）",
                data=lambda: mappings.to_json(known).encode(),
                file_name="已记住的对应.json",
                mime="application/json",
                key="mappings_download",
                on_click="ignore",
            )
        _bring(by=by)


def _row(mapping: SourceMapping, *, by: str) -> None:
    told, action = st.columns([5, 1], vertical_alignment="center")
    told.markdown(f"**{markdown(datasets()[mapping.dataset].label)}**　{markdown(_pairs(mapping))}")
    action.button(
        "忘记",
        key=f"forget_{mapping.fingerprint}",
        disabled=not by,
        help=None if by else "填写确认人岗位后可以忘记",
        on_click=_forget,
        args=(mapping, by),
    )


def _pairs(mapping: SourceMapping) -> str:
    contract = datasets()[mapping.dataset]
    pairs = [
        f"{header} → {'不使用' if field == IGNORED else contract[field].label}"
        for header, field in mapping.columns.items()
    ]
    more = f" 等 {len(pairs)} 列" if len(pairs) > NAMED else ""
    return "；".join(pairs[:NAMED]) + more


def _forget(mapping: SourceMapping, by: str) -> None:
    data.desk().forget_mapping(mapping.fingerprint, by=by)
    add_notice(f"已忘记一种“{datasets()[mapping.dataset].label}”表头的对应，之后重新自动识别。")


def _bring(*, by: str) -> None:
    batch = st.session_state.get(_BATCH, 0)
    file = st.file_uploader("导入对应（JSON）", type=["json"], key=f"mappings_{batch}")
    if file is None:
        return
    if not by:
        st.caption("填写确认人岗位后可以导入。")
    if st.button("导入这些对应", key="mappings_import", disabled=not by):
        _import(file, by)


def _import(file: UploadedFile, by: str) -> None:
    try:
        text = file.getvalue().decode("utf-8-sig")
        count = data.desk().import_mappings(text, by=by)
    except UnicodeDecodeError:
        error_note("文件不是 UTF-8 文本，没有导入任何对应关系。请用本系统下载的文件")
        return
    except AppError as error:
        error_note(error)
        return
    st.session_state[_BATCH] = st.session_state.get(_BATCH, 0) + 1
    add_notice(f"已导入“{file.name}”：新增或更改 {count} 种表头的对应。")
    st.rerun()
