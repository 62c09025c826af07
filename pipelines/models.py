"""The tables of a build: their text, what each reads, and the order that follows from it."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass, replace
from functools import cache
from graphlib import CycleError, TopologicalSorter

import duckdb

from pipelines.errors import BuildFailed
from pipelines.measures.sql import tables as measured
from pipelines.settings import ROOT
from pipelines.steps import Step, steps
from pipelines.warehouse import scratch

SQL_ROOT = ROOT / "pipelines" / "sql"
LAYERS = {"staging": "整理已入库的数据", "model": "对应单位与指标", "mart": "生成看板数据"}
_GRAIN = "-- grain:"
_RECORD = "-- record:"
_AMONG = "-- record among others:"


@dataclass(frozen=True, kw_only=True)
class Model:
    """A table: one select, or a step, and the columns that make a row unique.

    ``sql`` is the text of a SQL file, of the measures' registry, or of the modules of the step.
    ``record`` is the column with the activity that a row is about. Such a row depends on the rows
    of its own activity only in tables that have such a column too, and on anything in others;
    ``among_others``: on any row of any table.
    """

    name: str  # layer.table, the path of a file
    sql: str
    grain: tuple[str, ...]
    record: str | None = None
    among_others: bool = False
    step: Step | None = None
    needs: tuple[str, ...] = ()  # all that it reads, as schema.table

    @property
    def layer(self) -> str:
        return self.name.partition(".")[0]


@cache
def models() -> tuple[Model, ...]:
    """All tables in the order their own text requires. Raises BuildFailed on a cycle."""
    found = {model.name: model for layer in LAYERS for model in _layer(layer)}
    for name, sql, grain in measured():
        found[name] = Model(name=name, sql=sql, grain=grain)
    for step in steps():
        found[step.name] = Model(
            name=step.name, sql=step.text, grain=step.grain, record=step.record, step=step
        )
    with closing(scratch()) as connection:
        found = {
            name: replace(each, needs=tuple(sorted(_needs(each, connection))))
            for name, each in sorted(found.items())  # sorted: one order, one build id everywhere
        }
    needed = {name: [n for n in each.needs if n in found] for name, each in found.items()}
    try:
        order = TopologicalSorter(needed).static_order()
        return tuple(found[name] for name in order)
    except CycleError as error:
        raise BuildFailed(f"SQL 文件互相依赖，无法排序：{error.args[1]}") from error


def _needs(model: Model, connection: duckdb.DuckDBPyConnection) -> set[str]:
    return set(model.step.needs) if model.step else inputs(model.sql, connection)


def inputs(sql: str, connection: duckdb.DuckDBPyConnection) -> set[str]:
    """Tables that a select reads, as schema.table; any ``connection`` can read SQL."""
    names = connection.get_table_names(sql, qualified=True)
    return {name.split(" AS ")[0].replace('"', "") for name in names}  # model."months"


def _layer(layer: str) -> Iterable[Model]:
    for path in sorted((SQL_ROOT / layer).glob("*.sql")):
        sql = path.read_text(encoding="utf-8")
        grain = _said(sql, _GRAIN)
        if grain is None:
            raise BuildFailed(f"{path.name} 没有写明 {_GRAIN}")
        columns = tuple(part.strip() for part in grain.split(","))
        among = _said(sql, _AMONG)
        yield Model(
            name=f"{layer}.{path.stem}",
            sql=sql,
            grain=columns,
            record=_said(sql, _RECORD) or among,
            among_others=among is not None,
        )


def _said(sql: str, what: str) -> str | None:
    line = next((line for line in sql.splitlines() if line.startswith(what)), None)
    return line and line.removeprefix(what).strip()
