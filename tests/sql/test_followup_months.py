"""What a month shows of the follow-up list stays as it was known: later files do not change it."""

from datetime import date, datetime

import pytest

from pipelines import queries
from tests.sql.test_followups import content, item

CAME = {
    "U1": datetime(2026, 2, 3),
    "U2": datetime(2026, 3, 3),
    "U3": datetime(2026, 4, 3),
    "U4": datetime(2026, 4, 20),
}
TOLD = {"U1": "2026-01", "U2": "2026-02", "U3": "2026-03", "U4": "2026-04"}
JANUARY = content(
    item("opened_again", "2026-01-10", "2026-01-09"),
    item("closed_late", "2026-01-10"),
    item("closed_without_date", "2026-01-10"),
    item("closed_at_once", "2026-01-10", status="closed"),
    item("kept", due_raw="长期坚持"),
    item("cause", "2026-01-12", "2026-01-12", text="台账不全"),
    item("again", "2026-01-20", text="台账不全"),
    item("marked", "2026-01-20", "2026-01-19"),
    item("put_off", "2026-01-20"),
)
FEBRUARY = [
    item("opened_again", "2026-01-10"),
    item("closed_late", "2026-01-10", "2026-02-20"),
    item("closed_without_date", "2026-01-10", status="closed"),
    item("cause", "2026-01-12", text="台账不全"),
    item("new", "2026-04-10"),
    item("new_overdue", "2026-02-10"),
    item("marked", "2026-01-20", "2026-01-19", reopened=True),
    item("put_off", "2026-03-20"),
]
MARCH = [
    item("opened_again", "2026-01-10", "2026-03-20"),
    item("closed_late", "2026-01-10"),
    item("put_off", "2026-03-20"),
    item("kept", "2026-02-10"),
    item("new", "2026-04-10", "2026-03-30"),
    item("new_overdue", "2026-02-10", "2026-03-09", status="open"),
]
APRIL = [
    item("opened_again", "2026-01-10"),
    item("new", "2026-04-10"),
    item("closed_late", "2026-01-10", "2026-02-20"),
]
FILES = [
    ("U1", JANUARY),
    ("U2", {"actions": FEBRUARY}),
    ("U3", {"actions": MARCH}),
    ("U4", {"actions": APRIL}),
]
SHOWN = {
    "states": "select month, action_id, state, days_overdue, closed_on, was_reopened, "
    "opened_again, closed_before_on, states.due_on, recurs_of from model.followup_states as states "
    "inner join model.followups using (action_id)",
    "measures": "select month, measure_id, unit_id, value, numerator, denominator "
    "from mart.measure_values where measure_id in ('closure_rate', 'overdue_open_count', "
    "'overdue_days_median', 'closing_days_median', 'recurring_rate')",
}


def shown(built, what: str, until: str) -> list[tuple]:
    """Rows up to a month, which is the first column."""
    return sorted((row for row in built.rows(SHOWN[what]) if row[0] <= until), key=repr)


@pytest.mark.parametrize("count", [1, 2, 3])
@pytest.mark.parametrize("what", SHOWN)
def test_a_later_file_changes_no_month_before_its_own(build, count, what):
    """Opened again, closed with and without a date, marked 返工, put off, new: the list and the
    measures of every month up to the last file's are the same after the next file."""
    until = TOLD[FILES[count - 1][0]]
    before, after = (build(FILES[:each], came=CAME) for each in (count, count + 1))
    assert shown(before, what, until)
    assert shown(before, what, until) == shown(after, what, until)


def states(built, number: str) -> dict[str, str]:
    """By month, from January on."""
    found = built.rows("select action_id, month, state from model.followup_states order by month")
    return {month: state for each, month, state in found if each == number and month >= "2026-01"}


def test_an_item_stands_as_its_files_had_it(build):
    """Closed in January's file, open in February's, closed in March, open in April's; each once
    in the month that it tells of, and 闭环率 of January keeps the closing in time."""
    built = build(FILES, came=CAME)
    assert {
        "2026-01": "closed_in_time",
        "2026-02": "overdue",
        "2026-03": "closed_late",
        "2026-04": "overdue",
    } == states(built, "opened_again")
    assert [
        (1, date(2026, 1, 9), "2026-01", "2026-02"),
        (2, date(2026, 3, 20), "2026-03", "2026-04"),
    ] == built.rows(
        "select closing, closed_on, closed_month, reopened_month from model.followup_closings "
        "where action_id = 'opened_again' order by closing"
    )
    # Of eight due in January, with one closed without a date left out: 3 in time.
    assert [(3.0, 7.0)] == built.rows(
        "select numerator, denominator from mart.measure_values "
        "where measure_id = 'closure_rate' and unit_id = '01' and month = '2026-01'"
    )


def test_a_closing_without_a_date_holds_from_the_file_that_has_it(build):
    """Open in January's file: overdue then. Closed in the first file of all: nobody knows since
    when, so always."""
    built = build(FILES, came=CAME)
    assert "overdue" == states(built, "closed_without_date")["2026-01"]
    assert "closed_undated" == states(built, "closed_without_date")["2026-02"]
    assert {"closed_undated"} == set(states(built, "closed_at_once").values())


def test_a_date_put_off_leaves_the_overdue_month_as_it_was(build):
    """Due on 20 January and open; February's file says 20 March: overdue in January, then open,
    then overdue again, and due in both months."""
    built = build(FILES, came=CAME)
    assert ["overdue", "open", "overdue"] == list(states(built, "put_off").values())[:3]
    assert [("2026-01", 0), ("2026-03", 0)] == built.rows(
        "select month, is_in_time from model.followup_facts "
        "where action_id = 'put_off' and event = 'due' order by month"
    )


def test_a_date_brought_forward_falls_due_in_the_month_of_its_file(build):
    """长期坚持 until March's file names 10 February: due in March, once, and not in February."""
    built = build(FILES, came=CAME)
    assert ["open_no_due", "open_no_due", "overdue"] == list(states(built, "kept").values())[:3]
    assert [("2026-03", date(2026, 2, 10))] == built.rows(
        "select month, due_on from model.followup_facts where action_id = 'kept' and event = 'due'"
    )


def test_a_new_item_is_listed_from_its_file_or_its_own_date_on(build):
    """February's file brings two: one due in April is listed from February on, one due in
    February too; what the first file has is listed in every month."""
    built = build(FILES, came=CAME)
    assert ["2026-02", "2026-03", "2026-04"] == list(states(built, "new"))
    assert "2026-02" == min(states(built, "new_overdue"))
    assert "2026-01" == min(states(built, "kept"))
    late = build([*FILES, ("U5", {"actions": [item("late", "2026-02-10")]})],
                 came={**CAME, "U5": datetime(2026, 5, 3)})  # fmt: skip
    assert "2026-02" == min(states(late, "late"))


@pytest.mark.parametrize(
    ("first", "second", "month_open"),
    [
        (datetime(2026, 2, 3), datetime(2026, 3, 3), "2026-02"),
        (datetime(2026, 2, 3), datetime(2026, 3, 15), "2026-02"),
        (datetime(2026, 2, 3), datetime(2026, 3, 16), "2026-03"),
        (datetime(2026, 1, 27), datetime(2026, 2, 27), "2026-02"),
        (datetime(2026, 2, 3), datetime(2026, 4, 3), "2026-03"),
        (datetime(2026, 2, 3), datetime(2026, 2, 5), "2026-01"),
        (datetime(2026, 12, 1), datetime(2026, 12, 1), "2026-01"),
    ],
)
def test_a_file_tells_of_the_month_before_up_to_its_fifteenth_day(build, first, second, month_open):
    """At the beginning or at the end of the month, a quarter late, two files for one month, all
    files at once: the month from which the item is open again."""
    files = [
        ("U1", content(item("D", "2026-01-10", "2026-01-09"), item("other", "2026-02-10"))),
        ("U2", {"actions": [item("D", "2026-01-10")]}),
    ]
    found = states(build(files, came={"U1": first, "U2": second}), "D")
    assert month_open == min(month for month, state in found.items() if state == "overdue")


def test_an_old_closing_date_in_a_new_file_closes_no_month_before(build):
    """Open again in February, closed in March's file with January's date: closed from March on."""
    files = [
        ("U1", content(item("D", "2026-01-10", "2026-01-09"), item("other", "2026-02-10"))),
        ("U2", {"actions": [item("D", "2026-01-10")]}),
        ("U3", {"actions": [item("D", "2026-01-10", "2026-01-09")]}),
    ]
    assert {
        "2026-01": "closed_in_time",
        "2026-02": "overdue",
        "2026-03": "closed_undated",
    } == states(build(files, came=CAME), "D")


def test_the_last_month_names_what_a_later_file_opens_again(build):
    """April's file has it open while March is the last month: it stays closed there, and the query
    of the page names it with the month."""
    sql = (
        queries.sql_of("followup_later")
        .replace("$month", "'2026-03'")
        .replace("$day", "'2026-03-31'")
    )
    assert [("new", "2026-04"), ("opened_again", "2026-04")] == [
        (number, month) for number, _text, _unit, month in build(FILES, came=CAME).rows(sql)
    ]
