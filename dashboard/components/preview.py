"""What was found in a file, step by step, before anybody confirms it."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard import data
from dashboard import format as fmt
from dashboard.components.decoding import decoding, decoding_step, missing_note
from dashboard.components.difference import difference, difference_step
from dashboard.components.findings import annotated_download, findings_table, rules_table
from dashboard.components.mapping_editor import mapping, mapping_step
from dashboard.components.questions import questions
from dashboard.components.regions import regions, regions_step
from dashboard.escape import markdown
from pipelines.domain.findings import SEVERITY_LABELS, Severity
from pipelines.intake.inspection import Inspection


def preview(inspection: Inspection, *, digest: str, received: bytes) -> None:
    """The five steps before the confirmation; each line says what it found, opening shows more.

    ``received`` is the file as it came, for the workbook that goes back to the analyst.
    """
    missing_note(inspection)
    with _step(1, "解码", decoding(inspection)):
        decoding_step(inspection, digest=digest)
    with _step(2, "表格", regions(inspection)):
        regions_step(inspection)
    with _step(3, "列的对应", mapping(inspection), expanded=_needs_mapping(inspection)):
        mapping_step(inspection, digest=digest)
    questions(inspection, digest=digest)
    with _step(4, "检查", checks(inspection), expanded=bool(inspection.findings)):
        key = digest[:12]
        findings_table(
            inspection.findings,
            file_name=inspection.file_name,
            key=key,
            omitted=inspection.findings_omitted,
        )
        if inspection.findings:
            annotated_download(
                lambda: data.desk().annotated(inspection, received),
                file_name=inspection.file_name,
                key=key,
            )
        rules_table(inspection.rules)
    with _step(5, "差异", difference(inspection)):
        difference_step(inspection, digest=digest)


def checks(inspection: Inspection) -> str:
    """Rows read, fit to be stored and held back, and findings by severity."""
    counts = dict.fromkeys(Severity, 0)
    for finding in inspection.findings:
        counts[finding.severity] += 1
    parts = [
        f"{SEVERITY_LABELS[each]} {fmt.count(number)} 条"
        for each, number in counts.items()
        if number
    ]
    if inspection.findings_omitted:
        parts.append(f"另有 {fmt.count(inspection.findings_omitted)} 条未列出")
    rows = (
        f"读到 {fmt.count(inspection.row_count)} 行，可入库 {fmt.count(inspection.good_count)} 行，"
        f"暂扣 {fmt.count(inspection.held_back)} 行"
    )
    return " · ".join([rows, *parts])


def _step(number: int, name: str, found: str, *, expanded: bool = False) -> DeltaGenerator:
    return st.expander(f"**{number}　{name}**　{markdown(found)}", expanded=expanded)


def _needs_mapping(inspection: Inspection) -> bool:
    return bool(inspection.missing) or any(
        each.suggestion and not each.field for each in inspection.columns
    )
