"""The demo organisation as files, in the encodings and spellings in which they would come."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pandas as pd
from openpyxl import Workbook

from pipelines.simulate.layouts import (
    ACTIVITY_EARLIER,
    ACTIVITY_LAST,
    KPI_EARLIER,
    KPI_LAST,
    SINGLE,
    XLSX,
    Layout,
)
from pipelines.simulate.model import Organisation
from pipelines.simulate.spelling import Names, names_of

WRITTEN_AT = datetime(2026, 1, 1)  # workbooks carry a date; a fixed one keeps them the same
SAVED_AT = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")


@dataclass(frozen=True, kw_only=True)
class BadCell:
    """An error typed into the last activity file, ``place`` (0–1) of the way down.

    ``value`` None: the number of the row's due count plus three.
    """

    place: float
    header: str
    value: str | None
    why: str


BAD_CELLS = (
    BadCell(place=0.11, header="实到会人数", value="约十余人", why="不是数字"),
    BadCell(place=0.29, header="会议时间", value="2026年13月5日", why="没有这一天"),
    BadCell(place=0.47, header="会议类型", value="请选择", why="选项占位文字，不是活动类型"),
    BadCell(place=0.66, header="学时", value="半天", why="不是数字"),
    BadCell(place=0.83, header="实到会人数", value=None, why="实到人数多于应到人数"),
)


def _years(organisation: Organisation) -> list[str]:
    return sorted({month[:4] for month in organisation.plan.reported_months})


def _by_year(
    years: list[str],
    frame: pd.DataFrame,
    year: pd.Series,
    earlier: tuple[Layout, ...],
    last: Layout,
) -> Iterator[tuple[str, Layout, pd.DataFrame]]:
    for number, each in enumerate(years):
        layout = last if each == years[-1] else earlier[number % len(earlier)]
        yield layout.file_name.format(each), layout, frame[year == each]


def _parts(organisation: Organisation) -> Iterator[tuple[str, Layout, pd.DataFrame]]:
    """Every file: its name, its layout, its rows."""
    frames, years = organisation.frames, _years(organisation)
    for layout in SINGLE:
        yield layout.file_name, layout, frames[layout.dataset]
    values, activities = frames["kpi_values"], frames["activities"]
    yield from _by_year(years, values, values["month"].str[:4], KPI_EARLIER, KPI_LAST)
    held = activities["start_at"].dt.year.astype(str)
    yield from _by_year(years, activities, held, ACTIVITY_EARLIER, ACTIVITY_LAST)


def _written(layout: Layout, frame: pd.DataFrame, names: Names) -> pd.DataFrame:
    """The rows as cells under the headers of the file."""
    columns = {header: write(frame[name], names) for header, name, write in layout.columns}
    return pd.DataFrame(columns, dtype=object).reset_index(drop=True)


def _spoil(sheet: pd.DataFrame) -> list[int]:
    """Type the bad cells into ``sheet``; positions of the spoilt rows."""
    positions = []
    for bad in BAD_CELLS:
        row = int(bad.place * len(sheet))
        value = bad.value or str(int(sheet.at[row, "应到会人数"]) + 3)
        sheet.at[row, bad.header] = value
        positions.append(row)
    return positions


def bad_cells(organisation: Organisation) -> pd.DataFrame:
    """Frame [file, row, column, value, why, record_id]: every wrong cell of the sample files.

    ``row`` counts from 1 with the header, as a reader of the file counts.
    """
    name, layout, frame = list(_parts(organisation))[-1]
    sheet = _written(layout, frame, names_of(organisation))
    rows = _spoil(sheet)
    return pd.DataFrame(
        {
            "file": name,
            "row": [row + 2 for row in rows],
            "column": [bad.header for bad in BAD_CELLS],
            "value": [sheet.at[r, b.header] for r, b in zip(rows, BAD_CELLS, strict=True)],
            "why": [bad.why for bad in BAD_CELLS],
            "record_id": sheet["表单编号"].iloc[rows].tolist(),
        }
    )


def _csv_bytes(sheet: pd.DataFrame, encoding: str) -> bytes:
    return sheet.to_csv(index=False, lineterminator="\r\n").encode(encoding)


def _frozen(book: bytes) -> bytes:
    """The same archive with fixed times, so that the same content is the same file."""
    now = f"{WRITTEN_AT:%Y-%m-%dT%H:%M:%SZ}".encode()
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as source, zipfile.ZipFile(result, "w") as target:
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, date_time=WRITTEN_AT.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            # openpyxl stamps the time of saving whatever the properties say
            target.writestr(entry, SAVED_AT.sub(rb"\g<1>" + now, source.read(name)))
    return result.getvalue()


def _xlsx_bytes(sheet: pd.DataFrame, title: str) -> bytes:
    book = Workbook(write_only=True)
    page = book.create_sheet(title)
    page.append(list(sheet.columns))
    for row in sheet.itertuples(index=False):
        page.append([None if value == "" else value for value in row])
    book.properties.creator = "demo"
    book.properties.created = WRITTEN_AT
    buffer = io.BytesIO()
    book.save(buffer)
    return _frozen(buffer.getvalue())


def write_sample(organisation: Organisation, directory: Path) -> list[Path]:
    """Write every file into ``directory`` (created when missing) and return the paths."""
    directory.mkdir(parents=True, exist_ok=True)
    names, paths = names_of(organisation), []
    parts = list(_parts(organisation))
    for name, layout, frame in parts:
        sheet = _written(layout, frame, names)
        if name == parts[-1][0]:
            _spoil(sheet)
        if layout.encoding == XLSX:
            data = _xlsx_bytes(sheet, Path(name).stem)
        else:
            data = _csv_bytes(sheet, layout.encoding)
        paths.append(directory / name)
        paths[-1].write_bytes(data)
    return paths
