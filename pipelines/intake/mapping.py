"""Source headers to contract fields, with a reason for each."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pipelines.domain.dataset import Dataset
from pipelines.intake.grid import Cell
from pipelines.intake.inspection import ColumnMatch
from pipelines.intake.privacy import mask
from pipelines.reference import PersonalColumn, fold

_BRACKETS = re.compile(r"[(（\[【][^)）\]】]*[)）\]】]")


def header_text(cell: Cell) -> str:
    """A header as compared: full-width folded, no spaces or line breaks, no unit in brackets."""
    return _BRACKETS.sub("", fold("" if cell is None else str(cell))) or fold(str(cell or ""))


def spellings(contract: Dataset) -> dict[str, tuple[str, int]]:
    """Folded spelling → (field, preference); a smaller preference is the better spelling."""
    found: dict[str, tuple[str, int]] = {}
    for field in contract.fields:
        for rank, spelling in enumerate(field.spellings):
            found.setdefault(fold(spelling), (field.name, rank))
    return found


def map_headers(
    headers: Iterable[Cell], contract: Dataset, personal: Iterable[PersonalColumn]
) -> tuple[ColumnMatch, ...]:
    """One ColumnMatch per non-empty header, in source order.

    Two headers for one field: the better spelling wins, the other is left unused and says so.
    """
    known = spellings(contract)
    cells = [(index, str(cell), header_text(cell)) for index, cell in enumerate(headers) if cell]
    winners = _winners(cells, known)
    return tuple(_match(each, known, winners, contract, tuple(personal)) for each in cells)


def _winners(
    cells: list[tuple[int, str, str]], known: dict[str, tuple[str, int]]
) -> dict[str, int]:
    best: dict[str, tuple[int, int]] = {}
    for index, _, text in cells:
        if text in known:
            field, rank = known[text]
            best[field] = min(best.get(field, (rank, index)), (rank, index))
    return {field: index for field, (_, index) in best.items()}


def _match(
    cell: tuple[int, str, str],
    known: dict[str, tuple[str, int]],
    winners: dict[str, int],
    contract: Dataset,
    personal: tuple[PersonalColumn, ...],
) -> ColumnMatch:
    index, header, text = cell
    header = mask(" ".join(header.split()))
    if text in known:
        name, rank = known[text]
        label = contract[name].label
        if winners[name] == index:
            how = "名称一致" if rank <= 1 else f"“{label}”的常见写法"
            return ColumnMatch(index=index, header=header, field=name, label=label, how=how)
        how = f"未使用：与另一列同为“{label}”"
        return ColumnMatch(index=index, header=header, field=None, label=None, how=how)
    for each in personal:
        if fold(each.pattern) in text:
            how = f"已丢弃：{each.reason}"
            return ColumnMatch(index=index, header=header, field=None, label=None, how=how)
    how = "未使用：不在数据约定里"
    return ColumnMatch(index=index, header=header, field=None, label=None, how=how)


def is_dropped(match: ColumnMatch) -> bool:
    """Whether the column was dropped because it holds personal data."""
    return match.how.startswith("已丢弃")
