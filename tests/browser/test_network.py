"""Nothing leaves the machine: SECURITY.md row 22."""

from __future__ import annotations

import warnings

import pytest
from playwright.sync_api import expect

from dashboard.catalog import entries
from tests.browser import namespace
from tests.browser.files import ROSTER
from tests.browser.server import serving
from tests.browser.visit import ARGUMENTS, WAIT, Visit

pytestmark = pytest.mark.xdist_group("browser")

# Chromium asks Google on its own account, for its autofill and its updates; it must not, so that
# what is counted comes from the server and the pages. Pages asking for names are seen as requests.
NO_NAMES = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
HINTS = "link[rel~=preconnect], link[rel~=dns-prefetch], link[rel~=prerender]"


def _use_everything(seen: Visit) -> None:
    """Every page and the way of a file through reading and checking."""
    for entry in entries():
        seen.open(entry.page.url_path)
        assert seen.page.get_by_test_id("stAlertContentError").count() == 0
        assert seen.page.locator("h1").inner_text().strip()
        assert seen.page.locator(HINTS).count() == 0
    seen.open("upload").drop(ROSTER)
    expect(seen.page.get_by_text("读到 12 行")).to_be_visible(timeout=WAIT)
    assert seen.foreign() == []
    assert seen.failed == []


def test_everything_works_without_a_network(demo, demo_store, playwright, chromium, tmp_path):
    """Server, worker and browser in a namespace with loopback only: every page stands, a file is
    checked, and nobody in there ever asks for an address outside. Where the machine forbids
    namespaces this falls back to watching the connections of the server, which has gaps.
    """
    isolation = namespace.isolation()
    if isolation is None:
        warnings.warn("no network namespace permitted: weaker check by watching", stacklevel=1)
        _watch(demo, playwright, chromium)
        return
    with serving(demo_store, start=isolation.start, enter=isolation.enter) as isolated:
        assert namespace.packets_without_route(isolated) == 0
        program = namespace.wrapper(isolated, chromium, tmp_path)
        browser = playwright.chromium.launch(executable_path=program, args=[*ARGUMENTS, NO_NAMES])
        seen = Visit(browser, isolated.url)
        _use_everything(seen)
        seen.close()
        browser.close()
        assert namespace.packets_without_route(isolated) == 0
        namespace.try_to_leave(isolated)
        assert namespace.packets_without_route(isolated) > 0


def _watch(server, playwright, chromium) -> None:
    browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
    with namespace.watched(server) as addresses:
        seen = Visit(browser, server.url)
        _use_everything(seen)
        seen.close()
    browser.close()
    assert addresses == set()


def test_the_server_connects_to_this_machine_only(demo, playwright, chromium):
    """The weaker check of the fallback, on every machine: it must work where it is needed."""
    assert namespace.remote_addresses(demo) == set()
    _watch(demo, playwright, chromium)
