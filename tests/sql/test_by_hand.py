"""A small awkward organisation, typed by hand, and every measure of it counted again from the rows
as the definitions on 口径与规则 have them, for every unit of both trees and both whole trees."""

from __future__ import annotations

import statistics
from collections import defaultdict
from datetime import date, datetime
from fractions import Fraction

import pytest

from pipelines.domain.measures import Additivity
from pipelines.domain.statements import Explanation, Statements
from pipelines.measures import measures
from pipelines.rule_pack import LOCAL_NAME
from tests.unit.test_rule_pack import HEAD

ELSEWHERE = {"report_complete_rate", "report_on_time_rate"}  # counted again in test_reporting
SINCE, CAME = date(2020, 1, 1), datetime(2026, 6, 10)
ABOVE = {
    **dict.fromkeys(("P1", "P2", "P3"), "P0"),
    **{"A0": None, "P0": None, "A9": "A0", "A1": "A9", "A2": "A9", "A3": "A0", "A4": "A0"},
}
SHARES = {"P1": {"A1": 0.6, "A2": 0.4}, "P2": {"A3": 1.0}, "P3": {"A4": 0.7, "A2": 0.3}}
OWN_RULES = (
    "theme_day,主题党日,主题党日,月,2,次,0,细则,,2026-04-01,高,2,,\n"
    "member_training,学时,党员,年,48,学时,0,细则,,2026-03-01,高,2,,\n"
)
# record, unit, type, start, end, place, due, present, leave, reason, agenda, result, form, recorded
AGENDA = "围绕当月重点逐项讨论，划定完成时限并按周通报情况，责任到岗"
ACTIVITIES = f"""
H01|P1|支部委员会会议|01-08 09:00|01-08 10:30|调度室|5|5|0||{AGENDA}一|有|研讨|01-08
H02|P1|主题党日|01-20 14:00|01-20 16:00|食堂|20|17|3|出差2人、病假1人|||读文件|01-25
H03|P1|支部党员大会|02-10 15:00|02-10 17:00|食堂|20|18|2|值班||有|研讨|02-16
H04|P1|支部委员会会议|02-12 09:00|02-12 10:00|调度室|5|5|0|||有|研讨|02-12
H05|P1|主题党日|03-05 23:30|03-06 01:00|现场|15|12|3|生产任务||有|实践|03-06
H07|P1|党课|03-20 09:00|03-20 10:00|食堂|20|15|5|休假|||观影|04-20
H08|P1|支部委员会会议|04-14 09:00|04-14 10:00|调度室|5|5|0||{AGENDA}二|有|研讨|04-14
H09|P1|主题党日|04-22 14:00|04-22 15:00|食堂|20|18|4|培训||有|志愿|04-22
H10|P1|主题党日|05-20 14:00|05-20 15:00|食堂|20|20|0|||有|实践|05-20
H11|P2|支部党员大会|01-15 09:00|01-15 10:00|大厅|12|11|1|事假||有|研讨|01-15
H12|P2|主题党日|01-22 09:00|01-22 10:00|大厅|12|12|0||||志愿|01-22
H13|P2|主题党日|02-22 09:00||大厅|12|10|2|公务|||读文件|02-21
H14|P2|支部委员会会议|02-25 10:00|02-25 11:00|小间|3|3|0|||有|研讨|03-02
H15|P2|主题党日|03-18 09:00|03-18 10:00|大厅|12|9|3|外地出差及病假||有|研讨|03-18
H16|P2|支部委员会会议|04-10 10:00|04-10 11:00|小间|3|2|0||||研讨|04-10
H17|P2|主题党日|04-28 09:00|04-28 10:00|大厅|12|12|0||||实践|04-28
H18|P2|党小组会|04-28 15:00|04-28 16:00|大厅|6|6|0||||读文件|04-28
H19|P2|支部委员会会议|04-29 15:00|04-29 16:00|小间|3|3|0||||读文件|04-29
H20|P2|党课|04-29 09:00|04-29 10:00|大厅|12|12|0||||观影|04-29
H21|P2|主题党日|04-30 09:00|04-30 10:00|大厅|12|12|0||||观影|04-30
H23|P3|支部党员大会|02-09 09:00|02-09 11:00|三楼|15|13|2|探亲|||读文件|02-09
H24|P3|主题党日|03-09 09:00|03-09 11:00|三楼|15|14|1|住院||有|读文件|03-09
H25|P3|支部委员会会议|04-09 09:00|04-09 10:00|三楼|3|3|0|||有|研讨|
H26|P3|主题党日|05-11 09:00|05-11 10:00|三楼|15|15|0|||||05-11
"""
MEETINGS = """
M1|A1|现场|03-06 00:10|03-06 00:50
M2|A1|调度室|02-12 09:30|02-12 11:00
M3|A4|三楼|04-09 09:50|04-09 11:00
M4|A2|三楼|03-09 10:40|03-09 12:00
M5|A3|大厅|04-28 09:00|04-28 09:40
"""
DOUBTED = {  # late, misdated, counts, copy, merged with a meeting, burst before the inspection
    *("H03", "H07", "H13", "H09", "H08", "H05", "H04", "H24", "H17", "H18", "H19", "H20", "H21"),
}
KPIS = {  # direction, weight
    **{"K1": ("up", 3), "K2": ("down", 2), "K3": ("band", 1), "K4": ("down", 1)},
    **{"K5": ("up", 2), "K7": ("down", None)},
}
# unit, month, KPI, actual, target
VALUES = """
A1 1 K1 95 100;A1 2 K1 90 100;A1 3 K1 105 100;A1 4 K1 120 100;A1 5 K1 80 100;A9 3 K1 150 160
A2 1 K2 12.5 10;A2 2 K2 12 10;A2 3 K2 11.5 10;A2 4 K2 12.45 10;A2 5 K2 9.5 10
A1 3 K3 250 -;A1 4 K3 150 -;A1 5 K3 330 -
A1 1 K4 0 0;A1 3 K4 2 0;A1 4 K4 0 0;A2 3 K4 0 1;A2 4 K4 3 1
A3 1 K5 -50 -100;A3 2 K5 -20 50;A3 3 K5 60 50;A3 4 K5 -30 40;A3 5 K5 0 40;A4 4 X 3 2
A3 1 K7 8 10;A3 2 K7 12 10;A3 3 K7 25 10;A3 4 K7 9 10;A3 5 K7 10 10
"""
LINKS = """
H01 kpi K2 confirmed;H03 kpi K2 suggested;H04 key_task T1 confirmed;H05 kpi K2 suggested
H08 key_task T1 suggested;H09 kpi K4 rejected;H11 kpi K7 confirmed;H15 kpi K7 suggested
H12 kpi K7 suggested;H10 kpi 没有 confirmed;H14 kpi K7 rejected;H02 kpi K1 suggested
"""
# item, unit, source, text, due, word, closed, reopened
ACTIONS = """
D2|A2|H04|设备未到位|03-15||04-18|
D3|A1||制度上墙不及时||立行立改|01-30|
D4|A3|H11|回访记录不全|03-20||03-25|是
D5|P1||台账不规范|03-10||03-09|
D6|A4||压减会议||长期坚持||
D8|A3||回访记录不全。|04-30|||
D9|A1|H04|制度上墙 不及时|05-20||05-20|
"""
STEPS = """
T1 同谋划 01-10 01-08;T1 同部署 02-01 02-12;T1 同推进 03-01 -;T1 同检查 05-28 -
T2 同谋划 02-05 02-12;T2 同部署 03-01 02-20
"""
PLANS = """
P1 1 01-20 01-20;P1 2 02-05 02-10;P1 3 03-20 04-02;P2 3 - -;P2 4 04-10 04-10;P3 4 04-20 04-26
P3 5 05-11 -
"""
# unit, month: members, staff, full-time, hours, backbone to member, member to backbone
HEADS = """
A9 1 30 200 2 60 1 0;A1 1 12 80 1 40 0 1;A2 1 8 50 0 16 1 0;A3 1 12 60 0 - 0 0;A4 1 15 40 2 50 0 1
A1 2 12 82 1 20 1 0;A2 2 8 50 0 24 0 1;A3 2 12 60 0 36 0 1;A4 2 0 40 2 10 0 0
A1 3 13 82 1 30 0 0;A3 3 12 60 1 30 1 0
"""


def lines(text: str, part: str | None = None) -> list[list[str]]:
    """The cells of every line, or of every piece between ';'."""
    if part is None:
        return [each.split("|") for each in text.strip().splitlines()]
    return [each.split() for each in text.strip().replace("\n", ";").split(";")]


def day(text: str) -> date | None:
    return None if text in ("", "-") else date.fromisoformat(f"2026-{text}")


def at(text: str) -> datetime | None:
    return datetime.fromisoformat(f"2026-{text}") if text else None


def number(text: str) -> float | None:
    return None if text == "-" else float(text)


def month_of(text: object) -> str:
    return f"2026-{int(text):02d}"


def content() -> dict[str, list[dict]]:
    units = [
        {"unit_id": each, "unit_name": f"单位{each}", "parent_id": above, "valid_from": SINCE}
        | {"tree": tree(each), "unit_kind": "党支部" if each in SHARES else "其他"}
        for each, above in ABOVE.items()
    ]
    bridge = [
        {"party_unit_id": p, "admin_unit_id": a, "share": share, "valid_from": SINCE}
        for p, shares in SHARES.items()
        for a, share in shares.items()
    ]
    names = ("record_id", "unit", "activity_type", "start_at", "end_at", "place", "due_count")
    names += ("present_count", "leave_count", "leave_reason", "agenda", "result", "form")
    reads = {"start_at": at, "end_at": at, "recorded_at": day}
    reads |= dict.fromkeys(("due_count", "present_count", "leave_count"), int)
    return {
        "units": units,
        "unit_bridge": bridge,
        "kpi_definitions": [
            {"kpi_id": k, "name": f"指标{k}", "unit_of_measure": "件", "direction": way}
            | {"aggregation": "sum", "weight": weight, "valid_from": SINCE}
            | ({"band_low": 200.0, "band_high": 300.0} if way == "band" else {})
            for k, (way, weight) in KPIS.items()
        ],
        "kpi_values": [
            {"unit": u, "month": month_of(m), "kpi": k, "actual": number(a), "target": number(t)}
            for u, m, k, a, t in lines(VALUES, ";")
        ],
        "activities": [
            {
                name: reads.get(name, lambda text: text or None)(cell)
                for name, cell in zip((*names, "recorded_at"), row, strict=True)
            }
            | {"title": "活动"}
            for row in lines(ACTIVITIES)
        ],
        "admin_meetings": [
            {
                "record_id": m,
                "unit": u,
                "title": "会",
                "place": p,
                "start_at": at(s),
                "end_at": at(e),
            }
            for m, u, p, s, e in lines(MEETINGS)
        ],
        "events": [
            {"event_id": "E1", "start_on": date(2026, 4, 30), "kind": "迎检", "label": "查"}
        ],
        "links": [
            dict(zip(("record_id", "target_kind", "target_id", "state"), row, strict=True))
            for row in lines(LINKS, ";")
        ],
        "actions": [
            {"action_id": i, "unit": u, "source_id": s or None, "text": t, "due_on": day(d)}
            | {"due_raw": word or None, "closed_on": day(c), "reopened": bool(again) or None}
            | {"status": "closed" if c else "open"}
            for i, u, s, t, d, word, c, again in lines(ACTIONS)
        ],
        "key_tasks": [
            {"task_id": i, "name": "事", "unit": u, "kpi": k, "start_on": s, "due_on": d}
            for i, u, k, s, d in (
                ("T1", "A2", "K2", date(2026, 1, 1), date(2026, 5, 30)),
                ("T2", "A3", "K7", date(2026, 2, 1), date(2026, 4, 30)),
            )
        ],
        "task_steps": [
            {"task_id": i, "step": s, "side": side, "done_on": day(d)}
            for i, s, *days in lines(STEPS, ";")
            for side, d in zip(("business", "party"), days, strict=True)
        ],
        "plan_items": [
            {"unit": u, "month": month_of(m), "item": "事", "planned_on": day(p), "done_on": day(d)}
            for u, m, p, d in lines(PLANS, ";")
        ],
        "headcounts": [
            {"unit": u, "month": month_of(m), "members": int(n), "staff": int(s)}
            | {"full_time_officers": int(f), "training_hours": number(h)}
            | {"backbone_to_member": int(b), "member_to_backbone": int(g)}
            for u, m, n, s, f, h, b, g in lines(HEADS, ";")
        ],
    }


def tree(unit: str) -> str:
    return "party" if unit.startswith("P") else "admin"


class Tally:
    """Rows by measure, unit with all above it, and month."""

    def __init__(self) -> None:
        self.rows = defaultdict(list)

    def add(self, measure: str, unit: str, month: str, top: float, bottom: float = 1, share=1.0):
        above, places = unit, ["*"]
        while above:
            places.append(above)
            above = ABOVE[above]
        for place in places:
            self.rows[measure, tree(unit), place, month].append((top, bottom, share))

    def held(self, measure: str, unit: str, month: str, top: float, bottom: float = 1) -> None:
        """With the branch, and by share with the units that it reaches."""
        for place, share in {unit: 1.0, **SHARES[unit]}.items():
            self.add(measure, place, month, top, bottom, share)

    def values(self) -> dict[tuple[str, str, str, str], float | None]:
        return {key: self._value(key[0], rows) for key, rows in self.rows.items()}

    @staticmethod
    def _value(measure: str, rows: list[tuple[float, float, float]]) -> float | None:
        how = measures()[measure].additivity
        if how is Additivity.MEDIAN:
            return float(statistics.median(float(top) for top, _, _ in rows))
        total = sum(float(top) * share for top, _, share in rows)
        if how is Additivity.SUM:
            return total
        whole = sum(float(bottom) * share for _, bottom, share in rows)
        return total / whole if whole else None


def count_activities(tally: Tally, given: dict) -> None:
    states = {row["record_id"]: row["state"] for row in given["links"]}
    states["H10"] = "rejected"  # its KPI is nobody's
    followed = {"H04", "H11"}
    for row in given["activities"]:
        unit, month, number = row["unit"], f"{row['start_at']:%Y-%m}", row["record_id"]
        state = states.get(number, "rejected")
        tally.held("activity_count", unit, month, 1)
        tally.held("link_rate_confirmed", unit, month, state == "confirmed")
        tally.held("link_rate_suggested", unit, month, state != "rejected")
        if state == "suggested":
            tally.held("link_pending_count", unit, month, 1)
        if number in followed:
            tally.held("followed_count", unit, month, 1)
            tally.held("confirmed_followed_count", unit, month, 1)
        if row["recorded_at"]:
            days = (row["recorded_at"] - row["start_at"].date()).days
            tally.held("late_record_rate", unit, month, days > 5)
        tally.held("leave_rate", unit, month, row["leave_count"], row["due_count"])
        reason = row["leave_reason"] or ""
        business = any(word in reason for word in ("出差", "值班", "生产任务", "培训", "公务"))
        own = any(word in reason for word in ("病假", "休假", "事假", "探亲", "住院"))
        if business != own:
            tally.held(
                "business_leave_rate",
                unit,
                month,
                row["leave_count"] * business,
                row["leave_count"],
            )
        if row["form"]:
            real = row["form"] in ("研讨", "实践", "志愿") and bool(row["result"])
            tally.held("trace_ratio", unit, month, not real, real)
        tally.held("integrity_finding_rate", unit, month, number in DOUBTED)
        if number in DOUBTED:
            tally.held("integrity_explained_rate", unit, month, number == "H03")


def count_kpis(tally: Tally, given: dict) -> None:
    rates = {}
    for row in given["kpi_values"]:
        unit, month, kpi = row["unit"], row["month"], row["kpi"]
        way, weight = KPIS.get(kpi, (None, 1))
        rate = reached(way, row["actual"], row["target"])
        if rate is None:
            tally.add("kpi_unjudged_count", unit, month, 1)
            continue
        rates[unit, month, kpi] = rate
        if unit == "A9":  # the unit below reports the same
            continue
        tally.add("kpi_judged_count", unit, month, 1)
        tally.add("kpi_met_rate", unit, month, rate >= 1)
        limited = min(max(rate, Fraction(0)), Fraction(3, 2))
        tally.add("attainment_rate", unit, month, float(limited) * (weight or 1), weight or 1)
    serving = {"T1": "K2", "T2": "K7"}
    reaching = defaultdict(list)
    when = {row["record_id"]: (row["unit"], row["start_at"].month) for row in given["activities"]}
    for row in given["links"]:
        if row["state"] != "rejected":
            unit, month = when[row["record_id"]]
            for place in SHARES[unit]:
                reaching[place, serving.get(row["target_id"], row["target_id"])].append(month)
    for (unit, month, kpi), rate in rates.items():
        now = int(month[5:])
        count = sum(now - 2 <= each <= now for each in reaching[unit, kpi])
        if rate < Fraction(9, 10):
            tally.add("weak_link_coverage", unit, month, count > 0)
        before = rates.get((unit, month_of(max(now - 3, 0)), kpi))
        if count >= 3 and before is not None:
            tally.add("busy_unmoved_rate", unit, month, rate - before < Fraction(1, 100))


def reached(way: str | None, actual: float, target: float | None) -> Fraction | None:
    actual = Fraction(str(actual))
    target = None if target is None else Fraction(str(target))
    if way == "band":
        inside = 200 <= actual <= 300
        return Fraction(1) if inside else actual / 200 if actual < 200 else 2 - actual / 300
    if way == "down" and target == 0:
        return Fraction(actual <= 0)
    if way is None or target is None or target <= 0:
        return None
    return actual / target if way == "up" else 2 - actual / target


def count_heads(tally: Tally, given: dict) -> None:
    year = defaultdict(lambda: [0.0, 0.0])
    for row in given["headcounts"]:
        unit, month, members = row["unit"], row["month"], row["members"]
        if unit == "A9":
            continue
        tally.add("full_time_rate", unit, month, row["full_time_officers"], row["staff"])
        hours = row["training_hours"]
        if members:
            for name in ("backbone_to_member", "member_to_backbone"):
                tally.add(f"{name}_rate", unit, month, row[name], members)
        if members and hours is not None:
            tally.add("training_hours_per_member", unit, month, hours, members)
            year[unit][0] += hours
            year[unit][1] += members * (48 if month >= "2026-03" else 32) / 12
        if year[unit][1]:
            tally.add("training_progress", unit, month, *year[unit])


def count_the_rest(tally: Tally, _given: dict) -> None:
    """Follow-ups, steps, thirds of tasks, plans and rules: few enough to be written down."""
    said = """
closure_rate A2 3 0;closure_rate A3 3 0;closure_rate P1 3 1;closure_rate A3 4 0;closure_rate A1 5 1
recurring_rate A2 3 0;recurring_rate A3 3 0;recurring_rate P1 3 0;recurring_rate A3 4 1
recurring_rate A1 5 1;overdue_open_count A2 3 1;overdue_days_median A2 3 16
overdue_open_count A3 4 1;overdue_days_median A3 4 0;overdue_open_count A3 5 1
overdue_days_median A3 5 31;reopened_rate A1 1 0;reopened_rate A3 3 1;reopened_rate P1 3 0
reopened_rate A2 4 0;reopened_rate A1 5 0;closing_days_median A3 3 5;closing_days_median P1 3 -1
closing_days_median A2 4 34;closing_days_median A1 5 0
step_gap_days A2 1 -2;step_gap_days A2 2 11;step_gap_days A3 2 7;step_gap_days A3 3 -9
step_in_time_rate A2 1 1;step_in_time_rate A2 2 0;step_in_time_rate A3 2 1
step_in_time_rate A2 3 0;step_in_time_rate A3 3 0
phase_coverage_rate A2 2 1;phase_coverage_rate A2 4 0;phase_coverage_rate A2 5 0
phase_coverage_rate A3 3 1;phase_coverage_rate A3 4 0;phase_coverage_rate A3 4 0
plan_late_rate P1 1 0;plan_late_rate P1 2 1;plan_days_late P1 2 5;plan_late_rate P1 3 1
plan_days_late P1 3 13;plan_late_rate P2 3 1;plan_late_rate P2 4 0;plan_late_rate P3 4 1
plan_days_late P3 4 6;plan_late_rate P3 5 1
"""
    for measure, unit, month, value in lines(said, ";"):
        tally.add(measure, unit, month_of(month), float(value))
    met = {  # by month: 支委会, 党小组会, 主题党日 (two from April on), 党员大会 of the quarter
        1: ("100", "000", "110"),
        2: ("110", "000", "010"),
        3: ("000", "000", "111", "111"),
        4: ("111", "010", "010"),
        5: ("000", "000", "000"),
    }
    for month, rules in met.items():
        for at_rule, marks in enumerate(rules):
            for unit, mark in zip(SHARES, marks, strict=True):
                tally.add("rule_met_rate", unit, month_of(month), int(mark))
                stated = (month, at_rule, unit) == (1, 0, "P2")
                tally.add("rule_explained_rate", unit, month_of(month), stated)


def test_every_measure_of_a_small_organisation_is_what_a_person_counts(build, tmp_path):
    """No value too many, none missing, and no measure left out."""
    (tmp_path / LOCAL_NAME).write_text(HEAD + OWN_RULES, encoding="utf-8")
    given = content()
    subjects = ("integrity:late_record:H03", "rule:committee_meeting:P2:2026-01")
    stated = Statements(
        explanations=tuple(Explanation(subject=s, unit_id="P1", text="外出") for s in subjects)
    )
    built = build([("U1", given)], stated, came={"U1": CAME})
    tally = Tally()
    for count in (count_activities, count_kpis, count_heads, count_the_rest):
        count(tally, given)
    expected = tally.values()
    assert {key[0] for key in expected} == set(measures()) - ELSEWHERE
    found = {
        (measure, *place): value
        for measure, *place, value in built.rows(
            "select measure_id, tree, unit_id, month, value from mart.measure_values"
        )
        if measure not in ELSEWHERE
    }
    wrong = {
        key: (expected.get(key, "none"), found.get(key, "none"))
        for key in expected.keys() | found.keys()
        if key not in expected
        or key not in found
        or found[key] != (None if expected[key] is None else pytest.approx(expected[key]))
    }
    assert {} == wrong
