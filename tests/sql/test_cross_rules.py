"""Rules about whole tables and several datasets: each bites where it should and nowhere else."""

from __future__ import annotations

import dataclasses
import re
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb
import pytest
import sqlglot

from expectations.queries import SQL_ROOT, sql_of, views
from expectations.registry import all_rules, queries_for, rules_for
from pipelines import crosscheck
from pipelines.domain.catalog import dataset, datasets
from pipelines.domain.findings import Severity
from pipelines.errors import StoreError
from pipelines.settings import MIB, Settings
from pipelines.warehouse import checking
from tests.expectations.samples import CLEAN, apart
from tests.sql.cross_cases import CASES, REGISTER, ROSTER, Case
from tests.sql.marts import check, publish_mart

QUERIES = [(name, rule) for name in datasets() for rule in queries_for(name)]
CHINESE = re.compile("[一-鿿]")
IDS = [f"{case.rule}-{number}" for number, case in enumerate(CASES)]


@pytest.fixture(scope="session")
def marts(tmp_path_factory) -> Callable[[Settings, Case], None]:
    """Publishes what a case has stored; equal content is built once and copied."""
    made: dict[str, Path] = {}

    def published(settings: Settings, case: Case) -> None:
        content = repr(sorted(case.stored.items()))
        if content not in made:
            made[content] = tmp_path_factory.mktemp("marts") / "store"
            first = Settings(store_root=made[content], ledger_url=None)
            publish_mart(first, {"units": ROSTER, "kpi_definitions": REGISTER} | case.stored)
        shutil.copytree(made[content], settings.store_root)

    return published


def rows_of(case: Case, cells) -> list[dict[str, object]]:
    base = CLEAN[case.dataset]
    return [base | each for each in cells]


def found(checked, rule: str):
    return [each for each in checked.findings if each.rule == rule]


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_a_row_that_breaks_a_rule_is_found(settings, marts, case):
    """The finding names the row, the column, what is wrong and what to do, in Chinese."""
    marts(settings, case)
    rows = rows_of(case, case.broken)
    checked = check(settings, case.dataset, rows, totals=list(case.totals) or None)
    first, *_ = found(checked, case.rule)
    (rule,) = [each for each in queries_for(case.dataset) if each.id == case.rule]
    assert rule.severity is first.severity
    assert (case.totals or [{"_row": 2} | rows[0]])[0].get("_row", 2) == first.row
    assert first.column in {each.label for each in dataset(case.dataset).fields}
    assert CHINESE.search(first.why)
    assert CHINESE.search(first.how)
    assert "{" not in first.why + first.how
    assert case.says in first.why + first.how
    (result,) = [each for each in checked.rules if each.rule == case.rule]
    assert result.failed >= 1
    critical = rule.severity is Severity.CRITICAL
    assert critical == ({"_sheet": None, "_row": first.row} in checked.held.to_pylist())


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_a_row_that_keeps_a_rule_is_not_found(settings, marts, case):
    """Rows at the limit, empty cells and rows the rule is not about pass; the rule did run."""
    marts(settings, case)
    rows = rows_of(case, case.fine)
    checked = check(settings, case.dataset, rows, totals=list(case.fine_totals) or None)
    assert [] == [each.why for each in found(checked, case.rule)]
    (result,) = [each for each in checked.rules if each.rule == case.rule]
    assert "没有检查" not in result.label


@pytest.mark.parametrize("name", list(datasets()))
def test_a_repeated_grain_is_held_back(settings, name):
    """All rows of a grain are held back, the first too; other rows are not."""
    rows = [apart(name, {}, 1), apart(name, {}, 2), apart(name, {}, 1)]
    checked = check(settings, name, rows)
    rule = f"{name}.grain.unique"
    assert [2, 4] == [each.row for each in found(checked, rule)]
    assert {2, 4} <= set(checked.held["_row"].to_pylist())
    assert [(rule, Severity.CRITICAL, 3, 2)] == [
        (each.rule, each.severity, each.checked, each.failed)
        for each in checked.rules
        if each.rule == rule
    ]


def test_empty_cells_of_a_grain_are_a_value(settings):
    """Two survey rows without a group are the same; without a number a record is never a copy."""
    survey = check(settings, "survey_counts", [CLEAN["survey_counts"]] * 2)
    assert [2, 3] == [each.row for each in found(survey, "survey_counts.grain.unique")]
    unnumbered = CLEAN["activities"] | {"record_id": None}
    activities = check(settings, "activities", [unnumbered, unnumbered])
    assert [] == found(activities, "activities.grain.unique")


def test_the_same_row_of_two_sheets_is_told_apart(settings):
    """Held rows and findings say the sheet."""
    row = CLEAN["headcounts"]
    rows = [row | {"_row": 5, "_sheet": "一季度"}, row | {"_row": 5, "_sheet": "二季度"}]
    checked = check(settings, "headcounts", rows)
    assert {"一季度", "二季度"} == {
        each.sheet for each in found(checked, "headcounts.grain.unique")
    }
    assert {"一季度", "二季度"} == set(checked.held["_sheet"].to_pylist())


def test_every_rule_of_a_table_has_a_case():
    """No select goes unproved; grain rules are proved for every dataset."""
    proved = {case.rule for case in CASES} | {f"{name}.grain.unique" for name in datasets()}
    assert proved == {rule.id for _, rule in QUERIES}


def test_every_file_is_a_rule_and_every_rule_a_file():
    """No select lies around unused, and none is missing."""
    files = {path.stem for path in SQL_ROOT.glob("*.sql")}
    assert files == {rule.sql for _, rule in QUERIES}


@pytest.mark.parametrize("path", sorted(SQL_ROOT.rglob("*.sql")), ids=lambda path: path.stem)
def test_a_file_opens_with_the_rule_and_stays_short(path):
    """One sentence first, at most 120 lines, one select."""
    text = path.read_text(encoding="utf-8")
    assert text.startswith("-- ")
    assert len(text.splitlines()) <= 120
    assert len(sqlglot.parse(text, read="duckdb")) == 1


def test_every_shared_view_is_used():
    """A view that no rule and no other view reads would be dead weight."""
    texts = [sql_of(rule.sql) for _, rule in QUERIES]
    for name in views():
        others = [sql for other, sql in views().items() if other != name]
        assert [text for text in (*texts, *others) if re.search(rf"\b{name}\b", text)], name


@pytest.mark.parametrize("name", list(datasets()))
def test_rules_of_a_table_are_well_formed(name):
    """Ids are unique among all rules; columns exist; what is needed is a dataset."""
    rules = all_rules(name)
    assert len(rules) == len({rule.id for rule in rules})
    assert len(rules) == len(rules_for(name)) + len(queries_for(name))
    for rule in queries_for(name):
        assert rule.id.startswith(f"{name}.")
        assert name == rule.dataset
        assert {rule.column, *rule.columns} <= set(dataset(name).names)
        assert set(rule.needs) <= set(datasets())
        assert CHINESE.search(rule.label)


def test_without_other_data_a_rule_is_not_passed_but_not_run(settings):
    """Before there is a roster nothing is said about unknown units, and the result says so."""
    checked = check(settings, "kpi_values", [CLEAN["kpi_values"]])
    (result,) = [each for each in checked.rules if each.rule == "kpi_values.unit.known"]
    assert (0, 0) == (result.checked, result.failed)
    assert "还没有单位名册，没有检查" in result.label
    assert () == checked.findings


def test_a_mart_with_other_data_only_does_not_stand_for_a_roster(settings):
    """A rule needs rows of the dataset that it compares with, not just any build."""
    publish_mart(settings, {"kpi_definitions": REGISTER})
    checked = check(settings, "kpi_values", [CLEAN["kpi_values"]])
    labels = {each.rule: each.label for each in checked.rules}
    assert "没有检查" in labels["kpi_values.unit.known"]
    assert "没有检查" not in labels["kpi_values.kpi.known"]


def test_rows_say_how_many_were_looked_at(settings):
    """Rows with an empty cell are not counted as checked where the rule skips them."""
    rows = [
        CLEAN["activities"] | {"record_id": at, "leave_count": n}
        for at, n in (("1", 0), ("2", None))
    ]
    counts = {each.rule: each.checked for each in check(settings, "activities", rows).rules}
    assert 1 == counts["activities.present_count.adds_up_to_due"]
    assert 2 == counts["activities.grain.unique"]


def test_an_unknown_name_is_told_once_with_its_count(settings):
    """A thousand rows of one unknown unit are one finding, and a thousand broken rows."""
    publish_mart(settings, {"units": ROSTER})
    rows = [CLEAN["headcounts"] | {"unit": "无名厂", "staff": None} for _ in range(1000)]
    checked = check(settings, "headcounts", rows)
    (one,) = found(checked, "headcounts.unit.known")
    assert (2, "无名厂") == (one.row, one.value)
    assert "共 1000 行" in one.why
    assert [1000] == [each.failed for each in checked.rules if each.rule == one.rule]


def test_long_lists_end_with_the_whole_count_and_hold_every_row(settings):
    """At most so many findings of a rule are listed; every critical row is held all the same."""
    many = crosscheck.SHOWN_PER_RULE + 20
    checked = check(settings, "headcounts", [CLEAN["headcounts"]] * many)
    listed = found(checked, "headcounts.grain.unique")
    assert crosscheck.SHOWN_PER_RULE + 1 == len(listed)
    assert listed[-1].row is None
    assert f"共有 {many} 行" in listed[-1].why
    assert many == checked.held.num_rows


def test_a_total_over_a_row_held_back_is_not_compared(settings):
    """What is not there cannot be summed: no false alarm."""
    publish_mart(settings, {"kpi_definitions": REGISTER})
    row = CLEAN["kpi_values"] | {"kpi": "营业收入", "month": "2026-03", "months": 1, "actual": 1.0}
    printed = {"first_row": 2, "last_row": 3, "total_kind": "合计", "_row": 4}
    total = row | printed | {"unit": None, "actual": 3.0}
    rule = "kpi_values.actual.adds_up_to_printed_total"
    assert [4] == [e.row for e in found(check(settings, "kpi_values", [row], totals=[total]), rule)]
    partly = check(settings, "kpi_values", [row], totals=[total], held=(3,))
    assert [] == found(partly, rule)


def test_a_corrected_file_is_compared_with_what_it_replaces(settings):
    """The figures that a file replaces are history: a whole file in the wrong measure is seen."""
    actual = [100.0, 101.0, 99.0, 100.0]
    stored = [
        CLEAN["kpi_values"] | {"kpi": "营业收入", "month": f"2026-0{at}", "months": 1, "actual": n}
        for at, n in enumerate(actual, start=1)
    ]
    publish_mart(settings, {"kpi_definitions": REGISTER, "kpi_values": stored})
    wrong = [row | {"actual": row["actual"] * 1e4} for row in stored]
    checked = check(settings, "kpi_values", wrong)
    assert [2, 3, 4, 5] == [e.row for e in found(checked, "kpi_values.actual.in_its_measure")]


def test_a_mart_of_an_earlier_version_still_serves(settings):
    """A column that an older build does not have counts as empty."""
    publish_mart(settings, {"units": ROSTER, "kpi_values": [CLEAN["kpi_values"]]}, without="months")
    checked = check(settings, "kpi_values", [CLEAN["kpi_values"] | {"months": 1}])
    assert () == checked.findings


def test_a_damaged_mart_is_told(settings):
    """The build that is published cannot be opened: the file is not taken unchecked."""
    publish_mart(settings, {})
    (mart,) = settings.marts.glob("*.duckdb")
    mart.write_bytes(b"DUCK" * 4096)
    with pytest.raises(StoreError, match="损坏"):
        check(settings, "events", [CLEAN["events"]])


def test_the_check_reads_nothing_but_its_folder(settings, tmp_path):
    """No other file can be opened and nothing can be unlocked, whatever a select says."""
    (tmp_path / "other.csv").write_text("a\n1\n", encoding="utf-8")
    settings.incoming.mkdir(parents=True)
    with checking(settings, settings.incoming / "rows.parquet", None) as connection:
        for sql in (f"from '{tmp_path / 'other.csv'}'", "set enable_external_access = true"):
            with pytest.raises(duckdb.Error, match=r"disabled|locked|Cannot"):
                connection.execute(sql)


def test_a_check_without_room_is_told(settings):
    """Too little memory, and nowhere to go on disk: a sentence and not a database error."""
    settings.incoming.mkdir(parents=True)
    (settings.incoming / "spill").write_text("in the way", encoding="utf-8")
    small = dataclasses.replace(settings, check_memory_bytes=16 * MIB)
    numbers = "create table t as select i, hash(i)::varchar as x from range(3000000) as r(i)"
    with (
        pytest.raises(StoreError, match="没有检查完"),
        checking(small, settings.incoming / "rows.parquet", None) as connection,
    ):
        connection.execute(numbers)


def test_each_check_spills_into_a_folder_of_its_own(settings):
    """Two databases that share a folder for spilling overwrite each other and end the process."""
    folders = [settings.incoming / name / "rows.parquet" for name in ("one", "two")]
    with checking(settings, folders[0], None) as one, checking(settings, folders[1], None) as two:
        asked = "select current_setting('temp_directory')"
        assert one.execute(asked).fetchone() != two.execute(asked).fetchone()


def test_today_comes_with_the_call(settings):
    """A carrier ends on one day and lacks its result on the next."""
    row = CLEAN["carriers"] | {"end_on": date(2026, 11, 22)}
    rule = "carriers.result.given_after_end"
    assert [] == found(check(settings, "carriers", [row], today=date(2026, 11, 22)), rule)
    assert found(check(settings, "carriers", [row], today=date(2026, 11, 23)), rule)
