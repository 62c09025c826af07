"""雷同: pairs of records of one group whose texts are the same but for digits or small edits.

Digits are masked and equal masks found by sorting, however far apart in the group. For edits
every text meets the ``neighbours`` before it in its group; a bound on the edit distance (one
insertion or deletion changes one bit of a text's signature of characters at most) leaves few
pairs for the exact measure, and loses none. Work grows with records × neighbours, never with
the square of a group.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from rapidfuzz.distance import Indel
from rapidfuzz.process import cpdist

_CHUNK = 100_000
_VERIFIED = 500_000
_SPREAD = np.uint32(2654435761)  # Knuth's multiplicative hash: characters to 64 bits
_TINY = 1e-9  # so that rounding takes nothing away at the limit itself
_DIGITS = r"[0-9０-９]+([.．,，][0-9０-９]+)*"


@dataclass(frozen=True, kw_only=True)
class Limits:
    """``similarity`` 0–1 (Indel), least ``length`` in characters, ``days`` apart at most,
    ``neighbours``: records of the group before each that are compared for edits."""

    similarity: float
    length: int
    days: int
    neighbours: int


@dataclass(frozen=True, kw_only=True)
class Pairs:
    """Positions of a record and of the earlier one it repeats; at most one a record."""

    record: np.ndarray
    earlier: np.ndarray
    similarity: np.ndarray
    is_masked: np.ndarray  # the same but for digits
    is_exact: np.ndarray

    @classmethod
    def none(cls) -> Pairs:
        """No pairs."""
        at, no = np.zeros(0, dtype=np.int64), np.zeros(0, dtype=bool)
        return cls(record=at, earlier=at, similarity=np.zeros(0), is_masked=no, is_exact=no)


def find_pairs(group: np.ndarray, day: np.ndarray, texts: pa.Array, limits: Limits) -> Pairs:
    """Best earlier text of every record.

    ``group`` (int) and ``day`` (int days) in the order group, day: ValueError when they are not.
    ``texts`` without nulls. Equal masks come before edits, the nearest before the farther.
    """
    if group.size != day.size or group.size != len(texts):
        raise ValueError("group, day and texts differ in length")
    step = np.diff(group)
    if (step < 0).any() or ((step == 0) & (np.diff(day) < 0)).any():
        raise ValueError("records are not in the order group, day")
    long = np.flatnonzero(
        pc.utf8_length(texts).to_numpy(zero_copy_only=False) >= max(limits.length, 1)
    )
    if long.size < 2:
        return Pairs.none()
    group, day, kept = group[long], day[long], texts.take(pa.array(long))
    masked = pc.replace_substring_regex(kept, pattern=_DIGITS, replacement="#")
    exact = _equal_masks(group, day, masked, limits.days)
    edited = _edited(group, day, kept, exact, limits)
    return _joined(long, kept, exact, edited)


def _equal_masks(group: np.ndarray, day: np.ndarray, masked: pa.Array, days: int) -> np.ndarray:
    """For each the nearest earlier record of its group with the same mask, -1 for none."""
    codes = pc.dictionary_encode(masked)
    code = codes.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    order = np.lexsort((np.arange(group.size), code, group))
    before, after = order[:-1], order[1:]
    same = (group[before] == group[after]) & (code[before] == code[after])
    same &= day[after] - day[before] <= days
    found = np.full(group.size, -1, dtype=np.int64)
    found[after[same]] = before[same]
    return found


def _edited(
    group: np.ndarray, day: np.ndarray, texts: pa.Array, exact: np.ndarray, limits: Limits
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Record, earlier, similarity of pairs that are similar enough, for records without a mask's
    twin."""
    signature, length = _signatures(texts)
    best = np.zeros(group.size)
    earlier = np.full(group.size, -1, dtype=np.int64)
    open_ = exact < 0
    waiting: list[tuple[np.ndarray, np.ndarray]] = []
    size = 0
    for lag in range(1, min(limits.neighbours, group.size - 1) + 1):
        near = (group[lag:] == group[:-lag]) & (day[lag:] - day[:-lag] <= limits.days)
        if not near.any():
            break
        most = (1 - limits.similarity) * (length[lag:] + length[:-lag]) + _TINY
        near &= open_[lag:] & (np.abs(length[lag:] - length[:-lag]) <= most)
        near &= np.bitwise_count(signature[lag:] ^ signature[:-lag]) <= most
        right = np.flatnonzero(near) + lag
        waiting.append((right, right - lag))
        size += right.size
        if size >= _VERIFIED:
            _verify(texts, waiting, limits.similarity, best, earlier)
            waiting, size = [], 0
    _verify(texts, waiting, limits.similarity, best, earlier)
    record = np.flatnonzero(earlier >= 0)
    return record, earlier[record], best[record]


def _verify(
    texts: pa.Array,
    waiting: list[tuple[np.ndarray, np.ndarray]],
    least: float,
    best: np.ndarray,
    earlier: np.ndarray,
) -> None:
    """Measure pairs exactly and keep the best of each record; of equals the nearest."""
    if not waiting:
        return
    right = np.concatenate([each[0] for each in waiting])
    left = np.concatenate([each[1] for each in waiting])
    for start in range(0, right.size, _VERIFIED):
        a, b = right[start : start + _VERIFIED], left[start : start + _VERIFIED]
        score = similarity(texts.take(pa.array(a)), texts.take(pa.array(b)), least)
        hit = np.flatnonzero(score >= least - _TINY)
        hit = hit[np.lexsort((-b[hit], -score[hit], a[hit]))]
        a, b, score = a[hit], b[hit], score[hit]
        first = np.append(True, a[1:] != a[:-1])[: a.size] & (score > best[a])
        best[a[first]], earlier[a[first]] = score[first], b[first]


def similarity(one: pa.Array, other: pa.Array, least: float) -> np.ndarray:
    """Indel similarity 0–1 of texts pair by pair; 0 where it is far below ``least``."""
    return cpdist(
        one.to_pylist(),
        other.to_pylist(),
        scorer=Indel.normalized_similarity,
        score_cutoff=max(least - 0.01, 0.0),  # at the limit itself rapidfuzz rounds it away
        dtype=np.float64,
        workers=1,
    )


def _signatures(texts: pa.Array) -> tuple[np.ndarray, np.ndarray]:
    """64 bits of the characters that occur, and the length in characters, of each text."""
    signature = np.zeros(len(texts), dtype=np.uint64)
    length = np.zeros(len(texts), dtype=np.int64)
    for start in range(0, len(texts), _CHUNK):
        part = texts.slice(start, _CHUNK)
        sizes = pc.utf8_length(part).to_numpy(zero_copy_only=False).astype(np.int64)
        points = np.frombuffer("".join(part.to_pylist()).encode("utf-32-le"), dtype=np.uint32)
        bits = np.uint64(1) << ((points * _SPREAD) >> np.uint32(26)).astype(np.uint64)
        first = np.concatenate([[0], np.cumsum(sizes)[:-1]])
        signature[start : start + len(part)] = np.bitwise_or.reduceat(bits, first)
        length[start : start + len(part)] = sizes
    return signature, length


def _joined(
    long: np.ndarray,
    texts: pa.Array,
    exact: np.ndarray,
    edited: tuple[np.ndarray, np.ndarray, np.ndarray],
) -> Pairs:
    """Pairs of both kinds as positions among all records."""
    masked = np.flatnonzero(exact >= 0)
    record = np.concatenate([masked, edited[0]])
    earlier = np.concatenate([exact[masked], edited[1]])
    one, other = texts.take(pa.array(masked)), texts.take(pa.array(exact[masked]))
    twins = pc.equal(one, other).to_numpy(zero_copy_only=False)
    return Pairs(
        record=long[record],
        earlier=long[earlier],
        similarity=np.concatenate([similarity(one, other, 0.0), edited[2]]),
        is_masked=np.arange(record.size) < masked.size,
        is_exact=np.concatenate([twins, np.zeros(edited[0].size, dtype=bool)]),
    )
