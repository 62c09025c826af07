"""The only place that opens DuckDB: for a build, and read-only for everything else."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

import duckdb
import pandas as pd

from pipelines.errors import StoreError
from pipelines.settings import Settings

Parameter = str | int | float | bool | date | datetime | None
_CATALOG = "mart_file"


def _quoted(path: Path) -> str:
    """A path as an SQL literal: ATTACH takes no parameters; the path is ours, never a user's."""
    return "'" + str(path).replace("'", "''") + "'"


def _open(path: Path, *, read_only: bool) -> duckdb.DuckDBPyConnection:
    """Open as :memory: plus ATTACH, so that a damaged file gives an error and not an abort."""
    connection = duckdb.connect(":memory:")
    connection.execute("set autoinstall_known_extensions = false")
    connection.execute("set autoload_known_extensions = false")
    connection.execute("set python_enable_replacements = false")
    mode = " (read_only)" if read_only else ""
    connection.execute(f"attach {_quoted(path)} as {_CATALOG}{mode}")
    connection.execute(f"use {_CATALOG}")
    return connection


def _lock(connection: duckdb.DuckDBPyConnection, allowed: list[Path]) -> None:
    folders = ", ".join(_quoted(path) for path in allowed)
    if folders:
        connection.execute(f"set allowed_directories = [{folders}]")
    connection.execute("set enable_external_access = false")
    connection.execute("set lock_configuration = true")


@contextmanager
def building(path: Path, settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that writes a new mart at ``path`` and may read the store and nothing else."""
    connection = _open(path, read_only=False)
    try:
        spill = settings.store_root / "spill"
        connection.execute(f"set temp_directory = {_quoted(spill)}")
        connection.execute("set preserve_insertion_order = false")
        _lock(connection, [settings.accepted, spill])
        yield connection
        connection.execute("checkpoint")
    finally:
        connection.close()


def scratch() -> duckdb.DuckDBPyConnection:
    """An empty database in memory: reads table names out of SQL, runs SQL tests on given rows."""
    return duckdb.connect(":memory:")


class Mart:
    """A published mart, read-only; StoreError when it is damaged.

    Any number of threads may ask; each query has its own cursor.
    """

    def __init__(self, path: Path, build_id: str) -> None:
        self.build_id = build_id
        self._opening = threading.Lock()
        try:
            self._connection = _open(path, read_only=True)
        except duckdb.Error as error:
            raise StoreError(
                f"看板数据 {build_id} 损坏，打不开。请运行 python -m pipelines build 重新汇总"
            ) from error
        _lock(self._connection, [])

    def frame(self, sql: str, parameters: Mapping[str, Parameter] | None = None) -> pd.DataFrame:
        """Rows of ``sql``; values only as ``$name`` parameters."""
        with self._opening:
            cursor = self._connection.cursor()
        try:
            cursor.execute(f"use {_CATALOG}")
            return cursor.execute(sql, dict(parameters or {})).df()
        finally:
            cursor.close()

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()
