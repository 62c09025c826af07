"""Days: every spelling of a date comes back, and due cells are dates, ends of periods or words."""

from contextlib import suppress
from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.intake.cells.cell import CellError, due_date
from pipelines.intake.cells.dates import read_moment
from pipelines.reference import vocabularies
from pipelines.settings import Settings

WORDS = vocabularies(Settings())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("立行立改", None),
        ("长期坚持", None),
        ("—", None),
        ("2026年6月底", date(2026, 6, 30)),
        ("2026年12月底", date(2026, 12, 31)),
        ("2026年底", date(2026, 12, 31)),
        ("2026年二季度末", date(2026, 6, 30)),
        ("2026年6月30日前", date(2026, 6, 30)),
        ("2026/9/30", date(2026, 9, 30)),
    ],
)
def test_due_words_are_not_dates(text, expected):
    """A due cell is a date, the end of a period, or one of the listed words."""
    assert expected == due_date(text, WORDS["due_word"])


def test_due_cells_take_the_year_of_their_context():
    """6月底 is the end of June of the year in the title."""
    assert date(2026, 6, 30) == due_date("6月底", WORDS["due_word"], year=2026)


@pytest.mark.parametrize("text", ["尽快", "2026年上半年", "6月底", "2026.1底"])
def test_an_unknown_due_word_is_refused(text):
    """The error lists the words that are known."""
    with pytest.raises(CellError) as caught:
        due_date(text, WORDS["due_word"])
    assert "长期坚持" in caught.value.how


@settings(deadline=None)
@given(day=st.dates(date(1970, 1, 1), date(2069, 12, 31)))
def test_dates_come_back_from_every_spelling(day):
    """Written in any way, a date is the same date."""
    year, month, number = day.year, day.month, day.day
    spellings = [
        day,
        datetime(year, month, number, 9, 30),
        str(day),
        f"{year}/{month}/{number}",
        f"{year}.{month}.{number}",
        f"{year}年{month}月{number}日",
        f"{year % 100:02d}年{month}月{number}日",
        f"{year}{month:02d}{number:02d}",
        (day - date(1899, 12, 30)).days,
    ]
    assert {day} == {read_moment(each, str(each), None).at.date() for each in spellings}


@settings(deadline=None)
@given(text=st.text(max_size=12))
def test_no_due_text_breaks_reading(text):
    """Any text is a date, no date, or a CellError."""
    with suppress(CellError):
        due_date(text, WORDS["due_word"])
