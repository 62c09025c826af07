"""The difference of a file from what is accepted, and what a correcting file replaces."""

from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines import queries, store, transform
from pipelines.accepted import identity_of, offer, offer_uploads
from pipelines.compare import difference
from pipelines.domain.catalog import dataset
from pipelines.domain.dataset import Dataset
from pipelines.domain.statements import Statements
from pipelines.errors import StoreError
from pipelines.intake.inspection import Change, Difference
from pipelines.intake.schema import ROW, SHEET, UPLOAD, typed_schema
from pipelines.ledger import Upload
from pipelines.settings import Settings
from pipelines.warehouse import comparing

Rows = list[dict[str, object]]


@dataclass
class Store:
    """Accepted files and a preview, without desk and ledger."""

    settings: Settings
    uploads: list[Upload] = field(default_factory=list)

    def accept(
        self,
        name: str,
        rows: Rows,
        *,
        replaces: bool = False,
        without: tuple[str, ...] = (),
    ) -> Upload:
        """Rows as an accepted file; ``without`` leaves columns out, as older versions did."""
        seq = len(self.uploads) + 1
        upload_id = f"U{seq}"
        table = _table(dataset(name), rows).append_column(
            UPLOAD, pa.array([upload_id] * len(rows), pa.string())
        )
        store.prepare(self.settings)
        pq.write_table(
            table.drop_columns(list(without)), store.accepted_path(self.settings, upload_id)
        )
        upload = Upload(
            upload_id=upload_id,
            seq=seq,
            dataset=name,
            file_name=f"{upload_id}.csv",
            digest="d",
            idempotency_key=upload_id,
            sha256="s",
            row_count=len(rows),
            held_back=0,
            original_kept=False,
            accepted_by="岗位",
            accepted_at=datetime(2026, 1, 1),
            state="accepted",
            undone_by=None,
            undone_at=None,
            replaces=replaces,
        )
        self.uploads.append(upload)
        return upload

    def compare(self, name: str, rows: Rows) -> Difference:
        """The preview of ``rows`` against the uploads."""
        incoming = self.settings.store_root / "incoming" / "new.parquet"
        incoming.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(_table(dataset(name), rows), incoming)
        return difference(self.settings, dataset(name), incoming, self.uploads)

    def counting(self, name: str, column: str) -> list[tuple]:
        """``column`` of the rows that a build would be offered."""
        with comparing(self.settings, self.settings.accepted) as connection:
            connection.execute("create schema accepted")
            offer_uploads(connection, self.uploads)
            offer(connection, dataset(name), self.settings, self.uploads)
            return connection.execute(
                f"select {column} from accepted.{name} order by all"  # noqa: S608
            ).fetchall()

    def active(self) -> list[Upload]:
        """As the ledger answers a build."""
        return self.uploads

    def statements(self) -> Statements:
        """Nobody has stated anything."""
        return Statements()

    def build(self) -> tuple[str, list[float]]:
        """The published build and its figures."""
        report = transform.build(self.settings, self, now=datetime(2026, 1, 2))
        with closing(queries.open_mart(self.settings)) as mart:
            return report.build_id, sorted(queries.run(mart, "kpi_unit_month")["actual"])


def _table(contract: Dataset, rows: Rows) -> pa.Table:
    full = [{ROW: n, SHEET: None, **row} for n, row in enumerate(rows, start=2)]
    return pa.Table.from_pylist(full, schema=typed_schema(contract))


@pytest.fixture
def kept(tmp_path: Path) -> Store:
    return Store(Settings(store_root=tmp_path / "store"))


def figure(unit: str, month: str, actual: float, kpi: str = "收入", **more: object) -> dict:
    return {"unit": unit, "month": month, "months": 1, "kpi": kpi, "actual": actual, **more}


def activity(number: str, unit: str, day: str, title: str = "专题党课") -> dict:
    at = datetime.fromisoformat(day)
    return {
        "record_id": number,
        "unit": unit,
        "activity_type": "党课",
        "title": title,
        "start_at": at,
    }


def counts(found: Difference) -> tuple[int, int, int, int]:
    return (found.new, found.changed, found.unchanged, found.vanished)


def test_every_row_is_new_changed_unchanged_or_vanished(kept: Store):
    """One of each, counted in all, by month and by unit and month."""
    kept.accept("kpi_values", [figure("甲", "2026-01", 1), figure("甲", "2026-02", 2, "利润")])
    kept.accept("kpi_values", [figure("甲", "2026-02", 3), figure("乙", "2026-01", 4)])
    found = kept.compare(
        "kpi_values",
        [figure("甲", "2026-01", 1), figure("甲", "2026-02", 9), figure("丙", "2026-03", 5)],
    )
    assert (1, 1, 1, 1) == counts(found)
    assert ("甲 · 2026-02 · 利润",) == found.vanished_keys
    assert (
        ("2026-01", 0, 0, 1, 0),
        ("2026-02", 0, 1, 0, 1),
        ("2026-03", 1, 0, 0, 0),
    ) == found.by_month
    assert (
        ("丙", "2026-03", 1, 0, 0, 0),
        ("甲", "2026-01", 0, 0, 1, 0),
        ("甲", "2026-02", 0, 1, 0, 1),
    ) == found.by_scope
    assert 3 == found.scopes


def test_an_empty_store_makes_every_row_new(kept: Store):
    """Without accepted files nothing is changed and nothing vanished."""
    assert (2, 0, 0, 0) == counts(
        kept.compare("kpi_values", [figure("甲", "2026-01", 1), figure("甲", "2026-02", 1)])
    )


def test_a_change_names_key_column_old_and_new(kept: Store):
    """Whole numbers without .0, an empty cell by its name; columns in the order of the contract."""
    kept.accept("kpi_values", [figure("甲", "2026-01", 10, note="暂估")])
    found = kept.compare("kpi_values", [figure("甲", "2026-01", 12.5, target=20)])
    key = "甲 · 2026-01 · 收入"
    assert (
        Change(key=key, column="实际", old="10", new="12.5"),
        Change(key=key, column="目标", old="（空）", new="20"),
        Change(key=key, column="备注", old="暂估", new="（空）"),
    ) == found.changes


def test_words_dates_and_rates_are_shown_as_an_analyst_writes_them(kept: Store):
    """Codes by their label, days without 00:00:00, rates in %."""
    bridge = {"party_unit_id": "D1", "admin_unit_id": "01", "valid_from": date(2026, 1, 1)}
    kept.accept("unit_bridge", [{**bridge, "share": 0.125}])
    (change,) = kept.compare("unit_bridge", [{**bridge, "share": 1.0}]).changes
    assert ("D1 · 01 · 2026-01-01", "12.5%", "100%") == (change.key, change.old, change.new)
    kpi = {"kpi_id": "K", "name": "收入", "valid_from": date(2026, 1, 1), "is_placebo": True}
    kept.accept("kpi_definitions", [{**kpi, "direction": "up"}])
    found = kept.compare("kpi_definitions", [{**kpi, "direction": "down", "is_placebo": False}])
    assert [("越高越好", "越低越好"), ("是", "否")] == [(c.old, c.new) for c in found.changes]
    kept.accept("activities", [activity("A1", "支部", "2026-03-05")])
    (change,) = kept.compare("activities", [activity("A1", "支部", "2026-03-06 14:30")]).changes
    assert ("2026-03-05", "2026-03-06 14:30:00") == (change.old, change.new)


def test_empty_cells_are_equal_to_empty_cells(kept: Store):
    """A row without actual is unchanged, in the figures and in the grain."""
    kept.accept("kpi_values", [figure("甲", "2026-01", None)])
    assert (0, 0, 1, 0) == counts(kept.compare("kpi_values", [figure("甲", "2026-01", None)]))
    item = {"survey_id": "S", "question_id": "Q", "option": "好", "wave_on": "2026-01"}
    kept.accept("survey_counts", [item])
    assert (0, 0, 1, 0) == counts(kept.compare("survey_counts", [item]))


def test_the_latest_row_of_a_grain_is_compared(kept: Store):
    """The later upload, in it the later row, whatever row numbers and sheets say."""
    kept.accept("kpi_values", [{**figure("甲", "2026-01", 1), "_row": 900}])
    kept.accept(
        "kpi_values",
        [{**figure("甲", "2026-01", 2), "_row": 50}, {**figure("甲", "2026-01", 3), "_row": 7}],
    )
    (change,) = kept.compare("kpi_values", [figure("甲", "2026-01", 4)]).changes
    assert "3" == change.old


def test_a_period_of_several_months_is_its_own_key(kept: Store):
    """1—2月 beside February: months are named only when there are several."""
    kept.accept("kpi_values", [figure("甲", "2026-02", 5), figure("甲", "2026-02", 9, months=2)])
    found = kept.compare("kpi_values", [figure("甲", "2026-02", 6)])
    assert ("甲 · 2026-02 · 2个月 · 收入",) == found.vanished_keys
    assert ["甲 · 2026-02 · 收入"] == [each.key for each in found.changes]


def test_a_record_that_moves_is_changed_and_not_vanished(kept: Store):
    """The same number under another unit; what is counted is where it is now."""
    kept.accept(
        "activities", [activity("A1", "甲", "2026-03-05"), activity("A2", "甲", "2026-03-06")]
    )
    found = kept.compare(
        "activities", [activity("A1", "乙", "2026-04-05"), activity("A3", "甲", "2026-03-07")]
    )
    assert (1, 1, 0, 1) == counts(found)
    assert ("A2",) == found.vanished_keys
    assert (("乙", "2026-04", 0, 1, 0, 0), ("甲", "2026-03", 1, 0, 0, 1)) == found.by_scope


def test_rows_without_a_date_are_a_scope_of_their_own(kept: Store):
    """长期坚持 has no due date: undated items vanish among undated items only."""
    item = {"unit": "甲", "text": "整改", "action_id": "1"}
    kept.accept("actions", [item, {**item, "action_id": "2", "due_on": date(2026, 3, 1)}])
    found = kept.compare("actions", [{**item, "action_id": "3"}])
    assert ("1",) == found.vanished_keys
    assert (("（空）", 1, 0, 0, 1),) == found.by_month
    assert (("甲", "（空）", 1, 0, 0, 1),) == found.by_scope


@pytest.mark.parametrize(
    ("name", "old", "new", "vanished", "scopes"),
    [
        (
            "carriers",
            [{"carrier_id": "1", "unit": "甲"}, {"carrier_id": "2", "unit": "乙"}],
            [{"carrier_id": "3", "unit": "甲"}],
            ("1",),
            (("甲", "", 1, 0, 0, 1),),
        ),
        (
            "events",
            [
                {"event_id": "1", "start_on": date(2026, 1, 3)},
                {"event_id": "2", "start_on": date(2026, 2, 3)},
            ],
            [{"event_id": "3", "start_on": date(2026, 1, 9)}],
            ("1",),
            (("", "2026-01", 1, 0, 0, 1),),
        ),
        (
            "task_steps",
            [{"task_id": "1", "step": "启动", "side": "party"}],
            [{"task_id": "2", "step": "启动", "side": "party"}],
            ("1 · 启动 · 党建",),
            (("", "", 1, 0, 0, 1),),
        ),
    ],
)
def test_a_dataset_without_unit_or_month_has_the_scope_it_can(
    kept: Store, name, old, new, vanished, scopes
):
    """Unit alone, month alone, or the whole dataset."""
    kept.accept(name, old)
    found = kept.compare(name, new)
    assert vanished == found.vanished_keys
    assert scopes == found.by_scope


def test_lists_are_cut_and_counts_are_not(kept: Store):
    """500 changes, 500 vanished keys and 1,000 lines are named; the counts are whole."""
    kept.accept("kpi_values", [figure("甲", "2026-01", 1, f"指标{n}") for n in range(1200)])
    kept.accept("kpi_values", [figure(f"{n}厂", "2026-01", 1) for n in range(1100)])
    changed = [figure("甲", "2026-01", 2, f"指标{n}") for n in range(600)]
    same = [figure(f"{n}厂", "2026-01", 1) for n in range(1100)]
    found = kept.compare("kpi_values", changed + same)
    assert (0, 600, 1100, 600) == counts(found)
    assert (500, 500, 1000) == tuple(
        len(each) for each in (found.changes, found.vanished_keys, found.by_scope)
    )
    assert 1101 == found.scopes


def test_other_datasets_and_scopes_do_not_vanish(kept: Store):
    """A file about 甲 in March says nothing of 乙, of February or of activities."""
    kept.accept("kpi_values", [figure("乙", "2026-03", 1), figure("甲", "2026-02", 1)])
    kept.accept("activities", [activity("A1", "甲", "2026-03-05")])
    assert (1, 0, 0, 0) == counts(kept.compare("kpi_values", [figure("甲", "2026-03", 1)]))


@pytest.mark.parametrize("content", [None, b"x" * 5000])
def test_a_damaged_accepted_file_is_named(kept: Store, content):
    """Missing or damaged: the upload, its file and what to do."""
    kept.accept("kpi_values", [figure("甲", "2026-01", 1)])
    upload = kept.accept("kpi_values", [figure("甲", "2026-02", 1)])
    path = store.accepted_path(kept.settings, upload.upload_id)
    path.unlink() if content is None else path.write_bytes(content)
    with pytest.raises(StoreError, match=r"U2（U2\.csv）的文件缺失或损坏"):
        kept.compare("kpi_values", [figure("甲", "2026-02", 2)])


def test_a_file_damaged_inside_is_named(kept: Store):
    """A whole footer over broken pages."""
    upload = kept.accept(
        "kpi_values", [figure("甲", "2026-01", n, f"指标{n}") for n in range(5000)]
    )
    path = store.accepted_path(kept.settings, upload.upload_id)
    data = bytearray(path.read_bytes())
    data[4:4000] = b"\xff" * 3996
    path.write_bytes(bytes(data))
    with pytest.raises(StoreError, match=r"U1（U1\.csv）的文件缺失或损坏"):
        kept.compare("kpi_values", [figure("甲", "2026-01", 2)])


def test_rows_of_files_older_than_a_column_are_compared(kept: Store):
    """A file without 期间月数 and 计量单位 holds single months without a unit of measure."""
    old = ("months", "unit_of_measure", "_raw")
    kept.accept("kpi_values", [figure("甲", "2026-01", 1)], without=old)
    assert (0, 0, 1, 0) == counts(kept.compare("kpi_values", [figure("甲", "2026-01", 1)]))
    assert [(1, None)] == kept.counting("kpi_values", "months, unit_of_measure")
    kept.accept("kpi_values", [figure("甲", "2026-02", 1, unit_of_measure="万元")])
    assert [(1, "万元"), (1, None)] == kept.counting("kpi_values", "months, unit_of_measure")


def test_a_correcting_file_replaces_its_scope(kept: Store):
    """Rows of its units and months that it does not have no longer count; others stay."""
    kept.accept("kpi_values", [figure("甲", "2026-01", n, f"指标{n}") for n in (1, 2)])
    kept.accept("kpi_values", [figure("甲", "2026-02", 3), figure("乙", "2026-01", 4)])
    kept.accept("kpi_values", [figure("甲", "2026-01", 5, "指标1")], replaces=True)
    assert [(3.0,), (4.0,), (5.0,)] == kept.counting("kpi_values", "actual")


def test_a_supplement_replaces_nothing(kept: Store):
    """Without the choice rows that a file does not have go on counting."""
    kept.accept("kpi_values", [figure("甲", "2026-01", n, f"指标{n}") for n in (1, 2)])
    kept.accept("kpi_values", [figure("甲", "2026-01", 5, "指标1")])
    assert [(1.0,), (2.0,), (5.0,)] == kept.counting("kpi_values", "actual")


def test_undo_brings_the_replaced_rows_back(kept: Store):
    """The replaced rows were never taken away: without the correction they count again."""
    kept.accept("kpi_values", [figure("甲", "2026-01", 1)])
    kept.uploads.remove(kept.accept("kpi_values", [figure("甲", "2026-01", 2)], replaces=True))
    assert [(1.0,)] == kept.counting("kpi_values", "actual")


def test_corrections_of_corrections_follow_each_other(kept: Store):
    """The last correction holds; undone, the one before holds; rows added after it count too."""
    kept.accept("kpi_values", [figure("甲", "2026-01", 1, "指标1")])
    kept.accept("kpi_values", [figure("甲", "2026-01", 2, "指标2")], replaces=True)
    last = kept.accept("kpi_values", [figure("甲", "2026-01", 3, "指标3")], replaces=True)
    kept.accept("kpi_values", [figure("甲", "2026-01", 4, "指标4")])
    assert [(3.0,), (4.0,)] == kept.counting("kpi_values", "actual")
    kept.uploads.remove(last)
    assert [(2.0,), (4.0,)] == kept.counting("kpi_values", "actual")


def test_what_a_correction_replaced_is_not_compared(kept: Store):
    """A row that no longer counts is neither unchanged nor vanished for the next file."""
    kept.accept("kpi_values", [figure("甲", "2026-01", n, f"指标{n}") for n in (1, 2)])
    kept.accept("kpi_values", [figure("甲", "2026-01", 5, "指标3")], replaces=True)
    found = kept.compare("kpi_values", [figure("甲", "2026-01", 1, "指标1")])
    assert (1, 0, 0, 1) == counts(found)
    assert ("甲 · 2026-01 · 指标3",) == found.vanished_keys


def test_a_scope_is_as_written(kept: Store):
    """A correction under a short name does not reach rows under the full name."""
    kept.accept("kpi_values", [figure("第一采油厂", "2026-01", 1)])
    kept.accept("kpi_values", [figure("采油一厂", "2026-01", 2)], replaces=True)
    assert [(1.0,), (2.0,)] == kept.counting("kpi_values", "actual")


def test_activities_are_replaced_by_the_month_they_began(kept: Store):
    """Unit and month of the start, not the record number; another month stays."""
    kept.accept(
        "activities", [activity("A1", "甲", "2026-03-05"), activity("A2", "甲", "2026-04-05")]
    )
    kept.accept("activities", [activity("A3", "甲", "2026-03-31 23:59")], replaces=True)
    assert [("A2",), ("A3",)] == kept.counting("activities", "record_id")


def test_without_unit_and_month_the_whole_dataset_is_replaced(kept: Store):
    """A roster of bridges is one scope; a list by unit is replaced unit by unit."""
    bridge = {"admin_unit_id": "01", "valid_from": date(2026, 1, 1)}
    kept.accept("unit_bridge", [{**bridge, "party_unit_id": each} for each in ("D1", "D2")])
    kept.accept("unit_bridge", [{**bridge, "party_unit_id": "D3"}], replaces=True)
    assert [("D3",)] == kept.counting("unit_bridge", "party_unit_id")
    kept.accept("carriers", [{"carrier_id": "1", "unit": "甲"}, {"carrier_id": "2", "unit": "乙"}])
    kept.accept("carriers", [{"carrier_id": "3", "unit": "甲"}], replaces=True)
    assert [("2",), ("3",)] == kept.counting("carriers", "carrier_id")


def test_undated_rows_are_replaced_by_undated_rows(kept: Store):
    """An empty month is a scope of its own and not every month."""
    item = {"unit": "甲", "text": "整改", "action_id": "1"}
    kept.accept("actions", [item, {**item, "action_id": "2", "due_on": date(2026, 3, 1)}])
    kept.accept("actions", [{**item, "action_id": "3"}], replaces=True)
    assert [("2",), ("3",)] == kept.counting("actions", "action_id")


def test_whether_a_file_replaces_is_part_of_the_build(kept: Store):
    """The same rows as a supplement and as a correction are two builds."""
    supplement = kept.accept("kpi_values", [figure("甲", "2026-01", 1)])
    kept.uploads.clear()
    correction = kept.accept("kpi_values", [figure("甲", "2026-01", 1)], replaces=True)
    assert identity_of([supplement]) != identity_of([correction])


def test_a_build_follows_a_correction_and_its_undoing(kept: Store):
    """The mart of files older than a column; corrected; and the same build again after undo."""
    unit = {"unit_id": "01", "unit_name": "甲", "tree": "admin", "valid_from": date(2020, 1, 1)}
    kept.accept("units", [unit])
    old = ("months", "unit_of_measure", "_raw")
    kept.accept("kpi_values", [figure("甲", "2026-01", n, f"指标{n}") for n in (1, 2)], without=old)
    first, figures = kept.build()
    assert [1.0, 2.0] == figures
    correction = kept.accept("kpi_values", [figure("甲", "2026-01", 5, "指标1")], replaces=True)
    assert [5.0] == kept.build()[1]
    kept.uploads.remove(correction)
    assert (first, figures) == kept.build()
