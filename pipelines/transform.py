"""From accepted uploads to a published mart: build, check, publish; a pure function of uploads."""

from __future__ import annotations

import hashlib
import time
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
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
from pipelines.making import make_tables
from pipelines.models import models
from pipelines.progress import Progress, silent
from pipelines.settings import Settings
from pipelines.warehouse import Mart, building


@dataclass(frozen=True, kw_only=True)
class BuildReport:
    """A published build: rows by table, seconds of work (0 when it was published already)."""

    build_id: str
    seconds: float
    tables: dict[str, int]


def build(
    settings: Settings, ledger: Ledger, *, now: datetime, progress: Progress = silent
) -> BuildReport:
    """Build the mart of the active uploads and publish it; one build at a time per store.

    Raises BuildFailed when a grain check fails; the published build then stays what it was.
    """
    store.prepare(settings)
    progress("等待其他汇总完成", 0.0)
    with locked(settings, "build"):
        active, stated = ledger.active(), ledger.statements()
        build_id = build_id_of(settings, active, stated)
        path = settings.marts / f"{build_id}.duckdb"
        started = time.monotonic()
        whole = _is_whole(path)
        tables = {} if whole else _write(path, settings, (active, stated), build_id, now, progress)
        publish(settings, build_id)
        _prune(settings, build_id)
    progress("汇总完成", 1.0)
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
    except duckdb.OutOfMemoryException as error:
        raise BuildFailed(
            "汇总中断，未发布，仍显示上一版：汇总可用的内存不够，或磁盘放不下超出的部分。"
            "请调大 TONGPIN_BUILD_MEMORY_MIB（不设时为本机内存的一半）或清理磁盘，再重新汇总"
        ) from error
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
            tables = make_tables(connection, models(), report, traces)
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
