"""A mart built from given rows, through the product's own SQL files."""

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from types import MappingProxyType

import duckdb
import pandas as pd
import pytest

from pipelines.accepted import create_accepted_table, offer_units_of_measure, offer_uploads
from pipelines.domain.catalog import dataset, datasets
from pipelines.domain.statements import Statements
from pipelines.integrity.thresholds import offer_integrity_thresholds
from pipelines.making import make_tables
from pipelines.models import models
from pipelines.progress import silent
from pipelines.reporting import offer_receipts, offer_reporting_terms
from pipelines.rule_pack import offer_rules, offer_training_norms
from pipelines.settings import Settings
from pipelines.statements import offer_statements
from pipelines.step_vocabulary import offer_step_sets
from pipelines.warehouse import insert, scratch

Rows = list[dict[str, object]]
Build = Callable[..., "Built"]
NOTHING_STATED = Statements()
NEW_YEAR = datetime(2026, 1, 1)


class Built:
    """An in-memory mart to ask."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def rows(self, sql: str) -> list[tuple]:
        return self._connection.execute(sql).fetchall()


def _insert(connection: duckdb.DuckDBPyConnection, name: str, rows: Rows, upload: str) -> None:
    columns = [*dataset(name).names, "_row", "_sheet", "_upload_id", "_position"]
    full = [
        {"_row": at + 2, "_sheet": None, "_upload_id": upload, "_position": at, **row}
        for at, row in enumerate(rows)
    ]
    frame = pd.DataFrame(full).reindex(columns=columns).astype(object)
    values = [tuple(None if pd.isna(v) else v for v in row) for row in frame.to_numpy()]
    insert(connection, f"accepted.{name}", values)


@pytest.fixture
def build(tmp_path) -> Build:
    """``build([("U1", {"units": [...]}), ...])``: uploads in order, each with rows by dataset.

    ``stated``: link decisions and explanations. ``came``: when an upload was accepted, else
    2026-01-01; an own rule pack and steps are looked for in ``tmp_path``.
    """
    return _builder(tmp_path)


@pytest.fixture(scope="module")
def empty(tmp_path_factory) -> Built:
    """The tables of no upload at all, only to be read: built once."""
    return _builder(tmp_path_factory.mktemp("empty"))([])


def _builder(store_root: Path) -> Build:
    def make(
        uploads: list[tuple[str, dict[str, Rows]]],
        stated: Statements = NOTHING_STATED,
        came: Mapping[str, datetime] = MappingProxyType({}),
    ) -> Built:
        settings = Settings(store_root=store_root)
        connection = scratch()
        connection.execute("create schema accepted")
        offer_uploads(connection, [])
        offer_units_of_measure(connection)
        offer_integrity_thresholds(connection)
        offer_statements(connection, stated)
        for contract in datasets().values():
            create_accepted_table(connection, contract)
        for sequence, (upload, content) in enumerate(uploads, start=1):
            connection.execute(
                "insert into accepted.uploads values (?, ?, ?, ?, ?, ?, ?)",
                [
                    upload,
                    sequence,
                    "any",
                    f"{upload}.csv",
                    "sha",
                    "岗位",
                    came.get(upload, NEW_YEAR),
                ],
            )
            for name, rows in content.items():
                _insert(connection, name, rows, upload)
        offer_rules(connection, settings)
        offer_training_norms(connection, settings)
        offer_step_sets(connection, settings)
        offer_reporting_terms(connection)
        offer_receipts(connection)
        make_tables(connection, models(), silent)
        return Built(connection)

    return make
