"""Fuzz: damaged bytes and random cells, as text and as workbooks, never end in a traceback.

How many inputs each test tries is in ``TRIES``. A longer run, seeds and numbers as given:
``python -m tests.unit.test_fuzz 100000 7``.
"""

import csv
import io
import random
import re
import sys
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache

import pytest
from openpyxl import Workbook

from pipelines.desk import Desk
from pipelines.domain.catalog import datasets
from pipelines.errors import AppError
from pipelines.intake.cells.cell import clean
from pipelines.intake.choices import Names
from pipelines.intake.source.grid import Row, read_source
from tests.parsing import Parsed, parse
from tests.paths import EXAMPLES

TRIES = {"text bytes": 4000, "workbook bytes": 700, "text cells": 5000, "workbook cells": 400}
DESK_TRIES = 40
NAMES = Names(
    kpis={"营业收入": "万元", "设备完好率": "%", "新指标": ""},
    units=frozenset({"第一采油厂", "物资供应公司", "合计划部"}),
)
_CHINESE = re.compile("[\u4e00-\u9fff]")

_PIECES = [
    b"\0", b"\r", b"\n", b'"', b"'", b",", b"\t", b";", b"|", b"\xff", b"\xfe\xff", b"\xff\xfe",
    b"\xef\xbb\xbf", b"\x1a", b"\x80", b"\x81\x30\x81\x30", b"sep=;\n", b",,,,,,,,",
    b"\xed\xa0\x80", "合计,,1\n".encode(), "单位：万元\n".encode(),
    "单位,月份,指标,实际\n".encode(), "注：\n".encode(), "（".encode(), "\u2028".encode(),
    "密级".encode(), b"<", b"&", b"</row>", b'<row r="999999"/>', b'r="A1"', b't="s"',
    b"<v>1e999</v>", b"<mergeCell ref=\"A1:ZZ9\"/>",
]  # fmt: skip
_HOSTILE = [
    "", "", "", " ", "\u3000", "'", "''", "'=1+1", "=cmd|' /C calc'!A0", "+86 13800000000", "#",
    "##", "#N/A", "#DIV/0!", "—", "/", "一", "无", "未统计", "约30", "三次", "25人次", "≥5", "1-5",
    "(3)", "(1,234)", "1,23,4", "1e400", "-1e308", "NaN", "inf", "1e-400", "12.5%", "１２．５％",
    "0.125", "1.2亿元", "3 万", "增长1.7倍", "持平", "由亏转盈", "下降0.2个百分点", "翻番",
    "一百二十三", "①", "㎡", "٣", "²", "½", "万", "亿", "十", "2026.1", "2026.10", "202613",
    "46082", "20263", "2026年", "2026年3月", "2026-03", "26年3月", "1—2月", "3月", "一季度",
    "13月", "1—3月累计", "截至5月", "上半年", "2026-02-30", "2026年2月30日", "9999-12-31",
    "0001-01-01", "2026-03-05 25:61", "长期坚持", "6月底", "合计", "小计", "其中：甲", "合计划部",
    "注：", "*", "※说明", "负责人：", "第1页", "- 1 -", "一、经营", "密级：秘密", "机密★10年",
    "内部", "公开", "绝密", "单位：万元", "填报单位：第一采油厂", "报告期：2026年3月",
    "报告期：2026年13月", "a\nb", "a\rb", "a,b\nc,d\ne,f", "\u202e", "\ufeff", "\x00", "\x0b",
    "\ud7ff", "x"*300, "9"*400, "，"*50, "<script>", "{{7*7}}", "../../etc", "NULL", "请选择",
    "10", "0", "-0", "第一采油厂", "物资供应公司", "营业收入", "设备完好率", "新指标", "党员大会",
    "实践", "是", "Y",
]  # fmt: skip
_GROUPS = [
    "本月", "本年累计", "累计", "1—3月累计", "上年同期", "去年", "2026年", "2025年度", "一季度",
    "第1季度", "1月", "2月", "3月份", "1—2月", "2026年3月", "2026-03", "202603", "2026.1", "13月",
    "计划", "实际", "完成率", "同比%", "序号", "营业收入（万元）", "设备完好率(%)", "营业收入",
    "新指标", "（万元）", "()", "电话", "姓名", "身份证号", "密级", "单位", "数值单位", "计量单位",
    "指标", "名称", "完成情况", "年", "月", "1", "2026", "累计累计", "一二三四五六七八九十月",
    "〇月", "十十月", "至", "到月", "第季度",
]  # fmt: skip
_VALUES = [
    1, -1, 0, 0.5, 1e300, -1e-300, 1e15, 123456789012345678, 46082, 2026, 202603, 2026.1, True,
    False, date(2026, 3, 1), datetime(2026, 3, 5, 9, 30, 0, 999999), time(9, 30),
    timedelta(days=2), datetime(1900, 1, 1), datetime(9999, 12, 31), "=1/0", "=A1", "#REF!",
]  # fmt: skip
_FORMATS = ["General", "0.0%", "yyyy-mm", '0"%"', "@", "[h]:mm", "m月"]
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass
class Tally:
    """What came of the inputs, and those that broke."""

    outcomes: Counter = field(default_factory=Counter)
    broken: list[tuple[int, str]] = field(default_factory=list)

    @property
    def tried(self) -> int:
        return sum(self.outcomes.values())


@cache
def headers() -> list[str]:
    found = {s for each in datasets().values() for f in each.fields for s in f.spellings}
    return sorted(found)


@cache
def seeds() -> dict[str, list[bytes]]:
    texts = [p.read_bytes() for p in sorted(EXAMPLES.glob("*.csv"))]
    wide = "2026年情况\n单位,指标,1月,2月\n,,计划,实际\n甲,营业收入,1,2\n"
    wide += ",利润,3,4\n合计,,4,6\n注：无\n"
    texts += [wide.encode("gb18030"), wide.replace(",", "\t").encode("utf-16")]
    books = [p.read_bytes() for p in sorted(EXAMPLES.glob("*.xlsx"))]
    books.append(_merged_book())
    return {"text": texts, "book": books}


def _merged_book() -> bytes:
    book = Workbook()
    sheet = book.active
    for row in (
        ["2026年3月情况"],
        ["单位", "指标", "本月", "", "累计"],
        ["", "", "计划", "实际", "实际"],
        ["第一采油厂", "营业收入", 1, "=1+1", 0.5],
        ["", "设备完好率", 97, "#N/A", 98],
        ["合计", "", 98, 2, 3],
    ):
        sheet.append(row)
    for merge in ("A1:E1", "C2:D2", "A2:A3", "B2:B3", "A4:A5"):
        sheet.merge_cells(merge)
    sheet["E4"].number_format = "0.0%"
    sheet.row_dimensions[5].hidden = True
    book.create_sheet("隐藏").sheet_state = "hidden"
    return saved(book)


def saved(book: Workbook) -> bytes:
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


# --- the inputs ---


def damaged(chance: random.Random, data: bytes, most: int = 5) -> bytes:
    """``data`` with some bytes changed, gone, doubled or put in."""
    found = bytearray(data)
    for _ in range(chance.randint(1, most)):
        at = chance.randrange(len(found) + 1)
        length = chance.choice([1, 1, 2, 7, 100, 2000])
        match chance.randrange(6):
            case 0:
                found[at : at + length] = b""
            case 1:
                found[at:at] = found[at : at + length]
            case 2:
                found[at : at + 1] = bytes([chance.randrange(256)])
            case 3:
                found[at:at] = chance.choice(_PIECES)
            case 4:
                other = chance.randrange(len(found) + 1)
                found[at:at] = found[other : other + length]
            case _ if length == 2000:
                del found[at:]
    return bytes(found)


def text_bytes(chance: random.Random) -> bytes:
    return damaged(chance, chance.choice(seeds()["text"]))


def workbook_bytes(chance: random.Random) -> bytes:
    """A workbook damaged outside, or inside one of its parts."""
    data = chance.choice(seeds()["book"])
    if chance.randrange(4) == 0:
        return damaged(chance, data)
    source, target = zipfile.ZipFile(io.BytesIO(data)), io.BytesIO()
    names = source.namelist()
    hit = chance.choice([each for each in names if each.endswith((".xml", ".rels"))])
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            part = source.read(name)
            if name != hit:
                archive.writestr(name, part)
            elif chance.randrange(8):
                archive.writestr(name, damaged(chance, part, 3))
    return target.getvalue()


def grid(chance: random.Random) -> list[list[str]]:
    """Rows as in a table, more or less: titles, headers of one to three rows, data, sums, notes."""
    contract = chance.choice(list(datasets().values()))
    own = [chance.choice(each.spellings) for each in contract.fields]
    width = chance.randint(1, 9)
    rows: list[list[str]] = []

    sound = chance.randrange(3)

    def header() -> list[str]:
        if sound:
            cells = [each.spellings[0] for each in contract.fields if each.required]
            cells += [
                chance.choice(chance.choice([own, _GROUPS])) for _ in range(width - len(cells))
            ]
            return chance.sample(cells, len(cells))
        pools = [own, own, own, _GROUPS, headers(), [""], _HOSTILE]
        return [chance.choice(chance.choice(pools)) for _ in range(width)]

    for _ in range(chance.choice([1, 1, 1, 2])):
        if chance.randrange(3) == 0:
            rows.append([chance.choice(_HOSTILE)])
        heads = [header() for _ in range(1 if sound else chance.choice([1, 1, 2, 3]))]
        rows += heads
        for _ in range(chance.randrange(7)):
            rows.append([chance.choice(_HOSTILE) for _ in range(_width(chance, width))])
            if chance.randrange(12) == 0:
                rows += chance.choice([heads, [[]], [["合计", "", "1"]], [["注：见附件"]]])
    return rows


def _width(chance: random.Random, width: int) -> int:
    return width if chance.randrange(5) else chance.randint(0, width + 2)


def text_cells(chance: random.Random) -> bytes:
    target = io.StringIO()
    end = chance.choice(["\n", "\r\n", "\r"])
    writer = csv.writer(target, delimiter=chance.choice(",,,\t;|"), lineterminator=end)
    writer.writerows(grid(chance))
    return target.getvalue().encode(chance.choice(["utf-8", "utf-8-sig", "gb18030", "utf-16"]))


def workbook_cells(chance: random.Random) -> bytes:
    book = Workbook()
    book.remove(book.active)
    for number in range(chance.choice([1, 1, 2])):
        sheet = book.create_sheet(
            chance.choice(["表", "3月", "2026年", "秘密", "合计"]) + str(number)
        )
        for r, row in enumerate(grid(chance), start=1):
            for c, text in enumerate(row, start=1):
                value = chance.choice(_VALUES) if chance.randrange(3) == 0 else text
                value = _ILLEGAL.sub("", value) if isinstance(value, str) else value
                sheet.cell(r, c, value).number_format = chance.choice(_FORMATS)
        for _ in range(chance.randrange(3)):
            top, left = chance.randint(1, 6), chance.randint(1, 6)
            bottom, right = top + chance.randrange(3), left + chance.randrange(3)
            if (bottom, right) != (top, left):
                sheet.merge_cells(
                    start_row=top, start_column=left, end_row=bottom, end_column=right
                )
        if chance.randrange(4) == 0:
            sheet.row_dimensions[chance.randint(1, 6)].hidden = True
        sheet.sheet_state = "hidden" if number and chance.randrange(4) == 0 else "visible"
    return saved(book)


INPUTS: dict[str, Callable[[random.Random], bytes]] = {
    "text bytes": text_bytes,
    "workbook bytes": workbook_bytes,
    "text cells": text_cells,
    "workbook cells": workbook_cells,
}


# --- what must hold ---


def lost(data: bytes, parsed: Parsed) -> list[tuple[str | None, int]]:
    """Rows of the tables that were read, with something in them, that nothing accounts for."""
    source = {each.name or None: each for each in read_source(io.BytesIO(data)).sheets}
    known: dict[str | None, set[int]] = {}
    for row in parsed.table.select(["_sheet", "_row"]).to_pylist():
        known.setdefault(row["_sheet"], set()).add(row["_row"])
    for each in parsed.skipped:
        known.setdefault(each.sheet, set()).add(each.row)
    refused = {*parsed.secret_rows, *parsed.personal_rows}
    blank = _blank_side_by_side(parsed)
    others = [each for each in parsed.skipped if each.kind == "other_table"]
    missing = []
    for number, region in enumerate(parsed.regions):
        rows = list(_rows(source.get(region.sheet)))
        assert all(row <= len(rows) for row in known.get(region.sheet, ()))
        after = [
            each.header_row for each in parsed.regions[number + 1 :] if each.sheet == region.sheet
        ]
        after += [each.row for each in others if each.sheet == region.sheet]
        below = [row - 1 for row in after if row > region.header_last]
        stop = min([*below, len(rows)])  # another table speaks for all its rows
        for place in range(region.header_last, stop):
            accounted = known.get(region.sheet, set()) | refused
            if place + 1 not in accounted and any(clean(each) for each in rows[place]):
                missing.append((region.sheet, place + 1))
    return [] if parsed.missing or blank else missing


def _blank_side_by_side(parsed: Parsed) -> bool:
    return any(each.rule == "blank_side_by_side" for each in parsed.findings)


def _rows(sheet: object) -> Iterator[Row]:
    return iter(()) if sheet is None else sheet.open()


def outcome(data: bytes, chance: random.Random) -> str:
    """What came of one input; AssertionError or anything but AppError is a defect."""
    asked = None if chance.randrange(3) else chance.choice(list(datasets()))
    try:
        parsed = parse(data, asked, file_name="3月报表.csv", names=NAMES)
    except AppError as error:
        return _told(error)
    gone = lost(data, parsed)
    assert not gone, f"rows without account: {gone[:5]}"
    assert all(_CHINESE.search(each.why) for each in parsed.findings)
    return "read" if parsed.row_count else "nothing to read"


def _told(error: AppError) -> str:
    assert _CHINESE.search(str(error)), str(error)
    return "refused"


def run(kind: str, tries: int, seed: int) -> Tally:
    """``tries`` inputs of ``kind``; what breaks is kept with its seed."""
    tally = Tally()
    for number in range(tries):
        chance = random.Random(f"{kind}-{seed}-{number}")
        data = INPUTS[kind](chance)
        try:
            tally.outcomes[outcome(data, chance)] += 1
        except Exception as error:  # noqa: BLE001 - a traceback is what is looked for
            tally.outcomes["broken"] += 1
            tally.broken.append((number, f"{type(error).__name__}: {error}"[:300]))
    return tally


@pytest.mark.parametrize("kind", TRIES)
def test_no_input_ends_in_a_traceback_or_loses_a_row(kind: str):
    """More than 10,000 inputs in all: rows, or one Chinese sentence."""
    tally = run(kind, TRIES[kind], seed=1)
    assert [] == tally.broken, f"{len(tally.broken)} of {tally.tried} inputs of {kind}"
    assert TRIES[kind] == tally.tried
    assert tally.outcomes["read"] > TRIES[kind] // 50
    assert tally.outcomes["refused"] > TRIES[kind] // 50


def test_the_suite_tries_ten_thousand_inputs():
    """The numbers above add up to what is promised."""
    assert 10_000 <= sum(TRIES.values())


def test_the_whole_desk_on_damaged_and_random_files(desk: Desk):
    """40 inputs through child process, worker, cross checks and comparison: none breaks."""
    refused = 0
    for number in range(DESK_TRIES):
        chance = random.Random(f"desk-{number}")
        kind = list(INPUTS)[number % len(INPUTS)]
        try:
            seen = desk.inspect("3月报表.csv", INPUTS[kind](chance))
        except AppError as error:
            refused += _told(error) == "refused"
            continue
        assert seen.table.num_rows == seen.good_count <= seen.row_count
        seen.staged.close()
    assert 0 < refused < DESK_TRIES


if __name__ == "__main__":
    total = int(sys.argv[1])
    for each, count in TRIES.items():
        share = total * count // sum(TRIES.values())
        found = run(each, share, seed=int(sys.argv[2]))
        sys.stdout.write(f"{each}: {found.tried} {dict(found.outcomes)}\n")
        for number, why in found.broken[:20]:
            sys.stdout.write(f"  {number}: {why}\n")
        sys.stdout.flush()
