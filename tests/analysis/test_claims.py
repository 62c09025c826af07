"""Verdicts on latent claims: null panels, planted outcomes, and every reason for 证据不足."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from pipelines.analysis.claims import (
    NOT_REALISED,
    PENDING,
    REALISED,
    UNDECIDED,
    Claim,
    decide,
    jackknife_plus,
    realisation_rate,
    verdicts,
)
from pipelines.analysis.inputs import signed_kpis
from pipelines.domain.months import month_range
from pipelines.simulate import simulate

MONTHS = month_range("2024-01", "2026-06")
WINDOW = ("2025-10", "2026-03")


def _claim(unit: str = "u00", **changes) -> Claim:
    made = {
        "claim_id": "C1",
        "unit": unit,
        "kpi": "K",
        "window_start": WINDOW[0],
        "window_end": WINDOW[1],
        "due_month": "2026-04",
        "promised": None,
    }
    return Claim(**{**made, **changes})


def _panel(seed: int, units: int = 45) -> np.ndarray:
    """Levels, a season that units feel unequally, a common shock and correlated noise."""
    rng = np.random.default_rng(seed)
    t = np.arange(len(MONTHS))
    season = rng.lognormal(0, 0.5, (units, 1)) * np.cos(2 * np.pi * t / 12)
    noise = rng.normal(size=(units, len(MONTHS)))
    for at in range(1, len(MONTHS)):
        noise[:, at] = 0.3 * noise[:, at - 1] + np.sqrt(1 - 0.09) * noise[:, at]
    shock = rng.lognormal(0, 0.3, (units, 1)) * np.cumsum(rng.normal(size=len(MONTHS))) * 0.2
    return rng.normal(size=(units, 1)) * 2 + season + shock + noise


def _frame(panel: np.ndarray) -> pd.DataFrame:
    names = [f"u{i:02d}" for i in range(len(panel))]
    wide = pd.DataFrame(panel, index=pd.Index(names, name="unit"), columns=MONTHS)
    tall = wide.reset_index().melt("unit", var_name="month", value_name="value")
    return tall.dropna().assign(kpi="K")


def _one(panel: np.ndarray, *, as_of: str = MONTHS[-1], **changes) -> pd.Series:
    return verdicts([_claim(**changes)], _frame(panel), as_of=as_of).iloc[0]


def test_without_any_change_few_claims_are_called_realised():
    """Null panels with unequal season and shocks: 已兑现 in at most 2.5 % (3 SD of 300 draws)."""
    words = [_one(_panel(seed), unit=f"u{seed % 45:02d}")["verdict"] for seed in range(300)]
    limit = 0.025 + 3 * math.sqrt(0.025 * 0.975 / 300)
    assert words.count(REALISED) / 300 <= limit
    assert words.count(NOT_REALISED) / 300 <= limit


def test_a_planted_improvement_is_called_realised():
    """Two noise SDs more in the window: found in at least 9 of 10, and its size is inside."""
    found = []
    for seed in range(60):
        panel = _panel(1000 + seed)
        panel[0, MONTHS.index(WINDOW[0]) : MONTHS.index(WINDOW[1]) + 1] += 2.5
        found.append(_one(panel))
    assert sum(each["verdict"] == REALISED for each in found) >= 54
    assert sum(each["low"] <= 2.5 <= each["high"] for each in found) >= 54


def test_a_promise_far_above_the_interval_is_not_realised():
    """Nothing happened and 4 SDs were promised: 未兑现, because the interval ends below."""
    words = [_one(_panel(2000 + seed), promised=4.0)["verdict"] for seed in range(30)]
    assert words.count(NOT_REALISED) >= 27


def test_before_the_window_is_over_it_is_pending_and_later_figures_are_not_read():
    """The same claim: 待显现 until it is due; figures after as_of change nothing."""
    panel = _panel(3)
    assert PENDING == _one(panel, as_of="2026-03")["verdict"]
    due = _one(panel, as_of="2026-04")
    panel[:, MONTHS.index("2026-05") :] += 50
    pd.testing.assert_series_equal(due, _one(panel, as_of="2026-04"))


def _own_missing(months: np.ndarray) -> np.ndarray:
    """The panel with the claim's own unit blank in ``months``."""
    panel = _panel(4)
    panel[0, months] = np.nan
    return panel


@pytest.mark.parametrize(
    ("panel", "reason"),
    [
        (_panel(4)[:19], "可比单位只有 18 个"),
        (_own_missing(np.arange(17)), "窗口前只有 4 个月"),
        (_own_missing(np.arange(23, 30)), "窗口内只有 2 个月"),
    ],
)
def test_too_little_data_is_said_and_not_judged(panel, reason):
    """Few comparison units, a short path before, gaps inside: 证据不足 with the number."""
    found = _one(panel)
    assert UNDECIDED == found["verdict"]
    assert reason in found["reason"]
    assert np.isnan(found["effect"])


def test_a_unit_that_does_not_report_the_kpi_is_undecided():
    """No figure of the verifying KPI: 证据不足, and the reason names it."""
    found = _one(_panel(5), unit="nobody")
    assert (UNDECIDED, "该单位没有上报这个验证指标") == (found["verdict"], found["reason"])


def test_a_branch_is_judged_by_the_shared_mean_of_its_units():
    """Three parts of one, one of another: the same verdict as of a unit that reports that mean;
    both are no comparison, for it and for others."""
    panel = _panel(7)
    through = (("u00", 0.6), ("u01", 0.2))
    found = verdicts([_claim("P", through=through)], _frame(panel), as_of=MONTHS[-1]).iloc[0]
    mean = (3 * panel[0] + panel[1]) / 4
    alone = np.concatenate([mean[None], panel[2:]])
    names = ["before", "expected", "inside", "low", "high", "n_controls"]
    expected = _one(alone)[names].astype(float)
    pd.testing.assert_series_equal(expected, found[names].astype(float), check_names=False)
    assert len(panel) - 2 == found["n_controls"]


def test_a_branch_with_a_silent_unit_is_undecided():
    """A part that does not report the KPI leaves no mean: 证据不足."""
    through = (("u00", 0.5), ("nobody", 0.5))
    found = verdicts([_claim("P", through=through)], _frame(_panel(7)), as_of=MONTHS[-1]).iloc[0]
    assert UNDECIDED == found["verdict"]


def test_units_with_a_claim_on_the_same_kpi_are_no_comparison():
    """Another claim in the same window leaves the pool; one in another window stays."""
    frame = _frame(_panel(6))
    other = _claim("u01", claim_id="C2")
    away = _claim("u02", claim_id="C3", window_start="2026-05", window_end="2026-06")
    alone = verdicts([_claim()], frame, as_of=MONTHS[-1]).iloc[0]
    beside = verdicts([_claim(), other, away], frame, as_of=MONTHS[-1]).iloc[0]
    assert (44, 43) == (alone["n_controls"], beside["n_controls"])


def test_words_follow_the_interval():
    """Each branch of the rule once."""
    assert REALISED == decide(2, 1, 3, None)[0]
    assert REALISED == decide(2, 1, 3, 1.5)[0]
    assert UNDECIDED == decide(2, 1, 3, 2.5)[0]
    assert NOT_REALISED == decide(2, 1, 3, 3.5)[0]
    assert UNDECIDED == decide(1, -1, 3, None)[0]
    assert NOT_REALISED == decide(-2, -3, -1, None)[0]


def test_the_rate_leaves_out_what_is_undecided():
    """兑现率 is over decided claims; without any it is missing and not zero."""
    assert 0.75 == realisation_rate([REALISED] * 3 + [NOT_REALISED, UNDECIDED, PENDING])
    assert math.isnan(realisation_rate([UNDECIDED, PENDING]))


def test_jackknife_plus_equals_fits_without_each_unit():
    """Prediction and interval equal those of n statsmodels fits that leave one unit out."""
    rng = np.random.default_rng(8)
    x = np.column_stack([np.ones(40), rng.normal(size=(40, 2))])
    y = x @ [1.0, 2.0, -1.0] + rng.normal(size=40)
    point = np.array([1.0, 0.3, -0.4])
    lows, highs = [], []
    for j in range(40):
        kept = np.arange(40) != j
        fitted = sm.OLS(y[kept], x[kept]).fit()
        residual = abs(y[j] - fitted.predict(x[j]).item())
        lows.append(fitted.predict(point).item() - residual)
        highs.append(fitted.predict(point).item() + residual)
    middle = sm.OLS(y, x).fit().predict(point).item()
    # ceil(.95 · 41) = 39: the second largest and the second smallest
    expected = (middle, sorted(lows)[1], sorted(highs)[-2])
    assert expected == pytest.approx(jackknife_plus(x, y, point))


def test_no_claims_give_an_empty_frame():
    """An empty ledger: the columns and no rows."""
    assert verdicts([], _frame(_panel(9)), as_of=MONTHS[-1]).empty


def test_verdicts_on_the_demo_ledger_never_contradict_what_was_planted():
    """已兑现 only where the initiative improved the unit; too young or open is never judged."""
    organisation = simulate()
    values, claims = (organisation.frames[each] for each in ("kpi_values", "latent_claims"))
    definitions = organisation.frames["kpi_definitions"].set_index("kpi_id")
    figures = values.rename(columns={"unit": "unit_id", "kpi": "kpi_id"})
    figures["direction"] = figures["kpi_id"].map(definitions["direction"])
    signed = signed_kpis(figures, definitions.reset_index())
    due = [f"{day:%Y-%m}" for day in claims["due_on"]]
    promised = {"YW09": 2.0, "YW07": 6.0, "YW08": 1.0}
    listed = [
        Claim(
            claim_id=row.claim_id,
            unit=row.unit,
            kpi=row.verifying_kpi,
            window_start=row.window_start,
            window_end=row.window_end,
            due_month=month,
            promised=promised.get(row.verifying_kpi),
        )
        for row, month in zip(claims.itertuples(), due, strict=True)
    ]
    found = verdicts(listed, signed, as_of=organisation.plan.last_month)
    seen = found.merge(organisation.truth.claim_outcomes, on="claim_id")
    words = seen.groupby("outcome")["verdict"].agg(set).to_dict()
    assert {PENDING} == words["pending"]
    assert {UNDECIDED} == words["too_little"]
    assert {NOT_REALISED} == words["not_improved"]
    assert REALISED in words["improved"]
    assert NOT_REALISED not in words["improved"]
    assert REALISED not in words["vague"]
