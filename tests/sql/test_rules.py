"""Rules of organisation life: what counts, who is judged, which period, which version."""

from datetime import date, datetime

import pandas as pd
import pytest

from pipelines import queries
from pipelines.domain.months import month_range
from pipelines.domain.statements import Explanation, Statements
from pipelines.rule_pack import LOCAL_NAME
from pipelines.settings import Settings
from pipelines.simulate import simulate
from tests.app.leader_store import publish_frames
from tests.unit.test_rule_pack import HEAD

SINCE = date(2020, 1, 1)
CAME = {"U1": datetime(2026, 7, 3, 9, 0)}
STATES = "select unit_id, state from model.rule_status where rule_id = '{}' and period = '{}'"


def branch(unit_id: str, **more: object) -> dict[str, object]:
    base = {"unit_name": f"{unit_id}支部", "tree": "party", "unit_kind": "党支部"}
    return {"unit_id": unit_id, "valid_from": SINCE, **base, **more}


def held(unit_id: str, day: str, kind: str = "主题党日") -> dict[str, object]:
    return {
        "record_id": f"{unit_id}-{day}-{kind}",
        "unit": unit_id,
        "activity_type": kind,
        "title": "活动",
        "start_at": datetime.fromisoformat(day),
    }


def all_months(unit_id: str, last: int = 6) -> list[dict[str, object]]:
    """A theme day in each month of 2026 up to ``last``."""
    return [held(unit_id, f"2026-{month:02d}-05") for month in range(1, last + 1)]


def states(built, rule_id: str, period: str) -> dict[str, str]:
    return dict(built.rows(STATES.format(rule_id, period)))


def test_a_month_with_the_meeting_is_met_and_one_without_is_not(build):
    """Two branches; only the theme day of the month itself counts."""
    log = [*all_months("A"), *all_months("B", last=5)]
    built = build([("U1", {"units": [branch("A"), branch("B")], "activities": log})], came=CAME)
    assert {"A": "达标", "B": "未达标"} == states(built, "theme_day", "2026-06")
    assert {"A": "达标", "B": "达标"} == states(built, "theme_day", "2026-05")


def test_a_quarter_is_judged_once_when_it_is_over(build):
    """One 党员大会 in February meets the first quarter; its row stands in March."""
    log = [*all_months("A"), held("A", "2026-02-10", "支部党员大会")]
    built = build([("U1", {"units": [branch("A")], "activities": log})], came=CAME)
    assert [("2026-Q1", "2026-03", 1, "达标"), ("2026-Q2", "2026-06", 0, "未达标")] == built.rows(
        "select period, end_month, done, state from model.rule_status "
        "where rule_id = 'general_meeting' order by period"
    )
    assert [("2026-03", 1.0), ("2026-06", 0.0)] == built.rows(
        "select month, value from (select facts.month, avg(is_met) as value from model.rule_facts "
        "as facts where rule_id = 'general_meeting' group by facts.month) order by month"
    )


@pytest.mark.parametrize(
    ("came", "over"), [(datetime(2026, 6, 30), False), (datetime(2026, 7, 1), True)]
)
def test_a_month_counts_only_when_it_had_ended_before_the_log_came(build, came, over):
    """A log that came on the last of June does not judge June, nor the second quarter."""
    log = [*all_months("A"), held("A", "2026-06-10", "支部党员大会")]
    built = build([("U1", {"units": [branch("A")], "activities": log})], came={"U1": came})
    assert {"A": "达标"} == states(built, "theme_day", "2026-05")
    assert ({"A": "达标"} if over else {}) == states(built, "theme_day", "2026-06")
    assert {"A": "达标" if over else "进行中"} == states(built, "general_meeting", "2026-Q2")
    seen = built.rows("select count(*) from model.rule_facts where period = '2026-Q2'")
    assert [(1 if over else 0,)] == seen


def test_a_period_that_began_before_the_log_is_not_judged(build):
    """The log begins in February: neither the first quarter nor the year is judged."""
    log = [held("A", f"2026-{month:02d}-05", "支部党员大会") for month in range(2, 7)]
    built = build([("U1", {"units": [branch("A")], "activities": log})], came=CAME)
    assert [("2026-Q2",)] == built.rows(
        "select distinct period from model.rule_status where rule_id = 'general_meeting'"
    )


@pytest.mark.parametrize(
    ("more", "judged"),
    [
        ({"valid_from": date(2026, 4, 1)}, True),
        ({"valid_from": date(2026, 4, 2)}, False),
        ({"valid_to": date(2026, 6, 30)}, True),
        ({"valid_to": date(2026, 6, 29)}, False),
        ({"unit_kind": "党委"}, False),
        ({"unit_kind": "联合党支部"}, True),
        ({"unit_kind": None}, True),
        ({"tree": "admin"}, False),
    ],
)
def test_branches_that_were_there_the_whole_period_are_judged(build, more, judged):
    """Founded or dissolved inside the quarter, another kind or another tree is not."""
    log = [*all_months("A"), held("A", "2026-05-10", "支部党员大会")]
    units = [branch("A"), branch("B", **more)]
    built = build([("U1", {"units": units, "activities": log})], came=CAME)
    assert judged == ("B" in states(built, "general_meeting", "2026-Q2"))


def test_meetings_of_groups_below_count_for_the_branch(build):
    """A group that logs its own meeting; the group itself is not judged."""
    units = [branch("A"), branch("G", parent_id="A", unit_kind="党小组")]
    log = [*all_months("A"), held("G", "2026-06-08", "党小组会")]
    built = build([("U1", {"units": units, "activities": log})], came=CAME)
    assert {"A": "达标"} == states(built, "group_meeting", "2026-06")


@pytest.mark.parametrize(
    ("rule_id", "kind", "expected"),
    [("committee_meeting", "支部委员会会议", "有说明"), ("theme_day", "主题党日", "未达标")],
)
def test_only_rules_that_say_normally_admit_an_explanation(build, rule_id, kind, expected):
    """The same 说明 beside a 一般 rule and beside a strict one; the met one stays met."""
    log = [held("A", "2026-05-05", kind), held("B", "2026-05-05", kind)]
    log += [held("B", "2026-06-05", kind)]
    stated = Statements(
        explanations=tuple(
            Explanation(subject=f"rule:{rule_id}:{each}:2026-06", unit_id=each, text="轮训")
            for each in ("A", "B")
        )
    )
    built = build(
        [("U1", {"units": [branch("A"), branch("B")], "activities": log})], stated, came=CAME
    )
    assert {"A": expected, "B": "达标"} == states(built, rule_id, "2026-06")


def test_a_type_that_no_log_ever_had_is_not_judged(build):
    """No 民主评议党员 anywhere: 数据不足, and no row in the measure."""
    log = [held("A", f"2025-{month:02d}-05") for month in range(1, 13)]
    built = build([("U1", {"units": [branch("A")], "activities": log})], came=CAME)
    assert {"A": "数据不足"} == states(built, "member_appraisal", "2025")
    assert [(0,)] == built.rows(
        "select count(*) from model.rule_facts where rule_id = 'member_appraisal'"
    )


def test_a_branch_without_any_record_is_marked(build):
    """Not met, and the empty log is told beside it."""
    content = {"units": [branch("A"), branch("B")], "activities": all_months("A")}
    built = build([("U1", content)], came=CAME)
    assert [("A", "达标", False), ("B", "未达标", True)] == built.rows(
        "select unit_id, state, is_silent from model.rule_status "
        "where rule_id = 'theme_day' and period = '2026-06' order by unit_id"
    )


def test_one_month_typed_wrong_does_not_begin_the_log(build):
    """A row dated 2006 among twenty branches judges nothing in 2006."""
    units = [branch(f"B{at:02d}", valid_from=date(2000, 1, 1)) for at in range(20)]
    log = [row for each in units for row in all_months(str(each["unit_id"]))]
    built = build(
        [("U1", {"units": units, "activities": [*log, held("B00", "2006-03-05")]})], came=CAME
    )
    assert [("2026-01",)] == built.rows("select min(start_month) from model.rule_periods")


def test_the_version_of_the_first_day_counts(build, tmp_path):
    """Two a month from 1 May on, by an own rule file; April is judged by the default."""
    row = "theme_day,主题党日,主题党日,月,2,次,0,本单位细则,,2026-05-01,高,2,,\n"
    (tmp_path / LOCAL_NAME).write_text(HEAD + row, encoding="utf-8")
    built = build([("U1", {"units": [branch("A")], "activities": all_months("A")})], came=CAME)
    assert [("2026-04", "1", "达标"), ("2026-05", "2", "未达标")] == built.rows(
        "select period, rule_version, state from model.rule_status "
        "where rule_id = 'theme_day' and period in ('2026-04', '2026-05') order by period"
    )


def test_the_demo_organisation_is_judged_as_pandas_judges_it(tmp_path_factory):
    """Every branch, month and theme day; every branch, quarter and general meeting."""
    made = simulate(seed=11, units=30, months=14)
    settings = Settings(store_root=tmp_path_factory.mktemp("rules") / "store")
    wanted = ("units", "activities", "kpi_values", "kpi_definitions", "unit_bridge")
    publish_frames(settings, {name: made.frames[name] for name in wanted})
    mart = queries.open_mart(settings)
    found = mart.frame("select rule_id, unit_id, period, state from model.rule_status")
    months = made.plan.reported_months
    for rule_id, kind, periods in (
        ("theme_day", "主题党日", {month: [month] for month in months}),
        ("general_meeting", "支部党员大会", _quarters(months)),
    ):
        got = found[(found["rule_id"] == rule_id) & (found["state"] != "进行中")]
        expected = _expected(made.frames, kind, periods)
        assert expected == {(row.unit_id, row.period): row.state for row in got.itertuples()}
        assert {"达标", "未达标"} == set(expected.values())
    month = {"month": months[-2]}
    (value,) = mart.frame(
        "select value from mart.measure_values where measure_id = 'rule_met_rate' "
        "and tree = 'party' and unit_id = '*' and month = $month",
        month,
    )["value"]
    judged = mart.frame(
        "select state from model.rule_status where end_month = $month "
        "and state in ('达标', '未达标', '有说明')",
        month,
    )
    mart.close()
    assert pytest.approx((judged["state"] == "达标").mean()) == value


def _quarters(months: list[str]) -> dict[str, list[str]]:
    found = {}
    for year in sorted({month[:4] for month in months}):
        for quarter in range(1, 5):
            inside = month_range(f"{year}-{quarter * 3 - 2:02d}", f"{year}-{quarter * 3:02d}")
            if set(inside) <= set(months):
                found[f"{year}-Q{quarter}"] = inside
    return found


def _expected(
    frames: dict[str, pd.DataFrame], kind: str, periods: dict[str, list[str]]
) -> dict[tuple[str, str], str]:
    """By the frames alone: branches there on the first day, and whether they held ``kind``."""
    log = frames["activities"]
    log = log[log["activity_type"] == kind]
    pairs = zip(log["unit"], pd.to_datetime(log["start_at"]).dt.strftime("%Y-%m"), strict=True)
    there = set(pairs)
    units = frames["units"]
    branches = units[(units["tree"] == "party") & (units["unit_kind"] == "党支部")]
    born = branches.groupby("unit_id")["valid_from"].min()
    return {
        (unit_id, period): "达标" if {(unit_id, m) for m in inside} & there else "未达标"
        for period, inside in periods.items()
        for unit_id, first in born.items()
        if pd.Timestamp(first) <= pd.Timestamp(f"{inside[0]}-01")
    }


def test_training_hours_follow_an_own_rule_from_its_day_on(build, tmp_path):
    """32 hours a year by default; an own rule of 48 from 2026 on is what a month is due of."""
    (tmp_path / LOCAL_NAME).write_text(
        HEAD
        + "member_training,党员集中培训学时,党员,年,48,学时,0,本单位细则,,2026-01-01,高,本2026,,\n",
        encoding="utf-8",
    )
    unit = {"unit_id": "P1", "unit_name": "一支部", "tree": "party", "valid_from": date(2020, 1, 1)}
    heads = [
        {"unit": "一支部", "month": month, "members": 12, "staff": 20, "training_hours": 10.0}
        for month in ("2025-12", "2026-01")
    ]
    built = build([("U1", {"units": [unit], "headcounts": heads})])
    assert [("2025-12", 32.0), ("2026-01", 48.0)] == built.rows(
        "select month, hours_due_this_year from model.capacity_facts order by month"
    )
