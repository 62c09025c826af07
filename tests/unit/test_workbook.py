"""Workbooks to sheets: values as calamine gives them, plus what only the package tells."""

import io
import random
import struct
import time
import zipfile
from datetime import date, datetime

import pytest
from openpyxl import Workbook

from pipelines.errors import FileRefused
from pipelines.intake.source.grid import HEAD, Limits, Percent, Scaled, Uncalculated, read_source

MUTATIONS = 2_000
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
SHEET = "xl/worksheets/sheet1.xml"
ROOT = (
    f'<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" Type="{OFFICE}/officeDocument"'
    ' Target="xl/workbook.xml"/></Relationships>'
)


def relations(*targets):
    each = "".join(
        f'<Relationship Id="rId{i}" Type="{OFFICE}/worksheet" Target="{target}"/>'
        for i, target in enumerate(targets, start=1)
    )
    return f'<Relationships xmlns="{PACKAGE}">{each}</Relationships>'


def parts(
    cells, formats=("General",), after="", states=("visible",), target="worksheets/sheet1.xml"
):
    """The parts of a workbook whose first sheet holds ``cells``; style i has ``formats[i]``."""
    sheets = "".join(
        f'<sheet name="表 &lt;{i}&gt;" sheetId="{i}" state="{state}" r:id="rId{i}"/>'
        for i, state in enumerate(states, start=1)
    )
    codes = "".join(
        f'<numFmt numFmtId="{200 + i}" formatCode="{code.replace(chr(34), "&quot;")}"/>'
        for i, code in enumerate(formats)
        if not code.isdigit()
    )
    styles = "".join(
        f'<xf numFmtId="{code if code.isdigit() else 200 + i}"/>' for i, code in enumerate(formats)
    )
    sheet = f'<worksheet xmlns="{MAIN}"><sheetData>{cells}</sheetData>{after}</worksheet>'
    return {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": ROOT,
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{sheets}</sheets>'
        "</workbook>",
        "xl/_rels/workbook.xml.rels": relations(*[target] * len(states)),
        "xl/styles.xml": f'<styleSheet xmlns="{MAIN}"><numFmts>{codes}</numFmts>'
        f'<cellStyleXfs><xf numFmtId="9"/></cellStyleXfs><cellXfs>{styles}</cellXfs></styleSheet>',
        SHEET: sheet,
    }


def packed(contents):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    return target.getvalue()


def read(data, **choices):
    return read_source(io.BytesIO(data), **choices)


def sheet_of(*arguments, **named):
    return read(packed(parts(*arguments, **named))).sheets[0]


def rows_of(*arguments, **named):
    return list(sheet_of(*arguments, **named).open())


def typed(rows):
    return [[(type(cell), cell) for cell in row] for row in rows]


PLAIN = packed(parts('<row r="1"><c r="A1"><v>1</v></c></row>'))


# --- facts ---


@pytest.mark.parametrize(
    ("code", "percent"),
    [
        *(("9", True), ("10", True), ("0.0%", True), ("0.0%;[Red]-0.0%", True), ("0%_ ", True)),
        *(("General", False), ("2", False), ('0.00"%"', False), (r"0.0\%", False)),
        *(("[%]0", False), ("#,##0.00", False)),
    ],
)
def test_a_percent_format_shows_in_the_value(code, percent):
    """0.125 shown as 12.5 % is told apart from 0.125; a literal % sign is no percent."""
    ((plain, shown),) = rows_of(
        '<row r="1"><c r="A1"><v>0.125</v></c><c r="B1" s="1"><v>0.125</v></c></row>',
        formats=("General", code),
    )
    assert (float, Percent if percent else float) == (type(plain), type(shown))
    assert 0.125 == shown


@pytest.mark.parametrize(
    ("code", "scaled"),
    [
        *(("0.00,", True), ('0.00,,"亿"', True), (r"0\.0,", True), ("#,##0,;[Red]-#,##0,", True)),
        *(
            ("#,##0", False),
            ("#,##0.00_ ", False),
            ('0"万,"', False),
            (r"0\,", False),
            ("@", False),
        ),
        ("0,000", False),
    ],
)
def test_a_format_that_shows_a_smaller_number_shows_in_the_value(code, scaled):
    """123456 shown as 12.3 (万) is told apart from 123456; a thousands separator is not."""
    ((shown,),) = rows_of(
        '<row r="1"><c r="A1" s="1"><v>123456</v></c></row>', formats=("General", code)
    )
    assert (Scaled if scaled else float) is type(shown)
    assert 123456 == shown


def test_only_numbers_are_percents():
    """Texts and truth values in a percent column stay what they are."""
    cells = (
        '<row r="1"><c r="A1" s="0" t="inlineStr"><is><t>无</t></is></c>'
        '<c r="B1" s="0" t="b"><v>1</v></c><c r="C1" s="0"/>'
        '<c r="D1" s="0" t="n"><v>1</v></c></row>'
    )
    expected = [[(str, "无"), (bool, True), (str, ""), (Percent, 1.0)]]
    assert expected == typed(rows_of(cells, formats=("9",)))


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("<f>SUM(A1:A2)</f>", Uncalculated("=SUM(A1:A2)")),
        ("<f>SUM(A1:A2)</f><v></v>", Uncalculated("=SUM(A1:A2)")),
        ("<f>SUM(A1:A2)</f><v/>", Uncalculated("=SUM(A1:A2)")),
        ("<f>A1&amp;A2</f>", Uncalculated("=A1&A2")),
        ('<f t="shared" si="0"/>', Uncalculated("=")),
        ("<f>SUM(A1:A2)</f><v>3</v>", 3.0),
        ("<f>SUM(A1:A2)</f><v>0</v>", 0.0),
    ],
)
def test_a_formula_without_result_is_not_blank(content, expected):
    """It comes as its formula; a stored result comes as the value."""
    cell = rows_of(f'<row r="1"><c r="A1">{content}</c></row>')[0][0]
    assert (type(expected), expected) == (type(cell), cell)


def test_an_empty_text_is_a_result():
    """A text formula that gave the empty text is blank; without any result it is not."""
    cells = (
        '<row r="1"><c r="A1" t="str"><f>T(B9)</f><v></v></c>'
        '<c r="B1" t="str"><f>T(B9)</f></c><c r="C1" t="str"><f>T(B9)</f><v>x</v></c></row>'
    )
    expected = [[(str, ""), (Uncalculated, "=T(B9)"), (str, "x")]]
    assert expected == typed(rows_of(cells))


def test_a_formula_beyond_the_last_value_is_kept():
    """The grid grows to hold it."""
    cells = '<row r="1"><c r="A1"><v>1</v></c></row><row r="3"><c r="AB3"><f>A1</f></c></row>'
    rows = rows_of(cells)
    assert [[1.0], [], [""] * 27 + ["=A1"]] == rows


@pytest.mark.parametrize("mark", ["#N/A", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?"])
def test_an_error_comes_as_its_text(mark):
    """An error is not an empty cell, with its formula or without."""
    cells = (
        f'<row r="2"><c r="B2" t="e"><v>{mark}</v></c>'
        f'<c r="C2" t="e"><f>1/0</f><v>{mark}</v></c></row>'
    )
    assert [(str, ""), (str, mark), (str, mark)] == typed(rows_of(cells))[1]


def test_cells_without_a_reference_follow_the_one_before():
    """Percent, formula and error land on the cell that they belong to."""
    cells = (
        '<row><c><v>1</v></c><c s="1"><v>0.5</v></c></row>'
        '<row r="4"><c r="B4" t="inlineStr"><is><t>甲</t></is></c><c t="e"><v>#N/A</v></c></row>'
        '<row><c/><c><f>A1</f></c><c s="1"><v>0.25</v></c></row>'
    )
    expected = [
        [(float, 1.0), (Percent, 0.5), (str, "")],
        *[[(str, "")] * 3] * 2,
        [(str, ""), (str, "甲"), (str, "#N/A")],
        [(str, ""), (Uncalculated, "=A1"), (Percent, 0.25)],
    ]
    assert expected == typed(rows_of(cells, formats=("General", "9")))


def test_tags_with_a_prefix_are_understood():
    """Some programs write x:row and x:c."""
    contents = parts("")
    contents[SHEET] = (
        f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData><x:row r="1" hidden="1">'
        '<x:c r="A1"><x:f>B1</x:f></x:c><x:c r="B1" s="0"><x:v>1</x:v></x:c>'
        "</x:row></x:sheetData></x:worksheet>"
    )
    (sheet,) = read(packed(contents)).sheets
    assert ([["=B1", 1.0]], {0}) == (list(sheet.open()), sheet.hidden_rows)


def test_hidden_rows_are_named():
    """Rows hidden by hand or by a filter; hidden columns and rows below the table do not count."""
    cells = (
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="2" hidden="1"><c r="A2"><v>2</v></c></row>'
        '<row r="3" hidden="0"><c r="A3"><v>3</v></c></row><row r="9" hidden="true"/>'
    )
    assert {1} == sheet_of(cells).hidden_rows


def test_hidden_sheets_are_told_apart():
    """Hidden and very hidden sheets are read and marked."""
    cells = '<row r="1"><c r="A1"><v>1</v></c></row>'
    source = read(packed(parts(cells, states=("visible", "hidden", "veryHidden"))))
    assert [("表 <1>", True), ("表 <2>", False), ("表 <3>", False)] == [
        (each.name, each.visible) for each in source.sheets
    ]


@pytest.mark.parametrize(
    "target", ["worksheets/sheet1.xml", "/xl/worksheets/sheet1.xml", "/XL/Worksheets/Sheet1.xml"]
)
def test_the_part_of_a_sheet_is_found(target):
    """Targets are relative, absolute or in other letters; facts come from the right part."""
    cells = '<row r="1"><c r="A1" t="e"><v>#N/A</v></c></row>'
    assert [["#N/A"]] == rows_of(cells, target=target)


def test_merged_cells_are_given_from_zero():
    """First and last row and column, inclusive."""
    cells = '<row r="1"><c r="A1"><v>1</v></c></row>'
    after = '<mergeCells count="1"><mergeCell ref="A1:B3"/></mergeCells>'
    assert (((0, 0), (2, 1)),) == sheet_of(cells, after=after).merged


@pytest.mark.parametrize("code", ["14", "31", "57", '[$-804]yyyy"年"m"月"d"日"', 'yyyy"年"m"月";@'])
def test_dates_in_chinese_formats_are_dates(code):
    """Also the built-in formats that only Chinese Excel has."""
    cells = '<row r="1"><c r="A1" s="1"><v>46082</v></c><c r="B1" s="1"><v>46082.5</v></c></row>'
    expected = [[date(2026, 3, 1), datetime(2026, 3, 1, 12)]]
    assert expected == rows_of(cells, formats=("General", code))


def test_a_sheet_opens_again_from_its_first_row():
    """Head and every opening show the same rows, in which row i is row i + 1 of the sheet."""
    book = Workbook()
    for number in range(2, 300):
        book.active.cell(number, 2, number)
    target = io.BytesIO()
    book.save(target)
    (sheet,) = read(target.getvalue()).sheets
    first, second = list(sheet.open()), list(sheet.open())
    assert first == second
    assert first[:HEAD] == sheet.head
    assert (["", ""], ["", 299.0]) == (first[0], first[298])


# --- refusals ---


def with_flag(data, local, central, value):
    """Every entry of the archive with a 16-bit field overwritten in both of its headers."""
    changed = bytearray(data)
    for mark, offset in ((b"PK\x03\x04", local), (b"PK\x01\x02", central)):
        position = changed.find(mark)
        while position >= 0:
            struct.pack_into("<H", changed, position + offset, value)
            position = changed.find(mark, position + 4)
    return bytes(changed)


def lying(data):
    """The sheet claims one byte less than it unpacks to."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        size = archive.getinfo(SHEET).file_size
    return data.replace(struct.pack("<I", size), struct.pack("<I", size - 1))


def declared(name):
    contents = parts("")
    root = contents[name]
    contents[name] = f'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>{root}'
    return packed(contents)


def bomb(size):
    return packed(parts(" " * size))


REFUSED = {
    "xlsb": (packed({"xl/workbook.bin": "x"}), "xlsb.*另存为 .xlsx"),
    "ods": (packed({"mimetype": "x", "content.xml": "x"}), "OpenDocument.*另存为 .xlsx"),
    "docx": (packed({"word/document.xml": "x"}), "Word 文档"),
    "pptx": (packed({"ppt/presentation.xml": "x"}), "演示文稿"),
    "ofd": (packed({"OFD.xml": "x"}), "OFD"),
    "zip": (packed({"a.csv": "x"}), "这是压缩包"),
    "empty zip": (packed({}), "这是压缩包"),
    "hollow": (packed({"xl/a": "x"}), "打不开"),
    "cut off": (PLAIN[:-30], "文件不完整"),
    "half": (PLAIN[: len(PLAIN) // 2], "文件不完整"),
    "password": (with_flag(PLAIN, 6, 8, 1), "解压密码"),
    "unknown compression": (with_flag(PLAIN, 8, 10, 77), "打不开"),
    "false size": (lying(PLAIN), "打不开"),
    "declaration in a sheet": (declared(SHEET), "DOCTYPE"),
    "declaration in the workbook": (declared("xl/workbook.xml"), "DOCTYPE"),
    "declaration in styles": (declared("xl/styles.xml"), "DOCTYPE"),
    "bomb": (bomb(150 * 1024**2), "解压后有 150 MB，超出安全上限"),
    "many parts": (packed({f"xl/{i:>0200}": "" for i in range(30_000)}), "里面的文件超过上限"),
    "no sheet": (packed(parts("", states=())), "没有工作表"),
    "broken sheet": (packed({**parts(""), SHEET: "<worksheet><sheetData><row"}), "打不开"),
    "lost sheet": (packed(parts("", target="worksheets/other.xml")), "打不开"),
    "far column": (
        packed(parts('<row r="1"><c r="BXY1"><v>1</v></c></row>')),
        "第 1 个工作表用到了第 2,001 列",
    ),
    "far formula": (
        packed(parts('<row r="1"><c r="BXY1"><f>A1</f></c></row>')),
        "第 1 行在第 2,001 列有公式",
    ),
}


@pytest.mark.parametrize(("data", "message"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_sound_workbook_is_told_at_once(data, message):
    """Each kind has its own sentence, within a second."""
    start = time.perf_counter()
    with pytest.raises(FileRefused, match=message):
        read(data)
    assert time.perf_counter() - start < 1


@pytest.mark.parametrize(
    ("limits", "message"),
    [
        (Limits(unpacked=1_000), "超出安全上限"),
        (Limits(ratio=0, suspicious=0), "超出安全上限"),
        (Limits(parts=0), "里面的文件超过上限"),
        (Limits(columns=0), "超过上限 0 列"),
    ],
)
def test_limits_are_settings(limits, message):
    """Every limit can be set."""
    with pytest.raises(FileRefused, match=message):
        read(PLAIN, limits=limits)


def test_a_picture_may_declare_a_type():
    """Excel keeps SVG pictures as they are; only parts that are read as XML are judged."""
    picture = {"xl/media/image1.svg": '<!DOCTYPE svg PUBLIC "x" "y"><svg/>'}
    contents = parts('<row r="1"><c r="A1"><v>1</v></c></row>')
    assert [[1.0]] == list(read(packed({**contents, **picture})).sheets[0].open())


def test_repetitive_workbooks_are_no_bombs():
    """Twenty thousand equal rows unpack to far more than they weigh, and are read."""
    cells = "".join(
        f'<row r="{i}">'
        + "".join(f'<c r="{c}{i}" t="inlineStr"><is><t>第一采油厂</t></is></c>' for c in "ABCDEFGH")
        + "</row>"
        for i in range(1, 20_001)
    )
    rows = rows_of(cells)
    assert (20_000, ["第一采油厂"] * 8) == (len(rows), rows[-1])


# --- many sheets at random, with a fixed seed ---

RICH = parts(
    '<row r="1"><c r="A1" t="inlineStr"><is><t>甲</t></is></c><c r="B1" s="1"><v>0.5</v></c></row>'
    '<row r="2" hidden="1"><c r="A2"><f>SUM(B1)</f></c><c t="e"><v>#N/A</v></c></row>',
    formats=("General", "0.0%", 'yyyy"年"m"月"'),
    after='<mergeCells><mergeCell ref="A1:A2"/></mergeCells>',
)
SCRAPS = [b"<", b'"', b"<c>", b"</c>", b"<f>", b"<row/>", b"&a;", b"\xff", b"0", b"9"]
SCRAPS += [b"A", b"Z", b" ", b"n", b"-", b"%", b"1e9", b"<f/>", b"<v/>", b"<c/>", b"<c t='e'/>"]


def test_damaged_parts_give_rows_or_a_sentence():
    """2,000 workbooks with a damaged part inside a sound archive: only refusals may come."""
    chance = random.Random(20261106)
    outcomes = []
    for _ in range(MUTATIONS):
        name = chance.choice([each for each in RICH if each.startswith("xl/")])
        content = bytearray(RICH[name].encode())
        for _ in range(chance.choice([1, 1, 2])):
            at = chance.randrange(len(content))
            content[at : at + chance.randrange(3)] = chance.choice(SCRAPS)
        try:
            outcomes.append(bool(read(packed({**RICH, name: bytes(content)})).sheets))
        except FileRefused:
            outcomes.append(False)
    assert MUTATIONS // 10 < sum(outcomes) < MUTATIONS * 9 // 10
