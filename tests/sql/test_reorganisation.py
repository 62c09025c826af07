"""Units renamed, merged, split and moved: sums of both trees stay whole over the date."""

from __future__ import annotations

from datetime import date

import pytest

from tests import reorganisation as group
from tests.sql.conftest import _builder
from tests.sql.test_models import SINCE, activity, figure, kpi, unit

WITHIN = ("2026-05", "2026-06", "2026-07", "2026-08")  # the months around the dates


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The group before and after, as five uploads; one item of 动力公司 is left open."""
    months = [*group.BEFORE[-2:], *group.AFTER[:2]]

    def rows(dataset: str, text: str) -> list[dict[str, object]]:
        return group.frame(dataset, text).to_dict("records")

    open_item = {"action_id": "D1", "unit": "动力公司", "text": "更换阀门", "status": "open",
                 "due_on": date(2026, 6, 15)}  # fmt: skip
    first = {
        "units": rows("units", group.roster()),
        "unit_bridge": rows("unit_bridge", group.bridge()),
        "kpi_definitions": rows("kpi_definitions", group.definitions()),
    }
    before = {
        "kpi_values": rows("kpi_values", group.values(months[:2], group.OLD)),
        "activities": rows("activities", group.log(months[:2])),
        "actions": [open_item],
    }
    changed = {
        "units": rows("units", group.changed_roster()),
        "unit_bridge": rows("unit_bridge", group.changed_bridge()),
    }
    after = {
        "kpi_values": rows("kpi_values", group.values(months[2:], group.NEW)),
        "activities": rows("activities", group.log(months[2:])),
    }
    return _builder(tmp_path_factory.mktemp("group"))(
        [("U1", first), ("U2", before), ("U3", changed), ("U4", after)]
    )


def held(built, tree: str, month: str) -> dict[str, float]:
    """unit → activities of it and all below it."""
    found = built._connection.execute(
        "select unit_id, value from mart.measure_values "
        "where measure_id = 'activity_count' and tree = ? and month = ?",
        [tree, month],
    ).fetchall()
    return {unit_id: pytest.approx(number, abs=1e-9) for unit_id, number in found}


def test_the_whole_keeps_its_sum_over_the_date(built):
    """总览 counts every 万元 once before and after: no gap, and nothing twice below a parent that
    the unit has left since."""
    totals = built.rows("select month, actual from mart.kpi_month where kpi_id = 'K01'")
    assert dict.fromkeys(WITHIN, group.TOTAL) == dict(totals)


def test_every_parent_has_what_stood_below_it(built):
    """By month, both trees: the split and the merge leave the parent's sum alone, a move takes it
    along from its month on, and the old unit keeps its own."""
    before = {"*": 14, "10": 5, "101": 2, "102": 2, "103": 1, "20": 5, "104": 5, "30": 4,
              "105": 4, "00": 14}  # fmt: skip
    after = {"*": 16, "10": 5, "101": 2, "110": 3, "20": 11, "141": 4, "142": 3, "105": 4,
             "00": 16}  # fmt: skip
    for month in WITHIN:
        admin = before if month <= "2026-06" else after
        assert admin == held(built, "admin", month)
    party = {("*" if each == "*" else f"Z{each}"): number for each, number in after.items()}
    assert party | {"Z141": 5, "Z142": 2} == held(built, "party", "2026-07")


def test_panels_of_the_old_and_the_new_units_are_not_joined(built):
    """The association reads each unit with its own months only."""
    found = built.rows(
        "select unit_id, min(month), max(month) from mart.kpi_unit_month "
        "where unit_id in ('104', '141', '142') group by unit_id order by unit_id"
    )
    assert [
        ("104", "2026-05", "2026-06"),
        ("141", "2026-07", "2026-08"),
        ("142", "2026-07", "2026-08"),
    ] == found
    reached = built.rows(
        "select unit_id, max(month) from mart.activity_unit_month "
        "where unit_id in ('104', '141') group by unit_id order by unit_id"
    )
    assert [("104", "2026-06"), ("141", "2026-08")] == reached


def test_what_a_unit_left_open_stays_with_it_and_in_the_sum_above(built):
    """An item overdue at the end of the unit goes on counting for it, its parent and the whole."""
    found = built.rows(
        "select unit_id, month from mart.measure_values "
        "where measure_id = 'overdue_open_count' and value = 1 and month >= '2026-07' "
        "order by all"
    )
    assert [(each, month) for each in ("*", "00", "104", "20") for month in WITHIN[2:]] == found
    gone = built.rows(
        "select unit_id, is_there from model.unit_tree_months "
        "where ancestor_id = '20' and month = '2026-07' order by unit_id"
    )
    assert [("104", False), ("105", True), ("141", True), ("142", True), ("20", True)] == gone


def test_a_bridge_that_changes_within_a_month_counts_once(build):
    """From 16 March the branch stands for 乙部: March goes there, as it stood at its end; a branch
    that ends with the month's first half keeps its own last bridge."""
    switched = [
        ("D1", "01", SINCE, date(2026, 3, 15)),
        ("D1", "02", date(2026, 3, 16), None),
        ("D2", "01", SINCE, date(2026, 3, 15)),
    ]
    content = {
        "units": [
            unit("01", "甲部"), unit("02", "乙部"), unit("D1", "一支部", "party"),
            unit("D2", "二支部", "party", valid_to=date(2026, 3, 15)),
        ],
        "unit_bridge": [
            {"party_unit_id": p, "admin_unit_id": a, "valid_from": f, "valid_to": t}
            for p, a, f, t in switched
        ],
        "activities": [activity("1", "D1", "2026-03-05"), activity("2", "D2", "2026-03-05")],
    }  # fmt: skip
    assert [("01", 1.0), ("02", 1.0)] == build([("U1", content)]).rows(
        "select unit_id, activity_count from mart.activity_unit_month order by unit_id"
    )


def test_a_bridge_to_a_unit_that_is_gone_is_told_and_given_to_nobody(build):
    """The share of a unit that has ended goes to no other unit; wholly lost activities are told."""
    content = {
        "units": [
            unit("01", "甲部", valid_to=date(2026, 2, 28)), unit("02", "乙部"),
            unit("D1", "一支部", "party"), unit("D2", "二支部", "party"),
        ],
        "unit_bridge": [
            {"party_unit_id": p, "admin_unit_id": a, "valid_from": SINCE}
            for p, a in (("D1", "01"), ("D1", "02"), ("D2", "01"))
        ],
        "kpi_definitions": [kpi("K1", "收入")],
        "kpi_values": [figure("乙部", "2026-03", "收入", 1)],
        "activities": [activity("1", "D1", "2026-03-05"), activity("2", "D2", "2026-03-05")],
    }  # fmt: skip
    built = build([("U1", content)])
    reached = built.rows("select unit_id, activity_count from mart.activity_unit_month")
    assert [("02", 0.5)] == reached
    assert [("no_bridge", "D2", 1)] == built.rows(
        "select reason, unit_text, row_count from mart.unresolved"
    )
