"""Decoding: strict, reported, never a lossy guess."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.errors import FileRefused
from pipelines.intake.source.decode import ENCODINGS, find_text

TEXT = st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), min_size=1)
CHUNK = 1024**2
LINE = 8 * CHUNK


def decode(data, encoding=None, longest_line=LINE):
    """The whole text and the encoding it was read with."""
    found = find_text(io.BytesIO(data), encoding, longest_line=longest_line)
    with found.open() as lines:
        return lines.read(), found.encoding


@given(TEXT)
def test_utf8_round_trip(text):
    """Any UTF-8 text comes back equal."""
    assert text.removeprefix("\ufeff") == decode(text.encode("utf-8"))[0]


@given(TEXT)
def test_utf8_with_mark_round_trip(text):
    """A byte-order mark is not part of the text."""
    assert (text, "utf-8-sig") == decode(b"\xef\xbb\xbf" + text.encode("utf-8"))


@given(TEXT)
@pytest.mark.parametrize(
    ("mark", "codec"), [(b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")]
)
def test_utf16_with_mark_round_trip(mark, codec, text):
    """UTF-16 is recognised by its mark, in both byte orders."""
    assert (text, "utf-16") == decode(mark + text.encode(codec))


def test_gb18030_is_found_without_a_mark():
    """Chinese Excel writes GB18030 without a mark; short files too."""
    for text in ("单位", "组织代码,单位名称\n0102,第一采油厂\n", "㐂", "单位\n甲\n"):
        assert (text, "gb18030") == decode(text.encode("gb18030"))


def test_gb18030_with_mark_loses_the_mark():
    """Some editors put a mark before GB18030 as well."""
    assert ("单位", "gb18030") == decode("\ufeff单位".encode("gb18030"))


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_letter_across_two_chunks_is_one_letter(encoding):
    """Reading in pieces cuts no letter apart, wherever the piece ends."""
    for shift in range(4):
        text = "a" * shift + "油田😀" * 300_000
        assert (text, encoding) == decode(text.encode(encoding))


def test_one_late_gb18030_letter_decides_for_the_whole_file():
    """The ladder looks at every byte, not at a sample."""
    data = b"a,b\n" * CHUNK + "甲".encode("gb18030")
    assert "gb18030" == decode(data)[1]


def test_bad_bytes_name_their_line():
    """A byte that no step can read is refused with its line, not replaced."""
    data = "单位\n党支部\n".encode("gb18030") + b"\xff\xff\n"
    with pytest.raises(FileRefused, match="第 3 行有读不出的字节：既不是 UTF-8 也不是 GB18030"):
        decode(data)


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
def test_lines_are_counted_over_all_chunks_and_line_ends(end):
    """The line of a bad byte after several megabytes is right for every kind of line end."""
    data = f"单位,数值{end}".encode("gb18030") * 250_000 + b"\xff"
    with pytest.raises(FileRefused, match="第 250001 行"):
        decode(data)


@pytest.mark.parametrize(
    ("mark", "codec"), [(b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le")]
)
def test_half_a_letter_at_the_end_is_refused(mark, codec):
    """A file that was cut off within a letter is not read as if it were whole."""
    with pytest.raises(FileRefused, match="第 2 行有读不出的字节：不是完整的"):
        decode(mark + "单位\n甲".encode(codec)[:-1])


@pytest.mark.parametrize(
    "data", [b"a,b\n1,\x002\n", b"\xff\xfe" + "a,b\n1,\0\n".encode("utf-16-le")]
)
def test_nul_bytes_are_refused(data):
    """A NUL byte means that this is not text; its line is told."""
    with pytest.raises(FileRefused, match="第 2 行有空字节"):
        decode(data)


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("text", ["unit,month\n", "单位,月份\n一厂,2026-03\n" * 50])
def test_utf16_without_a_mark_is_not_guessed(text, codec):
    """The byte order cannot be known; the sentence says what to save instead."""
    for encoding in (None, "utf-16", "gb18030"):
        with pytest.raises(FileRefused, match=r"没有 BOM 的 UTF-16.*另存为"):
            decode(text.encode(codec), encoding)


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_chosen_encoding_is_used(encoding):
    """Every encoding that can be chosen reads what was written in it."""
    assert "单位" == decode("单位".encode(encoding), encoding)[0]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_both_names_of_utf8_read_a_mark(encoding):
    """With the mark or without it is the same choice; the mark never becomes text."""
    assert ("单位", "utf-8-sig") == decode(b"\xef\xbb\xbf" + "单位".encode(), encoding)
    assert ("单位", "utf-8") == decode("单位".encode(), encoding)


@pytest.mark.parametrize(
    ("text", "written", "chosen", "message"),
    [
        ("a\n单位", "gb18030", "utf-8", "第 2 行有不是 UTF-8 的字节"),
        ("a\n油", "utf-8", "gb18030", "第 2 行有不是 GB18030 的字节"),
        ("单位", "utf-8", "utf-16", "没有 UTF-16 的 BOM"),
        ("单位", "utf-16", "utf-8", "第 1 行有不是 UTF-8 的字节"),
    ],
)
def test_a_wrong_choice_is_told(text, written, chosen, message):
    """A chosen encoding is strict too, and the way back is named."""
    with pytest.raises(FileRefused, match=rf"{message}.*改选"):
        decode(text.encode(written), chosen)


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_the_end_mark_of_dos_programs_is_not_text(encoding):
    """Ctrl-Z after the last line ends the file; elsewhere it stays."""
    assert "a\x1ab\n" == decode("a\x1ab\n\x1a\x1a".encode(encoding))[0]


def test_a_line_without_end_is_refused():
    """A text without line ends is not held in memory."""
    with pytest.raises(FileRefused, match="第 3 行超过 1,000 个字符还没有换行"):
        decode(b"a\nb\n" + b"x" * 2000, longest_line=1000)


def test_two_readings_at_once_do_not_disturb_each_other():
    """Each reading keeps its own place in the file."""
    found = find_text(io.BytesIO("甲\n乙\n丙\n".encode() * CHUNK), longest_line=LINE)
    with found.open() as first, found.open() as second:
        assert all(a == b for a, b in zip(first, second, strict=True))
