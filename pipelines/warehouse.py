"""The only place that opens DuckDB: for a build, and read-only for everything else."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

import duckdb
import pandas as pd

from pipelines.errors import StoreError
from pipelines.result_frames import frame_of
from pipelines.settings import Settings

Parameter = str | int | float | bool | date | datetime | None
_CATALOG = "mart_file"
_TOGETHER = 200  # rows of one insert
READ_MIB = 1024  # what an open mart may keep of its file and use in queries; else 80 % of memory


def _quoted(path: Path) -> str:
    """A path as an SQL literal: ATTACH takes no parameters; the path is ours, never a user's."""
    return "'" + str(path).replace("'", "''") + "'"


def _offline() -> duckdb.DuckDBPyConnection:
    """An empty database that fetches nothing and sees no Python variable."""
    connection = duckdb.connect(":memory:")
    connection.execute("set autoinstall_known_extensions = false")
    connection.execute("set autoload_known_extensions = false")
    connection.execute("set python_enable_replacements = false")
    return connection


def _open(path: Path, *, read_only: bool) -> duckdb.DuckDBPyConnection:
    """Open as :memory: plus ATTACH, so that a damaged file gives an error and not an abort."""
    connection = _offline()
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


def _build_memory(connection: duckdb.DuckDBPyConnection, settings: Settings) -> str:
    """What a build may use: pages are served beside it, so half where nothing is set.

    DuckDB's own limit is 80 % of what the machine or the container has.
    """
    if settings.build_memory_bytes:
        return f"{settings.build_memory_bytes}B"
    ((limit,),) = connection.execute("select current_setting('memory_limit')").fetchall()
    size, unit = limit.split()
    return f"{float(size) * 0.5 / 0.8}{unit}"


@contextmanager
def building(path: Path, settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that writes a new mart at ``path`` and may read the store and nothing else.

    What is larger than its memory goes to disk, into the folder ``spill`` of the store.
    """
    connection = _open(path, read_only=False)
    try:
        spill = settings.store_root / "spill"
        connection.execute(f"set temp_directory = {_quoted(spill)}")
        connection.execute(f"set memory_limit = '{_build_memory(connection, settings)}'")
        connection.execute("set preserve_insertion_order = false")
        _lock(connection, [settings.accepted, spill])
        yield connection
        connection.execute("checkpoint")
    finally:
        connection.close()


def scratch() -> duckdb.DuckDBPyConnection:
    """An empty database in memory: reads table names out of SQL, runs SQL tests on given rows."""
    return duckdb.connect(":memory:")


def insert(
    connection: duckdb.DuckDBPyConnection, table: str, rows: Sequence[Sequence[object]]
) -> None:
    """Rows into a table of ours, many by one statement: one each takes a millisecond a row."""
    for start in range(0, len(rows), _TOGETHER):
        part = rows[start : start + _TOGETHER]
        marks = ", ".join(["(" + ", ".join("?" for _ in part[0]) + ")"] * len(part))
        values = [value for row in part for value in row]
        connection.execute(f"insert into {table} values {marks}", values)  # noqa: S608


@contextmanager
def comparing(settings: Settings, folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """An empty database in bounded memory that may read accepted files and ``folder``."""
    connection = _open(Path(":memory:"), read_only=False)
    try:
        spill = folder / "spill"
        connection.execute(f"set temp_directory = {_quoted(spill)}")
        connection.execute(f"set memory_limit = '{settings.check_memory_bytes}B'")
        connection.execute("set preserve_insertion_order = false")
        _lock(connection, [settings.accepted, folder])
        yield connection
    finally:
        connection.close()


def among(column: str, values: Collection[str]) -> str:
    """SQL that a column is one of ``values``, which go in as parameters one by one.

    DuckDB looks for single values where it reads a table, for those of a list or a subquery only
    after joining. ``column`` is a name of ours; without values no row is meant.
    """
    return f"{column} in ({', '.join('?' for _ in values)})" if values else "false"


class Mart:
    """A published mart, read-only; StoreError when it is damaged.

    Any number of threads may ask; each query has its own cursor. What is larger than READ_MIB goes
    to disk, into the folder ``spill`` of the store.
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
        spill = path.parent.parent / "spill"
        self._connection.execute(f"set temp_directory = {_quoted(spill)}")
        self._connection.execute(f"set memory_limit = '{READ_MIB}MiB'")
        _lock(self._connection, [])

    def frame(self, sql: str, parameters: Mapping[str, Parameter] | None = None) -> pd.DataFrame:
        """Rows of ``sql``; values only as ``$name`` parameters.

        Raises StoreError when a table or column is not there: another version built the mart.
        """
        with self._opening:
            cursor = self._connection.cursor()
        try:
            cursor.execute(f"use {_CATALOG}")
            return frame_of(cursor.execute(sql, dict(parameters or {})).to_arrow_table())
        except (duckdb.BinderException, duckdb.CatalogException) as error:
            raise StoreError(
                f"看板数据 {self.build_id} 由另一版程序汇总，没有这里要的数据。"
                "请运行 python -m pipelines build 重新汇总"
            ) from error
        finally:
            cursor.close()

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()


@contextmanager
def checking(
    settings: Settings, incoming: Path, mart: Path | None
) -> Iterator[duckdb.DuckDBPyConnection]:
    """An empty database beside the mart (as ``mart_file``, read-only) that may read the folder of
    ``incoming`` and nothing else; what is larger than its memory goes to disk, into that folder.

    Raises StoreError when the mart is damaged, or there is no room to finish.
    """
    connection = _offline()
    try:
        if mart is not None:
            _attach(connection, mart)
        connection.execute(f"set temp_directory = {_quoted(incoming.parent / 'spill')}")
        connection.execute(f"set memory_limit = '{settings.check_memory_bytes}B'")
        connection.execute("set preserve_insertion_order = false")
        _lock(connection, [incoming.parent])
        yield connection
    except (duckdb.IOException, duckdb.OutOfMemoryException) as error:
        raise StoreError("磁盘或内存不够，没有检查完，文件没有入库。请清理磁盘后重试") from error
    finally:
        connection.close()


def _attach(connection: duckdb.DuckDBPyConnection, mart: Path) -> None:
    try:
        connection.execute(f"attach {_quoted(mart)} as {_CATALOG} (read_only)")
    except duckdb.Error as error:
        raise StoreError(
            f"看板数据 {mart.stem} 损坏，打不开，没有检查完。"
            "请运行 python -m pipelines build 重新汇总后重试"
        ) from error
