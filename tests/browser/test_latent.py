"""显绩·潜绩 in the browser: a unit, a group, the ledger form and 从哪来, on a desk and a phone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser import words
from tests.browser.visit import WAIT

pytestmark = pytest.mark.xdist_group("browser")

GROUP, UNIT = "001000", "001002"  # 供水事业部 and 东苑供水管理所


@pytest.mark.parametrize("width", [1440, 390])
def test_a_reader_goes_from_a_group_to_the_lines_of_a_unit(visit, demo, width):
    """Group and unit are chosen on the page and stand in the address; 从哪来 of the group opens,
    a unit in it shows its rows with file and line; the ledger form opens; all in Chinese."""
    seen = visit(demo, width=width).open("quadrant")
    page = seen.page
    expect(page.locator("h1")).to_contain_text("个存量高于 0")
    seen.choose("看哪些单位", "供水事业部")
    expect(page.locator("h1")).to_contain_text("供水事业部", timeout=WAIT)
    assert f"group={GROUP}" in page.url
    page.get_by_role("button", name="从哪来", exact=True).first.click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("个单位的平均")).to_be_visible(timeout=WAIT)
    seen.choose("看哪个单位的原始记录", "东苑供水管理所")
    expect(dialog.get_by_text("来源行，共")).to_be_visible(timeout=WAIT)
    seen.settle()
    header, first, *_ = seen.download("下载全部").splitlines()
    assert {"文件", "行"} <= set(header.split(","))
    assert "党建活动台账_2026年.csv" in first
    assert re.search(r"随机种子 \d+", dialog.inner_text())
    # Build and result are told by hashes there.
    hashes = re.compile(r" in (设置：|共 \d+ 行，来自)")
    assert [each for each in words.english(page) if not hashes.search(each)] == []
    dialog.get_by_role("button", name="关闭").click()
    expect(dialog).to_have_count(0, timeout=WAIT)
    seen.choose("突出显示一个单位", "东苑供水管理所")
    seen.sees("同一段走势分两条线看")
    assert f"unit={UNIT}" in page.url
    seen.unfold("登记一条潜绩承诺")
    seen.sees("还要填写：")
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
    assert words.english(page) == []
