"""The intake desk with the real worker: preview, accept, difference, undo, build."""

import subprocess

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines import queries
from pipelines.desk import Desk
from pipelines.domain.findings import Severity
from pipelines.errors import FileRefused, StoreError
from pipelines.intake.inspection import Inspection
from pipelines.settings import Settings
from pipelines.validation import Validator
from tests.paths import EXAMPLES

ROSTER = (EXAMPLES / "单位名册.csv").read_bytes()


def kpis(*figures: float, unit: str = "第一采油厂") -> bytes:
    lines = [f"{unit},2026-{month:02d},营业收入,{v}" for month, v in enumerate(figures, start=1)]
    return "\n".join(["单位,月份,指标,实际", *lines]).encode()


def take(desk: Desk, name: str, data: bytes) -> str:
    return desk.accept(desk.inspect(name, data), by="分析员").upload_id


def figures(settings: Settings) -> list[tuple[str, float]]:
    mart = queries.open_mart(settings)
    try:
        frame = queries.run(mart, "kpi_unit_month")
    finally:
        mart.close()
    return list(zip(frame["month"], frame["actual"], strict=True))


def test_inspecting_changes_nothing(desk: Desk, settings: Settings):
    """A preview leaves the store as it was, received bytes included."""
    before = sorted(path for path in settings.store_root.rglob("*") if path.suffix != ".db-wal")
    desk.inspect("单位名册.csv", ROSTER)
    after = sorted(path for path in settings.store_root.rglob("*") if path.suffix != ".db-wal")
    assert before == after
    assert [] == desk.uploads()


def test_from_file_to_figure_and_back(desk: Desk, settings: Settings):
    """Accepted rows are in the next build; undone rows are not in the one after."""
    take(desk, "单位名册.csv", ROSTER)
    upload = take(desk, "指标.csv", kpis(10, 20))
    first = desk.build()
    assert [("2026-01", 10.0), ("2026-02", 20.0)] == figures(settings)
    desk.undo(upload, by="分析员")
    second = desk.build()
    assert [] == figures(settings)
    assert first.build_id != second.build_id


def test_the_same_file_twice_counts_once(desk: Desk):
    """The second time is recognised in the preview and at acceptance."""
    upload = take(desk, "单位名册.csv", ROSTER)
    again = desk.inspect("另一个名字.csv", ROSTER)
    assert upload == again.already_accepted
    receipt = desk.accept(again, by="分析员")
    assert (upload, True) == (receipt.upload_id, receipt.already)
    assert 1 == len(desk.uploads())


def test_the_difference_names_old_and_new(desk: Desk):
    """One changed, one unchanged, one new month; the changed cell with both values."""
    take(desk, "一.csv", kpis(10, 20))
    difference = desk.inspect("二.csv", kpis(10, 25, 30)).difference
    assert (1, 1, 1) == (difference.new, difference.changed, difference.unchanged)
    (change,) = difference.changes
    assert ("第一采油厂 · 2026-02 · 营业收入", "实际", "20", "25") == (
        change.key,
        change.column,
        change.old,
        change.new,
    )
    assert (
        ("2026-01", 0, 0, 1, 0),
        ("2026-02", 0, 1, 0, 0),
        ("2026-03", 1, 0, 0, 0),
    ) == difference.by_month


def test_a_correction_replaces_and_undoing_it_brings_the_old_figure_back(
    desk: Desk, settings: Settings
):
    """Undo is a state in the ledger: nothing was deleted."""
    take(desk, "单位名册.csv", ROSTER)
    take(desk, "一.csv", kpis(10))
    corrected = take(desk, "二.csv", kpis(15))
    desk.build()
    assert [("2026-01", 15.0)] == figures(settings)
    desk.undo(corrected, by="分析员")
    desk.build()
    assert [("2026-01", 10.0)] == figures(settings)


def test_bad_rows_are_held_back_and_told_and_the_rest_goes_in(desk: Desk):
    """Five of sixty activity records break a critical rule; fifty-five are stored."""
    inspection = desk.inspect("三会一课.csv", (EXAMPLES / "三会一课台账_导出.csv").read_bytes())
    critical = [each for each in inspection.findings if each.severity is Severity.CRITICAL]
    assert [9, 13, 17, 21, 25] == [each.row for each in critical]
    assert (60, 55, 5) == (inspection.row_count, inspection.good_count, inspection.held_back)
    assert all(each.file == "三会一课.csv" and each.why and each.how for each in critical)
    receipt = desk.accept(inspection, by="分析员")
    assert tuple(desk.findings(receipt.upload_id)) == inspection.findings
    assert desk.rule_results(receipt.upload_id)


def test_a_cell_that_cannot_be_read_is_told_once(desk: Desk):
    """A required cell that failed typing is not reported as missing on top."""
    inspection = desk.inspect(
        "指标.csv", "单位,月份,指标,实际\n甲,2026.1,收入,1\n甲,2026-02,收入,2\n".encode()
    )
    assert ["typed_month"] == [each.rule for each in inspection.findings if each.row == 2]


def test_a_file_without_a_good_row_is_refused(desk: Desk):
    """The findings are shown, and accepting says why not."""
    inspection = desk.inspect(
        "指标.csv", "单位,月份,指标,实际\n甲,2026-01,收入,约十余件\n".encode()
    )
    assert inspection.refusal
    assert inspection.findings
    with pytest.raises(StoreError, match="没有一行可以入库"):
        desk.accept(inspection, by="分析员")


def test_what_was_previewed_is_what_is_stored(desk: Desk):
    """Rows changed or lost after the preview are refused."""
    inspection = desk.inspect("指标.csv", kpis(10))
    table = inspection.table
    column = table.schema.get_field_index("actual")
    pq.write_table(table.set_column(column, "actual", pa.array([99.0])), inspection.staged.path)
    with pytest.raises(StoreError, match="与预览不一致"):
        desk.accept(inspection, by="分析员")
    inspection.staged.path.unlink()
    with pytest.raises(StoreError, match="与预览不一致"):
        desk.accept(inspection, by="分析员")
    assert [] == desk.uploads()


def test_a_preview_leaves_nothing_when_it_is_gone(desk: Desk, settings: Settings):
    """Staged rows last as long as the preview, refused and cancelled files leave nothing."""
    inspection = desk.inspect("指标.csv", kpis(10))
    assert 1 == len(list(settings.incoming.iterdir()))
    del inspection
    with pytest.raises(FileRefused):
        desk.inspect("其他.csv", "商品,价格\n苹果,3\n".encode())

    def stop(_step: str, _share: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        desk.inspect("指标.csv", kpis(10), progress=stop)
    assert [] == list(settings.incoming.iterdir())


def test_what_a_killed_process_staged_is_cleared_at_the_next_start(
    desk: Desk, settings: Settings, validator: Validator
):
    """Folders of processes that are gone go; those of living ones stay."""
    inspection = desk.inspect("指标.csv", kpis(10))
    dead = subprocess.Popen(["true"])
    dead.wait()
    (settings.incoming / f"preview-{dead.pid}-x").mkdir()
    Desk(settings, validator).close()
    assert [inspection.staged.path.parent] == list(settings.incoming.iterdir())


def test_originals_with_secret_or_personal_cells_are_not_kept(desk: Desk, settings: Settings):
    """Received bytes are kept under their hash only when nothing in them must not be kept."""
    activities = desk.inspect("三会一课.csv", (EXAMPLES / "三会一课台账_导出.csv").read_bytes())
    roster = desk.inspect("单位名册.csv", ROSTER)
    for each in (activities, roster):
        desk.accept(each, by="分析员")
    assert [roster.sha256] == [path.name for path in settings.received.iterdir()]
    kept = {each.file_name: each.original_kept for each in desk.uploads()}
    assert {"三会一课.csv": False, "单位名册.csv": True} == kept


def test_nothing_personal_or_secret_reaches_the_disk(desk: Desk, settings: Settings):
    """Neither names nor telephones nor the secret record are in any byte of the store."""
    take(desk, "三会一课.csv", (EXAMPLES / "三会一课台账_导出.csv").read_bytes())
    desk.build()
    content = b"".join(
        path.read_bytes() for path in settings.store_root.rglob("*") if path.is_file()
    )
    for text in ("张某", "13800000000", "SHYK2026015"):
        assert text.encode() not in content
        assert text.encode("gb18030") not in content


def test_unknown_names_are_asked_about(desk: Desk):
    """Once a roster is there, a near miss gets 是不是…？ and the row is kept."""
    take(desk, "单位名册.csv", ROSTER)
    desk.build()
    inspection: Inspection = desk.inspect("指标.csv", kpis(10, unit="第一采油场"))
    (finding,) = [each for each in inspection.findings if each.rule == "kpi_values.unit.known"]
    assert "是不是“第一采油厂”？" in finding.how
    assert (Severity.WARNING, 1) == (finding.severity, inspection.good_count)


def test_confirming_needs_a_post(desk: Desk):
    """Who accepted is part of the record."""
    with pytest.raises(StoreError, match="岗位"):
        desk.accept(desk.inspect("单位名册.csv", ROSTER), by="  ")


def test_a_page_that_is_open_keeps_working_while_a_build_is_published(
    desk: Desk, settings: Settings
):
    """An open mart answers from its own build; opening again sees the new one."""
    take(desk, "单位名册.csv", ROSTER)
    take(desk, "一.csv", kpis(10))
    desk.build()
    open_page = queries.open_mart(settings)
    take(desk, "二.csv", kpis(15))
    desk.build()
    assert [10.0] == queries.run(open_page, "kpi_unit_month")["actual"].tolist()
    open_page.close()
    assert [("2026-01", 15.0)] == figures(settings)


def test_building_again_is_free(desk: Desk):
    """The same uploads give the same build, and no work."""
    take(desk, "单位名册.csv", ROSTER)
    first, second = desk.build(), desk.build()
    assert first.build_id == second.build_id
    assert first.tables
    assert {} == second.tables


def test_an_unreadable_file_is_refused(desk: Desk):
    """A refusal is an AppError with what to do."""
    with pytest.raises(FileRefused, match="没有认得的表头"):
        desk.inspect("其他.csv", "商品,价格\n苹果,3\n".encode())


def test_a_printed_total_is_compared_with_its_rows(desk: Desk):
    """The planted 合计 of the example warns, although a row of another KPI is held back."""
    name = "业务指标月报_2026年3月.xlsx"
    inspection = desk.inspect(name, (EXAMPLES / name).read_bytes())
    told = [
        e for e in inspection.findings if e.rule == "kpi_values.actual.adds_up_to_printed_total"
    ]
    assert {(Severity.WARNING, 35)} == {(each.severity, each.row) for each in told}
    assert {"99999"} == {each.value for each in told}


def test_a_total_over_a_row_that_is_held_back_is_not_compared(desk: Desk):
    """What cannot be read cannot be added up; a total over rows that were read can."""
    lines = ["单位,月份,指标,实际（万元）", "甲,2026-03,营业收入,10", "乙,2026-03,营业收入,{}"]
    text = "\n".join([*lines, "合计,2026-03,营业收入,99"])
    rule = "kpi_values.actual.adds_up_to_printed_total"
    for cell, told in (("约20", False), ("20", True), ("89", False)):
        seen = desk.inspect("报.csv", text.format(cell).encode())
        assert told == any(each.rule == rule for each in seen.findings), cell
