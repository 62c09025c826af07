"""An attacker with linear algebra: nothing that 问卷 hides can be worked out from what it shows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linprog

from pipelines.analysis.suppression import suppress
from pipelines.analysis.survey_tables import safe_shares
from tests.analysis.test_surveys import _hidden, _table

ALL = "全体"


@dataclass(frozen=True, kw_only=True)
class Poll:
    """``groups``: name → base and counts; ``ways``: lists of groups that divide the same people."""

    groups: dict[str, list[int]]
    ways: list[list[str]]


def poll(rng: np.random.Generator, ways: int, *, people: int, levels: int = 6) -> Poll:
    """People with an answer and one group on each of some ways to divide them, some very small."""
    answers = rng.integers(0, 3, people) if rng.random() < 0.7 else rng.random(people) < 0.15
    options = np.unique([0, 1, *answers])
    groups, divided = {}, []
    for way in range(ways):
        weights = rng.dirichlet(np.full(int(rng.integers(2, levels)), 0.8))
        of = rng.choice(len(weights), people, p=weights)
        divided.append([f"w{way}g{level}" for level in np.unique(of)])
        for level in np.unique(of):
            mine = answers[of == level]
            groups[f"w{way}g{level}"] = [len(mine), *((mine == each).sum() for each in options)]
    if rng.random() < 0.6:
        groups[ALL] = [people, *((answers == each).sum() for each in options)]
        divided.append([ALL])
    return Poll(groups=groups, ways=divided)


def narrowed(asked: Poll, shown: dict[str, list[int]]) -> list[tuple[str, int, float]]:
    """(group, column, room) of every hidden cell: how far apart the least and the largest value
    are that agree with the shown cells, with the ways to divide the people, with the options
    adding up to the base, with no count below 0 and nobody asked being in no group."""
    width = len(next(iter(asked.groups.values())))
    cells = [(g, o) for g in asked.groups if g not in shown for o in range(width)]
    at = {cell: i for i, cell in enumerate(cells)}
    rows, right = [], []
    for column in range(width):
        for other in asked.ways[1:]:
            row, known = np.zeros(len(cells)), 0.0
            for sign, names in ((1, asked.ways[0]), (-1, other)):
                for name in names:
                    if name in shown:
                        known += sign * shown[name][column]
                    else:
                        row[at[name, column]] += sign
            rows.append(row)
            right.append(-known)
    for name in dict.fromkeys(group for group, _ in cells):
        row = np.zeros(len(cells))
        row[[at[name, column] for column in range(width)]] = [1.0, *[-1.0] * (width - 1)]
        rows.append(row)
        right.append(0.0)
    limits = [(1 if column == 0 else 0, None) for _, column in cells]
    found = []
    for cell, i in at.items():
        aim = np.zeros(len(cells))
        aim[i] = 1.0
        ends = [
            linprog(way * aim, A_eq=np.array(rows), b_eq=right, bounds=limits) for way in (1, -1)
        ]
        assert 0 == ends[0].status
        found.append((*cell, np.inf if ends[1].status else -ends[1].fun - ends[0].fun))
    return found


def _shown(asked: Poll, hidden: set[str]) -> dict[str, list[int]]:
    return {name: counts for name, counts in asked.groups.items() if name not in hidden}


@pytest.mark.parametrize("seed", range(10))
def test_no_hidden_cell_can_be_worked_out(seed):
    """Whatever the groups, every hidden base and count keeps at least two possible values."""
    rng = np.random.default_rng(seed)
    asked = poll(rng, 1 + seed % 3, people=int(rng.integers(30, 160)))
    hidden = _hidden(suppress(_table(asked.groups)))
    assert {name for name, counts in asked.groups.items() if counts[0] < 10} <= hidden
    assert [] == [each for each in narrowed(asked, _shown(asked, hidden)) if each[2] < 1]


def test_the_attack_works_on_what_is_hidden_carelessly():
    """With only the small groups hidden, some of their cells come out exactly."""
    exact = 0
    for seed in range(4):
        asked = poll(np.random.default_rng(seed), 2, people=60)
        small = {name for name, counts in asked.groups.items() if counts[0] < 10}
        exact += sum(each[2] < 0.5 for each in narrowed(asked, _shown(asked, small)))
    assert 0 < exact


def test_lines_together_give_away_what_none_gives_away_alone():
    """a+b, b+c and a+c are shown: each sum is of two hidden groups, all three tell every one."""
    small = {"a": [7, 3, 4], "b": [8, 2, 6], "c": [9, 5, 4]}
    pairs = {"ab": "ab", "bc": "bc", "ac": "ac"}
    sums = {
        name: [sum(each) for each in zip(*(small[part] for part in parts), strict=True)]
        for name, parts in pairs.items()
    }
    hidden = _hidden(suppress(_table({**small, **sums})))
    assert {"a", "b", "c"} < hidden


def _questions(seed: int, ways: int) -> tuple[list[Poll], pd.DataFrame]:
    """Four questions put to the same people in many groups."""
    polls, tables = [], []
    for question in range(4):
        rng = np.random.default_rng(seed)  # the same draws, so the same people in the same groups
        asked = poll(rng, ways, people=400, levels=6)
        turned = {name: [c[0], *np.roll(c[1:], question)] for name, c in asked.groups.items()}
        polls.append(Poll(groups=turned, ways=asked.ways))
        tables.append(_table(turned).assign(question_id=f"Q{question}"))
    return polls, pd.concat(tables, ignore_index=True)


@pytest.mark.parametrize("seed", [3, 5])
def test_many_groups_are_closed_over_every_way_to_divide_people(seed):
    """With 10 to 20 groups, not only the total counts: a second division gives nothing away."""
    polls, counts = _questions(seed, 4)
    assert 9 < len(polls[0].groups) <= 20
    found = suppress(counts)
    for number, asked in enumerate(polls):
        hidden = _hidden(found[found["question_id"] == f"Q{number}"])
        assert {name for name, each in asked.groups.items() if each[0] < 10} <= hidden
        assert hidden < set(asked.groups)
        if number == 0:
            assert [] == [each for each in narrowed(asked, _shown(asked, hidden)) if each[2] < 1]


def test_more_groups_than_can_be_looked_at_are_hidden_with_the_small_one():
    """21 groups: without a small one all are shown, with one none."""
    groups = {f"g{at:02d}": [30 + at, 10, 20 + at] for at in range(21)}
    assert not _hidden(suppress(_table(groups)))
    assert set(groups) == _hidden(suppress(_table({**groups, "g00": [4, 1, 3]})))


def test_bounds_for_those_who_did_not_answer_are_hidden_with_the_group():
    """60 of 100 answered, 24 chose it: between 24 and 64 of 100; nothing of the group of four,
    nothing where fewer were handed out than came back."""
    groups = {"甲": [60, 24, 36], "乙": [50, 20, 30], "丙": [4, 1, 3]}
    issued = {"甲": 100, "乙": 45, "丙": 9}
    counts = _table(groups, survey_id="S", wave_on="2026-10")
    found = safe_shares(counts.assign(issued_n=counts["stratum"].map(issued)))
    first = found[(found["stratum"] == "甲") & (found["option"] == "o0")].iloc[0]
    assert (0.6, 0.24, 0.64) == (first["response_rate"], first["worst_low"], first["worst_high"])
    others = found[found["stratum"] != "甲"]
    assert others[["issued_n", "response_rate", "worst_low", "worst_high"]].isna().all(axis=None)
    assert safe_shares(counts)["response_rate"].isna().all()
