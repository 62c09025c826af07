"""Every page on the demo organisation, on a desk and on a phone: what a leader meets first."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from playwright.sync_api import expect

from dashboard.catalog import entries
from dashboard.views.definitions import TABS
from pipelines.settings import ROOT
from tests.browser import words
from tests.browser.visit import WAIT, Visit

pytestmark = pytest.mark.xdist_group("browser")

SCREENSHOTS = ROOT / "build" / "screenshots"
WIDTHS = (1440, 390)
# path → drawings on it and the marks that they must hold at least: 12 cards with a line each; 100
# units as points and the waterfall; 13 KPIs × 8 types as cells, 16 lags as points, the residuals of
# a pair; 24 months around adoption.
PAGES = {
    "overview": (12, {"line": 12}),
    "quadrant": (2, {"symbol": 100, "rect": 4}),
    "association": (3, {"rect": 104, "symbol": 16}),
    "chain": (0, {}),
    "unit": (12, {"line": 12}),
    "followups": (0, {}),
    "assessment": (2, {"symbol": 1000}),
    "initiatives": (1, {"symbol": 24}),
    "survey": (2, {"symbol": 9}),
    "upload": (0, {}),
    "reporting": (0, {}),
    "quality": (0, {}),
    "definitions": (0, {}),
}
MARKS = """kind => [...document.querySelectorAll(`svg.marks .mark-${kind} path`)]
  .filter(mark => (mark.getAttribute('d') || '').length > 4).length"""
SIDEWAYS = "document.documentElement.scrollWidth - window.innerWidth"
CLIPPED = """() => [...document.querySelectorAll('h1, h2, h3, p, li, button, label')]
  .filter(each => each.getBoundingClientRect().right > window.innerWidth + 1
    && !each.closest('[data-testid=stSidebar], [role=tablist]') && each.checkVisibility())
  .map(each => each.textContent)"""
TILES = "[...document.querySelectorAll('[class*=st-key-tiles_] [data-testid=stMetric]')]"
TILE_TOPS = f"{TILES}.filter(e => e.checkVisibility()).map(e => e.getBoundingClientRect().top)"
TILE_CUT = f"""{TILES}.flatMap(e => [...e.querySelectorAll('p')])
  .filter(e => e.checkVisibility() && e.scrollWidth > e.clientWidth + 1).map(e => e.textContent)"""
# Streamlit looks for its own address below the page first; the answer has to be 404.
ALLOWED_ERRORS = ("/_stcore/health", "/_stcore/host-config")


@dataclass(frozen=True, kw_only=True)
class Sight:
    """A page as it stood when everything was drawn."""

    path: str
    width: int
    visit: Visit


@pytest.fixture(
    scope="module",
    params=[(path, width) for path in PAGES for width in WIDTHS],
    ids=lambda pair: f"{pair[0]}-{pair[1]}",
)
def sight(request, demo, windows):
    """One visit per page and width, looked at by all tests; its picture goes to build/."""
    path, width = request.param
    visit = windows.page(demo.url, width=width).open(path)
    _photograph(visit, f"{path}_{width}")
    yield Sight(path=path, width=width, visit=visit)
    visit.close()


def _photograph(visit: Visit, name: str) -> None:
    """The whole page: its scrolling part is as high as the window made for it."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    size = visit.page.viewport_size
    height = visit.page.get_by_test_id("stMainBlockContainer").evaluate("it => it.scrollHeight")
    visit.page.set_viewport_size({**size, "height": min(int(height) + 40, 8000)})
    visit.settle().page.screenshot(path=SCREENSHOTS / f"{name}.png")
    visit.page.set_viewport_size(size)


def test_every_page_is_looked_at():
    """A page that is added is added here."""
    assert list(PAGES) == [each.page.url_path for each in entries()]


def test_a_page_opens_without_a_fault(sight):
    """No traceback, no error box, a finding or name as the heading, nothing in the console."""
    page = sight.visit.page
    heard = [each for each in sight.visit.console if not each.endswith(ALLOWED_ERRORS)]
    assert heard == []
    assert "Traceback" not in sight.visit.text
    assert page.get_by_test_id("stAlertContentError").count() == 0
    assert page.get_by_test_id("stException").count() == 0
    assert page.locator("h1").inner_text().strip()


def test_a_page_fetches_nothing_from_elsewhere(sight):
    """Every request and websocket goes to the server that sent the page, and none fails."""
    assert len(sight.visit.requests) > 10
    assert sight.visit.foreign() == []
    assert sight.visit.failed == []


def test_a_page_does_not_scroll_sideways(sight):
    """On a phone and on a desk the text keeps within the window."""
    assert sight.visit.page.evaluate(SIDEWAYS) <= 0
    assert sight.visit.page.evaluate(CLIPPED) == []


def test_tiles_stand_beside_each_other(sight):
    """Two in a row on a phone, four on a desk, and no figure of a tile is cut."""
    tops = sight.visit.page.evaluate(TILE_TOPS)
    most = max((tops.count(top) for top in tops), default=0)
    assert most == min(len(tops), 4 if sight.width == 1440 else 2)
    assert sight.visit.page.evaluate(TILE_CUT) == []


def test_a_page_speaks_chinese(sight):
    """No built-in English: text, tooltips, empty fields, screen readers, tools of charts; icons
    are signs and not the words they are made of.
    """
    page = sight.visit.page
    assert words.english(page) == []
    assert page.evaluate(words.ICONS) == 0
    for kind in ("stVegaLiteChart", "stDataFrame"):
        for shown in page.get_by_test_id(kind).filter(visible=True).all()[:1]:
            shown.hover()
            page.get_by_test_id("stElementToolbar").filter(visible=True).first.wait_for()
            assert words.english(page) == []


def test_every_tab_of_the_definitions_speaks_chinese(visit, demo):
    """Tabs are drawn when they are opened; each holds something and no built-in English."""
    seen = visit(demo).open("definitions")
    for name in TABS:
        seen.page.get_by_role("tab", name=name, exact=True).click()
        panel = seen.page.get_by_role("tabpanel").filter(visible=True)
        expect(panel).not_to_be_empty(timeout=WAIT)
        seen.settle()
        assert words.english(seen.page) == []
        assert seen.page.get_by_test_id("stAlertContentError").count() == 0


def test_charts_are_drawn_with_their_marks(sight):
    """A chart is never empty: it holds its marks and a text for those who cannot see it."""
    drawings, marks = PAGES[sight.path]
    page = sight.visit.page
    assert page.locator("svg.marks").count() == drawings
    found = {kind: page.evaluate(MARKS, kind) for kind in marks}
    assert {kind: found[kind] >= least for kind, least in marks.items()} == dict.fromkeys(
        marks, True
    ), found
    inside = page.locator("svg.marks").evaluate_all(
        "all => all.map(each => each.getBoundingClientRect().width <= window.innerWidth)"
    )
    assert all(inside)


def test_the_words_of_cause_are_absent(sight):
    """The pages describe; they never say that one thing brought about another."""
    shown = sight.visit.text
    assert [word for word in ("导致", "带动", "促进", "显著") if word in shown] == []


def test_a_link_opens_its_month_and_the_month_goes_along(visit, demo):
    """?month= by code on 总览; the next page keeps it, and going back in the browser works."""
    seen = visit(demo).open("overview?month=2026-05")
    assert seen.page.locator("h1").inner_text().startswith("2026年5月")
    seen.go("融合链")
    assert seen.page.locator("h1").inner_text().startswith("2026年5月")
    assert seen.page.url.endswith("chain?month=2026-05")
    seen.page.go_back()
    seen.sees("2026年5月：12 项有目标的指标")
