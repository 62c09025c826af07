"""Files and names made to do harm: each gives exactly its rows or one Chinese sentence."""

import csv
import io
import random
import struct
import zipfile
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.chart import BarChart

from pipelines import queries
from pipelines.desk import Desk
from pipelines.domain.catalog import datasets
from pipelines.domain.findings import Finding
from pipelines.errors import FileRefused, NoMart, StoreError
from pipelines.intake.cells.cell import clean
from pipelines.intake.choices import Choices
from pipelines.intake.request import Request
from pipelines.intake.sandbox import parse_in_child
from pipelines.preview import opened
from pipelines.settings import Settings
from tests.parsing import TODAY, Parsed, parse
from tests.paths import EXAMPLES

SHEET = "xl/worksheets/sheet1.xml"
HEADER = "单位,月份,指标,实际,目标,备注"
ACTIVITY = "党组织,活动类型,活动名称,开始时间"
ROSTER = (EXAMPLES / "单位名册.csv").read_bytes()
TEXT_TRIES, GRID_TRIES, WORKBOOK_TRIES = 1500, 600, 60


def table(*lines: str, encoding: str = "utf-8", end: str = "\n", header: str = HEADER) -> bytes:
    return end.join([header, *lines]).encode(encoding)


def read(data: bytes) -> Parsed:
    return parse(data, None, Settings())


def workbook(*rows: list[object]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    return saved(book)


def saved(book: Workbook) -> bytes:
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


PLAIN = workbook(["单位", "月份", "指标", "实际"], ["甲", "2026-03", "收入", 1])


def with_sheet(edit: Callable[[bytes], bytes]) -> bytes:
    """The plain workbook with the XML of its sheet changed."""
    source, target = zipfile.ZipFile(io.BytesIO(PLAIN)), io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in source.namelist():
            content = source.read(name)
            archive.writestr(name, edit(content) if name == SHEET else content)
    return target.getvalue()


def with_cell(reference: str, row: str) -> bytes:
    cell = f'<row r="{row}"><c r="{reference}"><v>1</v></c></row></sheetData>'.encode()
    return with_sheet(lambda xml: xml.replace(b"</sheetData>", cell))


def with_actual(attributes: bytes, content: bytes) -> bytes:
    cell = b'<c r="D2"' + attributes + b">" + content + b"</c>"
    return with_sheet(lambda xml: xml.replace(b'<c r="D2" t="n"><v>1</v></c>', cell))


def with_entity(declaration: bytes) -> bytes:
    def edit(xml: bytes) -> bytes:
        cell = b'<c r="D2" t="inlineStr"><is><t>&b;</t></is></c>'
        body = xml[xml.index(b"<worksheet") :].replace(b'<c r="D2" t="n"><v>1</v></c>', cell)
        return b"<!DOCTYPE w [" + declaration + b"]>" + body

    return with_sheet(edit)


def in_archive(data: bytes, local: int, central: int, value: int) -> bytes:
    """Every entry of the ZIP with one 16-bit field overwritten in both of its headers."""
    changed = bytearray(data)
    for mark, offset in ((b"PK\x03\x04", local), (b"PK\x01\x02", central)):
        position = changed.find(mark)
        while position >= 0:
            struct.pack_into("<H", changed, position + offset, value)
            position = changed.find(mark, position + 4)
    return bytes(changed)


def archive_of(name: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr(name, b"x")
    return target.getvalue()


def chart_only() -> bytes:
    book = Workbook()
    book.create_chartsheet("图").add_chart(BarChart())
    book.remove(book.worksheets[0])
    return saved(book)


ROW = "甲,2026-03,收入,1,2,"
TEXTS = {
    "a zero byte": (table("甲,2026-03,收入,1\0,2,"), "第 2 行有空字节"),
    "UTF-16 without a mark": (table(ROW, encoding="utf-16-le"), "没有 BOM 的 UTF-16"),
    "UTF-32": (b"\xff\xfe\0\0" + table(ROW, encoding="utf-32-le"), "空字节"),
    "half a UTF-16 unit": (b"\xff\xfe" + table(ROW, encoding="utf-16-le") + b"x", "读不出"),
    "half a surrogate pair": (
        b"\xff\xfe" + table(ROW, encoding="utf-16-le") + b"\x00\xd8",
        "读不出的字节",
    ),
    "two encodings": (table(ROW) + "\n乙厂,2026-03".encode("gb18030"), "读不出的字节"),
    "100,000 columns": (table(header="单位,月份," + "x," * 100_000), "第 1 行有 .* 列，超过上限"),
    "one endless field": (table(f'甲,2026-03,收入,1,2,"{"x" * 5_000_000}"'), "第 2 行起"),
    "an open quote": (table('甲,2026-03,收入,1,2,"开', ROW), "第 2 行起引号没有成对"),
    "empty headers": (b",,,,\n1,2,3,4,5\n", "没有认得的表头"),
    "a web page": ("<table><tr><td>单位</td></tr></table>".encode(), "网页"),
}
WORKBOOKS = {
    "cut off": (PLAIN[:-300], "文件不完整"),
    "half": (PLAIN[: len(PLAIN) // 2], "文件不完整"),
    "chart sheet only": (chart_only(), "没有工作表"),
    "a text document": (archive_of("word/document.xml"), "Word 文档"),
    "an archive of tables": (archive_of("a.csv"), "压缩包而不是"),
    "a hollow workbook": (archive_of("xl/a"), "打不开"),
    "password flag": (in_archive(PLAIN, 6, 8, 1), "解压密码"),
    "unknown compression": (in_archive(PLAIN, 8, 10, 77), "打不开"),
    "bad cell reference": (with_cell("!!", "3"), "打不开"),
    "row zero": (with_cell("A0", "0"), "打不开"),
    "text that is not there": (with_actual(b' t="s"', b"<v>99999</v>"), "打不开"),
    "entity bomb": (
        with_entity(b'<!ENTITY a "1111111111"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;">'),
        "DOCTYPE",
    ),
    "entity from a file": (with_entity(b'<!ENTITY b SYSTEM "file:///etc/passwd">'), "DOCTYPE"),
    "XML bomb": (with_sheet(lambda xml: xml + b" " * 150_000_000), "超出安全上限"),
}


@pytest.mark.parametrize(("data", "message"), TEXTS.values(), ids=TEXTS)
def test_hostile_text_is_refused_with_what_is_wrong(data, message):
    """Bytes that are not a whole table in one encoding are refused, never read in part."""
    with pytest.raises(FileRefused, match=message):
        read(data)


@pytest.mark.parametrize(("data", "message"), WORKBOOKS.values(), ids=WORKBOOKS)
def test_hostile_workbooks_are_refused_with_what_is_wrong(data, message):
    """Damaged, locked, foreign or explosive workbooks are refused; no entity is expanded."""
    with pytest.raises(FileRefused, match=message):
        read(data)


@pytest.mark.parametrize("cell", [("XFD1048576", "1048576"), ("ZZZZ99999999", "99999999")])
def test_a_cell_in_the_far_corner_cannot_take_the_server_along(cell):
    """A sheet that would be 17 billion cells ends the child only."""
    request = Request(file_name="远.xlsx", today=TODAY)
    data = with_cell(*cell)
    with opened(data) as file, pytest.raises(FileRefused, match="内存超过上限"):
        list(parse_in_child(file, len(data), request, Settings()))


def test_a_false_dimension_is_not_believed():
    """The size that a sheet claims costs nothing; its cells count."""
    claimed = with_sheet(lambda xml: xml.replace(b'ref="A1:D2"', b'ref="A1:XFD1048576"'))
    assert [1.0] == read(claimed).table["actual"].to_pylist()


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_line_ends_and_encodings_do_not_move_a_cell(end, encoding):
    """Each row keeps its number and its values in every form a file is saved in."""
    lines = ("甲😀,2026-03,收入,1,2,说明", "乙,2026-03,收入,3,4,")
    got = read(table(*lines, encoding=encoding, end=end))
    rows = got.table.select(["unit", "actual", "target", "note", "_row"]).to_pylist()
    first = {"unit": "甲😀", "actual": 1.0, "target": 2.0, "note": "说明", "_row": 2}
    second = {"unit": "乙", "actual": 3.0, "target": 4.0, "note": None, "_row": 3}
    assert [first, second] == rows


def test_a_repeated_column_is_read_once_and_told():
    """Of two equal headers the first counts; the second is named as unused."""
    got = read(table("甲,2026-03,收入,1,2,", header="单位,月份,指标,实际,实际,备注"))
    assert [1.0] == got.table["actual"].to_pylist()
    assert {4: "未使用：与另一列同为“实际”"} == {
        each.index: each.how for each in got.columns if each.header == "实际" and not each.field
    }


@pytest.mark.parametrize(
    ("written", "value"),
    [
        *(("-0", -0.0), ("１２３", 123.0), ('"1，234"', 1234.0), ("1e308", 1e308)),
        *((bad, None) for bad in ("1e400", "9" * 400, "1_000", "0x10", "inf", "nan", "+-1")),
        ("12.5%", 12.5),
        *((bad, None) for bad in ('"1,23"', "1.7976931348623159e308")),
    ],
)
def test_poison_numbers_never_reach_the_table(written, value):
    """A number is finite and plainly written, else the cell is a critical finding."""
    got = read(table(f"甲,2026-03,收入,{written},,"))
    assert [value] == got.table["actual"].to_pylist()
    assert (["typed_actual"] if value is None else []) == [each.rule for each in got.findings]


@pytest.mark.parametrize("value", [b"1e400", b"NaN", b"-inf"])
def test_poison_numbers_in_workbooks_never_reach_the_table(value):
    """The same holds for numeric cells."""
    got = read(with_actual(b"", b"<v>" + value + b"</v>"))
    assert ([None], ["typed_actual"]) == (
        got.table["actual"].to_pylist(),
        [each.rule for each in got.findings],
    )


@pytest.mark.parametrize(
    "written",
    ["1900-02-29", "2026-02-30", "0000-00-00", "9999-12-31", "2026.1", "2026-03-05 25:00"],
)
def test_days_that_do_not_exist_are_asked_about(written):
    """No date is moved to a neighbour."""
    got = read(table(f"支部,党课,专题,{written}", header=ACTIVITY))
    assert [None] == got.table["start_at"].to_pylist()
    assert "typed_start_at" in [each.rule for each in got.findings]


@pytest.mark.parametrize("header", ["密 级", "密级（公开/内部）", "保密级别", "Ｓecrecy"])
@pytest.mark.parametrize("mark", [" 秘密 ", "秘密★10年", "公开（秘密）", "\u200b秘密", "是"])
def test_odd_spellings_of_secrecy_are_secret(header, mark):
    """All but 公开 and 内部 is refused; nothing of the row is in the table or the findings."""
    row = ["支部", "党课", "要事", "2026-03-01", mark]
    got = read(workbook([*ACTIVITY.split(","), header], row))
    assert ((2,), 0) == (got.secret_rows, got.table.num_rows)
    assert "要事" not in str(got.findings)


def test_of_two_secrecy_columns_the_stricter_counts():
    """A second column of the same name cannot hide the first."""
    line = "支部,党课,要事,2026-03-01"
    for marks in ("公开,秘密", "秘密,公开"):
        assert (2,) == read(table(f"{line},{marks}", header=f"{ACTIVITY},密级,密级")).secret_rows


# --- many files at random, with a fixed seed ---

SCRAPS = (
    *("", "甲", "2026-03", "1", "1,234", "\0", "\ufeff", "\u202e", "😀", "=1+1", "1e400", "-0"),
    *("nan", "合计", "密级", "秘密", "公开", "13800000000", "2026.1", "1900-02-29", "9" * 30, "\n"),
    *("\r", '"', "'", "　", "\uffff", "长期坚持", "2026年13月底", "0000年1月底", "2100年12月底"),
    *("#N/A", "####", "是", "12.5%", "1e999%", "%", "²", "٣", "2026年2月30日", "20260230", "无"),
)
SEEDS = [path.read_bytes() for path in sorted(EXAMPLES.glob("*.csv"))]


def mutated(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.choice([1, 2, 5, 30])):
        at = chance.randrange(len(changed) + 1)
        match chance.randrange(4):
            case 0:
                changed[at:at] = chance.randbytes(chance.randrange(1, 9))
            case 1:
                del changed[at : at + chance.randrange(1, 50)]
            case 2:
                changed[at:at] = chance.choice(SCRAPS).encode()
            case _:
                changed[at : at + 1] = chance.choice([b",", b"\n", b'"', b"\t", b"\x81"])
    return bytes(changed)


def random_grid(chance: random.Random) -> list[list[str]]:
    contract = chance.choice(list(datasets().values()))
    header = [chance.choice(each.spellings) for each in contract.fields]
    header.insert(chance.randrange(len(header) + 1), chance.choice(["姓名", "密级", "别的"]))
    rows = [
        [chance.choice(SCRAPS) for _ in range(len(header) + chance.choice([0, 0, -2, 1]))]
        for _ in range(chance.randrange(5))
    ]
    return [header, *rows]


def outcome(data: bytes) -> Parsed | str:
    """What reading gave: a table, or the refusal. Any other exception fails the test."""
    try:
        return read(data)
    except FileRefused as refusal:
        return str(refusal)


def in_chinese(text: str) -> bool:
    return any("\u4e00" <= letter <= "\u9fff" for letter in text)


def test_random_bytes_give_rows_or_a_refusal():
    """1,500 damaged exports: no other exception, and most damage still leaves a clear answer."""
    chance = random.Random(20261102)
    outcomes = [outcome(mutated(chance.choice(SEEDS), chance)) for _ in range(TEXT_TRIES)]
    read_files = [each for each in outcomes if isinstance(each, Parsed)]
    refusals = [each for each in outcomes if isinstance(each, str)]
    assert read_files
    assert refusals
    assert all(map(in_chinese, refusals))
    assert all(each.table.num_rows <= each.row_count for each in read_files)


def test_random_cells_stay_in_their_row_and_column():
    """600 grids of hostile cells: a kept row holds exactly its own cells under its own number, or
    what stands above an empty cell where the finding says so."""
    chance = random.Random(20261103)
    compared = 0
    for _ in range(GRID_TRIES):
        grid, target = random_grid(chance), io.StringIO()
        csv.writer(target).writerows(grid)
        got = outcome(target.getvalue().encode())
        findings = got.findings if isinstance(got, Parsed) else ()
        unread = {(each.row, each.column) for each in findings if each.severity == "critical"}
        for match in got.columns if isinstance(got, Parsed) else ():
            if match.field and datasets()[got.dataset][match.field].kind in ("text", "unit"):
                written = got.table.select([match.field, "_row"]).to_pylist()
                for row in written:
                    cells = grid[row["_row"] - 1]
                    meant = cells[match.index] if match.index < len(cells) else ""
                    if (row["_row"], match.header) in unread:
                        assert row[match.field] is None
                        continue
                    if not clean(meant) and _filled_down(findings, row["_row"], match.label):
                        above = [clean(each[match.index]) for each in grid[1 : row["_row"] - 1]]
                        meant = next(filter(None, reversed(above)), "")
                    assert (clean(meant) or None) == row[match.field]
                    compared += 1
    assert compared > 200


def _filled_down(findings: Iterable[Finding], row: int, label: str) -> bool:
    """Whether the reader is told that an empty cell was read as the one above."""
    told = f"第 {row} 行没有写{label}"
    return any(each.rule == "filled_down" and each.why.startswith(told) for each in findings)


def test_random_workbooks_give_rows_or_a_refusal():
    """60 workbooks of hostile cells: no other exception."""
    chance = random.Random(20261104)
    values = [1.5, True, None, 1e300, -0.0, 12345678901234567, *SCRAPS[1:5], *SCRAPS[12:19]]
    refusals = 0
    for _ in range(WORKBOOK_TRIES):
        header, *rows = random_grid(chance)
        got = outcome(workbook(header, *[[chance.choice(values) for _ in row] for row in rows]))
        if isinstance(got, str):
            refusals += 1
            assert in_chinese(got)
        else:
            assert len(rows) >= got.row_count
    assert refusals < WORKBOOK_TRIES


# --- the store ---


def take(desk: Desk, name: str, data: bytes) -> str:
    return desk.accept(desk.inspect(name, data), by="分析员").upload_id


def kpi(*values: int) -> bytes:
    return table(
        *(f"第一采油厂,2026-{i:02d},营业收入,{v},," for i, v in enumerate(values, start=1))
    )


def figures(settings: Settings) -> list[float]:
    mart = queries.open_mart(settings)
    try:
        return queries.run(mart, "kpi_unit_month")["actual"].tolist()
    finally:
        mart.close()


def at_once(*tasks: Callable[[], object]) -> list[object]:
    """What each task returned; the first exception of any of them is raised."""
    with ThreadPoolExecutor(max_workers=len(tasks)) as pool:
        return [each.result() for each in [pool.submit(task) for task in tasks]]


def test_the_same_file_confirmed_eight_times_at_once_counts_once(desk: Desk):
    """One receipt is new, seven say already, all name the same upload."""
    seen = desk.inspect("一.csv", kpi(10))
    receipts = at_once(*[lambda: desk.accept(seen, by="分析员")] * 8)
    assert [False, *[True] * 7] == sorted(each.already for each in receipts)
    assert 1 == len({each.upload_id for each in receipts}) == len(desk.uploads())


def test_undo_and_accept_during_a_build_lose_nothing(desk: Desk, settings: Settings):
    """Whatever the order, no task fails, and the next build shows exactly the active uploads."""
    take(desk, "名册.csv", ROSTER)
    undone = take(desk, "一.csv", kpi(1, 1, 1))
    later = desk.inspect("二.csv", kpi(7, 8))
    _, _, receipt, _ = at_once(
        desk.build,
        lambda: desk.undo(undone, by="分析员"),
        lambda: desk.accept(later, by="分析员"),
        desk.build,
    )
    assert not receipt.already
    desk.build()
    assert [7.0, 8.0] == figures(settings)


def test_a_damaged_pointer_is_told_and_the_next_build_mends_it(desk: Desk, settings: Settings):
    """CURRENT naming no build gives a sentence; building points it at the figures again."""
    take(desk, "名册.csv", ROSTER)
    take(desk, "一.csv", kpi(10))
    desk.build()
    for content in ("", "nothing", "../../x", "a\0b"):
        settings.current.write_text(content)
        with pytest.raises(NoMart, match="请"):
            queries.open_mart(settings)
        desk.build()
        assert [10.0] == figures(settings)


def test_a_lost_mart_is_built_again_and_a_stray_log_beside_it_is_ignored(desk, settings):
    """Marts can be made again from what was accepted; a leftover .wal changes no figure."""
    take(desk, "名册.csv", ROSTER)
    take(desk, "一.csv", kpi(10))
    mart = settings.marts / f"{desk.build().build_id}.duckdb"
    mart.unlink()
    desk.build()
    Path(f"{mart}.wal").write_bytes(b"x" * 5000)
    assert [10.0] == figures(settings)


def test_names_are_never_commands_paths_or_patterns(desk: Desk, settings: Settings):
    """File names, unit names, upload ids and data sets are values wherever they arrive."""
    take(desk, "名册.csv", ROSTER)
    take(desk, "../../x'; drop table uploads;--\0.csv", kpi(10))
    evil = "x'); drop table mart.kpi_unit_month;--"
    take(desk, "*.parquet", table(f'"{evil}",2026-01,$month{{7*7}},1,,'))
    desk.build()
    assert [10.0] == figures(settings)
    assert 3 == len(desk.uploads()) == len(list(settings.accepted.iterdir()))
    with pytest.raises(StoreError, match="没有可撤销"):
        desk.undo("' or 1=1;--", by="分析员")
    with pytest.raises(FileRefused, match="没有名为"):
        desk.inspect("一.csv", kpi(10), Choices(dataset="kpi_values'; drop"))
