"""The fixed half-life stock and its check against later attainment."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pipelines.analysis.scenario import (
    activity_stock,
    decay,
    hill,
    steady_stock,
    stock_validity,
)
from pipelines.domain.months import month_range

MONTHS = month_range("2024-01", "2026-06")


def _counts(*rows):
    return pd.DataFrame(rows, columns=["unit", "month", "value"]).assign(activity_type="党课")


def test_stock_halves_after_the_half_life():
    """Eight activities once, half-life 3: 8, then 4 three months and 2 six months later."""
    stock = activity_stock(
        _counts(("u", "2024-01", 8)), half_life_months=3, months=["2024-01", "2024-04", "2024-07"]
    )
    np.testing.assert_allclose([8, 4, 2], stock["stock"])


def test_types_add_up_and_earlier_records_are_brought_along():
    """All types count; a record before the first wanted month is in its stock."""
    rows = _counts(("u", "2023-12", 2), ("u", "2024-01", 1), ("u", "2024-01", 3))
    stock = activity_stock(rows, half_life_months=1, months=["2024-01"])
    assert stock["stock"].tolist() == pytest.approx([5.0])


def test_nothing_before_the_first_record():
    """A unit has no stock, and not a stock of zero, before its first record."""
    stock = activity_stock(
        _counts(("a", "2024-01", 1), ("b", "2024-03", 1)), months=month_range("2024-01", "2024-03")
    )
    assert stock.loc[stock["unit"] == "b", "month"].tolist() == ["2024-03"]


def test_steady_work_approaches_the_steady_stock():
    """The rule on the quadrant: work at the same rate for long holds per_month / (1 − decay)."""
    rows = _counts(*(("u", month, 3.5) for month in month_range("2000-01", "2026-06")))
    stock = activity_stock(rows, half_life_months=6, months=["2026-06"])
    assert stock["stock"].item() == pytest.approx(steady_stock(3.5, half_life_months=6))


def test_half_life_must_be_positive():
    """A half-life of zero has no meaning and is refused."""
    with pytest.raises(ValueError, match="positive"):
        decay(0)


@pytest.mark.parametrize("slope", [1.0, 2.0])
def test_saturation_is_nothing_at_nothing_and_a_half_at_the_reference(slope):
    """0 at 0 and below, one half at ``half``, rising towards 1, nothing where nothing is known."""
    found = hill(pd.Series([0.0, 10.0, 20.0, 1e6, -1.0, np.nan]), half=20.0, slope=slope)
    expected = [0.0, 0.5**slope / (1 + 0.5**slope), 0.5]
    assert expected == pytest.approx(found.iloc[:3].tolist())
    assert 0.999 < found.iloc[3] < 1
    assert 0.0 == found.iloc[4]
    assert np.isnan(found.iloc[5])


@pytest.mark.parametrize(("half", "slope"), [(0, 1), (1, 0), (-1, 1)])
def test_saturation_needs_a_positive_half_and_slope(half, slope):
    """Anything else has no meaning and is refused."""
    with pytest.raises(ValueError, match="positive"):
        hill(pd.Series([1.0]), half=half, slope=slope)


def test_no_activity_gives_an_empty_stock():
    """No records: an empty frame with the columns a page asks for."""
    stock = activity_stock(_counts().head(0), months=MONTHS)
    assert list(stock.columns) == ["unit", "month", "stock"]
    assert stock.empty


def _grid(values, name):
    frame = pd.DataFrame(values, columns=MONTHS).rename_axis("unit").reset_index()
    return frame.melt("unit", var_name="month", value_name=name)


def test_validity_finds_a_planted_order_and_its_n():
    """When units with more stock rise afterwards, r is clearly above zero."""
    rng = np.random.default_rng(0)
    stock = rng.normal(size=(40, 1)) + rng.normal(size=(40, len(MONTHS))) * 0.2
    rise = np.cumsum(0.05 * stock, axis=1) + rng.normal(size=stock.shape) * 0.05
    found = stock_validity(_grid(stock, "stock"), _grid(rise, "value"))
    assert found.low > 0
    assert (40, 40 * found.n_months) == (found.n_units, found.n_obs)


def test_validity_of_unrelated_series_covers_zero_as_often_as_it_says():
    """Without any relation the interval holds 0 in about 95 of 100 draws."""
    covered = 0
    for seed in range(80):
        rng = np.random.default_rng(seed)
        stock = np.cumsum(rng.normal(size=(30, len(MONTHS))), axis=1)
        found = stock_validity(_grid(stock, "stock"), _grid(rng.normal(size=stock.shape), "value"))
        covered += found.low <= 0 <= found.high
    assert covered >= 70


def test_validity_without_data_says_so():
    """No attainment: r is missing and n is zero."""
    nothing = _grid(np.zeros((3, len(MONTHS))), "value").head(0)
    found = stock_validity(_grid(np.ones((3, len(MONTHS))), "stock"), nothing)
    assert np.isnan(found.r)
    assert found.n_obs == 0
