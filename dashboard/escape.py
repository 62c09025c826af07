"""The one place where text from files is made literal: Markdown, HTML, Vega, spreadsheets."""

from __future__ import annotations

import html as _html
import json
import re

import pandas as pd

_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]+")
# Streamlit turns :smile:, :material/x:, -> and www.x.y into icons, symbols and links after the
# backslashes are gone; an invisible word joiner between the characters keeps them literal.
_AFTER_PARSING = re.compile(
    r"(?<=:)(?=//|[\w+/-]+:)|(?<=-)(?=[->])|(?<=<)(?=-)|(?<=[<>~])(?==)|(?<==)(?=>)"
    r"|(?<=www)(?=\.)|(?<=@)(?=\w)",
    re.IGNORECASE,
)
_WORD_JOINER = "\u2060"
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def markdown(text: object) -> str:
    """``text`` as Markdown that shows exactly its characters: no link, image, emphasis or icon."""
    flat = _CONTROLS.sub(" ", str(text))
    joined = _AFTER_PARSING.sub(_WORD_JOINER, flat)
    return _PUNCTUATION.sub(r"\\\1", joined)


def html(text: object) -> str:
    """``text`` for the inside of an element or a quoted attribute."""
    return _html.escape(str(text), quote=True)


def vega_string(text: object) -> str:
    """``text`` as a string literal for a Vega expression."""
    return json.dumps(str(text), ensure_ascii=True)


def spreadsheet(value: object) -> object:
    """``value`` for a cell: text that a spreadsheet would run gets a leading apostrophe.

    Numbers stay numbers. Import takes the apostrophe away again.
    """
    if not isinstance(value, str) or not value:
        return value
    starts = value.startswith(_FORMULA_STARTS) or value.lstrip().startswith(_FORMULA_STARTS)
    return "'" + value if starts else value


def csv_bytes(frame: pd.DataFrame) -> bytes:
    """The frame as UTF-8 CSV with BOM (so that Excel reads Chinese), formulas neutralised."""
    safe = frame.rename(columns=spreadsheet)
    for position, name in enumerate(frame.columns):
        if not pd.api.types.is_numeric_dtype(frame[name]):
            safe.isetitem(position, frame[name].map(spreadsheet))
    return safe.to_csv(index=False).encode("utf-8-sig")


def chart_columns(frame: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, str]]:
    """The frame with columns f1, f2 … and old name → new name: odd names break field references."""
    names = {str(name): f"f{number}" for number, name in enumerate(frame.columns, start=1)}
    return frame.set_axis(list(names.values()), axis="columns"), names
