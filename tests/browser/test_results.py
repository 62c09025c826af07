"""一表双考, 问卷 and 项目成效 in a real browser: the one thing a reader does on each of them."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.visit import WAIT, Visit

pytestmark = pytest.mark.xdist_group("browser")

WIDTHS = (1440, 390)


@pytest.fixture(scope="module", params=WIDTHS)
def reader(request, windows, demo):
    """One window on a desk and one on a phone, taken through the three pages."""
    seen = windows.page(demo.url, width=request.param)
    yield seen
    seen.close()


def _side(seen: Visit, label: str) -> str:
    """The sentence of one side: points, grade, rank interval, band."""
    lines = seen.page.get_by_test_id("stMarkdown").filter(has_text=f"{label}：")
    return lines.filter(has_text="缺失权重").first.inner_text()


def test_a_changed_weight_changes_the_intervals_of_its_side_only(reader):
    """精益改善 at 90 instead of 15: other points and ranks of the business side, the party side
    as before, and the page says that it is a trial."""
    reader.open("assessment?ranks=true")
    business, party = _side(reader, "业务"), _side(reader, "党建")
    assert "5%—95% 区间" in business
    reader.unfold("试算")
    field = reader.page.get_by_role("spinbutton", name="精益改善")
    field.fill("90")
    field.press("Enter")
    reader.sees("不是正式结果")
    reader.settle()
    assert _side(reader, "业务") != business
    assert _side(reader, "党建") == party
    assert reader.page.get_by_test_id("stException").count() == 0


def test_another_wave_and_group_are_chosen_and_kept_in_the_address(reader):
    """The first wave has no sheets handed out and nothing before it; the small group is marked."""
    reader.open("survey")
    reader.choose("调查月份", "2025年10月")
    reader.sees("没有写发放份数，不知道有多少人没有回答")
    reader.sees("没有上一次可比")
    reader.choose("人员类别", "驻外人员")
    reader.sees("▨ 已隐去 26 个格子（驻外人员）")
    assert "wave=2025-10" in reader.page.url
    assert reader.page.get_by_test_id("stException").count() == 0


def test_a_chosen_initiative_that_was_picked_after_a_bad_quarter_raises_its_banner(reader):
    """降费突击队: the banner, months before adoption only, no number in the heading."""
    reader.open("initiatives")
    reader.sees("共看了 29 个项目")
    reader.choose("项目（载体类型、名称和对应指标相同的载体算一个项目）", "降费突击队")
    expect(reader.page.locator("h1")).to_have_text(
        "降费突击队：采用前已不同，不给出差别的数字", timeout=WAIT
    )
    reader.sees("采用后的差别不给数字")
    assert "initiative=" in reader.page.url
    assert reader.page.get_by_test_id("stException").count() == 0
