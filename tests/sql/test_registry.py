"""Rules about the SQL files themselves."""

import os
import re
import subprocess
import sys

import duckdb
import pytest
import sqlglot

from pipelines import queries
from pipelines.errors import BuildFailed
from pipelines.making import _check_grain
from pipelines.models import SQL_ROOT, inputs, models
from pipelines.settings import ROOT

FILES = sorted(SQL_ROOT.rglob("*.sql"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_opens_with_what_it_is_and_stays_short(path):
    """One sentence first, at most 120 lines, one select."""
    text = path.read_text(encoding="utf-8")
    assert text.startswith("-- ")
    assert len(text.splitlines()) <= 120
    assert len(sqlglot.parse(text, read="duckdb")) == 1


@pytest.mark.parametrize(
    "model", [each for each in models() if each.step is None], ids=lambda model: model.name
)
def test_models_can_run_on_spark(model):
    """Every staging, model and mart table transpiles to Spark SQL with nothing unsupported."""
    (spark,) = sqlglot.transpile(
        model.sql, read="duckdb", write="spark", unsupported_level=sqlglot.ErrorLevel.RAISE
    )
    assert sqlglot.parse_one(spark, read="spark") is not None


def test_the_order_is_read_from_the_sql():
    """A table comes after everything it reads."""
    done: set[str] = set()
    connection = duckdb.connect(":memory:")
    for model in models():
        needed = model.step.needs if model.step else inputs(model.sql, connection)
        tables = {name for name in needed if "." in name}
        assert {name for name in tables if not name.startswith("accepted.")} <= done
        done.add(model.name)
    assert len(done) == len(models())


@pytest.fixture(scope="module")
def asked(empty) -> duckdb.DuckDBPyConnection:
    """Empty tables, with what a published build says about itself."""
    empty._connection.execute("create table mart.build_info (build_id varchar, built_at timestamp)")
    return empty._connection


@pytest.mark.parametrize("name", queries.names())
def test_queries_take_values_only_as_parameters(asked, name):
    """Every query runs on empty tables with its parameters bound."""
    sql = queries.sql_of(name)
    names = set(re.findall(r"\$(\w+)", sql))
    bound = dict.fromkeys(names, "2026-03") | {"floor": 1.0, "day": "2026-03-31"}
    bound = {each: bound[each] for each in names}
    result = asked.execute(sql, bound) if bound else asked.execute(sql)
    assert result.description


def test_every_process_has_the_same_order():
    """The order is part of the build id; it must not follow from how this process hashes texts."""
    program = "from pipelines.models import models; print([each.name for each in models()])"
    orders = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": str(seed), "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in (1, 4, 5, 6, 7, 8)
    }
    assert orders == {f"{[each.name for each in models()]}\n"}


def test_a_broken_grain_stops_the_build():
    """Two rows of one grain raise; the table's name and grain are told."""
    connection = duckdb.connect(":memory:")
    connection.execute("create schema model")
    model = next(each for each in models() if each.name == "model.units")
    connection.execute("create table model.units as select '1' as unit_id from range(2)")
    with pytest.raises(BuildFailed, match=r"model\.units 按 unit_id 有 1 行重复"):
        _check_grain(connection, model, 2)
