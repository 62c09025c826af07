"""Decisions, rectification and promises: states, facts and measures of the follow-up list."""

from datetime import date

import pandas as pd
import pytest

from pipelines import queries
from pipelines.settings import Settings
from pipelines.simulate import simulate
from tests.app.leader_store import publish_frames

SINCE = date(2020, 1, 1)
ROSTER = [{"unit_id": "01", "unit_name": "甲厂", "tree": "admin", "valid_from": SINCE}]
LAST = pd.Timestamp("2026-03-31")


def item(number: str, due: str | None = None, closed: str | None = None, **more: object) -> dict:
    days = {
        "due_on": date.fromisoformat(due) if due else None,
        "closed_on": date.fromisoformat(closed) if closed else None,
    }
    status = "closed" if closed else "open"
    return {"action_id": number, "unit": "甲厂", "text": number, "status": status, **days, **more}


def content(*items: dict) -> dict:
    """A roster, the items, and KPI figures up to March 2026."""
    figures = [{"unit": "甲厂", "month": "2026-03", "kpi": "收入", "actual": 1.0}]
    return {"units": ROSTER, "kpi_values": figures, "actions": list(items)}


@pytest.mark.parametrize(
    ("given", "state"),
    [
        (item("D", "2026-03-10", "2026-03-10"), "closed_in_time"),
        (item("D", "2026-03-10", "2026-03-11"), "closed_late"),
        (item("D", "2026-03-31"), "overdue"),
        (item("D", "2026-04-01"), "open"),
        (item("D", "2026-03-10", status="closed"), "closed_undated"),
        (item("D", None, "2026-03-10"), "closed_no_due"),
        (item("D", "2026-03-10", "2026-03-01", status="open"), "overdue"),
        (item("D", None, due_raw="长期坚持"), "open_no_due"),
        (item("D", None, due_raw="即知即改"), "overdue_inferred"),
        (item("D", None, status=None), "open_no_due"),
    ],
)
def test_a_state_holds_at_the_end_of_the_last_month(build, given, state):
    """The last month is March 2026; items first came on 1 January, 89 days before its end."""
    built = build([("U1", content(given))])
    assert [(state,)] == built.rows(
        "select state from model.followup_states where month = '2026-03'"
    )


def test_nothing_is_judged_after_the_last_month(build):
    """An item due in April has no fact while March is the last month reported."""
    built = build([("U1", content(item("D", "2026-04-01"), item("E", "2026-05-01", "2026-03-02")))])
    assert [("E", "closed", "2026-03")] == built.rows(
        "select action_id, event, month from model.followup_facts"
    )


def test_closing_on_the_due_date_is_in_time(build):
    """Of three due in March one is closed that day, one a day later, one has no closing date."""
    given = [item(n, "2026-03-10", d) for n, d in (("A", "2026-03-10"), ("B", "2026-03-11"))]
    built = build([("U1", content(*given, item("C", "2026-03-10", status="closed")))])
    assert [(1.0, 2.0)] == built.rows(
        "select numerator, denominator from mart.measure_values "
        "where measure_id = 'closure_rate' and unit_id = '01'"
    )


def test_an_open_item_is_overdue_at_every_month_end_until_it_is_closed(build):
    """Due 20 January, closed 5 March: overdue at the ends of January and February."""
    built = build([("U1", content(item("D", "2026-01-20", "2026-03-05"), item("E", "2026-02-10")))])
    assert [("D", "2026-01", 11), ("E", "2026-02", 18), ("E", "2026-03", 49)] == built.rows(
        "select action_id, month, days_overdue from model.followup_facts "
        "where event = 'overdue' and not (action_id = 'D' and month = '2026-02') order by all"
    )


def test_the_unit_is_what_its_name_meant_in_the_due_month(build):
    """A name given to another unit later means the first unit for an item due before."""
    rows = content(item("D", "2025-06-30"), item("E", "2026-02-10"))
    rows["units"] = [
        {**ROSTER[0], "valid_to": date(2025, 12, 31)},
        {**ROSTER[0], "unit_id": "02", "valid_from": date(2026, 1, 1)},
    ]
    assert [("D", "01"), ("E", "02")] == build([("U1", rows)]).rows(
        "select action_id, unit_id from model.followups order by all"
    )


def test_the_same_text_after_closing_is_recurring(build):
    """Marks and spaces do not count; another text, another order or an open one does not recur."""
    built = build(
        [
            (
                "U1",
                content(
                    item("A", "2026-01-10", "2026-01-12", text="台账 不全，未闭环"),
                    item("B", "2026-02-10", text="台账不全未闭环。"),
                    item("C", "2026-02-10", text="台账不全"),
                    item("D", "2026-01-11", "2026-01-11", text="台账不全未闭环"),
                    item("E", "2026-01-11", text="台账不全未闭环"),
                ),
            )
        ]
    )
    assert [("B", "A")] == built.rows(
        "select action_id, recurs_of from model.followups where recurs_of is not null"
    )


def test_what_was_closed_without_a_date_due_recurs_too(build):
    """An item to be done at once has no due date; the same matter due later was closed before."""
    given = [
        item("A", None, "2026-01-30", due_raw="立行立改", text="制度上墙不及时"),
        item("B", "2026-03-20", text="制度上墙 不及时"),
        item("C", "2026-01-30", text="制度上墙不及时"),
    ]
    assert [("B", "A")] == build([("U1", content(*given))]).rows(
        "select action_id, recurs_of from model.followups where recurs_of is not null"
    )


def test_a_reopened_item_counts_where_it_was_closed(build):
    """Marked as reopened, or open again with a closing date; blank is not reopened."""
    built = build(
        [
            (
                "U1",
                content(
                    item("A", "2026-03-10", "2026-03-09", reopened=True),
                    item("B", "2026-03-10", "2026-03-09", status="open"),
                    item("C", "2026-03-10", "2026-03-09"),
                    item("D", "2026-03-10"),
                ),
            )
        ]
    )
    assert [(2.0, 3.0)] == built.rows(
        "select numerator, denominator from mart.measure_values "
        "where measure_id = 'reopened_rate' and unit_id = '01'"
    )


def test_the_first_upload_of_an_item_is_when_it_was_first_seen(build):
    """A later upload of the same item gives its state, not the day it was first seen."""
    second = {"actions": [item("D", "2026-03-10", "2026-03-09")]}
    built = build([("U1", content(item("D", "2026-03-10"))), ("U2", second)])
    assert [("closed_in_time", "U2", date(2026, 1, 1))] == built.rows(
        "select state, upload_id, first_seen_on from model.followups "
        "inner join model.followup_states using (action_id) where month = '2026-03'"
    )


def test_an_item_that_a_later_file_opens_again_was_reopened(build):
    """Closed in time in January's file, open in February's without a word of reopening: it counts
    where it was closed as reopened, and its age runs from the first due date. Closed once more in
    March it counts there as closed and not reopened. One corrected to closed was not reopened."""
    uploads = [
        ("U1", content(item("D", "2026-01-10", "2026-01-09"), item("E", "2026-01-10"))),
        ("U2", {"actions": [item("D", "2026-01-10"), item("E", "2026-01-10", "2026-02-01")]}),
    ]
    rates = (
        "select month, numerator, denominator from mart.measure_values "
        "where measure_id = 'reopened_rate' and unit_id = '01' order by all"
    )
    ages = (
        "select month, days_overdue from model.followup_states where action_id = 'D' order by all"
    )
    built = build(uploads)
    assert [("2026-01", 1.0, 1.0), ("2026-02", 0.0, 1.0)] == built.rows(rates)
    assert [("2026-01", 21), ("2026-02", 49), ("2026-03", 80)] == [
        each for each in built.rows(ages) if each[0] >= "2026-01"
    ]
    assert [(True, date(2026, 1, 9))] == built.rows(
        "select distinct was_reopened, closed_before_on from model.followup_states "
        "where action_id = 'D' and month >= '2026-01'"
    )
    again = build([*uploads, ("U3", {"actions": [item("D", "2026-01-10", "2026-03-20")]})])
    assert [("2026-01", 1.0, 1.0), ("2026-02", 0.0, 1.0), ("2026-03", 0.0, 1.0)] == again.rows(
        rates
    )


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """The mart and the frame of actions of a demo organisation."""
    organisation = simulate(units=24, months=18, kpis=13, last_month="2026-03", seed=11)
    settings = Settings(store_root=tmp_path_factory.mktemp("followups"))
    publish_frames(settings, organisation.frames)
    mart = queries.open_mart(settings)
    yield mart, organisation.frames["actions"]
    mart.close()


def _values(mart, measure: str) -> dict[str, float]:
    found = mart.frame(
        "select month, value from mart.measure_values "
        "where measure_id = $measure and unit_id = '*' and tree = 'admin'",
        {"measure": measure},
    )
    return dict(zip(found["month"], found["value"], strict=True))


def _dated(actions: pd.DataFrame) -> pd.DataFrame:
    due, closed = pd.to_datetime(actions["due_on"]), pd.to_datetime(actions["closed_on"])
    frame = pd.DataFrame({"due": due, "closed": closed, "reopened": actions["reopened"]})
    return frame.reset_index(drop=True)


def test_closure_of_the_demo_is_what_pandas_counts(demo):
    """Closed by the due date over due in the month, for every month to the last."""
    mart, actions = demo
    rows = _dated(actions)
    rows = rows[rows["due"] <= LAST]
    expected = (rows["closed"] <= rows["due"]).groupby(rows["due"].dt.strftime("%Y-%m")).mean()
    assert _values(mart, "closure_rate") == pytest.approx(expected.to_dict())


def test_overdue_of_the_demo_is_what_pandas_counts(demo):
    """At each month end: due by then, not closed by then; their number and median age."""
    mart, actions = demo
    rows = _dated(actions)
    counts, medians = {}, {}
    for end in pd.date_range(rows["due"].min(), LAST, freq="ME"):
        late = rows[(rows["due"] <= end) & ~(rows["closed"] <= end)]
        if len(late):
            counts[f"{end:%Y-%m}"] = len(late)
            medians[f"{end:%Y-%m}"] = (end - late["due"]).dt.days.median()
    assert _values(mart, "overdue_open_count") == counts
    assert _values(mart, "overdue_days_median") == medians


def test_reopening_of_the_demo_is_what_pandas_counts(demo):
    """Reopened over closed in the month, due words included."""
    mart, actions = demo
    rows = _dated(actions).dropna(subset=["closed"])
    months = rows["closed"].dt.strftime("%Y-%m")
    expected = rows["reopened"].fillna(False).astype(bool).groupby(months).mean()
    assert _values(mart, "reopened_rate") == pytest.approx(expected.to_dict())


def test_the_list_of_a_past_month_shows_the_states_of_then(demo):
    """In the query as in the facts: as many overdue at the end of every month."""
    mart, _ = demo
    for month, overdue in _values(mart, "overdue_open_count").items():
        listed = queries.run(mart, "followup_items", month=month)
        assert overdue == (listed["state"] == "overdue").sum()
