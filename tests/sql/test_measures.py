"""Measures on the demo organisation and on given rows: values, rows and their agreement."""

from __future__ import annotations

import re
from datetime import date

import duckdb
import numpy as np
import pandas as pd
import pytest

from pipelines import queries
from pipelines.domain.catalog import datasets
from pipelines.domain.measures import FACT_COLUMNS, Additivity
from pipelines.measures import docs, measures
from pipelines.measures.burden import burdens
from pipelines.measures.families import activities, attainment, capacity
from pipelines.measures.rows import NOTHING, recomputed, rows, sources, value
from pipelines.measures.sql import behind
from pipelines.models import models
from pipelines.settings import Settings
from pipelines.simulate import simulate
from tests.app.leader_store import publish_frames
from tests.sql.test_models import activity, figure, kpi, unit

MONTH = "2026-08"
SUMS = [each.id for each in measures().values() if each.additivity is Additivity.SUM]
OWN = (*attainment.MEASURES, *activities.MEASURES, *capacity.MEASURES)
PLANNED = {"plan_late_rate", "plan_days_late"}  # the demo organisation has no plans


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """Frames and mart of a small demo organisation."""
    frames = simulate(units=24, months=14, kpis=13, last_month="2026-10", seed=5).frames
    _follow(frames)
    settings = Settings(store_root=tmp_path_factory.mktemp("measures"), ledger_url=None)
    publish_frames(settings, frames)
    mart = queries.open_mart(settings)
    yield frames, mart
    mart.close()


def _follow(frames: dict[str, pd.DataFrame]) -> None:
    """Every eighth activity is the source of a follow-up item, every second of these confirmed."""
    sources = frames["activities"]["record_id"][::8].tolist()
    count = min(len(sources), len(frames["actions"]))
    frames["actions"]["source_id"] = pd.Series(sources[-count:]).reindex(frames["actions"].index)
    frames["links"] = pd.DataFrame(
        {
            "record_id": sources[::2],
            "target_kind": "kpi",
            "target_id": frames["kpi_definitions"]["kpi_id"].iloc[0],
            "state": "confirmed",
        }
    )


@pytest.fixture(scope="module")
def values(demo) -> pd.DataFrame:
    """All values of the demo organisation."""
    return demo[1].frame("select * from mart.measure_values")


@pytest.mark.parametrize("measure_id", list(measures()))
def test_every_measure_runs_on_nothing(empty, measure_id):
    """Without any row there is no value, and its facts have the columns of all facts."""
    built, found = empty, measures()[measure_id]
    held = built.rows(f"select * from mart.measure_values where measure_id = '{found.id}'")  # noqa: S608
    assert [] == held
    columns = {each[0] for each in built.rows(f"describe {found.facts}")}
    assert set(FACT_COLUMNS) <= columns
    asked = {"tree": "admin", "unit_id": "*", "month": MONTH}
    assert [] == built._connection.execute(behind(found), asked).fetchall()


@pytest.mark.parametrize("measure_id", list(measures()))
def test_every_measure_says_what_it_is(measure_id):
    """Words for a reader, none of cause, and real datasets to come from."""
    found = measures()[measure_id]
    told = (found.label, found.definition, found.formula, found.not_told, found.unit)
    assert all(told)
    assert not [word for word in ("导致", "带动", "促进", "显著") if word in "".join(told)]
    assert sources(measure_id)
    assert set(sources(measure_id)) <= set(datasets())


def test_the_document_of_measures_is_fresh():
    """`python -m pipelines.measures` would change nothing."""
    assert docs.text() == docs.PATH.read_text(encoding="utf-8")


@pytest.mark.parametrize("measure_id", SUMS)
def test_parts_add_up_to_the_whole(demo, values, measure_id):
    """A unit's value is its own rows and the values of the units right below it, exactly."""
    mart = demo[1]
    found = measures()[measure_id]
    known = values[values["measure_id"] == measure_id].set_index(["unit_id", "month"])["value"]
    parents = mart.frame("select unit_id, month, parent_id from model.unit_parents")
    below = parents.merge(known.rename("value").reset_index(), on=["unit_id", "month"])
    parts = below.dropna(subset=["parent_id"]).groupby(["parent_id", "month"])["value"].sum()
    own = mart.frame(
        f"select unit_id, month, sum(weight * ({found.numerator})) as own from {found.facts} "  # noqa: S608
        f"where {found.where} group by unit_id, month"
    ).set_index(["unit_id", "month"])["own"]
    compared = known.drop("*", level="unit_id")
    assert not compared.empty
    together = own.reindex(compared.index, fill_value=0.0).fillna(0.0)
    together += parts.rename_axis(["unit_id", "month"]).reindex(compared.index, fill_value=0.0)
    np.testing.assert_allclose(together, compared, rtol=1e-9)


@pytest.mark.parametrize("measure_id", list(measures()))
def test_rows_give_the_value_again(demo, values, measure_id):
    """For units of every level and both whole trees, and with as many rows as the value counts."""
    mart, found = demo[1], measures()[measure_id]
    known = values[values["measure_id"] == measure_id]
    if known.empty:
        assert measure_id in PLANNED
        return
    whole = known[known["unit_id"] == "*"].tail(2)
    for each in pd.concat(
        [whole, known.sort_values(["month", "unit_id"]).tail(40)[::9]]
    ).itertuples():
        place = (each.tree, each.unit_id, each.month)
        found_rows = rows(mart, measure_id, *place)
        assert each.row_count == len(found_rows)
        again = recomputed(found_rows, found)
        expected = None if pd.isna(each.value) else pytest.approx(each.value, rel=1e-9)
        assert expected == again
        got = value(mart, measure_id, *place)
        assert (expected, each.row_count) == (got.value, got.row_count)
        assert found_rows["unit_name"].notna().all()


def test_pages_of_rows_are_all_rows(demo):
    """Fifty at a time in one fixed order, and each row names its file and line."""
    place = ("activity_count", "party", "*", MONTH)
    everything = rows(demo[1], *place)
    parts = [rows(demo[1], *place, limit=50, offset=at) for at in range(0, len(everything), 50)]
    pd.testing.assert_frame_equal(everything, pd.concat(parts, ignore_index=True))
    assert len(parts) > 1
    assert (
        everything[["file_name", "source_row", "upload_id", "uploaded_by"]].notna().all(axis=None)
    )


def test_a_measure_of_nowhere_is_nothing(demo):
    """A unit without rows has no value; an unknown measure is refused before any SQL."""
    assert NOTHING == value(demo[1], "activity_count", "party", "没有", MONTH)
    with pytest.raises(KeyError):
        rows(demo[1], "activity_count; drop table x", "party", "*", MONTH)


def test_the_queries_of_pages_tell_the_same(demo, values):
    """measure_month holds each measure beside the month before."""
    mart = demo[1]
    shown = queries.run(mart, "measure_month", month=MONTH).set_index(["measure_id", "tree"])
    whole = values[values["unit_id"] == "*"].set_index(["month", "measure_id", "tree"])["value"]
    for column, month in (("value", MONTH), ("previous_value", "2026-07")):
        expected = whole[month].dropna()
        pd.testing.assert_series_equal(
            shown[column].dropna().sort_index(), expected.sort_index(), check_names=False
        )


def _cannot_run(connection) -> list[str]:
    """Tables of the build and queries that the staging tables are not enough for."""
    failed = []
    texts = {each.name: each.sql for each in models() if each.step is None}
    texts |= {name: re.sub(r"\$\w+", "null", queries.sql_of(name)) for name in queries.names()}
    for name, sql in texts.items():
        if not name.startswith("staging."):
            try:
                connection.execute(f"explain {sql}")
            except duckdb.BinderException:
                failed.append(name)
    return failed


def test_columns_that_nothing_reads_can_be_missing(build):
    """Everything beyond staging still runs without them; without a read one something stops."""
    connection = build([])._connection
    connection.execute("create table mart.build_info (build_id varchar, built_at timestamp)")
    connection.execute("set python_enable_replacements = false")
    before = _cannot_run(connection)
    for each in burdens():
        for column in each.unread:
            connection.execute(f'alter table staging.{each.dataset} drop column "{column}"')
    assert before == _cannot_run(connection)
    (heads,) = [each for each in burdens() if each.dataset == "headcounts"]
    assert (10, 10) == (heads.asked, heads.read)
    connection.execute("alter table staging.headcounts drop column training_hours")
    assert "model.capacity_facts" in _cannot_run(connection)


# ------------------------------------------------------------ recomputed from the frames


def _reaching(frames) -> pd.DataFrame:
    """Activities as administrative units are reached, each with its share."""
    bridge = frames["unit_bridge"][["party_unit_id", "admin_unit_id", "share"]]
    held = frames["activities"].merge(bridge, left_on="unit", right_on="party_unit_id")
    return held.assign(place=held["admin_unit_id"], month=held["start_at"].dt.strftime("%Y-%m"))


def _ratio(frame: pd.DataFrame, top: pd.Series, bottom: pd.Series, share=1.0) -> pd.Series:
    parts = pd.DataFrame({"top": top * share, "bottom": bottom * share})
    sums = parts.groupby([frame["place"], frame["month"]]).sum()
    return (sums["top"] / sums["bottom"].where(sums["bottom"] > 0)).dropna()


def _kpis(frames) -> pd.DataFrame:
    """Figures with the attainment reached; a blank actual follows from the year to date."""
    kpis = frames["kpi_definitions"]
    rows = frames["kpi_values"].merge(kpis, left_on="kpi", right_on="kpi_id")
    rows = rows.sort_values(["unit", "kpi", "month"]).reset_index(drop=True)
    months = rows["month"].str[:4].astype(int) * 12 + rows["month"].str[5:].astype(int)
    before = rows.groupby(["unit", "kpi"])["ytd_actual"].shift()
    is_next = months.diff() == 1
    before = before.where(is_next).mask(rows["month"].str.endswith("-01"), 0.0)
    actual = rows["actual"].fillna(rows["ytd_actual"] - before)
    target, low, high = (rows[name].astype(float) for name in ("target", "band_low", "band_high"))
    band = np.select([actual < low, actual > high], [actual / low, 2 - actual / high], 1.0)
    up, direction = actual / target, rows["direction"]
    reached = np.select([direction == "up", direction == "down"], [up, 2 - up], band)
    judged = actual.notna() & ((target > 0) | (direction == "band"))
    rows = rows.assign(place=rows["unit"], reached=pd.Series(reached).where(judged))
    return rows[~rows["is_placebo"].astype(bool)]


def _attainment(frames) -> pd.Series:
    rows = _kpis(frames).dropna(subset=["reached"])
    weight = rows["weight"].astype(float)
    return _ratio(rows, weight * rows["reached"].clip(0, 1.5), weight)


def _kpi_counts(frames, judged: bool) -> pd.Series:
    rows = _kpis(frames)
    rows = rows[rows["reached"].notna() == judged]
    return rows.groupby(["place", "month"]).size().astype(float)


def _met(frames) -> pd.Series:
    rows = _kpis(frames).dropna(subset=["reached"])
    return _ratio(rows, (rows["reached"] >= 1).astype(float), pd.Series(1.0, index=rows.index))


def _late(frames) -> pd.Series:
    held = _reaching(frames).dropna(subset=["recorded_at"])
    days = (held["recorded_at"].dt.normalize() - held["start_at"].dt.normalize()).dt.days
    return _ratio(held, (days > 5).astype(float), pd.Series(1.0, index=held.index), held["share"])


def _leave(frames) -> pd.Series:
    held = _reaching(frames)
    held = held[(held["due_count"] > 0) & (held["leave_count"] <= held["due_count"])]
    return _ratio(held, held["leave_count"].astype(float), held["due_count"], held["share"])


def _business_leave(frames) -> pd.Series:
    held = _reaching(frames)
    held = held[(held["leave_count"] > 0) & held["leave_reason"].notna()]
    due = held["leave_reason"].isin(["出差", "值班", "外出培训"])
    assert {"病假", "休假"} == set(held.loc[~due, "leave_reason"])
    leave = held["leave_count"].astype(float)
    return _ratio(held, leave.where(due, 0.0), leave, held["share"])


def _traces(frames) -> pd.Series:
    held = _reaching(frames).dropna(subset=["form"])
    real = held["form"].isin(["研讨", "实践", "志愿"]) & held["result"].notna()
    return _ratio(held, (~real).astype(float), real.astype(float), held["share"])


def _heads(frames, top: str, bottom: str) -> pd.Series:
    rows = frames["headcounts"].assign(place=frames["headcounts"]["unit"])
    rows = rows[rows[bottom] > 0]
    return _ratio(rows, rows[top].astype(float), rows[bottom].astype(float))


def _progress(frames) -> pd.Series:
    rows = frames["headcounts"].sort_values("month")
    rows = rows.assign(place=rows["unit"], due=rows["members"] * 32 / 12)
    sums = rows.groupby(["place", rows["month"].str[:4]])[["training_hours", "due"]].cumsum()
    return _ratio(rows, sums["training_hours"], sums["due"])


EXPECTED = {
    "attainment_rate": _attainment,
    "kpi_met_rate": _met,
    "kpi_judged_count": lambda frames: _kpi_counts(frames, judged=True),
    "kpi_unjudged_count": lambda frames: _kpi_counts(frames, judged=False),
    "activity_count": lambda frames: _reaching(frames).groupby(["place", "month"])["share"].sum(),
    "late_record_rate": _late,
    "leave_rate": _leave,
    "business_leave_rate": _business_leave,
    "trace_ratio": _traces,
    "full_time_rate": lambda frames: _heads(frames, "full_time_officers", "staff"),
    "training_hours_per_member": lambda frames: _heads(frames, "training_hours", "members"),
    "training_progress": _progress,
    "backbone_to_member_rate": lambda frames: _heads(frames, "backbone_to_member", "members"),
    "member_to_backbone_rate": lambda frames: _heads(frames, "member_to_backbone", "members"),
}


def test_each_measure_of_these_families_is_computed_a_second_way():
    """None is left out, except plans, which have rows of their own below."""
    assert set(EXPECTED) | PLANNED == {each.id for each in OWN}


@pytest.mark.parametrize("measure_id", list(EXPECTED))
def test_values_are_those_of_pandas(demo, values, measure_id):
    """Every reporting unit and month, from the simulated frames without any SQL."""
    expected = EXPECTED[measure_id](demo[0]).rename_axis(["unit_id", "month"])
    lowest = set(demo[0]["unit_bridge"]["admin_unit_id"])
    known = values[(values["measure_id"] == measure_id) & values["unit_id"].isin(lowest)]
    got = known.set_index(["unit_id", "month"])["value"].dropna()
    assert len(got) > 10
    pd.testing.assert_series_equal(
        got.sort_index(), expected.sort_index(), check_names=False, check_index_type=False
    )


# ------------------------------------------------------------ on given rows


def of(built, measure_id: str) -> dict[tuple[str, str], float]:
    """(unit, month) → value."""
    found = built.rows(
        f"select unit_id, month, value from mart.measure_values where measure_id = '{measure_id}'"  # noqa: S608
    )
    return {(unit_id, month): result for unit_id, month, result in found}


def test_a_unit_counts_with_the_parent_of_the_month(build):
    """Moved in mid-year: each parent has the months in which the unit stood below it."""
    units = [
        unit("A", "甲部", "party"),
        unit("B", "乙部", "party"),
        unit("1", "一支部", "party", parent_id="A", valid_to=date(2026, 3, 31)),
        unit("1", "一支部", "party", parent_id="B", valid_from=date(2026, 4, 1)),
    ]
    held = [activity(str(m), "一支部", f"2026-0{m}-10") for m in range(1, 7)]
    got = of(build([("U1", {"units": units, "activities": held})]), "activity_count")
    months = {where: {m for each, m in got if each == where} for where in ("A", "B", "1", "*")}
    assert {"2026-01", "2026-02", "2026-03"} == months["A"]
    assert {"2026-04", "2026-05", "2026-06"} == months["B"]
    assert months["A"] | months["B"] == months["1"] == months["*"]


def test_a_renamed_unit_keeps_its_history(build):
    """One unit under two names has one series."""
    units = [
        unit("1", "旧支部", "party", valid_to=date(2026, 2, 28)),
        unit("1", "新支部", "party", valid_from=date(2026, 3, 1)),
    ]
    held = [activity("a", "旧支部", "2026-02-10"), activity("b", "新支部", "2026-03-10")]
    got = of(build([("U1", {"units": units, "activities": held})]), "activity_count")
    assert {("1", "2026-02"): 1.0, ("1", "2026-03"): 1.0} == {
        key: number for key, number in got.items() if key[0] == "1"
    }


def test_a_group_that_reports_beside_its_members_counts_once(build):
    """The figure of the group is left out where a member reports the same KPI, and only there."""
    content = {
        "units": [unit("G", "集团"), unit("1", "甲厂", parent_id="G")],
        "kpi_definitions": [kpi("K1", "收入"), kpi("K2", "投诉", direction="down")],
        "kpi_values": [
            figure("集团", "2026-03", "收入", 50, 100),
            figure("甲厂", "2026-03", "收入", 120, 100),
            figure("集团", "2026-03", "投诉", 80, 100),
        ],
    }
    built = build([("U1", content)])
    assert {"G": 1.2, "1": 1.2, "*": 1.2} == pytest.approx(
        {each: rate for (each, _), rate in of(built, "attainment_rate").items()}
    )
    assert 2.0 == of(built, "kpi_judged_count")["G", "2026-03"]


def test_what_cannot_be_judged_is_counted(build):
    """No target, a target of zero, no definition: no attainment, and all three are told."""
    content = {
        "units": [unit("1", "甲厂")],
        "kpi_definitions": [kpi("K1", "收入"), kpi("K2", "利润"), kpi("K3", "产量")],
        "kpi_values": [
            figure("甲厂", "2026-03", "收入", 300, 100),
            figure("甲厂", "2026-03", "利润", 5),
            figure("甲厂", "2026-03", "产量", 5, 0),
            figure("甲厂", "2026-03", "没有定义", 5, 5),
        ],
    }
    built = build([("U1", content)])
    assert 1.5 == of(built, "attainment_rate")["1", "2026-03"]
    assert 3.0 == of(built, "kpi_unjudged_count")["1", "2026-03"]
    assert 1.0 == of(built, "kpi_judged_count")["1", "2026-03"]


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        ("出差", 1.0),
        ("下井值班2人", 1.0),
        ("病假", 0.0),
        ("病假1人、出差1人", None),
        ("未说明", None),
        (None, None),
    ],
)
def test_reasons_for_leave_are_read_by_the_list(build, reason, expected):
    """Business, own, and neither when both or none of the listed words are there."""
    held = activity("a", "支部", "2026-03-10", due_count=10, leave_count=2, leave_reason=reason)
    content = {"units": [unit("1", "支部", "party")], "activities": [held]}
    assert expected == of(build([("U1", content)]), "business_leave_rate").get(("1", "2026-03"))


def test_plans_are_late_when_the_day_or_the_month_is_over(build):
    """In time, late, never done, dated by its month; the running month is not judged."""

    def item(name: str, month: str, planned: date | None, done: date | None) -> dict:
        return {
            "unit": "支部",
            "month": month,
            "item": name,
            "planned_on": planned,
            "done_on": done,
        }

    plans = [
        item("按时", "2026-03", date(2026, 3, 10), date(2026, 3, 10)),
        item("晚了", "2026-03", date(2026, 3, 10), date(2026, 3, 14)),
        item("没做", "2026-03", date(2026, 3, 20), None),
        item("没写日期", "2026-03", None, date(2026, 3, 31)),
        item("隔月做", "2026-02", date(2026, 2, 20), date(2026, 3, 2)),
        item("还没到", "2026-04", date(2026, 4, 20), None),
    ]
    held = [activity("a", "支部", "2026-04-02")]
    content = {"units": [unit("1", "支部", "party")], "plan_items": plans, "activities": held}
    built = build([("U1", content)])
    rates = {
        month: rate for (each, month), rate in of(built, "plan_late_rate").items() if each == "1"
    }
    assert {"2026-02": 1.0, "2026-03": 0.5} == rates
    days = {month: gap for (each, month), gap in of(built, "plan_days_late").items() if each == "1"}
    assert {"2026-02": 10.0, "2026-03": 4.0} == days


def test_one_unit_under_two_spellings_counts_its_people_once(build):
    """The later row of one unit and month counts."""

    def heads(written: str, staff: int) -> dict:
        return {"unit": written, "month": "2026-03", "staff": staff, "full_time_officers": 1}

    content = {
        "units": [unit("1", "甲厂")],
        "headcounts": [heads("甲厂", 50), heads("1", 100)],
    }
    got = of(build([("U1", content)]), "full_time_rate")
    assert {("1", "2026-03"): 0.01, ("*", "2026-03"): 0.01} == got
