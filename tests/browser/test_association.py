"""关联分析 as a reader works it: progress, 取消, 重新计算, 重试, a restart, filters and clicks."""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import expect

from pipelines.analysis_runs import LOCK
from pipelines.locks import locked
from pipelines.queries import current_build_id
from pipelines.settings import Settings
from tests.app.leader_store import build_store
from tests.browser.server import Server, serving
from tests.browser.visit import COMPUTED, WAIT, Visit

pytestmark = pytest.mark.xdist_group("browser")


@pytest.fixture(scope="module")
def store(tmp_path_factory) -> Settings:
    """24 units and 30 months with one planted pair, nothing analysed yet."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TONGPIN_STORE", str(tmp_path_factory.mktemp("association") / "store"))
        return build_store()


@pytest.fixture(scope="module")
def served(store) -> Iterator[Server]:
    """A server on it."""
    with serving(store.store_root) as running:
        yield running


def _worker(server: Server) -> int:
    """The process that computes: a child of the server."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        for each in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                command = (each / "cmdline").read_bytes()
                parent = (each / "stat").read_text().rpartition(")")[2].split()[1]
                if b"pipelines.analysis_worker" in command and int(parent) == server.process.pid:
                    return int(each.name)
        time.sleep(0.1)
    raise AssertionError("no worker")


def _result(seen: Visit) -> None:
    expect(seen.page.locator("h1")).to_contain_text("对中，校正后", timeout=COMPUTED)
    expect(seen.page.get_by_test_id("stProgress")).to_have_count(0, timeout=COMPUTED)
    seen.settle()


def _click(seen: Visit, box: dict[str, float], *, x: float, y: float) -> None:
    """Point ``x`` and ``y`` pixels into a box and click; a table has to see the pointer first."""
    seen.page.mouse.move(box["x"] + x, box["y"] + y)
    seen.page.wait_for_timeout(300)
    seen.page.mouse.click(box["x"] + x, box["y"] + y)


def test_a_run_can_be_called_off_taken_up_again_and_retried(store, served, visit):
    """While the result cannot be stored the run stands: 取消 ends it, 重新计算 starts it, a worker
    that dies is told with 重试, which then brings the result."""
    seen = visit(served)
    page = seen.page
    press = {name: page.get_by_role("button", name=name) for name in ("取消", "重新计算", "重试")}
    with locked(store, LOCK):
        page.goto(f"{served.url}/association")
        expect(page.get_by_test_id("stProgress")).to_be_visible(timeout=WAIT)
        press["取消"].click()
        seen.sees("已取消分析指标与活动，没有结果")
        expect(page.get_by_test_id("stProgress")).to_have_count(0)
        press["重新计算"].click()
        expect(page.get_by_test_id("stProgress")).to_be_visible(timeout=WAIT)
        os.kill(_worker(served), signal.SIGKILL)
        seen.sees("计算程序意外退出")
    press["重试"].click()
    _result(seen)


def test_a_result_survives_a_restart(store, served, visit):
    """Another server shows it at once: nothing can be stored meanwhile, so it is the kept one."""
    seen = visit(served)
    seen.page.goto(f"{served.url}/association")
    _result(seen)
    with serving(store.store_root) as again, locked(store, LOCK):
        seen = visit(again)
        seen.page.goto(f"{again.url}/association")
        expect(seen.page.locator("h1")).to_contain_text("20 对中，校正后", timeout=WAIT)


def test_a_change_of_the_filter_brings_its_result_and_its_address(store, served, visit):
    """Without 补录: the words above the figures and the address say so, in a new window too."""
    seen = visit(served).open("association")
    seen.unfold("选范围、月份和口径")
    seen.page.get_by_test_id("stSelectbox").filter(has_text="补录").locator("input").click()
    seen.page.get_by_role("option", name="不含补录").click()
    _result(seen)
    seen.sees("活动按次数计，不含补录")
    address = seen.page.url.partition("association")[2]
    assert "late=without" in address
    assert f"build={current_build_id(store)}" in address
    other = visit(served).open(f"association{address}")
    other.sees("活动按次数计，不含补录")


def test_a_click_on_a_cell_opens_its_pair_and_on_a_unit_its_page(served, visit):
    """A cell of the second row opens the second KPI; then the first unit behind the pair."""
    seen = visit(served).open("association")
    chart = seen.page.get_by_test_id("stVegaLiteChart").first
    chart.scroll_into_view_if_needed()
    cell = chart.locator(".mark-rect path").nth(6).bounding_box()
    _click(seen, cell, x=cell["width"] / 2, y=cell["height"] / 2)
    expect(seen.page).to_have_url(re.compile("kpi=K02"), timeout=WAIT)
    expect(seen.page.get_by_text(re.compile("与安全隐患数（反向）剩下的部分"))).to_be_visible(
        timeout=COMPUTED
    )
    seen.settle()
    grid = seen.page.get_by_test_id("stDataFrame").filter(visible=True).first
    name = seen.cells(grid)[1][0]
    _click(seen, grid.bounding_box(), x=60, y=52)  # the first row, below the header
    expect(seen.page).to_have_url(re.compile("/unit"), timeout=WAIT)
    seen.settle()
    expect(seen.page.locator("h1")).to_contain_text(name, timeout=WAIT)


def test_a_sentence_of_the_overview_leads_to_its_pair(served, visit):
    """The link under the evidence opens the page on the pair that the sentence names."""
    seen = visit(served).open("overview")
    seen.unfold("看其中最清楚的")
    sentence = seen.page.get_by_text("较强证据，领先约").first.inner_text()
    seen.page.get_by_role("button", name="看这一对").first.click()
    expect(seen.page).to_have_url(re.compile("/association"), timeout=WAIT)
    _result(seen)
    told = seen.page.get_by_text(sentence.partition("，95%")[0])
    expect(told.first).to_be_visible(timeout=WAIT)
