"""One person at one browser window: what they do, what they see, what the browser fetched."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Dialog,
    FilePayload,
    Locator,
    Page,
    Request,
    expect,
)

ARGUMENTS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-gpu",
    "--no-first-run",
    "--disable-component-update",
    "--disable-sync",
]
POST = "经营部分析员"
WAIT = 45_000  # ms; two cores are shared with other tests
COMPUTED = 180_000  # ms; an analysis is computed once per build, in a process that yields
WORD_JOINER = "\u2060"  # keeps hostile text literal and has no width
SETTLED = """() => {
  const app = document.querySelector('[data-testid=stApp]');
  const charts = [...document.querySelectorAll('[data-testid=stVegaLiteChart]')];
  return app !== null
    && app.dataset.testScriptState === 'notRunning'
    && app.dataset.testConnectionState === 'CONNECTED'
    && document.querySelector('h1') !== null
    && !document.querySelector('[data-testid=stSpinner], [data-testid=stSkeleton]')
    && charts.every(chart => chart.querySelector('svg.marks'));
}"""
CELLS = """grid => [...grid.querySelectorAll('canvas table tr')]
  .map(row => [...row.querySelectorAll('th, td')].map(cell => cell.textContent))"""


class Visit:
    """A context and a page of its own. Every request, console line and dialog is kept.

    ``beside``: a page in the window of another visit, which has read the programs of the site
    already: two seconds of work less for each page.
    """

    def __init__(
        self, browser: Browser, url: str, *, width: int = 1440, beside: Visit | None = None
    ) -> None:
        self.url = url
        self._beside = beside
        self.context = (
            beside.context
            if beside
            else browser.new_context(
                viewport={"width": width, "height": 900},
                locale="zh-CN",
                timezone_id="Asia/Shanghai",
            )
        )
        self.context.set_default_timeout(WAIT)
        self.requests: list[str] = []
        self.failed: list[str] = []
        self.console: list[str] = []
        self.dialogs: list[str] = []
        self.context.on("request", self._fetched)
        self.context.on("requestfailed", self._failed)
        self.page = self._watched(self.context.new_page())

    def _watched(self, page: Page) -> Page:
        page.on("websocket", lambda socket: self.requests.append(socket.url))
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.console.append(f"pageerror: {error}"))
        page.on("dialog", self._asked)
        return page

    def _fetched(self, request: Request) -> None:
        self.requests.append(request.url)

    def _failed(self, request: Request) -> None:
        """What the browser called off itself, because the person went on, is no failure."""
        if request.failure != "net::ERR_ABORTED":
            self.failed.append(f"{request.url} {request.failure}")

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.console.append(f"{message.text} {message.location['url']}")

    def _asked(self, dialog: Dialog) -> None:
        self.dialogs.append(dialog.message)
        dialog.dismiss()

    def open(self, path: str = "") -> Visit:
        """Go to a page by its address and wait until it stands and computes nothing."""
        self.page.goto(f"{self.url}/{path}")
        self.settle()
        expect(self.page.get_by_test_id("stProgress")).to_have_count(0, timeout=COMPUTED)
        return self.settle()

    def go(self, title: str) -> Visit:
        """Go to a page by the navigation, in the same session."""
        self.page.get_by_test_id("stSidebarNav").get_by_role("link", name=title, exact=True).click()
        expect(
            self.page.get_by_test_id("stSidebarNav").locator("[aria-current=page]")
        ).to_have_text(title, timeout=WAIT)
        return self.settle()

    def settle(self) -> Visit:
        """The script has run, nothing spins, every chart is drawn; twice, a moment apart."""
        for pause in (250, 0):
            self.page.wait_for_function(SETTLED, timeout=WAIT, polling=100)
            self.page.wait_for_timeout(pause)
        return self

    def sees(self, text: str) -> None:
        """``text`` appears on the page."""
        expect(self.page.get_by_text(text).first).to_be_visible(timeout=WAIT)

    @property
    def text(self) -> str:
        """Everything a person can read as text, without the invisible joiners."""
        return self.page.locator("body").inner_text().replace(WORD_JOINER, "")

    def sign(self, post: str = POST) -> None:
        """Fill in who confirms, and let the page run before the next step, as a person would."""
        field = self.page.get_by_label("确认人岗位")
        field.fill(post)
        field.press("Enter")
        self.page.wait_for_timeout(300)
        self.settle()

    def drop(self, *files: str | Path | FilePayload) -> None:
        """Give files to the uploader and wait until every one is read or refused."""
        self.page.locator("input[type=file]").first.set_input_files(list(files))
        refusal = self.page.get_by_test_id("stAlertContentError")
        verdict = self.page.get_by_text("6　确认").or_(refusal)
        expect(verdict).to_have_count(len(files), timeout=WAIT)
        self.settle()

    def confirm(self, rows: int) -> None:
        """Press the button that names ``rows`` and wait for the word that it is done."""
        self.page.get_by_role("button", name=f"确认入库（{rows:,} 行）").first.click()
        self.sees(f"已入库 {rows:,} 行")
        self.settle()

    def store(self, *files: str | Path | FilePayload, rows: int) -> None:
        """Upload and confirm one file after the other."""
        for file in files:
            self.open("upload").sign()
            self.drop(file)
            self.confirm(rows)

    def unfold(self, name: str) -> None:
        """Open the folded part whose head holds ``name`` and let it come to rest."""
        self.page.locator("summary").filter(has_text=name).first.click()
        self.page.wait_for_timeout(600)

    def choose(self, label: str, text: str = "") -> None:
        """Take from the list named ``label`` the first entry, or the first that holds ``text``.

        The list is brought into view first, as a person does: an open one closes when the page
        scrolls.
        """
        box = self.page.get_by_role("combobox", name=label)
        expect(box).to_be_visible(timeout=WAIT)
        self.settle()
        box.scroll_into_view_if_needed()
        self.page.wait_for_timeout(300)
        box.click()
        if text:
            box.fill(text)
        self.page.get_by_role("option").filter(has_text=text).first.click()
        self.settle()

    def metric(self, label: str) -> Locator:
        """The card of a KPI."""
        return self.page.get_by_test_id("stMetric").filter(has_text=label)

    def cells(self, grid: Locator) -> list[list[str]]:
        """The rows a table shows, its header first."""
        grid.scroll_into_view_if_needed()
        self.page.wait_for_timeout(400)  # the grid fills its accessible twin after drawing
        return grid.evaluate(CELLS)

    def download(self, label: str) -> str:
        """The text of the first download with this label."""
        with self.page.expect_download(timeout=WAIT) as waiting:
            self.page.get_by_role("button", name=label).first.click()
        return Path(waiting.value.path()).read_bytes().decode("utf-8-sig")

    def foreign(self) -> list[str]:
        """Requests that did not go to the own server; data: and blob: never leave the page."""
        own = (self.url + "/", self.url.replace("http", "ws", 1) + "/", "data:", "blob:")
        return [each for each in self.requests if not each.startswith(own)]

    def close(self) -> None:
        """Close the window; beside another visit the page alone."""
        if self._beside:
            self.context.remove_listener("request", self._fetched)
            self.context.remove_listener("requestfailed", self._failed)
            self.page.close()
        else:
            self.context.close()


class Windows:
    """One open window for each server and width: a page opened in it has the programs of the site
    read already."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._open: dict[tuple[str, int], Visit] = {}

    def page(self, url: str, *, width: int = 1440) -> Visit:
        """A page of its own in the window."""
        if (url, width) not in self._open:
            self._open[url, width] = Visit(self._browser, url, width=width)
        return Visit(self._browser, url, beside=self._open[url, width])

    def close(self) -> None:
        """Close all of them."""
        for each in self._open.values():
            each.close()
