"""Quantities: numbers as people write them, units of measure, Chinese numerals, growth words."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.intake.cells.changes import read_quantity
from pipelines.intake.cells.quantities import (
    CellError,
    Quantity,
    chinese_number,
    convert,
    find_measure,
    to_chinese,
    units_of_measure,
)
from pipelines.settings import Settings


@pytest.mark.parametrize(
    ("text", "value", "measure"),
    [
        ("1,234.5", 1234.5, None),
        ("1 234", 1234.0, None),
        (".5", 0.5, None),
        ("- 3.5", -3.5, None),
        ("−3.5", -3.5, None),
        ("(1,234)", -1234.0, None),
        ("(1,234)万元", -1234.0, "万元"),
        ("1.2亿元", 1.2, "亿元"),
        ("12.3(万元)", 12.3, "万元"),
        ("1,200.5 元", 1200.5, "元"),
        ("¥1,200", 1200.0, "元"),
        ("¥3.5万", 3.5, "万元"),
        ("25人次", 25.0, "人次"),
        ("12万件", 12.0, "万件"),
        ("12㎡", 12.0, "平方米"),
        ("12.5%", 12.5, "%"),
        ("百分之12.5", 12.5, "%"),
        ("12‰", 12.0, "‰"),
        ("0.2个百分点", 0.2, "个百分点"),
        ("三次", 3.0, "次"),
        ("二十五人", 25.0, "人"),
        ("两起", 2.0, "起"),
        ("三千元", 3000.0, "元"),
        ("一亿千瓦时", 1e8, "千瓦时"),
        ("增长12%", 12.0, "%"),
        ("下降3.5%", -3.5, "%"),
        ("同比增长12%", 12.0, "%"),
        ("较上年同期下降0.2个百分点", -0.2, "个百分点"),
        ("负增长3%", -3.0, "%"),
        ("↓3.5%", -3.5, "%"),
    ],
)
def test_quantities_keep_their_own_unit(text, value, measure):
    """The number is not converted; its unit goes along."""
    assert Quantity(value=value, measure=measure) == read_quantity(text)


@pytest.mark.parametrize(
    ("text", "value", "measure"),
    [
        ("12.3万", 123000.0, None),
        ("增长1.7倍", 170.0, "%"),
        ("增长2.1倍", 210.0, "%"),
        ("翻一番", 100.0, "%"),
        ("减少3起", -3.0, "起"),
        ("持平", 0.0, None),
        ("(3)", -3.0, None),
        ("由亏转盈", None, None),
        ("扭亏为盈", None, None),
        ("同比增亏", None, None),
    ],
)
def test_what_takes_some_reading_is_noted(text, value, measure):
    """The note repeats the cell, so that somebody can look."""
    quantity = read_quantity(text)
    assert (value, measure) == (quantity.value, quantity.measure)
    assert f"“{text}”" in quantity.note


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("30余", "约数"),
        ("约30", "约数"),
        ("近30", "约数"),
        ("30左右", "约数"),
        ("约十余件", "约数"),
        ("增长约5%", "约数"),
        ("≥95", "范围"),
        ("不低于95", "范围"),
        ("95以上", "范围"),
        ("3-5", "范围"),
        ("5%-8%", "范围"),
        ("12,34", "千分位"),
        ("2026-03", "日期"),
        ("1e400", "超出范围"),
        ("1e308亿", "超出范围"),
        ("12箱", "计量单位"),
        ("①", "不是数字"),
        ("12²", "不是数字"),
        ("½", "不是数字"),
        ("inf", "不是数字"),
        ("nan", "不是数字"),
        ("三等奖", "不是数字"),
        ("一般", "不是数字"),
        ("一百二", "不是数字"),
        ("12 34", "不是数字"),
        ("-(5)", "不是数字"),
        ("增长到1.2亿元", "变动之后"),
        ("9" * 201, "太长"),
    ],
)
def test_what_is_no_exact_number_is_refused(text, why):
    """With the reason and what to do."""
    with pytest.raises(CellError, match=why) as caught:
        read_quantity(text)
    assert caught.value.how.startswith("请")


@pytest.mark.parametrize(
    ("text", "measure", "values"),
    [
        ("增长至1.7倍", None, ("70%", "170%")),
        ("为上年的1.7倍", None, ("70%", "170%")),
        ("下降-3%", None, ("-3%", "3%")),
        ("12.3万", "万元", ("12.3", "123000")),
        ("一", None, ("—", "1")),
    ],
)
def test_ambiguous_quantities_offer_options(text, measure, values):
    """A person chooses between the readings."""
    with pytest.raises(CellError) as caught:
        read_quantity(text, measure)
    assert values == tuple(each.value for each in caught.value.options)


@pytest.mark.parametrize(
    ("text", "measure"),
    [("0.2个百分点", "%"), ("12.5%", "个百分点"), ("12.5%", "万元"), ("3起", "件"), ("3件", "箱")],
)
def test_units_of_another_family_do_not_pass(text, measure):
    """Percentage points are no percent."""
    with pytest.raises(CellError, match="单位对不上"):
        read_quantity(text, measure)


def test_unchanged_is_no_amount():
    """持平 in a column of 万元 says nothing about how much."""
    with pytest.raises(CellError, match="没有写数值"):
        read_quantity("持平", "万元")


def test_a_unit_that_only_the_column_knows():
    """A unit that is not listed is taken where the column has the same."""
    assert Quantity(value=3.0, measure="箱") == read_quantity("3箱", "箱")


@pytest.mark.parametrize(
    ("value", "from_", "to", "expected"),
    [
        (1.2, "亿元", "万元", 12000.0),
        (12.3, "万元", "元", 123000.0),
        (5.0, "千元", "万元", 0.5),
        (12.0, "‰", "%", 1.2),
        (1.5, "万人", "人", 15000.0),
        (0.3, "元", "元", 0.3),
        (7.0, "箱", "箱", 7.0),
    ],
)
def test_conversion_within_a_family(value, from_, to, expected):
    """Without the dust of binary arithmetic."""
    assert expected == convert(value, from_, to)


def test_conversion_between_families_is_refused():
    """元 are no 件."""
    with pytest.raises(CellError, match="单位对不上"):
        convert(1.0, "元", "件")


def test_spellings_find_their_unit():
    """kWh is 千瓦时, ㎡ 平方米, and 万 goes before any unit of count."""
    names = [find_measure(each).name for each in ("KWH", "㎡", "％", "万辆", "宗")]
    assert ["千瓦时", "平方米", "%", "万辆", "起"] == names
    assert find_measure("小目标") is None


def test_every_family_has_a_base_unit():
    """Factors are of the unit with factor 1, 0.01 for %."""
    units = units_of_measure(Settings()).values()
    families = {each.family for each in units}
    assert {"比率"} == families - {each.family for each in units if each.factor == 1}


@settings(deadline=None)
@given(value=st.integers(0, 10**12 - 1))
def test_chinese_numerals_come_back(value):
    """Writing a number in Chinese and reading it again is the same number."""
    assert value == chinese_number(to_chinese(value))


@settings(deadline=None)
@given(
    value=st.decimals(-(10**9), 10**9, places=2, allow_nan=False),
    unit=st.sampled_from(["", "万元", "%", " 元", "人次"]),
)
def test_numbers_come_back_from_every_spelling(value, unit):
    """Plain, with thousands commas, with a unit, or as an accounting negative."""
    expected = float(value)
    spellings = [f"{value}{unit}", f"{value:,}{unit}"]
    if value < 0:
        spellings.append(f"({-value:,}){unit}")
    assert {expected} == {read_quantity(each).value for each in spellings}


@settings(deadline=None)
@given(
    st.text(
        alphabet="0123456789.,%()-+eE 一二十百万亿元件约余增长下降至倍个分点持平由亏转盈①≥",
        max_size=16,
    )
)
def test_no_text_breaks_it(text):
    """Any text is a finite quantity, none, or a CellError."""
    with suppress(CellError):
        quantity = read_quantity(text)
        assert quantity.value is None or abs(quantity.value) < float("inf")
