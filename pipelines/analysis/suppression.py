"""Which groups of a questionnaire are hidden, so that nobody's answer can be worked out."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
MINIMUM, LEAST = 10, 5
SHOWN, BOUND, HIDDEN = "shown", "bound", "hidden"
FEW, COMPLEMENT = "few", "complement"
EXHAUSTIVE = 9  # groups; all 3^9 ways to add and subtract them are looked at
_TABLE = ["survey_id", "wave_on", "question_id"]


def suppress(counts: pd.DataFrame, *, minimum: int = MINIMUM, total: str = "全体") -> pd.DataFrame:
    """``counts [question_id, option, stratum, n, base_n]``, one row a cell, made safe to show.

    ``survey_id`` and ``wave_on`` are optional. A ``stratum`` that is missing or ``total`` is all
    people of the table. Adds ``status`` (shown, bound, hidden) and ``reason`` (few, complement,
    missing); n and base_n of hidden cells become missing. bound: an exact 0 or 100 %, of which a
    reader is shown the bound of the interval only.

    A group is hidden with its base and all its options: when its base is below ``minimum``, and
    when the others would give it away. In every sum of groups that equals a sum of others
    (a line) no hidden group stands alone, the hidden ones on one side have together
    at least ``minimum`` people, and they do not all agree on an option. A remainder of the
    total that no group names counts as hidden when it is below ``minimum``. A wave that can be
    an earlier one plus fewer than ``minimum`` people is hidden too. Applying it twice changes
    nothing. Raises ValueError for a ``minimum`` below 5.
    """
    if minimum < LEAST:
        raise ValueError(f"the smallest base that is shown is at least {LEAST}")
    found = counts.reset_index(drop=True).copy()
    found["reason"] = _earlier_reasons(counts)
    keys = [name for name in _TABLE if name in found.columns]
    waves: dict[tuple[object, ...], list[Table]] = {}
    for key, rows in found.groupby(keys, dropna=False, sort=True):
        table = Table(rows, total=total, minimum=minimum)
        table.close()
        fixed = tuple(v for k, v in zip(keys, key, strict=True) if k != "wave_on")
        earlier = waves.setdefault(fixed, [])
        for older in earlier:
            table.close(table.grown_from(older))
        earlier.append(table)
        for index, reason in table.reasons().items():
            found.loc[index, "reason"] = reason
    return _blanked(found)


class Table:
    """One question of one wave: groups × (base, options), and which groups are hidden."""

    def __init__(self, rows: pd.DataFrame, *, total: str, minimum: int) -> None:
        self.rows, self.minimum = rows, minimum
        names = rows["stratum"].astype(object).where(rows["stratum"].notna(), total).astype(str)
        self.names = sorted(set(names), key=lambda each: (each == total, each))
        self.has_total = total in self.names
        self.members = [rows.index[names == each] for each in self.names]
        self.options = sorted(rows["option"].astype(str).unique())
        self.values = np.stack([self._of(at) for at in self.members])
        self.few = self.values[:, 0] < minimum
        self.hidden = self.few | np.isnan(self.values).any(axis=1)
        self.lines = self._lines()

    def _of(self, at: pd.Index) -> Floats:
        """Base and count of every option; an option without a row counts nobody."""
        rows = self.rows.loc[at]
        if rows["reason"].notna().any():
            return np.full(1 + len(self.options), np.nan)
        by_option = rows.groupby(rows["option"].astype(str))["n"].sum().reindex(self.options)
        base = float(rows["base_n"].astype(float).min())
        return np.array([base, *by_option.fillna(0).astype(float)])

    def _lines(self) -> Floats:
        """Rows of −1, 0, 1 over the groups: sums that are equal in base and in every option.

        Remainders of the total below the minimum are added as nameless hidden groups.
        """
        known = np.flatnonzero(~np.isnan(self.values).any(axis=1))
        if not len(known):
            return np.empty((0, len(self.names)))
        if len(known) > EXHAUSTIVE:
            return self._long_line(known)
        signs = np.array(list(product((-1.0, 0.0, 1.0), repeat=len(known)))).reshape(-1, len(known))
        spread = np.zeros((len(signs), len(self.names)))
        spread[:, known] = signs
        first = np.argmax(spread != 0, axis=1)
        spread = spread[spread[np.arange(len(spread)), first] > 0]
        sums = spread @ np.nan_to_num(self.values)
        return np.vstack([spread[(sums == 0).all(axis=1)], self._remainders(spread, sums)])

    def _remainders(self, spread: Floats, sums: Floats) -> Floats:
        if not self.has_total:
            return np.empty((0, len(self.names)))
        flip = np.where(spread[:, -1:] < 0, -1.0, 1.0)
        spread, sums = spread * flip, sums * flip
        of_total = (spread[:, -1] == 1) & (spread[:, :-1] <= 0).all(axis=1)
        of_total &= (spread[:, :-1] < 0).any(axis=1)
        small = (sums[:, 0] > 0) & (sums[:, 0] < self.minimum)
        inside = ((sums >= 0) & (sums <= sums[:, :1])).all(axis=1)
        return spread[of_total & small & inside]

    def _long_line(self, known: NDArray[np.int64]) -> Floats:
        """With many groups: all of them against the total."""
        line = np.zeros((1, len(self.names)))
        line[0, known] = -1.0
        if self.has_total:
            line[0, -1] = 1.0
        return line if self.has_total else np.empty((0, len(self.names)))

    def close(self, also: Flags | None = None) -> None:
        """Hide ``also`` and then more until no line gives a hidden group away."""
        if also is not None:
            self.hidden = self.hidden | also
        while (line := self._leaking()) is not None:
            self.hidden[self._next(line)] = True

    def _leaking(self) -> Floats | None:
        return next((line for line in self.lines if self._leaks(line)), None)

    def _leaks(self, line: Floats) -> bool:
        members = line != 0
        secret = members & self.hidden
        if not (members & ~self.hidden).any():
            return False
        rest = line @ np.nan_to_num(self.values)  # not 0: people whom no group names
        if not secret.any() and not rest.any():
            return False
        if secret.sum() + bool(rest.any()) == 1:
            return True
        return self._one_sided_leak(line, secret, rest)

    def _one_sided_leak(self, line: Floats, secret: Flags, rest: Floats) -> bool:
        """Hidden groups on one side are one group to an attacker: large, and not of one mind."""
        sides = line[secret] * (line[-1] or 1.0) if self.has_total else line[secret]
        if len(set(sides)) != 1:
            return False
        together = self.values[secret].sum(axis=0) + np.abs(rest)
        base = together[0]
        agreed = (together[1:] == 0) | (together[1:] == base)
        return bool(base < self.minimum or agreed.any())

    def _next(self, line: Floats) -> int:
        """The smallest group of the line that is still shown; the total last."""
        open_ = [at for at in np.flatnonzero(line) if not self.hidden[at]]
        return min(open_, key=lambda at: (self._is_total(at), self.values[at, 0], self.names[at]))

    def _is_total(self, at: int) -> bool:
        return self.has_total and at == len(self.names) - 1

    def grown_from(self, older: Table) -> Flags:
        """Groups that can be those of ``older`` and fewer than the minimum of people more."""
        grown = np.zeros(len(self.names), dtype=bool)
        if self.options != older.options:
            return grown
        for at, name in enumerate(self.names):
            if name not in older.names or self.hidden[at]:
                continue
            before = older.names.index(name)
            more = self.values[at] - older.values[before]
            inside = ((more >= 0) & (more <= more[0])).all()
            grown[at] = not older.hidden[before] and 0 < more[0] < self.minimum and bool(inside)
        return grown

    def reasons(self) -> dict[object, str]:
        """Row label → why it is hidden."""
        return {
            index: FEW if self.few[at] else COMPLEMENT
            for at in np.flatnonzero(self.hidden)
            if not np.isnan(self.values[at]).any()
            for index in self.members[at]
        }


def _earlier_reasons(counts: pd.DataFrame) -> pd.Series:
    """Reasons of an earlier call; a count that is missing without one is hidden as few."""
    reasons = pd.Series(None, index=range(len(counts)), dtype=object)
    if "reason" in counts:
        reasons = counts["reason"].reset_index(drop=True).astype(object)
    missing = counts["base_n"].isna().reset_index(drop=True)
    return reasons.mask(missing & reasons.isna(), FEW)


def _blanked(found: pd.DataFrame) -> pd.DataFrame:
    hidden = found["reason"].notna()
    n, base = found["n"].astype("Float64"), found["base_n"].astype("Float64")
    bound = ~hidden & ((n == 0) | (n == base)).fillna(True).astype(bool)
    found["status"] = np.where(hidden, HIDDEN, np.where(bound, BOUND, SHOWN))
    found["base_n"] = base.mask(hidden)
    found["n"] = n.mask(hidden)
    found["reason"] = found["reason"].astype("string")
    return found
