"""On the demo organisation the analysis finds what was planted and nothing else."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pipelines import queries
from pipelines.analysis.association import associate
from pipelines.analysis.inputs import activity_values, signed_kpis
from pipelines.analysis.latent_fits import latent_fits
from pipelines.settings import Settings
from pipelines.simulate import simulate
from tests.app.leader_store import publish_frames


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """Truth, signed KPIs and activities of the demo organisation through the real mart."""
    organisation = simulate(units=120, months=36, kpis=13, last_month="2026-10", seed=2026)
    settings = Settings(store_root=tmp_path_factory.mktemp("demo"))
    publish_frames(settings, organisation.frames)
    mart = queries.open_mart(settings)
    kpis = signed_kpis(queries.run(mart, "kpi_unit_month"), queries.run(mart, "kpis"))
    activities = activity_values(queries.run(mart, "activity_unit_month"))
    mart.close()
    return organisation.truth, kpis, activities


def _claims(found: pd.DataFrame) -> pd.DataFrame:
    return found[found["q"] <= 0.05]


@pytest.fixture(scope="module")
def claims(demo):
    """The pairs at q ≤ 0.05."""
    _, kpis, activities = demo
    return _claims(associate(kpis, activities))


def test_every_planted_link_is_found_with_its_lag(demo, claims):
    """Each planted pair is a claim of rising with it; its window holds the planted delay."""
    planted = {(link.activity_type, link.kpi_id): link.lag for link in demo[0].links}
    assert len(planted) == 5
    found = claims.set_index(["activity_type", "kpi"])
    for pair, lag in planted.items():
        assert found.loc[pair, "window_start"] <= lag <= found.loc[pair, "window_end"], pair
        assert found.loc[pair, "low"] > 0, pair
        assert "较强证据" == found.loc[pair, "state"]


def test_hardly_anything_else_is_claimed(demo, claims):
    """At q ≤ 0.05 a twentieth of six claims is 0.3 by chance: one is let pass, none is 对照."""
    planted = {(link.activity_type, link.kpi_id) for link in demo[0].links}
    others = set(zip(claims["activity_type"], claims["kpi"], strict=True)) - planted
    assert len(others) <= 1
    assert demo[0].placebo_kpi_id not in set(claims["kpi"])


def test_the_stocks_told_from_nothing_are_planted_carry_over(demo):
    """What past work still adds is told for 党课 → YW12 (delay 3) and for nothing but links with a
    delay of two months or more."""
    truth, kpis, activities = demo
    own = kpis[kpis["kpi"] != truth.placebo_kpi_id]
    nobody = pd.DataFrame(columns=["unit", "month", "value"], dtype=object)
    found = latent_fits(own, activities, nobody, max_lag=6).evidence
    clear = found[(found["low"] > 0) | (found["high"] < 0)]
    told = set(zip(clear["activity_type"], clear["kpi"], strict=True))
    assert ("党课", "YW12") in told
    assert told <= {(link.activity_type, link.kpi_id) for link in truth.links if link.lag >= 2}
    assert (clear["low"] > 0).all()


def test_logs_permuted_between_units_claim_nothing(demo):
    """With every unit given another unit's log no pair survives; one analysis in twenty would
    have one by chance, so the permutation is fixed."""
    _, kpis, activities = demo
    units = np.array(sorted(activities["unit"].unique()))
    other = dict(zip(units, np.random.default_rng(0).permutation(units), strict=True))
    moved = activities.assign(unit=activities["unit"].map(other))
    assert _claims(associate(kpis, moved)).empty
