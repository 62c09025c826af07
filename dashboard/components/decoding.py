"""Step 1: how the bytes were read, with the first lines to judge by and both choices to change."""

from __future__ import annotations

import streamlit as st

from dashboard import format as fmt
from dashboard.components.reading import choices_of, choose
from dashboard.escape import markdown
from pipelines.intake.inspection import Inspection
from pipelines.intake.source.grid import DELIMITERS, ENCODINGS

AUTOMATIC = ""
AUTOMATIC_LABEL = "自动识别"
_LINES_WITHOUT_TABLE = 3  # without a header nobody knows which columns are personal


def decoding(inspection: Inspection) -> str:
    """How the bytes were read, in a few words."""
    how = "Excel 工作簿"
    if inspection.encoding:
        how = ENCODINGS.get(inspection.encoding, inspection.encoding)
    parts = [how, fmt.size_label(inspection.size)]
    if inspection.delimiter:
        name = DELIMITERS.get(inspection.delimiter, inspection.delimiter)
        parts.insert(1, f"以{name}分隔")
    return " · ".join(parts)


def decoding_step(inspection: Inspection, *, digest: str) -> None:
    """The choices, the first lines of a text file down to its header, the fingerprint."""
    if inspection.encoding:
        decoding_choices(digest)
        lines = inspection.raw_head[: _shown_lines(inspection)]
        if lines:
            st.caption("按这个编码读到的开头几行（到表头为止）。如果是乱码，请换一种编码。")
            st.text("\n".join(lines))
    st.caption(f"文件指纹（SHA-256）：{inspection.sha256}")


def decoding_choices(digest: str) -> None:
    """Select boxes for encoding and delimiter; a change reads the file again."""
    made = choices_of(digest)
    left, right = st.columns(2)
    with left:
        _choice("编码", "encoding", made.encoding, ENCODINGS, digest)
    with right:
        _choice("分隔符", "delimiter", made.delimiter, DELIMITERS, digest)


def _choice(label: str, name: str, made: str | None, labels: dict[str, str], digest: str) -> None:
    key = f"{name}_{digest}_{made}"
    options = [AUTOMATIC, *labels]
    st.selectbox(
        label,
        options,
        index=options.index(made) if made in options else 0,
        format_func=lambda value: labels.get(value, AUTOMATIC_LABEL),
        key=key,
        on_change=lambda: choose(digest, **{name: st.session_state[key] or None}),
        filter_mode=None,
    )


def _shown_lines(inspection: Inspection) -> int:
    region = inspection.region
    return region.first_row - 1 if region else _LINES_WITHOUT_TABLE


def is_text(name: str, head: bytes) -> bool:
    """Whether the person could have meant a text file, so that a refusal may be the decoding's."""
    return name.lower().endswith(".csv") and not head.startswith((b"PK\x03\x04", b"\xd0\xcf\x11"))


def missing_note(inspection: Inspection) -> None:
    """Required columns that nothing gives, said before anything else."""
    if inspection.missing:
        names = "、".join(inspection.missing)
        st.warning(
            markdown(
                f"缺少必需的列：{names}。如果文件里有，请在下面“3　列的对应”里选出是哪一列；"
                "如果没有，请在文件里补上这一列后重新上传。"
            )
        )
