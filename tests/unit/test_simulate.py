"""The demo organisation really holds the structure and effects that its truth names."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from pipelines.domain.catalog import dataset
from pipelines.domain.fields import Kind
from pipelines.intake.schema import typed_schema
from pipelines.reference import personal_columns, vocabularies
from pipelines.settings import Settings
from pipelines.simulate import Initiative, Organisation, simulate

LAGS = range(7)


@pytest.fixture(scope="module")
def demo() -> Organisation:
    return simulate()


def _cube(frame: pd.DataFrame, months: list[str], units: list[str], value: str) -> np.ndarray:
    wide = frame.pivot_table(
        index="unit", columns="month", values=value, aggfunc="sum", min_count=1
    )
    return wide.reindex(index=units, columns=months).to_numpy()


def _residual(cube: np.ndarray) -> np.ndarray:
    """Two-way demeaned by alternating, so that holes are allowed."""
    for _ in range(25):
        cube = cube - np.nanmean(cube, axis=1, keepdims=True)
        cube = cube - np.nanmean(cube, axis=0, keepdims=True)
    return cube


def _activity_cubes(demo: Organisation, units: list[str]) -> dict[str, np.ndarray]:
    log = demo.frames["activities"]
    log = log.assign(month=log["start_at"].dt.strftime("%Y-%m"))
    counts = log.groupby(["unit", "activity_type", "month"], as_index=False).size()
    bridge = demo.frames["unit_bridge"][["party_unit_id", "admin_unit_id", "share"]]
    shared = counts.merge(bridge, left_on="unit", right_on="party_unit_id")
    shared["unit"] = shared["admin_unit_id"]
    shared["held"] = shared["size"] * shared["share"]
    months = demo.plan.reported_months
    return {
        kind: _residual(np.nan_to_num(_cube(rows, months, units, "held")))
        for kind, rows in shared.groupby("activity_type")
    }


def _kpi_residual(demo: Organisation, kpi: str, units: list[str]) -> np.ndarray:
    values = demo.frames["kpi_values"].query("kpi == @kpi")
    cube = _cube(values, demo.plan.reported_months, units, "actual")
    if np.nanmin(cube) > 0:
        cube = np.log(cube)
    direction = demo.frames["kpi_definitions"].set_index("kpi_id").at[kpi, "direction"]
    residual = _residual(-cube if direction == "down" else cube)
    return residual / np.nanstd(residual, axis=1, keepdims=True)


def _correlation(y: np.ndarray, x: np.ndarray, lag: int) -> float:
    late, early = y[:, lag:], x[:, : x.shape[1] - lag]
    known = ~np.isnan(late)
    return float(np.corrcoef(late[known], early[known])[0, 1])


@pytest.fixture(scope="module")
def correlations(demo) -> dict[tuple[str, str], list[float]]:
    units = sorted(demo.frames["kpi_values"]["unit"].unique())
    activities = _activity_cubes(demo, units)
    found = {}
    for kpi in [link.kpi_id for link in demo.truth.links] + [demo.truth.placebo_kpi_id]:
        y = _kpi_residual(demo, kpi, units)
        for kind, x in activities.items():
            found[kpi, kind] = [_correlation(y, x, lag) for lag in LAGS]
    return found


def test_planted_links_peak_at_their_lag(demo, correlations):
    """A planted link is the strongest of its KPI over all types and lags, at its own lag."""
    for link in demo.truth.links:
        rows = {
            (kind, lag): abs(r)
            for (kpi, kind), values in correlations.items()
            if kpi == link.kpi_id
            for lag, r in enumerate(values)
        }
        assert (link.activity_type, link.lag) == max(rows, key=rows.__getitem__)
        assert correlations[link.kpi_id, link.activity_type][link.lag] > 0.12


def test_links_have_different_lags_and_kpis(demo):
    """Five links, no two with the same delay or KPI, so that each can be told from the others."""
    assert 5 == len({link.lag for link in demo.truth.links})
    assert 5 == len({link.kpi_id for link in demo.truth.links})


def test_placebo_moves_with_no_activity(demo, correlations):
    """The placebo KPI correlates with no activity type at any lag beyond sampling noise."""
    placebo = [
        r for (kpi, _), rs in correlations.items() if kpi == demo.truth.placebo_kpi_id for r in rs
    ]
    assert 0.075 > max(abs(r) for r in placebo)


def test_shape_of_the_default_organisation(demo):
    """120 units in 8 groups, 36 months, 13 KPIs, 8 types; every leaf's parent is in the roster."""
    units = demo.frames["units"]
    leaves = units.query("unit_kind == '基层单位'")
    assert 120 == len(leaves)
    assert 8 == leaves["parent_id"].nunique()
    assert set(units["parent_id"].dropna()) <= set(units["unit_id"])
    assert 36 == demo.frames["kpi_values"]["month"].nunique()
    assert 13 == demo.frames["kpi_values"]["kpi"].nunique()
    assert 8 == demo.frames["activities"]["activity_type"].nunique()


def test_names_are_unambiguous(demo):
    """No unit name or short name means two units, and there are none of the example files."""
    units = demo.frames["units"]
    spellings = pd.concat([units["unit_name"], units["aliases"]])
    assert spellings.is_unique
    assert not {"第一采油厂", "信息中心", "物资供应公司"} & set(spellings)


def test_bridge_shares(demo):
    """A branch's shares add up to 1; some span two units, some units have two branches."""
    bridge = demo.frames["unit_bridge"]
    by_branch = bridge.groupby("party_unit_id")["share"].agg(["sum", "size"])
    assert np.allclose(1, by_branch["sum"])
    assert 3 <= (by_branch["size"] == 2).sum()
    assert 3 <= (bridge.groupby("admin_unit_id").size() == 2).sum()
    leaves = demo.frames["units"].query("unit_kind == '基层单位'")["unit_id"]
    assert set(leaves) == set(bridge["admin_unit_id"])


def test_references_resolve(demo):
    """Every unit and KPI that a frame names exists."""
    units, kpis = (
        set(demo.frames[f][c]) for f, c in (("units", "unit_id"), ("kpi_definitions", "kpi_id"))
    )
    for name, frame in demo.frames.items():
        for column in ("unit", "party_unit_id", "admin_unit_id"):
            if column in frame:
                assert set(frame[column].dropna()) <= units, name
        if "kpi" in frame:
            assert set(frame["kpi"].dropna()) <= kpis, name


def test_decisions_name_an_activity_that_reached_their_unit_before(demo):
    """Most decisions and promises do, nothing else does; none is closed before it was made."""
    frames = demo.frames
    named = frames["actions"].dropna(subset=["source_id"])
    assert {"决议", "承诺"} == set(named["source_kind"])
    of_these = frames["actions"]["source_kind"].isin({"决议", "承诺"})
    assert 0.5 < len(named) / of_these.sum() < 0.8
    held = frames["activities"].set_index("record_id").loc[named["source_id"]]
    bridge = set(map(tuple, frames["unit_bridge"][["party_unit_id", "admin_unit_id"]].to_numpy()))
    assert set(zip(held["unit"], named["unit"], strict=True)) <= bridge
    closed = pd.to_datetime(named["closed_on"]).reset_index(drop=True)
    assert not (closed < held["start_at"].dt.normalize().reset_index(drop=True)).any()


def test_frames_follow_the_contracts(demo):
    """Columns, types, grain, required cells, vocabularies and limits are those of the contract."""
    words = vocabularies(Settings())
    for name, frame in demo.frames.items():
        contract = dataset(name)
        assert list(contract.names) == list(frame.columns)
        schema = pa.schema([typed_schema(contract).field(each) for each in contract.names])
        assert pa.Table.from_pandas(frame, schema=schema, preserve_index=False).num_rows
        assert not frame.duplicated(list(contract.grain)).any(), name
        assert not frame[list(contract.required)].isna().any().any(), name
        for each in contract.fields:
            cells = frame[each.name].dropna()
            if each.kind is Kind.VOCABULARY:
                codes = {entry.code for entry in words[each.vocabulary].entries}
                assert set(cells) <= codes, (name, each.name)
            if each.minimum is not None:
                assert (cells >= each.minimum).all(), (name, each.name)
            if each.maximum is not None:
                assert (cells <= each.maximum).all(), (name, each.name)


def test_no_personal_data(demo):
    """No column is personal, and no text holds an identity or telephone number."""
    patterns = personal_columns(Settings())
    for name, frame in demo.frames.items():
        for each in dataset(name).fields:
            assert (
                not any(p.pattern in each.label for p in patterns) or frame[each.name].isna().all()
            )
        for column in frame.select_dtypes(["str"]):
            assert not frame[column].str.contains(r"\d{11}").any(), (name, column)


def _change(demo: Organisation, which: Initiative) -> tuple[float, float]:
    """Mean change of the adopters and its standard error, the quarter before left out."""
    units = sorted(demo.frames["kpi_values"]["unit"].unique())
    better = _kpi_residual(demo, which.kpi_id, units)
    gains = []
    for unit, month in zip(which.adopters["unit"], which.adopters["month"], strict=True):
        row, at = better[units.index(unit)], demo.plan.reported_months.index(month)
        gains.append(np.nanmean(row[at:]) - np.nanmean(row[: at - 3]))
    return float(np.mean(gains)), float(np.std(gains, ddof=1) / np.sqrt(len(gains)))


def test_initiative_works_and_trap_does_not(demo):
    """Adopters of the real initiative improve for good; those of the trap only come back from a
    bad quarter to where they were before it."""

    gain, error = _change(demo, demo.truth.initiative)
    assert gain > max(0.4, 3 * error)
    gain, error = _change(demo, demo.truth.trap)
    assert abs(gain) < 3 * error


def test_trap_adopters_came_from_a_bad_quarter(demo):
    """The trap catches a naive before/after: the quarter before adoption was clearly worse."""
    trap = demo.truth.trap
    units = sorted(demo.frames["kpi_values"]["unit"].unique())
    better = _kpi_residual(demo, trap.kpi_id, units)
    at = demo.plan.reported_months.index(trap.adopters["month"].iloc[0])
    rows = better[[units.index(unit) for unit in trap.adopters["unit"]]]
    assert np.nanmean(rows[:, at - 3 : at]) < -0.8
    assert np.nanmean(rows[:, at:]) > -0.3


def test_planted_carriers_are_in_the_carrier_list(demo):
    """Adopters can be found by carrier number, kind, unit and start month."""
    carriers = demo.frames["carriers"].set_index("carrier_id")
    for each in (demo.truth.initiative, demo.truth.trap):
        rows = carriers.loc[each.adopters["carrier_id"]]
        assert {each.kind} == set(rows["kind"])
        assert each.adopters["unit"].tolist() == rows["unit"].tolist()
        starts = [f"{day:%Y-%m}" for day in rows["start_on"]]
        assert each.adopters["month"].tolist() == starts


def test_late_founded_units_start_late(demo):
    """A late-founded unit has its first KPI row in the month it was founded."""
    first = demo.frames["kpi_values"].groupby("unit")["month"].min()
    late = demo.truth.late_founded.set_index("unit")["month"]
    assert len(late) >= 5
    assert late.to_dict() == first[late.index].to_dict()
    assert (first.drop(late.index) == demo.plan.reported_months[0]).mean() > 0.95


def test_missing_unit_months_are_missing(demo):
    """The unit-months named as missing have no row, and no other active one is absent."""
    reported = set(demo.frames["kpi_values"][["unit", "month"]].itertuples(index=False, name=None))
    missing = set(demo.truth.missing_unit_months.itertuples(index=False, name=None))
    leaves = demo.frames["units"].query("unit_kind == '基层单位'")
    active = {
        (unit, month)
        for unit, since in zip(leaves["unit_id"], leaves["valid_from"], strict=True)
        for month in demo.plan.reported_months
        if month >= f"{since:%Y-%m}"
    }
    assert missing
    assert missing == active - reported


def test_same_seed_same_data(demo):
    """Two runs with the same arguments agree in every cell; another seed gives other data."""
    again, other = simulate(), simulate(seed=7)
    for name, frame in demo.frames.items():
        pd.testing.assert_frame_equal(frame, again.frames[name])
    assert not demo.frames["kpi_values"]["actual"].equals(other.frames["kpi_values"]["actual"])
    assert len(demo.frames["activities"]) != len(other.frames["activities"])


def test_sizes_scale():
    """Units, months, KPIs and activities follow their arguments, names staying unique."""
    large = simulate(units=330, months=14, kpis=16, activities_per_unit_month=20, seed=3)
    values, log = large.frames["kpi_values"], large.frames["activities"]
    assert (330, 14, 16) == (
        values["unit"].nunique(),
        values["month"].nunique(),
        values["kpi"].nunique(),
    )
    assert 0.85 < len(log) / (330 * 14 * 20) < 1.15
    assert large.frames["units"]["unit_name"].is_unique
    small = simulate(units=8, months=6, activities_per_unit_month=2)
    assert 8 == small.frames["kpi_values"]["unit"].nunique()


@pytest.mark.parametrize("size", [{"units": 7}, {"months": 5}, {"kpis": 12}])
def test_too_small_is_refused(size):
    """A size that cannot hold the planted structure is refused by name, not silently bent."""
    with pytest.raises(ValueError, match=next(iter(size))):
        simulate(**size)
