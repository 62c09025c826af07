"""The files as organisations have them, through the page; and who sees what of them."""

from __future__ import annotations

import csv
import io
import subprocess
import time
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import expect

from pipelines.annotate import SUMMARY_SHEET
from tests.browser import words
from tests.browser.files import ROSTER, expected, payload, table
from tests.browser.visit import WAIT
from tests.paths import EXAMPLES

pytestmark = pytest.mark.xdist_group("browser")

MUST = "■ 必须改"
HEADER = ("单位", "月份", "指标", "发生额", "目标")
MONTHLY = table(
    HEADER,
    ("信息中心", "2026-07", "营业收入", 90, 100),
    ("职工医院", "2026-07", "营业收入", 80, 100),
)
LONG = table(
    ("单位", "月份", "指标", "实际", "目标"),
    *((f"单位{n % 900}", f"20{10 + n // 9000}-01", f"指标{n}", n, 100) for n in range(400_000)),
)


@pytest.fixture(scope="module")
def with_roster(server, windows):
    """The server once the roster of the examples is accepted."""
    seen = windows.page(server.url)
    seen.store(ROSTER, rows=12)
    seen.close()
    return server


def _findings(seen) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(seen.download("下载全部发现（CSV）"))))


def test_the_activity_export_is_read_without_people_and_secrets(with_roster, visit):
    """55 of 60 rows; five findings on the rows meant; six personal columns named as dropped; of
    the secret row nothing but its number.
    """
    meant = expected("三会一课台账_导出.csv")
    seen = visit(with_roster).open("upload")
    seen.sign()
    seen.drop(EXAMPLES / "三会一课台账_导出.csv")
    assert "读作：党建活动台账" in seen.text
    assert f"读到 60 行，可入库 {len(meant['rows'])} 行，暂扣 5 行" in seen.text
    serious = [each for each in _findings(seen) if each["级别"] == MUST]
    assert [each["row"] for each in meant["findings"]] == [int(each["行"]) for each in serious]
    assert all(each["问题"] and each["怎么改"] for each in serious)
    assert words.english(seen.page) == []
    seen.unfold("列的对应")
    names = "、".join(meant["dropped_columns"])
    seen.sees(f"个人信息列已丢弃，原始文件也不保存：{names}")
    seen.unfold("表格")
    seen.sees("第 17 行密级高于“内部”，没有读入，原始文件也不保存。")
    for hidden in ("SHYK2026015", "13800000000", "赵某", "张某"):
        assert hidden not in seen.page.content()
    seen.confirm(len(meant["rows"]))
    seen.sees("原始文件未保存")


@pytest.mark.parametrize(
    ("name", "label"), [("整改台账.xlsx", "督办整改台账"), ("问卷汇总.csv", "问卷汇总")]
)
def test_plain_examples_are_taken_whole(name, label, with_roster, visit):
    """Every row meant, nothing that must be corrected, and the confirmation says the number."""
    rows = len(expected(name)["rows"])
    seen = visit(with_roster).open("upload")
    seen.sign()
    seen.drop(EXAMPLES / name)
    assert f"读作：{label}" in seen.text
    assert f"读到 {rows} 行，可入库 {rows} 行，暂扣 0 行" in seen.text
    assert [each for each in _findings(seen) if each["级别"] == MUST] == []
    seen.confirm(rows)


def test_a_stratum_that_is_too_small_is_named(with_roster, visit):
    """The five rows of the stratum with a base of 4 are said to be hidden when shown."""
    meant = expected("问卷汇总.csv")
    seen = visit(with_roster).open("upload")
    seen.drop(EXAMPLES / "问卷汇总.csv")
    small = [
        at
        for at, row in enumerate(meant["rows"], start=2)
        if row["stratum"] in meant["suppressed_strata"]
    ]
    told = [int(each["行"]) for each in _findings(seen) if "展示时会隐去" in each["问题"]]
    assert small == told


def test_a_workbook_with_two_header_rows_says_where_everything_came_from(with_roster, visit):
    """The month from the title, every skipped row with its reason, the one bad cell named."""
    name = "业务指标月报_2026年3月.xlsx"
    meant = expected(name)
    seen = visit(with_roster).open("upload")
    seen.sign()
    seen.drop(EXAMPLES / name)
    assert "读作：业务指标月报" in seen.text
    assert f"可入库 {len(meant['rows'])} 行，暂扣 {len(meant['findings'])} 行" in seen.text
    serious = [each for each in _findings(seen) if each["级别"] == MUST]
    assert [(str(each["row"]), each["value"]) for each in meant["findings"]] == [
        (each["行"], each["值"]) for each in serious
    ]
    seen.unfold("表格")
    seen.sees("2026年3月，来自第 1 行")
    seen.sees("跳过的行不入库：标题 1 处、单位、填报单位等说明行 1 处、小计或合计行 1 处")
    seen.unfold("列的对应")
    seen.sees("1—3月累计 / 实际")
    assert words.english(seen.page) == []
    seen.confirm(len(meant["rows"]))


def test_months_side_by_side_keep_their_periods(with_roster, visit):
    """Each column says which months it holds; January and February stay together."""
    rows = len(expected("分月收入_宽表.csv")["rows"])
    seen = visit(with_roster).open("upload")
    seen.sign()
    seen.drop(EXAMPLES / "分月收入_宽表.csv")
    seen.unfold("列的对应")
    seen.sees("2026年1—2月")
    seen.confirm(rows)


def test_the_steps_fit_a_narrow_window(with_roster, visit):
    """At 390 px nothing needs scrolling sideways but tables, and a column can be mapped."""
    seen = visit(with_roster, width=390).open("upload")
    seen.drop(payload("月报.csv", MONTHLY))
    seen.unfold("列的对应")
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= 390
    seen.page.get_by_role("combobox", name="发生额 读作").scroll_into_view_if_needed()
    assert words.english(seen.page) == []


def test_a_mapping_is_confirmed_once_and_remembered(with_roster, visit):
    """A person says what a column is; next month's file of the same shape is read so."""
    seen = visit(with_roster).open("upload")
    seen.sign()
    seen.drop(payload("七月.csv", MONTHLY))
    _map(seen, "发生额", "实际")
    seen.sees("确认后会记住这次的列对应")
    seen.confirm(2)
    seen.sees("列对应已记住")
    seen.drop(payload("八月.csv", MONTHLY.replace("2026-07", "2026-08")))
    seen.unfold("列的对应")
    seen.sees("按已确认的对应读取")
    seen.unfold("已记住的对应")
    assert "发生额" in seen.download("下载全部对应（JSON）")
    assert words.english(seen.page) == []


def test_a_question_is_answered_on_the_page(with_roster, visit):
    """Excel turned 2026.10 into 2026.1; the row comes in once a person says so."""
    seen = visit(with_roster).open("upload")
    seen.drop(
        payload("月报.csv", MONTHLY.replace("发生额", "实际").replace("2026-07", "2026.1", 1))
    )
    seen.sees("可入库 1 行，暂扣 1 行")
    seen.page.get_by_role("radiogroup").get_by_text("2026-10").click()
    seen.sees("可入库 2 行，暂扣 0 行")
    seen.sees("已回答：")


def test_the_workbook_goes_back_coloured_and_goes_through_again(with_roster, visit, tmp_path):
    """The bad cell is coloured and explained; corrected and dropped again, every row is fit."""
    name = "业务指标月报_2026年3月.xlsx"
    seen = visit(with_roster).open("upload")
    seen.drop(EXAMPLES / name)
    with seen.page.expect_download(timeout=WAIT) as waiting:
        seen.page.get_by_role("button", name="下载标注后的工作簿（XLSX）").click()
    book = openpyxl.load_workbook(io.BytesIO(Path(waiting.value.path()).read_bytes()))
    assert SUMMARY_SHEET in book.sheetnames
    cell = book["3月"]["E9"]
    assert "约数" in cell.comment.text
    cell.value = 12
    book.save(tmp_path / name)
    seen.open("upload")
    seen.drop(tmp_path / name)
    seen.sees("可入库 30 行，暂扣 0 行")


def test_a_long_reading_is_shown_and_stopped(with_roster, visit):
    """取消 ends the process that reads; the page goes on and nothing stays behind."""
    seen = visit(with_roster).open("upload")
    seen.page.locator("input[type=file]").first.set_input_files(payload("很长.csv", LONG))
    stop = seen.page.get_by_role("button", name="取消")
    stop.wait_for(timeout=WAIT)
    seen.sees("正在读取：")
    assert words.english(seen.page) == []
    stop.click()
    seen.sees("已停止读取，没有保存任何内容")
    deadline = time.monotonic() + 20
    while _readers(with_roster) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert [] == _readers(with_roster)


def _readers(server) -> list[str]:
    """Processes of this server that read a file."""
    listed = subprocess.run(
        ["ps", "-o", "args=", "--ppid", str(server.process.pid)],
        capture_output=True,
        text=True,
        check=False,
    )
    return [each for each in listed.stdout.splitlines() if "pipelines.intake.sandbox" in each]


def _map(seen, header: str, label: str) -> None:
    """Choose what a column is read as and read the file again."""
    box = seen.page.get_by_role("combobox", name=f"{header} 读作")
    seen.unfold("列的对应")
    box.click()
    box.press_sequentially(label)
    seen.page.get_by_role("option", name=label, exact=True).click()
    seen.page.get_by_role("button", name="按这个对应重新读取").click()
    seen.settle()


def test_a_preview_is_seen_by_nobody_else(with_roster, visit):
    """Two people at the same time: what one has not confirmed, the other never gets."""
    first, second = visit(with_roster).open("upload"), visit(with_roster).open("upload")
    first.drop(EXAMPLES / "分月收入_宽表.csv")
    second.drop(EXAMPLES / "单位名册.csv")
    first.page.get_by_label("确认人岗位").fill("甲岗位")
    first.page.get_by_label("确认人岗位").press("Enter")
    first.settle()
    second.open("upload")
    expect(first.page.get_by_role("heading", name="分月收入_宽表.csv")).to_be_visible(timeout=WAIT)
    for page in (second.page, visit(with_roster).open("upload").page):
        assert page.get_by_role("heading", name="分月收入_宽表.csv").count() == 0
        assert page.get_by_label("确认人岗位").input_value() == ""
    assert first.page.get_by_role("heading", name="单位名册.csv").count() == 0
