"""A real desk, validator and store in a temporary directory behind every page test."""

import logging
import shutil
import time
from pathlib import Path

import pytest
from streamlit.elements.lib import policies
from streamlit.testing.v1 import AppTest

from dashboard.server import services as held
from dashboard.server.services import Services
from pipelines.intake.choices import Choices
from tests.app.leader_store import build_store, keep_association, keep_latent
from tests.app.samples import FILES


@pytest.fixture(scope="session", autouse=True)
def _worker():
    """One validation worker for all tests: starting it takes seconds."""
    yield
    held.close()


@pytest.fixture
def store(tmp_path, monkeypatch) -> Services:
    """The services on an empty store, the validator warm."""
    return _services_on(tmp_path / "store", monkeypatch)


def _services_on(root: Path, monkeypatch) -> Services:
    monkeypatch.setenv("TONGPIN_STORE", str(root))
    found = held.services()
    deadline = time.monotonic() + 120
    while not found.validator.ready and time.monotonic() < deadline:
        time.sleep(0.2)
    assert found.validator.ready, "the validation worker did not start"
    return found


@pytest.fixture(scope="session")
def _filled_root(tmp_path_factory) -> Path:
    """A store with a roster, a KPI, two months of figures and an activity, filled once."""
    root = tmp_path_factory.mktemp("filled") / "store"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TONGPIN_STORE", str(root))
        desk = held.services().desk
        for name, (text, dataset) in FILES.items():
            inspection = desk.inspect(name, text.encode("gb18030"), Choices(dataset=dataset))
            desk.accept(inspection, by="测试岗位")
        desk.build()
        desk.close()
    return root


@pytest.fixture
def filled(_filled_root, tmp_path, monkeypatch) -> Services:
    """The services on a copy of the filled store."""
    shutil.copytree(_filled_root, tmp_path / "store")
    return _services_on(tmp_path / "store", monkeypatch)


@pytest.fixture(scope="session")
def _planted_root(tmp_path_factory) -> Path:
    """24 units, 30 months, K03 follows 党课 after two months; the analyses of pages are kept."""
    root = tmp_path_factory.mktemp("planted") / "store"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TONGPIN_STORE", str(root))
        settings = build_store()
        keep_association(settings)
        keep_latent(settings)
    return root


@pytest.fixture
def planted(_planted_root, monkeypatch) -> Services:
    """The pages on the planted organisation; tests only look at it."""
    monkeypatch.setenv("TONGPIN_STORE", str(_planted_root))
    return held.services()


def _show(url_path: str) -> None:
    from dashboard.catalog import by_path

    by_path(url_path).render()


class _Warnings(logging.Handler):
    """What the widgets of Streamlit warn of, in words."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.told: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.told.append(record.getMessage())


@pytest.fixture
def page(monkeypatch):
    """A function that makes the test of the page at ``url_path``; no widget of a page may make
    Streamlit warn, which would fill the log of a server with every visit."""
    warnings = _Warnings()
    loggers = [logging.getLogger(name) for name in logging.root.manager.loggerDict
               if name.startswith("streamlit.elements")]  # fmt: skip
    monkeypatch.setattr(policies, "_shown_default_value_warning", False)  # told once a process
    for each in loggers:
        each.addHandler(warnings)

    def make(url_path: str) -> AppTest:
        return AppTest.from_function(_show, args=(url_path,), default_timeout=60)

    yield make
    for each in loggers:
        each.removeHandler(warnings)
    assert [] == warnings.told
