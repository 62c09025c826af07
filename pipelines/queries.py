"""Named questions to the open mart: one SQL file per query, values only as parameters."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache

import pandas as pd

from pipelines.domain.months import last_day, shift
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
    """Rows of a named query, with what follows from its parameters (``completed``)."""
    return mart.frame(sql_of(name), completed(name, parameters, date.today()))


def completed(name: str, parameters: Mapping[str, Parameter], today: date) -> dict[str, Parameter]:
    """``parameters`` with those that the query asks for beside: ``previous_month``, the month
    before ``month``; ``day`` ("2026-03-31"), on which units are called by their names: the last day
    of ``month``, else ``today``."""
    sql, full = sql_of(name), dict(parameters)
    month = full.get("month")
    if "$previous_month" in sql:
        full["previous_month"] = shift(str(month), -1)
    if "$day" in sql and "day" not in full:
        full["day"] = last_day(str(month)) if month else today.isoformat()
    return full
