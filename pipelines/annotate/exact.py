"""Stored results of formulas and long numbers, which writing a workbook anew would lose."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from functools import partial
from typing import NamedTuple
from xml.etree.ElementTree import iterparse
from xml.sax.saxutils import escape

from openpyxl.worksheet.worksheet import Worksheet

_WRITTEN = re.compile(
    rb'<c r="([A-Z]+\d+)"([^>]*)>(<f[^>]*?(?:/>|>[^<]*</f>))?<v ?(?:/>|>[^<]*</v>)</c>'
)
_TYPE = re.compile(rb' t="[^"]*"')

# Cell address → type and text of its value as stored.
ExactCells = dict[str, tuple[str | None, str]]


class StoredCell(NamedTuple):
    """Whether a formula gave the value, and its type and text in the file."""

    calculated: bool
    kind: str | None
    text: str


def stored_cells(archive: zipfile.ZipFile, part: str) -> dict[str, StoredCell]:
    """Every cell of the sheet in ``part`` that has a value, by address."""
    found: dict[str, StoredCell] = {}
    with archive.open(part) as stream:
        for _, element in iterparse(stream):
            space, _, tag = element.tag.rpartition("}")
            if tag == "c":
                text = element.findtext(f"{space}}}v")
                address = element.get("r")
                if text and address:
                    calculated = element.find(f"{space}}}f") is not None
                    found[address] = StoredCell(calculated, element.get("t"), text)
            if tag in ("c", "row"):
                element.clear()
    return found


def long_numbers(sheet: Worksheet) -> ExactCells:
    """Numbers of more than the 16 digits that openpyxl writes."""
    return {
        cell.coordinate: ("n", repr(cell.value))
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "n"
        and isinstance(cell.value, int | float)
        and float(f"{cell.value:.16g}") != cell.value
    }


def restored(saved: bytes, exact: Mapping[str, ExactCells]) -> bytes:
    """The workbook ``saved`` with the values of ``exact`` (sheet part → cells) put back."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(saved)) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for name in source.namelist():
            content = source.read(name)
            if exact.get(name):
                content = _WRITTEN.sub(partial(_put_back, exact[name]), content)
            archive.writestr(name, content)
    return target.getvalue()


def _put_back(cells: ExactCells, found: re.Match[bytes]) -> bytes:
    address = found[1].decode()
    if address not in cells:
        return found[0]
    kind, text = cells[address]
    attributes = _TYPE.sub(b"", found[2]) + (f' t="{kind}"'.encode() if kind else b"")
    formula, value = found[3] or b"", escape(text).encode()
    return b'<c r="%s"%s>%s<v>%s</v></c>' % (found[1], attributes, formula, value)
