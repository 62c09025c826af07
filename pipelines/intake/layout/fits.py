"""A table that was found: its rows, its surroundings, and how well each dataset fits it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pipelines.domain.dataset import Dataset
from pipelines.intake.layout.classify import filled
from pipelines.intake.layout.context import Context
from pipelines.intake.layout.headers import bare, header_cell
from pipelines.intake.layout.shape import Block, Window
from pipelines.intake.source.grid import Row, Sheet


@dataclass(frozen=True, kw_only=True)
class Fit:
    """A header read as one dataset; ``matched``: the fields that its columns give."""

    contract: Dataset
    block: Block
    matched: frozenset[str]
    complete: bool
    remembered: bool = False

    @property
    def score(self) -> tuple[bool, bool, int, float]:
        share = len(self.matched) / len(self.contract.fields)
        return (self.remembered, self.complete, len(self.matched), share)

    @property
    def preference(self) -> tuple[float, ...]:
        """The score; at the same score a header whose rows are tied together is taken whole."""
        last = self.block.last
        return (*self.score, self.block.firm, last if self.block.firm else -last)


@dataclass(frozen=True, kw_only=True)
class Region:
    """A table: rows ``lead`` above its header, what they say, and its fit to each dataset."""

    sheet: Sheet
    window: Window
    lead: tuple[tuple[int, Row], ...]
    begin: int  # first row that belongs to it
    context: Context = field(repr=False)
    fits: Mapping[str, Fit] = field(repr=False)
    stop: int | None = None

    @property
    def best(self) -> Fit:
        return max(self.fits.values(), key=lambda fit: fit.preference)

    @property
    def titles(self) -> frozenset[str]:
        return frozenset(text for _, row in self.lead for _, text in filled(row))


def row_of_header(row: Row, block: Block) -> int | None:
    """Which row of a header ``row`` repeats, None for another row."""
    texts = [bare(header_cell(cell)) for cell in row]
    width = max(len(texts), *map(len, block.rows))
    texts += [""] * (width - len(texts))
    for number, cells in enumerate(block.rows):
        if texts == [*cells, *[""] * (width - len(cells))]:
            return number
    return None


def repeats(region: Region, before: Region) -> bool:
    """Whether a header is that of the table above once more, as on every printed page."""
    same = region.best.block.rows == before.best.block.rows
    return same and region.titles <= before.titles
