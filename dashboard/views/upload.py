"""上传入库: drop files, see what was read, confirm, undo."""

from __future__ import annotations

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from dashboard import data
from dashboard.catalog import Page
from dashboard.components import error_note, page_header
from dashboard.components.confirmation import confirmation, show_notices, uploader_key, waiting
from dashboard.components.preview import preview
from dashboard.components.upload_list import upload_list
from dashboard.escape import markdown
from dashboard.server.services import services
from pipelines.domain.catalog import datasets
from pipelines.errors import AppError, ValidatorUnavailable
from pipelines.intake.inspection import Inspection

PAGE = Page(title="上传入库", group="数", order=10, url_path="upload")

AUTOMATIC = "自动识别"
INSPECTIONS = "inspections"


def render() -> None:
    """The page."""
    page_header("上传入库", "拖入文件，看清读到了什么，再确认。确认之前不会保存任何内容。")
    show_notices()
    if not services().validator.ready:
        _warming_up()
    by = st.text_input(
        "确认人岗位", key="by", max_chars=40, placeholder="例如：经营部分析员（填岗位，不填姓名）"
    ).strip()
    files = st.file_uploader(
        "选择 CSV 或 XLSX 文件，可以一次选多个",
        type=["csv", "xlsx"],
        accept_multiple_files=True,
        key=uploader_key(),
    )
    pending = waiting(files)
    for digest, file in pending.items():
        _one_file(file, digest, by=by)
    _forget_others(set(pending))
    upload_list(by=by)


@st.fragment(run_every=2.0)
def _warming_up() -> None:
    if services().validator.ready:
        st.rerun()
    st.info("检查程序正在启动，约需十几秒。现在就可以选文件，读完后会等它就绪再检查。")


def _one_file(file: UploadedFile, digest: str, *, by: str) -> None:
    with st.container(border=True):
        st.subheader(markdown(file.name), anchor=False)
        chosen = st.selectbox(
            "数据表",
            [AUTOMATIC, *datasets()],
            format_func=lambda name: name if name == AUTOMATIC else datasets()[name].label,
            key=f"dataset_{digest}",
        )
        dataset = None if chosen == AUTOMATIC else chosen
        inspection = _inspected(file, digest, dataset)
        if isinstance(inspection, str):
            error_note(inspection)
            return
        st.caption(markdown(f"读作：{inspection.dataset_label or '没有认出，请在上面选择数据表'}"))
        preview(inspection, key=digest[:12])
        confirmation(inspection, by=by)


def _inspected(file: UploadedFile, digest: str, dataset: str | None) -> Inspection | str:
    """The inspection, or the sentence that refuses the file; once per content, choice and state.

    What is accepted is part of the key, because the difference depends on it.
    """
    known = st.session_state.setdefault(INSPECTIONS, {})
    state = hash(tuple((each.upload_id, each.state) for each in data.desk().uploads()))
    key = (digest, file.name, dataset, state)
    if key not in known:
        with st.spinner("正在读取、识别、检查…", show_time=True):
            try:
                known[key] = data.desk().inspect(file.name, file.getvalue(), dataset)
            except ValidatorUnavailable as error:
                return str(error)  # not remembered: the next run tries again
            except AppError as error:
                known[key] = str(error)
    return known[key]


def _forget_others(digests: set[str]) -> None:
    """Rows and bytes of files that are no longer on the page leave the session."""
    known = st.session_state.get(INSPECTIONS, {})
    for key in [key for key in known if key[0] not in digests]:
        del known[key]
