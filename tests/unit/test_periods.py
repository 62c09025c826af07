"""Periods: every spelling of a source means one period, is asked about, or is none."""

from contextlib import suppress
from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.domain.months import month_from_index, month_index
from pipelines.domain.periods import Period, PeriodError, arabic, full_year, parse_period, plain

MONTHS = st.integers(month_index("1970-01"), month_index("2069-12")).map(month_from_index)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("2026年3月", "2026-03"),
        ("2026-03", "2026-03"),
        ("2026/3", "2026-03"),
        ("202603", "2026-03"),
        ("26年3月", "2026-03"),
        ("2026.03", "2026-03"),
        ("2026.3", "2026-03"),
        ("2026.10", "2026-10"),
        ("２０２６年３月", "2026-03"),
        ("2026年 3月", "2026-03"),
        ("二〇二六年三月", "2026-03"),
        ("十二月份", "2026-12"),
        ("3月份", "2026-03"),
        ("2026年3月末", "2026-03"),
        ("Mar-26", "2026-03"),
        ("46082", "2026-03"),
        (46082.0, "2026-03"),
        (2026.3, "2026-03"),
        (date(2026, 3, 1), "2026-03"),
        (datetime(2026, 3, 1, 8), "2026-03"),
        ("2026-03-01 00:00:00", "2026-03"),
        ("2026年3月5日", "2026-03"),
        ("一季度", "2026-01..2026-03"),
        ("第一季度", "2026-01..2026-03"),
        ("2026Q1", "2026-01..2026-03"),
        ("2026年1季度", "2026-01..2026-03"),
        ("前三季度", "2026-01..2026-09"),
        ("上半年", "2026-01..2026-06"),
        ("下半年", "2026-07..2026-12"),
        ("全年", "2026-01..2026-12"),
        ("2026年", "2026-01..2026-12"),
        ("1-2月", "2026-01..2026-02"),
        ("1—2月", "2026-01..2026-02"),
        ("1～2月", "2026-01..2026-02"),
        ("1至5月", "2026-01..2026-05"),
        ("一至三月", "2026-01..2026-03"),
        ("1月-3月", "2026-01..2026-03"),
        ("（1-5月）", "2026-01..2026-05"),
        ("2025年12月-2026年2月", "2025-12..2026-02"),
        ("2026-01..2026-02", "2026-01..2026-02"),
    ],
)
def test_spellings_mean_one_period(cell, expected):
    """Each is a figure of exactly these months."""
    period = parse_period(cell, year=2026)
    assert (expected, False) == (str(period), period.cumulative)


@pytest.mark.parametrize(
    "cell",
    ["1—5月累计", "1-5月（累计）", "累计1-5月", "截至5月", "截至2026年5月底", "5月累计"],
)
def test_the_year_to_date_begins_in_january(cell):
    """累计 and 截至 make it cumulative, whatever month is named."""
    expected = Period(first="2026-01", last="2026-05", cumulative=True)
    assert expected == parse_period(cell, year=2026)


def test_months_without_the_word_are_not_cumulative():
    """1—5月 is what happened in five months; a reader of the column decides the rest."""
    assert not parse_period("1—5月", year=2026).cumulative


@pytest.mark.parametrize(
    ("cell", "options"),
    [
        ("2026.1", ("2026-01", "2026-10")),
        (2026.1, ("2026-01", "2026-10")),
        ("2026", ("2026-01..2026-12",)),
        ("20263", ("2026-03", "1955-06")),
        ("二季度累计", ("2026-04..2026-06", "2026-01..2026-06累计")),
    ],
)
def test_what_may_mean_two_things_is_asked(cell, options):
    """Never guessed; each option is a period that can be read again."""
    with pytest.raises(PeriodError) as caught:
        parse_period(cell, year=2026)
    assert options == caught.value.options
    assert all(parse_period(each) for each in options)


@pytest.mark.parametrize(
    ("cell", "why"),
    [
        ("2026年13月", "没有这个月份"),
        ("2026-00", "没有这个月份"),
        ("5-2月", "起始月份晚于结束月份"),
        ("2026-02-30", "没有这一天"),
        ("1800年3月", "年份不合理"),
    ],
)
def test_periods_that_do_not_exist_are_refused(cell, why):
    """The reason is said in Chinese."""
    with pytest.raises(PeriodError, match=why):
        parse_period(cell, year=2026)


def test_a_month_without_a_year_needs_one():
    """3月 alone is no period; a title may give the year."""
    with pytest.raises(PeriodError, match="没有写年份"):
        parse_period("3月")


@pytest.mark.parametrize("cell", ["", "营业收入", "累计", "①月", "1-2", "3月5日会议", "0.5", "月"])
def test_other_texts_are_no_period(cell):
    """A header that is not a period is None, no error."""
    assert parse_period(cell, year=2026) is None


def test_circled_digits_stay_what_they_are():
    """① is no 1 and ㎡ hides no 2, but full-width digits are digits."""
    assert "①㎡12%年" == plain("①㎡１２％年")


def test_chinese_numerals_before_a_unit_of_time():
    """三十一日 is the 31st; other numerals are left alone."""
    assert "2026年12月31日，三个支部" == arabic("二〇二六年十二月三十一日，三个支部")


def test_years_of_two_digits():
    """26 is this century, 98 the last."""
    assert (2026, 1998, 2026) == (full_year("26"), full_year("98"), full_year("2026"))


@settings(deadline=None)
@given(month=MONTHS)
def test_a_month_comes_back_from_every_spelling(month):
    """Writing it in any way and reading it again is the same month."""
    year, number = int(month[:4]), int(month[5:])
    spellings = [
        month,
        f"{year}年{number}月",
        f"{year}年{number:02d}月份",
        f"{year}/{number}",
        f"{year}{number:02d}",
        f"{year}.{number:02d}",
        f"{year % 100:02d}年{number}月",
        f"{year}-{number:02d}-01",
    ]
    assert {month} == {str(parse_period(each)) for each in spellings}


@settings(deadline=None)
@given(first=MONTHS, count=st.integers(1, 30))
def test_our_own_form_comes_back(first, count):
    """str of a period is the period again."""
    period = Period(first=first, last=month_from_index(month_index(first) + count - 1))
    assert period == parse_period(str(period))


@settings(deadline=None)
@given(year=st.integers(1970, 2069), last=st.integers(1, 12))
def test_the_year_to_date_comes_back(year, last):
    """Our own form with 累计 after it is cumulative."""
    period = Period(first=f"{year}-01", last=f"{year}-{last:02d}", cumulative=True)
    assert period == parse_period(f"{period}累计")


@settings(deadline=None)
@given(cell=st.text(alphabet="0123456789年月季度一二三-—.至累计截Q上下半全 ()０①", max_size=14))
def test_no_text_breaks_it(cell):
    """Any text is a period, none, or a PeriodError."""
    with suppress(PeriodError):
        period = parse_period(cell, year=2026)
        assert period is None or period.first <= period.last


@pytest.mark.parametrize(
    ("first", "last", "label"),
    [
        ("2026-03", "2026-03", "2026年3月"),
        ("2026-01", "2026-02", "2026年1—2月"),
        ("2025-12", "2026-01", "2025年12月—2026年1月"),
    ],
)
def test_a_period_is_shown_as_it_is_said(first, last, label):
    """One month, months of a year, months across a year."""
    assert label == Period(first=first, last=last).label
