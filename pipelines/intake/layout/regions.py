"""The tables of a sheet: where each begins, and which datasets its header may be."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from pipelines.domain.dataset import Dataset
from pipelines.intake.choices import PATH, SourceMapping
from pipelines.intake.layout.classify import filled
from pipelines.intake.layout.context import Context, read_context
from pipelines.intake.layout.fits import Fit, Region, repeats, row_of_header
from pipelines.intake.layout.headers import Lexicon
from pipelines.intake.layout.leads import is_lead, lead_rows, printed
from pipelines.intake.layout.mapping import Heading, fingerprint, normal_path
from pipelines.intake.layout.shape import Block, Window, blocks_at, may_head
from pipelines.intake.source.grid import Row, Sheet

_BEFORE, _AFTER = 12, 60  # rows around a later header that are looked at
_MOST_HEADERS = 500
_REMEMBERED_TEXTS = 50_000
LEAST_FIELDS = 2  # recognised columns that make a header


class RegionFinder:
    """Looks for tables in sheets; ``chosen``: header path → field, from a person."""

    def __init__(
        self,
        contracts: Mapping[str, Dataset],
        lexicon: Lexicon,
        file_name: str,
        chosen: Mapping[str, str],
        remembered: Sequence[SourceMapping],
    ) -> None:
        self._contracts = contracts
        self._lexicon = lexicon
        self._file_name = file_name
        self._chosen = {normal_path(path): name for path, name in chosen.items()}
        self._remembered = {(each.dataset, each.fingerprint) for each in remembered}

    def find(self, sheet: Sheet) -> list[Region]:
        """The tables of a sheet in order."""
        regions: list[Region] = []
        header_end = -1
        for position, window in self._places(sheet):
            row = window.row(position)
            if position <= header_end or row is None or position in sheet.hidden_rows:
                continue
            if regions:
                known = row_of_header(row, regions[-1].best.block)
                if known is None and not self._strong(row, window.row(position - 1)):
                    continue
                position -= known or 0
                if position <= header_end:
                    continue
            region = self._region(sheet, window, position, regions)
            if region is None:
                continue
            header_end = region.best.block.last
            if not (regions and repeats(region, regions[-1])):
                regions.append(region)
        return _bounded(regions)

    def _places(self, sheet: Sheet) -> Iterator[tuple[int, Window]]:
        """Positions where a header may begin: all of the head, then whatever looks like one."""
        head = Window(offset=0, rows=sheet.head)
        later = self._later(sheet) if len(sheet.head) >= _AFTER else []
        first = later[0][0] if later else len(sheet.head)
        yield from ((position, head) for position in range(min(first, len(sheet.head))))
        yield from later

    def _later(self, sheet: Sheet) -> list[tuple[int, Window]]:
        """Windows on rows that look like headers near the end of the head and below it."""
        found: list[tuple[int, Window]] = []
        growing: list[Window] = []
        recent: deque[Row] = deque(maxlen=_BEFORE)
        seen: set[tuple[str, ...]] = set()
        opens = self._lexicon.opens
        usual: set[str] = set()  # texts that open no header
        first = len(sheet.head) - _AFTER
        for position, row in enumerate(sheet.open()):
            for window in growing:
                window.rows.append(row)
            if growing and len(growing[0].rows) > _BEFORE + _AFTER:
                growing.pop(0)
            if len(row) > 1 and row[0] in usual and row[1] in usual:
                recent.append(row)
                continue
            above = recent[-1] if recent else None
            if position < first:
                pass
            elif not _may_begin(row, opens):
                if len(usual) < _REMEMBERED_TEXTS:
                    usual.update(cell for cell in row[:2] if isinstance(cell, str) and cell)
            elif self._strong(row, above):
                key = printed(row, recent)
                if key not in seen and len(found) < _MOST_HEADERS:
                    seen.add(key)
                    window = Window(offset=position - len(recent), rows=[*recent, row])
                    growing.append(window)
                    if recent and may_head(recent[-1]):
                        found.append((position - 1, window))  # its group headers
                    found.append((position, window))
            recent.append(row)
        return found

    def _strong(self, row: Row, above: Row | None) -> bool:
        """Whether at least two cells, and half of all, are words of headers.

        Data are KPIs and months too: one of them, right below data two, must be other words.
        """
        if not may_head(row):
            return False
        texts = {text for _, text in filled(row)}
        words = sum(self._lexicon.known(text) for text in texts)
        opening = sum(self._lexicon.opens(text) for text in texts)
        apart = above is None or not filled(above) or is_lead(above) or may_head(above)
        least = 1 if apart else LEAST_FIELDS
        return words >= LEAST_FIELDS and 2 * words >= len(texts) and opening >= least

    def _region(
        self, sheet: Sheet, window: Window, position: int, before: list[Region]
    ) -> Region | None:
        blocks = list(blocks_at(window, position, sheet.merged, self._lexicon))
        if not blocks:
            return None
        lead = lead_rows(window, position, sheet, first=not before)
        texts = lead or (before[-1].lead if before else ())
        context = read_context(texts, sheet.name, self._file_name, self._lexicon)
        if before and context.year is None:
            context.year = before[-1].context.year
        fits = {}
        for contract in self._contracts.values():
            found = [self._fit(contract, block, context) for block in blocks]
            best = max(found, key=lambda fit: fit.preference)
            if best.matched:
                fits[contract.name] = best
        if not fits or max(len(each.matched) for each in fits.values()) < LEAST_FIELDS:
            return None
        begin = lead[0][0] if lead else position
        return Region(
            sheet=sheet, window=window, lead=lead, begin=begin, context=context, fits=fits
        )

    def _fit(self, contract: Dataset, block: Block, context: Context) -> Fit:
        matched: set[str] = set()
        for path in block.paths:
            if not path:
                continue
            meaning = self._lexicon.path(path, contract)
            name = self._chosen.get(normal_path(PATH.join(path)), meaning.field)
            if name not in contract.names:
                continue
            matched.add(str(name))
            if meaning.topic:
                matched.add(contract.pivot.topic)
            if meaning.period:
                matched.add(str(contract.period_field))
        given = matched | _given(contract, context)
        return Fit(
            contract=contract,
            block=block,
            matched=frozenset(matched),
            complete=len(matched) >= LEAST_FIELDS and given.issuperset(contract.required),
            remembered=self._is_remembered(contract, block),
        )

    def _is_remembered(self, contract: Dataset, block: Block) -> bool:
        if not self._remembered:
            return False
        return (contract.name, fingerprint(contract, headings(block))) in self._remembered


def headings(block: Block, values: Mapping[int, tuple[str, ...]] | None = None) -> list[Heading]:
    """The columns of a header; ``values`` below them by index, which may add columns."""
    values = values or {}
    return [
        Heading(index=index, parts=parts, values=values.get(index, ()))
        for index, parts in enumerate(block.paths)
        if parts
    ] + [
        Heading(index=index, parts=(), values=found)
        for index, found in values.items()
        if index >= len(block.paths) or not block.paths[index]
    ]


def _given(contract: Dataset, context: Context) -> set[str]:
    """Fields that title, unit line or names give when no column does."""
    given = set()
    if context.period and contract.period_field:
        given.add(contract.period_field)
    if context.unit and contract.unit_field:
        given.add(contract.unit_field)
    if context.kpi and contract.pivot:
        given.add(contract.pivot.topic)
    return given


def _may_begin(row: Row, opens: Callable[[str], bool]) -> bool:
    """The cheap look: one of the first two texts may open a header."""
    looked = 0
    for cell in row:
        if cell is None or cell == "":
            continue
        if isinstance(cell, str) and opens(cell):
            return True
        looked += 1
        if looked == 2:
            return False
    return False


def _bounded(regions: list[Region]) -> list[Region]:
    """Each region ends where the next begins; one without any row was a line above the next."""
    kept: list[Region] = []
    for region in regions:
        if kept and _is_empty(kept[-1], region):
            above = kept.pop()
            between = ((above.best.block.first + i, row) for i, row in _header_rows(above))
            lead = (*above.lead, *between, *region.lead)
            region = replace(region, lead=tuple(lead), begin=above.begin)
        elif kept:  # the header above may look like a title
            region = replace(region, begin=max(region.begin, kept[-1].best.block.last + 1))
        kept.append(region)
    stops = [*(each.begin for each in kept[1:]), None][: len(kept)]
    return [replace(each, stop=stop) for each, stop in zip(kept, stops, strict=True)]


def _is_empty(region: Region, following: Region) -> bool:
    """No row between two headers of one sheet, and the second one fits better."""
    first, stop = region.best.block.last + 1, following.begin
    rows = [region.window.row(position) for position in range(first, stop)]
    bare = all(row is not None and not filled(row) for row in rows)
    return bare and following.best.score[1:] >= region.best.score[1:]


def _header_rows(region: Region) -> Iterator[tuple[int, Row]]:
    block = region.best.block
    for position in range(block.first, block.last + 1):
        row = region.window.row(position)
        if row is not None:
            yield position - block.first, row


def guessed_region(
    sheet: Sheet, contract: Dataset, lexicon: Lexicon, file_name: str
) -> Region | None:
    """The first row of two texts or more that has a row below it, as a header nobody knows."""
    window = Window(offset=0, rows=sheet.head)
    for position, row in enumerate(sheet.head):
        below = any(map(filled, sheet.head[position + 1 :]))
        if position in sheet.hidden_rows or not may_head(row) or not below:
            continue
        block = next(blocks_at(window, position, sheet.merged, lexicon), None)
        if block is None:
            continue
        lead = lead_rows(window, position, sheet, first=True)
        fit = Fit(contract=contract, block=block, matched=frozenset(), complete=False)
        return Region(
            sheet=sheet,
            window=window,
            lead=lead,
            begin=lead[0][0] if lead else position,
            context=read_context(lead, sheet.name, file_name, lexicon),
            fits={contract.name: fit},
        )
    return None
