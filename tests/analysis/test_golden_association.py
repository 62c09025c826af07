"""The numbers of one fixed panel: work on the speed of the engine must not move them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from pipelines.analysis.association import analyse
from pipelines.analysis.calibration.panels import Link, Scenario, panel
from pipelines.analysis.lag_fits import lag_fits
from pipelines.analysis.pairs import Residuals
from pipelines.analysis.slopes import slope

GOLDEN = Path(__file__).with_name("golden_association.json")
SCENARIO = Scenario(
    name="固定的数据", units=40, months=30, kpis=2, kinds=3,
    links=(Link(kpi=0, kind=1, lag=3, effect=0.5),),
)  # fmt: skip


def golden_panel() -> tuple[pd.DataFrame, pd.DataFrame]:
    """With one figure in twenty missing and one unit that reports nothing in the last year."""
    kpis, activities = panel(SCENARIO, 8)
    lost = np.random.default_rng(8).random(len(kpis)) < 0.05
    gone = (activities["unit"] == "U0007") & (activities["month"] > "2025-10")
    return kpis[~lost], activities[~gone]


@pytest.fixture(scope="module")
def tables():
    """Pairs and lags by column, as the file holds them."""
    found = analyse(*golden_panel(), seed=3)
    return {name: getattr(found, name) for name in ("pairs", "lags")}


@pytest.mark.parametrize("name", ["pairs", "lags"])
def test_the_numbers_are_those_of_the_file(tables, name):
    """Every p, q, effect, interval and r to 1e-9, every state and reason as it was."""
    expected = pd.DataFrame(json.loads(GOLDEN.read_text(encoding="utf-8"))[name])
    shown = tables[name]
    assert list(expected.columns) == list(shown.columns)
    for column in expected:
        if pd.api.types.is_numeric_dtype(shown[column]):
            wanted = expected[column].to_numpy(np.float64)
            assert_allclose(shown[column], wanted, rtol=1e-9, atol=1e-9, err_msg=column)
        else:
            assert expected[column].tolist() == shown[column].tolist()


def test_filled_cells_are_no_observations(tables):
    """n of a lag: figures as reported of the units in the panel, in its outcome months."""
    found, kpis = analyse(*golden_panel(), seed=3), golden_panel()[0]
    now = tables["lags"].query("kpi == 'K00' and lag == 0").iloc[0]
    units = found.kept.loc[found.kept["kpi"] == "K00", "unit"]
    months = sorted(kpis["month"].unique())[-int(now["n_months"]) :]
    held = kpis[(kpis["kpi"] == "K00") & kpis["unit"].isin(units) & kpis["month"].isin(months)]
    assert len(units) == now["n_units"]
    assert len(held) == now["n_obs"] < now["n_units"] * now["n_months"]


def test_each_lag_is_as_if_the_others_were_taken_out_one_by_one():
    """The one fit of all lags gives what a regression per lag gives: both sides without the other
    lags, then a slope with clustered errors and a correlation."""
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(5, 12, 20)), rng.normal(size=(12, 20))
    x[1] += 0.6 * x[0]
    fits = lag_fits(Residuals(x=x, y=y))
    for lag in range(5):
        rest = np.delete(x, lag, axis=0).reshape(4, -1).T
        target = np.stack([x[lag].ravel(), y.ravel()], axis=1)
        free = target - rest @ np.linalg.lstsq(rest, target, rcond=None)[0]
        alone = slope(free[:, 0].reshape(12, 20), free[:, 1].reshape(12, 20))
        assert_allclose([alone.value, alone.se, alone.low, alone.high],
                        [fits.value[lag], fits.se[lag], fits.low[lag], fits.high[lag]])  # fmt: skip
        cosine = free[:, 0] @ free[:, 1] / np.sqrt((free**2).sum(axis=0).prod())
        assert_allclose(cosine, fits.r[lag])


def test_a_lag_that_is_the_sum_of_others_has_no_number():
    """Two equal lags cannot be told apart: no slope for them, the third keeps its own."""
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(3, 10, 15)), rng.normal(size=(10, 15))
    x[1] = x[0]
    fits = lag_fits(Residuals(x=x, y=y))
    assert np.isnan(fits.value[:2]).all()
    assert np.isfinite(fits.value[2])
    assert np.isnan(fits.r_low[:2]).all()


def written() -> str:
    """The file anew, after a change of method that CHANGELOG tells."""
    found = analyse(*golden_panel(), seed=3)
    tables = {name: getattr(found, name).to_dict("list") for name in ("pairs", "lags")}
    return json.dumps(tables, ensure_ascii=False, indent=0)


if __name__ == "__main__":
    GOLDEN.write_text(written() + "\n", encoding="utf-8")
