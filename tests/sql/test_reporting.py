"""Who owes which report, when it came, and what is late."""

from contextlib import closing
from datetime import date, datetime

import pandas as pd
import pytest

from pipelines import queries
from pipelines.accepted import create_accepted_table
from pipelines.domain.catalog import dataset
from pipelines.reporting import offer_receipts, reports
from pipelines.settings import Settings
from pipelines.simulate import simulate
from pipelines.warehouse import scratch
from tests.app.leader_store import publish_frames

SINCE = date(2020, 1, 1)
KPI = "业务指标月报"


def unit(unit_id: str, expected: str | None = None, **more: object) -> dict[str, object]:
    base = {"unit_name": f"{unit_id}厂", "tree": "admin", "valid_from": SINCE}
    return {"unit_id": unit_id, "expected_datasets": expected, **base, **more}


def figures(unit_id: str, *months: str, **more: object) -> list[dict[str, object]]:
    return [{"unit": unit_id, "month": m, "kpi": "收入", "actual": 1.0, **more} for m in months]


def at(month: int, day: int, hour: int = 9) -> datetime:
    return datetime(2026, month, day, hour)


def monthly(*came: datetime, unit_id: str = "A") -> tuple[list[tuple], dict[str, datetime]]:
    """One upload a month from January on, and when each came."""
    uploads = [
        (f"U{month}", {"kpi_values": figures(unit_id, f"2026-{month:02d}")})
        for month in range(1, len(came) + 1)
    ]
    return uploads, {f"U{month}": day for month, day in enumerate(came, start=1)}


def states(built, unit_id: str = "A") -> dict[str, str]:
    return dict(
        built.rows(
            f"select month, state from model.reporting_status where unit_id = '{unit_id}'"  # noqa: S608
        )
    )


def test_on_time_until_the_end_of_the_due_day(build):
    """The fifth of the next month until midnight; the sixth is late."""
    uploads, came = monthly(at(2, 5, 23), at(3, 6, 0), at(4, 1))
    roster = ("U0", {"units": [unit("A", KPI)]})
    built = build([roster, *uploads], came={"U0": at(1, 1), **came})
    assert {"2026-01": "按时", "2026-02": "迟报", "2026-03": "按时"} == states(built)
    assert [("2026-02", 0.0), ("2026-03", 1.0)] == built.rows(
        "select month, value from mart.measure_values where unit_id = 'A' "
        "and measure_id = 'report_on_time_rate' and month > '2026-01' order by month"
    )


@pytest.mark.parametrize(("as_of", "state"), [(at(4, 5), "未到期"), (at(4, 6), "未报")])
def test_what_has_not_come_is_missing_only_after_the_due_day(build, as_of, state):
    """March has ended; whether its due day has passed is seen from the newest upload."""
    uploads, came = monthly(at(2, 2), at(3, 2))
    other = ("U9", {"kpi_values": figures("B", "2026-03")})
    roster = ("U0", {"units": [unit("A", KPI), unit("B", KPI)]})
    built = build([roster, *uploads, other], came={"U0": at(1, 1), **came, "U9": as_of})
    assert state == states(built)["2026-03"]
    assert [(0.5 if state == "未报" else 1.0,)] == built.rows(
        "select value from mart.measure_values where measure_id = 'report_complete_rate' "
        "and unit_id = '*' and month = '2026-03'"
    )


@pytest.mark.parametrize(("months", "late"), [(2, "迟报"), (3, "补传")])
def test_history_brought_in_on_one_day_is_not_late(build, months, late):
    """Three new months on one day are history, two are late reports; the newest is on time."""
    brought = [f"2026-{month:02d}" for month in range(5 - months, 5)]
    uploads = [
        ("U0", {"units": [unit("A", KPI), unit("B", KPI)]}),
        ("U1", {"kpi_values": figures("A", *brought)}),
        ("U2", {"kpi_values": figures("B", "2026-01", "2026-02", "2026-03", "2026-04")}),
    ]
    built = build(uploads, came={"U0": at(1, 1), "U1": at(5, 4), "U2": at(5, 4)})
    found = states(built)
    assert "按时" == found["2026-04"]
    assert {late} == {found[each] for each in brought[:-1]}


def test_history_in_files_of_one_month_is_history_too(build):
    """Three files on one day, one month in each."""
    uploads, _ = monthly(at(8, 1), at(8, 1), at(8, 1))
    roster = ("U0", {"units": [unit("A", KPI)]})
    came = {"U0": at(1, 1), "U1": at(8, 1), "U2": at(8, 1, 10), "U3": at(8, 1, 11)}
    built = build([roster, *uploads], came=came)
    assert {"补传"} == {states(built)[f"2026-0{month}"] for month in (1, 2, 3)}
    assert [] == built.rows(
        "select value from mart.measure_values where measure_id = 'report_on_time_rate'"
    )


def test_a_file_of_the_whole_year_each_month_is_judged_by_what_is_new(build):
    """January to March again in April: only March is new; a later correction changes nothing."""
    uploads = [
        ("U0", {"units": [unit("A", KPI)]}),
        ("U1", {"kpi_values": figures("A", "2026-01")}),
        ("U2", {"kpi_values": figures("A", "2026-01", "2026-02")}),
        ("U3", {"kpi_values": figures("A", "2026-01", "2026-02", "2026-03")}),
    ]
    came = {"U0": at(1, 1), "U1": at(2, 3), "U2": at(3, 9), "U3": at(4, 2)}
    built = build(uploads, came=came)
    assert {"2026-01": "按时", "2026-02": "迟报", "2026-03": "按时"} == states(built)
    assert [("2026-02", "U2", at(3, 9))] == built.rows(
        "select month, upload_id, received_at from model.reporting_status where state = '迟报'"
    )


def test_january_and_february_in_one_figure_are_both_in(build):
    """1—2月 reported together in March."""
    uploads = [
        ("U0", {"units": [unit("A", KPI), unit("B", KPI)]}),
        ("U1", {"kpi_values": [*figures("A", "2026-02", months=2), *figures("B", "2026-01")]}),
    ]
    built = build(uploads, came={"U0": at(1, 1), "U1": at(3, 3)})
    assert {"2026-01": "迟报", "2026-02": "按时"} == states(built)


@pytest.mark.parametrize(
    ("words", "owed"),
    [
        (KPI, ["kpi_values"]),
        ("业务月报、台账", ["kpi_values"]),
        ("业务指标月报，党建活动台账;headcounts", ["activities", "headcounts", "kpi_values"]),
        ("台账", []),
    ],
)
def test_the_roster_says_what_is_owed(build, words, owed):
    """Labels, other spellings and ids with any separator; an unknown word owes nothing."""
    content = {"units": [unit("A", words), unit("B", KPI)], "kpi_values": figures("B", "2026-01")}
    built = build([("U1", content)], came={"U1": at(2, 20)})
    assert [(each,) for each in owed] == built.rows(
        "select dataset from model.reporting_status where unit_id = 'A' order by dataset"
    )
    unknown = built.rows("select word from model.reporting_duties where dataset is null")
    assert ([("台账",)] if "台账" in words.split("、") else []) == unknown


def test_a_roster_that_says_nothing_is_inferred_from_six_months(build):
    """Reported in January only: owed until June, and no more in July; marked as inferred."""
    uploads = [
        ("U1", {"units": [unit("A"), unit("B", KPI)], "kpi_values": figures("A", "2026-01")}),
        ("U2", {"kpi_values": figures("B", "2026-07")}),
    ]
    built = build(uploads, came={"U1": at(2, 2), "U2": at(8, 20)})
    assert [f"2026-{month:02d}" for month in range(1, 7)] == sorted(states(built))
    assert [(True,)] == built.rows(
        "select distinct is_inferred from model.reporting_status where unit_id = 'A'"
    )
    assert [(False,)] == built.rows(
        "select distinct is_inferred from model.reporting_status where unit_id = 'B'"
    )


@pytest.mark.parametrize(
    ("more", "months"),
    [
        ({"valid_from": date(2026, 2, 1)}, ["2026-02", "2026-03"]),
        ({"valid_from": date(2026, 2, 2)}, ["2026-03"]),
        ({"valid_to": date(2026, 2, 28)}, ["2026-01", "2026-02"]),
        ({"valid_to": date(2026, 2, 27)}, ["2026-01"]),
    ],
)
def test_a_unit_owes_only_months_it_was_there(build, more, months):
    """From the first day of the month to the last."""
    content = {
        "units": [unit("A", KPI, **more), unit("B", KPI)],
        "kpi_values": figures("B", "2026-01", "2026-02", "2026-03"),
    }
    built = build([("U1", content)], came={"U1": at(4, 20)})
    assert months == sorted(states(built))


def test_a_renamed_unit_owes_one_report(build):
    """A new roster row from the tenth of February; its word counts from March on."""
    rows = [
        unit("A", KPI, valid_to=date(2026, 2, 9)),
        unit("A", "队伍情况", unit_name="新名", valid_from=date(2026, 2, 10)),
        unit("B", KPI),
    ]
    content = {"units": rows, "kpi_values": figures("B", "2026-01", "2026-02", "2026-03")}
    built = build([("U1", content)], came={"U1": at(4, 20)})
    assert [("2026-01", "kpi_values"), ("2026-02", "kpi_values"), ("2026-03", "headcounts")] == (
        built.rows(
            "select month, dataset from model.reporting_status where unit_id = 'A' order by month"
        )
    )


def test_a_new_unit_owes_what_its_predecessor_reported(build):
    """Where the roster says nothing: inferred, from its first month on; a unit without a word of
    whence it came owes nothing before it has reported."""
    rows = [
        unit("A", valid_to=date(2026, 2, 28)),
        unit("B", valid_from=date(2026, 3, 1), predecessor_ids="A"),
        unit("C", valid_from=date(2026, 3, 1)),
    ]
    content = {"units": rows, "kpi_values": figures("A", "2026-01", "2026-02")}
    built = build([("U1", content)], came={"U1": at(4, 20)})
    assert {"2026-03": "未报"} == states(built, "B")
    assert {} == states(built, "C")


def test_a_month_without_any_report_is_in_the_calendar(build):
    """Nobody reported February: it is owed all the same."""
    content = {"units": [unit("A", KPI)], "kpi_values": figures("A", "2026-01", "2026-03")}
    built = build([("U1", content)], came={"U1": at(4, 20)})
    assert "未报" == states(built)["2026-02"]


def test_the_demo_organisation_is_counted_as_pandas_counts_it(tmp_path_factory):
    """Owed, received and missing by unit and month, from the frames alone."""
    made = simulate(seed=5, units=24, months=12)
    settings = Settings(store_root=tmp_path_factory.mktemp("reporting") / "store")
    wanted = ("units", "activities", "kpi_values", "kpi_definitions")
    publish_frames(settings, {name: made.frames[name] for name in wanted})
    mart = queries.open_mart(settings)
    found = mart.frame("select unit_id, month, received_at from model.reporting_status")
    mart.close()
    got = {(r.unit_id, r.month): pd.notna(r.received_at) for r in found.itertuples()}
    log = made.frames["activities"]
    came = set(
        zip(log["unit"], pd.to_datetime(log["start_at"]).dt.strftime("%Y-%m"), strict=True)
    ) | set(zip(made.frames["kpi_values"]["unit"], made.frames["kpi_values"]["month"], strict=True))
    units = made.frames["units"].dropna(subset=["expected_datasets"])
    expected = {
        (row.unit_id, month): (row.unit_id, month) in came
        for row in units.itertuples()
        for month in made.plan.reported_months
        if pd.Timestamp(row.valid_from) <= pd.Timestamp(f"{month}-01")
    }
    assert expected == got
    assert 0 < sum(not each for each in expected.values()) < len(expected) / 10


def test_rows_that_a_correction_replaced_had_come_in():
    """Receipts are read from all files, not only from the rows that count now."""
    with closing(scratch()) as connection:
        connection.execute("create schema accepted")
        for each in reports():
            create_accepted_table(connection, dataset(each.dataset))
        connection.execute("create table accepted.kpi_values_files as from accepted.kpi_values")
        connection.execute(
            "insert into accepted.kpi_values_files (unit, month, months, _upload_id) "
            "values ('A', '2026-01', null, 'U1'), ('A', '2026-01', 1, 'U1'), "
            "('A', '2026-01', 1, 'U2')"
        )
        connection.execute(
            "insert into accepted.kpi_values (unit, month, _upload_id) "
            "values ('A', '2026-01', 'U2')"
        )
        offer_receipts(connection)
        assert [
            ("kpi_values", "A", "2026-01", 1, "U1"),
            ("kpi_values", "A", "2026-01", 1, "U2"),
        ] == connection.execute("from accepted.receipts order by upload_id").fetchall()
