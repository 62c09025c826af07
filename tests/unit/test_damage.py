"""What must never be stored, what must never be lost, and damage told in Chinese."""

import contextlib
import io
import re
import zipfile
from datetime import datetime

import pyarrow.parquet as pq
import pytest
from openpyxl import load_workbook

from pipelines import queries
from pipelines.doctor import repair
from pipelines.errors import AppError, FileRefused
from tests.unit.test_hostile_files import (
    ACTIVITY,
    PLAIN,
    ROSTER,
    figures,
    in_archive,
    kpi,
    read,
    saved,
    table,
    take,
    with_sheet,
    workbook,
)

A = ACTIVITY.split(",")
LINE = ["支部", "党课", "要事", "2026-03-01"]
PHONE = "13800000000"


def stored(settings):
    found = b""
    for path in settings.store_root.rglob("*"):
        if path.is_file():
            found += path.read_bytes()
        if path.suffix == ".parquet":
            found += str(pq.read_table(path).to_pylist()).encode()
        if path.parent.name == "received" and path.read_bytes()[:2] == b"PK":
            archive = zipfile.ZipFile(path)
            found += b"".join(map(archive.read, archive.namelist()))
    return found


@pytest.mark.parametrize(
    "header", ["【密级】", "文件密级", "保密等级", "涉密级别", "密级：", "是否涉密", "密级及期限"]
)
def test_any_header_about_secrecy_counts(header):
    """A column whose name speaks of secrecy decides about its rows."""
    assert (2,) == read(workbook([*A, header], [*LINE, "秘密"])).secret_rows


def test_a_merged_secrecy_cell_holds_for_all_its_rows():
    """Excel stores the value of merged cells once; every row they cover is secret."""
    book = load_workbook(io.BytesIO(workbook([*A, "密级"], [*LINE, "秘密"], LINE)))
    book.active.merge_cells("E2:E3")
    assert (2, 3) == read(saved(book)).secret_rows


@pytest.mark.parametrize("title", ["密级：秘密", "三会一课台账（机密★5年）"])
def test_a_secret_document_is_refused(title):
    """A secrecy mark above or below the table speaks for the whole file."""
    with pytest.raises(FileRefused, match="涉密"):
        read(table(",".join(LINE), header=f"{title}\n{ACTIVITY}"))


@pytest.mark.parametrize(
    "data",
    [
        workbook([*A, "关键词"], [*LINE, "好"], [*LINE, 13800000000]),
        workbook([*A, "序列"], [*LINE, "好"], [*LINE, 13800000000]),
        *(
            table(",".join(LINE), f"支部,党课,{t},2026-03-02", header=ACTIVITY)
            for t in (
                "138 0000 0000",
                "138-0000-0000",
                "１３８００００００００",
                "+8613800000000",
                "11010119800101123Ｘ",
            )
        ),
        table(
            ",".join(LINE) + ",1", f"支部,党课,甲,2026-03-02,{PHONE}", header=ACTIVITY + ",表单编号"
        ),
        table(",".join(LINE) + ",1", f"支部,党课,甲,2026-03-02,{PHONE}", header=ACTIVITY + ",应到"),
        table(",".join(LINE), f"支部,党课,甲,{PHONE}", header=ACTIVITY),
        table(",".join(LINE) + ",1", f"支部,党课,甲,2026-03-02,{PHONE}", header=ACTIVITY + ","),
    ],
)
def test_personal_numbers_in_any_form_and_column_hold_the_row_back(data):
    """Numeric cells, separators, full width, +86, codes, counts, dates, columns without a name."""
    assert (3,) == read(data).personal_rows


def other_sheet():
    book = load_workbook(io.BytesIO(workbook(A, LINE)))
    book.create_sheet("名单").append(["姓名", PHONE])
    return saved(book)


def named_sheet():
    book = load_workbook(io.BytesIO(workbook(A, LINE)))
    book.active.title = "张三" + PHONE
    return saved(book)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.csv", table(",".join(LINE), header=f"填报 张三 {PHONE}\n{ACTIVITY}")),
        ("a.csv", table(",".join(LINE), f"合计,填报张三,{PHONE}", header=ACTIVITY)),
        ("a.csv", table(",".join(LINE) + ",1", header=f"{ACTIVITY},应到（{PHONE}）")),
        ("a.xlsx", other_sheet()),
        ("a.xlsx", named_sheet()),
        (f"张三{PHONE}.csv", table(",".join(LINE), header=ACTIVITY)),
    ],
)
def test_no_byte_of_the_store_holds_a_telephone_number(desk, settings, name, data):
    """Titles, totals, headers, other sheets, sheet names and file names are looked at too."""
    with contextlib.suppress(AppError):
        take(desk, name, data)
    assert PHONE.encode() not in stored(settings)


def test_rows_swallowed_by_a_quote_are_told():
    """Two stray quotes lines apart must not turn three rows into one."""
    data = table('甲,2026-03,收入,1,2,"开', "乙,2026-03,收入,3,4,", '丙,2026-03,收入,5,6,终"')
    with pytest.raises(FileRefused, match="引号"):
        read(data)


def test_a_value_under_an_empty_header_is_told():
    """实际 1,234 without quotes must not become 1."""
    got = read(table("甲,2026-03,收入,1,234,说明", header="单位,月份,指标,实际,,备注"))
    assert ["row_too_wide"] == [each.rule for each in got.findings]


def test_a_short_row_of_delimited_text_is_told():
    """A row with fewer cells than the header may have shifted."""
    got = read(table("甲,2026-03,收入,100"))
    assert ["row_too_short"] == [each.rule for each in got.findings]


def test_a_date_far_away_in_a_workbook_is_asked_about():
    """The years of text dates bound date cells too: 9999-12 must not become the latest month."""
    got = read(
        workbook(["单位", "月份", "指标", "实际"], ["甲", datetime(9999, 12, 31), "收入", 1])
    )
    assert ["typed_month"] == [each.rule for each in got.findings]


def test_long_numbers_in_code_columns_are_asked_about():
    """A code that Excel already rounded is not stored as 1.23e+17."""
    got = read(workbook([*A, "表单编号"], [*LINE, 123456789012345678.0]))
    assert ["typed_record_id"] == [each.rule for each in got.findings]


def test_control_characters_do_not_reach_the_table():
    """_x0000_ in a workbook is a zero byte."""
    cell = b'<c r="A2" t="inlineStr"><is><t>\xe7\x94\xb2_x0000_</t></is></c>'
    data = with_sheet(lambda xml: re.sub(rb'<c r="A2".*?</c>', cell, xml))
    assert ["甲"] == read(data).table["unit"].to_pylist()


@pytest.mark.parametrize("data", [in_archive(PLAIN, 4, 6, 99)])
def test_odd_archives_are_file_refusals(data):
    """NotImplementedError of zipfile is a refusal."""
    with pytest.raises(FileRefused):
        read(data)


def test_damage_in_the_store_is_told_in_chinese(desk, settings):
    """A damaged pointer, mart or accepted file gives an AppError and never a raw exception."""
    take(desk, "名册.csv", ROSTER)
    upload = take(desk, "一.csv", kpi(10))
    mart = settings.marts / f"{desk.build().build_id}.duckdb"
    settings.current.write_bytes(b"\xff\xfe\xff")
    desk.build()
    mart.write_bytes(b"x" * 50_000)
    with pytest.raises(AppError):
        queries.open_mart(settings)
    desk.build()
    assert [10.0] == figures(settings)
    (settings.accepted / f"{upload}.parquet").unlink()
    with pytest.raises(AppError):
        desk.inspect("二.csv", kpi(11))


def test_a_lost_ledger_costs_no_accepted_file(desk, settings):
    """Without its ledger a store that holds files is not repaired by deleting them."""
    take(desk, "一.csv", kpi(10))
    desk.close()
    for path in settings.store_root.glob("ledger.db*"):
        path.unlink()
    with pytest.raises(AppError, match="台账文件丢失"):
        repair(settings)
    assert 1 == len(list(settings.accepted.glob("*.parquet")))


def test_file_names_that_are_not_utf8_are_stored_readably(desk):
    """A GBK file name from a Linux share reaches us with surrogates."""
    take(desk, "\udcb5\udca5.csv", kpi(10))
    assert 1 == len(desk.uploads())
