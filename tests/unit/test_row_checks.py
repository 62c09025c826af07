"""What a row behind a figure shows of the checks it went through."""

from dataclasses import replace

import pandas as pd

from dashboard.components.row_checks import (
    PASSED,
    UNKNOWN,
    checks_table,
    leads_by_place,
    row_result,
    summed,
)
from pipelines.domain.findings import Finding, Severity
from pipelines.intake.inspection import RuleResult


def _rule(failed: int) -> RuleResult:
    return RuleResult(
        rule="r", severity=Severity.WARNING, label="与历史相差过大", checked=9, failed=failed
    )


def _finding(row: int, sheet: str | None = None) -> Finding:
    return Finding(
        severity=Severity.WARNING, rule="r", why="差 9 倍", how="请核对", row=row, sheet=sheet
    )


def test_a_row_passed_unless_a_check_found_something_in_it():
    """Sheet and row decide; a CSV has no sheet."""
    checks = summed([_rule(2)], [_finding(4), _finding(5, "一月")])
    assert "▲ 不符合：与历史相差过大" == row_result(checks, None, 4)
    assert PASSED == row_result(checks, None, 5)
    assert "▲ 不符合：与历史相差过大" == row_result(checks, "一月", 5.0)


def test_what_was_not_kept_is_not_called_passed():
    """More failures than findings in the list, no row number, no stored check: not known."""
    partly = row_result(summed([_rule(2)], [_finding(4)]), None, 5)
    assert "● 其余通过；未逐行保存：与历史相差过大" == partly
    assert UNKNOWN == row_result(summed([_rule(0)], []), None, None)
    assert UNKNOWN == row_result(summed([], []), None, 5)


def test_the_checks_of_a_file_are_listed_with_what_they_looked_at():
    """Label, severity, rows looked at and rows that did not conform."""
    found = checks_table({"月报.csv": summed([_rule(0), _rule(3)], [])})
    assert ["0", "3"] == list(found["不符合（行）"])
    assert [PASSED, "▲ 有不符合"] == list(found["结果"])
    assert {"9"} == set(found["查了（行）"])


def test_leads_of_the_integrity_checks_stand_beside_the_checks_of_intake():
    """A row with leads names each, with its 说明, and keeps what intake said."""
    found = pd.DataFrame(
        {
            "source_sheet": [None, None, "一月"],
            "source_row": [4, 4, 5],
            "check_id": ["late_record", "near_duplicate", "burst"],
            "is_explained": [False, True, False],
        }
    )
    checks = replace(summed([_rule(0)], []), leads=leads_by_place(found))
    assert "▲ 核对线索：补录、雷同（有说明）；入库检查：● 通过" == row_result(checks, None, 4)
    assert "▲ 核对线索：突击；入库检查：● 通过" == row_result(checks, "一月", 5)
    assert PASSED == row_result(checks, None, 5)
