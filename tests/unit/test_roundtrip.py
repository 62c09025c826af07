"""Round trips: what people write in any way comes back equal, and so does what we export."""

import csv
import io
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, Phase, assume, given
from hypothesis import settings as tries
from hypothesis import strategies as st

from pipelines import store
from pipelines.desk import Desk
from pipelines.domain.catalog import dataset as contract_of
from pipelines.domain.catalog import datasets
from pipelines.domain.fields import Field, Kind
from pipelines.errors import StoreError
from pipelines.export import export_file, export_rows
from pipelines.intake import privacy
from pipelines.intake.cells.cell import CellError, clean, type_cell
from pipelines.intake.cells.quantities import find_measure
from pipelines.intake.schema import RAW, ROW, SHEET, typed_schema
from pipelines.ledger import Upload
from pipelines.reference import vocabularies
from pipelines.settings import ROOT, Settings
from tests.parsing import Parsed, parse
from tests.paths import EXAMPLES
from tests.unit.shapes import SHAPES
from tests.unit.test_cli import run
from tests.unit.written import (
    DELIMITERS,
    ENCODINGS,
    FIGURES,
    LINE_ENDS,
    NAMES,
    Record,
    Written,
    as_text,
    as_workbook,
)

SAMPLES = ROOT / "data" / "sample"
_often = tries(
    max_examples=25,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],  # a failure is told at once, not after an hour
    suppress_health_check=list(HealthCheck),
)
_KEYS = ("unit", "month", "months", "kpi", "unit_of_measure", *FIGURES)


def read(data: bytes, name: str = "表") -> Parsed:
    return parse(data, None, file_name=name, names=NAMES)


def records(parsed: Parsed) -> list[Record]:
    assert () == parsed.missing
    assert () == parsed.questions
    assert not parsed.held
    return sorted((tuple(row[key] for key in _KEYS) for row in parsed.table.to_pylist()), key=str)


def meant(table: Written) -> list[Record]:
    return sorted(table.records, key=str)


@pytest.mark.parametrize("shape", SHAPES)
@_often
@given(data=st.data())
def test_text_in_any_encoding_delimiter_and_line_end(shape: str, data: st.DataObject):
    """Every shape as delimited text gives exactly its records."""
    table = data.draw(SHAPES[shape](book=False))
    written = as_text(
        table.rows,
        data.draw(st.sampled_from(ENCODINGS)),
        data.draw(st.sampled_from(DELIMITERS)),
        data.draw(st.sampled_from(LINE_ENDS)),
    )
    assume(table.records)
    assert meant(table) == records(read(written))


@pytest.mark.parametrize("shape", SHAPES)
@_often
@given(data=st.data())
def test_a_workbook(shape: str, data: st.DataObject):
    """Every shape as a sheet with its merges gives exactly its records."""
    table = data.draw(SHAPES[shape](book=True))
    assume(table.records)
    assert meant(table) == records(read(as_workbook([table], ["表"])))


@pytest.mark.parametrize("shape", SHAPES)
@_often
@given(data=st.data())
def test_tables_one_below_another_and_sheets_side_by_side(shape: str, data: st.DataObject):
    """Two tables of one shape, in one sheet and in two, are both read, each by its own title."""
    first, second = (data.draw(SHAPES[shape](book=True)) for _ in range(2))
    assume(first.records and second.records)
    both = sorted([*first.records, *second.records], key=str)
    assert both == records(read(as_workbook([first, second], ["甲表", "乙表"])))
    if second.continues(first):
        return
    stacked = second.below(first)
    assert both == records(read(as_workbook([stacked], ["表"])))


# --- every dataset as a plain table ---

_TEXTS = (
    "第一采油厂", "=1+1", "+86", "-", "@甲", "'引用", "a,b;c|d", "说“是”，\"否\"", "两行\n文字",
    "＝求和", "#1 井", "001", "1.0", "①㎡", "—", "无", "N/A", "党建+项目", "𠮷野", "é",
)  # fmt: skip
_free = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12)


def fits(field: Field, text: str) -> bool:
    """Whether ``text`` is one that intake would have stored as it is.

    No organisation is called T or 吨: a whole column of such is one of units of measure.
    """
    if field.kind is Kind.UNIT and find_measure(text):
        return False
    if not text or privacy.is_personal(text) or clean("'" + text) != text:
        return False
    try:
        return type_cell(field, "'" + text, vocabularies(Settings())).value == text
    except CellError:
        return False


def values_of(field: Field) -> st.SearchStrategy:
    """Values that may be stored in a column; None only where it is not required."""
    low = int(field.minimum or 0)
    match field.kind:
        case Kind.VOCABULARY:
            listed = vocabularies(Settings())[str(field.vocabulary)].entries
            allowed = [
                e.code for e in listed if field.name != "secrecy" or e.code in ("公开", "内部")
            ]
            found = st.sampled_from(allowed)
        case Kind.BOOLEAN:
            found = st.booleans()
        case Kind.INTEGER:
            found = st.integers(low, min(10**6, int(field.maximum or 10**6)))
        case Kind.NUMBER:
            found = st.floats(-1e15, 1e15).map(lambda v: v + 0.0) | st.sampled_from(
                [0.1 + 0.2, 1e-300, 1e300, 5e-324, 2026.0, 46082.0]
            )
        case Kind.RATE:
            found = st.floats(0, 1) | st.sampled_from([1.05, 2.5, 0.125])
        case Kind.DATE:
            found = st.dates(date(1900, 1, 1), date(2100, 12, 31))
        case Kind.TIMESTAMP:
            found = st.datetimes(datetime(1900, 1, 1), datetime(2100, 12, 31)).map(
                lambda at: at.replace(microsecond=0)
            )
        case Kind.MONTH:
            found = st.sampled_from(["2026-03", "2025-12", "1999-01"])
        case _:
            found = (st.sampled_from(_TEXTS) | _free).filter(lambda text: fits(field, text))
    return found if field.required or field.name == "months" else st.none() | found


def stored(settings: Settings, name: str, rows: list[dict], seq: int = 1) -> Upload:
    """``rows`` as an accepted upload."""
    contract = contract_of(name)
    schema = typed_schema(contract)
    raw = schema.field(RAW).type
    marked = [
        {**row, ROW: place, SHEET: None, RAW: dict.fromkeys(each.name for each in raw)}
        for place, row in enumerate(rows, start=2)
    ]
    path = settings.store_root / "rows.parquet"
    settings.accepted.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_pylist(marked, schema=schema), path)
    upload_id = f"U20260101-{seq:010d}"
    digest = store.put_accepted(settings, upload_id, path)
    given = {"upload_id": upload_id, "dataset": name, "digest": digest, "seq": seq}
    return upload(**given)


def upload(**given: object) -> Upload:
    """An accepted upload with ``given``."""
    rest = dict.fromkeys(("idempotency_key", "file_name", "sha256", "accepted_by"), "x")
    numbers = {"row_count": 0, "held_back": 0, "original_kept": False, "replaces": False}
    at = {"accepted_at": datetime(2026, 1, 1), "undone_by": None, "undone_at": None}
    return Upload(**{**rest, **numbers, **at, "state": "accepted", **given})


@st.composite
def tables(draw: Callable, name: str) -> list[dict]:
    """Rows of a dataset, each of its own grain."""
    contract = contract_of(name)
    row = st.fixed_dictionaries({each.name: values_of(each) for each in contract.fields})
    key = [*contract.grain, *(contract.derived_key[:1] if contract.derived_key else ())]
    rows = row.filter(lambda each: all(each[part] is not None for part in key))
    return draw(
        st.lists(
            rows,
            min_size=1,
            max_size=6,
            unique_by=lambda row: tuple(row[k] for k in contract.grain),
        )
    )


def content(table: pa.Table, name: str) -> list[dict]:
    return table.select(list(contract_of(name).names)).to_pylist()


def spelled(field: Field, value: object, draw: Callable) -> str:
    """A value as one of the ways in which sources write it."""
    if value is None:
        return ""
    match field.kind:
        case Kind.VOCABULARY:
            listed = vocabularies(Settings())[str(field.vocabulary)]
            entry = next(each for each in listed.entries if each.code == value)
            ways = [each for each in entry.spellings if listed.lookup(each) == value]
        case Kind.BOOLEAN:
            ways = ["是", "Y", "√"] if value else ["否", "N", "×"]
        case Kind.INTEGER:
            ways = [f"{value}", f"{value:,}", f"{value}.0", f"\u3000{value}"]
        case Kind.NUMBER:
            ways = [repr(value), f"'{value!r}"]
        case Kind.RATE:
            exact = repr(value)
            ways = [exact] if value <= 1 else [f"{value * 100:.12g}%", f"{value * 100:.12g}％"]
        case Kind.DATE:
            ways = [f"{value}", f"{value:%Y/%m/%d}", f"{value:%Y%m%d}", f"{value:%Y.%m.%d}"]
            ways.append(f"{value.year}年{value.month}月{value.day}日")
        case Kind.TIMESTAMP:
            ways = [f"{value}", f"{value:%Y/%m/%d %H:%M:%S}", f"{value:%Y-%m-%dT%H:%M:%S}"]
            ways.append(f"{value.year}年{value.month}月{value.day}日 {value:%H时%M分%S秒}")
        case Kind.MONTH:
            year, month = value.split("-")
            ways = [value, f"{year}年{int(month)}月", f"{year}/{month}", f"{year}{month}"]
        case _:
            ways = [f"'{value}", f" '{value} "]
            if not value.startswith("'"):
                ways += [value, f"\ufeff{value}"]
    return draw(st.sampled_from(ways))


@pytest.mark.parametrize("name", datasets())
@tries(_often, max_examples=12)
@given(data=st.data())
def test_a_plain_table_of_every_dataset(name: str, data: st.DataObject):
    """Columns under any of their names, values in any spelling, text in any encoding."""
    contract = contract_of(name)
    rows = data.draw(tables(name))
    own = {each.name: each for each in contract.fields if each.due_words_of is None}
    words = {each.due_words_of for each in contract.fields} - {None}
    fields = [each for key, each in own.items() if key not in words]
    spellings = [each.spellings if contract.name == "units" else (each.label,) for each in fields]
    grid = [[data.draw(st.sampled_from(each)) for each in spellings]]
    grid += [[spelled(each, row[each.name], data.draw) for each in fields] for row in rows]
    written = as_text(
        grid,
        data.draw(st.sampled_from(ENCODINGS)),
        data.draw(st.sampled_from(DELIMITERS)),
        data.draw(st.sampled_from(LINE_ENDS)),
    )
    parsed = parse(written, name)
    names = [each.name for each in fields]
    assert [{key: row[key] for key in names} for row in rows] == parsed.table.select(
        names
    ).to_pylist()
    assert not parsed.held


# --- what we export ---


@pytest.mark.parametrize("name", datasets())
@tries(_often, max_examples=12)
@given(data=st.data())
def test_exported_rows_come_back_equal(name: str, data: st.DataObject, tmp_path_factory):
    """Whatever is stored: export, read again, and every value is the same; no cell runs."""
    settings = Settings(store_root=tmp_path_factory.mktemp("store"), ledger_url=None)
    rows = data.draw(tables(name))
    target = io.BytesIO()
    assert len(rows) == export_rows(settings, [stored(settings, name, rows)], name, target)
    parsed = parse(target.getvalue())
    assert name == parsed.dataset
    assert not parsed.held
    assert rows == content(parsed.table, name)
    assert target.getvalue().startswith(b"\xef\xbb\xbf")


def test_of_two_rows_of_one_grain_the_later_one_is_exported(settings: Settings):
    """A correction counts instead of the row before it, everything else stays."""
    rows = [month_of("2026-01", 10.0), month_of("2026-02", 20.0)]
    first = stored(settings, "kpi_values", rows)
    second = stored(settings, "kpi_values", [month_of("2026-02", 25.0)], seq=2)
    target = io.BytesIO()
    assert 2 == export_rows(settings, [second, first], "kpi_values", target)
    found = content(parse(target.getvalue()).table, "kpi_values")
    assert [("2026-01", 10.0), ("2026-02", 25.0)] == [(r["month"], r["actual"]) for r in found]


def month_of(month: str, actual: float) -> dict:
    """A row of business figures."""
    given = {"unit": "第一采油厂", "month": month, "months": 1, "kpi": "营业收入", "actual": actual}
    return dict.fromkeys(contract_of("kpi_values").names) | given


@pytest.mark.parametrize("text", ["=1+1", "+86", "-x", "@甲", "＝求和", "'引用", "''双", "无"])
def test_no_exported_text_is_a_formula(settings: Settings, text: str):
    """An apostrophe goes before it, and import takes exactly that one away."""
    row = month_of("2026-01", -10.5) | {"note": text}
    target = io.BytesIO()
    export_rows(settings, [stored(settings, "kpi_values", [row])], "kpi_values", target)
    (line,) = csv.DictReader(io.StringIO(target.getvalue().decode("utf-8-sig")))
    assert line["备注"][0] not in "=+-@＝"
    assert "-10.5" == line["实际"]
    assert [row] == content(parse(target.getvalue()).table, "kpi_values")


def test_an_export_that_fails_leaves_no_file(settings: Settings, tmp_path: Path):
    """A lost accepted file is named as such, and nothing half-written stays."""
    lost = stored(settings, "kpi_values", [month_of("2026-01", 1.0)])
    store.accepted_path(settings, lost.upload_id).unlink()
    folder = tmp_path / "out"
    folder.mkdir()
    with pytest.raises(StoreError, match="业务指标月报"):
        export_file(settings, [lost], "kpi_values", folder / "a.csv")
    assert [] == list(folder.iterdir())


# --- through the desk ---


def accepted(desk: Desk) -> list[Upload]:
    return [each for each in desk.uploads() if each.state == "accepted"]


@pytest.mark.parametrize(
    "name", sorted(each.name for each in EXAMPLES.iterdir() if each.suffix != ".json")
)
def test_import_export_import_changes_nothing(name: str, desk: Desk, settings: Settings):
    """Every example: the export of what was accepted is 不变, row for row."""
    seen = desk.inspect(name, (EXAMPLES / name).read_bytes())
    desk.accept(seen, by="分析员")
    target = io.BytesIO()
    count = export_rows(settings, accepted(desk), seen.dataset, target)
    again = desk.inspect("导出.csv", target.getvalue()).difference
    assert (0, 0, count, 0) == (again.new, again.changed, again.unchanged, again.vanished)
    assert 0 < count <= seen.good_count


@pytest.mark.parametrize("data", [SAMPLES / "督办整改台账.xlsx", SAMPLES / "大事记.csv"])
def test_the_files_of_the_demo_come_back(data: Path, desk: Desk, settings: Settings):
    """What the simulation writes is read, exported and read again without a change."""
    seen = desk.inspect(data.name, data)
    desk.accept(seen, by="分析员")
    target = io.BytesIO()
    count = export_rows(settings, accepted(desk), seen.dataset, target)
    again = desk.inspect("导出.csv", target.getvalue()).difference
    assert (0, 0, count) == (again.new, again.changed, again.unchanged)


@pytest.mark.parametrize(
    "name", sorted(each.name for each in EXAMPLES.iterdir() if each.suffix != ".json")
)
def test_the_annotated_workbook_is_read_as_the_file_was(name: str, desk: Desk):
    """Text and workbook: the same rows, the same rows held back; our own sheet is not read."""
    data = (EXAMPLES / name).read_bytes()
    seen = desk.inspect(name, data)
    again = desk.inspect("标注.xlsx", desk.annotated(seen, data))
    names = list(contract_of(seen.dataset).names)
    assert seen.dataset == again.dataset
    assert seen.table.select(names).to_pylist() == again.table.select(names).to_pylist()
    assert (seen.row_count, seen.held_back) == (again.row_count, again.held_back)


def test_the_command_line_exports(tmp_path: Path):
    """What it writes is what was imported."""
    store_root, out = tmp_path / "store", tmp_path / "名册.csv"
    roster = str(EXAMPLES / "单位名册.csv")
    assert 0 == run(store_root, "import", roster, "--by", "分析员", "--yes")[0]
    code, told = run(store_root, "export", "units", "--out", str(out))
    assert (0, 12) == (code, told["rows"])
    assert 12 == parse(out.read_bytes()).row_count


# --- defects that were found this way ---


def test_a_repeated_header_that_begins_with_a_date_is_a_header():
    """The second row of a header, months as dates, printed again on the next page."""
    head = [["单位", "营业收入（万元）", ""], ["", datetime(2026, 1, 1), datetime(2026, 2, 1)]]
    rows = [*head, ["单位甲", 1, 2], *head, ["第一采油厂", 3, 4]]
    table = Written(rows=rows, merges=[(0, 1, 0, 2), (0, 0, 1, 0)])
    parsed = read(as_workbook([table], ["表"]))
    assert [(4, "header"), (5, "header")] == [(each.row, each.kind) for each in parsed.skipped]
    assert 4 == parsed.table.num_rows


@pytest.mark.parametrize("first", ["No.", "ＮＯ", "（报表）单位", " 单位"])
def test_a_repeated_header_is_known_however_its_first_cell_is_spelled(first: str):
    """Capitals, full width, brackets and spaces in front make no difference."""
    unit = "" if "单位" in first else ",单位"
    head = f"{first}{unit},月份,指标,实际"
    line = "甲,2026-01,收入,1" if "单位" in first else "1,甲,2026-01,收入,1"
    parsed = read("\n".join([head, line, head, line]).encode())
    assert [(3, "header")] == [(each.row, each.kind) for each in parsed.skipped]
    assert 2 == parsed.row_count


def test_header_cells_all_merged_down_over_two_rows():
    """The second row of such a header is blank."""
    rows = [["单位", "月份", "指标", "实际"], [], ["单位甲", "2026-01", "营业收入", 1]]
    table = Written(rows=rows, merges=[(0, column, 1, column) for column in range(4)])
    assert 1 == read(as_workbook([table], ["表"])).table.num_rows


def test_the_title_of_a_table_that_is_not_read_is_named_with_it():
    """No row between two tables is without account: another table begins at its title."""
    lines = ["单位,月份,指标,实际", "甲,2026-01,收入,1", "年度重点", "任务名称,责任单位,开始日期"]
    parsed = parse("\n".join([*lines, "修路,甲,2026-01-01"]).encode(), "kpi_values")
    assert [(3, "other_table")] == [(each.row, each.kind) for each in parsed.skipped]
    assert [2] == parsed.table["_row"].to_pylist()


def test_merges_of_the_next_table_say_nothing_of_this_one():
    """Blank units of a table are filled although the table below has merged headers."""
    first = Written(
        rows=[["单位", "指标", "2026年1月"], ["甲", "营业收入", 1], ["", "利润总额", 2]]
    )
    rows = [["单位", "指标", "2025年", ""], ["", "", "1月", "2月"], ["乙", "营业收入", 3, 4]]
    merges = [(0, 0, 1, 0), (0, 1, 1, 1), (0, 2, 0, 3)]
    below = Written(rows=rows, merges=merges).below(first)
    found = read(as_workbook([below], ["表"])).table
    assert ["甲", "甲", "乙", "乙"] == found["unit"].to_pylist()


def test_a_merged_header_on_every_page_does_not_end_the_filling_of_units():
    """The header repeated with its merges is no merge of the data."""
    head = [["单位", "指标", "2026年", ""], ["", "", "1月", "2月"]]
    rows = [
        *head,
        ["甲", "营业收入", 1, 2],
        ["", "利润总额", 3, 4],
        *head,
        ["乙", "营业收入", 5, 6],
    ]
    merges = [(top, column, top + 1, column) for top in (0, 4) for column in (0, 1)]
    table = Written(rows=rows, merges=[*merges, (0, 2, 0, 3), (4, 2, 4, 3)])
    found = read(as_workbook([table], ["表"])).table
    assert ["甲"] * 4 + ["乙"] * 2 == found["unit"].to_pylist()
