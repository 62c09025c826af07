"""Decoding: strict, reported, never a lossy guess."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.errors import FileRefused
from pipelines.intake.decode import decode

TEXT = st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), min_size=1)


@given(TEXT)
def test_utf8_round_trip(text):
    """Any UTF-8 text comes back equal."""
    assert decode(text.encode("utf-8")).text == text.removeprefix("\ufeff")


@given(TEXT)
def test_utf8_with_mark_round_trip(text):
    """A byte-order mark is not part of the text."""
    decoded = decode(b"\xef\xbb\xbf" + text.encode("utf-8"))
    assert (text, "utf-8-sig") == (decoded.text, decoded.encoding)


@given(TEXT)
def test_utf16_with_mark_round_trip(text):
    """UTF-16 is recognised by its mark."""
    assert text == decode(b"\xff\xfe" + text.encode("utf-16-le")).text


def test_gb18030_is_found_without_a_mark():
    """Chinese Excel writes GB18030 without a mark; short files too."""
    for text in ("单位", "组织代码,单位名称\n0102,第一采油厂\n", "㐂"):
        decoded = decode(text.encode("gb18030"))
        assert (text, "gb18030") == (decoded.text, decoded.encoding)


def test_bad_bytes_name_their_line():
    """A byte that no step can read is refused with its line, not replaced."""
    data = "单位\n党支部\n".encode("gb18030") + b"\xff\xff\n"
    with pytest.raises(FileRefused, match="第 3 行"):
        decode(data)


def test_nul_bytes_are_refused():
    """A NUL byte means that this is not text."""
    with pytest.raises(FileRefused, match="空字节"):
        decode(b"a,b\n1,\x002\n")
