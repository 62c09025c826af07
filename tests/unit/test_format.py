"""Figures read the same everywhere: on screen, in slides, in sheets."""

import math

import pandas as pd
import pytest

from dashboard import format as fmt


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0, "0"),
        (-0.001, "0"),
        (12.5, "12.5"),
        (1234.5, "1,234.5"),
        (9999.99, "9,999.99"),
        (9999.999, "1万"),
        (12345.6, "1.23万"),
        (-12345.6, "-1.23万"),
        (99_999_999, "1亿"),
        (123_456_789, "1.23亿"),
        (1_234_567_890_123, "12,345.68亿"),
    ],
)
def test_large_figures_are_read_in_wan_and_yi(value, expected):
    """From 10,000 on a figure is 万, from 100 million 亿; rounding never shows 10,000万."""
    assert expected == fmt.number(value)


@pytest.mark.parametrize("value", [None, math.nan, math.inf, pd.NA, pd.NaT])
def test_missing_is_a_dash_and_never_zero(value):
    """What was not reported is —, in every kind of figure."""
    shown = {fmt.number(value), fmt.money(value), fmt.percent(value), fmt.points(value)}
    shown |= {fmt.count(value), fmt.number_with_unit(value, "万元"), fmt.change(value, "件")}
    assert {"—"} == shown


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        (12_340_000, "元", "1,234万元"),
        (1_234, "万元", "1,234万元"),
        (12_345, "万元", "1.23亿元"),
        (0.5, "亿元", "5,000万元"),
        (950, "元", "950元"),
        (95.3, "%", "95.3%"),
        (12_345, "人次", "1.23万人次"),
        (3, None, "3"),
    ],
)
def test_money_is_shown_in_one_way_whatever_the_dictionary_unit(value, unit, expected):
    """Money in 元, 千元, 万元 or 亿元 comes out alike; a percentage keeps the reported figure."""
    assert expected == fmt.number_with_unit(value, unit)


def test_percent_and_percentage_points_are_never_mixed():
    """A rate is %, a difference of rates is 个百分点 with its sign."""
    assert fmt.percent(0.1234) == "12.3%"
    assert fmt.points(0.021) == "+2.1个百分点"
    assert fmt.points(-0.021) == "-2.1个百分点"
    assert fmt.points(-0.0001) == "0.0个百分点"


def test_a_change_carries_its_sign_and_no_change_carries_none():
    """Direction is told by the sign, so a rise has a plus."""
    assert fmt.change(12_345, "元") == "+1.23万元"
    assert fmt.change(-3, "件") == "-3件"
    assert fmt.change(0, "件") == "0件"


def test_counts_are_given_in_full():
    """Rows can be compared with a file only when they are not rounded."""
    assert fmt.count(1_234_567) == "1,234,567"


def test_months_and_sizes_are_words():
    """2026-03 is 2026年3月; bytes are KB and MB."""
    assert fmt.month_label("2026-03") == "2026年3月"
    assert fmt.month_label(None) == "—"
    assert [fmt.size_label(each) for each in (512, 1536, 2 << 20)] == ["512 B", "1.5 KB", "2 MB"]
