"""A file back to its analyst: findings on the cells they are about, everything else untouched."""

import dataclasses
import io
import zipfile
from datetime import date, datetime

import pyarrow as pa
import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import PatternFill
from python_calamine import CalamineWorkbook

from pipelines.annotate import SUMMARY_SHEET, workbook
from pipelines.annotate.child import annotated_in_child
from pipelines.annotate.marks import AUTHOR, COLOURS, MOST_COMMENTS
from pipelines.annotate.report import report_of
from pipelines.domain.findings import Finding, Severity
from pipelines.errors import FileRefused
from pipelines.intake.choices import Choices
from pipelines.intake.inspection import ColumnMatch, Inspection, Reading, Region, SkippedRow
from pipelines.intake.parse import Closed, Stretch, parse
from pipelines.intake.request import Request
from pipelines.intake.schema import RAW, SHEET
from pipelines.intake.source.grid import read_source
from pipelines.settings import Settings
from tests.paths import EXAMPLES

MONTHLY = "业务指标月报_2026年3月.xlsx"
MONTHLY_HEADERS = ("单位", "指标名称", "计量单位", "本月 / 计划", "本月 / 实际")
WRITTEN_OUT = Finding(
    severity=Severity.CRITICAL,
    rule="typed_actual",
    row=9,
    column="本月 / 实际",
    value="约十余件",
    sheet="3月",
    why="不是确定的数字",
    how="请填数字或留空",
)


def column(index: int, header: str, how: str = "名称一致") -> ColumnMatch:
    return ColumnMatch(index=index, header=header, field=f"f{index}", label=header, how=how)


def annotated(data: bytes, inspection: Inspection) -> bytes:
    """In this process, as the child makes it."""
    return workbook.annotated(data, report_of(inspection))


def inspected(*findings: Finding, headers=MONTHLY_HEADERS, **changes) -> Inspection:
    """An inspection of the monthly report unless ``changes`` say otherwise."""
    region = Region(sheet="3月", header_row=3, header_last=4, first_row=5, last_row=34)
    given = {
        "dataset": "kpi_values",
        "dataset_label": "业务指标月报",
        "encoding": None,
        "delimiter": None,
        "raw_head": (),
        "missing": (),
        "file_name": MONTHLY,
        "sha256": "",
        "size": 0,
        "choices": Choices(),
        "staged": None,
        "digest": "",
        "row_count": 30,
        "good_count": 29,
        "regions": (region,),
        "columns": tuple(column(index, header) for index, header in enumerate(headers)),
        "findings": findings,
    }
    return Inspection(**(given | changes))


def of_text(*findings: Finding, headers, encoding="utf-8", last=1_000_000, **changes) -> Inspection:
    """An inspection of a comma-separated file with its header in row 1."""
    region = Region(sheet=None, header_row=1, header_last=1, first_row=2, last_row=last)
    told = {"encoding": encoding, "delimiter": ",", "regions": (region,), "file_name": "a.csv"}
    return inspected(*findings, headers=headers, **(told | changes))


def about(row: int | None, column: str | None = None, **changes) -> Finding:
    given = {"severity": Severity.WARNING, "rule": "r", "why": "偏离", "how": "请核对"}
    return Finding(**(given | {"row": row, "column": column} | changes))


def monthly() -> bytes:
    return (EXAMPLES / MONTHLY).read_bytes()


def opened(data: bytes) -> Workbook:
    return load_workbook(io.BytesIO(data), rich_text=True)


def saved(book: Workbook) -> bytes:
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def replaced(data: bytes, part: str, old: bytes, new: bytes) -> bytes:
    """The workbook with ``old`` changed to ``new`` in one of its files, or with a file added."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(target, "w") as archive:
        names = source.namelist()
        for name in names:
            content = source.read(name)
            assert name != part or old in content
            archive.writestr(name, content.replace(old, new) if name == part else content)
        if part not in names:
            archive.writestr(part, new)
    return target.getvalue()


def reread(data: bytes) -> dict[str, list]:
    """Values by sheet as the intake's workbook reader gives them, the summary left out."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    return {
        name: book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        for name in book.sheet_names
        if name != SUMMARY_SHEET
    }


def coloured(book: Workbook) -> dict[tuple[str, str], str]:
    return {
        (sheet.title, cell.coordinate): cell.fill.fgColor.rgb
        for sheet in book
        if sheet.title != SUMMARY_SHEET
        for row in sheet.iter_rows()
        for cell in row
        if cell.fill.fill_type == "solid" and cell.fill.fgColor.rgb in COLOURS.values()
    }


def listed(book: Workbook) -> list[list]:
    """The lines of the summary below the header of its table of findings."""
    rows = [[cell.value for cell in row] for row in book[SUMMARY_SHEET].iter_rows(max_col=7)]
    start = rows.index(["级别", "工作表", "行", "列", "值", "问题", "怎么改"]) + 1
    lines = rows[start:]
    return lines[: next((i for i, line in enumerate(lines) if not any(line)), len(lines))]


def told(book: Workbook) -> str:
    return "\n".join(
        f"{row[0].value}：{row[1].value}" for row in book[SUMMARY_SHEET].iter_rows(max_col=2)
    )


def test_the_finding_of_the_monthly_report_lands_on_its_cell():
    """约十余件 stands in E9: that cell and no other is coloured, and says why and how."""
    book = opened(annotated(monthly(), inspected(WRITTEN_OUT)))
    assert {("3月", "E9"): COLOURS[Severity.CRITICAL]} == coloured(book)
    comment = book["3月"]["E9"].comment
    assert (AUTHOR, "【必须改】不是确定的数字\n怎么改：请填数字或留空") == (
        comment.author,
        comment.text,
    )


def test_the_summary_lists_the_finding_with_a_link_to_its_cell():
    """One line a finding; its row number leads to the cell."""
    book = opened(annotated(monthly(), inspected(WRITTEN_OUT)))
    line = ["必须改", "3月", 9, "本月 / 实际", "约十余件", "不是确定的数字", "请填数字或留空"]
    assert [line] == listed(book)
    links = [cell.hyperlink for row in book[SUMMARY_SHEET] for cell in row if cell.hyperlink]
    assert ["'3月'!E9"] == [each.location for each in links]
    assert [None] == [each.target for each in links]


def test_the_summary_says_what_was_read_and_what_was_not():
    """File, dataset, counts, dropped columns, skipped rows and sheets with their reasons."""
    inspection = inspected(
        WRITTEN_OUT,
        about(None, why="没有单位"),
        columns=(*inspected().columns, column(7, "联系电话", "已丢弃：电话")),
        skipped=(
            SkippedRow(row=1, reason="标题", sheet="3月"),
            SkippedRow(row=0, reason="隐藏的工作表", sheet="底稿"),
        ),
        findings_omitted=12,
    )
    book = opened(annotated(monthly(), inspection))
    text = told(book)
    for line in (f"文件：{MONTHLY}", "数据表：业务指标月报", "读到：30 行", "可以入库：29 行"):
        assert line in text
    for line in (
        "暂不入库：1 行",
        "必须改：1 处",
        "请核对：1 处",
        "提示：0 处",
        "12 处",
        "联系电话",
    ):
        assert line in text
    rows = [[cell.value for cell in row] for row in book[SUMMARY_SHEET].iter_rows(max_col=4)]
    assert [None, "3月", 1, "标题"] in rows
    assert [None, "底稿", "整张", "隐藏的工作表"] in rows


def test_the_workbook_opens_on_the_summary_alone():
    """Two selected sheets would be edited together."""
    book = opened(annotated(monthly(), inspected(WRITTEN_OUT)))
    assert SUMMARY_SHEET == book.sheetnames[0] == book.active.title
    assert [True, False] == [bool(each.sheet_view.tabSelected) for each in book]


@pytest.mark.parametrize("name", [MONTHLY, "整改台账.xlsx"])
def test_values_are_those_received(name):
    """The intake reads the same cells from the annotated workbook."""
    data = (EXAMPLES / name).read_bytes()
    assert reread(data) == reread(annotated(data, inspected(WRITTEN_OUT)))


def excel_book() -> Workbook:
    """What people do in Excel: merges, formats, widths, hidden rows, comments, rules, formulas."""
    book = Workbook()
    sheet = book.active
    sheet.title = "3月"
    sheet.append(["指标", "本月", None, "日期"])
    sheet.merge_cells("B1:C1")
    sheet.append([None, "计划", "实际", None])
    sheet.append(["收入", 0.125, "=B3*2", datetime(2026, 3, 5)])
    sheet.append(["利润", 1234567.891, "=1/0", 46082])
    sheet.append(["备用", "#N/A", "0012", 0.5])
    sheet["B3"].number_format = "0.0%"
    sheet["B4"].number_format = "#,##0.00"
    sheet["D4"].number_format = "yyyy年m月"
    sheet["D5"].number_format = "yyyy-mm-dd"
    sheet["D5"] = -3
    sheet["B5"].data_type = "s"
    sheet["A3"].comment = Comment("请财务核对", "财务")
    sheet["B4"].comment = Comment("暂估", "财务")
    sheet["A4"].fill = PatternFill("solid", fgColor="FF00FF00")
    sheet.column_dimensions["A"].width = 31
    sheet.row_dimensions[5].hidden = True
    sheet.freeze_panes = "B3"
    sheet.conditional_formatting.add("B3:B5", CellIsRule(operator="lessThan", formula=["1"]))
    book.create_sheet("底稿").sheet_state = "hidden"
    return book


def excel_data() -> bytes:
    """``excel_book`` as Excel stores it, with results of formulas and seventeen digits."""
    part, data = "xl/worksheets/sheet1.xml", saved(excel_book())
    data = replaced(data, part, b"<f>B3*2</f><v />", b"<f>B3*2</f><v>0.25</v>")
    data = replaced(data, part, b"<v>0.125</v>", b"<v>0.30000000000000004</v>")
    return error_result(data, part)


def error_result(data: bytes, part: str) -> bytes:
    data = replaced(data, part, b"<f>1/0</f><v />", b"<f>1/0</f><v>#DIV/0!</v>")
    return replaced(data, part, b'<c r="C4">', b'<c r="C4" t="e">')


def on_excel(*findings: Finding) -> Inspection:
    region = Region(sheet="3月", header_row=1, header_last=2, first_row=3, last_row=5)
    headers = ("指标", "本月 / 计划", "本月 / 实际", "日期")
    return inspected(*findings, headers=headers, regions=(region,))


def test_what_people_do_in_excel_survives():
    """Merges, number formats, widths, hidden rows and sheets, panes, fills, rules, formulas."""
    made = opened(annotated(excel_data(), on_excel(about(4, "本月 / 计划", sheet="3月"))))
    sheet = made["3月"]
    assert ["B1:C1"] == [str(each) for each in sheet.merged_cells.ranges]
    assert ("0.0%", "#,##0.00") == (sheet["B3"].number_format, sheet["B4"].number_format)
    assert ("yyyy年m月", "yyyy-mm-dd") == (sheet["D4"].number_format, sheet["D5"].number_format)
    assert (31, True, "B3") == (
        sheet.column_dimensions["A"].width,
        sheet.row_dimensions[5].hidden,
        sheet.freeze_panes,
    )
    assert "FF00FF00" == sheet["A4"].fill.fgColor.rgb
    assert ("=B3*2", "=1/0") == (sheet["C3"].value, sheet["C4"].value)
    assert ["B3:B5"] == [str(each.sqref) for each in sheet.conditional_formatting]
    assert "hidden" == made["底稿"].sheet_state


def test_results_of_formulas_and_long_numbers_survive():
    """A result that Excel stored is still there when the workbook is read, to the last digit."""
    data = excel_data()
    got = reread(annotated(data, on_excel(about(4, "本月 / 计划", sheet="3月"))))
    assert reread(data) == got
    assert (0.30000000000000004, 0.25) == (got["3月"][2][1], got["3月"][2][2])


def test_a_comment_that_was_there_stays():
    """Ours comes below it; comments elsewhere are as they were."""
    made = opened(annotated(excel_data(), on_excel(about(4, "本月 / 计划", sheet="3月"))))
    sheet = made["3月"]
    assert "请财务核对" == sheet["A3"].comment.text
    assert sheet["B4"].comment.text.startswith("暂估\n")
    assert sheet["B4"].comment.text.endswith("【请核对】偏离\n怎么改：请核对")


def test_a_second_round_takes_the_first_marks_away():
    """Fixed cells lose colour and comment; there is one summary; comments of people stay."""
    first = annotated(
        excel_data(), on_excel(about(4, "本月 / 计划", sheet="3月"), about(3, "指标", sheet="3月"))
    )
    second = opened(annotated(first, on_excel(about(3, "日期", sheet="3月"))))
    assert {("3月", "D3"): COLOURS[Severity.WARNING]} == coloured(second)
    assert ["暂估", "请财务核对"] == [second["3月"][each].comment.text for each in ("B4", "A3")]
    assert [SUMMARY_SHEET, "3月", "底稿"] == second.sheetnames


def test_a_merged_cell_is_marked_where_its_value_is():
    """A unit merged down from A5 to A9 is wrong in row 9: A5 is coloured."""
    finding = about(9, "单位", sheet="3月")
    assert [("3月", "A5")] == list(coloured(opened(annotated(monthly(), inspected(finding)))))


def test_a_finding_about_a_row_marks_its_first_cell_of_its_own():
    """Row 9 begins with a merged unit: B9 is coloured and the column is named in the comment."""
    book = opened(annotated(monthly(), inspected(about(9, "没有这列", sheet="3月"))))
    assert [("3月", "B9")] == list(coloured(book))
    assert "“没有这列”：偏离" in book["3月"]["B9"].comment.text


def test_the_worst_finding_of_a_cell_gives_its_colour():
    """Two findings on one cell: one colour, both sentences."""
    book = opened(
        annotated(monthly(), inspected(about(9, "本月 / 实际", sheet="3月"), WRITTEN_OUT))
    )
    assert {("3月", "E9"): COLOURS[Severity.CRITICAL]} == coloured(book)
    assert "偏离" in book["3月"]["E9"].comment.text
    assert "不是确定的数字" in book["3月"]["E9"].comment.text


def test_a_column_name_in_two_tables_is_looked_up_in_the_right_one():
    """Tables below one another: the row says which table, the table says which column."""
    book = Workbook()
    book.active.title = "3月"
    for row in (["单位", "实际"], ["甲", 1], [None, None], ["单位", "计划", "实际"], ["乙", 2, 3]):
        book.active.append(row)
    regions = (
        Region(sheet="3月", header_row=1, first_row=2, last_row=2),
        Region(sheet="3月", header_row=4, first_row=5, last_row=5),
    )
    columns = (
        column(0, "单位"),
        column(1, "实际"),
        dataclasses.replace(column(0, "单位"), table=1),
        dataclasses.replace(column(2, "实际"), table=1),
    )
    findings = (about(2, "实际", sheet="3月"), about(5, "实际", sheet="3月"))
    made = annotated(saved(book), inspected(*findings, regions=regions, columns=columns))
    assert [("3月", "B2"), ("3月", "C5")] == list(coloured(opened(made)))


def test_a_label_that_two_columns_share_names_no_cell():
    """Which of two columns is meant is not guessed: the row is marked."""
    columns = tuple(
        dataclasses.replace(each, label="实际" if each.index in (3, 4) else each.header)
        for each in inspected().columns
    )
    made = annotated(monthly(), inspected(about(6, "实际", sheet="3月"), columns=columns))
    assert [("3月", "B6")] == list(coloured(opened(made)))


def test_a_gbk_export_becomes_text_cells_in_the_same_rows():
    """三会一课 in GB18030: every row and cell as received, nothing turned into numbers."""
    data = (EXAMPLES / "三会一课台账_导出.csv").read_bytes()
    received = list(read_source(io.BytesIO(data)).sheets[0].open())
    inspection = of_text(about(5, received[0][6]), headers=received[0], encoding="gb18030")
    made = annotated(data, inspection)
    (name, got), *others = reread(made).items()
    assert ("数据", []) == (name, others)
    assert "编码：GB18030（含 GBK、GB2312），分隔符：逗号" in told(opened(made))
    assert received == [row[: len(wanted)] for row, wanted in zip(got, received, strict=True)]
    assert not [
        cell
        for row, wanted in zip(got, received, strict=True)
        for cell in row[len(wanted) :]
        if cell
    ]
    assert [("数据", "G5")] == list(coloured(opened(made)))
    assert opened(made)["数据"]["A1"].font.bold


TRICKY = [
    "=1+1",
    "-5",
    "+3%",
    "@甲",
    "\t=2",
    "0012",
    "2026-03",
    "#N/A",
    " 甲 ",
    "1e5",
    "TRUE",
    "＝A1",
]


def test_text_that_looks_like_a_formula_stays_text():
    """No formula is ever made of a text file, and -5 reads as -5 again."""
    data = ("列," * 11 + "列\n" + ",".join(TRICKY) + "\n").encode()
    made = annotated(data, of_text(headers=["列"] * 12))
    cells = opened(made)["数据"][2]
    assert ["s"] * 12 == [each.data_type for each in cells]
    assert TRICKY == [each.value for each in cells] == reread(made)["数据"][1]
    quoted = [bool(each.quotePrefix) for each in cells]
    assert [each[0] in "=-+@\t＝" for each in TRICKY] == quoted


def test_formulas_of_a_workbook_stay_but_the_summary_is_inert():
    """What a finding or a file name repeats is text in the summary, whatever it looks like."""
    finding = about(3, "=cmd|'/c calc'!A0", sheet="3月", value="=HYPERLINK(1)", why="+1", how="@x")
    inspection = dataclasses.replace(on_excel(finding), file_name="=1+1.xlsx")
    book = opened(annotated(excel_data(), inspection))
    assert "=B3*2" == book["3月"]["C3"].value
    kinds = {cell.data_type for row in book[SUMMARY_SHEET].iter_rows() for cell in row}
    assert kinds <= {"s", "n"}
    assert ["请核对", "3月", 3, "=cmd|'/c calc'!A0", "=HYPERLINK(1)", "+1", "@x"] == listed(book)[0]


def test_every_character_of_a_text_comes_back():
    """Control characters, line ends and text that looks like an escape, as they were."""
    texts = ["甲\x01乙", "一\r\n二", "_x000D_"]
    data = ("列,列,列\n" + ",".join(f'"{each}"' for each in texts) + "\n").encode()
    assert texts == reread(annotated(data, of_text(headers=["列"] * 3)))["数据"][1]


def test_a_text_too_long_for_a_cell_is_told():
    """What a workbook cannot hold is cut and counted, never in silence."""
    made = opened(annotated(f"列\n{'长' * 40_000}\n".encode(), of_text(headers=["列"])))
    assert 32_767 == len(made["数据"]["A2"].value)
    assert "1 个单元格超过 32,767 个字符" in told(made)


def test_values_under_a_merged_cell_are_told():
    """Some programs keep values under a merge; this copy does not and says how many."""
    hidden, after = b'<c r="C1"><v>7</v></c>', b'<c r="D1"'
    data = replaced(excel_data(), "xl/worksheets/sheet1.xml", after, hidden + after)
    made = opened(annotated(data, on_excel(about(3, "指标", sheet="3月"))))
    assert "合并单元格盖住的 1 个值" in told(made)


def large(rows: int = 30_000) -> bytes:
    line = ",".join(f"值{index}" for index in range(8))
    return ("列0,列1,列2,列3,列4,列5,列6,列7\n" + f"{line}\n" * rows).encode()


def test_a_large_file_gives_only_the_rows_with_findings():
    """Header and rows with findings, each with its row number in the file; a note says so."""
    headers = [f"列{index}" for index in range(8)]
    secret = about(300, "密级", rule="secrecy_above_internal", severity=Severity.CRITICAL)
    findings = (about(29_000, "列3"), secret)
    made = opened(annotated(large(), of_text(*findings, headers=headers, secret_rows=(300,))))
    sheet = made["问题行 数据"]
    rows = [[cell.value for cell in row][:3] for row in sheet.iter_rows()]
    assert [
        ["原文件行号", None, None],
        [1, "列0", "列1"],
        [300, "（整行拒收，内容不抄录）", None],
        [29_000, "值0", "值1"],
    ] == rows
    assert [(sheet.title, "B3"), (sheet.title, "E4")] == list(coloured(made))
    assert "文件较大" in told(made)
    links = [cell.hyperlink for row in made[SUMMARY_SHEET] for cell in row if cell.hyperlink]
    assert ["'问题行 数据'!B3", "'问题行 数据'!E4"] == [each.location for each in links]


def test_a_large_workbook_gives_an_excerpt_too():
    """Cells are counted before the workbook is opened."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("3月")
    for number in range(21_000):
        sheet.append([number] * 10)
    region = Region(sheet="3月", header_row=1, first_row=2, last_row=21_000)
    inspection = inspected(about(500, sheet="3月"), regions=(region,))
    made = opened(annotated(saved(book), inspection))
    assert [SUMMARY_SHEET, "问题行 3月"] == made.sheetnames
    assert [500, 499] == [cell.value for cell in made["问题行 3月"][3]][:2]


def test_comments_are_limited_and_colours_are_not():
    """Critical cells get theirs first; the summary says how many have a colour only."""
    findings = [about(row, "列0") for row in range(2, MOST_COMMENTS + 3)]
    findings.append(about(9_000, "列0", severity=Severity.CRITICAL))
    data = ("列0,列1\n" + "1,2\n" * 10_000).encode()
    made = opened(annotated(data, of_text(*findings, headers=["列0", "列1"])))
    commented = [cell for cell in made["数据"]["A"] if cell.comment]
    assert (MOST_COMMENTS, MOST_COMMENTS + 2) == (len(commented), len(coloured(made)))
    assert made["数据"]["A9000"].comment is not None
    assert f"批注只加了 {MOST_COMMENTS:,} 处，另有 2 处只涂了颜色" in told(made)


def test_refused_rows_stay():
    """The file is the analyst's own: what was refused is in it as it was."""
    inspection = inspected(WRITTEN_OUT, secret_rows=(5,), personal_rows=(7,))
    assert reread(monthly())["3月"] == reread(annotated(monthly(), inspection))["3月"]


def read_by_intake(name: str, data: bytes) -> tuple[Reading, pa.Table, list[Finding]]:
    """The reading, all typed rows and all findings, each with its sheet."""
    request = Request(file_name=name, today=date(2026, 4, 1))
    parts = list(parse(io.BytesIO(data), request, Settings()))
    reading = next(each.reading for each in parts if isinstance(each, Closed))
    stretches = [each for each in parts if isinstance(each, Stretch)]
    findings = [finding for each in stretches for _, finding in each.findings]
    sheet = reading.regions[0].sheet
    placed = [dataclasses.replace(each, sheet=sheet) for each in findings]
    return reading, pa.concat_tables(each.table for each in stretches), placed


def annotated_example(name: str) -> tuple[bytes, pa.Table]:
    """The annotated workbook of an example as the intake reads it, and the example's rows."""
    data = (EXAMPLES / name).read_bytes()
    reading, table, findings = read_by_intake(name, data)
    how = {each.name: getattr(reading, each.name) for each in dataclasses.fields(Reading)}
    return annotated(data, inspected(*findings, **how)), table


@pytest.mark.parametrize(
    "name", sorted(each.name for each in EXAMPLES.iterdir() if each.suffix != ".json")
)
def test_the_annotated_workbook_reads_as_the_file_did(name):
    """Dropped again unchanged, every example gives the same rows, from CSV and from XLSX."""
    made, meant = annotated_example(name)
    _, got, _ = read_by_intake(f"{name.rsplit('.', 1)[0]}_标注.xlsx", made)
    places = [each for each in (SHEET, RAW) if each in meant.column_names]
    assert meant.drop_columns(places).equals(got.drop_columns(places))


def test_a_fixed_workbook_goes_through():
    """约十余件 is coloured, becomes 12 in the annotated copy, and has no finding any more."""
    made, meant = annotated_example(MONTHLY)
    book = opened(made)
    assert [("3月", "E9")] == list(coloured(book))
    book["3月"]["E9"] = 12
    _, got, findings = read_by_intake("业务指标月报_2026年3月_标注.xlsx", saved(book))
    assert [] == findings
    wanted = meant["actual"].to_pylist()
    wanted[wanted.index(None)] = 12.0
    assert wanted == got["actual"].to_pylist()


def test_a_workbook_that_cannot_be_rewritten_is_copied_by_value():
    """Values, merges and hidden rows come along, marks and summary too, and a note says so."""
    data = replaced(excel_data(), "xl/worksheets/sheet1.xml", b'"frozen"', b'"bogus"')
    made = annotated(data, on_excel(about(4, "本月 / 计划", sheet="3月")))
    assert "格式无法保留" in told(opened(made))
    assert reread(data)["3月"][:3] == reread(made)["3月"][:3]
    assert [("3月", "B4")] == list(coloured(opened(made)))
    assert opened(made)["3月"].row_dimensions[5].hidden


def test_parts_that_cannot_be_kept_are_told():
    """A workbook with macros comes back without them and says so."""
    data = replaced(monthly(), "xl/vbaProject.bin", b"", b"macro")
    assert "不带原文件里的：宏" in told(opened(annotated(data, inspected(WRITTEN_OUT))))


def test_the_child_makes_the_same_workbook():
    """Cells, marks and summary are those of the call in the process."""
    inspection = inspected(WRITTEN_OUT)
    made = annotated_in_child(monthly(), inspection, Settings())
    assert reread(monthly()) == reread(made)
    assert {("3月", "E9"): COLOURS[Severity.CRITICAL]} == coloured(opened(made))


def test_the_child_reads_a_file_on_disk():
    """A large upload need not go through the pipe."""
    made = annotated_in_child(EXAMPLES / MONTHLY, inspected(WRITTEN_OUT), Settings())
    assert reread(monthly()) == reread(made)


def test_a_workbook_that_needs_too_much_memory_is_refused():
    """A merge over the whole sheet would fill the memory: the child ends, the server does not."""
    data = replaced(
        excel_data(), "xl/worksheets/sheet1.xml", b'ref="B1:C1"', b'ref="B1:XFD1048576"'
    )
    tight = dataclasses.replace(Settings(), parse_memory_bytes=600 * 1024**2, parse_seconds=60)
    with pytest.raises(FileRefused, match="内存超过上限"):
        annotated_in_child(data, on_excel(), tight)


@pytest.mark.parametrize(
    "data", [b"", b"PK\x03\x04 broken", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 99]
)
def test_an_unreadable_file_is_refused_in_chinese(data):
    """The only exception is the refusal, in the process and out of it."""
    for make in (annotated, lambda *given: annotated_in_child(*given, Settings())):
        with pytest.raises(FileRefused, match=r"[一-龥]"):
            make(data, inspected())
