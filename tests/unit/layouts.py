"""Files as the layout tests write them, and the layout that is found in them."""

import io
from datetime import date

from openpyxl import Workbook

from pipelines.domain.catalog import datasets
from pipelines.intake.choices import Choices, Names
from pipelines.intake.layout.plans import Layout, TablePlan
from pipelines.intake.layout.table import plan_tables, read_rows
from pipelines.intake.source.grid import read_source
from pipelines.reference import personal_columns
from pipelines.settings import Settings

NAMES = Names(
    kpis={"营业收入": "万元", "利润总额": "万元", "设备完好率": "%"},
    units=frozenset({"第一采油厂", "物资供应公司", "合计划部"}),
)
TODAY = date(2026, 11, 22)


def csv(*lines: str) -> bytes:
    """The lines of a text file."""
    return "\n".join(lines).encode()


def workbook(**sheets: dict) -> bytes:
    """Sheets by name: ``rows``, and if there are any ``merges``, ``hidden`` rows, ``state``."""
    book = Workbook()
    book.remove(book.active)
    for name, described in sheets.items():
        sheet = book.create_sheet(name)
        for row in described["rows"]:
            sheet.append(row)
        for merge in described.get("merges", ()):
            sheet.merge_cells(merge)
        for row in described.get("hidden", ()):
            sheet.row_dimensions[row].hidden = True
        sheet.sheet_state = described.get("state", "visible")
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def layout_of(
    data: bytes, *, name: str = "报表.csv", choices: Choices | None = None, remembered=()
) -> Layout:
    """The layout of a file among all datasets."""
    return plan_tables(
        read_source(io.BytesIO(data)),
        datasets(),
        NAMES,
        choices or Choices(),
        remembered,
        personal_columns(Settings()),
        file_name=name,
        today=TODAY,
    )


def plan_of(data: bytes, **options) -> TablePlan:
    """The only table of a file."""
    (plan,) = layout_of(data, **options).tables
    return plan


def mapped(plan: TablePlan) -> dict[str, str | None]:
    """Header path → field."""
    return {each.header: each.field for each in plan.columns}


def data_rows(plan: TablePlan) -> list[list]:
    """The cells of the rows that are data."""
    return [row for _, row, reason in read_rows(plan) if reason is None]


def skips(plan: TablePlan) -> list[tuple[int, str]]:
    """Row and kind of what is not data below the header."""
    return [(reason.row, reason.kind) for _, _, reason in read_rows(plan) if reason]
