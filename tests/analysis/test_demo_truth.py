"""On the demo organisation the first form finds what was planted and little else."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pipelines import queries
from pipelines.analysis.association import residual_associations
from pipelines.analysis.inputs import activity_values, signed_kpis
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


def _claims(found: pd.DataFrame) -> set[tuple[str, str, int]]:
    kept = found[found["q"] <= 0.05]
    return set(zip(kept["activity_type"], kept["kpi"], kept["lag"], strict=True))


def test_every_planted_link_is_found_at_its_lag(demo):
    """The planted activity type, KPI and delay are all among the claims, all 同向变化."""
    truth, kpis, activities = demo
    claims = _claims(residual_associations(kpis, activities))
    planted = {(link.activity_type, link.kpi_id, link.lag) for link in truth.links}
    assert planted <= claims
    assert len(claims - planted) <= 3


def test_the_placebo_kpi_is_claimed_by_nothing(demo):
    """A KPI that no activity can move has no claim."""
    truth, kpis, activities = demo
    claims = _claims(residual_associations(kpis, activities))
    assert not [claim for claim in claims if claim[1] == truth.placebo_kpi_id]


def test_logs_permuted_between_units_claim_nothing(demo):
    """With every unit given another unit's log hardly a cell survives the correction."""
    _, kpis, activities = demo
    units = np.array(sorted(activities["unit"].unique()))
    other = dict(zip(units, np.random.default_rng(0).permutation(units), strict=True))
    moved = activities.assign(unit=activities["unit"].map(other))
    assert len(_claims(residual_associations(kpis, moved))) <= 1
