"""One Chromium and, on demand, real servers: empty ones per module, one with the demo organisation.

Everything here lives as long as this package: Playwright keeps an event loop in the thread.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from tests.browser.server import Server, serving
from tests.browser.visit import ARGUMENTS, Visit, Windows


@pytest.fixture(scope="package")
def chromium() -> str:
    """The path of Chromium; without it the tests fail, they are never left out."""
    found = shutil.which("chromium")
    if found is None:
        pytest.fail("Chromium is missing: run `sh tests/browser/install.sh`")
    return found


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    """The driver."""
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="package")
def browser(playwright, chromium) -> Iterator[Browser]:
    """One browser for all tests; each test opens contexts of its own."""
    launched = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
    yield launched
    launched.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[Server]:
    """A server on a store of its own that starts empty."""
    with serving(tmp_path_factory.mktemp("browser") / "store") as running:
        yield running


@pytest.fixture(scope="package")
def demo_store(demo_settings, tmp_path_factory) -> Path:
    """A copy of the demo organisation, imported by the command line as ``make run`` does."""
    store = tmp_path_factory.mktemp("demo") / "store"
    shutil.copytree(demo_settings.store_root, store)
    return store


@pytest.fixture(scope="package")
def demo(demo_store) -> Iterator[Server]:
    """A server with the demo organisation; tests only look at it."""
    with serving(demo_store) as running:
        yield running


@pytest.fixture(scope="package")
def windows(browser) -> Iterator[Windows]:
    """The windows that tests open their pages in."""
    kept = Windows(browser)
    yield kept
    kept.close()


@pytest.fixture
def visit(windows) -> Iterator[Callable[..., Visit]]:
    """A function that opens a page on a server, which is a session of its own; all are closed
    after the test."""
    opened: list[Visit] = []

    def make(at: Server, *, width: int = 1440) -> Visit:
        opened.append(windows.page(at.url, width=width))
        return opened[-1]

    yield make
    for each in opened:
        each.close()
