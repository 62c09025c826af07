"""Fixtures that every test may use: a store of its own, and one real validation worker."""

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from pipelines.desk import Desk
from pipelines.settings import Settings
from pipelines.validation import Validator
from tests.demo import demo_store as make_demo_store

NOW = datetime(2026, 11, 2, 9, 30)
LONGEST = ("tests/browser/", "tests/crash/", "tests/unit/test_benchmarks.py")  # none at the end
APART = "tests/crash/"  # each takes long and makes its own store


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Bytes of files do not name a test: they may hold the time, and differ by process."""
    return argname if isinstance(val, bytes) else None


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest first, so that no process works alone at the end; and in one process what
    shares something that is made for a module, so that it is made once."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONGEST))
    sharing = {item.path for item in items if _shares(item)}
    for item in items:
        marked = item.get_closest_marker("xdist_group") is not None
        if item.path in sharing and not marked and not item.nodeid.startswith(APART):
            item.add_marker(pytest.mark.xdist_group(item.nodeid.partition("::")[0]))


def _shares(item: pytest.Item) -> bool:
    """Whether a fixture of the test lives as long as its module."""
    known = item.session._fixturemanager
    found = [known.getfixturedefs(name, item) or () for name in item.fixturenames]
    return any(each.scope == "module" for definitions in found for each in definitions)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A store of its own in a temporary folder."""
    return Settings(store_root=tmp_path / "store", ledger_url=None)


@pytest.fixture(scope="session")
def validator() -> Iterator[Validator]:
    """The real worker with Great Expectations, started once."""
    with Validator() as worker:
        yield worker


@pytest.fixture
def desk(settings: Settings, validator: Validator) -> Iterator[Desk]:
    """A desk on the store, with a fixed clock."""
    made = Desk(settings, validator, clock=lambda: NOW)
    yield made
    made.close()


@pytest.fixture(scope="session")
def demo_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The store of the demo organisation; shared by all test processes, so only to be read."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
    shared = tmp_path_factory.getbasetemp().parent / f"shared-{run}"
    shared.mkdir(exist_ok=True)
    return Settings(store_root=make_demo_store(shared), ledger_url=None)
