"""When a page fails: the log gets the traceback, the reader a sentence and a number."""

from __future__ import annotations

import logging
import secrets

from pipelines.errors import AppError

log = logging.getLogger("tongpin")


def message_for(error: BaseException) -> str:
    """A Chinese sentence for ``error``; the unexpected is logged under the number it names."""
    if isinstance(error, AppError):
        return str(error)
    number = secrets.token_hex(4)
    log.error("error %s", number, exc_info=error)
    return (
        f"这一页没有显示出来，数据没有受影响。请刷新再试；仍不行请把错误编号 {number} 告诉管理员。"
    )


def on_script_error(error: Exception) -> bool:
    """Shows the sentence in place of Streamlit's own display; the hook of ``st.App``."""
    from dashboard.components import error_note

    error_note(message_for(error))
    return True
