"""The SQL files on given rows."""

from datetime import date, datetime

import pytest

SINCE = date(2020, 1, 1)


def unit(unit_id: str, name: str, tree: str = "admin", **more: object) -> dict[str, object]:
    return {"unit_id": unit_id, "unit_name": name, "tree": tree, "valid_from": SINCE, **more}


def kpi(kpi_id: str, name: str, **more: object) -> dict[str, object]:
    base = {"unit_of_measure": "万元", "direction": "up", "aggregation": "sum", "valid_from": SINCE}
    return {"kpi_id": kpi_id, "name": name, **base, **more}


def figure(written: str, month: str, name: str, actual: float, target: float | None = None) -> dict:
    return {"unit": written, "month": month, "kpi": name, "actual": actual, "target": target}


def activity(number: str, written: str, day: str, **more: object) -> dict[str, object]:
    at = datetime.fromisoformat(day)
    base = {"activity_type": "党课", "title": "专题党课", "start_at": at, "present_count": 10}
    return {"record_id": number, "unit": written, **base, **more}


def test_the_latest_accepted_row_of_a_grain_counts(build):
    """A corrected figure replaces the earlier one; the earlier row stays behind it."""
    first = {"units": [unit("01", "甲厂")], "kpi_values": [figure("甲厂", "2026-03", "收入", 1)]}
    built = build([("U1", first), ("U2", {"kpi_values": [figure("甲厂", "2026-03", "收入", 2)]})])
    assert [(2.0, "U2")] == built.rows("select actual, upload_id from model.kpi_observations")


def test_code_name_and_alias_mean_the_same_unit(build):
    """Three spellings, one unit; of two uploads of one figure the later one counts."""
    content = {
        "units": [unit("0102", "第一采油厂", aliases="采油一厂、第一采油")],
        "kpi_values": [
            figure("0102", "2026-01", "收入", 1),
            figure("第一采油厂", "2026-02", "收入", 2),
            figure("采油一厂", "2026-03", "收入", 3),
        ],
    }
    built = build([("U1", content)])
    assert [("0102", 3)] == built.rows(
        "select unit_id, count(*) from model.kpi_observations group by all"
    )


def test_a_name_that_means_two_units_means_none(build):
    """An ambiguous alias is not guessed; the rows are shown as unresolved."""
    content = {
        "units": [unit("01", "甲厂", aliases="厂部"), unit("02", "乙厂", aliases="厂部")],
        "kpi_values": [figure("厂部", "2026-03", "收入", 1)],
    }
    built = build([("U1", content)])
    assert [("厂部", "unknown_unit", 1)] == built.rows(
        "select unit_text, reason, row_count from mart.unresolved"
    )


def test_names_hold_only_while_they_are_valid(build):
    """A renamed unit keeps its history under the old name and the new."""
    content = {
        "units": [
            unit("01", "旧名", valid_to=date(2025, 12, 31)),
            unit("01", "新名", valid_from=date(2026, 1, 1)),
        ],
        "kpi_values": [
            figure("旧名", "2025-12", "收入", 1),
            figure("新名", "2026-01", "收入", 2),
            figure("旧名", "2026-02", "收入", 3),
        ],
    }
    built = build([("U1", content)])
    assert [("2025-12",), ("2026-01",)] == built.rows(
        "select month from model.kpi_observations order by month"
    )


@pytest.mark.parametrize(
    ("definition", "actual", "target", "expected"),
    [
        ({"direction": "up"}, 90.0, 100.0, 0.9),
        ({"direction": "down"}, 90.0, 100.0, 1.1),
        ({"direction": "down"}, 110.0, 100.0, 0.9),
        ({"direction": "band", "band_low": 40.0, "band_high": 60.0}, 50.0, None, 1.0),
        ({"direction": "band", "band_low": 40.0, "band_high": 60.0}, 30.0, None, 0.75),
        ({"direction": "band", "band_low": 40.0, "band_high": 60.0}, 75.0, None, 0.75),
        ({"direction": "down"}, 0.0, 0.0, 1.0),
        ({"direction": "down"}, 2.0, 0.0, 0.0),
        ({"direction": "down"}, None, 0.0, None),
        ({"direction": "down"}, -5.0, -10.0, None),
        ({"direction": "up"}, -50.0, -100.0, None),
        ({"direction": "up"}, 90.0, 0.0, None),
        ({"direction": "up"}, 90.0, None, None),
    ],
)
def test_attainment_follows_the_direction(build, definition, actual, target, expected):
    """More, less and within a band are each rewarded; no target, a zero or a negative one gives
    nothing, but of none allowed none is all and any is nothing. The same for the whole."""
    content = {
        "units": [unit("01", "甲厂")],
        "kpi_definitions": [kpi("K1", "收入", **definition)],
        "kpi_values": [figure("甲厂", "2026-03", "收入", actual, target)],
    }
    built = build([("U1", content)])
    for table in ("kpi_unit_month", "kpi_month"):
        ((got,),) = built.rows(f"select attainment_rate from mart.{table}")  # noqa: S608
        assert expected == (None if got is None else pytest.approx(got))


def test_an_undefined_kpi_keeps_its_written_name(build):
    """A figure whose KPI nobody defined is shown without attainment, not dropped."""
    content = {
        "units": [unit("01", "甲厂")],
        "kpi_values": [figure("甲厂", "2026-03", "新指标", 5, 4)],
    }
    assert [("新指标", 5.0, None)] == build([("U1", content)]).rows(
        "select kpi_name, actual, attainment_rate from mart.kpi_month"
    )


@pytest.mark.parametrize(
    ("unit_of_measure", "total"), [("万元", 30.0), ("没见过", 30.0), ("%", None), ("分", None)]
)
def test_rates_that_nobody_defined_are_not_added_up(build, unit_of_measure, total):
    """Two units with 10 % and 20 % have no 30 % together; amounts add up as before."""
    content = {
        "units": [unit("01", "甲厂"), unit("02", "乙厂")],
        "kpi_values": [
            figure("甲厂", "2026-03", "新指标", 10, 12) | {"unit_of_measure": unit_of_measure},
            figure("乙厂", "2026-03", "新指标", 20, 24) | {"unit_of_measure": unit_of_measure},
        ],
    }
    ((actual, target, units),) = build([("U1", content)]).rows(
        "select actual, target, unit_count from mart.kpi_month"
    )
    assert (total, total and 36.0, 2) == (actual, target, units)


def test_a_group_that_reports_beside_its_members_is_not_counted_twice(build):
    """The sum over the organisation is the sum of the lowest reporting level."""
    content = {
        "units": [
            unit("0", "集团"),
            unit("1", "甲", parent_id="0"),
            unit("2", "乙", parent_id="0"),
        ],
        "kpi_definitions": [kpi("K1", "收入")],
        "kpi_values": [
            figure("集团", "2026-03", "收入", 30, 30),
            figure("甲", "2026-03", "收入", 10, 20),
            figure("乙", "2026-03", "收入", 20, 20),
        ],
    }
    assert [(30.0, 40.0, 2, 0.75)] == build([("U1", content)]).rows(
        "select actual, target, unit_count, attainment_rate from mart.kpi_month"
    )


def test_a_cycle_in_the_roster_does_not_hang(build):
    """Two units that name each other as parent still build."""
    content = {
        "units": [unit("1", "甲", parent_id="2"), unit("2", "乙", parent_id="1")],
        "kpi_values": [figure("甲", "2026-03", "收入", 1)],
    }
    above = "select count(*) from model.unit_tree_months where ancestor_id <> '*'"
    assert [(4,)] == build([("U1", content)]).rows(above)


def test_the_attainment_index_is_weighted_and_leaves_placebos_out(build):
    """Weights 3 and 1; a KPI for control does not count; attainment is limited to 1.5."""
    content = {
        "units": [unit("01", "甲厂")],
        "kpi_definitions": [
            kpi("K1", "收入", weight=3.0),
            kpi("K2", "利润", weight=1.0),
            kpi("K3", "对照", weight=5.0, is_placebo=True),
        ],
        "kpi_values": [
            figure("甲厂", "2026-03", "收入", 50, 100),
            figure("甲厂", "2026-03", "利润", 900, 100),
            figure("甲厂", "2026-03", "对照", 1, 100),
        ],
    }
    assert [(pytest.approx((3 * 0.5 + 1.5) / 4), 2, 1)] == build([("U1", content)]).rows(
        "select attainment_rate, kpi_count, met_kpi_count from mart.attainment_unit_month"
    )


def test_activities_reach_departments_by_their_share(build):
    """One branch for two departments: 70 % and 30 %; the parts add up to the whole."""
    content = {
        "units": [unit("D1", "一支部", "party"), unit("01", "甲部"), unit("02", "乙部")],
        "unit_bridge": [
            {"party_unit_id": "D1", "admin_unit_id": "01", "share": 0.7, "valid_from": SINCE},
            {"party_unit_id": "D1", "admin_unit_id": "02", "share": 0.3, "valid_from": SINCE},
        ],
        "activities": [activity("A1", "一支部", "2026-03-05"), activity("A2", "D1", "2026-03-09")],
    }
    assert [("01", pytest.approx(1.4)), ("02", pytest.approx(0.6))] == build(
        [("U1", content)]
    ).rows("select unit_id, activity_count from mart.activity_unit_month order by unit_id")


def test_a_bridge_without_shares_splits_equally_and_ends_when_it_ends(build):
    """A blank share is an equal part; after its last day a bridge carries nothing."""
    content = {
        "units": [unit("D1", "一支部", "party"), unit("01", "甲部"), unit("02", "乙部")],
        "unit_bridge": [
            {"party_unit_id": "D1", "admin_unit_id": "01", "valid_from": SINCE},
            {
                "party_unit_id": "D1",
                "admin_unit_id": "02",
                "valid_from": SINCE,
                "valid_to": date(2026, 3, 31),
            },
        ],
        "activities": [
            activity("A1", "一支部", "2026-03-05"),
            activity("A2", "一支部", "2026-04-05"),
        ],
    }
    assert [("01", "2026-03", 0.5), ("01", "2026-04", 1.0), ("02", "2026-03", 0.5)] == build(
        [("U1", content)]
    ).rows("select unit_id, month, activity_count from mart.activity_unit_month order by all")


def test_what_cannot_be_placed_is_counted_with_its_reason(build):
    """Unknown organisations and branches without 组织对照 are shown, never dropped silently."""
    content = {
        "units": [unit("D1", "一支部", "party")],
        "activities": [
            activity("A1", "一支部", "2026-03-05"),
            activity("A2", "无名", "2026-03-05"),
        ],
    }
    assert [("no_bridge", "一支部"), ("unknown_unit", "无名")] == build([("U1", content)]).rows(
        "select reason, unit_text from mart.unresolved order by reason"
    )


def test_a_changed_roster_keeps_history_and_tells_what_falls_out(build):
    """甲厂 is renamed and 乙厂 merged away in March: February stays as it was, the new name goes on
    with the same unit, and rows under names that had ended are told with that reason."""
    before = [
        unit("00", "集团"),
        unit("01", "甲厂", parent_id="00"),
        unit("02", "乙厂", parent_id="00"),
    ]
    months = ("2026-02", "2026-03")
    figures = [figure(name, month, "收入", 1) for name in ("甲厂", "乙厂") for month in months]
    figures.append(figure("甲中心", "2026-03", "收入", 5))
    ended, begun = date(2026, 2, 28), date(2026, 3, 1)
    after = [
        unit("01", "甲厂", parent_id="00", valid_to=ended),
        unit("01", "甲中心", parent_id="00", valid_from=begun),
        unit("02", "乙厂", parent_id="00", valid_to=ended),
    ]
    built = build([("U1", {"units": before, "kpi_values": figures}), ("U2", {"units": after})])
    assert [("01", "2026-02", 1.0), ("01", "2026-03", 5.0), ("02", "2026-02", 1.0)] == built.rows(
        "select unit_id, month, actual from model.kpi_observations order by all"
    )
    assert [("2026-02", "01"), ("2026-02", "02"), ("2026-03", "01")] == built.rows(
        "select month, unit_id from model.unit_tree_months "
        "where ancestor_id = '00' and unit_id <> '00' and is_there "
        "and month in ('2026-02', '2026-03') "
        "order by all"
    )
    assert [("not_valid_then", "乙厂", 1), ("not_valid_then", "甲厂", 1)] == built.rows(
        "select reason, unit_text, row_count from mart.unresolved order by all"
    )


@pytest.mark.parametrize(
    ("recorded", "late"), [("2026-03-10", 0), ("2026-03-11", 1), (None, 0), ("2026-03-05", 0)]
)
def test_late_records_are_more_than_five_days_after(build, recorded, late):
    """The 3-working-day house rule reaches over a weekend: 5 days are in time, 6 are late."""
    at = datetime.fromisoformat(recorded) if recorded else None
    content = {
        "units": [unit("D1", "一支部", "party")],
        "activities": [activity("A1", "一支部", "2026-03-05", recorded_at=at)],
    }
    assert [(late,)] == build([("U1", content)]).rows("select late_count from mart.activity_month")


def test_recent_activities_cover_three_months_and_zero(build):
    """The month and the two before, across a year end; a unit without activity has 0, not null."""
    content = {
        "units": [unit("01", "甲"), unit("02", "乙")],
        "kpi_values": [figure("甲", "2026-01", "收入", 1), figure("乙", "2026-01", "收入", 1)],
        "activities": [
            activity("A1", "甲", "2025-10-05"),
            activity("A2", "甲", "2025-11-05"),
            activity("A3", "甲", "2026-01-05"),
            activity("A4", "甲", "2026-02-05"),
        ],
    }
    assert [("01", 2.0), ("02", 0.0)] == build([("U1", content)]).rows(
        "select unit_id, activity_count_3m from mart.activity_recent order by unit_id"
    )


def test_an_organisation_of_either_tree_covers_administrative_units_month_by_month(build):
    """A branch covers its departments while the bridge holds; moved units change their group."""
    moved = {"valid_to": date(2026, 3, 31), "parent_id": "G1"}
    content = {
        "units": [
            *(unit(each, each) for each in ("G1", "G2")),
            {**unit("01", "甲部"), **moved},
            {**unit("01", "甲部"), "valid_from": date(2026, 4, 1), "parent_id": "G2"},
            unit("P0", "党委", "party"),
            {**unit("D1", "一支部", "party"), "parent_id": "P0"},
        ],
        "unit_bridge": [
            {"party_unit_id": "D1", "admin_unit_id": "01", "valid_from": SINCE},
        ],
        "activities": [activity("A1", "D1", "2026-03-05"), activity("A2", "D1", "2026-04-05")],
    }
    mart = build([("U1", content)])
    wanted = """select distinct ancestor_id, month from model.scope_months
        where unit_id = '01' and month in ('2026-03', '2026-04') and tree = '{}' order by all"""
    assert [
        ("*", "2026-03"), ("*", "2026-04"), ("01", "2026-03"), ("01", "2026-04"),
        ("G1", "2026-03"), ("G2", "2026-04"),
    ] == mart.rows(wanted.format("admin"))  # fmt: skip
    assert [(name, month) for name in ("*", "D1", "P0") for month in ("2026-03", "2026-04")] == (
        mart.rows(wanted.format("party"))
    )


def test_a_rate_at_the_limit_is_at_the_limit(build):
    """2 − 330 ÷ 300 is 90 %, and 90 % is not below 90 %; from 28 % to 29 % is a whole point."""
    band = kpi("K1", "压力", direction="band", band_low=200.0, band_high=300.0)
    content = {
        "units": [unit("01", "甲厂")],
        "kpi_definitions": [band, kpi("K2", "收入")],
        "kpi_values": [
            figure("甲厂", "2026-04", "压力", 330),
            figure("甲厂", "2026-01", "收入", 28, 100),
            figure("甲厂", "2026-04", "收入", 29, 100),
        ],
    }
    assert [("K1", 0.9, None), ("K2", 0.29, 0.01)] == build([("U1", content)]).rows(
        "select kpi_id, attainment_rate, attainment_change_3m from model.weak_link_facts "
        "where month = '2026-04' order by kpi_id"
    )
