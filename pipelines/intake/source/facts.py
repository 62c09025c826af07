"""What the values of a workbook do not tell: number formats, formulas, errors, hidden rows."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import IO
from xml.etree import ElementTree
from xml.parsers import expat

from pipelines.errors import FileRefused
from pipelines.intake.source.sheets import Cell, Percent, Row, Scaled, Uncalculated

_CHUNK = 1024**2
_OVERLAP = 256  # no tag that is searched for is longer
_STYLES = "xl/styles.xml"
_WORKBOOK = "xl/workbook.xml"
_RELATIONS = "xl/_rels/workbook.xml.rels"
_DECLARATION = b"<!DOCTYPE"
_SIGNS = (b"<f", b":f", b'"e"', b"'e'", b"hidden")  # of a formula, an error, a hidden row
_PERCENT_IDS = {"9", "10"}
_NOT_FORMAT = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')  # literal text, colours and conditions
_SMALLER = re.compile(r"[0#?],+(?![,0#?])")  # 0.00,, shows millionths, 0\\.0, ten-thousandths
_YES = ("1", "true")
_TEXT_RESULTS = ("str", "s", "inlineStr")


@dataclass(frozen=True, kw_only=True)
class Facts:
    """``parts``: sheet name → its part. ``shown``: style index → the numbers it makes."""

    parts: Mapping[str, str]
    shown: Mapping[str, type[Percent] | type[Scaled]]
    marked: frozenset[str]  # parts that may hold a formula, an error or a hidden row


def read_facts(package: zipfile.ZipFile) -> Facts:
    """Every part unpacked once, which finds damage. Raises FileRefused for XML declarations."""
    marked = {part.filename for part in package.infolist() if _look_through(package, part)}
    names = {name.casefold(): name for name in package.namelist()}
    styles = names.get(_STYLES)
    return Facts(
        parts=_sheet_parts(package, names),
        shown=_shown_styles(package.open(styles)) if styles else {},
        marked=frozenset(marked),
    )


def _look_through(package: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    """Whether the part may have something for the second look."""
    found, tail = False, b""
    is_xml = part.filename.endswith((".xml", ".rels"))  # pictures may well declare something
    with package.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            window = tail + chunk
            if is_xml and _DECLARATION in window:
                raise FileRefused(
                    "工作簿里有实体声明（DOCTYPE），可能是恶意文件，未打开。"
                    "请在 Excel 或 WPS 中另存为 .xlsx 后再上传"
                )
            found = found or any(sign in window for sign in _SIGNS)
            tail = window[-_OVERLAP:]
    return found


def _sheet_parts(package: zipfile.ZipFile, names: Mapping[str, str]) -> dict[str, str]:
    relations = ElementTree.parse(package.open(names[_RELATIONS])).getroot()
    targets = {each.get("Id"): each.get("Target", "") for each in relations}
    parts = {}
    for each in ElementTree.parse(package.open(names[_WORKBOOK])).iter():
        if _local(each.tag) == "sheet":
            relation = next((value for key, value in each.items() if _local(key) == "id"), None)
            target = targets[relation].replace("\\", "/")
            path = posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")
            parts[each.get("name", "")] = names[path.casefold()]
    return parts


def _local(name: str) -> str:
    return name.rpartition("}")[2]


def _shown_styles(stream: IO[bytes]) -> dict[str, type[Percent] | type[Scaled]]:
    """Styles whose numbers are not shown as they are stored."""
    root = ElementTree.parse(stream).getroot()
    formats: dict[str, type[Percent] | type[Scaled]] = dict.fromkeys(_PERCENT_IDS, Percent)
    for each in root.iter():
        if _local(each.tag) == "numFmt":
            code = _NOT_FORMAT.sub("", each.get("formatCode", ""))
            if "%" in code:
                formats[each.get("numFmtId", "")] = Percent
            elif _SMALLER.search(code):
                formats[each.get("numFmtId", "")] = Scaled
    styles = next((each for each in root if _local(each.tag) == "cellXfs"), ())
    used = ((str(index), each.get("numFmtId", "")) for index, each in enumerate(styles))
    return {index: formats[code] for index, code in used if code in formats}


def add_facts(
    rows: list[Row], package: zipfile.ZipFile, facts: Facts, name: str, columns: int
) -> frozenset[int]:
    """Put Percent, Scaled, Uncalculated and error texts into ``rows``; give the hidden rows.

    Raises FileRefused for a formula beyond ``columns``.
    """
    part = facts.parts[name]
    if part not in facts.marked and not _has_style(package, part, facts.shown):
        return frozenset()
    look = _Look(rows, facts.shown, columns)
    with package.open(part) as stream:
        look.parser.ParseFile(stream)
    return frozenset(row for row in look.hidden if row < len(rows))


def _has_style(package: zipfile.ZipFile, part: str, styles: Collection[str]) -> bool:
    if not styles:
        return False
    wanted = re.compile(rf"""s=["'](?:{"|".join(styles)})["']""".encode())
    tail = b""
    with package.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            if wanted.search(tail + chunk):
                return True
            tail = chunk[-_OVERLAP:]
    return False


class _Look:
    """One pass over a sheet. Cells and rows without a reference follow the one before."""

    def __init__(
        self,
        rows: list[Row],
        shown: Mapping[str, type[Percent] | type[Scaled]],
        columns: int,
    ) -> None:
        self.hidden: list[int] = []
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._root
        self._rows, self._shown, self._columns = rows, shown, columns
        self._row_tag, self._cell_tag, self._formula_tag, self._value_tag = "row", "c", "f", "v"
        self._row = -1
        self._reference: str | None = None
        self._after = 0  # cells since the reference
        self._kind = "n"
        self._formula: str | None = None
        self._valued = False
        self._text: list[str] = []

    def _root(self, name: str, _attributes: dict[str, str]) -> None:
        """Some programs write every tag with a prefix."""
        prefix = name.rpartition(":")[0]
        if prefix:
            self._row_tag, self._cell_tag = f"{prefix}:row", f"{prefix}:c"
            self._formula_tag, self._value_tag = f"{prefix}:f", f"{prefix}:v"
        self.parser.StartElementHandler = self._start

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name == self._cell_tag:
            if "r" in attributes:
                self._reference, self._after = attributes["r"], 0
            else:
                self._after += 1
            self._kind = attributes.get("t", "n")
            if self._kind == "e":
                self._collect()
            elif self._kind == "n" and (style := attributes.get("s")) in self._shown:
                self._show(self._shown[style])
        elif name == self._row_tag:
            self._row = int(attributes["r"]) - 1 if "r" in attributes else self._row + 1
            self._reference, self._after = None, 0
            if attributes.get("hidden") in _YES:
                self.hidden.append(self._row)
        elif name == self._formula_tag:
            self._collect()

    def _collect(self) -> None:
        """Take the texts of formula and value until the cell ends."""
        self._formula, self._valued = None, False
        self._text.clear()
        self.parser.StartElementHandler = self._start_inside
        self.parser.CharacterDataHandler = self._text.append
        self.parser.EndElementHandler = self._end

    def _start_inside(self, name: str, _attributes: dict[str, str]) -> None:
        if name == self._value_tag:
            self._valued = True
            self._text.clear()

    def _end(self, name: str) -> None:
        if name == self._formula_tag:
            self._formula = "=" + "".join(self._text)
        elif name == self._cell_tag:
            self.parser.CharacterDataHandler = self.parser.EndElementHandler = None
            self.parser.StartElementHandler = self._start
            text = "".join(self._text)
            if self._kind == "e" and self._valued and text:
                self._put(text)
            elif self._formula is not None and not self._has_result():
                self._put(Uncalculated(self._formula))

    def _has_result(self) -> bool:
        """A text formula may well have given the empty text; a number may not."""
        if self._kind in _TEXT_RESULTS:
            return self._valued
        row, column = self._position()
        return self._value(row, column) != ""

    def _show(self, shown: type[Percent] | type[Scaled]) -> None:
        row, column = self._position()
        value = self._value(row, column)
        if isinstance(value, float):
            self._rows[row][column] = shown(value)

    def _value(self, row: int, column: int) -> Cell:
        inside = row < len(self._rows) and column < len(self._rows[row])
        return self._rows[row][column] if inside else ""

    def _position(self) -> tuple[int, int]:
        if self._reference is None:
            return self._row, self._after - 1
        letters = self._reference.rstrip("0123456789")
        column = -1
        for letter in letters.upper():
            column = (column + 1) * 26 + ord(letter) - ord("A")
        if self._after:
            return self._row, column + self._after
        return int(self._reference[len(letters) :]) - 1, column

    def _put(self, value: str) -> None:
        """``rows`` end with the last value; a formula without one may lie beyond."""
        row, column = self._position()
        if column >= self._columns:
            raise FileRefused(
                f"第 {row + 1} 行在第 {column + 1:,} 列有公式，超过上限 {self._columns:,} 列。"
                "请删去右边多余的内容后再上传"
            )
        self._rows.extend([] for _ in range(row + 1 - len(self._rows)))
        cells = self._rows[row]
        cells.extend([""] * (column + 1 - len(cells)))
        cells[column] = value
