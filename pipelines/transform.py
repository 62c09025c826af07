"""From accepted uploads to a published mart: build, check, publish; a pure function of uploads."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import duckdb

from pipelines import (
    analysis_runs,
    reporting,
    reuse,
    rule_pack,
    statements,
    step_vocabulary,
    store,
)
from pipelines.accepted import identity_of, offer, offer_units_of_measure, offer_uploads
from pipelines.domain.catalog import datasets
from pipelines.domain.statements import Statements
from pipelines.errors import BuildFailed, StoreError
from pipelines.integrity.thresholds import offer_integrity_thresholds
from pipelines.ledger import Ledger, Upload
from pipelines.locks import locked
from pipelines.measures.sql import tables as measured
from pipelines.settings import ROOT, Settings
from pipelines.steps import Step, steps
from pipelines.warehouse import Mart, building, scratch

SQL_ROOT = ROOT / "pipelines" / "sql"
LAYERS = {"staging": "整理已入库的数据", "model": "对应单位与指标", "mart": "生成看板数据"}
_GRAIN = "-- grain:"
Progress = Callable[[str, float], None]


@dataclass(frozen=True, kw_only=True)
class Model:
    """A table: one select, or a step, and the columns that make a row unique.

    ``sql`` is the text of a SQL file, of the measures' registry, or of the modules of the step.
    """

    name: str  # layer.table, the path of a file
    sql: str
    grain: tuple[str, ...]
    step: Step | None = None
    needs: tuple[str, ...] = ()  # all that it reads, as schema.table

    @property
    def layer(self) -> str:
        return self.name.partition(".")[0]


@dataclass(frozen=True, kw_only=True)
class BuildReport:
    """A published build: rows by table, seconds of work (0 when it was published already)."""

    build_id: str
    seconds: float
    tables: dict[str, int]


@cache
def models() -> tuple[Model, ...]:
    """All tables in the order their own text requires. Raises BuildFailed on a cycle."""
    found = {model.name: model for layer in LAYERS for model in _layer(layer)}
    for name, sql, grain in measured():
        found[name] = Model(name=name, sql=sql, grain=grain)
    for step in steps():
        found[step.name] = Model(name=step.name, sql=step.text, grain=step.grain, step=step)
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
        grain = next((line for line in sql.splitlines() if line.startswith(_GRAIN)), None)
        if grain is None:
            raise BuildFailed(f"{path.name} 没有写明 {_GRAIN}")
        columns = tuple(part.strip() for part in grain.removeprefix(_GRAIN).split(","))
        yield Model(name=f"{layer}.{path.stem}", sql=sql, grain=columns)


def build(
    settings: Settings, ledger: Ledger, *, now: datetime, progress: Progress | None = None
) -> BuildReport:
    """Build the mart of the active uploads and publish it; one build at a time per store.

    Raises BuildFailed when a grain check fails; the published build then stays what it was.
    """
    report = progress or (lambda _step, _share: None)
    store.prepare(settings)
    report("等待其他汇总完成", 0.0)
    with locked(settings, "build"):
        active, stated = ledger.active(), ledger.statements()
        build_id = build_id_of(settings, active, stated)
        path = settings.marts / f"{build_id}.duckdb"
        started = time.monotonic()
        whole = _is_whole(path)
        tables = {} if whole else _write(path, settings, (active, stated), build_id, now, report)
        publish(settings, build_id)
        _prune(settings, build_id)
    report("汇总完成", 1.0)
    return BuildReport(build_id=build_id, seconds=time.monotonic() - started, tables=tables)


def build_id_of(settings: Settings, active: list[Upload], stated: Statements) -> str:
    """Identity of a build: the active uploads in order, what people stated, the rules and
    sets of steps in force, and the SQL, units and steps that merge them."""
    hashed = hashlib.sha256()
    for model in models():
        hashed.update(f"{model.name}\n{model.sql}".encode())
    hashed.update(identity_of(active).encode())
    hashed.update(rule_pack.identity_of(settings).encode())
    hashed.update(step_vocabulary.identity_of(settings).encode())
    hashed.update(reporting.PATH.read_bytes())
    hashed.update(statements.identity_of(stated).encode())
    return hashed.hexdigest()[:16]


def current_build_id(settings: Settings) -> str | None:
    """The published build, None before the first one."""
    try:
        return settings.current.read_text(encoding="ascii").strip()[:64] or None
    except (FileNotFoundError, UnicodeDecodeError):
        return None
    except OSError as error:
        raise StoreError(
            f"读不到 {settings.current}：{error.strerror}。请检查存储目录的权限"
        ) from error


def publish(settings: Settings, build_id: str) -> None:
    """Point CURRENT at a build, atomically."""
    if current_build_id(settings) != build_id:
        with store.publishing(settings.current) as temporary:
            temporary.write_text(build_id, encoding="utf-8")


def _write(
    path: Path,
    settings: Settings,
    given: tuple[list[Upload], Statements],
    build_id: str,
    now: datetime,
    report: Progress,
) -> dict[str, int]:
    before = current_build_id(settings)
    try:
        try:
            return _write_after(before, path, settings, given, (build_id, now), report)
        except (reuse.NotReusable, duckdb.Error):
            if before is None:
                raise
        return _write_after(None, path, settings, given, (build_id, now), report)
    except duckdb.Error as error:
        raise BuildFailed(
            "汇总中断，未发布，仍显示上一版：入库文件缺失或损坏，或磁盘已满。"
            f"请运行 python -m pipelines doctor 查看（{str(error).splitlines()[0][:200]}）"
        ) from error


def _write_after(
    before: str | None,
    path: Path,
    settings: Settings,
    given: tuple[list[Upload], Statements],
    info: tuple[str, datetime],
    report: Progress,
) -> dict[str, int]:
    """Write the build; tables that the build ``before`` has just so are kept."""
    with store.publishing(path) as temporary:
        reuse.copy(settings, before, temporary)
        with building(temporary, settings) as connection:
            traces = reuse.Traces(connection, given[0])
            offer_accepted(connection, settings, given)
            tables = run_models(connection, report, traces)
            traces.note()
            connection.execute("drop schema accepted cascade")
            connection.execute(
                "create table mart.build_info (build_id varchar, built_at timestamp)"
            )
            connection.execute("insert into mart.build_info values (?, ?)", list(info))
    return tables


def offer_accepted(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    given: tuple[list[Upload], Statements],
) -> None:
    """Make the schema ``accepted``: all that the models may read."""
    active, stated = given
    connection.execute("create schema accepted")
    offer_uploads(connection, active)
    offer_units_of_measure(connection)
    offer_integrity_thresholds(connection)
    statements.offer_statements(connection, stated)
    for contract in datasets().values():
        offer(connection, contract, settings, active)
    rule_pack.offer_rules(connection, settings)
    rule_pack.offer_training_norms(connection, settings)
    step_vocabulary.offer_step_sets(connection, settings)
    reporting.offer_reporting_terms(connection)
    reporting.offer_receipts(connection)


def run_models(
    connection: duckdb.DuckDBPyConnection,
    report: Progress,
    traces: reuse.Traces | None = None,
    wanted: tuple[Model, ...] | None = None,
) -> dict[str, int]:
    """Make every table in order and check its grain; ``accepted`` must be there. Rows by table.

    With ``traces`` a table that cannot have changed is kept as it is. ``wanted``: these and no
    others, in an order that their needs allow.
    """
    listed = models() if wanted is None else wanted
    for layer in LAYERS:
        connection.execute(f"create schema if not exists {layer}")
    counts: dict[str, int] = {}
    for position, model in enumerate(listed):
        if position == 0 or model.layer != listed[position - 1].layer:
            report(LAYERS[model.layer], position / len(listed))
        if traces and traces.keeps(model.name, model.sql, model.needs):
            counts[model.name] = traces.rows(model.name)
            continue
        rows = counts[model.name] = _make(connection, model)
        if rows > 1:
            _check_grain(connection, model, rows)
    return counts


def _make(connection: duckdb.DuckDBPyConnection, model: Model) -> int:
    if model.step is not None:
        connection.register("made", model.step.make(connection))
    sql = "from made" if model.step else model.sql
    rows = connection.execute(f"create table {model.name} as {sql}").fetchone()[0]
    connection.unregister("made")
    return rows


def _check_grain(connection: duckdb.DuckDBPyConnection, model: Model, rows: int) -> None:
    keys = ", ".join(model.grain)
    distinct = connection.table(model.name).project(keys).distinct().count("*").fetchone()[0]
    if rows != distinct:
        raise BuildFailed(
            f"汇总表 {model.name} 按 {keys} 有 {rows - distinct} 行重复，未发布；仍显示上一版。"
            "请把此信息交给管理员"
        )


def _is_whole(path: Path) -> bool:
    """Whether a build is there and opens; a damaged one is built again."""
    if not path.exists():
        return False
    try:
        with closing(Mart(path, path.stem)) as mart:
            return len(mart.frame("select build_id from mart.build_info")) == 1
    except StoreError:
        return False


def _prune(settings: Settings, current: str) -> None:
    """Keep the newest builds and what was analysed on them; open readers keep their file."""
    builds = sorted(settings.marts.glob("*.duckdb"), key=lambda each: each.stat().st_mtime_ns)
    for path in builds[: -settings.keep_builds]:
        if path.stem != current:
            path.unlink(missing_ok=True)
    analysis_runs.prune(settings)
