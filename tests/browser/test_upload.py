"""The files as organisations have them, through the page; and who sees what of them."""

from __future__ import annotations

import csv
import io

import pytest
from playwright.sync_api import expect

from tests.browser import words
from tests.browser.files import ROSTER, expected
from tests.browser.visit import WAIT, Visit
from tests.paths import EXAMPLES

pytestmark = pytest.mark.xdist_group("browser")

MUST = "■ 必须改"


@pytest.fixture(scope="module")
def with_roster(server, browser):
    """The server once the roster of the examples is accepted."""
    seen = Visit(browser, server.url)
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
    seen.unfold("映射")
    names = "、".join(meant["dropped_columns"])
    seen.sees(f"个人信息列已丢弃，原始文件也不保存：{names}")
    seen.unfold("表格")
    seen.sees("第 17 行密级高于“内部”，没有读入，原始文件也不保存。")
    assert words.english(seen.page) == []
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


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("业务指标月报_2026年3月.xlsx", "缺少必需的列：月份"),
        ("分月收入_宽表.csv", "没有认得的表头"),
    ],
)
def test_shapes_that_are_not_read_yet_are_refused_in_words(name, why, with_roster, visit):
    """One sentence says what is missing and what to do; nothing to confirm, no traceback."""
    seen = visit(with_roster).open("upload")
    seen.sign()
    seen.drop(EXAMPLES / name)
    refusal = seen.page.get_by_test_id("stAlertContentError")
    expect(refusal).to_have_count(1)
    assert why in refusal.inner_text()
    assert "请" in refusal.inner_text()
    assert seen.page.get_by_role("button", name="确认入库").count() == 0
    assert "Traceback" not in seen.text
    assert words.english(seen.page) == []


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
