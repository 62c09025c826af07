"""Files to sheets: by content, row for row, or one Chinese sentence."""

import csv
import io
import random
import time
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.errors import FileRefused
from pipelines.intake.source.grid import DELIMITERS, ENCODINGS, HEAD, Limits, read_source
from tests.paths import EXAMPLES

MUTATIONS = 10_000
ENDS = ["\n", "\r", "\r\n"]


def read(data, **choices):
    return read_source(io.BytesIO(data), **choices)


def rows_of(data, **choices):
    (sheet,) = read(data, **choices).sheets
    return list(sheet.open())


def written(table, delimiter, end):
    """The table as text: quoted wherever the text needs it."""
    special = {delimiter, '"', "\n", "\r"}
    lines = []
    for row in table:
        cells = [
            '"' + cell.replace('"', '""') + '"' if special & set(cell) or row == [""] else cell
            for cell in row
        ]
        lines.append(delimiter.join(cells) + end)
    return "".join(lines)


# --- round trips ---

LETTERS = st.sampled_from([*"甲乙㐂😀é\"'，；、。 0１%-=+@#", "党支部", "007", '""', "1,234"])
ONE_LINE = st.text(st.characters(exclude_categories=["Cs", "Cc"])) | st.lists(
    LETTERS | st.sampled_from(list(DELIMITERS))
).map("".join)
SEVERAL_LINES = st.lists(
    st.sampled_from(["甲", "第一条", '"', " ", "\n", "\r", "\r\n", "1。"]), max_size=8
).map("".join)


@st.composite
def tables(draw):
    width = draw(st.integers(1, 5))
    row = st.lists(ONE_LINE | SEVERAL_LINES, min_size=width, max_size=width)
    return [["单位"] * width, *draw(st.lists(row, max_size=6))]


@given(tables(), st.sampled_from(list(ENCODINGS)), st.sampled_from(list(DELIMITERS)), st.data())
def test_every_table_comes_back_in_every_form(table, encoding, delimiter, data):
    """Quotes, line ends and delimiters in cells, any encoding and line end: equal again."""
    text = written(table, delimiter, data.draw(st.sampled_from(ENDS)))
    data = text.encode(encoding)
    assert table == rows_of(data, encoding=encoding, delimiter=delimiter)


PLAIN_CELL = st.text(st.sampled_from("甲乙党支部年月0123456789.%-，；。、 "), min_size=1)


@given(
    st.lists(st.lists(PLAIN_CELL, min_size=3, max_size=3), min_size=2, max_size=6),
    st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"]),
    st.sampled_from(list(DELIMITERS)),
    st.sampled_from(ENDS),
)
def test_encoding_and_delimiter_are_found(table, encoding, delimiter, end):
    """Without any choice a table of Chinese text is read as it was written."""
    text = written([["单位", "月份", "指标"], *table], delimiter, end)
    source = read(text.encode(encoding))
    assert (encoding, delimiter) == (source.encoding, source.delimiter)
    assert table == list(source.sheets[0].open())[1:]


# --- delimiters ---


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("单位\t月份\n甲\t2026-03\n", "\t"),
        ("2026年3月报表\n单位：万元\n单位\t收入\n甲\t1,234\n乙\t5,678\n", "\t"),
        ("单位;收入\n甲;1,5\n乙;2,5\n", ";"),
        ("单位|备注\n甲|a,b;c\n乙|d\n", "|"),
        ("单位,地点,备注\n甲,a|b,1\n乙,a|b\n丙,a|b,1,\n", ","),
        ('单位,提纲\n甲,"一;1\n二;2\n三;3"\n乙,"一;1\n二;2"\n', ","),
        ("单位，月份\n甲，2026-03\n", ","),
        ("单位；月份\n甲；2026-03\n", ","),
        ("单位\n甲\n乙;丙\n", ","),
        ("单位,月份", ","),
        ("单位;月份", ";"),
    ],
)
def test_the_delimiter_is_what_splits_most_lines_alike(text, delimiter):
    """Titles without delimiters, thousands commas and Chinese punctuation do not mislead."""
    assert delimiter == read(text.encode()).delimiter


def test_a_chosen_delimiter_is_used():
    """The choice of a person counts, even where another delimiter fits better."""
    assert [["a,b"], ["c,d"]] == rows_of(b"a,b\nc,d\n", delimiter="|")


@pytest.mark.parametrize("choice", [{"encoding": "latin-1"}, {"delimiter": "，"}])
def test_a_choice_that_is_not_offered_is_refused(choice):
    """Latin-1 reads any byte and so proves nothing; it cannot be chosen."""
    with pytest.raises(FileRefused, match="不支持"):
        read(b"a,b\n", **choice)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_declared_delimiter_is_used_and_keeps_its_row(encoding):
    """Excel's sep= line is no data; the rows below keep their numbers."""
    data = "sep=;\r\n单位;月份,一\r\n".encode(encoding)
    assert [[], ["单位", "月份,一"]] == rows_of(data)


# --- rows ---


@pytest.mark.parametrize("end", ENDS)
def test_blank_lines_keep_their_row(end):
    """A blank line is an empty row, so that numbers are those of the source."""
    assert [["a", "b"], [], ["1", "2"]] == rows_of(end.join(["a,b", "", "1,2"]).encode())


def test_ragged_rows_are_as_written():
    """No cell is added or cut."""
    assert [["a", "b"], ["1"], ["1", "2", "3"]] == rows_of(b"a,b\n1\n1,2,3\n")


def test_a_sheet_opens_again_from_its_first_row():
    """Head and every opening show the same rows; two at once do not disturb each other."""
    (sheet,) = read(b"a,b\n" + b"1,2\n" * 500).sheets
    first, second = sheet.open(), sheet.open()
    assert [["a", "b"], ["a", "b"]] == [next(first), next(second)]
    assert (500, 500, HEAD) == (len(list(first)), len(list(second)), len(sheet.head))


def test_the_preview_shows_the_first_lines_as_decoded():
    """At most eight lines of at most 200 characters, to judge the encoding by."""
    shown = read(("单位,月份\r\n" + "甲" * 300 + "\r\n" * 9).encode("gb18030")).preview
    assert ("单位,月份", "甲" * 200, *[""] * 6) == shown


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('a,b\n1,"open\n2,3\n', "第 2 行起引号没有成对"),
        ('a,b\n1,"x"y\n', "第 2 行起引号没有成对"),
        ('a,b\n"x\ny",1\n2,"open\n', "第 3 行起引号没有成对"),
        (f'a,b\n1,"{"x" * 131_073}"\n', "第 2 行起.*单元格超过 131,072 个字符"),
        ("a," * 100_000 + "\n", "第 1 行有 100,001 列，超过上限 2,000 列"),
        ('a,b,c\n1,"2,3\n4,5,6\n7,8",9\n', "第 2 行有单元格跨了多行"),
        ('a,b,c\n1,2,"3\n4,5,6\n7",8,9\n', "第 2 行有单元格跨了多行"),
        ('a,b,c\n1,"2,3\n4,5",6\n', "第 2 行有单元格跨了多行"),
        ('a\tb\tc\r1\t"2\t3\r4\t5"\t6\r', "第 2 行有单元格跨了多行"),
    ],
)
def test_rows_that_would_be_misread_are_refused(text, message):
    """Quotes, widths and lengths that no honest table has name their row."""
    with pytest.raises(FileRefused, match=message):
        read(text.encode())


def test_text_of_several_lines_is_no_swallowed_row():
    """Commas in honest paragraphs stay below the width of the table."""
    text = 'a,b,c,d\n1,"一, 二\n三, 四",2,3\n5,6,"七\n八",9\n'
    assert "一, 二\n三, 四" == rows_of(text.encode())[1][1]


def test_a_hundred_thousand_columns_answer_at_once():
    """The widest line is refused within a second."""
    start = time.perf_counter()
    with pytest.raises(FileRefused, match="100,001 列"):
        read(b"," * 100_000 + b"\n")
    assert time.perf_counter() - start < 1


@pytest.mark.parametrize(
    ("limits", "message"),
    [
        (Limits(rows=300), "超过 300 行.*拆分"),
        (Limits(columns=1), "超过上限 1 列"),
        (Limits(field=3), "单元格超过 3 个字符"),
        (Limits(line=5), "第 1 行超过 5 个字符还没有换行"),
    ],
)
def test_limits_are_settings(limits, message):
    """Every limit can be set; what comes late is refused on the way."""
    data = b"abcd,efgh\n" * 301 if limits.line > 5 else b"abcd,efgh"
    with pytest.raises(FileRefused, match=message):
        rows_of(data, limits=limits)


def test_a_late_bad_row_is_refused_on_the_way():
    """What the head does not show is told with its row when it is reached."""
    (sheet,) = read(b"a,b\n" * 1_000 + b'1,"open\n').sheets
    with pytest.raises(FileRefused, match="第 1001 行起引号没有成对"):
        list(sheet.open())


def test_long_text_is_streamed():
    """Fourteen megabytes are read within eight of memory."""
    data = io.BytesIO("第一采油厂,2026-03,营业收入,1234.5\n".encode() * 300_000)
    tracemalloc.start()
    (sheet,) = read_source(data).sheets
    count = sum(1 for _ in sheet.open())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert 300_000 == count
    assert peak < 8 * 1024**2


# --- what is no table ---


def ole(*names):
    directory = b"".join(f"{name}\0".encode("utf-16-le").ljust(128, b"\0") for name in names)
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1024**2 - 20) + directory


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "文件是空的"),
        (b" \r\n\t\n", "文件是空的"),
        (b"\xef\xbb\xbf", "文件是空的"),
        (ole("Root Entry", "EncryptionInfo", "EncryptedPackage"), "有密码"),
        (ole("Root Entry", "Workbook"), "旧版 .xls"),
        (ole("Root Entry", "Book"), "旧版 .xls"),
        (ole("Root Entry", "WordDocument"), "Word 文档"),
        (ole("Root Entry"), "旧版办公文档"),
        (b"%PDF-1.7\n", "PDF"),
        (b"\x89PNG\r\n\x1a\n", "图片"),
        (b"\xff\xd8\xff\xe0", "图片"),
        (b"GIF89a", "图片"),
        (b"BM\x36\0\0\0\0\0\0\0", "图片"),
        (b"Rar!\x1a\x07\x01\0", "压缩包"),
        (b"7z\xbc\xaf\x27\x1c", "压缩包"),
        (b"\x1f\x8b\x08\0", "压缩包"),
        (b"{\\rtf1}", "RTF"),
        (b"<table><tr><td>1</td></tr></table>", "网页"),
        ("\ufeff\r\n<!DOCTYPE HTML><html>".encode(), "网页"),
        ('<HTML xmlns:o="urn:schemas">'.encode("utf-16"), "网页"),
        ("<html>单位".encode("gb18030"), "网页"),
        (b"MIME-Version: 1.0\r\nContent-Type: multipart/related", "网页"),
        (b'<?xml version="1.0"?><Workbook/>', "XML"),
    ],
)
def test_what_is_no_table_is_told_by_content(data, message):
    """Each kind of mislabelled file has its own sentence, at once."""
    start = time.perf_counter()
    with pytest.raises(FileRefused, match=message):
        read(data)
    assert time.perf_counter() - start < 1


def test_words_that_look_like_marks_are_text():
    """Cells may begin with the letters of a file mark."""
    assert [["BM", "GIF"], ["1", "<html>"]] == rows_of(b"BM,GIF\n1,<html>\n")


# --- many files at random, with a fixed seed ---


def mutated(data, chance):
    changed = bytearray(data)
    for _ in range(chance.choice([1, 1, 3, 20])):
        at = chance.randrange(len(changed) + 1)
        match chance.randrange(4):
            case 0:
                changed[at:at] = chance.randbytes(chance.randrange(1, 9))
            case 1:
                del changed[at : at + chance.randrange(1, 60)]
            case 2:
                changed[at : at + 1] = chance.choice([b",", b"\n", b'"', b"\t", b"\0", b"\xff"])
            case _:
                changed[at : at + 2] = chance.randbytes(2)
    return bytes(changed) or b" "


def outcome(data):
    """How many rows a file gave, or its refusal. Any other exception fails the test."""
    try:
        return sum(1 for sheet in read(data).sheets for _ in sheet.open())
    except FileRefused as refusal:
        return str(refusal)


def test_damaged_files_give_rows_or_a_sentence():
    """10,000 mutations of the examples: only refusals in Chinese, and many still readable."""
    chance = random.Random(20261105)
    paths = sorted(each for each in EXAMPLES.iterdir() if each.suffix in (".csv", ".xlsx"))
    seeds = [path.read_bytes() for path in paths]
    outcomes = [outcome(mutated(chance.choice(seeds), chance)) for _ in range(MUTATIONS)]
    refusals = [each for each in outcomes if isinstance(each, str)]
    assert all(any("\u4e00" <= letter <= "\u9fff" for letter in each) for each in refusals)
    assert MUTATIONS // 10 < len(refusals) < MUTATIONS * 9 // 10


def test_lines_match_the_bare_reader():
    """On honest text nothing is added or taken away compared with the csv module itself."""
    text = "".join(f'{i},"第 {i} 条, 甲",{i / 7}\n' for i in range(5_000))
    assert list(csv.reader(io.StringIO(text))) == rows_of(text.encode("gb18030"))
