"""The rows above a header that speak of its table: titles, 填报单位：…, 单位：万元."""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.intake.layout.classify import filled, is_number, row_kind
from pipelines.intake.layout.headers import header_cell
from pipelines.intake.layout.shape import Window
from pipelines.intake.source.grid import Row, Sheet


def printed(row: Row, recent: Sequence[Row]) -> tuple[str, ...]:
    """A header with the titles right above it: what a printed page repeats."""
    titles = [text for above in list(recent)[-4:] if is_lead(above) for _, text in filled(above)]
    return (*titles, "", *(header_cell(cell) for cell in row))


def lead_rows(
    window: Window, position: int, sheet: Sheet, *, first: bool
) -> tuple[tuple[int, Row], ...]:
    """Rows above a header that say something of it; all of them for the first of a sheet."""
    lead: list[tuple[int, Row]] = []
    for above in range(position - 1, window.offset - 1, -1):
        row = window.row(above)
        if row is None or not filled(row):
            continue
        if not first and not is_lead(row):
            break
        if above not in sheet.hidden_rows:
            lead.append((above, row))
    return tuple(reversed(lead))


def is_lead(row: Row) -> bool:
    """A title, or a line such as 填报单位：… 单位：万元; no data, note or signature."""
    cells = filled(row)
    if not cells or any(is_number(cell) for cell in row):
        return False
    kind = row_kind(row)
    said = [text for _, text in cells if ":" in text or "：" in text]
    if kind is not None and not any("单位" in text for text in said):
        return False
    return len(cells) == 1 or bool(said)
