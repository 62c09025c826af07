"""Key tasks: steps of two sides, phases, and the measures of both."""

from datetime import date, datetime

import pandas as pd
import pytest

from pipelines import queries
from pipelines.domain.statements import LinkDecision, Statements
from pipelines.measures import measure
from pipelines.measures.rows import recomputed, rows, value
from pipelines.settings import Settings
from pipelines.simulate import simulate
from tests.app.leader_store import publish_frames

SINCE = date(2020, 1, 1)
LAST = pd.Timestamp("2026-03-31")


def step(name: str, business: str | None, party: str | None) -> list[dict]:
    return [
        {
            "task_id": "T1",
            "step": name,
            "side": side,
            "done_on": date.fromisoformat(day) if day else None,
        }
        for side, day in (("business", business), ("party", party))
    ]


def content(*steps: list[dict], start: str = "2026-01-01", due: str = "2026-03-31") -> dict:
    """One unit, one task, its steps; KPI figures of January to March 2026."""
    task = {
        "task_id": "T1",
        "name": "攻坚",
        "unit": "甲厂",
        "start_on": date.fromisoformat(start),
        "due_on": date.fromisoformat(due),
        "status": "open",
    }
    months = ("2026-01", "2026-02", "2026-03")
    return {
        "units": [{"unit_id": "01", "unit_name": "甲厂", "tree": "admin", "valid_from": SINCE}],
        "kpi_values": [{"unit": "甲厂", "month": m, "kpi": "收入", "actual": 1.0} for m in months],
        "key_tasks": [task],
        "task_steps": [row for rows in steps for row in rows],
    }


def test_gaps_are_signed_and_missing_steps_and_unknown_steps_are_shown(build):
    """Party first is negative; a step of the set that is not in the file stands without dates; a
    step that no set knows comes last."""
    rows = content(
        step("自定步骤", "2026-02-01", "2026-02-01"),
        step("同谋划", "2026-01-10", "2026-01-08"),
        step("同部署", "2026-01-20", None),
        step("同检查", None, "2026-03-01"),
    )
    assert [
        ("同谋划", 1, True, True, -2),
        ("同部署", 2, True, True, None),
        ("同推进", 3, True, False, None),
        ("同检查", 4, True, True, None),
        ("自定步骤", 5, False, True, 0),
    ] == build([("U1", rows)]).rows(
        "select step, position, is_listed, is_reported, gap_days "
        "from model.task_syncs order by position"
    )


def test_steps_of_no_known_set_keep_the_order_of_the_file(build):
    """Without a vocabulary all steps are there as they came."""
    rows = content(step("乙步", "2026-01-10", None), step("甲步", "2026-01-20", None))
    built = build([("U1", rows)])
    assert [("乙步",), ("甲步",)] == built.rows(
        "select step from model.task_syncs order by position"
    )
    assert [(None,)] == built.rows("select step_set from model.task_list")


def test_an_own_vocabulary_orders_the_steps(build, tmp_path):
    """The organisation's set alone counts: a default name is outside it, a missing step is shown;
    rows name the lines of both sides."""
    (tmp_path / "steps_local.csv").write_text(
        "step_set,position,step\n三步法,1,摸底\n三步法,2,立项\n三步法,3,验收\n", encoding="utf-8"
    )
    steps = content(
        step("同谋划", "2026-01-05", "2026-01-05"),
        step("立项", "2026-01-10", "2026-01-12"),
        step("摸底", "2026-01-02", "2026-01-01"),
    )
    built = build([("U1", steps)])
    assert [
        ("摸底", True, True, -1),
        ("立项", True, True, 2),
        ("验收", True, False, None),
        ("同谋划", False, True, 0),
    ] == built.rows(
        "select step, is_listed, is_reported, gap_days from model.task_syncs order by position"
    )
    assert [("三步法",)] == built.rows("select step_set from model.task_list")
    assert [("U1", 4, 5)] == built.rows(
        "select upload_id, source_row, party_source_row from model.task_step_facts "
        "where step = '立项'"
    )


@pytest.mark.parametrize(
    ("business", "party", "expected"),
    [
        ("2026-02-01", "2026-02-08", [1]),
        ("2026-02-01", "2026-02-09", [0]),
        ("2026-02-08", "2026-02-01", [1]),
        ("2026-02-09", "2026-02-01", [0]),
        ("2026-02-01", None, [0]),
        ("2026-03-24", None, [None]),
        ("2026-03-23", None, [0]),
        (None, "2026-02-01", []),
        ("2026-04-01", "2026-04-01", []),
    ],
)
def test_in_time_is_seven_days_either_way(build, business, party, expected):
    """A missing party step is judged once seven days are over at the end of March."""
    built = build([("U1", content(step("同谋划", business, party)))])
    found = built.rows("select is_in_time from model.task_step_facts")
    assert expected == [each for (each,) in found]


@pytest.mark.parametrize(
    ("party", "covered"),
    [
        ("2025-12-20", [1, 0, 0]),
        ("2026-01-30", [1, 0, 0]),
        ("2026-01-31", [0, 1, 0]),
        ("2026-03-01", [0, 1, 0]),
        ("2026-03-02", [0, 0, 1]),
        ("2026-03-31", [0, 0, 1]),
        ("2026-04-01", [0, 0, 0]),
    ],
)
def test_phases_are_thirds_of_the_days(build, party, covered):
    """90 days from 1 January: thirds end on 30 January, 1 March and 31 March."""
    built = build([("U1", content(step("同谋划", "2026-01-10", party)))])
    found = built.rows("select is_covered, month from model.task_phase_facts order by phase")
    assert [
        (c, m) for c, m in zip(covered, ("2026-01", "2026-03", "2026-03"), strict=True)
    ] == found


@pytest.mark.parametrize(("state", "covered"), [("confirmed", 1), ("rejected", 0), (None, 0)])
def test_an_activity_covers_a_phase_once_its_link_is_confirmed(build, state, covered):
    """A suggested or rejected link to the task is no party work for it."""
    rows = content(step("同谋划", "2026-01-10", None))
    rows["activities"] = [
        {
            "record_id": "A1",
            "unit": "甲厂",
            "activity_type": "党课",
            "title": "攻坚",
            "start_at": datetime(2026, 1, 15),
        }
    ]
    decision = {"record_id": "A1", "target_kind": "key_task", "target_id": "T1", "state": state}
    links = (LinkDecision(**decision),) if state else ()
    built = build([("U1", rows)], Statements(links=links))
    assert [(covered,)] == built.rows(
        "select is_covered from model.task_phase_facts where phase = 1"
    )


def test_a_third_ends_in_the_month_of_its_last_day(build):
    """94 days from 1 January: the first third has 32 days and ends on 1 February."""
    built = build([("U1", content(step("同谋划", None, None), due="2026-04-04"))])
    assert ("2026-02",) == built.rows("select ended_month from model.task_phases order by phase")[0]


def test_a_third_that_is_not_over_is_not_judged(build):
    """Due at the end of June: only the first of three phases is over by the end of March."""
    built = build([("U1", content(step("同谋划", None, None), due="2026-06-30"))])
    assert [(1, "2026-03")] == built.rows("select phase, month from model.task_phase_facts")


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """The mart, the tasks and the steps of a demo organisation."""
    organisation = simulate(units=24, months=18, kpis=13, last_month="2026-03", seed=11)
    settings = Settings(store_root=tmp_path_factory.mktemp("tasks"))
    publish_frames(settings, organisation.frames)
    mart = queries.open_mart(settings)
    yield mart, organisation.frames["key_tasks"], organisation.frames["task_steps"]
    mart.close()


def _values(mart, measure: str) -> dict[str, float]:
    found = mart.frame(
        "select month, value from mart.measure_values "
        "where measure_id = $measure and unit_id = '*' and tree = 'admin'",
        {"measure": measure},
    ).dropna()
    return dict(zip(found["month"], found["value"], strict=True))


def _pairs(steps: pd.DataFrame) -> pd.DataFrame:
    days = steps.assign(done_on=pd.to_datetime(steps["done_on"]))
    wide = days.pivot_table(
        index=["task_id", "step"], columns="side", values="done_on", aggfunc="max", dropna=False
    ).dropna(subset=["business"])
    wide = wide[wide["business"] <= LAST]
    return wide.assign(
        month=wide["business"].dt.strftime("%Y-%m"), gap=(wide["party"] - wide["business"]).dt.days
    )


def test_gaps_and_in_time_steps_of_the_demo_are_what_pandas_counts(demo):
    """Median signed gap and share within seven days by month of the business step."""
    mart, _, steps = demo
    pairs = _pairs(steps)
    medians = pairs.dropna(subset=["gap"]).groupby("month")["gap"].median()
    assert _values(mart, "step_gap_days") == medians.to_dict()
    pending = pairs["gap"].isna() & ((LAST - pairs["business"]).dt.days <= 7)
    judged = pairs[~pending]
    shares = (judged["gap"].abs() <= 7).groupby(judged["month"]).mean()
    assert _values(mart, "step_in_time_rate") == pytest.approx(shares.to_dict())


def test_every_step_of_the_demo_is_what_pandas_counts(demo):
    """Median gap and share in time of each step and month; the rows of a step give it again."""
    mart, _, steps = demo
    pairs = _pairs(steps).reset_index()
    medians = pairs.dropna(subset=["gap"]).groupby(["step", "month"])["gap"].median()
    pending = pairs["gap"].isna() & ((LAST - pairs["business"]).dt.days <= 7)
    shares = pairs[~pending].assign(hit=pairs["gap"].abs() <= 7)
    shares = shares.groupby(["step", "month"])["hit"].mean()
    for measure_id, expected in (("step_gap_days", medians), ("step_in_time_rate", shares)):
        found = mart.frame(
            "select part, month, value from mart.measure_parts "
            "where measure_id = $id and tree = 'admin' and unit_id = '*'",
            {"id": measure_id},
        ).set_index(["part", "month"])["value"]
        assert expected.to_dict() == pytest.approx(found.to_dict())
        for part, month in list(found.index)[::7]:
            place = (measure_id, "admin", "*", month)
            behind = rows(mart, *place, part=part)
            assert {part} == set(behind["step"])
            assert behind["source_row"].notna().all()
            assert found[part, month] == pytest.approx(recomputed(behind, measure(measure_id)))
            assert len(behind) == value(mart, *place, part=part).row_count


def test_the_steps_of_a_month_come_in_their_order(demo):
    """The four steps of the set, each beside the month before."""
    mart, _, steps = demo
    found = queries.run(mart, "step_month", month="2026-03")
    assert ["同谋划", "同部署", "同推进", "同检查"] == found["step"].tolist()
    pairs = _pairs(steps).reset_index().dropna(subset=["gap"])
    for column, month in (("gap_days", "2026-03"), ("previous_gap_days", "2026-02")):
        medians = pairs[pairs["month"] == month].groupby("step")["gap"].median()
        expected = medians.reindex(found["step"])
        assert found[column].fillna(-999).tolist() == expected.fillna(-999).tolist()


def test_phase_coverage_of_the_demo_is_what_pandas_counts(demo):
    """Covered thirds over ended thirds, by the month in which they end."""
    mart, tasks, steps = demo
    party = steps[(steps["side"] == "party") & steps["done_on"].notna()]
    found = []
    for task in tasks.itertuples():
        start, due = pd.Timestamp(task.start_on), pd.Timestamp(task.due_on)
        days = pd.to_datetime(party.loc[party["task_id"] == task.task_id, "done_on"])
        span = (due - start).days + 1
        edges = [-(-k * span // 3) for k in range(4)]  # first offset of each third
        for k in range(3):
            last = start + pd.Timedelta(days=edges[k + 1] - 1)
            first = start + pd.Timedelta(days=edges[k]) if k else pd.Timestamp.min
            if last + pd.offsets.MonthEnd(0) <= LAST:
                found.append((f"{last:%Y-%m}", ((days >= first) & (days <= last)).any()))
    expected = pd.DataFrame(found, columns=["month", "covered"]).groupby("month")["covered"].mean()
    assert _values(mart, "phase_coverage_rate") == pytest.approx(expected.to_dict())


def test_lights_show_what_was_done_by_the_end_of_the_month(build, demo):
    """A step done after the month is not lit in it; every step of a running task is listed."""
    mart, tasks, _ = demo
    month, end = "2026-01", pd.Timestamp("2026-01-31")
    lights = queries.run(mart, "task_lights", month=month)
    due, closed = pd.to_datetime(tasks["due_on"]), tasks["status"] == "closed"
    running = (pd.to_datetime(tasks["start_on"]) <= end) & (~closed | (due >= "2026-01-01"))
    assert set(lights["task_id"]) == set(tasks.loc[running, "task_id"])
    assert len(lights) == 4 * running.sum()
    assert lights[["business_on", "party_on"]].max().max() <= end
    overdue = lights.loc[lights["is_overdue"], "task_id"]
    assert set(overdue) == set(tasks.loc[running & ~closed & (due <= end), "task_id"])
