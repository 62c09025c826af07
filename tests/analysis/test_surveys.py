"""Intervals agree with statsmodels and hold; hidden groups cannot be worked out."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import t
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from pipelines.analysis.calibration.surveys import calibrate_surveys
from pipelines.analysis.surveys import newcombe, suppress, wilson, worst_case


def test_wilson_is_that_of_statsmodels():
    """Random and edge counts give the interval of proportion_confint."""
    rng = np.random.default_rng(1)
    n = np.concatenate([rng.integers(1, 500, 200), [1, 1, 30, 30]])
    k = np.concatenate([rng.binomial(n[:200], rng.random(200)), [0, 1, 0, 30]])
    np.testing.assert_allclose(proportion_confint(k, n, method="wilson"), wilson(k, n), atol=1e-12)


def test_newcombe_is_that_of_statsmodels():
    """Differences have the interval of confint_proportions_2indep, with edges."""
    rng = np.random.default_rng(2)
    cases = [(0, 10, 0, 12), (10, 10, 0, 8), (5, 10, 5, 10)]
    for _ in range(100):
        n1, n2 = rng.integers(1, 200, 2)
        cases.append((rng.integers(0, n1 + 1), n1, rng.integers(0, n2 + 1), n2))
    for case in cases:
        expected = confint_proportions_2indep(*case, method="newcomb", compare="diff")
        np.testing.assert_allclose(expected, newcombe(*case), atol=1e-12)


def test_two_answers_of_the_same_people_take_the_widest_interval():
    """Without knowing the dependence, the distances add up plainly."""
    low1, high1 = wilson(30, 60)
    low2, high2 = wilson(20, 60)
    expected = (1 / 6 - (0.5 - low1) - (high2 - 1 / 3), 1 / 6 + (high1 - 0.5) + (1 / 3 - low2))
    np.testing.assert_allclose(expected, newcombe(30, 60, 20, 60, correlation=-1.0))


def test_effective_sizes():
    """A census has no interval; a cluster sample has the size of its standard error."""
    assert (0.3, 0.3) == pytest.approx(wilson(30, 100, population=100))
    p, n_e = 0.3, 100 * 199 / 100
    np.testing.assert_allclose(
        proportion_confint(p * n_e, n_e, method="wilson"), wilson(30, 100, population=200)
    )
    n_e = (p * (1 - p) / 0.07**2) * (t.ppf(0.975, 99) / t.ppf(0.975, 9)) ** 2
    np.testing.assert_allclose(
        proportion_confint(p * n_e, n_e, method="wilson"), wilson(30, 100, se=0.07, clusters=10)
    )
    assert (0.0, 1.0) == wilson(0, 0)
    assert (0.3, 0.8) == pytest.approx(worst_case(30, 50, 100))


@pytest.mark.parametrize(
    ("call", "arguments", "options"),
    [
        (wilson, (5, 4), {}),
        (wilson, (5, 10), {"population": 9}),
        (wilson, (5, 10), {"se": 0.1}),
        (wilson, (5, 10), {"se": 0.1, "clusters": 1}),
        (worst_case, (5, 10, 9), {}),
        (newcombe, (1, 2, 1, 2), {"correlation": 2.0}),
    ],
)
def test_impossible_counts_are_refused(call, arguments, options):
    """No interval is made of counts that cannot be."""
    with pytest.raises(ValueError, match=r"larger|belong|clusters|people|correlation"):
        call(*arguments, **options)


def test_calibration_holds():
    """Intervals hold the truth about as often as they say; equal groups seldom look different."""
    found = calibrate_surveys(draws=600, seed=3).set_index("metric")
    assert 18 == len(found)
    assert (found.loc["coverage", "high"] >= 0.9).all()
    assert (found.loc["false_positive_rate", "low"] <= 0.06).all()


def _table(groups: dict[str, list[int]], **keys: str) -> pd.DataFrame:
    """Group → base and count per option."""
    rows = [
        {"question_id": "Q1", "option": f"o{i}", "stratum": name, "n": n, "base_n": base, **keys}
        for name, (base, *counts) in groups.items()
        for i, n in enumerate(counts)
    ]
    return pd.DataFrame(rows)


def _hidden(found: pd.DataFrame) -> set[str]:
    return set(found.loc[found["status"] == "hidden", "stratum"])


def test_a_small_group_is_hidden_whole():
    """Base and counts are missing, not zero; groups that give nothing away stay."""
    found = suppress(_table({"机关": [62, 14, 18], "直属": [41, 23, 11], "处级": [4, 1, 0]}))
    assert {"处级"} == _hidden(found)
    small = found[found["stratum"] == "处级"]
    assert small[["n", "base_n"]].isna().all(axis=None)
    assert {"few"} == set(small["reason"])


def test_a_total_does_not_give_a_group_away():
    """The smallest other group is hidden too, so that the remainder is of two groups."""
    groups = {"甲": [62, 14, 48], "乙": [41, 23, 18], "丙": [4, 1, 3], "全体": [107, 38, 69]}
    found = suppress(_table(groups))
    assert {"丙", "乙"} == _hidden(found)
    assert {"complement"} == set(found.loc[found["stratum"] == "乙", "reason"])


def test_a_second_way_to_divide_people_does_not_give_a_group_away():
    """Two divisions of the same people need no printed total to be subtracted."""
    groups = {"党员": [50, 30, 20], "群众": [5, 2, 3], "机关": [30, 17, 13], "直属": [25, 15, 10]}
    assert {"群众"} < _hidden(suppress(_table(groups)))


def test_a_remainder_that_nobody_names_is_a_small_group():
    """Total minus the shown groups leaves no four people."""
    assert _hidden(suppress(_table({"甲": [62, 14], "乙": [41, 23], "全体": [107, 38]})))


def test_hidden_people_of_one_mind_are_hidden_further():
    """When nobody in the hidden groups chose an option, their answers would be known."""
    groups = {"甲": [62, 14], "乙": [41, 0], "丙": [4, 0], "全体": [107, 14]}
    assert {"甲", "乙", "丙"} <= _hidden(suppress(_table(groups)))


def test_a_wave_of_few_more_people_is_hidden():
    """Counts that go on from an earlier wave would show the answers of those added."""
    waves = [
        _table({"甲": [40, 10, 30]}, wave_on="2026-01"),
        _table({"甲": [43, 12, 31]}, wave_on="2026-06"),
    ]
    found = suppress(pd.concat(waves, ignore_index=True))
    assert {"2026-06"} == set(found.loc[found["status"] == "hidden", "wave_on"])


def test_nobody_and_everybody_are_marked_as_bounds_and_the_minimum_has_a_floor():
    """0 % and 100 % are not shown as exact; less than five people can never be shown."""
    found = suppress(_table({"甲": [40, 0, 40]}))
    assert {"bound"} == set(found["status"])
    with pytest.raises(ValueError, match="at least 5"):
        suppress(found, minimum=4)


groups_of = st.lists(
    st.tuples(st.integers(1, 30), st.floats(0, 1)).map(
        lambda g: [g[0], round(g[0] * g[1]), g[0] - round(g[0] * g[1])]
    ),
    min_size=1,
    max_size=5,
)


@settings(max_examples=20, deadline=None)
@given(groups_of, st.booleans())
def test_hidden_groups_are_not_the_remainder_of_a_total(groups, with_total):
    """The shown groups and the total do not give the hidden people away by subtraction: they are
    several groups, many together and not of one mind; hiding twice changes nothing."""
    table = {f"g{i}": each for i, each in enumerate(groups)}
    if with_total:
        table["全体"] = [sum(column) for column in zip(*groups, strict=True)]
    found = suppress(_table(table))
    hidden = _hidden(found)
    assert {name for name, each in table.items() if each[0] < 10} <= hidden
    if with_total and "全体" not in hidden and hidden:
        assert 1 < len(hidden)
        assert 10 <= sum(table[name][0] for name in hidden)
        together = [sum(table[name][i] for name in hidden) for i in range(3)]
        assert not {0, together[0]} & set(together[1:])
    pd.testing.assert_frame_equal(found, suppress(found))


@given(st.lists(st.integers(20, 400), min_size=1, max_size=5))
@settings(max_examples=8, deadline=None)
def test_nothing_is_hidden_without_need(bases):
    """Where every group and the total are large, all is shown."""
    table = {f"g{i}": [base, base // 3, base - base // 3] for i, base in enumerate(bases)}
    table["全体"] = [sum(each[i] for each in table.values()) for i in range(3)]
    assert not _hidden(suppress(_table(table)))
