"""Sums of groups that equal sums of other groups: what a reader of a questionnaire can subtract."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import product

import numpy as np
from numpy.typing import NDArray

from pipelines.analysis.arrays import Floats

Flags = NDArray[np.bool_]
MOST_GROUPS = 20  # 3^20 sums are met in the middle: 3^10 of each half
MOST_LINES = 20_000
_MIX = 0x9E3779B97F4A7C15


class TooManyLines(Exception):
    """More groups, or more equal sums among them, than can be gone through."""


def equal_sums(values: Floats) -> Floats:
    """All rows of −1, 0, 1 over the groups with ``row @ values`` = 0, the first sign +1.

    ``values`` (groups, base and options), whole numbers. A row says that the groups marked 1 are
    together the same people, as far as counts can tell, as those marked −1. Raises TooManyLines.
    """
    size = len(values)
    if size > MOST_GROUPS:
        raise TooManyLines(f"{size} groups")
    if size < 2:
        return np.empty((0, size))
    left, right = _signs(size // 2), _signs(size - size // 2)
    ours, theirs = left @ values[: size // 2], -(right @ values[size // 2 :])
    first, second = _met(ours, theirs)
    found = np.hstack([left[first], right[second]])
    lead = found[np.arange(len(found)), (found != 0).argmax(axis=1)]  # 0 in the row without any
    return found[lead > 0]


def small_remainders(values: Floats, minimum: int) -> Floats:
    """Rows with 1 for the last group, the total, and −1 for groups inside it whose sum leaves
    some people, fewer than ``minimum``, of the total. Raises TooManyLines."""
    size = len(values) - 1
    if size >= MOST_GROUPS:
        raise TooManyLines(f"{size} groups")
    if size < 1:
        return np.empty((0, size + 1))
    bits = (np.arange(1, 2**size)[:, None] >> np.arange(size)) & 1
    rest = values[-1] - bits @ values[:-1]
    small = (rest[:, 0] > 0) & (rest[:, 0] < minimum)
    inside = ((rest >= 0) & (rest <= rest[:, :1])).all(axis=1)
    chosen = -bits[small & inside].astype(np.float64)
    if len(chosen) > MOST_LINES:
        raise TooManyLines(f"{len(chosen)} remainders")
    return np.hstack([chosen, np.ones((len(chosen), 1))])


def held_by_most(tables: Sequence[Floats]) -> Floats:
    """The rows that hold in at least half of the ``tables`` (questions put to the same groups).

    With many groups some sums are equal by chance in one question; people who are the same are
    so in every question.
    """
    counted = Counter(row.astype(np.int8).tobytes() for rows in tables for row in rows)
    kept = [row for row, times in counted.items() if 2 * times >= len(tables)]
    width = tables[0].shape[1]
    joined = np.frombuffer(b"".join(sorted(kept)), dtype=np.int8)
    return joined.reshape(-1, width).astype(np.float64)


def given_away(lines: Floats, hidden: Flags) -> Flags:
    """Which hidden groups all ``lines`` together determine, whatever they are subtracted from.

    A group is determined when no change of the hidden groups alone leaves every line as it is:
    its row in the null space of the lines is 0.
    """
    found = np.zeros(hidden.size, dtype=bool)
    if not hidden.any() or not len(lines):
        return found
    inside = lines[:, hidden]
    values, vectors = np.linalg.eigh(inside.T @ inside)
    free = vectors[:, values < 1e-9 * max(1.0, values[-1])]
    found[hidden] = (free**2).sum(axis=1) < 1e-12
    return found


def _signs(size: int) -> Floats:
    return np.array(list(product((-1.0, 0.0, 1.0), repeat=size))).reshape(3**size, size)


def _met(ours: Floats, theirs: Floats) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pairs of equal rows, found by a hash and then compared."""
    mixed = [_hashed(each) for each in (ours, theirs)]
    order = np.argsort(mixed[1], kind="stable")
    held = mixed[1][order]
    low, high = (np.searchsorted(held, mixed[0], side) for side in ("left", "right"))
    times = high - low
    if times.sum() > MOST_LINES:
        raise TooManyLines(f"{times.sum()} equal sums")
    first = np.repeat(np.arange(len(ours)), times)
    starts = np.repeat(low - np.concatenate([[0], np.cumsum(times)[:-1]]), times)
    second = order[starts + np.arange(times.sum())]
    same = (ours[first] == theirs[second]).all(axis=1)
    return first[same], second[same]


def _hashed(rows: Floats) -> NDArray[np.uint64]:
    mixed = np.zeros(len(rows), dtype=np.uint64)
    for column in rows.astype(np.int64).T:
        mixed = (mixed ^ column.view(np.uint64)) * np.uint64(_MIX)
        mixed ^= mixed >> np.uint64(29)
    return mixed
