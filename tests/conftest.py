"""Fixtures that every test may use: a store of its own, and one real validation worker."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from pipelines.desk import Desk
from pipelines.settings import Settings
from pipelines.validation import Validator

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
