"""Rules about a whole file and about several datasets: runs each select over the staged rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa

from expectations.queries import QueryRule, sql_of, views
from expectations.registry import queries_for
from expectations.report import as_text
from pipelines.accepted import create_accepted_table, offer_units_of_measure, parquet
from pipelines.domain.catalog import dataset as contract_of
from pipelines.domain.catalog import datasets
from pipelines.domain.dataset import Dataset
from pipelines.domain.findings import Finding, Severity
from pipelines.intake.inspection import RuleResult
from pipelines.intake.schema import ROW, SHEET, totals_schema
from pipelines.reference import vocabularies
from pipelines.settings import Settings
from pipelines.step_vocabulary import offer_step_sets
from pipelines.transform import current_build_id
from pipelines.warehouse import checking

SHOWN_PER_RULE = 1000
_NOWHERE = f"cast(null as bigint) as {ROW}, cast(null as varchar) as {SHEET}, false as _incoming"
WITHHELD = pa.schema(
    [pa.field(SHEET, pa.string()), pa.field(ROW, pa.int64()), pa.field("topic", pa.string())]
)
_ROWS = pa.schema([pa.field(SHEET, pa.string()), pa.field(ROW, pa.int64())])
_MODEL = {  # what the rules read of the mart besides the datasets, as it is without a mart
    "unit_spellings": "null::varchar as spelling, null::varchar as unit_id, "
    "null::date as valid_from, null::date as valid_to",
    "kpi_spellings": "null::varchar as spelling, null::varchar as kpi_id",
}


@dataclass(frozen=True, kw_only=True)
class CrossChecked:
    """``findings``: at most SHOWN_PER_RULE of a rule, then one with the whole count.

    ``held``: every row that a critical rule broke (_sheet string, _row int64, each once), also
    those that no finding lists. ``rules``: one result a rule; a rule that could not be run for
    want of other data says so in its label and has looked at 0 rows.
    """

    findings: tuple[Finding, ...]
    rules: tuple[RuleResult, ...]
    held: pa.Table


def run(
    settings: Settings,
    dataset: str,
    incoming: Path,
    totals: pa.Table | None = None,
    *,
    withheld: pa.Table | None = None,
    today: date,
) -> CrossChecked:
    """Every whole-table rule of ``dataset`` on the Parquet file ``incoming``.

    ``incoming``: the contract's columns plus _row and _sheet, in a folder of ours. ``totals``:
    printed totals in the same columns plus first_row and last_row (the source rows that each sums,
    both included) and total_kind. ``withheld``: rows of the file that are not in ``incoming``
    (_sheet, _row, topic: its KPI, null if unread); a total over one of them is not compared.
    Stored data are those of the published mart.
    Raises StoreError when the mart is damaged.
    """
    contract = contract_of(dataset)
    mart = _published(settings)
    with checking(settings, incoming, mart) as connection:
        parquet(connection, contract, [incoming]).create_view("incoming")
        _offer_table(connection, "totals", totals, totals_schema(contract))
        _offer_table(connection, "withheld", withheld, WITHHELD)
        stored = _stored_columns(connection)
        for schema in ("accepted", "stored", "known", "model"):
            connection.execute(f"create schema {schema}")
        for each in datasets().values():
            _offer_known(connection, each, stored.get(each.name, set()), own=each == contract)
        _offer_model(connection, has_mart=mart is not None)
        _offer_reference(connection, settings)
        for name, sql in views().items():
            connection.execute(f"create view {name} as {sql}")
        present = {name for name in stored if _has_rows(connection, name)}
        runner = _Runner(connection, contract, present, today)
        outcomes = [runner.outcome(rule) for rule in queries_for(dataset)]
    return CrossChecked(
        findings=tuple(each for found, _, _ in outcomes for each in found),
        rules=tuple(result for _, result, _ in outcomes),
        held=_distinct([held for _, _, held in outcomes]),
    )


def _published(settings: Settings) -> Path | None:
    build_id = current_build_id(settings)
    path = settings.marts / f"{build_id}.duckdb"
    return path if build_id is not None and path.exists() else None


def _offer_table(
    connection: duckdb.DuckDBPyConnection, name: str, rows: pa.Table | None, schema: pa.Schema
) -> None:
    """A table made of ``rows``; of no rows with ``schema`` without them."""
    connection.register("given", schema.empty_table() if rows is None else rows)
    connection.table("given").create(name)
    connection.unregister("given")


def _stored_columns(connection: duckdb.DuckDBPyConnection) -> dict[str, set[str]]:
    """The columns of each staging table of the mart; nothing without a mart."""
    rows = connection.execute(
        "select table_name, column_name from duckdb_columns() "
        "where database_name = 'mart_file' and schema_name = 'staging'"
    ).fetchall()
    found: dict[str, set[str]] = {}
    for table, column in rows:
        found.setdefault(table, set()).add(column)
    return found


def _offer_known(
    connection: duckdb.DuckDBPyConnection, contract: Dataset, there: set[str], *, own: bool
) -> None:
    """``stored.<dataset>``, and ``known.<dataset>``: what will be stored with this file accepted.

    Both have the contract's columns; known rows of this file have ``_incoming`` and say where
    they stand (_row, _sheet). ``there``: columns of the mart; one that it does not have is empty.
    """
    create_accepted_table(connection, contract)
    rows = connection.table(f"accepted.{contract.name}")
    kinds = dict(zip(rows.columns, rows.types, strict=True))
    if there:
        rows = connection.table(f"mart_file.staging.{contract.name}")
    columns = ", ".join(
        f'"{name}"' if name in there or not there else f'cast(null as {kinds[name]}) as "{name}"'
        for name in contract.names
    )
    _make_view(connection, f"stored.{contract.name}", rows.project(columns))
    known = connection.sql(f"from stored.{contract.name}").set_alias("stored")
    names = ", ".join(f'"{name}"' for name in contract.names)
    if own:
        incoming = connection.table("incoming")
        same = " and ".join(_same(name, there) for name in contract.grain)
        known = known.join(incoming.set_alias("incoming"), same, how="anti")
        known = known.project(f"{names}, {_NOWHERE}").union(
            incoming.project(f"{names}, {ROW}, {SHEET}, true as _incoming")
        )
    else:
        known = known.project(f"{names}, {_NOWHERE}")
    _make_view(connection, f"known.{contract.name}", known)


def _make_view(
    connection: duckdb.DuckDBPyConnection, name: str, rows: duckdb.DuckDBPyRelation
) -> None:
    """Views over relations are made in the current schema only."""
    schema, _, table = name.partition(".")
    connection.execute(f"use memory.{schema}")
    rows.create_view(table)
    connection.execute("use memory.main")


def _same(name: str, there: set[str]) -> str:
    """A stored row and one of the file agree in ``name``; a mart without the column agrees."""
    return f'stored."{name}" is not distinct from incoming."{name}"' if name in there else "true"


def _offer_model(connection: duckdb.DuckDBPyConnection, *, has_mart: bool) -> None:
    for name, columns in _MODEL.items():
        rows = (
            connection.table(f"mart_file.model.{name}")
            if has_mart
            else connection.sql(f"select {columns} where false")
        )
        _make_view(connection, f"model.{name}", rows)


def _offer_reference(connection: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """``accepted.units_of_measure``, ``accepted.step_sets`` and ``due_words`` (word)."""
    offer_units_of_measure(connection)
    offer_step_sets(connection, settings)
    words = sorted({w for e in vocabularies(settings)["due_word"].entries for w in e.spellings})
    connection.execute("create table due_words (word varchar)")
    connection.executemany("insert into due_words values (?)", [[word] for word in words])


def _has_rows(connection: duckdb.DuckDBPyConnection, name: str) -> bool:
    return connection.table(f"mart_file.staging.{name}").limit(1).fetchone() is not None


class _Runner:
    """Runs one rule after the other on a prepared connection."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        contract: Dataset,
        present: set[str],
        today: date,
    ) -> None:
        self._connection = connection
        self._contract = contract
        self._present = present
        self._today = today

    def outcome(self, rule: QueryRule) -> tuple[list[Finding], RuleResult, pa.Table]:
        """Findings, result and held rows of a rule."""
        absent = [name for name in rule.needs if name not in self._present]
        if absent:
            return [], self._not_run(rule, absent), _ROWS.empty_table()
        filled = " and ".join(f'"{name}" is not null' for name in rule.looked_at) or "true"
        if rule.subject:
            rows = self._connection.table("incoming").filter(filled).set_alias("incoming")
            columns = f"incoming.{ROW}, incoming.{SHEET}, {rule.subject}"
            rows.project(columns).create_view("subject", replace=True)
        sql = sql_of(rule.sql)
        asked = {"today": self._today} if "$today" in sql else {}
        self._connection.execute(f"create or replace temp table broken as {sql}", asked)
        broken = self._connection.table("broken")
        findings = list(self._findings(rule, broken))
        failed = _failed(broken)
        if _count(broken) > SHOWN_PER_RULE:
            findings.append(self._summary(rule, failed))
        result = RuleResult(
            rule=rule.id,
            severity=rule.severity,
            label=rule.label,
            checked=_count(self._connection.table(rule.counted).filter(filled)),
            failed=failed,
        )
        return findings, result, _held(rule, broken)

    def _not_run(self, rule: QueryRule, absent: list[str]) -> RuleResult:
        labels = "、".join(contract_of(name).label for name in absent)
        label = f"{rule.label}（还没有{labels}，没有检查）"
        return RuleResult(rule=rule.id, severity=rule.severity, label=label, checked=0, failed=0)

    def _findings(self, rule: QueryRule, broken: duckdb.DuckDBPyRelation) -> Iterator[Finding]:
        first = broken.order(f"{SHEET}, {ROW}").limit(SHOWN_PER_RULE)
        for values in first.fetchall():
            cells = dict(zip(broken.columns, values, strict=True))
            column = cells.get("_column") or rule.column
            value = as_text(cells.get("value", cells.get(column)))
            words = {name: as_text(each) or "空" for name, each in cells.items()}
            words |= {"value": value or "空", "_count": words.get("_count", "1")}
            words["asked"] = as_text(cells.get("asked")) or ""
            yield Finding(
                severity=rule.severity,
                rule=rule.id,
                why=rule.why.format(**words),
                how=rule.how.format(**words),
                row=cells[ROW],
                column=self._contract[column].label,
                value=value,
                sheet=cells[SHEET],
            )

    def _summary(self, rule: QueryRule, failed: int) -> Finding:
        return Finding(
            severity=rule.severity,
            rule=rule.id,
            why=f"{rule.label}：共有 {failed} 行不符，这里只列出前 {SHOWN_PER_RULE} 处",
            how="请先改正列出的各处，再上传一次，就能看到其余的",
            column=self._contract[rule.column].label,
        )


def _failed(broken: duckdb.DuckDBPyRelation) -> int:
    """Source rows behind the findings of a rule."""
    if "_count" not in broken.columns:
        return _count(broken)
    return int(broken.sum("_count").fetchone()[0] or 0)


def _count(rows: duckdb.DuckDBPyRelation) -> int:
    return rows.count("*").fetchone()[0]


def _held(rule: QueryRule, broken: duckdb.DuckDBPyRelation) -> pa.Table:
    if rule.severity is not Severity.CRITICAL:
        return _ROWS.empty_table()
    rows = broken.filter(f"{ROW} is not null").project(f"{SHEET}, {ROW}").distinct()
    return rows.to_arrow_table().cast(_ROWS)


def _distinct(tables: list[pa.Table]) -> pa.Table:
    return pa.concat_tables(tables).group_by([SHEET, ROW]).aggregate([])
