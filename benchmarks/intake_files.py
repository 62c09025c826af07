"""The files that the intake is measured with: a plain export, and one as people type it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv as pa_csv

from benchmarks.sizes import FileSize
from pipelines.simulate.kpis import profile_of, read_dictionary

HEADERS = ("单位", "月份", "指标", "实际", "目标", "累计实际", "累计目标", "计量单位")
FIRST_MONTH = np.datetime64("2021-10")
MONTHS = 60
KPIS = 20
PER_UNIT = MONTHS * KPIS
_SEED = 2026
_UNITS_AT_ONCE = 50
_DASH_EVERY = 200  # of a file by hand, one figure in so many is not known
_AREAS = ("城东", "城西", "高新", "滨江", "开发区", "北郊", "南湖", "东山", "西岭", "临港")
_KINDS = ("供电所", "营业站", "运维班", "检修班", "服务厅")


@dataclass(frozen=True, kw_only=True)
class Written:
    """A file that was written."""

    path: Path
    rows: int
    bytes: int


def unit_names(count: int) -> list[str]:
    """Distinct names of units, such as 城东分公司第0001供电所."""
    return [
        f"{_AREAS[i % len(_AREAS)]}分公司第{i:05d}{_KINDS[i // len(_AREAS) % len(_KINDS)]}"
        for i in range(count)
    ]


def units_for(rows: int) -> int:
    """How many units report so many rows, each KPIS figures in each of MONTHS."""
    return -(-rows // PER_UNIT)


def write_file(path: Path, size: FileSize) -> Written:
    """Write the file of a size in bounded memory; a size in bytes is reached and not cut."""
    rows = 0
    with path.open("wb") as target:
        target.write((",".join(HEADERS) + "\n").encode(size.encoding))
        for table in _blocks():
            left = size.rows - rows if size.rows else len(table)
            part = table[:left]
            target.write(_by_hand(part, size.encoding) if size.by_hand else _plain(part))
            rows += len(part)
            if (size.rows and rows == size.rows) or (size.bytes and target.tell() >= size.bytes):
                break
    return Written(path=path, rows=rows, bytes=path.stat().st_size)


def _blocks() -> Iterator[pd.DataFrame]:
    """Figures of some units at a time, without end: by unit, then month, then KPI."""
    kpis = read_dictionary(KPIS)
    months = FIRST_MONTH + np.arange(MONTHS)
    random = np.random.default_rng(_SEED)
    names = np.array([each["name"] for each in kpis])
    measures = np.array([each["unit_of_measure"] for each in kpis])
    first = 0
    while True:
        units = unit_names(first + _UNITS_AT_ONCE)[first:]
        actual, target = _figures(kpis, random)
        yield pd.DataFrame(
            {
                "unit": np.repeat(units, PER_UNIT),
                "month": np.tile(np.repeat(months.astype(str), KPIS), _UNITS_AT_ONCE),
                "kpi": np.tile(names, _UNITS_AT_ONCE * MONTHS),
                "actual": actual.ravel(),
                "target": target.ravel(),
                "ytd_actual": _to_date(actual, months, kpis).ravel(),
                "ytd_target": _to_date(target, months, kpis).ravel(),
                "unit_of_measure": np.tile(measures, _UNITS_AT_ONCE * MONTHS),
            }
        )
        first += _UNITS_AT_ONCE


def _figures(
    kpis: list[dict[str, str]], random: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Actual and target, unit × month × KPI, steady enough to be like their own history."""
    profiles = [profile_of(each["kpi_id"]) for each in kpis]
    level = np.array([each.level for each in profiles])
    decimals = [each.decimals for each in profiles]
    of_unit = level * random.uniform(0.8, 1.05, (_UNITS_AT_ONCE, 1, len(kpis)))
    actual = of_unit * (1 + 0.03 * random.uniform(-1, 1, (_UNITS_AT_ONCE, MONTHS, len(kpis))))
    target = np.broadcast_to(of_unit * 1.01, actual.shape).copy()
    for index, places in enumerate(decimals):
        actual[:, :, index] = actual[:, :, index].round(places)
        target[:, :, index] = target[:, :, index].round(places)
    return actual, target


def _to_date(figures: np.ndarray, months: np.ndarray, kpis: list[dict[str, str]]) -> np.ndarray:
    """The year so far: sums where the KPI adds up, else the mean."""
    sums = figures.copy()
    number = months.astype(int) % 12 + 1
    for index in range(1, len(months)):
        if number[index] > 1:
            sums[:, index] += sums[:, index - 1]
    counted = np.maximum(np.minimum(np.arange(len(months)) + 1, number), 1)[None, :, None]
    adds = np.array([each["aggregation"] == "sum" for each in kpis])
    return np.where(adds, sums, sums / counted).round(2)


def _plain(table: pd.DataFrame) -> bytes:
    sink = pa.BufferOutputStream()
    options = pa_csv.WriteOptions(include_header=False, quoting_style="none")
    pa_csv.write_csv(pa.Table.from_pandas(table, preserve_index=False), sink, options)
    return sink.getvalue().to_pybytes()


def _by_hand(table: pd.DataFrame, encoding: str) -> bytes:
    """2025年3月, 1,234.56万元, 98.50%, — for what is not known."""
    spelled = table.assign(month=[f"{m[:4]}年{int(m[5:])}月" for m in table["month"]])
    for name in ("actual", "target", "ytd_actual", "ytd_target"):
        spelled[name] = [
            _spelled(value, measure)
            for value, measure in zip(table[name], table["unit_of_measure"], strict=True)
        ]
    spelled.loc[spelled.index % _DASH_EVERY == 0, "ytd_target"] = "—"
    lines = io.StringIO()
    csv.writer(lines, lineterminator="\n").writerows(spelled.to_numpy().tolist())
    return lines.getvalue().encode(encoding)


def _spelled(value: float, measure: str) -> str:
    if measure == "%":
        return f"{value:.2f}%"
    return f"{value:,.2f}{measure}" if measure == "万元" else f"{value:,.2f}"
