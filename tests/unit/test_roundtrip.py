"""Round trips: what people write in any way comes back equal, and so does what we export."""

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as tries
from hypothesis import strategies as st

from tests.parsing import Parsed, parse
from tests.unit.shapes import SHAPES
from tests.unit.written import (
    DELIMITERS,
    ENCODINGS,
    FIGURES,
    LINE_ENDS,
    NAMES,
    Record,
    Written,
    as_text,
    as_workbook,
)

_often = tries(
    max_examples=150,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
_KEYS = ("unit", "month", "months", "kpi", "unit_of_measure", *FIGURES)


def read(data: bytes, name: str = "表") -> Parsed:
    return parse(data, None, file_name=name, names=NAMES)


def records(parsed: Parsed) -> list[Record]:
    assert () == parsed.missing
    assert () == parsed.questions
    assert not parsed.held
    return sorted((tuple(row[key] for key in _KEYS) for row in parsed.table.to_pylist()), key=str)


def meant(table: Written) -> list[Record]:
    return sorted(table.records, key=str)


@pytest.mark.parametrize("shape", SHAPES)
@_often
@given(data=st.data())
def test_text_in_any_encoding_delimiter_and_line_end(shape: str, data: st.DataObject):
    """Every shape as delimited text gives exactly its records."""
    table = data.draw(SHAPES[shape](book=False))
    written = as_text(
        table.rows,
        data.draw(st.sampled_from(ENCODINGS)),
        data.draw(st.sampled_from(DELIMITERS)),
        data.draw(st.sampled_from(LINE_ENDS)),
    )
    if not table.records:
        return
    assert meant(table) == records(read(written))


@pytest.mark.parametrize("shape", SHAPES)
@_often
@given(data=st.data())
def test_a_workbook(shape: str, data: st.DataObject):
    """Every shape as a sheet with its merges gives exactly its records."""
    table = data.draw(SHAPES[shape](book=True))
    if table.records:
        assert meant(table) == records(read(as_workbook([table], ["表"])))
