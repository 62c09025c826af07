"""Fills a store through the real ledger and the real Parquet files, without reading any file."""

from __future__ import annotations

import hashlib
import tempfile
from datetime import datetime
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.reshape import Frames, by_upload, reshaped
from benchmarks.sizes import Size
from pipelines import store
from pipelines.domain.catalog import dataset
from pipelines.intake.schema import ROW, SHEET, typed_schema
from pipelines.ledger import Ledger, NewUpload
from pipelines.settings import Settings
from pipelines.simulate import simulate

NOW = datetime(2026, 11, 7, 9, 0)
SEED = 2026


def fill(settings: Settings, size: Size) -> dict[str, int]:
    """Simulate and accept; accepted rows by dataset. Uploads of one year each and a correction.

    The copies of a size differ in seed and identifiers; what the compared job does not read
    (meetings, tasks, actions, …) comes from the first copy only.
    """
    store.prepare(settings)
    ledger = Ledger(settings)
    ledger.upgrade()
    counts: dict[str, int] = {}
    for copy in range(size.copies):
        for name, part in _parts(size, copy):
            number = len(ledger.active()) + 1
            accept(settings, ledger, name, part, f"U{number:04d}")
            counts[name] = counts.get(name, 0) + len(part)
    ledger.close()
    return counts


def _parts(size: Size, copy: int) -> list[tuple[str, pd.DataFrame]]:
    simulated = simulate(
        units=size.units,
        months=size.months,
        kpis=size.kpis,
        activities_per_unit_month=size.activities_per_unit_month,
        seed=SEED + copy,
    ).frames
    frames = reshaped(simulated, f"{copy}号" if copy else "")
    others = {name: frame for name, frame in simulated.items() if name not in frames}
    if copy:
        del frames["kpi_definitions"]
        others = {}
    return [*others.items(), *_uploads(frames)]


def _uploads(frames: Frames) -> list[tuple[str, pd.DataFrame]]:
    months = {
        "kpi_values": frames["kpi_values"]["month"],
        "activities": frames["activities"]["start_at"].dt.strftime("%Y-%m"),
    }
    whole = [(name, frame) for name, frame in frames.items() if name not in months]
    return whole + [
        (name, part) for name, month in months.items() for part in by_upload(frames[name], month)
    ]


def accept(
    settings: Settings,
    ledger: Ledger,
    name: str,
    frame: pd.DataFrame,
    upload_id: str,
    *,
    by: str = "测量",
    at: datetime = NOW,
    replaces: bool = False,
) -> None:
    """One typed frame as an accepted upload; missing columns are null."""
    table = _typed_table(name, frame)
    with tempfile.TemporaryDirectory() as folder:
        staged = Path(folder) / "rows.parquet"
        pq.write_table(table, staged)
        digest = store.put_accepted(settings, upload_id, staged)
    new = NewUpload(
        upload_id=upload_id,
        idempotency_key=upload_id,
        dataset=name,
        file_name=f"{dataset(name).label}.csv",
        sha256=hashlib.sha256(upload_id.encode()).hexdigest(),
        digest=digest,
        row_count=table.num_rows,
        held_back=0,
        original_kept=False,
        replaces=replaces,
        accepted_by=by,
        accepted_at=at,
        findings=(),
        rules=(),
    )
    ledger.record(new)


def _typed_table(name: str, frame: pd.DataFrame) -> pa.Table:
    schema = typed_schema(dataset(name))
    added = {
        ROW: pa.array(range(2, len(frame) + 2), pa.int64()),
        SHEET: pa.nulls(len(frame), pa.string()),
    }
    columns = [
        added[field.name] if field.name in added else _column(frame, field) for field in schema
    ]
    return pa.Table.from_arrays(columns, schema=schema)


def _column(frame: pd.DataFrame, field: pa.Field) -> pa.Array:
    if field.name not in frame:
        return pa.nulls(len(frame), field.type)
    return pa.array(frame[field.name], from_pandas=True).cast(field.type)
