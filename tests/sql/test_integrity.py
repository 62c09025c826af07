"""The checks of the activity log on given rows, and against what is planted in the demo."""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pandas as pd
import pytest

from pipelines import queries
from pipelines.domain.statements import Explanation, Statements
from pipelines.integrity.checks import CHECKS, subject_of
from pipelines.integrity.thresholds import thresholds
from pipelines.settings import ROOT
from pipelines.simulate import simulate

SINCE = date(2020, 1, 1)
AGENDA = "围绕月度重点，逐项分析防汛保供：低洼点位20项；划定完成时限并挂图推进"
DOC = (ROOT / "docs/integrity.md").read_text(encoding="utf-8")


def unit(unit_id: str, name: str, tree: str = "party", **more: object) -> dict[str, object]:
    return {"unit_id": unit_id, "unit_name": name, "tree": tree, "valid_from": SINCE, **more}


def activity(number: str, day: str, unit_id: str = "D1", **more: object) -> dict[str, object]:
    at = datetime.fromisoformat(day)
    base = {"activity_type": "主题党日", "title": "主题党日", "start_at": at, "present_count": 10}
    return {"record_id": number, "unit": unit_id, **base, **more}


def content(*activities: dict[str, object], **more: object) -> dict[str, list]:
    bridge = {"party_unit_id": "D1", "admin_unit_id": "A1", "share": 1.0, "valid_from": SINCE}
    units = [
        unit("D1", "一支部"),
        unit("D2", "二支部"),
        unit("A1", "甲部", "admin"),
        unit("A2", "乙部", "admin"),
    ]
    return {"units": units, "unit_bridge": [bridge], "activities": list(activities), **more}


def found(built, check_id: str) -> list[tuple]:
    rows = built.rows(
        "select check_id, record_id, other_record_id from model.integrity_findings order by all"
    )
    return [row[1:] for row in rows if row[0] == check_id]


@pytest.mark.parametrize(
    ("recorded", "check"),
    [
        ("2026-03-10 20:00", None),
        ("2026-03-11 08:00", "late_record"),
        ("2026-03-05 08:00", None),
        ("2026-03-04 23:00", "misdated"),
        (None, None),
    ],
)
def test_late_is_more_than_five_days_and_misdated_is_a_day_before(build, recorded, check):
    """Calendar days: the fifth is in time; earlier on the same day is no doubt."""
    at = datetime.fromisoformat(recorded) if recorded else None
    built = build([("U1", content(activity("R1", "2026-03-05 14:00", recorded_at=at)))])
    expected = [(check,)] if check else []
    assert expected == built.rows("select check_id from model.integrity_findings")


def test_the_late_threshold_is_that_of_the_activity_records(build):
    """The page of the month and this check mean the same by late."""
    rows = [
        activity(f"R{n}", "2026-03-05", recorded_at=datetime(2026, 3, 5 + n)) for n in range(12)
    ]
    built = build([("U1", content(*rows))])
    late = built.rows(
        "select record_id, null from model.activity_records where is_late = 1 order by 1"
    )
    assert late == found(built, "late_record")


@pytest.mark.parametrize(
    ("counts", "doubted"),
    [
        ({"due_count": 10, "present_count": 11}, True),
        ({"due_count": 10, "present_count": 9, "leave_count": 2}, True),
        ({"due_count": 10, "present_count": 9, "leave_count": 1}, False),
        ({"due_count": None, "present_count": 9, "leave_count": 1}, False),
        ({"due_count": 10, "present_count": None, "leave_count": -1}, True),
    ],
)
def test_numbers_that_contradict_each_other(build, counts, doubted):
    """Present, and present with leave, are at most due; nothing is below zero; blanks are fine."""
    built = build([("U1", content(activity("R1", "2026-03-05", **counts)))])
    assert ([("R1", None)] if doubted else []) == found(built, "counts")


def test_only_reading_and_watching_without_a_written_result(build):
    """A blank counts as nothing written; other forms and written results do not show."""
    rows = [
        activity("R1", "2026-03-05", form="读文件", result="  "),
        activity("R2", "2026-03-05", form="观影", result=None),
        activity("R3", "2026-03-05", form="读文件", result="形成清单"),
        activity("R4", "2026-03-05", form="研讨", result=None),
    ]
    assert [("R1", None), ("R2", None)] == found(build([("U1", content(*rows))]), "no_result")


MEETING = {
    "record_id": "M1",
    "unit": "甲部",
    "title": "安全例会",
    "start_at": datetime(2026, 3, 5, 9, 0),
    "end_at": datetime(2026, 3, 5, 10, 0),
    "place": "三楼会议室",
}


MIDNIGHT, LATE = datetime(2026, 3, 6), datetime(2026, 3, 5, 23, 30)
AFTER_MIDNIGHT = {
    "start_at": MIDNIGHT + timedelta(minutes=10),
    "end_at": MIDNIGHT + timedelta(minutes=50),
}


@pytest.mark.parametrize(
    ("party", "meeting", "doubted"),
    [
        ({}, {}, True),
        ({"start_at": datetime(2026, 3, 5, 9, 45)}, {}, True),
        ({"start_at": datetime(2026, 3, 5, 9, 46)}, {}, False),
        ({"place": "调度室"}, {}, False),
        ({"place": None}, {"place": None}, False),
        ({"unit": "D2"}, {}, False),
        ({}, {"unit": "乙部"}, False),
        ({"present_count": 1}, {}, False),
        ({"start_at": LATE, "end_at": MIDNIGHT + timedelta(minutes=30)}, AFTER_MIDNIGHT, True),
        ({"start_at": LATE, "end_at": MIDNIGHT + timedelta(minutes=20)}, AFTER_MIDNIGHT, False),
        (AFTER_MIDNIGHT, {"start_at": LATE, "end_at": MIDNIGHT + timedelta(minutes=30)}, True),
        ({"end_at": None}, {}, True),
        ({"end_at": None, "start_at": datetime(2026, 3, 5, 9, 30)}, {}, False),
        (
            {"start_at": datetime(2026, 3, 5), "end_at": None},
            {"start_at": datetime(2026, 3, 5)},
            False,
        ),
    ],
)
def test_merged_meetings(build, party, meeting, doubted):
    """15 minutes together, one place, a unit that the branch reaches, two people at least; without
    an end equal starts; over midnight too; never by the date alone."""
    at = datetime(2026, 3, 5, 9, 0)
    own = {"place": "三楼会议室", "end_at": datetime(2026, 3, 5, 11, 0), "start_at": at}
    held = activity(
        "R1", "2026-03-05", **{**own, **party} | {"present_count": party.get("present_count", 8)}
    )
    built = build([("U1", content(held, admin_meetings=[MEETING | meeting]))])
    assert ([("R1", "M1")] if doubted else []) == found(built, "merged_meeting")


def test_copies_stand_in_one_organisation_and_type(build):
    """The later of two agendas that differ in a number is named with the earlier one."""
    rows = [
        activity("R1", "2026-03-05", agenda=AGENDA),
        activity("R2", "2026-04-05", agenda=AGENDA.replace("20", "23")),
        activity("R3", "2026-04-06", "D2", agenda=AGENDA),
        activity("R4", "2026-04-07", agenda=AGENDA, activity_type="党课"),
    ]
    built = build([("U1", content(*rows))])
    assert [("R2", "R1")] == found(built, "near_duplicate")
    ((detail,),) = built.rows("select detail from model.integrity_findings")
    assert "议程与 2026-03-05 的 R1 只差数字" == detail


def _busy(month: int, days: list[int]) -> list[dict[str, object]]:
    return [activity(f"B{month}-{day}", f"2026-{month:02d}-{day:02d} 09:00") for day in days]


@pytest.mark.parametrize(("where", "listed"), [(None, 5), ("甲部", 5), ("一支部", 5), ("乙部", 0)])
def test_bursts_are_before_an_inspection_that_concerns_the_organisation(build, where, listed):
    """Three a month is usual: 1 in ten days. Five in the ten days before are listed, for all
    units, the unit reached and the branch itself; not for another unit."""
    quiet = [each for month in range(1, 6) for each in _busy(month, [3, 10, 17])]
    event = {
        "event_id": "E1",
        "unit": where,
        "start_on": date(2026, 6, 16),
        "kind": "迎检",
        "label": "检查",
    }
    rows = [*quiet, *_busy(6, [6, 8, 11, 12, 15, 16])]
    built = build([("U1", content(*rows, events=[event]))])
    assert listed == len(found(built, "burst"))
    if listed:
        ((detail,),) = set(built.rows("select detail from model.integrity_burst"))
        assert "“检查”前 10 天内举办 5 次，按本组织月份中位数折算平时约 1.0 次" == detail


def test_bursts_at_the_end_of_a_month(build):
    """Four in the last three days where one a month is usual; three are too few to be listed."""
    quiet = [each for month in range(1, 6) for each in _busy(month, [3])]
    twice = [activity("X1", "2026-06-30 15:00")]
    assert [] == found(build([("U1", content(*quiet, *_busy(6, [28, 29, 30])))]), "burst")
    built = build([("U1", content(*quiet, *_busy(6, [28, 29, 30]), *twice))])
    assert ["B6-28", "B6-29", "B6-30", "X1"] == [each for each, _ in found(built, "burst")]


def test_a_unit_speaks_beside_its_finding(build):
    """The text stands with the finding and with no other; a measure counts it."""
    at = datetime(2026, 3, 30)
    rows = [activity(n, "2026-03-05", recorded_at=at) for n in ("R1", "R2")]
    stated = Explanation(subject=subject_of("late_record", "R1"), unit_id="D1", text="在外施工")
    built = build([("U1", content(*rows))], Statements(explanations=(stated,)))
    assert [("R1", "在外施工"), ("R2", None)] == built.rows(
        "select record_id, explanation from model.integrity_findings order by 1"
    )
    assert [("D1", 1.0, 2.0)] == built.rows(
        "select unit_id, numerator, denominator from mart.measure_values"
        " where measure_id = 'integrity_explained_rate' and unit_id = 'D1'"
    )


def test_checks_and_thresholds_agree():
    """Every check has thresholds with unit, meaning and source; every threshold has a check."""
    assert {each.id for each in CHECKS} == {each.check_id for each in thresholds()}
    assert {(c.id, c.label) for c in CHECKS} == {(t.check_id, t.label) for t in thresholds()}
    assert all(each.unit and each.meaning and each.source for each in thresholds())


@pytest.fixture(scope="module")
def demo(demo_settings) -> Iterator[tuple[pd.DataFrame, set[str]]]:
    """Findings of the demo organisation, and the records that are in its store."""
    mart = queries.open_mart(demo_settings)
    yield (
        mart.frame("select * from model.integrity_findings"),
        set(mart.frame("select record_id from staging.activities")["record_id"]),
    )
    mart.close()


def _pairs(one: pd.Series, other: pd.Series) -> set[tuple[str, str]]:
    return {tuple(sorted(each)) for each in zip(one, other, strict=True)}


def _shares(listed: set, planted: set) -> tuple[float, float]:
    """Precision and recall."""
    return len(listed & planted) / len(listed), len(listed & planted) / len(planted)


def _figures(findings: pd.DataFrame, stored: set[str]) -> dict[str, tuple[float, float]]:
    """Precision and recall by check, by record or by pair of records."""
    truth = simulate().truth
    by = dict(iter(findings.groupby("check_id")))
    figures = {}
    for check, name in (("late_record", "late_records"), ("misdated", "misdated_records")):
        figures[check] = _shares(
            set(by[check]["record_id"]), set(getattr(truth, name)["record_id"]) & stored
        )
    for check, name in (
        ("near_duplicate", "near_duplicates"),
        ("merged_meeting", "merged_meetings"),
    ):
        planted = getattr(truth, name)
        planted = planted[planted["record_id"].isin(stored)]
        pairs = _pairs(planted.iloc[:, 0], planted.iloc[:, 1])
        figures[check] = _shares(
            _pairs(by[check]["record_id"], by[check]["other_record_id"]), pairs
        )
    return figures | {"burst": _burst_windows(by["burst"], truth.bursts)}


def _burst_windows(listed: pd.DataFrame, planted: pd.DataFrame) -> tuple[float, float]:
    """By organisation and inspection: listed ones with a planted record; planted ones of five and
    more records that are listed."""
    activities = simulate().frames["activities"][["record_id", "unit", "start_at"]]
    planted = planted.merge(activities, on="record_id")
    listed = listed[listed["detail"].str.startswith("“")].merge(activities, on="record_id")
    listed["window"] = (
        listed["detail"].str[:25] + listed["unit"] + listed["start_at"].dt.strftime("%Y")
    )
    held = listed["record_id"].isin(planted["record_id"]).groupby(listed["window"]).any()
    sizes = planted.groupby(["unit", "event_id"])["record_id"].agg(list)
    large = sizes[sizes.map(len) >= 5]
    seen = large.map(lambda ids: bool(set(ids) & set(listed["record_id"])))
    return float(held.mean()), float(seen.mean())


FLOORS = {
    "late_record": (1.0, 1.0),
    "misdated": (1.0, 1.0),
    "near_duplicate": (0.99, 0.97),
    "merged_meeting": (0.97, 1.0),
    "burst": (0.95, 0.95),
}


def test_planted_faults_are_found_and_little_else(demo):
    """Precision and recall against what was planted stay above the floors."""
    for check, (precision, recall) in _figures(*demo).items():
        least = FLOORS[check]
        assert precision >= least[0], check
        assert recall >= least[1], check


def test_the_doc_states_the_figures(demo):
    """docs/integrity.md says the precision and the recall that are measured here."""
    for check, (precision, recall) in _figures(*demo).items():
        label = next(each.label for each in CHECKS if each.id == check)
        assert re.search(
            rf"^\| {label} \|.* {precision:.1%} \| {recall:.1%} \|$", DOC, re.MULTILINE
        ), (
            label,
            f"{precision:.1%}",
            f"{recall:.1%}",
        )


def test_findings_point_at_rows_that_exist(demo):
    """Every finding has its unit, its upload and its row; details are short."""
    findings, stored = demo
    assert set(findings["record_id"]) <= stored
    assert findings[["unit_id", "upload_id", "source_row"]].notna().all(axis=None)
    assert findings["detail"].str.len().max() <= 80
