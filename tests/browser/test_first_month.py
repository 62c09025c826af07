"""From an empty store to a figure on 总览 and back, by hand in a real browser."""

import pytest
from playwright.sync_api import expect

from tests.browser.files import ROSTER, definitions, payload, values
from tests.browser.visit import POST, WAIT

pytestmark = pytest.mark.xdist_group("browser")

GB18030 = "1　解码　GB18030（含 GBK、GB2312） · 以逗号分隔"
KPIS = payload("指标库.csv", definitions("K01", "营业收入", "万元"), encoding="utf-8-sig")
REPORT = payload(
    "月报.csv",
    values("营业收入", "2026-03", ("第一采油厂", 1270.5, 1225.0), ("物资供应公司", 1178.3, 1245.0)),
)


def test_a_file_becomes_a_figure_and_an_undo_takes_it_away(server, visit):
    """Upload, preview, confirm, read 2,448.8 万元 on 总览, undo, and the figure is gone."""
    seen = visit(server)
    _empty_overview_says_what_to_do(seen)
    _roster_shows_twelve_rows(seen)
    _definitions_are_read_as_utf8(seen)
    _report_is_read_as_gb18030(seen)
    _overview_shows_the_sum(seen)
    _undo_the_report(seen)
    _overview_is_empty_again(seen)
    assert seen.foreign() == []
    assert seen.dialogs == []


def _empty_overview_says_what_to_do(seen):
    seen.open()
    assert "还没有可看的月份：没有已入库的业务指标月报。" in seen.text
    assert "请到“上传入库”依次提交单位名册、指标库和业务指标月报" in seen.text
    expect(seen.page.get_by_test_id("stMetric")).to_have_count(0)
    expect(seen.page.get_by_test_id("stVegaLiteChart")).to_have_count(0)


def _roster_shows_twelve_rows(seen):
    seen.go("上传入库")
    seen.drop(ROSTER)
    assert GB18030 in seen.text
    assert "第 1 行是表头，数据在第 2—13 行" in seen.text
    assert "读到 12 行，可入库 12 行，暂扣 0 行" in seen.text
    button = seen.page.get_by_role("button", name="确认入库（12 行）")
    expect(button).to_be_disabled()
    seen.sign()
    expect(button).to_be_enabled(timeout=WAIT)
    seen.confirm(12)
    seen.sees("新增 12，修改 0，不变 0。到“总览”查看。")


def _definitions_are_read_as_utf8(seen):
    seen.open("upload").sign()
    seen.drop(KPIS)
    assert "1　解码　UTF-8（带 BOM）" in seen.text
    seen.confirm(1)


def _report_is_read_as_gb18030(seen):
    seen.open("upload").sign()
    seen.drop(REPORT)
    assert GB18030 in seen.text
    assert "读到 2 行，可入库 2 行，暂扣 0 行" in seen.text
    assert "新增 2 行 · 修改 0 行 · 不变 0 行" in seen.text
    seen.confirm(2)


def _overview_shows_the_sum(seen):
    seen.go("总览")
    card = seen.metric("营业收入")
    expect(card.get_by_test_id("stMetricValue")).to_have_text("2,448.8万元", timeout=WAIT)
    assert "2026年3月：1 项有目标的指标中 0 项达成" in seen.text
    assert "▲ 预警 达成率 99.1%" in seen.text
    assert "1/2 个单位达成" in seen.text


def _undo_the_report(seen):
    seen.go("上传入库")
    seen.sign()
    row = seen.page.get_by_test_id("stLayoutWrapper").filter(has_text="月报.csv　● 已入库").last
    expect(row).to_contain_text(POST)
    seen.page.get_by_role("button", name="撤销", exact=True).first.click()
    seen.page.get_by_role("button", name="确定撤销").click()
    seen.sees("已撤销“月报.csv”，各页已按剩余数据更新。")
    seen.sees("■ 已撤销")


def _overview_is_empty_again(seen):
    seen.go("总览")
    seen.sees("还没有可看的月份")
    assert "2,448.8" not in seen.text
    expect(seen.page.get_by_test_id("stMetric")).to_have_count(0)
