"""What of the build before is the same again: kept with its file, not made anew."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Collection, Iterable
from dataclasses import astuple, dataclass
from functools import cache
from pathlib import Path

import duckdb

from pipelines import reach
from pipelines.contents import MOST, content_of, differing
from pipelines.domain.catalog import datasets
from pipelines.errors import StoreError
from pipelines.ledger import Upload
from pipelines.models import Model
from pipelines.reach import ACCEPTED
from pipelines.settings import ROOT, Settings
from pipelines.warehouse import among, insert

TRACES = "mart.build_traces"
_UPLOADS = "staging.uploads"
_OLD = "before"  # what a table is called while the one that takes its place is made
_OFFERING = (
    *("accepted", "reporting", "rule_pack", "step_vocabulary", "statements"),
    "integrity/thresholds",
)
_DDL = f"""
create table {TRACES} (table_name varchar, text varchar, made_of varchar, content varchar)
"""


class NotReusable(StoreError):
    """The build before is damaged: everything has to be made anew."""


@dataclass(frozen=True, kw_only=True)
class Work:
    """What to do about a table: nothing, the rows of ``records``, or (None) all of it."""

    kept: bool = False
    records: tuple[str, ...] | None = None


@dataclass(frozen=True, kw_only=True)
class _Trace:
    """Hashes: of the text that makes a table, of that and all it reads, of its rows.

    Of a dataset: of its contract, of each upload that counts, of all of these.
    """

    text: str = ""
    made_of: str = ""
    content: str = ""


class Traces:
    """What every table is made of and holds, in this build and in the one before it.

    A table is kept when its text and the content of all that it reads are those of the build
    before. One about records is kept but for some of them when its text is what it was, and what
    else it reads differs in these records only. What is kept is read and compared with the
    content that was noted then.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, active: Iterable[Upload]) -> None:
        self._connection = connection
        self._uploads = tuple(active)
        self._traces = _of_datasets(self._uploads)
        self._contents = {name: each.content for name, each in self._traces.items()}
        self._before = _noted(connection)
        self._changed: dict[str, Collection[str] | None] = {}  # by table; None: not known
        self._keys: dict[str, Collection[tuple[str, ...]] | None] = {}  # that differ, by table
        self._old: dict[str, str] = {}  # tables that wait to be compared with those made anew

    def work_on(self, model: Model) -> Work:
        """What to do about the table; what is to be made is then no longer there.

        Raises NotReusable when it should stay and is not what it was, duckdb.Error when it cannot
        be read.
        """
        name, read = model.name, sorted(_seen(set(model.needs)))
        text = _hash("\n".join([_code(), name, model.sql]))
        made_of = _hash("\n".join([text, *(f"{each}={self._content(each)}" for each in read)]))
        self._traces[name] = _Trace(text=text, made_of=made_of)
        before = self._before.get(name, _Trace())
        records = () if before.made_of == made_of else self._records(model, read)
        if records is None:
            self._clear(model)
            return Work()
        if before.content != self._content(name):
            raise NotReusable(f"上一版看板数据的 {name} 已损坏")
        self._learn(model, name, records)
        if not records:
            return Work(kept=True)
        gone = f"delete from {name} where {among(model.record, records)}"  # noqa: S608 - ours
        self._connection.execute(gone, records)
        del self._contents[name]
        return Work(records=records)

    def made(self, model: Model) -> None:
        """Learn in what a table that was made anew differs from the one before."""
        name, old = model.name, self._old.pop(model.name, None)
        if old is None:
            return
        if name in reach.KEYS:
            self._keys[name] = differing(self._connection, (name, old), reach.KEYS[name].keys)
        else:
            changed = differing(self._connection, (name, old), (model.record,))
            self._learn(model, old, changed and [each for (each,) in changed])
        self._connection.execute(f"drop table {old}")

    def note(self) -> None:
        """Write what was made of what into the build, and drop tables that no model makes."""
        for name in self._before.keys() - self._traces.keys():
            self._connection.execute(f"drop table if exists {name}")
        self._connection.execute(_DDL)
        rows = [
            (name, each.text, each.made_of, self._content(name))
            for name, each in self._traces.items()
        ]
        insert(self._connection, TRACES, rows)

    def _content(self, name: str) -> str:
        if name not in self._contents:
            self._contents[name] = content_of(self._connection, name)
        return self._contents[name]

    def _clear(self, model: Model) -> None:
        """Make room for the table; what tells which records changed stays for ``made``."""
        name = model.name
        self._contents.pop(name, None)
        if self._was_about_records(model) or name in reach.KEYS.keys() & self._before.keys():
            self._connection.execute(f"alter table {name} rename to {_OLD}")
            self._old[name] = f"{model.layer}.{_OLD}"
        else:
            self._connection.execute(f"drop table if exists {name}")

    def _learn(self, model: Model, old: str, records: Collection[str] | None) -> None:
        """Keep which records may be others than in the table ``old``, and whose they were."""
        self._changed[model.name] = records
        if model.name == reach.OWNERS and records is not None:
            reach.keep_owners(self._connection, old, records)

    def _was_about_records(self, model: Model) -> bool:
        """Whether the table is there, about records, and of the text that it has now."""
        before = self._before.get(model.name, _Trace())
        return model.record is not None and before.text == self._traces[model.name].text

    def _records(self, model: Model, read: list[str]) -> tuple[str, ...] | None:
        """The records that may be others in a table than before; None: anything in it may be."""
        if model.among_others or not self._was_about_records(model):
            return None
        found: set[str] = set()
        for each in read:
            changed = self._changed_in(each)
            if changed is None:
                return None
            found.update(changed)
        if found and model.step and model.step.compares and len(found) <= MOST:
            found.update(reach.of_organisations(self._connection, sorted(found)))
        return tuple(sorted(found)) if len(found) <= MOST else None

    def _changed_in(self, name: str) -> Collection[str] | None:
        """The records that may be others in a table that is read, or for its sake in those that
        read it; None when it may be any."""
        if self._changed.get(name) is not None:
            return self._changed[name]
        before, now = self._before.get(name, _Trace()), self._traces[name]
        if before.content == self._content(name):
            return ()
        if name in self._keys:
            return reach.of_keys(self._connection, name, self._keys[name])
        known, there = before.made_of.split(), now.made_of.split()
        if not name.startswith(ACCEPTED) or before.text != now.text or known != there[: len(known)]:
            return None
        contract = datasets()[name.removeprefix(ACCEPTED)]
        uploads = [each for each in self._uploads if each.dataset == contract.name][len(known) :]
        return reach.of_uploads(self._connection, contract, uploads)


def copy(settings: Settings, build_id: str | None, target: Path) -> None:
    """Copy the build ``build_id`` to ``target``, if there is one."""
    path = settings.marts / f"{build_id}.duckdb"
    if build_id is not None and path.is_file():
        shutil.copyfile(path, target)


def _seen(needs: set[str]) -> set[str]:
    """A table of one dataset joined with the uploads sees the uploads of that dataset only."""
    others = needs - {_UPLOADS}
    if len(others) == 1 and others <= {f"{ACCEPTED}{each}" for each in datasets()}:
        return others
    return needs


def _of_datasets(active: Iterable[Upload]) -> dict[str, _Trace]:
    """Traces by accepted.<dataset>: its contract, the uploads that count with all they say."""
    lines: dict[str, list[str]] = {name: [] for name in datasets()}
    for upload in active:
        lines[upload.dataset].append(_hash(repr(astuple(upload))))
    found = {}
    for name, contract in datasets().items():
        text, made_of = _hash(repr(contract)), " ".join(lines[name])
        content = _hash(f"{text} {made_of}")
        found[f"{ACCEPTED}{name}"] = _Trace(text=text, made_of=made_of, content=content)
    return found


def _noted(connection: duckdb.DuckDBPyConnection) -> dict[str, _Trace]:
    """Traces by table of the build that was copied; without a note nothing counts."""
    there = {
        f"{schema}.{table}"
        for schema, table in connection.execute(
            "select schema_name, table_name from duckdb_tables() "
            "where database_name = current_database()"
        ).fetchall()
    }
    found = dict.fromkeys(there, _Trace())
    if TRACES in there:
        for name, text, made_of, content in connection.execute(f"from {TRACES}").fetchall():
            if name in there or name.startswith(ACCEPTED):
                found[name] = _Trace(text=text, made_of=made_of, content=content)
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
