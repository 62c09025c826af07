"""Units renamed, merged, split and moved: sums of both trees stay whole over the date."""

from __future__ import annotations

from datetime import date

import pytest

from pipelines import queries
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


def asked(built, name: str, **given: object) -> list[dict[str, object]]:
    """Rows of a registered query."""
    full = queries.completed(name, given, date(2026, 8, 31))
    result = built._connection.execute(queries.sql_of(name), full)
    names = [each[0] for each in result.description]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def test_a_parent_that_all_units_left_is_a_scope_of_the_months_in_which_it_had_some(built):
    """服务事业部 can be chosen up to June; a later period reads nobody but itself."""
    below = {row["unit_id"]: row for row in asked(built, "units")}["30"]
    assert ("2026-05", "2026-06") == (below["first_month_below"], below["last_month_below"])
    place = {"tree": "admin", "unit_id": "30", "first_month": "2026-05"}
    until = {
        last: [row["unit_id"] for row in asked(built, "scope_units", last_month=last, **place)]
        for last in ("2026-06", "2026-08")
    }
    assert {"2026-06": ["105", "30"], "2026-08": ["30"]} == until


NEW_NAME = unit("01", "新名", valid_from=date(2027, 1, 1), parent_id="02")
RENAMED = {
    "units": [
        unit("00", "集团"),
        unit("01", "老名", valid_to=date(2026, 12, 31), parent_id="00"),
        NEW_NAME,
        unit("02", "另一上级"),
    ],
    "kpi_definitions": [kpi("K1", "收入")],
    "kpi_values": [
        figure(name, month, "收入", 1, 2)
        for name, month in (("老名", "2026-12"), ("新名", "2027-01"))
    ],
}


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("unit_path", {"unit_id": "01"}),
        ("kpi_rows", {"unit_id": None, "kpi_id": "K1"}),
        ("weak_links", {"floor": 0.9}),
    ],
)
def test_a_unit_is_called_as_it_was_called_in_the_month_shown(build, name, given):
    """A rename to come is not shown before its month, and the old name not after it."""
    built = build([("U1", RENAMED)])
    for month, wanted, other in (("2026-12", "老名", "新名"), ("2027-01", "新名", "老名")):
        names = {row["unit_name"] for row in asked(built, name, month=month, **given)}
        assert wanted in names
        assert other not in names


def test_lists_without_a_month_call_units_as_of_today(build):
    """Name and parent of the day; a coming name is no former one, a former one is kept."""
    built = build([("U1", RENAMED)])
    found = {
        day: next(row for row in asked(built, "units", day=day) if row["unit_id"] == "01")
        for day in ("2019-01-01", "2026-12-31", "2027-01-01")
    }
    told = {d: (r["unit_name"], r["parent_id"], r["former_names"]) for d, r in found.items()}
    assert {
        "2019-01-01": ("老名", "00", None),
        "2026-12-31": ("老名", "00", None),
        "2027-01-01": ("新名", "02", "老名"),
    } == told


def _shares(*rows: tuple[object, ...]) -> list[dict[str, object]]:
    names = ("party_unit_id", "admin_unit_id", "share", "valid_from", "valid_to")
    return [dict(zip(names, row, strict=True)) for row in rows]


GONE = date(2026, 2, 28)
TO_A, TO_B = ("D1", "01", 0.8, SINCE, None), ("D1", "02", 0.2, SINCE, None)


@pytest.mark.parametrize(
    ("bridge", "ended", "total", "lost"),
    [
        ((TO_A, TO_B), GONE, 0.8, [("02", 0.2, date(2026, 3, 1), True)]),
        ((TO_A, (*TO_B[:4], GONE)), None, 0.8, [("02", 0.2, date(2026, 3, 1), False)]),
        ((("D1", "01", None, SINCE, None), ("D1", "02", None, SINCE, None)), GONE, 0.5,
         [("02", None, date(2026, 3, 1), True)]),
        ((TO_A, (*TO_B[:2], 0.4, SINCE, None)), None, 1.2, []),
        (((*TO_A[:2], 0.8, SINCE, GONE), TO_B), GONE, 0.0,
         [("01", 0.8, date(2026, 3, 1), False), ("02", 0.2, date(2026, 3, 1), True)]),
    ],
    ids=["unit gone", "row ended", "equal parts", "too much", "all gone"],
)  # fmt: skip
def test_shares_that_do_not_add_up_are_told_with_what_is_missing_since_when(
    build, bridge, ended, total, lost
):
    """The sum that is counted, and each share that went away; a share replaced long ago is none."""
    old = (("D1", "03", 1.0, date(2019, 1, 1), date(2019, 12, 31)),)
    content = {
        "units": [
            unit("01", "甲部"), unit("02", "乙部", valid_to=ended), unit("03", "丙部"),
            unit("D1", "一支部", "party"), unit("D2", "二支部", "party"),
        ],
        "unit_bridge": _shares(*old, *bridge, *(("D2", f"0{n}", 0.33, SINCE, None) for n in (1, 3)),
                               ("D2", "02", 0.33, SINCE, None)),
        "activities": [activity(str(n), "D1", f"2026-03-0{n}") for n in (1, 2)]
        + ([] if ended else [activity("3", "D2", "2026-03-05")]),
    }  # fmt: skip
    found = asked(build([("U1", content)]), "bridge_gaps", month="2026-03")
    assert {("D1", "一支部", 2)} == {
        (row["party_unit_id"], row["party_name"], row["activity_count"]) for row in found
    }
    assert {total} == {round(row["share_total"], 9) for row in found}
    assert lost == [
        (row["admin_unit_id"], row["share"], row["since"], row["is_gone"])
        for row in found
        if not row["is_counted"] and row["since"] is not None
    ]


def test_whole_shares_have_no_gap(built):
    """Before and after the reorganisation every branch gives its whole."""
    assert [] == built.rows("select * from model.bridge_gaps")
    months = {"first_month": "2026-05", "last_month": "2026-08"}
    assert [] == asked(built, "bridge_gap_months", **months)


def test_a_unit_that_gave_a_part_away_or_took_one_in_changes_its_extent(build):
    """甲厂 gives 丙厂 away in March, 乙厂 takes 丁厂 in in May; a new unit changes none."""
    content = {
        "units": [
            unit("01", "甲厂"),
            unit("02", "乙厂", valid_to=date(2026, 4, 30)),
            unit("02", "乙厂", valid_from=date(2026, 5, 1), predecessor_ids="04"),
            unit("03", "丙厂", valid_from=date(2026, 3, 1), predecessor_ids="01"),
            unit("04", "丁厂", valid_to=date(2026, 4, 30)),
            unit("05", "戊厂", valid_to=date(2026, 4, 30)),
            unit("06", "己厂", valid_from=date(2026, 5, 1), predecessor_ids="05"),
        ]
    }
    assert [("01", "2026-03"), ("02", "2026-05")] == build([("U1", content)]).rows(
        "select unit_id, month from model.unit_breaks order by unit_id"
    )
