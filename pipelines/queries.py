"""Named questions to the open mart: one SQL file per query, values only as parameters."""

from __future__ import annotations

from functools import cache

import pandas as pd

from pipelines.domain.months import shift
from pipelines.errors import NoMart
from pipelines.models import SQL_ROOT
from pipelines.settings import Settings
from pipelines.transform import current_build_id
from pipelines.warehouse import Mart, Parameter


def open_mart(settings: Settings, build_id: str | None = None) -> Mart:
    """The published build, or the one named, read-only. Raises NoMart when there is none."""
    wanted = build_id or current_build_id(settings)
    if wanted is None:
        raise NoMart("还没有可看的数据。请先在“上传入库”导入单位名册和业务指标月报")
    path = settings.marts / f"{wanted}.duckdb"
    if not path.exists():
        raise NoMart(f"版本 {wanted} 已不在存储里。请刷新页面查看最新版本")
    return Mart(path, wanted)


def kept_builds(settings: Settings) -> tuple[str, ...]:
    """Builds that are still there."""
    return tuple(sorted(path.stem for path in settings.marts.glob("*.duckdb")))


@cache
def names() -> tuple[str, ...]:
    """Identifiers of all queries."""
    return tuple(sorted(path.stem for path in (SQL_ROOT / "query").glob("*.sql")))


@cache
def sql_of(name: str) -> str:
    """The text of a query; KeyError for a name that is not registered."""
    if name not in names():
        raise KeyError(name)
    return (SQL_ROOT / "query" / f"{name}.sql").read_text(encoding="utf-8")


def run(mart: Mart, name: str, **parameters: Parameter) -> pd.DataFrame:
    """Rows of a named query.

    A query that compares with the month before gets ``previous_month`` from ``month``.
    """
    sql = sql_of(name)
    if "$previous_month" in sql:
        parameters["previous_month"] = shift(str(parameters["month"]), -1)
    return mart.frame(sql, parameters)
