"""Cells: typed by the contract, refused with a reason, never coerced."""

from datetime import date, datetime

import pytest

from pipelines.domain.fields import Field, Kind
from pipelines.intake.cells import CellError, due_date, type_cell
from pipelines.reference import vocabularies
from pipelines.settings import Settings

WORDS = vocabularies(Settings())


def typed(kind: Kind, cell: object, vocabulary: str | None = None) -> object:
    field = Field(name="x", label="列", kind=kind, vocabulary=vocabulary)
    return type_cell(field, cell, WORDS)


@pytest.mark.parametrize(
    ("kind", "cell", "expected"),
    [
        (Kind.CODE, "0012", "0012"),
        (Kind.CODE, "'0012", "0012"),
        (Kind.CODE, 12.0, "12"),
        (Kind.TEXT, "\u3000第一\u00a0", "第一"),
        (Kind.NUMBER, "1,234.5", 1234.5),
        (Kind.NUMBER, "１２３", 123.0),
        (Kind.NUMBER, "1，234", 1234.0),
        (Kind.NUMBER, " -3.5 ", -3.5),
        (Kind.NUMBER, "—", None),
        (Kind.NUMBER, "未统计", None),
        (Kind.INTEGER, 29.0, 29),
        (Kind.INTEGER, "25", 25),
        (Kind.RATE, "12.5%", 0.125),
        (Kind.RATE, 0.5, 0.5),
        (Kind.DATE, "2018年7月1日", date(2018, 7, 1)),
        (Kind.DATE, "2026/3/5", date(2026, 3, 5)),
        (Kind.DATE, "2026.03.05", date(2026, 3, 5)),
        (Kind.DATE, "20260305", date(2026, 3, 5)),
        (Kind.DATE, datetime(2026, 3, 5, 8), date(2026, 3, 5)),
        (Kind.TIMESTAMP, "2026-03-05 17:01:00", datetime(2026, 3, 5, 17, 1)),
        (Kind.TIMESTAMP, "2026年3月5日 9:30", datetime(2026, 3, 5, 9, 30)),
        (Kind.TIMESTAMP, "2026/3/5", datetime(2026, 3, 5)),
        (Kind.MONTH, "2026年3月", "2026-03"),
        (Kind.MONTH, "2026-3", "2026-03"),
        (Kind.MONTH, "202603", "2026-03"),
        (Kind.MONTH, "2026.03", "2026-03"),
        (Kind.MONTH, date(2026, 3, 1), "2026-03"),
        (Kind.BOOLEAN, "是", True),
        (Kind.BOOLEAN, "否", False),
        (Kind.BOOLEAN, "", None),
    ],
)
def test_what_people_write_is_read(kind, cell, expected):
    """Each usual spelling has one meaning."""
    assert expected == typed(kind, cell)


@pytest.mark.parametrize(
    ("kind", "cell"),
    [
        (Kind.NUMBER, "约十余件"),
        (Kind.NUMBER, "30余"),
        (Kind.NUMBER, "1,23"),
        (Kind.NUMBER, "12.5%"),
        (Kind.NUMBER, "1e400"),
        (Kind.NUMBER, "inf"),
        (Kind.NUMBER, "nan"),
        (Kind.NUMBER, "#DIV/0!"),
        (Kind.NUMBER, "####"),
        (Kind.INTEGER, "2.5"),
        (Kind.INTEGER, "25人次"),
        (Kind.RATE, "12.5"),
        (Kind.DATE, "2026-02-30"),
        (Kind.DATE, "infinity"),
        (Kind.DATE, "46082"),
        (Kind.DATE, "0026-01-01"),
        (Kind.TIMESTAMP, "2026-03-05 25:00"),
        (Kind.TIMESTAMP, "2026-03-05 下午"),
        (Kind.MONTH, "2026.1"),
        (Kind.MONTH, 2026.1),
        (Kind.MONTH, "13月"),
        (Kind.MONTH, "2026年13月"),
        (Kind.BOOLEAN, "也许"),
    ],
)
def test_what_is_unclear_is_refused_with_advice(kind, cell):
    """An unclear cell is an error that says what to do, never a guess."""
    with pytest.raises(CellError) as caught:
        typed(kind, cell)
    assert caught.value.why
    assert "请" in caught.value.how


def test_vocabulary_maps_source_spellings_and_refuses_placeholders():
    """党员大会 is 支部党员大会; 请选择 is an option that leaked and never becomes 其他."""
    assert "支部党员大会" == typed(Kind.VOCABULARY, "党员大会", "activity_type")
    with pytest.raises(CellError, match="不在允许的选项里"):
        typed(Kind.VOCABULARY, "请选择", "activity_type")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("立行立改", None),
        ("长期坚持", None),
        ("2026年6月底", date(2026, 6, 30)),
        ("2026年12月底", date(2026, 12, 31)),
        ("2026/9/30", date(2026, 9, 30)),
    ],
)
def test_due_words_are_not_dates(text, expected):
    """A due cell is a date or one of the listed words."""
    assert expected == due_date(text, WORDS["due_word"])


def test_an_unknown_due_word_is_refused():
    """尽快 is neither."""
    with pytest.raises(CellError):
        due_date("尽快", WORDS["due_word"])
