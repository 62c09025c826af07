"""What a person decides: links confirmed, a 说明 written, the reminder list taken along."""

from __future__ import annotations

import shutil
from contextlib import closing

import pytest
from playwright.sync_api import expect

from pipelines import queries
from pipelines.settings import Settings
from tests.browser.server import serving
from tests.browser.visit import WAIT

pytestmark = pytest.mark.xdist_group("browser")

SAID = "当日在外施工，回单位后补登，签到表存支部"


@pytest.fixture(scope="module")
def own(demo_store, tmp_path_factory):
    """A server on a copy of the demo organisation, which the tests here change."""
    store = tmp_path_factory.mktemp("decisions") / "store"
    shutil.copytree(demo_store, store)
    with serving(store) as running:
        yield running


def test_a_link_confirmed_by_keyword_moves_the_figures(own, visit):
    """One click on a keyword in September, and the confirmed share is higher there and in October,
    where nobody clicked; another window that looked on before reads who decided."""
    other = visit(own).open("chain?month=2026-10")
    before = {"2026-10": _share(other)}
    seen = visit(own).open("chain?month=2026-09")
    before["2026-09"] = _share(seen)
    seen.sign("党建部分析员")
    seen.page.get_by_role("button", name="确认", exact=True).first.click()
    seen.sees("各页已更新，可在“已作的决定”里撤回")
    assert before["2026-09"] < _share(seen.settle()) <= 100
    other.sign("组织部分析员")
    other.sees("由“党建部分析员”于")
    assert before["2026-10"] < _share(other) <= 100


def _share(seen) -> float:
    """挂接率（已确认）, in %."""
    shown = seen.metric("挂接率（已确认）").get_by_test_id("stMetricValue").inner_text()
    return float(shown.rstrip("%"))


def test_ticked_keywords_are_rejected_together_and_taken_back(own, visit):
    """Two ticked, one click: both are listed as rejected; 撤回 takes one of them back."""
    seen = visit(own).open("chain?month=2026-10")
    seen.sign("党建部分析员")
    made = seen.page.locator("summary p").filter(has_text="已作的决定（").first
    before = int(made.inner_text().split("（")[1].split(" ")[0])
    boxes = seen.page.get_by_test_id("stCheckbox")
    for at in (0, 1):
        boxes.nth(at).click()
        seen.settle()
    seen.page.get_by_role("button", name="否决（2 项）").click()
    expect(made).to_have_text(f"已作的决定（{before + 2} 项）", timeout=WAIT)
    seen.settle().unfold("已作的决定")
    seen.sees("■ 已否决")
    seen.page.get_by_role("button", name="撤回").first.click()
    expect(made).to_have_text(f"已作的决定（{before + 1} 项）", timeout=WAIT)


def test_a_rejection_says_why(own, visit):
    """A reason written in the fold beside 否决 stands in the list of decisions."""
    seen = visit(own).open("chain?month=2026-10")
    seen.sign("党建部分析员")
    seen.page.get_by_role("button", name="附理由否决").first.click()
    field = seen.page.get_by_role("combobox", name="否决的理由")
    field.fill("与本单位业务无关")
    field.press("Enter")
    seen.settle()
    seen.page.get_by_test_id("stPopoverBody").get_by_role("button", name="否决").click()
    seen.sees("理由：与本单位业务无关")
    seen.settle().unfold("已作的决定")
    assert "党建部分析员，" in seen.text
    assert "，理由：与本单位业务无关" in seen.text


def test_an_item_leads_to_its_activity_and_back(demo, demo_store, visit):
    """From the rows of a figure to an item, to the activity that it came of, and back to it."""
    with closing(queries.open_mart(Settings(store_root=demo_store))) as mart:
        came = queries.run(mart, "activity_followups", month="2026-10")
    record, item = came.iloc[0][["record_id", "action_id"]]
    seen = visit(demo).open(f"followups?item={item}")
    seen.page.get_by_role("button", name="到“融合链”看这次活动").click()
    seen.page.wait_for_url(f"**/chain?*record={record}*", timeout=WAIT)
    seen.settle().sees("督办事项：")
    seen.page.get_by_role("button", name="到“督办整改”看这一项").first.click()
    seen.page.wait_for_url(f"**/followups?*item={item}*", timeout=WAIT)
    seen.settle().sees("由这次活动产生：")
    seen.choose("看哪个数从哪来")
    seen.page.get_by_role("button", name="从哪来", exact=True).last.click()
    dialog = seen.page.get_by_role("dialog")
    seen.choose("看哪一项督办从哪来")
    dialog.get_by_role("button", name="到“督办整改”看这一项").click()
    expect(dialog).to_have_count(0, timeout=WAIT)
    seen.settle().sees("月末：")


def test_a_statement_stands_beside_its_finding_after_a_reload(own, visit):
    """Written and saved for the first 补录 of the month; a new window shows it in the first row."""
    address = "quality?month=2026-10&check=late_record"
    seen = visit(own).open(address)
    seen.choose("选一条线索")
    seen.page.get_by_label("说明", exact=True).fill(SAID)
    seen.page.get_by_label("说明人岗位").fill("一支部组织委员")
    seen.page.get_by_label("说明人岗位").press("Enter")
    seen.settle()
    seen.page.get_by_role("button", name="保存说明").click()
    seen.sees("的说明已保存")
    again = visit(own).open(address)
    grids = again.page.get_by_test_id("stDataFrame")
    tables = [again.cells(grids.nth(at)) for at in range(grids.count())]
    (found,) = [each for each in tables if "单位说明" in each[0]]
    assert SAID == dict(zip(found[0], found[1], strict=True))["单位说明"]


def test_the_reminder_list_downloads(own, visit):
    """The list names the units that owe something and comes as a workbook, too."""
    seen = visit(own).open("reporting?month=2026-10")
    assert "单位" in seen.download("下载 CSV").splitlines()[0]
    with seen.page.expect_download(timeout=WAIT) as waiting:
        seen.page.get_by_role("button", name="下载催报清单 XLSX").click()
    assert "催报清单_2026-10.xlsx" == waiting.value.suggested_filename
