"""上传入库: drop files, see what was read, correct how, confirm, undo."""

from __future__ import annotations

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from dashboard.catalog import Page
from dashboard.components import page_header
from dashboard.components.confirmation import confirmation, show_notices, uploader_key, waiting
from dashboard.components.decoding import decoding_choices, is_text
from dashboard.components.preview import preview
from dashboard.components.reading import choices_of, choose, forget_others, inspected, refused
from dashboard.components.remembered import remembered_mappings
from dashboard.components.upload_list import upload_list
from dashboard.escape import markdown
from dashboard.server.services import services
from pipelines.domain.catalog import datasets

PAGE = Page(title="上传入库", group="数", order=10, url_path="upload")

AUTOMATIC = "自动识别"


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
    forget_others(set(pending))
    for digest, file in pending.items():
        _one_file(file, digest, by=by)
    remembered_mappings(by=by)
    upload_list(by=by)


@st.fragment(run_every=2.0)
def _warming_up() -> None:
    if services().validator.ready:
        st.rerun()
    st.info("检查程序正在启动，约需十几秒。现在就可以选文件，读完后会等它就绪再检查。")


def _one_file(file: UploadedFile, digest: str, *, by: str) -> None:
    with st.container(border=True):
        st.subheader(markdown(file.name), anchor=False)
        _dataset_choice(digest)
        inspection = inspected(file, digest)
        if inspection is None:
            return
        if isinstance(inspection, str):
            refused(inspection, digest)
            if is_text(file.name, file.getvalue()[:4]):
                decoding_choices(digest)
            return
        st.caption(markdown(f"读作：{inspection.dataset_label}"))
        preview(inspection, digest=digest, received=file.getvalue())
        confirmation(inspection, by=by)


def _dataset_choice(digest: str) -> None:
    made = choices_of(digest).dataset or AUTOMATIC
    options = [AUTOMATIC, *datasets()]
    key = f"dataset_{digest}_{made}"

    def chosen() -> None:
        value = st.session_state[key]
        choose(digest, dataset=None if value == AUTOMATIC else value)

    st.selectbox(
        "数据表",
        options,
        index=options.index(made),
        format_func=lambda name: name if name == AUTOMATIC else datasets()[name].label,
        key=key,
        on_change=chosen,
    )
