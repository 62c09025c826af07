"""Names from files are only ever text: on pages, in charts, in downloads."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from dashboard.components.chain_figures import CHAIN
from pipelines.measures import measure
from tests.browser import hostile
from tests.browser.files import payload
from tests.browser.server import Server, pipelines
from tests.browser.visit import WAIT, WORD_JOINER, Visit

pytestmark = pytest.mark.xdist_group("browser")

# What would exist if a name had become more than text. The rest of each address is Streamlit's.
BECOME = (
    "img[src='x'], img[src*=evil], a[href*=evil], a[href^='javascript'], iframe, .katex, "
    "[data-testid=stMainBlockContainer] em, [data-testid=stMainBlockContainer] del, "
    "[data-testid=stMainBlockContainer] code"
)
CHART_TEXT = "all => all.map(each => each.textContent.replace(/\\s+/g, '')).join('\\n')"


@pytest.fixture(scope="module")
def attacked(server, tmp_path_factory) -> Server:
    """The server with the hostile organisation but for its report, taken in by command line."""
    folder = tmp_path_factory.mktemp("hostile")
    paths = [_written(folder, each) for each in hostile.files() if each.file != _report().file]
    done = pipelines(server.store, "import", *map(str, paths), "--by", "测试岗位", "--yes")
    assert done.returncode == 0, done.stderr
    return server


@pytest.fixture(scope="module")
def reported(attacked, windows) -> Server:
    """The same with the report, confirmed on the page."""
    seen = windows.page(attacked.url).open("upload")
    seen.sign()
    seen.drop(_report().file)
    expect(seen.page.get_by_role("heading", level=3).first).to_contain_text("3*4*5.csv")
    assert hostile.FILE_NAME in seen.text
    seen.confirm(_report().rows)
    assert f"“{hostile.FILE_NAME}”已入库" in seen.text
    _nothing_happened(seen)
    seen.close()
    return attacked


def _report() -> hostile.HostileFile:
    return hostile.files()[3]


def _written(folder: Path, each: hostile.HostileFile) -> Path:
    path = folder / each.file["name"]
    path.write_bytes(each.file["buffer"])
    return path


def _nothing_happened(seen: Visit) -> None:
    """No dialog, no element made of a name, no request to elsewhere, not even a refused one."""
    assert seen.dialogs == []
    assert seen.page.locator(BECOME).count() == 0
    assert seen.foreign() == []
    assert [each for each in seen.console if "/_stcore/" not in each] == []


def _rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_a_preview_shows_names_literally_and_its_download_is_inert(reported, visit):
    """Findings repeat the values as they are; in the CSV none of them starts a formula."""
    seen = visit(reported).open("upload")
    seen.drop(hostile.unknown())
    grid = seen.page.get_by_test_id("stDataFrame").filter(visible=True).first
    shown = {cell for row in seen.cells(grid) for cell in row}
    assert set(hostile.NAMES[:6]) <= shown
    found = _rows(seen.download("下载全部发现（CSV）"))
    values = {each["值"] for each in found}
    assert f"'{hostile.FORMULA}" in values
    assert set(hostile.NAMES) - {hostile.FORMULA} <= values
    cells = [cell for each in found for cell in each.values()]
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t"))] == []
    assert hostile.FILE_NAME in seen.text
    _nothing_happened(seen)


@pytest.mark.parametrize("name", ["=1+1.csv", "<img src=x onerror=alert(1)>.csv", "$\\alpha$.csv"])
def test_a_file_name_is_shown_literally(name, reported, visit):
    """The name of a file comes from outside like its content."""
    seen = visit(reported).open("upload")
    seen.drop(payload(name, hostile.unknown()["buffer"].decode(), "utf-8"))
    heading = seen.page.get_by_role("heading", level=3).first.inner_text()
    assert name == heading.replace(WORD_JOINER, "")
    _nothing_happened(seen)


def test_the_overview_shows_names_literally(reported, visit):
    """Cards, sentences, lists, the rows behind a figure and the downloads of the lists."""
    seen = visit(reported).open()
    for name in hostile.KPI_NAMES:
        assert name in seen.text
    assert hostile.UNIT_OF_MEASURE in seen.text
    labels = seen.page.get_by_test_id("stMetricLabel").all_text_contents()
    chain = {measure(name).label for name, _ in CHAIN}
    assert len(hostile.KPI_NAMES) == len([each for each in labels if each not in chain])
    seen.unfold("指标低于预警线")
    units = {each["单位"] for each in _rows(_weak_download(seen))}
    assert f"'{hostile.FORMULA}" in units
    assert units <= {f"'{hostile.FORMULA}", *hostile.NAMES}
    cards = seen.page.locator("[class*=st-key-lineage_]")
    cards.first.get_by_role("button", name="从哪来").click()
    dialog = seen.page.get_by_role("dialog")
    expect(dialog).to_contain_text("共 12 行", timeout=WAIT)
    cells = {cell for row in seen.cells(dialog.get_by_test_id("stDataFrame").first) for cell in row}
    assert hostile.FILE_NAME in cells
    assert set(hostile.NAMES[:6]) <= cells
    _nothing_happened(seen)


def _weak_download(seen: Visit) -> str:
    inside = seen.page.get_by_test_id("stExpander").filter(has_text="指标低于预警线")
    with seen.page.expect_download(timeout=WAIT) as waiting:
        inside.get_by_role("button", name="下载 CSV").click()
    return Path(waiting.value.path()).read_bytes().decode("utf-8-sig")


@pytest.mark.parametrize("at", [0, 3, 5])
def test_the_quadrant_shows_a_unit_literally(at, reported, visit):
    """In the sentence, in the list and beside its point in the drawing."""
    seen = visit(reported).open(f"quadrant?unit={quote(hostile.NAMES[at], safe='')}")
    assert hostile.NAMES[at] in seen.text
    drawn = seen.page.locator("svg.marks").first.locator("text").evaluate_all(CHART_TEXT)
    assert "".join(hostile.NAMES[at].split()) in drawn.replace("\n", "")
    choice = seen.page.get_by_role("combobox", name="突出显示一个单位")
    assert hostile.NAMES[at] == choice.input_value().replace(WORD_JOINER, "")
    _nothing_happened(seen)


def test_the_associations_show_kpis_literally(reported, visit):
    """On the axis of the heatmap, in the list of KPIs and in the sentence on one pair."""
    seen = visit(reported).open(f"association?kpi={quote(hostile.KPI_NAMES[1], safe='')}")
    drawn = seen.page.locator("svg.marks").first.locator("text").evaluate_all(CHART_TEXT)
    for name in hostile.KPI_NAMES:
        assert "".join(name.split()) in drawn.replace("\n", "")
    assert hostile.KPI_NAMES[1] in seen.text
    _nothing_happened(seen)
