"""An open mart: bounded memory, and nothing that a query could reach beside it."""

from contextlib import closing
from pathlib import Path

import duckdb
import pytest

from pipelines import warehouse
from pipelines.errors import StoreError
from pipelines.settings import Settings
from pipelines.warehouse import Mart, building

SORTED = (
    "select count(*) as n from (select row_number() over (order by hash(i)) as place "
    "from range(1500000) as rows(i)) where place % 2 = 0"
)


@pytest.fixture
def path(settings: Settings) -> Path:
    """A mart of one row."""
    settings.marts.mkdir(parents=True)
    made = settings.marts / "one.duckdb"
    with building(made, settings) as connection:
        connection.execute("create table answers as select 42 as answer")
    return made


def test_what_a_query_needs_beyond_its_memory_goes_to_disk(path, monkeypatch, settings):
    """A page of a large organisation gets slower, it does not fail; nothing is left behind."""
    monkeypatch.setattr(warehouse, "READ_MIB", 32)
    with closing(Mart(path, "one")) as mart:
        limit = mart.frame("select current_setting('memory_limit') as memory")
        assert ["32.0 MiB"] == limit["memory"].tolist()
        assert [750_000] == mart.frame(SORTED)["n"].tolist()
    assert [] == list((settings.store_root / "spill").glob("*"))


def test_a_query_reads_no_file_and_lifts_no_limit(path):
    """The folder for what does not fit is DuckDB's own, closed to queries."""
    spill = path.parent.parent / "spill"
    with closing(Mart(path, "one")) as mart:
        for sql in (
            f"from read_text('{path}')",
            f"copy (select 1) to '{spill / 'x.csv'}'",
            "set memory_limit = '64GiB'",
        ):
            with pytest.raises(duckdb.Error):
                mart.frame(sql)


@pytest.mark.parametrize("asked", ["from gone", "select gone from answers"])
def test_a_mart_of_another_version_says_how_to_make_it_anew(path, asked):
    """A table or column that is not there is told in Chinese with the remedy."""
    with (
        closing(Mart(path, "one")) as mart,
        pytest.raises(StoreError, match=r"one 由另一版程序汇总.*python -m pipelines build"),
    ):
        mart.frame(asked)
