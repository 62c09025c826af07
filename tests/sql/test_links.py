"""Links of activities: who decides, what is suggested, what is counted."""

from contextlib import closing
from datetime import date

import pandas as pd
import pytest

from pipelines import demo, queries
from pipelines.domain.statements import LinkDecision, Statements
from tests.sql.test_models import SINCE, activity, figure, kpi, unit

BRANCH = [
    unit("D1", "一支部", "party"),
    unit("01", "甲部"),
    unit("02", "乙部"),
    unit("03", "丙部"),
]
BRIDGE = [
    {"party_unit_id": "D1", "admin_unit_id": "01", "share": 0.75, "valid_from": SINCE},
    {"party_unit_id": "D1", "admin_unit_id": "02", "share": 0.25, "valid_from": SINCE},
]
KPIS = [
    kpi("K1", "水质合格率", category="供水"),
    kpi("K2", "设备完好率", category="生产"),
    kpi("K3", "设备气温", category="对照", is_placebo=True),
]
STATES = "select record_id, target_id, state, basis from model.activity_links order by all"


def organisation(*activities: dict, **more: list[dict]) -> dict[str, list[dict]]:
    return {
        "units": BRANCH,
        "unit_bridge": BRIDGE,
        "kpi_definitions": KPIS,
        "activities": list(activities),
        **more,
    }


def held(number: str, day: str = "2026-03-05", **more: object) -> dict[str, object]:
    return activity(number, "一支部", day, **more)


def link(record: str, target: str, state: str, kind: str = "kpi") -> dict[str, object]:
    return {"record_id": record, "target_kind": kind, "target_id": target, "state": state}


def decided(**more: str) -> LinkDecision:
    return LinkDecision(**({"target_kind": "kpi"} | more))


def test_words_of_an_activity_suggest_a_kpi_with_reason_and_no_placebo(build):
    """Keyword and title name the equipment; the reason says where; the control KPI is no target."""
    told = held("A1", title="3月主题党日（设备管理）", keywords="党建+设备", agenda="其他12项")
    ((target, score, reason),) = build([("U1", organisation(told))]).rows(
        "select target_id, score, reason from model.link_suggestions"
    )
    assert "K2" == target
    assert 0.42 <= score < 1
    assert "关键词含“设备”" in reason
    assert "标题含“设备管理”（对照词）" in reason


def test_words_that_say_nothing_suggest_nothing(build):
    """Stop words, numbers and texts about other things give no link; neither does no text."""
    silent = held("A1", title="党员大会", keywords="学习", agenda="传达会议精神，整改3项")
    empty = held("A2", title="专题", keywords=None, agenda=None)
    assert [] == build([("U1", organisation(silent, empty))]).rows(
        "select * from model.link_suggestions"
    )


def test_the_nearer_statement_counts(build):
    """Record before upload before keyword before suggestion, each of them against the next."""
    words = {"title": "设备管理专题", "keywords": "设备、班组"}
    rows = [held(f"A{at}", f"2026-03-0{at}", **words) for at in (1, 2, 3, 4)]
    rows.append(held("A5", title="设备管理专题"))
    links = [link("A1", "K2", "confirmed"), link("A2", "K2", "confirmed")]
    stated = Statements(
        links=(
            decided(record_id="A1", target_id="K2", state="rejected"),
            decided(keyword="设备", target_id="K2", state="rejected"),
            decided(record_id="A4", target_id="K2", state="confirmed"),
        )
    )
    assert [
        ("A1", "K2", "rejected", "record"),
        ("A2", "K2", "confirmed", "upload"),
        ("A3", "K2", "rejected", "keyword"),
        ("A4", "K2", "confirmed", "record"),
        ("A5", "K2", "suggested", "words"),
    ] == build([("U1", organisation(*rows, links=links))], stated).rows(STATES)


def test_a_confirmed_keyword_holds_for_later_months_and_one_is_enough(build):
    """The decision names no record; a keyword rejected beside it does not take it away."""
    rows = [
        held("A1", "2026-01-05", keywords="水质"),
        held("A2", "2026-09-05", keywords="水质；班组|安全"),
        held("A3", "2026-09-06", keywords="安全/水质"),
        held("A4", "2026-09-07", keywords="安全\n 水质 ，党建+质量"),
    ]
    stated = Statements(
        links=(
            decided(keyword="水质", target_id="K1", state="confirmed"),
            decided(keyword="班组", target_id="K1", state="rejected"),
        )
    )
    built = build([("U1", organisation(*rows))], stated)
    assert [
        ("A1", "K1", "confirmed", "keyword"),
        ("A2", "K1", "confirmed", "keyword"),
        ("A3", "K1", "confirmed", "keyword"),
        ("A4", "K1", "confirmed", "keyword"),
    ] == built.rows(STATES)
    assert [("党建+质量",), ("安全",), ("水质",)] == built.rows(
        "select keyword from model.activity_keywords where record_id = 'A4' order by keyword"
    )


def test_a_rejected_pair_is_not_suggested_again_in_later_months(build):
    """Rejected on January's activities with a reason: February's with the keyword is rejected, too,
    and in no queue, though its words fit; one without the keyword is suggested as ever."""
    words = {"title": "设备管理专题", "keywords": "设备"}
    rows = [held("A1", "2026-02-05", **words), held("A2", "2026-03-05", **words)]
    uploads = [("U1", organisation(*rows, held("A3", "2026-03-06", title="设备管理专题")))]
    before = build(uploads)
    assert ["设备"] == [row[0] for row in before.rows(_asked("link_keywords"))]
    assert [("A2",), ("A3",)] == _pending(before)
    rejected = decided(keyword="设备", target_id="K2", state="rejected", reason="只是用语相近")
    after = build(uploads, Statements(links=(rejected,)))
    assert [] == after.rows(_asked("link_keywords"))
    assert [("A3",)] == _pending(after)
    assert [("A1", "K2", "rejected", "keyword"), ("A2", "K2", "rejected", "keyword")] == [
        row for row in after.rows(STATES) if row[2] == "rejected"
    ]


def _pending(built) -> list[tuple[str]]:
    """Activities of March that wait for a decision on K2."""
    sql = _asked("link_pending_records")
    sql = sql.replace("$target_kind", "'kpi'").replace("$target_id", "'K2'")
    return [row[:1] for row in built.rows(sql)]


def test_the_chain_counts_its_month_and_keywords_all_months(build):
    """Stations are of $month and the one before; a keyword tells all its activities and, of those
    not decided, how many are of $month."""
    words = {"title": "设备管理专题", "keywords": "设备"}
    days = {"A1": "2026-01-05", "A2": "2026-02-05", "A3": "2026-03-05", "A4": "2026-03-06"}
    rows = [held(number, day, **words) for number, day in days.items()]
    rows.append(held("A5", "2026-03-07", title="党员大会", keywords="学习"))
    links = [link("A4", "K2", "confirmed")]
    built = build([("U1", organisation(*rows, links=links))])
    assert [("2026-02", 1, 0, 1), ("2026-03", 3, 1, 1)] == sorted(
        row[:4] for row in built.rows(_asked("link_funnel"))
    )
    ((keyword, _, target, _, total, suggested, of_month, _),) = built.rows(_asked("link_keywords"))
    assert ("设备", "K2", 4, 3, 1) == (keyword, target, total, suggested, of_month)


def _asked(name: str) -> str:
    sql = queries.sql_of(name)
    for name, value in {
        "month": "2026-03",
        "previous_month": "2026-02",
        "day": "2026-03-31",
    }.items():
        sql = sql.replace(f"${name}", f"'{value}'")
    return sql


def test_tasks_are_offered_where_the_branch_reaches_and_while_they_are_open(build):
    """甲部's task counts between its dates; 丙部's never, though the words are the same."""
    task = {"name": "甲部水质攻坚", "start_on": date(2026, 2, 1), "due_on": date(2026, 3, 31)}
    tasks = [
        {"task_id": "T1", "unit": "甲部", "status": "closed", **task},
        {"task_id": "T3", "unit": "丙部", "status": "closed", **task},
    ]
    rows = [held(f"A{at}", f"2026-0{at}-15", title="水质专题研讨") for at in (1, 2, 3, 4)]
    stated = Statements(
        links=(decided(keyword="水质", target_kind="key_task", target_id="T3", state="confirmed"),)
    )
    built = build([("U1", organisation(*rows, key_tasks=tasks))], stated)
    assert [("A2", "T1"), ("A3", "T1")] == built.rows(
        "select record_id, target_id from model.link_suggestions "
        "where target_kind = 'key_task' order by all"
    )
    assert [] == built.rows("select * from model.activity_links where target_id = 'T3'")


def test_a_task_past_its_date_is_open_until_it_is_closed(build):
    """An overdue task still takes activities; the name of its unit is no word of it."""
    task = {"unit": "甲部", "start_on": date(2026, 1, 1), "due_on": date(2026, 1, 31)}
    tasks = [{"task_id": "T1", "name": "甲部水质攻坚", "status": "open", **task}]
    rows = [held("A1", title="水质专题"), held("A2", title="甲部座谈")]
    assert [("A1",)] == build([("U1", organisation(*rows, key_tasks=tasks))]).rows(
        "select record_id from model.link_suggestions where target_kind = 'key_task'"
    )


def test_link_rates_count_known_targets_by_share(build):
    """One confirmed, one suggested, one linked to a KPI that nobody knows, one without."""
    rows = [
        held("A1", title="专题"),
        held("A2", title="设备管理专题", keywords="设备"),
        held("A3", title="专题"),
        held("A4", title="专题"),
    ]
    links = [link("A1", "水质合格率", "confirmed"), link("A3", "无此指标", "confirmed")]
    values = build([("U1", organisation(*rows, links=links))]).rows(
        "select measure_id, unit_id, numerator, denominator, value from mart.measure_values "
        "where measure_id like 'link_rate%' and unit_id in ('D1', '02', '*') "
        "and (tree = 'admin' or unit_id = 'D1') order by all"
    )
    assert [
        ("link_rate_confirmed", "*", 1.0, 4.0, 0.25),
        ("link_rate_confirmed", "02", 0.25, 1.0, 0.25),
        ("link_rate_confirmed", "D1", 1.0, 4.0, 0.25),
        ("link_rate_suggested", "*", 2.0, 4.0, 0.5),
        ("link_rate_suggested", "02", 0.5, 1.0, 0.5),
        ("link_rate_suggested", "D1", 2.0, 4.0, 0.5),
    ] == values


def weak(build, unit_id: str, month: str, activities: list[dict], **more: list[dict]) -> tuple:
    figures = [
        figure(name, each, "水质合格率", actual, 100)
        for name in ("甲部", "丙部")
        for each, actual in (("2026-01", 80), ("2026-04", 80.9), ("2026-05", 95))
    ]
    content = organisation(*activities, kpi_values=figures, **more)
    found = build([("U1", content)]).rows(
        "select month, unit_id, measure_id, numerator, denominator from mart.measure_values "
        "where measure_id in ('weak_link_coverage', 'busy_unmoved_rate')"
    )
    return tuple(each[2:] for each in sorted(found, key=str) if each[:2] == (month, unit_id))


def test_weak_kpis_are_covered_by_links_of_three_months_that_reach_the_unit(build):
    """February reaches 甲部 in April; nothing reaches 丙部; May is not weak."""
    rows = [held("A1", "2026-02-05", title="水质专题", keywords="水质")]
    assert (("weak_link_coverage", 1.0, 1.0),) == weak(build, "01", "2026-04", rows)
    assert (("weak_link_coverage", 0.0, 1.0),) == weak(build, "03", "2026-04", rows)
    assert (("weak_link_coverage", 1.0, 2.0),) == weak(build, "*", "2026-04", rows)
    assert () == weak(build, "01", "2026-05", rows)


def test_links_to_a_task_of_the_kpi_address_the_kpi(build):
    """The activity names the task only; the task is there for 水质合格率."""
    tasks = [{"task_id": "T1", "name": "管网", "unit": "甲部", "kpi": "K1", "start_on": SINCE}]
    links = [link("A1", "T1", "confirmed", "key_task")]
    rows = [held("A1", "2026-04-05", title="专题")]
    assert (("weak_link_coverage", 1.0, 1.0),) == weak(
        build, "01", "2026-04", rows, key_tasks=tasks, links=links
    )


@pytest.mark.parametrize(("count", "expected"), [(2, ()), (3, (("busy_unmoved_rate", 1.0, 1.0),))])
def test_busy_and_unmoved_takes_three_activities_and_less_than_a_point(build, count, expected):
    """80 → 80.9 % in three months is less than one point; two activities are not many."""
    rows = [
        held(f"A{at}", f"2026-04-0{at}", title="水质专题", keywords="水质")
        for at in range(1, count + 1)
    ]
    found = weak(build, "01", "2026-04", rows)
    assert expected == tuple(each for each in found if each[0] == "busy_unmoved_rate")


def test_the_demo_coverage_is_what_pandas_counts(demo_settings):
    """Weak KPIs of the last month: those whose unit an activity linked to them reached in three
    months, directly or by a task or carrier that serves the KPI."""
    with closing(queries.open_mart(demo_settings)) as mart:
        links = mart.frame("select * from model.activity_links where state <> 'rejected'")
        held = mart.frame("select record_id, unit_id, month from model.activity_facts")
        kpis = mart.frame("select * from model.kpi_observations where month = '2026-10'")
        serving = mart.frame(
            "select task_id as target_id, kpi from staging.key_tasks "
            "union all select carrier_id, kpi from staging.carriers"
        )
        spelled = mart.frame("select * from model.kpi_spellings")
        value = mart.frame(
            "select numerator, denominator from mart.measure_values where unit_id = '*' "
            "and tree = 'admin' and month = '2026-10' and measure_id = 'weak_link_coverage'"
        )
    serves = serving.merge(spelled, left_on="kpi", right_on="spelling")
    by_target = dict(zip(serves["target_id"], serves["kpi_id"], strict=True))
    links["kpi_id"] = [
        row.target_id if row.target_kind == "kpi" else by_target.get(row.target_id)
        for row in links.itertuples()
    ]
    recent = held[held["month"].isin(["2026-08", "2026-09", "2026-10"])]
    reached = links.merge(recent, on="record_id")[["unit_id", "kpi_id"]]
    covered = set(reached.itertuples(index=False, name=None))
    weak_kpis = kpis[(kpis["attainment_rate"] < 0.9) & ~kpis["is_placebo"]]
    pairs = list(weak_kpis[["unit_id", "kpi_id"]].itertuples(index=False, name=None))
    expected = pd.DataFrame(
        {"numerator": [float(sum(pair in covered for pair in pairs))], "denominator": [len(pairs)]}
    )
    pd.testing.assert_frame_equal(expected, value, check_dtype=False)
    assert 0 < expected["numerator"][0] < len(pairs)


def test_the_demo_decided_on_links_and_left_some(demo_settings):
    """Every decision of the demo reaches activities; keywords confirmed make a share of each month;
    of the newest month there is much to decide; what is suggested does not depend on decisions."""
    with closing(queries.open_mart(demo_settings)) as mart:
        stand = mart.frame(
            "select state, basis, record_id, target_id, reason from model.activity_links"
        )
        words = mart.frame("select record_id, keyword from model.activity_keywords")
        suggested = mart.frame("select record_id, target_id from model.link_suggestions")
        funnel = queries.run(mart, "link_funnel", month="2026-10").set_index("month")
        waiting = queries.run(mart, "link_keywords", month="2026-10")
    for each in demo.decisions():
        mine = {each.record_id} if each.record_id else set()
        mine |= set(words.loc[words["keyword"] == each.keyword, "record_id"])
        reached = stand[stand["record_id"].isin(mine) & (stand["target_id"] == each.target_id)]
        assert each.state in set(reached["state"])
        assert "suggested" not in set(reached["state"])
        known = suggested[suggested["target_id"] == each.target_id]["record_id"]
        assert mine & set(known) == mine
    for month in ("2026-09", "2026-10"):
        shares = funnel.loc[month, ["confirmed_count", "suggested_count"]]
        assert all(0.1 < each / funnel.loc[month, "activity_count"] < 0.6 for each in shares)
    assert len(waiting) >= 4
