"""Tables drawn at random and written as people write them, with the records that they mean."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from hypothesis import strategies as st
from openpyxl import Workbook

from pipelines.intake.choices import Names

ENCODINGS = ("utf-8", "utf-8-sig", "gb18030", "utf-16")
DELIMITERS = (",", "\t", ";", "|")
LINE_ENDS = ("\n", "\r\n", "\r")
UNITS = (
    "第一采油厂",
    "物资供应公司",
    "合计划部",
    "机关第二党支部",
    "单位甲",
    "经营|财务；部, “二”",
)
KPIS = {"营业收入": "万元", "利润总额": "万元", "设备完好率": "%", "安全培训": "人次"}
NAMES = Names(kpis=KPIS, units=frozenset(UNITS))
FIGURES = ("actual", "target", "ytd_actual", "last_year")
LABELS = {"actual": "实际", "target": "目标", "ytd_actual": "本年累计", "last_year": "上年同期"}

Draw = Callable
Record = tuple[object, ...]


@dataclass(kw_only=True)
class Written:
    """A grid with its merges, and the records (see ``record``) that it means."""

    rows: list[list[object]] = field(default_factory=list)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)  # first, last, 0-based
    records: list[Record] = field(default_factory=list)

    def merge(self, top: int, left: int, bottom: int, right: int) -> None:
        if (bottom, right) != (top, left):
            self.merges.append((top, left, bottom, right))

    def continues(self, other: Written) -> bool:
        """Whether this, below ``other``, is its second page, or takes the title and unit of it."""
        mine, its = ({_heading(row) for row in each.rows} for each in (self, other))
        untitled = _heading(self.rows[0]) and not _heading(other.rows[0])
        return bool(mine & its - {()} or untitled)

    def below(self, other: Written) -> Written:
        """``other``, a blank line, then this."""
        down = len(other.rows) + 1
        moved = [
            (top + down, left, bottom + down, right) for top, left, bottom, right in self.merges
        ]
        return Written(
            rows=[*other.rows, [], *self.rows],
            merges=[*other.merges, *moved],
            records=[*other.records, *self.records],
        )


def _heading(row: list[object]) -> tuple[str, ...]:
    """The cells of a row that may be a header; nothing for a title or a line below the table."""
    cells = tuple(str(each) for each in row if each != "")
    return cells if len(cells) > 2 else ()


def record(unit: str, month: str, months: int, kpi: str, measure: str | None, **figures) -> Record:
    """A record in one order, each figure as a float or None."""
    values = [figures.get(name) for name in FIGURES]
    return (unit, month, months, kpi, measure, *(None if v is None else float(v) for v in values))


def as_text(rows: list[list[object]], encoding: str, delimiter: str, end: str) -> bytes:
    """Delimited text."""
    width = max(map(len, rows))
    lines = []
    for row in rows:
        target = io.StringIO()  # with "\r\n" the writer quotes both of them in a cell
        csv.writer(target, delimiter=delimiter, lineterminator="\r\n").writerow(
            [*row, *[""] * (width - len(row))]
        )
        lines.append(target.getvalue().removesuffix("\r\n") + end)
    return "".join(lines).encode(encoding)


def as_workbook(tables: Iterable[Written], names: Iterable[str]) -> bytes:
    """One sheet a table."""
    book = Workbook()
    book.remove(book.active)
    for table, name in zip(tables, names, strict=True):
        sheet = book.create_sheet(name)
        for r, row in enumerate(table.rows, start=1):
            for c, cell in enumerate(row, start=1):
                if isinstance(cell, Shown):
                    sheet.cell(r, c, cell.value).number_format = cell.format
                elif cell != "":
                    sheet.cell(r, c, cell)
        for top, left, bottom, right in table.merges:
            sheet.merge_cells(
                start_row=top + 1, start_column=left + 1, end_row=bottom + 1, end_column=right + 1
            )
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A number of a workbook and how it is shown."""

    value: float
    format: str


# --- figures and periods ---

amounts = st.builds(
    lambda digits, places: Decimal(digits).scaleb(-places),
    st.integers(-(10**9), 10**9),
    st.integers(0, 4),
)
_WIDE = str.maketrans("0123456789.-", "０１２３４５６７８９．－")


def spelled(
    draw: Draw, value: Decimal | None, measure: str | None, *, book: bool, column: bool = False
) -> object:
    """A cell that says ``value``; ``measure``: its unit, where a cell may write one itself.

    ``column``: another column names the unit, so that a cell may use one of the same family.
    """
    if value is None:
        return draw(st.sampled_from(["", "", "—", "/", "无", "未统计", "N/A"]))
    if book and draw(st.integers(0, 2)):
        if measure == "%" and draw(st.booleans()):
            return Shown(value=float(value.scaleb(-2)), format="0.0%")
        return float(value)
    plain, grouped = f"{value:f}", f"{value:,f}"
    styles = [plain, grouped, grouped.replace(",", "，"), plain.translate(_WIDE), f"'{plain}"]
    styles += [f" {plain}\u3000", f"\u00a0{grouped}", f"\ufeff{plain}"]
    if value <= -1000:
        styles.append(f"({-value:,f})")
    if measure == "%":
        styles += [f"{plain}%", f"{plain} ％"]
    if measure == "万元":
        styles.append(f"{plain}万元")
    if measure == "万元" and column:
        styles += [f"{value.scaleb(-4):f}亿元", f"{value.scaleb(4):f} 元"]
    if measure == "人次":
        styles.append(f"{plain}人次")
    return draw(st.sampled_from(styles))


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """Months 1 to 12 of a year, from ``first`` to ``last``."""

    year: int
    first: int
    last: int

    @property
    def key(self) -> tuple[str, int]:
        return f"{self.year}-{self.last:02d}", self.last - self.first + 1

    def texts(self) -> list[str]:
        """Spellings that name their year."""
        if self.first == self.last:
            y, m = self.year, self.last
            return [
                f"{y}年{m}月", f"{y}-{m:02d}", f"{y}/{m}", f"{y}{m:02d}", f"{y % 100}年{m}月",
                f"{y}年{m:02d}月份", f"{y}-{m:02d}-{m:02d}",
            ]  # fmt: skip
        return [f"{self.year}年{each}" for each in self.bare_texts()]

    def bare_texts(self) -> list[str]:
        """Spellings without a year."""
        if self.first == self.last:
            return [f"{self.last}月", f"{self.last}月份"]
        found = [f"{self.first}-{self.last}月", f"{self.first}—{self.last}月"]
        found += [f"{self.first}月至{self.last}月"]
        if self.last - self.first == 2 and self.last % 3 == 0:
            found.append(f"{'一二三四'[self.last // 3 - 1]}季度")
        return found


stretches = st.builds(
    lambda year, first, long: Stretch(year=year, first=first, last=min(12, first + long)),
    st.integers(2019, 2026),
    st.integers(1, 12),
    st.sampled_from([0, 0, 0, 1, 2]),
)


def apart(draw: Draw, most: int) -> list[Stretch]:
    """Stretches of one year that share no month, in order."""
    year, month, found = draw(st.integers(2019, 2026)), draw(st.integers(1, 4)), []
    for length in draw(st.lists(st.sampled_from([1, 1, 2, 3]), min_size=2, max_size=most)):
        if month + length - 1 > 12:
            break
        found.append(Stretch(year=year, first=month, last=month + length - 1))
        month += length
    return found
