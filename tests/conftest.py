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
