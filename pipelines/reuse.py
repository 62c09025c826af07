"""Which tables of the build before are the same again: kept with its file, not made anew."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import astuple
from functools import cache
from pathlib import Path

import duckdb

from pipelines.domain.catalog import datasets
from pipelines.errors import StoreError
from pipelines.ledger import Upload
from pipelines.settings import ROOT, Settings
from pipelines.warehouse import insert

TRACES = "mart.build_tables"
_UPLOADS = "staging.uploads"
_OFFERING = (
    *("accepted", "reporting", "rule_pack", "step_vocabulary", "statements"),
    "integrity/thresholds",
)
_DDL = f"create table {TRACES} (table_name varchar, made_of varchar, content varchar)"


class NotReusable(StoreError):
    """The build before is damaged: everything has to be made anew."""


class Traces:
    """What every table is made of and holds, in this build and in the one before it.

    A table is kept when its text and the content of all that it reads are those of the build
    before. What is kept is read and compared with the content that was noted then.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, active: Iterable[Upload]) -> None:
        self._connection = connection
        self._contents = _of_datasets(active)
        self._made_of: dict[str, str] = {}
        self._before = _noted(connection)

    def keeps(self, name: str, text: str, needs: Iterable[str]) -> bool:
        """Whether the table ``name`` stays; if not, nothing of it is there any more.

        Raises NotReusable when it should stay and is not what it was, duckdb.Error when it cannot
        be read.
        """
        read = sorted(_seen(set(needs)))
        parts = [_code(), name, text, *(f"{each}={self._content(each)}" for each in read)]
        made_of = self._made_of[name] = _hash("\n".join(parts))
        before, content = self._before.get(name, ("", ""))
        if before == made_of:
            if content != self._content(name):
                raise NotReusable(f"上一版看板数据的 {name} 已损坏")
            return True
        self._contents.pop(name, None)
        self._connection.execute(f"drop table if exists {name}")
        return False

    def rows(self, name: str) -> int:
        """How many rows a table has."""
        return self._connection.table(name).count("*").fetchone()[0]

    def note(self) -> None:
        """Write what was made of what into the build, and drop tables that no model makes."""
        for name in self._before.keys() - self._made_of.keys():
            self._connection.execute(f"drop table if exists {name}")
        self._connection.execute(_DDL)
        rows = [(name, made_of, self._content(name)) for name, made_of in self._made_of.items()]
        insert(self._connection, TRACES, rows)

    def _content(self, name: str) -> str:
        if name not in self._contents:
            self._contents[name] = content_of(self._connection, name)
        return self._contents[name]


def copy(settings: Settings, build_id: str | None, target: Path) -> None:
    """Copy the build ``build_id`` to ``target``, if there is one."""
    path = settings.marts / f"{build_id}.duckdb"
    if build_id is not None and path.is_file():
        shutil.copyfile(path, target)


def content_of(connection: duckdb.DuckDBPyConnection, name: str) -> str:
    """Hash of the columns and rows of a table, in whatever order the rows are."""
    columns = connection.execute(f"describe {name}").fetchall()
    rows = connection.execute(
        f"select count(*), sum(hash(t)), bit_xor(hash(t)) from {name} as t"  # noqa: S608
    ).fetchone()
    return _hash(repr([(column[0], column[1]) for column in columns]) + repr(rows))


def _seen(needs: set[str]) -> set[str]:
    """A table of one dataset joined with the uploads sees the uploads of that dataset only."""
    others = needs - {_UPLOADS}
    if len(others) == 1 and others <= {f"accepted.{each}" for each in datasets()}:
        return others
    return needs


def _of_datasets(active: Iterable[Upload]) -> Mapping[str, str]:
    """Content by accepted.<dataset>: the uploads that count, in order, with all they say."""
    parts: dict[str, list[str]] = {name: [repr(each)] for name, each in datasets().items()}
    for upload in active:
        parts[upload.dataset].append(repr(astuple(upload)))
    return {f"accepted.{name}": _hash("\n".join(lines)) for name, lines in parts.items()}


def _noted(connection: duckdb.DuckDBPyConnection) -> dict[str, tuple[str, str]]:
    """(made of, content) by table of the build that was copied; without a note nothing counts."""
    there = {
        f"{schema}.{table}"
        for schema, table in connection.execute(
            "select schema_name, table_name from duckdb_tables() "
            "where database_name = current_database()"
        ).fetchall()
    }
    found: dict[str, tuple[str, str]] = dict.fromkeys(there, ("", ""))
    if TRACES in there:
        rows = connection.execute(f"from {TRACES}").fetchall()
        found |= {name: (made_of, content) for name, made_of, content in rows if name in there}
    for name in (TRACES, "mart.build_info"):
        if found.pop(name, None) is not None:
            connection.execute(f"drop table {name}")
    return found


@cache
def _code() -> str:
    """Hash of what decides beside the models' own text: what is offered, and the libraries."""
    files = [ROOT / "pipelines" / f"{each}.py" for each in _OFFERING]
    texts = [each.read_text(encoding="utf-8") for each in [*files, ROOT / "constraints.txt"]]
    return _hash("\n".join([duckdb.__version__, *texts]))


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
