"""The bridge: results belong to a build, and nobody can spoil another's copy."""

import pytest

from dashboard import data
from pipelines.errors import NoMart
from pipelines.intake.choices import Choices


def _correct(services) -> None:
    text = "单位,月份,指标,实际,目标\n销售部,2026-03,营业收入,120,100\n"
    inspection = services.desk.inspect("更正.csv", text.encode(), Choices(dataset="kpi_values"))
    services.desk.accept(inspection, by="测试岗位")
    services.desk.build()


def test_without_a_build_there_is_no_mart(store):
    """The message says where to begin."""
    assert data.build_id() is None
    with pytest.raises(NoMart, match="上传入库"):
        data.query("units")


def test_a_changed_frame_does_not_change_the_cached_one(filled):
    """A page may work on its frame; the next page gets the figures as they are."""
    first = data.query("units")
    first["unit_name"] = "改"
    first.loc[0, "unit_id"] = "改"
    again = data.query("units")
    assert "改" not in set(again["unit_name"]) | set(again["unit_id"])


def test_a_new_build_gives_new_results(filled):
    """The build is part of the key: nobody sees yesterday's figure after a correction."""
    before = data.query("kpi_month_totals", month="2026-03")["actual"].iloc[0]
    _correct(filled)
    after = data.query("kpi_month_totals", month="2026-03")["actual"].iloc[0]
    assert (205.0, 215.0) == (before, after)


def test_a_computation_runs_once_per_build_and_parameters(filled):
    """An analysis takes seconds; the same question on the same build is answered from memory."""
    calls = []

    def compute() -> int:
        calls.append(1)
        return len(calls)

    assert 1 == data.memo("counted", compute, lag=1) == data.memo("counted", compute, lag=1)
    assert 2 == data.memo("counted", compute, lag=2)
    _correct(filled)
    assert 3 == data.memo("counted", compute, lag=1)


def test_the_build_before_the_current_one_can_still_be_read(filled):
    """A page that was opened before a build goes on with the build it began with."""
    before = data.build_id()
    _correct(filled)
    assert before != data.build_id()
    frame = data._result(data._scope(), before, "build_info", ())
    assert before == frame["build_id"].iloc[0]


def test_only_a_few_marts_are_kept_open(filled):
    """Open files do not grow with the number of builds."""
    from dashboard.server.services import OPEN_MARTS

    data.query("units")
    for _ in range(OPEN_MARTS + 2):
        _correct(filled)
        filled.desk.undo(filled.desk.uploads()[0].upload_id, by="测试岗位")
        data.query("months")
    assert len(filled._marts) <= OPEN_MARTS
