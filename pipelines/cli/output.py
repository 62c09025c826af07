"""What the command line prints: JSON for programs, Chinese lines for people, progress aside."""

from __future__ import annotations

import json
import sys
from datetime import date, datetime
from typing import TextIO

from pipelines.domain.findings import SEVERITY_LABELS
from pipelines.intake.inspection import Inspection

DONE, WITH_FINDINGS, REFUSED = 0, 1, 3
Json = dict[str, object]


def emit(content: Json) -> None:
    """Print JSON on stdout."""
    print(json.dumps(content, ensure_ascii=False, indent=1, default=_plain))


def say(text: str) -> None:
    """Print a line for a person on stdout."""
    print(text)


def complain(text: str, *, as_json: bool) -> None:
    """Tell a refusal: on stdout as JSON when asked for, always on stderr."""
    if as_json:
        emit({"refused": text})
    print(text, file=sys.stderr)


def progress(step: str, share: float) -> None:
    """Show where long work stands, on stderr."""
    show_progress(step, share, sys.stderr)


def show_progress(step: str, share: float, stream: TextIO) -> None:
    """One line that rewrites itself on a terminal; whole lines elsewhere."""
    end = "\n" if share >= 1 or not stream.isatty() else "\r"
    print(f"[{share:4.0%}] {step:<40}", end=end, file=stream, flush=True)


def described(inspection: Inspection) -> Json:
    """An inspection as the documented JSON."""
    region = inspection.region
    return {
        "file": inspection.file_name,
        "sha256": inspection.sha256,
        "encoding": inspection.encoding,
        "delimiter": inspection.delimiter,
        "dataset": inspection.dataset,
        "region": vars(region) if region else None,
        "mapping": {each.header: each.field for each in inspection.columns if each.field},
        "columns": [vars(each) for each in inspection.columns],
        "dropped_columns": list(inspection.dropped_columns),
        "skipped": [vars(each) for each in inspection.skipped],
        "secret_rows": list(inspection.secret_rows),
        "personal_rows": list(inspection.personal_rows),
        "row_count": inspection.row_count,
        "held_back": inspection.held_back,
        "rows": inspection.table.to_pylist() if inspection.table is not None else [],
        "findings": [each.to_dict() for each in inspection.findings],
        "difference": {
            "new": inspection.difference.new,
            "changed": inspection.difference.changed,
            "unchanged": inspection.difference.unchanged,
            "changes": [vars(each) for each in inspection.difference.changes],
        },
        "refused": inspection.refusal,
        "already_accepted": inspection.already_accepted,
        "original_kept": inspection.original is not None,
    }


def summary(inspection: Inspection) -> list[str]:
    """An inspection in Chinese lines."""
    lines = [
        f"{inspection.file_name}：{inspection.dataset_label}，"
        f"{inspection.row_count} 行，可入库 {inspection.good_count} 行，"
        f"暂扣 {inspection.held_back} 行",
        f"与已入库相比：新增 {inspection.difference.new}，改动 {inspection.difference.changed}，"
        f"不变 {inspection.difference.unchanged}",
    ]
    if inspection.dropped_columns:
        lines.append(f"已丢弃个人信息列：{'、'.join(inspection.dropped_columns)}")
    for each in inspection.findings:
        where = f"第 {each.row} 行" if each.row else "整个文件"
        column = f"“{each.column}”列" if each.column else ""
        value = f"“{each.value}”" if each.value and each.value not in each.why else ""
        label = SEVERITY_LABELS[each.severity]
        lines.append(f"  [{label}] {where}{column}：{value}{each.why}。{each.how}")
    if inspection.refusal:
        lines.append(f"拒收：{inspection.refusal}")
    return lines


def _plain(value: object) -> str:
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value)
