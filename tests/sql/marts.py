"""A published mart and a staged file made of given rows, for the rules that read both."""

from __future__ import annotations

from datetime import date

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines import crosscheck
from pipelines.crosscheck import CrossChecked
from pipelines.domain.catalog import dataset, datasets
from pipelines.intake.schema import typed_schema
from pipelines.models import SQL_ROOT
from pipelines.settings import Settings
from pipelines.transform import publish
from pipelines.warehouse import building

TODAY = date(2026, 11, 22)
Rows = list[dict[str, object]]
_MODEL = ("kpis", "kpi_spellings", "unit_spellings")


def typed(name: str, rows: Rows) -> pa.Table:
    """Rows in the typed schema, numbered from 2 unless they say otherwise."""
    numbered = [{"_row": at, "_sheet": None} | row for at, row in enumerate(rows, start=2)]
    return pa.Table.from_pylist(numbered, schema=typed_schema(dataset(name)))


def publish_mart(settings: Settings, stored: dict[str, Rows], *, without: str = "") -> None:
    """A mart with every staging table and what the rules read of the model.

    ``without``: a column that KPI figures do not have in it.
    """
    settings.marts.mkdir(parents=True, exist_ok=True)
    settings.accepted.mkdir(parents=True, exist_ok=True)
    name = f"m{len(list(settings.marts.iterdir()))}"
    with building(settings.marts / f"{name}.duckdb", settings) as connection:
        for schema in ("staging", "model"):
            connection.execute(f"create schema {schema}")
        for each in datasets():
            connection.register("given", typed(each, stored.get(each, [])))
            connection.execute(f"create table staging.{each} as select * from given")  # noqa: S608
        if without:
            connection.execute(f"alter table staging.kpi_values drop column {without}")
        for each in _MODEL:
            sql = (SQL_ROOT / "model" / f"{each}.sql").read_text(encoding="utf-8")
            connection.execute(f"create table model.{each} as {sql}")
    publish(settings, name)


def check(
    settings: Settings,
    name: str,
    rows: Rows,
    *,
    totals: Rows | None = None,
    held: tuple[int, ...] = (),
    today: date = TODAY,
) -> CrossChecked:
    """The whole-table rules of ``name`` on ``rows``; ``held``: rows that are left out."""
    settings.incoming.mkdir(parents=True, exist_ok=True)
    path = settings.incoming / "rows.parquet"
    pq.write_table(typed(name, rows), path)
    withheld = pa.Table.from_pylist(
        [{"_sheet": None, "_row": row, "topic": None} for row in held], schema=crosscheck.WITHHELD
    )
    return crosscheck.run(
        settings,
        name,
        path,
        None if totals is None else _printed(name, totals),
        withheld=withheld,
        today=today,
    )


def _printed(name: str, totals: Rows) -> pa.Table:
    table = typed(name, totals)
    for column, kind in (
        ("first_row", pa.int64()),
        ("last_row", pa.int64()),
        ("total_kind", pa.string()),
    ):
        table = table.append_column(column, pa.array([row[column] for row in totals], kind))
    return table
