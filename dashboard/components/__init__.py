"""Pieces that several pages share. All text they are given is shown literally."""

from dashboard.components.findings import findings_table
from dashboard.components.page import empty_state, error_note, page_header, source_note
from dashboard.components.tables import chart, csv_download, table

__all__ = [
    "chart",
    "csv_download",
    "empty_state",
    "error_note",
    "findings_table",
    "page_header",
    "source_note",
    "table",
]
