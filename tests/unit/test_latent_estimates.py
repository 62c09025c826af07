"""The waterfall reconciles, also as it is shown; a stock that cannot be told is not told."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from dashboard.charts.waterfall import reconciled, waterfall
from dashboard.format import signed
from dashboard.latent_estimates import (
    release_table,
    shown_movement,
    stock_sentence,
    stock_view,
    types_table,
    untold_types,
)
from dashboard.latent_trace import PARTS, coefficients_table, totals_sentence, trace_of
from pipelines.analysis.joint import JointFit
from pipelines.analysis.shares import INDISTINCT
from pipelines.domain.months import month_range

MONTHS = month_range("2024-01", "2026-06")
TYPES = ("党课", "主题党日")
L = 5


def _fit(noise: float) -> JointFit:
    rng = np.random.default_rng(3)
    return JointFit(
        kpi="K",
        activity_types=TYPES,
        units=("a", "b"),
        max_lag=L,
        coef=rng.uniform(0.02, 0.06, (2, L + 1)),
        cov=np.eye(2 * (L + 1)) * noise**2,
        dof=39,
        sigma=1.0,
        logged=False,
        sd_activity=np.ones(2),
        null_space=np.empty((0, 2 * (L + 1))),
        n_units=40,
        n_months=30,
    )


def _activities() -> pd.DataFrame:
    rng = np.random.default_rng(4)
    rows = [
        (unit, month, kind, float(rng.poisson(2) + 1))
        for unit in "ab"
        for month in MONTHS
        for kind in TYPES
    ]
    return pd.DataFrame(rows, columns=["unit", "month", "activity_type", "value"])


@pytest.mark.parametrize("month", MONTHS[L + 1 :])
def test_the_movement_reconciles_exactly_and_as_shown(month):
    """To 1e-9 in the figures, and to the last digit in what is displayed, in every month."""
    view = stock_view(_fit(0.01), _activities(), month, None)
    opening, added, released, closing = view.movement
    assert closing == pytest.approx(opening + added + released, abs=1e-9)
    assert closing == pytest.approx(float(view.stock.value), abs=1e-9)
    cents = [round(each * 100) for each in shown_movement(view)]
    assert cents[3] == cents[0] + cents[1] + cents[2]
    assert [round(opening * 100), round(closing * 100)] == [cents[0], cents[3]]


def test_rounded_steps_stay_within_one_digit_of_the_figure():
    """For 2,000 random movements every shown step is less than 0.01 from the exact one."""
    rng = np.random.default_rng(0)
    for opening, first, second in rng.normal(size=(2_000, 3)):
        shown = reconciled(opening, [first, second], opening + first + second)
        assert abs(shown[1] - first) < 0.01
        assert abs(shown[2] - second) < 0.01
        assert round(100 * sum(shown[:3])) == round(100 * shown[3])


def test_figures_that_do_not_reconcile_are_refused():
    """A waterfall that does not add up is a fault, not a picture."""
    with pytest.raises(ValueError, match="do not lead"):
        reconciled(1.0, [0.5], 2.0)


def test_a_stock_that_holds_zero_is_not_stated():
    """Wide errors: the sentence has the interval and no value; narrow: value and relative error."""
    wide = stock_view(_fit(1.0), _activities(), MONTHS[-1], None)
    narrow = stock_view(_fit(0.001), _activities(), MONTHS[-1], None)
    assert INDISTINCT in stock_sentence(wide, "各单位平均", "满意度", MONTHS[-1])
    assert "相对标准误" in stock_sentence(narrow, "各单位平均", "满意度", MONTHS[-1])
    assert INDISTINCT not in stock_sentence(narrow, "各单位平均", "满意度", MONTHS[-1])


def test_types_and_months_add_up_to_the_stock():
    """Both tables take the stock apart without a remainder."""
    fit = _fit(0.01)
    view = stock_view(fit, _activities(), MONTHS[-1], frozenset({"a"}))
    assert 1 == view.n_units
    assert float(view.stock.value) == pytest.approx(view.by_type.value.sum(), abs=1e-9)
    assert float(view.stock.value) == pytest.approx(view.release.value.sum(), abs=1e-9)
    assert list(TYPES) == types_table(fit, view)["活动类型"].tolist()
    alone = [stock_view(fit, _activities(), MONTHS[-1], frozenset({"a"}), source=k) for k in TYPES]
    np.testing.assert_allclose(view.by_type.value, [float(each.stock.value) for each in alone])
    assert L == len(release_table(view))


def test_without_a_past_there_is_no_stock():
    """Too early a month, or a unit nobody knows: None, never a stock of zero."""
    assert stock_view(_fit(0.1), _activities(), MONTHS[L - 1], None) is None
    assert stock_view(_fit(0.1), _activities(), MONTHS[-1], frozenset({"z"})) is None


def test_the_bars_hang_between_the_running_totals():
    """Each step starts where the one before ended; the closing bar stands on zero."""
    drawn = waterfall(["甲", "乙", "丙", "丁"], [1.0, 0.5, -0.75, 0.75], title="存量")
    rows = drawn.to_dict()["datasets"].values()
    bars = next(each for each in rows if len(each) == 4)
    assert [(0, 1), (1, 1.5), (0.75, 1.5), (0, 0.75)] == [(b["f2"], b["f3"]) for b in bars]


@pytest.mark.parametrize("source", ["*", "党课"])
def test_the_cells_behind_a_stock_add_up_to_the_waterfall(source):
    """Count × coefficients of every cell, summed over the cells, are the four figures to 1e-9."""
    fit = _fit(0.01)
    view = stock_view(fit, _activities(), MONTHS[-1], None, source=source)
    trace = trace_of(fit, view.seen, MONTHS[-1], source=source)
    assert list(view.movement) == pytest.approx([trace.total(each) for each in PARTS], abs=1e-9)
    kinds = TYPES if source == "*" else (source,)
    assert len(kinds) * (L + 1) == len(trace.cells)
    told = totals_sentence(trace, 50.0)
    assert f"每百人 {signed(view.movement[3] * 2)}" in told


def test_of_two_types_that_always_occur_together_the_sum_is_told_and_neither_of_them():
    """Equal counts in every month, every lag of one against the other open: all together has its
    stock and its parts add up; each alone is 无法判断 without a number, in 从哪来 too."""
    first, second = np.eye(L + 1), -np.eye(L + 1)
    fit = replace(_fit(0.001), null_space=np.hstack([first, second]) / np.sqrt(2))
    same = _activities().query("activity_type == '党课'")
    activities = pd.concat([same, same.assign(activity_type="主题党日")])
    view = stock_view(fit, activities, MONTHS[-1], None)
    assert "相对标准误" in stock_sentence(view, "各单位平均", "满意度", MONTHS[-1])
    types = types_table(fit, view).set_index("活动类型")
    assert {"无法判断", "—"} == set(types.to_numpy().ravel())
    trace = trace_of(fit, view.seen, MONTHS[-1], source="*")
    assert list(view.movement) == pytest.approx([trace.total(each) for each in PARTS], abs=1e-9)
    assert {"—"} == set(coefficients_table(trace)["系数 β"])
    alone = stock_view(fit, activities, MONTHS[-1], None, source="党课")
    assert stock_sentence(alone, "各单位平均", "党课", MONTHS[-1]).endswith("无法判断")
    told = totals_sentence(trace_of(fit, view.seen, MONTHS[-1], source="党课"), None)
    assert told.startswith("“党课”无法判断")
    assert TYPES == untold_types(fit, "*")
