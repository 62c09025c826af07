"""Columns: typed as their cells are, at once; what a person must see goes by position."""

from datetime import date, datetime

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.domain.fields import Field, Kind
from pipelines.domain.periods import Period
from pipelines.intake.cells.cell import CellError, Typed, clean, type_cell
from pipelines.intake.cells.columns import TypedColumn, question_id, raw_text, type_column
from pipelines.intake.source.sheets import Percent, Uncalculated
from pipelines.reference import vocabularies
from pipelines.settings import Settings

WORDS = vocabularies(Settings())
SPELLED = st.one_of(
    st.decimals(-(10**15), 10**15, places=2, allow_nan=False).map(str),
    st.integers(-(10**17), 10**17).map(str),
    st.integers(-(10**9), 10**9).map("{:,}".format),
    st.decimals(-(10**6), 10**6, places=1, allow_nan=False).map("{:,}万元".format),
    st.integers(0, 1000).map("{}人次".format),
    st.integers(0, 1000).map("{}万".format),
    st.floats(0, 1).map("{:.2%}".format),
    st.dates(date(1890, 1, 1), date(2110, 1, 1)).map(str),
    st.datetimes(datetime(1890, 1, 1), datetime(2110, 1, 1)).map("{:%Y-%m-%d %H:%M:%S}".format),
    st.sampled_from(["", " ", "—", "007", "-0", "0.10", "2026.1", "2026年3月", "1-2月累计"]),
    st.sampled_from(["46082", "增长1.7倍", "30余", "①", "#N/A", "'12", "\u3000五\u200b"]),
    st.sampled_from(["1,23", "1,2345", "2026-02-29", "2026-04-31", "2026-03-05 24:00:00"]),
    st.sampled_from(["91350100M000100Y44", "123456789012345000", "1.2E+17", "12345678901234567"]),
    st.text(max_size=6),
)
CELLS = st.one_of(
    SPELLED,
    st.none(),
    st.floats(),
    st.integers(0, 60000),
    st.booleans(),
    st.dates(),
    st.datetimes(),
    st.floats(0, 2).map(Percent),
    st.just(Uncalculated("=A1")),
)
COLUMNS = st.one_of(
    st.lists(SPELLED, max_size=12),
    st.lists(st.one_of(st.none(), st.floats()), max_size=12),
    st.lists(CELLS, max_size=12),
)


def field_of(kind: Kind) -> Field:
    return Field(name="x", label="列", kind=kind, vocabulary="activity_type")


def column(kind: Kind, cells: list, **context: object) -> TypedColumn:
    return type_column(field_of(kind), cells, WORDS, **context)


def one(kind: Kind, cell: object, measure: str | None) -> Typed | None:
    try:
        return type_cell(field_of(kind), cell, WORDS, measure=measure, year=2026)
    except CellError:
        return None


def test_values_have_the_type_of_the_contract():
    """Also where nothing could be read."""
    expected = {
        Kind.NUMBER: pa.float64(),
        Kind.INTEGER: pa.int64(),
        Kind.DATE: pa.date32(),
        Kind.TIMESTAMP: pa.timestamp("us"),
        Kind.MONTH: pa.string(),
        Kind.BOOLEAN: pa.bool_(),
        Kind.TEXT: pa.string(),
    }
    for cells in ([], [None], [""], ["#N/A"]):
        assert expected == {kind: column(kind, cells).values.type for kind in expected}


def test_bad_cells_are_null_and_told_by_position():
    """Every row with the cell has its error, all others their value."""
    typed = column(Kind.NUMBER, ["1", "约3", "2", "约3", None])
    assert [1.0, None, 2.0, None, None] == typed.values.to_pylist()
    assert {1: "是约数，不是确切的数", 3: "是约数，不是确切的数"} == {
        position: error.why for position, error in typed.errors.items()
    }


def test_notes_and_units_go_by_position():
    """The value is in the unit of its own cell."""
    typed = column(Kind.NUMBER, ["1.2亿元", "5", "12.5%", "增亏", "1,200.5万元"])
    assert [1.2, 5.0, 12.5, None, 1200.5] == typed.values.to_pylist()
    assert {0: "亿元", 2: "%", 4: "万元"} == typed.measures
    assert {3: "“增亏”没有数值，留空"} == typed.notes


def test_units_that_do_not_agree_with_the_column_are_errors():
    """Percentage points in a column of percent, wherever they stand."""
    typed = column(Kind.NUMBER, ["0.3%", "0.2个百分点", "1", "0.5个百分点"], measure="%")
    assert [0.3, None, 1.0, None] == typed.values.to_pylist()
    assert [1, 3] == sorted(typed.errors)


def test_codes_that_were_rounded_are_told_among_good_ones():
    """A column of codes is not taken at once where one needs a look."""
    typed = column(Kind.CODE, ["0012", "1.2E+17", "123456789012345000", "91350100M000100Y44"])
    assert [1] == list(typed.errors)
    assert [2, 3] == list(typed.notes)


def test_periods_are_text_and_the_cumulative_ones_are_known():
    """1—5月累计 and 1—5月 are the same months."""
    typed = column(Kind.MONTH, ["1—5月", "1—5月累计", "3月"], year=2026)
    assert ["2026-01..2026-05", "2026-01..2026-05", "2026-03"] == typed.values.to_pylist()
    assert frozenset({1}) == typed.cumulative


@pytest.mark.parametrize(
    ("kind", "cells", "raw"),
    [
        (
            Kind.NUMBER,
            ["12.50", "3", "", "—", "1,200", "12.5%"],
            [None] * 3 + ["—", "1,200", "12.5%"],
        ),
        (Kind.NUMBER, [12.5, None, Percent(0.125), "约3"], [None, None, "12.5%", "约3"]),
        (Kind.NUMBER, ["007", "１２"], ["007", "１２"]),
        (Kind.DATE, ["2026-03-05", "2026/3/5", "  "], [None, "2026/3/5", None]),
        (Kind.DATE, [date(2026, 3, 5), datetime(2026, 3, 5)], [None, None]),
        (Kind.DATE, [datetime(2026, 3, 5, 8)], ["2026-03-05 08:00:00"]),
        (Kind.TIMESTAMP, ["2026-03-05 17:01:00", "2026/3/5 17:01"], [None, "2026/3/5 17:01"]),
        (Kind.MONTH, ["2026-03", "2026年3月"], [None, "2026年3月"]),
        (Kind.TEXT, ["第一", " 第二", "\u200b三"], [None, " 第二", None]),
        (Kind.CODE, ["0012", 12.0, "'0012"], [None, None, "'0012"]),
        (Kind.BOOLEAN, [True, "是", None], [None, "是", None]),
        (Kind.VOCABULARY, ["党课", "党员大会"], [None, "党员大会"]),
    ],
)
def test_raw_keeps_what_the_value_does_not_say(kind, cells, raw):
    """Null where the cell says just what the value says."""
    assert raw == column(kind, cells).raw.to_pylist()


def test_raw_is_fit_to_be_stored():
    """Control characters go, and at most 500 characters stay."""
    assert "=1+1" == raw_text("\x00=1\u202e+1")
    assert 500 == len(raw_text("长" * 9000))


def test_an_answer_takes_the_place_of_an_ambiguous_cell():
    """Text and number alike; the cell as received is kept."""
    field = field_of(Kind.MONTH)
    answers = {question_id(field, "2026.1"): "2026-10"}
    for cells in (["2026.1", "2026.2"], [2026.1, 2026.2]):
        typed = type_column(field, cells, WORDS, answers=answers)
        assert ["2026-10", "2026-02"] == typed.values.to_pylist()
        assert ["2026.1", "2026.2"] == typed.raw.to_pylist()
        assert {} == typed.errors


def test_an_answer_about_a_clear_cell_changes_nothing():
    """Only what could not be read is asked about."""
    typed = column(Kind.MONTH, ["2026-03"], answers={"x:2026-03": "2026-04"})
    assert ["2026-03"] == typed.values.to_pylist()


@pytest.mark.parametrize("answer", ["2027-05", "随便", ""])
def test_an_answer_that_is_no_option_is_no_answer(answer):
    """The cell stays a question."""
    typed = column(Kind.MONTH, ["2026.1"], answers={"x:2026.1": answer})
    assert [None] == typed.values.to_pylist()
    assert typed.errors[0].options


@pytest.mark.parametrize("kind", Kind)
@settings(deadline=None)
@given(cells=COLUMNS, measure=st.sampled_from([None, "%", "万元"]))
def test_a_column_is_typed_as_its_cells_are(kind, cells, measure):
    """The fast ways and the slow one agree on value, unit, note and error."""
    typed = column(kind, cells, measure=measure, year=2026)
    singles = [one(kind, cell, measure) for cell in cells]
    assert {i for i, each in enumerate(singles) if each is None} == set(typed.errors)
    stored = [each and each.value for each in singles]
    assert [str(each) if isinstance(each, Period) else each for each in stored] == (
        typed.values.to_pylist()
    )
    for name, by_position in (("measure", typed.measures), ("note", typed.notes)):
        told = {i: getattr(each, name) for i, each in enumerate(singles) if each}
        assert {i: text for i, text in told.items() if text is not None} == by_position


@pytest.mark.parametrize("kind", Kind)
@settings(deadline=None)
@given(cells=COLUMNS)
def test_raw_or_value_tells_every_cell(kind, cells):
    """No cell with content is left without a trace."""
    typed = column(kind, cells, year=2026)
    told = zip(cells, typed.values.to_pylist(), typed.raw.to_pylist(), strict=True)
    assert [] == [
        cell for cell, value, raw in told if value is None and raw is None and clean(cell)
    ]


def test_a_column_of_bad_cells_holds_no_frames():
    """A million errors must not keep the frames in which they were raised."""
    bad = column(Kind.NUMBER, [f"约{each}" for each in range(50)])
    assert 50 == len(bad.errors)
    assert {None} == {each.__traceback__ for each in bad.errors.values()}
