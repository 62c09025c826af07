"""Makes the tables of a build, one after the other: kept, mended for some records, or made anew."""

from __future__ import annotations

import duckdb

from pipelines.errors import BuildFailed
from pipelines.models import LAYERS, Model
from pipelines.progress import Progress
from pipelines.reuse import Traces, Work
from pipelines.warehouse import among


def make_tables(
    connection: duckdb.DuckDBPyConnection,
    listed: tuple[Model, ...],
    report: Progress,
    traces: Traces | None = None,
) -> dict[str, int]:
    """Make the tables ``listed`` in that order and check their grain. Rows by table.

    The schema ``accepted`` and what the tables need must be there. With ``traces`` a table that
    cannot have changed is kept, and where only some records can have, those are made anew.
    """
    for layer in LAYERS:
        connection.execute(f"create schema if not exists {layer}")
    counts: dict[str, int] = {}
    for position, model in enumerate(listed):
        if position == 0 or model.layer != listed[position - 1].layer:
            report(LAYERS[model.layer], position / len(listed))
        work = traces.work_on(model) if traces else Work()
        if not work.kept:
            rows = _make(connection, model, work.records)
            if rows > 1:
                _check_grain(connection, model, rows, work.records or ())
        if traces:
            traces.made(model)
        counts[model.name] = connection.table(model.name).count("*").fetchone()[0]
    return counts


def _make(
    connection: duckdb.DuckDBPyConnection, model: Model, records: tuple[str, ...] | None
) -> int:
    """Make a table; with ``records`` it is there without their rows, which are added. Rows made."""
    made = f"({model.sql})"
    if model.step is not None:
        some = records is not None
        rows = model.step.make_some(connection, records) if some else model.step.make(connection)
        connection.register(made := "given", rows)
    target = f"create table {model.name} as" if records is None else f"insert into {model.name}"
    wanted = f" where {among(model.record, records)}" if records else ""
    done = connection.execute(f"{target} from {made} as made{wanted}", records).fetchone()[0]
    connection.unregister("given")
    return done


def _check_grain(
    connection: duckdb.DuckDBPyConnection, model: Model, rows: int, records: tuple[str, ...] = ()
) -> None:
    """BuildFailed when the ``rows`` made, all or those of ``records``, have a grain twice."""
    keys = ", ".join(model.grain)
    wanted = f" where {among(model.record, records)}" if records else ""
    distinct = f"select distinct {keys} from {model.name}{wanted}"  # noqa: S608 - names of models
    (found,) = connection.execute(f"select count(*) from ({distinct})", [*records]).fetchone()  # noqa: S608
    if rows != found:
        raise BuildFailed(
            f"汇总表 {model.name} 按 {keys} 有 {rows - found} 行重复，未发布；仍显示上一版。"
            "请把此信息交给管理员"
        )
