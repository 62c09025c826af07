"""Files that try to slip a wrong, secret or personal value past the intake."""

import io
from datetime import date
from pathlib import Path

import psutil
import pytest
from openpyxl import Workbook

from pipelines.desk import Desk
from pipelines.domain.findings import Finding
from pipelines.errors import FileRefused, StoreError
from pipelines.intake.choices import Choices, Names
from pipelines.intake.staged import Staged
from pipelines.settings import Settings
from tests.parsing import Parsed, parse

NAMES = Names(kpis={"营业收入": "万元", "设备完好率": "%"})
HEAD = "党组织,活动类型,活动名称,开始时间"
PLAIN = "第一支部,党课,学习,2026-03-01"


def table(*lines: str) -> bytes:
    return "\n".join(lines).encode()


def workbook(*sheets: tuple[str, list[list[object]]], merges: tuple[str, ...] = ()) -> bytes:
    """Sheets by name; ``merges`` are of the first."""
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets:
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    for merge in merges:
        book.worksheets[0].merge_cells(merge)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def read(data: bytes, **asked: object) -> Parsed:
    return parse(data, **{"names": NAMES, "file_name": "表.csv", **asked})


def rows(got: Parsed, *names: str) -> list[tuple]:
    return [tuple(row[name] for name in names) for row in got.table.to_pylist()]


def stored(settings: Settings) -> bytes:
    return b"".join(each.read_bytes() for each in settings.store_root.rglob("*") if each.is_file())


# --- wrong rows ---


def test_groups_of_a_kpi_keep_the_unit_under_a_title_with_the_month():
    """The unit stands once beside the groups and belongs to the record of every KPI."""
    data = workbook(
        (
            "表",
            [
                ["2026年3月"],
                ["单位", "营业收入（万元）", None, "设备完好率（%）", None],
                [None, "目标", "实际", "目标", "实际"],
                ["甲厂", 10, 9, 95, 96],
            ],
        ),
        merges=("A2:A3", "B2:C2", "D2:E2"),
    )
    expected = [("甲厂", "2026-03", "营业收入", 10.0, 9.0, "万元")]
    expected += [("甲厂", "2026-03", "设备完好率", 95.0, 96.0, "%")]
    names = ("unit", "month", "kpi", "target", "actual", "unit_of_measure")
    assert expected == rows(read(data), *names)


def test_kpis_as_columns_keep_the_unit_and_the_note_under_a_title_with_the_month():
    """What describes the row belongs to each of its records."""
    data = table("2026年3月经营情况", "单位,营业收入（万元）,设备完好率（%）,备注", "甲厂,10,95,好")
    expected = [("甲厂", "营业收入", 10.0, "好"), ("甲厂", "设备完好率", 95.0, "好")]
    assert expected == rows(read(data), "unit", "kpi", "actual", "note")


def test_what_two_sheets_ask_alike_is_one_question():
    """Its answer holds for both, so it is asked once and counts the rows of both."""
    sheet = [["单位", "月份", "指标", "实际"], ["甲厂", "2026.1", "营业收入", 1]]
    data = workbook(("一", sheet), ("二", sheet))
    assert [("month:2026.1", 2)] == [(each.id, each.count) for each in read(data).questions]
    answered = read(data, choices=Choices(answers={"month:2026.1": "2026-10"}))
    assert [("2026-10",), ("2026-10",)] == rows(answered, "month")


def test_answers_to_questions_that_nobody_asked_change_nothing():
    """A stale answer is ignored; the cell that is asked about stays held back."""
    data = table("单位,月份,指标,实际", "甲厂,2026.1,营业收入,1", "甲厂,2026-02,营业收入,2")
    stale = Choices(answers={"month:2025.1": "2025-10", "context:month": "2024-01", "x": "y"})
    got = read(data, choices=stale)
    assert {0} == got.held
    assert [(None,), ("2026-02",)] == rows(got, "month")


# --- secret and personal content ---


@pytest.mark.parametrize(
    "written",
    ["138.0000.0000", "(138)00000000", "（138）0000-0000", "138/0000/0000", "138—0000—0000"],
)
def test_telephones_in_other_groupings_are_telephones(written):
    """Dots, slashes, dashes and brackets between the groups make no difference."""
    got = read(table(HEAD + ",关键词", f"{PLAIN},{written}"))
    assert ((2,), 0) == (got.personal_rows, got.table.num_rows)


@pytest.mark.parametrize("written", ["150.00001234", "2026.1011.1213", "13/14/15", "8.138e10"])
def test_other_long_numbers_are_no_telephones(written):
    """Decimals and lists of numbers come in."""
    assert () == read(table(HEAD + ",关键词", f"{PLAIN},{written}")).personal_rows


@pytest.mark.parametrize("written", ["电话13800000000", "约13800000000", "110101199003074477"])
def test_a_personal_number_among_figures_keeps_row_and_original_out(written):
    """A column of figures is no hiding place; nothing of the file is kept as received."""
    got = read(
        table("单位,月份,指标,实际", "甲厂,2026-03,营业收入,1", f"乙,2026-03,营收,{written}")
    )
    assert ((3,), False) == (got.personal_rows, got.keeps_original)
    assert [("甲厂",)] == rows(got, "unit")


@pytest.mark.parametrize("written", ["13800000000", "13800000000元", '"13,800,000,000"'])
def test_an_amount_of_eleven_digits_is_no_telephone_among_figures(written):
    """13.8 billion is a sum of money."""
    got = read(table("单位,月份,指标,实际", f"甲厂,2026-03,营业收入,{written}"))
    assert ((), [(13.8e9,)]) == (got.personal_rows, rows(got, "actual"))


def test_a_number_in_a_header_does_not_become_a_kpi():
    """The topic that a header names is stored without it."""
    chosen = Choices(dataset="kpi_values", columns={"（号码已隐去）吨": "actual"})
    got = read(table("单位,月份,13800000000吨", "甲厂,2026-03,3"), choices=chosen)
    assert [("（号码已隐去）吨",)] == rows(got, "kpi")
    assert "13800000000" not in str(got.columns)


@pytest.mark.parametrize("mark", ["机密", "机密★10年", "密级：绝密"])
def test_a_mark_makes_its_row_secret_in_whatever_column(mark):
    """Also where no header says 密级."""
    got = read(table(HEAD + ",等级", f"{PLAIN},普通", f"{PLAIN},{mark}"))
    assert ((3,), [2]) == (got.secret_rows, [row["_row"] for row in got.table.to_pylist()])


def test_a_mark_below_the_rows_refuses_the_document():
    """A footer speaks for all rows above it."""
    with pytest.raises(FileRefused, match="涉密文件"):
        read(table(HEAD, PLAIN, "密级：机密"))


def test_a_mark_on_a_cover_sheet_refuses_the_document():
    """Sheets that are not read are looked at for marks; a list of levels to choose is none."""
    sheet = ("表", [HEAD.split(","), PLAIN.split(",")])
    with pytest.raises(FileRefused, match="涉密文件"):
        read(workbook(sheet, ("封面", [["某某材料"], ["机密★长期"]])))
    levels = ("选项", [["公开"], ["内部"], ["秘密"], ["机密"]])
    assert [("学习",)] == rows(read(workbook(sheet, levels)), "title")


def test_the_unit_of_a_secret_row_is_not_filled_down():
    """The rows that would take it are refused, up to the next that writes its unit."""
    marked = HEAD.replace("党组织", "单位") + ",密级"
    lines = ["专班,党课,要事,2026-03-01,机密", ",党课,二会,2026-03-02,公开"]
    lines += [",党课,三会,2026-03-02,公开", "支部,党课,四会,2026-03-02,公开"]
    lines += [",党课,五会,2026-03-02,公开"]
    got = read(table(marked, *lines))
    assert ((2, 3, 4), [("支部", "四会"), ("支部", "五会")]) == (
        got.secret_rows,
        rows(got, "unit", "title"),
    )
    assert "专班" not in str((got.findings, got.columns, got.raw_head))


@pytest.mark.parametrize("extra", ["密级", "姓名"])
def test_the_lines_shown_of_a_guarded_table_end_with_its_header(extra):
    """Secret rows and names are not shown while somebody checks the encoding."""
    got = read(table(f"{HEAD},{extra}", f"{PLAIN},张某"))
    assert (f"{HEAD},{extra}",) == got.raw_head


def test_headers_that_nobody_decided_about_are_not_remembered(desk: Desk, settings: Settings):
    """In an attendance list they are names."""
    data = table(HEAD + ",张某某", f"{PLAIN},√")
    inspection = desk.inspect("签到.csv", data, Choices(columns={"党组织": "unit"}))
    desk.accept(inspection, by="分析员")
    (kept,) = desk.mappings()
    assert set(HEAD.split(",")) == set(kept.columns)
    assert "张某某".encode() not in stored(settings)


def test_nothing_of_attacking_cells_reaches_the_store(desk: Desk, settings: Settings):
    """One file with every way in: figures, groups, merges, a second table, a hidden name."""
    data = table(
        "单位,月份,指标,实际,密级,备注",
        "甲厂,2026-03,营业收入,1,公开,",
        "甲厂,2026-04,甲字工程,2,机密,",
        "甲厂,2026-05,营业收入,电话13800000000,公开,",
        "甲厂,2026-06,营业收入,3,公开,138.0000.0000",
        "甲厂,2026-07,营业收入,4,公开,甲字工程★机密★10年",
    )
    inspection = desk.inspect("月报13800000000.csv", data)
    assert (1, 4) == (inspection.good_count, inspection.held_back)
    desk.accept(inspection, by="分析员")
    desk.build()
    for text in ("甲字工程", "13800000000", "138.0000.0000"):
        assert text.encode() not in stored(settings)
    found: tuple[Finding, ...] = inspection.findings
    assert "甲字工程" not in str(found)


# --- life of a preview ---


def test_a_preview_stopped_at_any_step_leaves_nothing(desk: Desk, settings: Settings):
    """Neither folder, process nor descriptor, wherever the person stops."""
    data = table("单位,月份,指标,实际", "甲厂,2026-03,营业收入,1")
    steps: list[str] = []
    desk.inspect("表.csv", data, progress=lambda step, _share: steps.append(step))
    process = psutil.Process()
    before = (process.num_fds(), len(process.children(recursive=True)))
    for wanted in {each for each in steps if not each.startswith("正在")}:

        def stop(step: str, _share: float, wanted: str = wanted) -> None:
            if step == wanted:
                raise InterruptedError

        with pytest.raises(InterruptedError):
            desk.inspect("表.csv", data, progress=stop)
    assert [] == list(settings.incoming.iterdir())
    assert before == (process.num_fds(), len(process.children(recursive=True)))


def test_a_disk_that_fills_up_is_told_and_nothing_is_left(
    desk: Desk, settings: Settings, monkeypatch: pytest.MonkeyPatch
):
    """The person reads that the disk is full instead of an unknown error."""

    class OnFullDisk(Staged):
        def __init__(self, settings: Settings) -> None:
            super().__init__(settings)
            self.path = Path("/dev/full")

    monkeypatch.setattr("pipelines.preview.Staged", OnFullDisk)
    with pytest.raises(StoreError, match="磁盘已满"):
        desk.inspect("表.csv", table("单位,月份,指标,实际", "甲厂,2026-03,营业收入,1"))
    assert [] == list(settings.incoming.iterdir())


def test_the_day_of_the_reading_is_not_in_the_rows():
    """The same file read on another day gives the same rows."""
    data = table("单位,月份,指标,实际", "甲厂,2026-03,营业收入,1")
    one, other = (read(data, today=date(2026, month, 1)).table for month in (4, 11))
    assert one.equals(other)
