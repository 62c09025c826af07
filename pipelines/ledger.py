"""The ledger: which uploads count, what was found in them, who did what; SQLite or PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields
from datetime import datetime

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from pipelines import mappings, statements, store
from pipelines.domain.findings import Finding, Severity
from pipelines.domain.statements import Explanation, LinkDecision, SignedLink, Statements
from pipelines.errors import StoreError
from pipelines.intake.choices import SourceMapping
from pipelines.intake.inspection import RuleResult
from pipelines.ledger_records import (
    AUDIT,
    FINDINGS,
    RULE_RESULTS,
    UPLOADS,
    NewUpload,
    Recorded,
    Upload,
)
from pipelines.locks import locked
from pipelines.settings import ROOT, Settings

_GUARD = "append-only"  # what the triggers of the audit trail say


class Ledger:
    """Reads and writes the ledger. Writes are serialised; an acknowledged write is on disk."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        file = sa.URL.create("sqlite", database=str(settings.store_root / "ledger.db"))
        self._engine = sa.create_engine(settings.ledger_url or file, pool_pre_ping=True)
        if self._engine.dialect.name == "sqlite":
            sa.event.listen(self._engine, "connect", _configure_sqlite)
            sa.event.listen(self._engine, "begin", _begin_sqlite)

    def close(self) -> None:
        """Give back all connections."""
        self._engine.dispose()

    def upgrade(self) -> None:
        """Bring the ledger to the newest revision; two processes may do so at once."""
        store.prepare(self._settings)
        with self._reading() as connection:
            revision = MigrationContext.configure(connection).get_current_revision()
        if revision == _head():
            return
        with locked(self._settings, "migrate"), self._writing() as connection:
            if MigrationContext.configure(connection).get_current_revision() is None:
                self._refuse_lost_ledger()
            config = _alembic()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")

    def _refuse_lost_ledger(self) -> None:
        """An empty ledger beside accepted files means that the ledger was lost."""
        if any(self._settings.accepted.glob("*.parquet")):
            raise StoreError(
                "存储里有入库文件，台账却是空的：台账文件丢失，或指向了另一个数据库。"
                "什么也没有改动，请从备份恢复台账，或检查 TONGPIN_LEDGER_URL"
            )

    def record(self, new: NewUpload) -> bool:
        """Make an upload count. False when the same file is already active (nothing is written)."""
        values = {each.name: getattr(new, each.name) for each in fields(Recorded)}
        try:
            with self._writing() as connection:
                connection.execute(UPLOADS.insert().values(**values, state="accepted"))
                _insert_all(connection, FINDINGS, new.upload_id, new.findings)
                _insert_all(connection, RULE_RESULTS, new.upload_id, new.rules)
                self._remember(connection, new.mappings, new.accepted_by, new.accepted_at)
                _audit(connection, new.accepted_at, new.accepted_by, "accept", new.upload_id, "ok")
        except sa.exc.IntegrityError:
            if self.active_with_key(new.idempotency_key) is None:
                raise
            return False
        return True

    def undo(self, upload_id: str, *, by: str, at: datetime) -> None:
        """Take an upload out of every later build. Raises StoreError when it is not active."""
        change = (
            UPLOADS.update()
            .where(UPLOADS.c.upload_id == upload_id, UPLOADS.c.state == "accepted")
            .values(state="undone", undone_by=by, undone_at=at)
        )
        with self._writing() as connection:
            if connection.execute(change).rowcount != 1:
                raise StoreError(f"没有可撤销的入库记录 {upload_id}：编号不存在，或已经撤销")
            _audit(connection, at, by, "undo", upload_id, "ok")

    def mappings(self) -> list[SourceMapping]:
        """Confirmed mappings of source shapes, the oldest first."""
        with self._reading() as connection:
            return mappings.load(connection)

    def remember(self, confirmed: Iterable[SourceMapping], *, by: str, at: datetime) -> int:
        """Keep mappings that somebody brought from elsewhere; how many are new."""
        with self._writing() as connection:
            return self._remember(connection, confirmed, by, at)

    def forget(self, fingerprint: str, *, by: str, at: datetime) -> None:
        """Stop applying a mapping. Raises StoreError when there is none."""
        with self._writing() as connection:
            mappings.forget(connection, fingerprint, by=by, at=at)
            _audit(connection, at, by, "forget_mapping", fingerprint, "ok")

    @staticmethod
    def _remember(
        connection: sa.Connection, confirmed: Iterable[SourceMapping], by: str, at: datetime
    ) -> int:
        count = 0
        for each in confirmed:
            if mappings.save(connection, each, by=by, at=at):
                _audit(connection, at, by, "remember_mapping", each.fingerprint, "ok")
                count += 1
        return count

    def state(self, made: Iterable[LinkDecision | Explanation], *, by: str, at: datetime) -> int:
        """Keep what somebody stated, all or nothing; how many statements."""
        with self._writing() as connection:
            count = statements.save(connection, made, by=by, at=at)
            _audit(connection, at, by, "state", str(count), "ok")
        return count

    def decide(
        self, made: Sequence[LinkDecision], *, by: str, at: datetime
    ) -> dict[LinkDecision, SignedLink | None]:
        """Keep those that nobody forestalled; the others, with what was decided before."""
        with self._writing() as connection:
            late = statements.in_the_way(connection, made)
            kept = [each for each in made if each not in late]
            count = statements.save(connection, kept, by=by, at=at)
            _audit(connection, at, by, "state", str(count), "ok")
        return late

    def signed_links(self) -> tuple[SignedLink, ...]:
        """The newest decision of every link, the oldest first, those taken back included."""
        with self._reading() as connection:
            return statements.signed_links(connection)

    def statements(self) -> Statements:
        """Link decisions and explanations that count now."""
        with self._reading() as connection:
            return statements.load(connection)

    def answers(self) -> bool:
        """Whether the ledger can be read now."""
        try:
            self.active()
        except StoreError:
            return False
        return True

    def uploads(self) -> list[Upload]:
        """All uploads, newest first."""
        return self._uploads(sa.true())[::-1]

    def active(self) -> list[Upload]:
        """Uploads that count, in the order they were accepted."""
        return self._uploads(UPLOADS.c.state == "accepted")

    def active_with_key(self, key: str) -> Upload | None:
        """The active upload of the same file and mapping."""
        found = self._uploads(
            sa.and_(UPLOADS.c.idempotency_key == key, UPLOADS.c.state == "accepted")
        )
        return found[0] if found else None

    def findings(self, upload_id: str) -> list[Finding]:
        """Findings stored with an upload, in file order."""
        rows = self._rows(FINDINGS, FINDINGS.c.upload_id == upload_id, FINDINGS.c.row)
        return [Finding(**{**row, "severity": Severity(row["severity"])}) for row in rows]

    def rule_results(self, upload_id: str) -> list[RuleResult]:
        """What each rule checked in an upload."""
        rows = self._rows(RULE_RESULTS, RULE_RESULTS.c.upload_id == upload_id, RULE_RESULTS.c.rule)
        return [RuleResult(**{**row, "severity": Severity(row["severity"])}) for row in rows]

    def _uploads(self, where: sa.ColumnElement[bool]) -> list[Upload]:
        query = sa.select(UPLOADS).where(where).order_by(UPLOADS.c.seq)
        with self._reading() as connection:
            return [Upload(**row) for row in connection.execute(query).mappings()]

    def _rows(
        self, table: sa.Table, where: sa.ColumnElement[bool], order: sa.Column
    ) -> list[dict[str, object]]:
        columns = [each for each in table.c if each.name != "upload_id"]
        query = sa.select(*columns).where(where).order_by(order)
        with self._reading() as connection:
            return [dict(row) for row in connection.execute(query).mappings()]

    @contextmanager
    def _reading(self) -> Iterator[sa.Connection]:
        with _told_in_chinese(), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[sa.Connection]:
        engine = self._engine.execution_options(tongpin_write=True)
        with _told_in_chinese(), engine.begin() as connection:
            yield connection


@contextmanager
def _told_in_chinese() -> Iterator[None]:
    """A ledger that is locked, damaged, full or away is a StoreError."""
    try:
        yield
    except sa.exc.DatabaseError as error:
        if isinstance(error, sa.exc.IntegrityError) or _GUARD in str(error):
            raise
        raise StoreError(
            "台账打不开或写不进：可能正被占用、已损坏，或磁盘已满。没有改动数据，请稍后重试，"
            f"仍不行请交给管理员（{str(error.__cause__ or error).splitlines()[0][:120]}）"
        ) from error


def _insert_all(
    connection: sa.Connection, table: sa.Table, upload_id: str, items: Iterable[object]
) -> None:
    names = [each.name for each in table.c if each.name != "upload_id"]
    rows = [
        {"upload_id": upload_id, **{name: getattr(item, name) for name in names}} for item in items
    ]
    if rows:
        connection.execute(table.insert(), rows)


def _audit(
    connection: sa.Connection, at: datetime, who: str, what: str, subject: str, result: str
) -> None:
    values = {"at": at, "who": who, "what": what, "object": subject, "result": result}
    connection.execute(AUDIT.insert().values(**values))


def _configure_sqlite(raw: object, _record: object) -> None:
    raw.isolation_level = None  # SQLAlchemy's begin event speaks instead of the driver
    for pragma in ("journal_mode=wal", "synchronous=full", "busy_timeout=15000", "foreign_keys=on"):
        raw.execute(f"pragma {pragma}")


def _begin_sqlite(connection: sa.Connection) -> None:
    """A write takes its lock at once, so that it waits instead of failing half-way."""
    write = connection.get_execution_options().get("tongpin_write", False)
    connection.exec_driver_sql("begin immediate" if write else "begin")


def _alembic() -> Config:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "pipelines" / "migrations"))
    return config


def _head() -> str | None:
    return ScriptDirectory.from_config(_alembic()).get_current_head()
