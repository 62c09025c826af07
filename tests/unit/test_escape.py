"""Text from files is shown as it is: nothing is run, fetched or turned into something else."""

import io
import json

import pandas as pd
import pytest

from dashboard import escape

JOINER = "\u2060"


@pytest.mark.parametrize(
    "text", ["*a*", "3*4*5", "![x](http://e/x.png)", "<img src=x>", "$x$", "# h"]
)
def test_every_ascii_mark_is_escaped_in_markdown(text):
    """Markdown gives ASCII punctuation a meaning; a backslash takes it away."""
    shown = escape.markdown(text)
    assert text == shown.replace("\\", "").replace(JOINER, "")
    assert all(
        shown[position - 1] == "\\"
        for position, character in enumerate(shown)
        if character.isascii() and character in "*[]()!<>$#_`~"
    )


@pytest.mark.parametrize(
    "text", [":smile:", ":material/home:", "a -> b", "www.e.cn", "a@b.cn", "http://e"]
)
def test_what_is_replaced_after_parsing_is_broken_up(text):
    """Icons, arrows and links are made after backslashes are gone; a word joiner prevents that."""
    assert JOINER in escape.markdown(text)


def test_plain_chinese_and_times_stay_as_they_are():
    """No invisible character gets into text that needs none, so it can be searched and copied."""
    assert escape.markdown("第一党支部2026年3月14:07") == "第一党支部2026年3月14\\:07"


def test_a_value_with_line_breaks_stays_on_one_line():
    """A line break could start a heading or a list."""
    assert escape.markdown("a\r\n\u2028b") == "a b"


def test_html_is_inert_in_text_and_attributes():
    """Angle brackets, ampersands and both quotes are entities."""
    assert escape.html("<a b='\"&>") == "&lt;a b=&#x27;&quot;&amp;&gt;"


def test_a_vega_string_is_one_literal():
    """A quote or a backslash in a name must not end the literal of an expression."""
    text = "a'b\"c\\d\u2028e"
    literal = escape.vega_string(text)
    assert text == json.loads(literal)
    assert literal.isascii()


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@A1", "\t=1", " =1", "＝1+1", "＠A"])
def test_text_that_a_spreadsheet_would_run_is_neutralised(text):
    """The apostrophe makes it text; import takes it away again."""
    assert "'" + text == escape.spreadsheet(text)


@pytest.mark.parametrize("value", [-1, 1.5, None, "", "正常", "3-4"])
def test_other_cells_are_not_touched(value):
    """A negative number is a number, not a formula."""
    assert value == escape.spreadsheet(value)


def test_a_csv_opens_in_excel_and_holds_no_formula():
    """BOM first; text cells and headers neutralised; numbers stay numbers."""
    frame = pd.DataFrame({"=列": ["=1+1", "甲"], "数": [-1.5, 2.0]})
    content = escape.csv_bytes(frame)
    assert content.startswith(b"\xef\xbb\xbf")
    back = pd.read_csv(io.BytesIO(content), encoding="utf-8-sig")
    assert list(back.columns) == ["'=列", "数"]
    assert list(back["'=列"]) == ["'=1+1", "甲"]
    assert list(back["数"]) == [-1.5, 2.0]


def test_chart_columns_have_names_that_no_expression_can_break():
    """Dots, brackets and quotes in a column name break field references, so they are renamed."""
    frame = pd.DataFrame([[1, 2]], columns=["a.b[0]", "c'd"])
    renamed, names = escape.chart_columns(frame)
    assert list(renamed.columns) == ["f1", "f2"]
    assert names == {"a.b[0]": "f1", "c'd": "f2"}
