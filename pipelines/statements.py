"""Statements of people: kept in the ledger as a history, offered to SQL as they count now."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import asdict, astuple, fields
from datetime import datetime

import duckdb
import sqlalchemy as sa

from pipelines.domain.statements import Explanation, LinkDecision, SignedLink, Statements
from pipelines.errors import StoreError
from pipelines.intake.privacy import is_personal
from pipelines.warehouse import insert

_LINK_KEY = ("record_id", "keyword", "target_kind", "target_id")
_SIGNED = ("stated_by", "stated_at")


def _table(name: str, kind: type) -> sa.Table:
    columns = [sa.Column(each.name, sa.String()) for each in fields(kind)]
    signed = [sa.Column("stated_by", sa.String()), sa.Column("stated_at", sa.DateTime())]
    return sa.Table(name, sa.MetaData(), sa.Column("seq", sa.Integer()), *columns, *signed)


LINK_DECISIONS = _table("link_decisions", LinkDecision)
EXPLANATIONS = _table("explanations", Explanation)


def without_personal_numbers(made: Iterable[LinkDecision | Explanation]) -> list:
    """The statements as a list. Raises StoreError for a text with personal numbers."""
    kept = list(made)
    texts = [each.reason if isinstance(each, LinkDecision) else each.text for each in kept]
    if any(is_personal(each) for each in texts):
        raise StoreError("文字里含有疑似手机号、身份证号或邮箱，没有保存。请删去后再提交")
    return kept


def save(
    connection: sa.Connection,
    made: Iterable[LinkDecision | Explanation],
    *,
    by: str,
    at: datetime,
) -> int:
    """Add statements; how many. What was stated before stays in the history."""
    count = 0
    for each in made:
        table = LINK_DECISIONS if isinstance(each, LinkDecision) else EXPLANATIONS
        connection.execute(table.insert().values(**asdict(each), stated_by=by, stated_at=at))
        count += 1
    return count


def in_the_way(
    connection: sa.Connection, made: Iterable[LinkDecision]
) -> dict[LinkDecision, SignedLink | None]:
    """Decisions that somebody forestalled, with what was decided before (None: taken back).

    A link is confirmed or rejected while nobody has decided on it, and taken back while it stands.
    """
    now = {each.decision.key: each for each in signed_links(connection) if each.stands}
    return {
        each: now.get(each.key) for each in made if (each.key in now) is (each.state != "withdrawn")
    }


def signed_links(connection: sa.Connection) -> tuple[SignedLink, ...]:
    """The newest link decision of each key with its signature, those taken back included."""
    found = []
    for row in _rows(connection, LINK_DECISIONS, _LINK_KEY):
        given = dict(row)
        seq, by, at = given.pop("seq"), given.pop("stated_by"), given.pop("stated_at")
        found.append(SignedLink(decision=LinkDecision(**given), by=by, at=at, seq=seq))
    return tuple(found)


def load(connection: sa.Connection) -> Statements:
    """What counts now: the newest of each key, nothing that was taken back."""
    links = [LinkDecision(**row) for row in _newest(connection, LINK_DECISIONS, _LINK_KEY)]
    texts = [Explanation(**row) for row in _newest(connection, EXPLANATIONS, ("subject",))]
    return Statements(
        links=tuple(each for each in links if each.state != "withdrawn"),
        explanations=tuple(each for each in texts if each.text),
    )


def _newest(
    connection: sa.Connection, table: sa.Table, key: tuple[str, ...]
) -> Iterable[dict[str, str]]:
    for row in _rows(connection, table, key):
        yield {name: row[name] for name in row if name not in ("seq", *_SIGNED)}


def _rows(
    connection: sa.Connection, table: sa.Table, key: tuple[str, ...]
) -> Iterable[sa.RowMapping]:
    newest = sa.select(sa.func.max(table.c.seq)).group_by(*(table.c[each] for each in key))
    query = sa.select(table).where(table.c.seq.in_(newest)).order_by(table.c.seq)
    yield from connection.execute(query).mappings()


def identity_of(statements: Statements) -> str:
    """Hash of all that counts; empty when nothing does."""
    parts = [astuple(each) for each in (*statements.links, *statements.explanations)]
    return hashlib.sha256(repr(parts).encode()).hexdigest() if parts else ""


def offer_statements(connection: duckdb.DuckDBPyConnection, statements: Statements) -> None:
    """Make ``accepted.link_decisions`` and ``accepted.explanations``: text columns, no nulls."""
    for name, kind, rows in (
        ("link_decisions", LinkDecision, statements.links),
        ("explanations", Explanation, statements.explanations),
    ):
        names = [each.name for each in fields(kind)]
        columns = ", ".join(f"{each} varchar" for each in names)
        connection.execute(f"create table accepted.{name} ({columns})")
        insert(connection, f"accepted.{name}", [astuple(each) for each in rows])
