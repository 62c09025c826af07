"""Every critical rule bites, clean rows pass, and suites are data."""

from __future__ import annotations

import ast
import re
from datetime import date, datetime
from functools import cache

import pytest

from expectations.registry import columns_read, rules_for
from expectations.report import SHOWN_PER_RULE, as_text
from pipelines.domain.catalog import dataset, datasets
from pipelines.domain.findings import Severity
from pipelines.settings import ROOT
from tests.expectations.samples import (
    CLEAN,
    TODAY,
    apart,
    as_table,
    breaking_cells,
    critical_rules,
)

CRITICAL = critical_rules()
CHINESE = re.compile("[一-鿿]")


@cache
def broken_table(validator, name):
    """One validation per dataset: per critical rule one row that breaks it.

    Returns {rule id: (cells, row numbers)} and the findings.
    """
    rows, places = [CLEAN[name]], {}
    rules = [rule for owner, rule in CRITICAL if owner == name]
    for number, rule in enumerate(rules):
        cells = breaking_cells(name, rule)
        if cells is None:
            continue
        rows.append(apart(name, cells, number))
        places[rule.id] = (rows[-1], {len(rows) + 1})
    return places, validator.validate(name, as_table(name, rows), today=TODAY).findings


def ids(validation) -> set[str]:
    return {each.rule for each in validation.findings}


def check(validator, name, *rows, today=TODAY):
    """Validate clean rows of ``name`` changed by ``rows``."""
    changed = [CLEAN[name] | row for row in rows]
    return validator.validate(name, as_table(name, changed), today=today)


@pytest.mark.parametrize(("name", "rule"), CRITICAL, ids=[rule.id for _, rule in CRITICAL])
def test_a_critical_rule_has_a_row_that_breaks_it(validator, name, rule):
    """A critical rule is proved by a row it holds back, with a Chinese message and the value."""
    places, findings = broken_table(validator, name)
    assert rule.id in places, f"write the cells that break {rule.id} into samples.BREAKS"
    row, numbers = places[rule.id]
    found = [each for each in findings if each.rule == rule.id and each.row in numbers]
    assert numbers == {each.row for each in found}
    for each in found:
        assert each.severity is Severity.CRITICAL
        assert dataset(name)[rule.cell].label == each.column
        assert as_text(row.get(rule.cell)) == each.value
        assert (each.value or "为空") in each.why
        assert CHINESE.search(each.why)
        assert CHINESE.search(each.how)
        assert "{" not in each.why + each.how
        assert each.sheet == "表1"


@pytest.mark.parametrize("name", list(datasets()))
def test_a_clean_row_passes(validator, name):
    """A row with nothing wrong, at its limits where there are any, yields no finding at all."""
    checked = check(validator, name, {})
    assert checked.findings == ()
    assert [rule.id for rule in rules_for(name)] == [each.rule for each in checked.rules]


@pytest.mark.parametrize("name", list(datasets()))
def test_empty_tables_and_empty_columns_are_checked(validator, name):
    """No rows means nothing found; rows without a cell break every required column, no crash."""
    assert validator.validate(name, as_table(name, []), today=TODAY).findings == ()
    empty = validator.validate(name, as_table(name, [{}, {}]), today=TODAY)
    missing = {f"{name}.{column}.required" for column in dataset(name).required}
    assert missing <= ids(empty)


@pytest.mark.parametrize("name", list(datasets()))
def test_a_dataset_has_a_suite_of_its_own_lines(name):
    """Every dataset has a suite file; rule ids are unique and columns exist in the contract."""
    rules = rules_for(name)
    assert len({rule.id for rule in rules}) == len(rules)
    assert (ROOT / "expectations" / "suites" / f"{name}.py").exists()
    assert set(columns_read(name)) == {column for rule in rules for column in rule.sources}


def test_there_is_no_suite_without_a_dataset():
    """A suite whose dataset is gone would never run, so it must not lie around."""
    files = {path.stem for path in (ROOT / "expectations" / "suites").glob("*.py")}
    assert set(datasets()) == files - {"__init__"}


def test_only_the_runner_imports_great_expectations():
    """Suites are declarations: the engine is imported by runner.py alone, and not by pipelines."""
    files = [*(ROOT / "expectations").rglob("*.py"), *(ROOT / "pipelines").rglob("*.py")]
    importing = {path.name for path in files if "great_expectations" in imported(path)}
    assert {"runner.py"} == importing


def imported(path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = [n.name for node in ast.walk(tree) if isinstance(node, ast.Import) for n in node.names]
    froms = [n.module or "" for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)]
    return {name.split(".")[0] for name in (*names, *froms)}


LOOKED_AT = [
    ("kpi_values", {"actual": None}, "kpi_values.actual.required"),
    ("kpi_values", {"target": -1.0}, "kpi_values.target.above_zero"),
    ("kpi_values", {"month": "2026-12"}, "kpi_values.month.not_in_future"),
    ("activities", {"recorded_at": datetime(2026, 11, 21)}, ".recorded_at.not_before_start_at"),
    (
        "activities",
        {"start_at": datetime(2026, 11, 23, 1), "end_at": None},
        "activities.start_at.not_in_future",
    ),
    ("actions", {"closed_on": None}, "actions.closed_on.required_when_status"),
    ("actions", {"status": "open"}, "actions.closed_on.empty_when_status"),
    ("carriers", {"baseline": None}, "carriers.baseline.required_when_kpi"),
    ("carriers", {"target": None}, "carriers.target.required_when_kpi"),
    ("kpi_definitions", {"band_low": None}, "kpi_definitions.band_low.required_when_direction"),
    ("latent_claims", {"due_on": date(2027, 5, 31)}, ".due_on.not_before_window_end"),
    ("survey_counts", {"n": 4, "base_n": 4}, "survey_counts.base_n.large_enough"),
    ("links", {"by": None}, "links.by.required_when_state"),
    ("units", {"valid_to": date(9999, 12, 31)}, "units.valid_to.within_3660_days"),
    ("carriers", {"target": 0.9}, "carriers.target.differs_from_baseline"),
    ("headcounts", {"members": 91}, "headcounts.members.at_most_staff"),
]


@pytest.mark.parametrize(("name", "cells", "rule"), LOOKED_AT, ids=[r for *_, r in LOOKED_AT])
def test_a_doubtful_row_is_reported_and_not_held_back(validator, name, cells, rule):
    """A warning or hint names the doubt; nothing critical is added, so the row is accepted."""
    findings = check(validator, name, cells).findings
    assert any(each.rule.endswith(rule) for each in findings)
    assert Severity.CRITICAL not in {each.severity for each in findings}


def test_a_figure_may_be_missing_for_a_month_to_come(validator):
    """A target for a future month without an actual is a plan, not a figure of the future."""
    row = {"month": "2027-03", "actual": None}
    assert "kpi_values.month.not_in_future" not in ids(check(validator, "kpi_values", row))


def test_today_comes_with_the_call(validator):
    """The same row is in the future on one day and not on the next."""
    rule = "kpi_values.month.not_in_future"
    row = {"month": "2026-12"}
    assert rule in ids(check(validator, "kpi_values", row, today=date(2026, 11, 30)))
    assert rule not in ids(check(validator, "kpi_values", row, today=date(2026, 12, 1)))


def test_long_lists_of_warnings_are_cut_and_counted(validator):
    """Warnings are listed up to a limit and the true number is told; critical ones all come."""
    many = SHOWN_PER_RULE + 7
    rows = [{"kpi": f"指标{i}", "actual": None, "month": None} for i in range(many)]
    found = check(validator, "kpi_values", *rows)
    warnings = [each for each in found.findings if each.rule == "kpi_values.actual.required"]
    assert SHOWN_PER_RULE + 1 == len(warnings)
    assert warnings[-1].row is None
    assert str(many) in warnings[-1].why
    assert many == sum(each.rule == "kpi_values.month.required" for each in found.findings)
    counts = {each.rule: (each.checked, each.failed) for each in found.rules}
    assert (many, many) == counts["kpi_values.actual.required"]


def test_an_empty_cell_is_not_counted_as_checked(validator):
    """A rule that skips empty cells says how many rows it really looked at."""
    counts = {
        each.rule: each.checked
        for each in check(validator, "kpi_values", {}, {"kpi": "乙", "target": None}).rules
    }
    assert counts["kpi_values.target.above_zero"] == 1
    assert counts["kpi_values.target.required"] == 2
