"""The committed sample is what the generator writes, and reads back as the frames it came from."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest
from python_calamine import CalamineWorkbook

from pipelines.domain.catalog import dataset
from pipelines.settings import Settings
from pipelines.simulate import Organisation, bad_cells, simulate, write_sample
from tests.parsing import Parsed, parse

SETTINGS = Settings()
COMMITTED = sorted(SETTINGS.sample_root.iterdir())


@pytest.fixture(scope="module")
def demo() -> Organisation:
    return simulate()


@pytest.fixture(scope="module")
def written(demo, tmp_path_factory) -> Path:
    directory = tmp_path_factory.mktemp("sample")
    write_sample(demo, directory)
    return directory


@pytest.fixture(scope="module")
def parsed() -> dict[str, Parsed]:
    """Every committed file as the intake reads it, without being told what it is."""
    return {path.name: parse(path.read_bytes(), None, SETTINGS) for path in COMMITTED}


def _sheets(path: Path) -> list[list[list[object]]]:
    book = CalamineWorkbook.from_path(str(path))
    return [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]


def test_committed_sample_is_current(written):
    """The files in data/sample are exactly those that the generator writes today."""
    assert [path.name for path in COMMITTED] == sorted(path.name for path in written.iterdir())
    for path in COMMITTED:
        if path.suffix == ".xlsx":
            assert _sheets(written / path.name) == _sheets(path), path.name
        else:
            assert (written / path.name).read_bytes() == path.read_bytes(), path.name


def test_sample_stays_small():
    """The committed sample stays below 12 MB."""
    assert 12e6 > sum(path.stat().st_size for path in COMMITTED)


def test_encodings_are_mixed(parsed):
    """Files come in UTF-8, UTF-8 with BOM and GB18030, so that the demo exercises decoding."""
    assert {"utf-8", "utf-8-sig", "gb18030", None} == {each.encoding for each in parsed.values()}


def _spelled_back(frame: pd.DataFrame, demo: Organisation) -> pd.DataFrame:
    """Names in a parsed file as identifiers again."""
    units = demo.frames["units"]
    ids = dict(zip(units["unit_name"], units["unit_id"], strict=True))
    ids |= dict(zip(units["aliases"], units["unit_id"], strict=True))
    kpis = demo.frames["kpi_definitions"]
    names = dict(zip(kpis["name"], kpis["kpi_id"], strict=True))
    for column, known in (("unit", ids), ("kpi", names), ("verifying_kpi", names)):
        if column in frame:
            frame[column] = frame[column].map(lambda cell, known=known: known.get(cell, cell))
    return frame


def _as_frame(table: pa.Table) -> pd.DataFrame:
    return table.to_pandas(types_mapper={pa.date32(): pd.ArrowDtype(pa.date32())}.get)


def _read_back(name: str, demo: Organisation, parsed: dict[str, Parsed]) -> pd.DataFrame:
    """All files of one dataset, read by the intake, in the columns that every file has."""
    chosen = [each for each in parsed.values() if each.dataset == name]
    common = set.intersection(*({c.field for c in each.columns} for each in chosen))
    common |= {"actions": {"due_on"}, "kpi_values": {"months"}}.get(name, set())
    tables = [each.table.select([c for c in dataset(name).names if c in common]) for each in chosen]
    return _spelled_back(_as_frame(pa.concat_tables(tables)), demo)


@pytest.mark.parametrize("name", sorted(simulate(units=8, months=6).frames))
def test_files_read_back_as_the_frames(name, demo, parsed):
    """What the intake reads equals the typed frame in every cell but the known bad ones."""
    found = _read_back(name, demo, parsed)
    expected = demo.frames[name][list(found.columns)]
    grain = list(dataset(name).grain)
    if name == "activities":
        bad = set(bad_cells(demo)["record_id"])
        found, expected = (f[~f["record_id"].isin(bad)] for f in (found, expected))
    found, expected = (f.sort_values(grain).reset_index(drop=True) for f in (found, expected))
    pd.testing.assert_frame_equal(expected, found.astype(expected.dtypes))


def test_bad_cells_are_the_only_errors(demo, parsed):
    """The intake finds the untypable bad cells at their row and column, and nothing else."""
    bad = bad_cells(demo)
    assert 5 == len(bad)
    assert 1 == bad["file"].nunique()
    typed_wrong = bad[bad["why"] != "实到人数多于应到人数"]
    expected = typed_wrong[["file", "row", "column", "value"]].itertuples(index=False, name=None)
    found = {
        (name, each.row, each.column, each.value)
        for name, file in parsed.items()
        for each in file.findings
    }
    assert set(expected) == found


def test_more_people_than_due(demo, parsed):
    """One bad cell is a number that types well but contradicts its row."""
    bad = bad_cells(demo).set_index("why").loc["实到人数多于应到人数"]
    row = _as_frame(parsed[bad["file"]].table).set_index("_row").loc[bad["row"]]
    assert bad["record_id"] == row["record_id"]
    assert row["present_count"] > row["due_count"]


def test_nothing_personal_or_secret_in_the_files(parsed):
    """No file has a personal column, a personal cell or a secret row, so originals are kept."""
    for name, each in parsed.items():
        assert ((), (), ()) == (each.dropped_columns, each.secret_rows, each.personal_rows), name
