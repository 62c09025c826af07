"""One side of 一表双考 by hand: rates, totals, missing weight, vetoes that enter no sum."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from pipelines.analysis.assessment import balance, graded, side_result, unlisted
from pipelines.assessment_rules import AssessmentItem, Grade


def _item(side, item, weight, *, veto=False):
    return AssessmentItem(
        side=side,
        item=item,
        floor=0.6,
        stretch=0.9,
        weight=weight,
        veto=veto,
        reason="约定",
        source="约定",
        valid_from="2020-01-01",
        valid_to="",
    )


ITEMS = (
    _item("business", "甲", 30.0),
    _item("business", "乙", 10.0),
    _item("business", "红线", 0.0, veto=True),
    _item("party", "丙", 1.0),
)


def _grade(side, grade, minimum):
    lines = {"reason": "约定", "source": "约定", "valid_from": "2020-01-01", "valid_to": ""}
    return Grade(side=side, grade=grade, minimum=minimum, **lines)


def _rows(*rows):
    names = ["unit_id", "side", "item", "evaluator", "score", "full_score"]
    return pd.DataFrame(rows, columns=names)


def test_a_total_is_the_weighted_mean_of_its_own_side():
    """(0.75−0.6)/0.3 = 50 and (0.9−0.6)/0.3 = 100 with weights 30 and 10 give 62.5; evaluators
    are averaged; the other side changes nothing."""
    rows = _rows(
        ("U1", "business", "甲", "组织", 7.0, 10.0),
        ("U1", "business", "甲", "群众", 80.0, 100.0),
        ("U1", "business", "乙", "组织", 9.0, 10.0),
        ("U1", "party", "丙", "组织", 6.0, 10.0),
    )
    found = side_result(rows, ITEMS, "business")
    assert 62.5 == pytest.approx(found.total["U1"])
    assert 0.0 == found.missing_weight["U1"]
    assert 0.0 == pytest.approx(side_result(rows, ITEMS, "party").total["U1"])
    even = side_result(rows, ITEMS, "business", weights={"甲": 1, "乙": 1}, how="geometric")
    assert math.sqrt(50 * 100) == pytest.approx(even.total["U1"])


def test_a_veto_fires_below_its_floor_and_leaves_the_total_alone():
    """59 of 100 fires, 60 of 100 does not; with or without the veto the total is the same."""
    base = [(unit, "business", item, "组织", 9.0, 10.0) for unit in ("U1", "U2") for item in "甲乙"]
    vetoes = [
        ("U1", "business", "红线", "组织", 59.0, 100.0),
        ("U2", "business", "红线", "组织", 60.0, 100.0),
    ]
    found = side_result(_rows(*base, *vetoes), ITEMS, "business")
    assert [("U1", "红线")] == list(
        found.vetoes[["unit_id", "item"]].itertuples(index=False, name=None)
    )
    assert {"U1": ("红线",), "U2": ()} == found.below
    assert list(side_result(_rows(*base), ITEMS, "business").total) == list(found.total)


def test_a_veto_of_either_side_caps_both_grades_and_is_named():
    """双否决: U1 has 100 on both sides and a business veto, so neither side is 好; U2 keeps 好; U3
    is below and loses nothing; U4 has no party total."""
    sides = (("business", "甲"), ("business", "乙"), ("party", "丙"))
    rows = [(u, side, item, "组织", 9.0, 10.0) for u in ("U1", "U2") for side, item in sides]
    rows += [("U3", side, item, "组织", 7.0, 10.0) for side, item in sides]
    rows += [("U4", side, item, "组织", 9.0, 10.0) for side, item in sides[:2]]
    rows += [(u, "business", "红线", "组织", 1.0, 10.0) for u in ("U1", "U3")]
    frame = _rows(*rows)
    results = [side_result(frame, ITEMS, side) for side in ("business", "party")]
    steps = {side: (_grade(side, "好", 80.0), _grade(side, "一般", 0.0)) for side, _ in sides}
    found = graded(results, steps)
    by_unit = found.set_index(["unit_id", "side"])
    fired = (("business", "红线"),)
    for side in ("business", "party"):
        assert ("一般", "好", fired) == tuple(by_unit.loc[("U1", side)])
        assert ("好", "好", ()) == tuple(by_unit.loc[("U2", side)])
        assert ("一般", "一般", fired) == tuple(by_unit.loc[("U3", side)])
    assert found.query("unit_id == 'U4' and side == 'party'")["grade"].isna().all()
    assert 100.0 == pytest.approx(results[0].total["U1"])


def test_too_little_weight_gives_no_total_and_says_how_much_is_missing():
    """A quarter of the weight is there: no total, three quarters missing; a score of nothing or
    a full score of 0 is missing too."""
    rows = _rows(
        ("U1", "business", "乙", "组织", 9.0, 10.0),
        ("U1", "business", "甲", "组织", 9.0, 0.0),
        ("U2", "business", "甲", "组织", None, 10.0),
    )
    found = side_result(rows, ITEMS, "business")
    assert found.total.isna().all()
    assert [0.75, 1.0] == pytest.approx(list(found.missing_weight))


def test_items_that_nobody_listed_are_named_and_count_nowhere():
    """An item of the other side is as unknown as a new one."""
    rows = _rows(
        ("U1", "business", "甲", "组织", 9.0, 10.0),
        ("U1", "business", "乙", "组织", 9.0, 10.0),
        ("U1", "business", "丙", "组织", 0.0, 10.0),
        ("U1", "business", "加分", "组织", 9.0, 10.0),
    )
    assert ["丙", "加分"] == unlisted(rows, ITEMS)
    assert 100.0 == pytest.approx(side_result(rows, ITEMS, "business").total["U1"])


def test_balance_shows_the_levels_with_the_degree():
    """U 0.25 and 1 (110 counts as 1): C = sqrt(0.25·0.25) = 0.25, T = 0.625."""
    (row,) = balance(pd.Series([25.0]), pd.Series([110.0])).itertuples(index=False, name=None)
    assert (0.25, 1.0, 0.25, 0.625, math.sqrt(0.25 * 0.625)) == pytest.approx(row)
