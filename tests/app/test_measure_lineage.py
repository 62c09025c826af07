"""从哪来 of measures: the value in words, fifty rows a page, files and posts."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.components.measure_lineage import lineage_table, value_sentence
from dashboard.format import measure_value
from dashboard.server import services as held
from pipelines import queries
from pipelines.domain.measures import Additivity
from pipelines.measures import measure, measures
from pipelines.measures.rows import Value, rows, value
from tests.app.leader_store import LAST, build_store


@pytest.fixture(scope="module")
def small_root(tmp_path_factory):
    root = tmp_path_factory.mktemp("lineage") / "store"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TONGPIN_STORE", str(root))
        build_store(units=24, months=8)
    return root


@pytest.fixture
def shown(small_root, monkeypatch):
    """A function that makes the inside of the dialog for a measure, tree, unit and month."""
    monkeypatch.setenv("TONGPIN_STORE", str(small_root))

    def make(*place: str) -> AppTest:
        return AppTest.from_function(_inside, args=place, default_timeout=60)

    return make


def _inside(measure_id: str, tree: str, unit_id: str, month: str) -> None:
    from dashboard.components.measure_lineage import measure_lineage

    measure_lineage(measure_id, tree, unit_id, month)


def _text(page: AppTest) -> str:
    return "\n".join(each.value for each in [*page.markdown, *page.caption, *page.info])


def test_the_dialog_says_what_from_what_and_whose(shown):
    """Value with numerator and denominator, definition, what is not told, rows with their file."""
    page = shown("attainment_rate", "admin", "A001", LAST).run()
    assert not page.exception
    found = measure("attainment_rate")
    mart = queries.open_mart(held.services().settings)
    got = value(mart, "attainment_rate", "admin", "A001", LAST)
    text = _text(page).replace("\\", "")
    assert f"{got.value:.1%} ＝ " in text
    assert f"由 {got.row_count} 行算得" in text
    for part in (found.definition, found.formula, found.not_told, "业务指标月报", mart.build_id):
        assert part in text
    mart.close()
    frame = page.dataframe[0].value
    assert 4 == len(frame) == got.row_count
    assert {"经营部分析员"} == set(frame["提交岗位"])
    assert "营业收入" in set(frame["内容"])
    assert {"实际", "目标"} <= set(frame.columns)


def test_rows_come_fifty_a_page(shown):
    """The second page goes on where the first ended; together they are all rows."""
    place = ("activity_count", "party", "*", "2026-05")
    page = shown(*place).run()
    mart = queries.open_mart(held.services().settings)
    everything = rows(mart, *place)
    mart.close()
    assert 50 < len(everything) <= 150
    first = page.dataframe[0].value
    page.number_input[0].set_value(2).run()
    second = page.dataframe[0].value
    assert not page.exception
    assert list(everything["row_key"][:100]) == [*first["行标识"], *second["行标识"]]
    assert f"下载全部 {len(everything)} 行（CSV）" in [each.label for each in page.download_button]


def test_rows_show_the_cells_that_are_read(shown):
    """A late-record rate shows when each activity was recorded."""
    frame = shown("late_record_rate", "party", "P001", "2026-05").run().dataframe[0].value
    assert "录入时间" in frame
    assert "请假原因" not in frame


def test_activity_rows_name_the_leads_of_the_integrity_checks(shown):
    """A record written down twelve days late carries 补录 in its row, others do not."""
    page = shown("late_record_rate", "party", "*", "2026-05").run()
    assert not page.exception
    frame = page.dataframe[0].value
    late = frame["计入分子"] == 1
    assert late.any()
    assert not late.all()
    assert frame.loc[late, "检查"].str.contains("核对线索：.*补录").all()
    assert not frame.loc[~late, "检查"].str.contains("补录").any()
    assert "这些行照常计入" in _text(page)


def test_without_rows_the_dialog_says_why(shown):
    """No value is shown as —, never as 0."""
    page = shown("plan_late_rate", "party", "*", LAST).run()
    assert not page.exception
    assert "这个月没有计入的行" in _text(page)
    assert not page.dataframe


@pytest.mark.parametrize("found", measures().values(), ids=lambda each: each.id)
def test_every_measure_has_a_table_of_rows(small_root, found, monkeypatch):
    """Whatever the columns of its facts, the table has the same Chinese columns."""
    monkeypatch.setenv("TONGPIN_STORE", str(small_root))
    mart = queries.open_mart(held.services().settings)
    frame = lineage_table(rows(mart, found.id, "admin", "*", LAST), found)
    mart.close()
    assert {"单位", "行标识", "份额", "文件", "行", "批次", "提交岗位", "提交时间"} <= set(
        frame.columns
    )
    assert ("计入分母" in frame) == (found.additivity is Additivity.RATIO)


def test_values_carry_their_unit():
    """A share is a percentage; a ratio with nothing below is not a number."""
    assert "12.5%" == measure_value(0.125, measure("late_record_rate"))
    assert "3.5小时" == measure_value(3.5, measure("training_hours_per_member"))
    assert "—" == measure_value(None, measure("activity_count"))
    nothing = Value(numerator=3.0, denominator=0.0, value=None, row_count=3)
    told = value_sentence(measure("trace_ratio"), nothing)
    assert "—：分母为 0，不计算（3 ÷ 0 次，3 行）。" == told
