"""Whether a baseline came to the same tables as the mart."""

from __future__ import annotations

from pathlib import Path

import duckdb

from benchmarks.inputs import MEASURES, TABLES
from pipelines.settings import Settings
from pipelines.transform import current_build_id
from pipelines.warehouse import checking

TOLERANCE = 1e-9  # absolute up to 1, relative above
_IN_MODEL = ("unit_tree_months", "link_suggestions", "integrity_findings")
MART = {name: f"{'model' if name in _IN_MODEL else 'mart'}.{name}" for name in TABLES}
KEYS = {
    "unit_tree_months": ("unit_id", "month", "ancestor_id"),
    "kpi_unit_month": ("unit_id", "kpi_id", "month"),
    "attainment_unit_month": ("unit_id", "month"),
    "kpi_month": ("kpi_id", "month"),
    "activity_unit_month": ("unit_id", "month", "activity_type"),
    "link_suggestions": ("record_id", "target_kind", "target_id"),
    "integrity_findings": ("check_id", "record_id"),
    "measure_values": ("measure_id", "tree", "unit_id", "month"),
}
FIGURES = {
    "unit_tree_months": ("distance",),
    "kpi_unit_month": ("actual", "target", "attainment_rate", "weight"),
    "attainment_unit_month": ("attainment_rate", "kpi_count", "met_kpi_count"),
    "kpi_month": ("unit_count", "met_unit_count", "actual", "target", "attainment_rate"),
    "activity_unit_month": ("activity_count", "participant_count", "late_count"),
    "link_suggestions": ("score",),
    "integrity_findings": (),
    "measure_values": ("numerator", "denominator", "value", "row_count"),
}
TEXTS = {
    "unit_tree_months": ("tree",),
    "link_suggestions": ("reason",),
    "integrity_findings": ("unit_id", "month", "other_record_id", "detail"),
}


def differences(settings: Settings, results: Path) -> dict[str, int]:
    """Rows by table that only one side has or whose values differ; {} when all is equal."""
    mart = settings.marts / f"{current_build_id(settings)}.duckdb"
    with checking(settings, results / "any", mart) as connection:
        found = {name: _differing(connection, name, results / f"{name}.parquet") for name in TABLES}
    return {name: count for name, count in found.items() if count}


def _differing(connection: duckdb.DuckDBPyConnection, name: str, path: Path) -> int:
    keys, texts = KEYS[name], TEXTS.get(name, ())
    close = [
        f"coalesce(abs(ours.{each} - theirs.{each}) <= {TOLERANCE} * (1 + abs(theirs.{each})), "
        f"ours.{each} is null and theirs.{each} is null)"
        for each in FIGURES[name]
    ]
    same = [f"ours.{each} is not distinct from theirs.{each}" for each in (*keys, *texts)]
    matched = " and ".join(f"ours.{each} = theirs.{each}" for each in keys)
    kept = f"where measure_id in {MEASURES}" if name == "measure_values" else ""
    rows = connection.execute(
        f"select count(*) from (from mart_file.{MART[name]} {kept}) as ours "  # noqa: S608 - ours
        f"full join read_parquet($path) as theirs on {matched} "
        f"where not ({' and '.join(same + close)})",
        {"path": str(path)},
    ).fetchone()
    return rows[0]
