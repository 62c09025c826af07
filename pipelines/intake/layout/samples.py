"""The first values below each header: what a person sees, and what suggestions go by."""

from __future__ import annotations

from pipelines.intake.layout.classify import filled
from pipelines.intake.layout.fits import Fit, Region
from pipelines.intake.layout.headers import header_cell
from pipelines.intake.layout.plans import cell_at
from pipelines.intake.layout.reading import Classifier, is_blank
from pipelines.intake.privacy import is_secrecy_header

_SAMPLED = 50  # rows below a header
_KEPT = 5  # distinct values of a column
_OPEN = ("", "公开", "内部")  # rows that may be shown


def first_values(region: Region, fit: Fit, units: frozenset[str]) -> dict[int, tuple[str, ...]]:
    """The first distinct values below each column, from rows that are data and not secret."""
    block = fit.block
    classify = Classifier(block.rows, region.titles, units, region.sheet.hidden_rows)
    marks = [i for i, parts in enumerate(block.paths) if is_secrecy_header("".join(parts))]
    covered = _covered(region, marks)
    found: dict[int, dict[str, None]] = {}
    rows = 0
    position = block.last + 1
    while rows < _SAMPLED and (region.stop is None or position < region.stop):
        row = region.window.row(position)
        if row is None:
            break
        if not is_blank(row) and classify.kind(position, row) is None:
            rows += 1
            if position not in covered and all(
                header_cell(cell_at(row, mark)) in _OPEN for mark in marks
            ):
                for index, text in filled(row):
                    if len(values := found.setdefault(index, {})) < _KEPT:
                        values[text] = None
        position += 1
    known = {index for index, parts in enumerate(block.paths) if parts}
    return {
        index: tuple(values) for index, values in found.items() if index in known or len(values) > 1
    }


def _covered(region: Region, marks: list[int]) -> set[int]:
    """Rows below the first of a merged secrecy cell that is not open."""
    return {
        position
        for (top, left), (bottom, _) in region.sheet.merged
        if left in marks
        and (first := region.window.row(top)) is not None
        and header_cell(cell_at(first, left)) not in _OPEN
        for position in range(top, bottom + 1)
    }
