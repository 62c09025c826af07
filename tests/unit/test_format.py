"""Figures read the same everywhere: on screen, in slides, in sheets."""

import math
from datetime import date

import pandas as pd
import pytest

from dashboard import format as fmt
from pipelines.measures import measure, measures


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
        (-12345.6, "−1.23万"),
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
    shown |= {fmt.decimals(value, 1), fmt.in_full(value), fmt.signed(value), fmt.days_apart(value)}
    shown |= {fmt.probability(value), fmt.day_label(value), fmt.moment_label(value)}
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
    assert fmt.points(-0.021) == "−2.1个百分点"
    assert fmt.points(-0.0001) == "0.0个百分点"
    assert fmt.change(1.5, "%") == "+1.5个百分点"


def test_a_change_carries_its_sign_and_no_change_carries_none():
    """Direction is told by the sign, so a rise has a plus."""
    assert fmt.change(12_345, "元") == "+1.23万元"
    assert fmt.change(-3, "件") == "−3件"
    assert fmt.change(0, "件") == "0件"


def test_counts_are_given_in_full():
    """Rows can be compared with a file only when they are not rounded."""
    assert fmt.count(1_234_567) == "1,234,567"


def test_no_figure_has_a_hyphen_for_a_minus():
    """− as the axes of charts write it, whatever writes the figure."""
    shown = [
        fmt.number(-1.5), fmt.count(-12_345), fmt.decimals(-1, 1), fmt.in_full(-1.25),
        fmt.signed(-0.4), fmt.money(-20_000), fmt.number_with_unit(-3, "%"), fmt.percent(-0.1),
        fmt.points(-0.1), fmt.change(-2, "件"),
    ]  # fmt: skip
    assert ["−"] * len(shown) == [each[0] for each in shown]
    assert "-" not in "".join(shown)


@pytest.mark.parametrize(
    ("value", "text"), [(0.123, "+0.12"), (-0.4, "−0.40"), (-0.001, "0.00"), (None, "—")]
)
def test_r_is_printed_with_its_sign(value, text):
    """A figure that rounds to nothing has no sign."""
    assert text == fmt.signed(value)


@pytest.mark.parametrize(("q", "text"), [(0.0, "<0.001"), (0.0312, "0.031"), (None, "—")])
def test_a_q_that_rounds_to_nothing_is_not_zero(q, text):
    """Nobody is told a chance of nothing."""
    assert text == fmt.probability(q)


def test_figures_of_one_chart_stand_in_one_unit():
    """万 beside 亿 would be read wrong: the largest figure of a chart sets the unit of all."""
    beside = [1.2e8, 5e7, 300.0]
    told = [fmt.number_with_unit(each, "元", beside=beside) for each in beside]
    assert ["1.2亿元", "0.5亿元", "300元"] == told
    assert "9,500万元" == fmt.number_with_unit(95_000_000, "元")
    labels = fmt.axis_labels(beside)
    assert ("亿" in labels, "万" in labels) == (True, False)
    assert "万" in fmt.axis_labels([20_000, None])


def test_signed_days_say_who_was_first():
    """Early, the same day or late in words; halves are kept; a measure has its own words."""
    assert ["早 2.5 天", "同日", "晚 9 天"] == [fmt.days_apart(each) for each in (-2.5, 0, 9)]
    closing = measure("closing_days_median")
    told = [fmt.measure_value(each, closing) for each in (-3, 0, 4)]
    assert ["提前 3 天", "当天", "晚 4 天"] == told
    assert "提前 7 天" == fmt.measure_change(-3, 4, closing)


def test_a_ratio_says_what_was_divided():
    """3 ÷ 9 alone leaves the reader to guess what was counted."""
    assert "3 ÷ 9 项" == fmt.measure_parts(3, 9, measure("closure_rate"))
    hours = measure("training_hours_per_member")
    assert "120 小时 ÷ 15 人" == fmt.measure_parts(120, 15, hours)
    assert all(any(each.counted) for each in measures().values() if each.counted is not None)


def test_days_and_moments_have_one_form():
    """2026年3月5日, whether a date, a timestamp or the text of a reference table."""
    days = [date(2026, 3, 5), pd.Timestamp("2026-03-05 14:07"), "2026-03-05"]
    assert {"2026年3月5日"} == {fmt.day_label(each) for each in days}
    assert "2026年3月5日 14:07" == fmt.moment_label(pd.Timestamp("2026-03-05 14:07"))
    assert "举办于 2026年3月5日，编号 A-2026-03-05" == fmt.days_in(
        "举办于 2026-03-05，编号 A-2026-03-05"
    )
    moments = pd.Series(["2026-03-05 14:07", None])
    assert ["2026年3月5日 14:07", "—"] == fmt.moment_labels(moments)


def test_months_and_sizes_are_words():
    """2026-03 is 2026年3月; bytes are KB and MB."""
    assert fmt.month_label("2026-03") == "2026年3月"
    assert fmt.month_label(None) == "—"
    assert [fmt.size_label(each) for each in (512, 1536, 2 << 20)] == ["512 B", "1.5 KB", "2 MB"]
