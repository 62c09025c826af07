"""Cells: typed by the contract, refused with a reason, never coerced."""

from contextlib import suppress
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.domain.fields import Field, Kind
from pipelines.domain.periods import Period
from pipelines.intake.cells.cell import CellError, Typed, clean, type_cell
from pipelines.intake.source.sheets import Percent, Scaled, Uncalculated
from pipelines.reference import vocabularies
from pipelines.settings import Settings

WORDS = vocabularies(Settings())
CELLS = st.one_of(
    st.none(),
    st.text(max_size=20),
    st.text(alphabet="0123456789年月日季度.-/:,% 约万元#一三增长下降倍E+()", max_size=16),
    st.floats(),
    st.integers(),
    st.booleans(),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.timedeltas(),
    st.floats().map(Percent),
    st.floats().map(Scaled),
    st.text(max_size=8).map(Uncalculated),
)


def typed(kind: Kind, cell: object, vocabulary: str | None = None, **context: object) -> Typed:
    field = Field(name="x", label="列", kind=kind, vocabulary=vocabulary)
    return type_cell(field, cell, WORDS, **context)


@pytest.mark.parametrize(
    ("kind", "cell", "expected"),
    [
        (Kind.CODE, "0012", "0012"),
        (Kind.CODE, "'0012", "0012"),
        (Kind.CODE, 12.0, "12"),
        (Kind.CODE, "—", "—"),
        (Kind.CODE, "91350100M000100Y43", "91350100M000100Y43"),
        (Kind.TEXT, "\u3000第一\u00a0", "第一"),
        (Kind.TEXT, "\u200b你好\ufeff", "你好"),
        (Kind.TEXT, "①㎡", "①㎡"),
        (Kind.TEXT, "N/A", "N/A"),
        (Kind.TEXT, "#", "#"),
        (Kind.TEXT, Percent(0.125), "12.5%"),
        (Kind.TEXT, datetime(2026, 3, 1), "2026-03-01"),
        (Kind.NUMBER, "１２３", 123.0),
        (Kind.NUMBER, "1，234", 1234.0),
        (Kind.NUMBER, "'12", 12.0),
        (Kind.NUMBER, "\u00a0-3.5\u3000", -3.5),
        (Kind.NUMBER, "—", None),
        (Kind.NUMBER, "— —", None),
        (Kind.NUMBER, "/", None),
        (Kind.NUMBER, "无", None),
        (Kind.NUMBER, "未统计", None),
        (Kind.NUMBER, "N/A", None),
        (Kind.NUMBER, None, None),
        (Kind.NUMBER, 12, 12.0),
        (Kind.INTEGER, 29.0, 29),
        (Kind.INTEGER, "25", 25),
        (Kind.INTEGER, "三", 3),
        (Kind.RATE, "12.5%", 0.125),
        (Kind.RATE, "125‰", 0.125),
        (Kind.RATE, Percent(0.125), 0.125),
        (Kind.RATE, 0.5, 0.5),
        (Kind.RATE, "—", None),
        (Kind.DATE, "2018年7月1日", date(2018, 7, 1)),
        (Kind.DATE, "二〇二六年三月二十五日", date(2026, 3, 25)),
        (Kind.DATE, "２０２６年３月５日", date(2026, 3, 5)),
        (Kind.DATE, "2026年3月5日（星期四）", date(2026, 3, 5)),
        (Kind.DATE, "2026/3/5", date(2026, 3, 5)),
        (Kind.DATE, "2026.03.05", date(2026, 3, 5)),
        (Kind.DATE, "20260305", date(2026, 3, 5)),
        (Kind.DATE, 20260305.0, date(2026, 3, 5)),
        (Kind.DATE, "2026-03-05 17:01:00", date(2026, 3, 5)),
        (Kind.DATE, datetime(2026, 3, 5, 8), date(2026, 3, 5)),
        (Kind.TIMESTAMP, "2026-03-05 17:01:00", datetime(2026, 3, 5, 17, 1)),
        (Kind.TIMESTAMP, "2026-03-05T17:01:00.000", datetime(2026, 3, 5, 17, 1)),
        (Kind.TIMESTAMP, "2026年3月5日 9:30", datetime(2026, 3, 5, 9, 30)),
        (Kind.TIMESTAMP, "2026年3月5日下午2:30", datetime(2026, 3, 5, 14, 30)),
        (Kind.TIMESTAMP, "2026年3月5日14时30分", datetime(2026, 3, 5, 14, 30)),
        (Kind.TIMESTAMP, "20260305143000", datetime(2026, 3, 5, 14, 30)),
        (Kind.TIMESTAMP, "2026/3/5", datetime(2026, 3, 5)),
        (Kind.MONTH, "2026年3月", Period(first="2026-03", last="2026-03")),
        (Kind.MONTH, "2026.03", Period(first="2026-03", last="2026-03")),
        (Kind.MONTH, "2026Q1", Period(first="2026-01", last="2026-03")),
        (Kind.MONTH, date(2026, 3, 1), Period(first="2026-03", last="2026-03")),
        (Kind.BOOLEAN, "是", True),
        (Kind.BOOLEAN, "否", False),
        (Kind.BOOLEAN, True, True),
        (Kind.BOOLEAN, "", None),
    ],
)
def test_what_people_write_is_read(kind, cell, expected):
    """Each usual spelling has one meaning, and nobody needs to look at it."""
    assert Typed(expected) == typed(kind, cell)


@pytest.mark.parametrize(
    ("kind", "cell", "expected", "noted"),
    [
        (Kind.DATE, "46082", date(2026, 3, 1), "Excel 日期序号 46082 读作 2026-03-01"),
        (Kind.DATE, 46082.0, date(2026, 3, 1), "Excel 日期序号 46082 读作 2026-03-01"),
        (Kind.DATE, "26年3月5日", date(2026, 3, 5), "“26年3月5日”读作 2026-03-05"),
        (Kind.TIMESTAMP, 46082.5, datetime(2026, 3, 1, 12), "2026-03-01 12:00:00"),
        (Kind.MONTH, "46082", Period(first="2026-03", last="2026-03"), "序号 46082 读作 2026-03"),
        (Kind.MONTH, "Mar-26", Period(first="2026-03", last="2026-03"), "读作 2026-03"),
        (Kind.INTEGER, "1.2万人", 12000, "“1.2万人”读作 12000"),
        (Kind.NUMBER, "增亏", None, "“增亏”没有数值，留空"),
        (Kind.CODE, "91350100M000100Y44", "91350100M000100Y44", "校验位不符"),
        (Kind.UNIT, "91350100M000100Y44", "91350100M000100Y44", "校验位不符"),
        (Kind.CODE, "123456789012345000", "123456789012345000", "四舍五入"),
        (Kind.CODE, date(2026, 3, 1), "2026-03-01", "编号列里是日期"),
    ],
)
def test_what_takes_some_reading_is_noted(kind, cell, expected, noted):
    """The value is taken and a note says how the cell was read."""
    cell_typed = typed(kind, cell)
    assert expected == cell_typed.value
    assert noted in cell_typed.note


@pytest.mark.parametrize(
    ("kind", "cell", "value", "measure"),
    [
        (Kind.NUMBER, "12.5%", 12.5, "%"),
        (Kind.NUMBER, Percent(0.07), 7.0, "%"),
        (Kind.NUMBER, "1.2亿元", 1.2, "亿元"),
        (Kind.INTEGER, "25人次", 25, "人次"),
    ],
)
def test_a_unit_in_the_cell_goes_along(kind, cell, value, measure):
    """The value stays in the unit of the cell."""
    assert Typed(value, measure) == typed(kind, cell)


@pytest.mark.parametrize(
    ("kind", "cell"),
    [
        (Kind.NUMBER, "约十余件"),
        (Kind.NUMBER, "30余"),
        (Kind.NUMBER, "1,23"),
        (Kind.NUMBER, "1e400"),
        (Kind.NUMBER, float("inf")),
        (Kind.NUMBER, float("nan")),
        (Kind.NUMBER, 10**400),
        (Kind.NUMBER, True),
        (Kind.NUMBER, date(2026, 3, 1)),
        (Kind.NUMBER, "#DIV/0!"),
        (Kind.NUMBER, "####"),
        (Kind.NUMBER, "#"),
        (Kind.INTEGER, "2.5"),
        (Kind.INTEGER, "500%"),
        (Kind.INTEGER, 2.0**60),
        (Kind.RATE, "12.5"),
        (Kind.RATE, "0.2个百分点"),
        (Kind.DATE, "2026-02-30"),
        (Kind.DATE, "infinity"),
        (Kind.DATE, "3月5日"),
        (Kind.DATE, "2026年3月"),
        (Kind.DATE, "2026年3月底"),
        (Kind.DATE, "2026年①月5日"),
        (Kind.DATE, "0026-01-01"),
        (Kind.DATE, "3/5/2026"),
        (Kind.DATE, date(1800, 1, 1)),
        (Kind.DATE, time(8, 30)),
        (Kind.DATE, timedelta(hours=1)),
        (Kind.TIMESTAMP, "2026-03-05 25:00"),
        (Kind.TIMESTAMP, "2026-03-05 下午"),
        (Kind.TIMESTAMP, "2026-03-05 14:30-16:00"),
        (Kind.MONTH, "2026.1"),
        (Kind.MONTH, 2026.1),
        (Kind.MONTH, "13月"),
        (Kind.MONTH, "2026年13月"),
        (Kind.MONTH, "营业收入"),
        (Kind.BOOLEAN, "也许"),
        (Kind.CODE, 123456789012345678.0),
        (Kind.CODE, "1.23457E+17"),
    ],
)
def test_what_is_unclear_is_refused_with_advice(kind, cell):
    """An unclear cell is an error that says what to do, never a guess."""
    with pytest.raises(CellError) as caught:
        typed(kind, cell)
    assert caught.value.why
    assert "请" in caught.value.how


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("cell", [Uncalculated("=SUM(A1:A3)"), "#N/A", "#REF!", "####"])
def test_broken_formulas_are_refused_in_every_kind(kind, cell):
    """A formula without its result, or with an error for one, is no blank."""
    with pytest.raises(CellError, match=r"公式|#"):
        typed(kind, cell, "activity_type")


@pytest.mark.parametrize(
    ("kind", "cell", "options"),
    [
        (Kind.MONTH, "2026.1", ("2026-01", "2026-10")),
        (Kind.RATE, "12.5", ("12.5%", "1250%")),
        (Kind.NUMBER, "增长至1.7倍", ("70%", "170%")),
    ],
)
def test_ambiguous_cells_offer_options_that_can_be_typed(kind, cell, options):
    """The answer takes the place of the cell."""
    with pytest.raises(CellError) as caught:
        typed(kind, cell)
    assert options == tuple(each.value for each in caught.value.options)
    assert all(typed(kind, each).value is not None for each in options)


def test_the_header_may_say_percent():
    """12.5 below a % is 0.125; 0.125 below it is read as written, and noted."""
    assert Typed(0.125) == typed(Kind.RATE, "12.5", measure="%")
    below_one = typed(Kind.RATE, "0.125", measure="%")
    assert (0.00125, True) == (below_one.value, "0.125%" in below_one.note)


def test_the_unit_of_the_cell_must_agree_with_the_column():
    """Percentage points are no percent, and percent no money."""
    for cell, measure in (("0.2个百分点", "%"), (Percent(0.1), "万元")):
        with pytest.raises(CellError, match="单位对不上"):
            typed(Kind.NUMBER, cell, measure=measure)


@pytest.mark.parametrize("kind", [Kind.NUMBER, Kind.INTEGER, Kind.RATE])
def test_a_number_that_its_format_shows_smaller_is_refused(kind: Kind):
    """The person saw 12.3 in a column of 万元, the file says 123456; nothing is guessed."""
    with pytest.raises(CellError, match=r"123456.*缩小显示"):
        typed(kind, Scaled(123456.0), measure=None)
    assert typed(kind, Scaled(0.0)).value == 0


def test_whole_numbers_in_a_column_of_ten_thousands():
    """A count below 万人 is stored in people."""
    assert Typed(12000) == typed(Kind.INTEGER, "1.2", measure="万人")


def test_the_context_gives_the_year():
    """3月5日 and 1—2月 take the year of the title; the day is noted."""
    day = typed(Kind.DATE, "3月5日", year=2026)
    assert (date(2026, 3, 5), "“3月5日”读作 2026-03-05") == (day.value, day.note)
    assert "2026-01..2026-02" == str(typed(Kind.MONTH, "1—2月", year=2026).value)


def test_vocabulary_maps_source_spellings_and_refuses_placeholders():
    """党员大会 is 支部党员大会; 请选择 and 10 leaked from a form and never become 其他."""
    assert Typed("支部党员大会") == typed(Kind.VOCABULARY, "党员大会", "activity_type")
    assert Typed(None) == typed(Kind.VOCABULARY, "—", "activity_type")
    for leaked in ("请选择", "10"):
        with pytest.raises(CellError, match="不在允许的选项里"):
            typed(Kind.VOCABULARY, leaked, "activity_type")


@settings(deadline=None)
@given(cell=CELLS)
def test_no_cell_breaks_typing(cell):
    """Whatever the cell and the kind: a value or a CellError, and its text can be shown."""
    assert isinstance(clean(cell), str)
    for kind in Kind:
        for measure in (None, "%", "万元"):
            with suppress(CellError):
                typed(kind, cell, "activity_type", measure=measure, year=2026)
