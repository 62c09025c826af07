"""A column of raw cells to a typed Arrow array: plain cells at once, others once a spelling."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.domain.dataset import Dataset
from pipelines.domain.fields import Field, Kind
from pipelines.domain.periods import Period
from pipelines.intake.cells.cell import INVISIBLE, CellError, Typed, Value, clean, type_cell
from pipelines.intake.schema import typed_schema
from pipelines.intake.source.sheets import Cell
from pipelines.reference import Vocabulary

_RAW_LENGTH = 500
# At most 15 digits, so that the number equals its text.
_WHOLE = r"-?(?:0|[1-9][0-9]{0,14})"
_DECIMAL = r"-?(?:(?:0|[1-9][0-9]{0,8})(?:\.[0-9]{1,6})?|[1-9][0-9]{9,11}(?:\.[0-9]{1,3})?)"
_DAY = (
    r"(?:19|20)[0-9]{2}-(?:(?:0[13-9]|1[0-2])-(?:0[1-9]|[12][0-9]|30)"
    r"|(?:0[13578]|1[02])-31|02-(?:0[1-9]|1[0-9]|2[0-8]))"
)
_PLAIN = {
    Kind.NUMBER: rf"^(?:{_DECIMAL}|{_WHOLE})$",
    Kind.INTEGER: rf"^{_WHOLE}$",
    Kind.DATE: rf"^{_DAY}$",
    Kind.TIMESTAMP: rf"^{_DAY} (?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]$",
}
_PLAIN_TEXT = {kind: re.compile(pattern) for kind, pattern in _PLAIN.items()}
_WITH_UNIT = re.compile(
    r"(-?(?:0|[1-9][0-9]{0,2}(?:,[0-9]{3})+|[1-9][0-9]{0,8})(?:\.[0-9]{1,6})?)([%‰/\u4e00-\u9fff]{1,12})"
)
_GROUPED = r"^-?[1-9][0-9]{0,2}(?:,[0-9]{3}){1,3}(?:\.[0-9]{1,3})?$"
# What type_cell may change, refuse or remark on in a text.
_TOUCHED = (
    r"^$|^[\s'#]|\s$|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\xa0\x{1680}\x{2000}-\x{200f}"
    r"\x{2028}-\x{202f}\x{205f}-\x{2069}\x{3000}\x{feff}]"
)
_TOUCHED_CODE = _TOUCHED + r"|^[0-9A-Z]{18}$|^[0-9]{16,}$|[eE]\+"
_TEXTS = {Kind.TEXT: _TOUCHED, Kind.CODE: _TOUCHED_CODE, Kind.UNIT: _TOUCHED_CODE}
_LARGEST = {Kind.NUMBER: 1e308, Kind.INTEGER: 2.0**53}


@dataclass(frozen=True, kw_only=True)
class TypedColumn:
    """``values`` in order, null where a cell is empty or in ``errors``; all dicts by position.

    ``notes``: in Chinese, why somebody should look. ``measures``: the unit written in the cell;
    its value is still in that unit. ``raw``: the cell as received, null where it says just what
    the value says. ``cumulative``: positions of periods written as the year to date.
    """

    values: pa.Array
    errors: dict[int, CellError]
    notes: dict[int, str]
    measures: dict[int, str]
    raw: pa.Array
    cumulative: frozenset[int] = frozenset()


@dataclass(frozen=True, kw_only=True)
class _Sorted:
    """``values`` of the cells that need no look; the cell at ``rest[i]`` is ``distinct[codes[i]]``.

    ``raw``: for the cells that need no look, None where it is null throughout.
    """

    values: pa.Array
    rest: np.ndarray
    codes: np.ndarray
    distinct: Sequence[Cell]
    raw: pa.Array | None = None


def raw_text(cell: Cell) -> str:
    """A cell as received, fit to be stored: nothing invisible, at most 500 characters."""
    return (INVISIBLE.sub("", cell) if isinstance(cell, str) else clean(cell))[:_RAW_LENGTH]


def question_id(field: Field, cell: Cell) -> str:
    """What an answer about an ambiguous ``cell`` of ``field`` is kept under."""
    return f"{field.name}:{raw_text(cell)}"


def type_column(
    field: Field,
    cells: Sequence[Cell],
    words: dict[str, Vocabulary],
    *,
    measure: str | None = None,
    year: int | None = None,
    answers: Mapping[str, str] | None = None,
) -> TypedColumn:
    """Every cell as type_cell reads it.

    ``answers``: question id → the option that was chosen; anything but an option changes nothing.
    """
    parted = _part(field, cells, measure)
    outcomes: list[Typed | CellError] = []
    units: dict[str, str | None] = {}
    for cell in parted.distinct:
        outcome = _with_unit(field, cell, measure, units)
        if outcome is None:
            outcome = _outcome(field, cell, words, measure, year)
        if answers and isinstance(outcome, CellError):
            answer = answers.get(question_id(field, cell))
            if answer in {each.value for each in outcome.options}:
                outcome = _outcome(field, str(answer), words, measure, year)
        outcomes.append(outcome)
    return _assemble(field, parted, outcomes)


def _with_unit(
    field: Field, cell: Cell, measure: str | None, units: dict[str, str | None]
) -> Typed | None:
    """A short way for 12.5% and 1,200万元: ``units`` keeps how each unit is typed after a 1."""
    numeric = field.kind is Kind.NUMBER or field.kind is Kind.INTEGER
    found = _WITH_UNIT.fullmatch(cell) if numeric and type(cell) is str else None
    if found is None or (field.kind is Kind.INTEGER and "." in found[1]):
        return None
    unit = found[2]
    if unit not in units:
        one = _outcome(field, f"1{unit}", {}, measure, None)
        units[unit] = one.measure if isinstance(one, Typed) else None  # None for 1万, 1万人
    if units[unit] is None:
        return None
    number = found[1].replace(",", "")
    return Typed(float(number) if field.kind is Kind.NUMBER else int(number), units[unit])


def _outcome(
    field: Field,
    cell: Cell,
    words: dict[str, Vocabulary],
    measure: str | None,
    year: int | None,
) -> Typed | CellError:
    try:
        return type_cell(field, cell, words, measure=measure, year=year)
    except CellError as error:
        return error.with_traceback(None)  # its frames would hold every cell of the column


def _part(field: Field, cells: Sequence[Cell], measure: str | None) -> _Sorted:
    types = set(map(type, cells))
    plain = field.kind in _PLAIN and not (field.kind is Kind.INTEGER and measure)
    if types <= {str, type(None)}:
        return _part_texts(field, pa.array(cells, pa.string()), plain)
    if plain and field.kind in _LARGEST and float in types:
        return _part_numbers(field, cells, types)
    return _part_any(_nulls(field, len(cells)), cells, np.arange(len(cells)))


def _part_texts(field: Field, texts: pa.Array, plain: bool) -> _Sorted:
    values, raw, done = _nulls(field, len(texts)), None, None
    if field.kind in _TEXTS:
        done = pc.invert(pc.match_substring_regex(texts, _TEXTS[field.kind]))
        values = _where(done, texts)
    elif plain:
        done = pc.match_substring_regex(texts, _PLAIN[field.kind])
        spelled = _where(done, texts)
        if field.kind is Kind.NUMBER and not pc.all(done).as_py():
            grouped = pc.match_substring_regex(texts, _GROUPED)
            if pc.any(grouped).as_py():
                raw = _where(grouped, texts)
                spelled = pc.coalesce(spelled, pc.replace_substring(raw, ",", ""))
                done = pc.or_(done, grouped)
        values = spelled.cast(_arrow_type(field))
    left = pc.is_valid(texts) if done is None else pc.fill_null(pc.invert(done), False)
    rest = np.flatnonzero(left.to_numpy(zero_copy_only=False))
    encoded = (texts if len(rest) == len(texts) else texts.take(pa.array(rest))).dictionary_encode()
    return _Sorted(
        values=values,
        rest=rest,
        codes=encoded.indices.to_numpy(),
        distinct=encoded.dictionary.to_pylist(),
        raw=raw,
    )


def _where(mask: pa.Array, texts: pa.Array) -> pa.Array:
    """``texts`` with null wherever ``mask`` does not hold."""
    return texts if pc.all(mask).as_py() else pc.if_else(mask, texts, pa.scalar(None, pa.string()))


def _part_numbers(field: Field, cells: Sequence[Cell], types: set[type]) -> _Sorted:
    """Floats at once; whatever else a workbook has between them one by one."""
    pure = types <= {float, type(None)}
    floats = cells if pure else [cell if type(cell) is float else None for cell in cells]
    numbers = pa.array(floats, pa.float64(), from_pandas=False)
    array = numbers.to_numpy(zero_copy_only=False)
    good = np.abs(array) <= _LARGEST[field.kind]
    if field.kind is Kind.INTEGER:
        good &= array == np.floor(array)
    if pure:
        missing = pc.is_null(numbers).to_numpy(zero_copy_only=False)
    else:
        missing = np.fromiter((cell is None for cell in cells), dtype=bool, count=len(cells))
    rest = np.flatnonzero(~(good | missing))
    if len(rest):
        numbers = pc.if_else(pa.array(good), numbers, pa.scalar(None, pa.float64()))
    return _part_any(numbers.cast(_arrow_type(field)), cells, rest)


def _part_any(values: pa.Array, cells: Sequence[Cell], rest: np.ndarray) -> _Sorted:
    """``values`` and, for the positions ``rest``, each distinct cell once; 1, 1.0, True differ."""
    known: dict[tuple[type, Cell], int] = {}
    codes = [known.setdefault((type(cell), cell), len(known)) for cell in (cells[i] for i in rest)]
    return _Sorted(
        values=values,
        rest=rest,
        codes=np.array(codes, dtype=np.int64),
        distinct=[cell for _, cell in known],
    )


def _assemble(field: Field, parted: _Sorted, outcomes: list[Typed | CellError]) -> TypedColumn:
    size = len(parted.values)
    index = np.arange(size)
    index[parted.rest] = size + parted.codes
    typed = [None if isinstance(each, CellError) else each for each in outcomes]
    values = pa.array([_stored(each.value) if each else None for each in typed], _arrow_type(field))
    raw = pa.array(
        [_raw(field.kind, cell, each) for cell, each in zip(parted.distinct, typed, strict=True)],
        pa.string(),
    )
    untouched = pa.nulls(size, pa.string()) if parted.raw is None else parted.raw
    return TypedColumn(
        values=_spliced(parted.values, values, index),
        errors=_by_position(
            parted, [each if isinstance(each, CellError) else None for each in outcomes]
        ),
        notes=_by_position(parted, [each and each.note for each in typed]),
        measures=_by_position(parted, [each and each.measure for each in typed]),
        raw=_spliced(untouched, raw, index),
        cumulative=frozenset(
            _by_position(parted, [_is_cumulative(each and each.value) or None for each in typed])
        ),
    )


def _spliced(first: pa.Array, second: pa.Array, index: np.ndarray) -> pa.Array:
    """Items ``index`` of ``first`` followed by ``second``."""
    if not len(second):
        return first
    return pa.concat_arrays([first, second]).take(pa.array(index))


def _by_position(parted: _Sorted, by_code: list) -> dict:
    """The items of ``by_code`` at the positions whose cell they belong to, without None."""
    told = np.array([each is not None for each in by_code], dtype=bool)
    if not told.any():
        return {}
    here = told[parted.codes]
    pairs = zip(parted.rest[here].tolist(), parted.codes[here].tolist(), strict=True)
    return {position: by_code[code] for position, code in pairs}


def _is_cumulative(value: Value) -> bool:
    return isinstance(value, Period) and value.cumulative


def _stored(value: Value) -> Value:
    return str(value) if isinstance(value, Period) else value


def _raw(kind: Kind, cell: Cell, typed: Typed | None) -> str | None:
    """The cell as received, None where it says just what the value says."""
    text = raw_text(cell)
    if typed is None:
        return text
    if isinstance(cell, bool) and isinstance(typed.value, bool):
        return None
    if kind in _PLAIN and isinstance(cell, str) and _PLAIN_TEXT[kind].match(cell):
        return None
    value = "" if typed.value is None else clean(_stored(typed.value))
    return None if text == value or not clean(cell) else text


def _nulls(field: Field, size: int) -> pa.Array:
    return pa.nulls(size, _arrow_type(field))


@lru_cache(maxsize=512)
def _arrow_type(field: Field) -> pa.DataType:
    contract = Dataset(name="", label="", grain=(), fields=(field,))
    return typed_schema(contract).field(field.name).type
