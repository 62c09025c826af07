"""Findings as a table: serious first, every place named."""

from dashboard.components.findings import findings_frame
from pipelines.domain.findings import Finding, Severity


def _finding(severity: Severity, row: int | None) -> Finding:
    return Finding(severity=severity, rule="r", why="为什么", how="怎么改", row=row)


def test_the_serious_ones_come_first_then_by_row():
    """A person corrects from top to bottom."""
    given = [
        _finding(Severity.INFO, 1),
        _finding(Severity.CRITICAL, 9),
        _finding(Severity.WARNING, 2),
        _finding(Severity.CRITICAL, 3),
    ]
    frame = findings_frame(given, "a.csv")
    assert list(frame["级别"]) == ["■ 必须改", "■ 必须改", "▲ 请核对", "● 提示"]
    assert list(frame["行"]) == [3, 9, 2, 1]


def test_a_finding_about_the_whole_file_has_no_row():
    """It names the file instead of a cell."""
    frame = findings_frame([_finding(Severity.WARNING, None)], "a.csv")
    assert frame["行"].isna().all()
    assert list(frame["列"]) == ["整个文件"]
    assert list(frame["文件"]) == ["a.csv"]


def test_no_findings_is_an_empty_table_with_its_columns():
    """The download of a clean file opens with a header."""
    assert next(iter(findings_frame([], "a.csv").columns)) == "级别"
