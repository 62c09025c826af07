"""Which checks the rows behind a figure passed, as stored when their files were accepted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import pandas as pd
import streamlit as st

from dashboard import data
from dashboard.format import count, is_missing
from pipelines.domain.findings import SEVERITY_LABELS, Finding
from pipelines.intake.inspection import RuleResult
from pipelines.integrity.checks import LABELS

PASSED, UNKNOWN = "● 通过", "— 没有保存"
Place = tuple[str | None, int]  # sheet and row of the file


@dataclass(frozen=True, kw_only=True)
class UploadChecks:
    """``told``: what was found, by place. ``unlisted``: checks with more rows found than kept.

    ``leads``: what the integrity checks of the activity log found, by place.
    """

    rules: tuple[RuleResult, ...]
    told: dict[Place, tuple[str, ...]]
    unlisted: tuple[str, ...]
    leads: dict[Place, tuple[str, ...]] = field(default_factory=dict)


def upload_checks(upload_id: str) -> UploadChecks:
    """The stored results of an upload, read once per build."""
    return data.memo("upload_checks", lambda: _stored(upload_id), upload=upload_id)


def summed(rules: Iterable[RuleResult], findings: Iterable[Finding]) -> UploadChecks:
    """The results of one upload by place."""
    rules, findings = tuple(rules), tuple(findings)
    labels = {each.rule: each.label for each in rules}
    told: dict[Place, tuple[str, ...]] = {}
    for each in findings:
        if each.row is not None:
            at = (each.sheet or None, each.row)
            told[at] = (*told.get(at, ()), labels.get(each.rule, each.why))
    listed = Counter(each.rule for each in findings)
    unlisted = tuple(each.label for each in rules if each.failed > listed[each.rule])
    return UploadChecks(rules=rules, told=told, unlisted=unlisted)


def leads_by_place(found: pd.DataFrame) -> dict[Place, tuple[str, ...]]:
    """The rows of ``integrity_uploaded`` by place: 补录, 雷同（有说明）."""
    leads: dict[Place, tuple[str, ...]] = {}
    for each in found.itertuples():
        at = (_sheet(each.source_sheet), int(each.source_row))
        said = "（有说明）" if each.is_explained else ""
        leads[at] = (*leads.get(at, ()), f"{LABELS[each.check_id]}{said}")
    return leads


def row_result(checks: UploadChecks, sheet: object, row: object) -> str:
    """What one row shows: passed, the checks that found something, or that it is not known."""
    if is_missing(row):
        return UNKNOWN
    at = (_sheet(sheet), int(row))
    intake, leads = _intake_result(checks, at), checks.leads.get(at)
    if not leads:
        return intake
    return f"▲ 核对线索：{'、'.join(leads)}；入库检查：{intake}"


def _sheet(sheet: object) -> str | None:
    return None if is_missing(sheet) or not sheet else str(sheet)


def _intake_result(checks: UploadChecks, at: Place) -> str:
    if not checks.rules:
        return UNKNOWN
    found = checks.told.get(at)
    if found:
        return f"▲ 不符合：{'、'.join(dict.fromkeys(found))}"
    if checks.unlisted:
        return f"● 其余通过；未逐行保存：{'、'.join(checks.unlisted)}"
    return PASSED


def row_results(rows: pd.DataFrame, *, sheet: str) -> list[str]:
    """For rows with upload_id, source_row and a column named ``sheet``: what each shows."""
    return [
        UNKNOWN
        if is_missing(row["upload_id"]) or not isinstance(row["upload_id"], str)
        else row_result(upload_checks(row["upload_id"]), row[sheet], row["source_row"])
        for _, row in rows.iterrows()
    ]


def checks_passed(uploads: dict[str, str]) -> None:
    """The checks that the files of the shown rows went through. ``uploads``: id → file name."""
    found = {f"{uploads[each]}（{each}）": upload_checks(each) for each in uploads}
    if any(each.leads for each in found.values()):
        st.caption("核对线索（补录、雷同等）不是结论，这些行照常计入；口径和单位说明见“数据质量”。")
    shown = checks_table(found)
    if shown.empty:
        st.caption("这些文件入库时没有保存检查结果。")
        return
    with st.expander(f"入库时经过的检查（{len(shown)} 条）"):
        st.dataframe(shown, hide_index=True, alt="本页各行所在文件入库时每条检查查了多少行")
        st.caption("“必须改”不符合的行没有入库，不在上面各行里；“请核对”“提示”的行照常计入。")


def checks_table(uploads: dict[str, UploadChecks]) -> pd.DataFrame:
    """One row a file and check: severity, rows looked at, rows that did not conform."""
    return pd.DataFrame(
        [
            {
                "文件": name,
                "检查": each.label,
                "级别": SEVERITY_LABELS[each.severity],
                "查了（行）": count(each.checked),
                "不符合（行）": count(each.failed),
                "结果": _outcome(each),
            }
            for name, checks in uploads.items()
            for each in checks.rules
        ]
    )


def _outcome(rule: RuleResult) -> str:
    if rule.failed:
        return "▲ 有不符合"
    return PASSED if rule.checked else "○ 没有可查的行"


def _stored(upload_id: str) -> UploadChecks:
    desk = data.desk()
    checks = summed(desk.rule_results(upload_id), desk.findings(upload_id))
    return replace(
        checks, leads=leads_by_place(data.query("integrity_uploaded", upload_id=upload_id))
    )
