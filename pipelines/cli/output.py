"""What the command line prints: JSON for programs, Chinese lines for people, progress aside."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from datetime import date, datetime
from typing import TextIO

from pipelines.domain.findings import SEVERITY_LABELS
from pipelines.intake.inspection import Inspection, Question

DONE, WITH_FINDINGS, REFUSED = 0, 1, 3
MAX_ROWS = 100_000  # of a file, printed as JSON
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
    """An inspection as the documented JSON. Beyond MAX_ROWS the rows are counted, not printed."""
    printed = inspection.good_count <= MAX_ROWS
    return {
        "file": inspection.file_name,
        "sha256": inspection.sha256,
        "encoding": inspection.encoding,
        "delimiter": inspection.delimiter,
        "dataset": inspection.dataset,
        "region": asdict(inspection.region) if inspection.region else None,
        "regions": [asdict(each) for each in inspection.regions],
        "mapping": {each.header: each.field for each in inspection.columns if each.field},
        "columns": [asdict(each) for each in inspection.columns],
        "missing": list(inspection.missing),
        "questions": [asdict(each) for each in inspection.questions],
        "choices": inspection.choices.to_dict(),
        "dropped_columns": list(inspection.dropped_columns),
        "skipped": [asdict(each) for each in inspection.skipped],
        "secret_rows": list(inspection.secret_rows),
        "personal_rows": list(inspection.personal_rows),
        "row_count": inspection.row_count,
        "held_back": inspection.held_back,
        "rows": inspection.table.to_pylist() if printed else [],
        "rows_omitted": 0 if printed else inspection.good_count,
        "findings": [each.to_dict() for each in inspection.findings],
        "findings_omitted": inspection.findings_omitted,
        "difference": asdict(inspection.difference),
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
        f"不变 {inspection.difference.unchanged}，消失 {inspection.difference.vanished}"
        + ("（更正：消失的不再计入）" if inspection.choices.replaces else ""),
    ]
    if inspection.missing:
        lines.append(
            f"缺少必需的列：{'、'.join(inspection.missing)}。"
            "文件里有时用 --column 表头=字段 指明，没有时请补上"
        )
    lines += [
        f"  [建议] “{each.header}”列：{each.how}是就加 --column '{each.header}={each.suggestion}'"
        for each in inspection.columns
        if each.suggestion
    ]
    lines += [line for each in inspection.questions for line in _asked(each)]
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


def _asked(question: Question) -> list[str]:
    """A question with the options to write after --answer."""
    options = [
        f"    --answer '{question.id}={each.value}'  {each.label}" for each in question.options
    ]
    month = [f"    --answer '{question.id}=2026-03'  这样写月份"]
    return [f"  [请决定] {question.text}（{question.count} 行等待回答）", *(options or month)]


def _plain(value: object) -> str:
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value)
