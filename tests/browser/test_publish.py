"""A page that is open while another process takes a file in and publishes."""

from __future__ import annotations

import subprocess
import sys

import pytest
from playwright.sync_api import expect

from pipelines.settings import ROOT
from tests.browser.files import ROSTER, definitions, payload, values
from tests.browser.server import environment
from tests.browser.visit import WAIT

pytestmark = pytest.mark.xdist_group("browser")

KPIS = payload("指标库.csv", definitions("K01", "营业收入", "万元"))
BEFORE = values("营业收入", "2026-03", ("第一采油厂", 110, 100), ("物资供应公司", 95, 100))
AFTER = values("营业收入", "2026-03", ("第一采油厂", 130, 100), ("物资供应公司", 95, 100))
BUSY_LOOKS = 3  # looks at the open page while the other process is at work


def test_an_open_page_works_through_a_publication_and_then_shows_it(server, visit, tmp_path):
    """While the command line imports, the open page answers with the old figure; after it is done
    the next click on the same page, without reloading it, shows the new one.
    """
    seen = visit(server)
    seen.store(ROSTER, rows=12)
    seen.store(KPIS, rows=1)
    seen.store(payload("月报.csv", BEFORE), rows=2)
    figure = seen.open().metric("营业收入").get_by_test_id("stMetricValue")
    expect(figure).to_have_text("205万元", timeout=WAIT)
    corrected = tmp_path / "更正.csv"
    corrected.write_text(AFTER, encoding="gb18030")
    importing = _importing(server.store, corrected)
    looks = _looks_while(importing, seen)
    assert (0, BUSY_LOOKS) == (importing.returncode, min(looks, BUSY_LOOKS))
    _set_floor(seen, 80)
    expect(figure).to_have_text("225万元", timeout=WAIT)
    _lineage_names_the_new_file(seen)
    assert [each for each in seen.console if "/_stcore/" not in each] == []


def _importing(store, file) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "pipelines", "import", str(file), "--by", "命令行岗位", "--yes"],
        cwd=ROOT,
        env=environment(store),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _looks_while(importing: subprocess.Popen[bytes], seen) -> int:
    """Use the page until the import ends; each answer is one of the two figures, never an error."""
    looks = 0
    while importing.poll() is None:
        _set_floor(seen, 60 + looks % 20)
        shown = seen.metric("营业收入").get_by_test_id("stMetricValue").inner_text()
        assert shown.replace("\u2060", "") in {"205万元", "225万元"}
        assert seen.page.get_by_test_id("stAlertContentError").count() == 0
        looks += 1
    return looks


def _set_floor(seen, percent: int) -> None:
    field = seen.page.get_by_label("预警线（达成率 %）", exact=True)
    field.fill(str(percent))
    field.press("Enter")
    seen.page.wait_for_url(f"**floor={percent}**", timeout=WAIT)
    seen.settle()


def _lineage_names_the_new_file(seen) -> None:
    seen.page.get_by_role("button", name="从哪来").click()
    dialog = seen.page.get_by_role("dialog")
    expect(dialog).to_contain_text("共 2 行，来自 1 个批次", timeout=WAIT)
    cells = seen.cells(dialog.get_by_test_id("stDataFrame").first)
    assert {"更正.csv"} == {dict(zip(cells[0], row, strict=False))["文件"] for row in cells[1:]}
