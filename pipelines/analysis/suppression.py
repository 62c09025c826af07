"""Which groups of a questionnaire are hidden, so that nobody's answer can be worked out."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipelines.analysis.arrays import Floats
from pipelines.analysis.suppression_lines import (
    TooManyLines,
    equal_sums,
    given_away,
    held_by_most,
    small_remainders,
)

Flags = NDArray[np.bool_]
MINIMUM, LEAST = 10, 5
SHOWN, BOUND, HIDDEN = "shown", "bound", "hidden"
FEW, COMPLEMENT = "few", "complement"
EXHAUSTIVE = 9  # groups; with more, a line has to hold in most questions of the wave
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
    at least ``minimum`` people, and they do not all agree on an option; nor do all lines together
    determine one. A remainder of the total that no group names counts as hidden when it is below
    ``minimum``. Where there are too many groups to look at all sums, one that is hidden takes
    all of the question along. A wave that can be an earlier one plus fewer than ``minimum`` people
    is hidden too. Applying it twice changes nothing (up to EXHAUSTIVE groups). Raises ValueError
    for a ``minimum`` below 5.
    """
    if minimum < LEAST:
        raise ValueError(f"the smallest base that is shown is at least {LEAST}")
    found = counts.reset_index(drop=True).copy()
    found["reason"] = _earlier_reasons(counts)
    keys = [name for name in _TABLE if name in found.columns]
    waves: dict[tuple[object, ...], list[Table]] = {}
    tables = {
        key: Table(rows, total=total, minimum=minimum)
        for key, rows in found.groupby(keys, dropna=False, sort=True)
    }
    _draw_lines(tables, keys)
    for key, table in tables.items():
        table.close()
        fixed = tuple(v for k, v in zip(keys, key, strict=True) if k != "wave_on")
        earlier = waves.setdefault(fixed, [])
        for older in earlier:
            table.close(table.grown_from(older))
        earlier.append(table)
        for index, reason in table.reasons().items():
            found.loc[index, "reason"] = reason
    return _blanked(found)


def _draw_lines(tables: dict[tuple[object, ...], Table], keys: list[str]) -> None:
    """Lines of every table; with many groups those that hold in most questions of the wave."""
    alike: dict[tuple[object, ...], list[Table]] = {}
    for key, table in tables.items():
        place = tuple(v for k, v in zip(keys, key, strict=True) if k != "question_id")
        alike.setdefault((*place, *table.known_names), []).append(table)
    for same in alike.values():
        try:
            own = [table.own_lines() for table in same]
        except TooManyLines:
            for table in same:
                table.hide_all_with_any()
            continue
        shared = held_by_most(own) if len(same[0].names) > EXHAUSTIVE else None
        for table, lines in zip(same, own, strict=True):
            table.lines = lines if shared is None else shared


class Table:
    """One question of one wave: groups × (base, options), and which groups are hidden.

    ``lines``: sums of groups that are equal, as suppression_lines finds them, over ``names``.
    """

    def __init__(self, rows: pd.DataFrame, *, total: str, minimum: int) -> None:
        self.rows, self.minimum = rows, minimum
        names = rows["stratum"].astype(object).where(rows["stratum"].notna(), total).astype(str)
        self.names = sorted(set(names), key=lambda each: (each == total, each))
        self.has_total = total in self.names
        self.members = [rows.index[names == each] for each in self.names]
        self.options = sorted(rows["option"].astype(str).unique())
        self.values = np.stack([self._of(at) for at in self.members])
        self.few = self.values[:, 0] < minimum
        self.known = ~np.isnan(self.values).any(axis=1)
        self.hidden = self.few | ~self.known
        self.lines = np.empty((0, len(self.names)))

    @property
    def known_names(self) -> tuple[str, ...]:
        """The groups of which there are counts, the total last."""
        return tuple(name for name, known in zip(self.names, self.known, strict=True) if known)

    def _of(self, at: pd.Index) -> Floats:
        """Base and count of every option; an option without a row counts nobody."""
        rows = self.rows.loc[at]
        if rows["reason"].notna().any():
            return np.full(1 + len(self.options), np.nan)
        by_option = rows.groupby(rows["option"].astype(str))["n"].sum().reindex(self.options)
        base = float(rows["base_n"].astype(float).min())
        return np.array([base, *by_option.fillna(0).astype(float)])

    def own_lines(self) -> Floats:
        """Rows of −1, 0, 1 over the groups: sums that are equal in base and in every option, and
        remainders of the total below the minimum, as nameless hidden groups. TooManyLines."""
        values = self.values[self.known]
        rows = equal_sums(values)
        if self.has_total and self.known[-1]:
            rows = np.vstack([rows, small_remainders(values, self.minimum)])
        spread = np.zeros((len(rows), len(self.names)))
        spread[:, self.known] = rows
        return spread

    def hide_all_with_any(self) -> None:
        """Where the sums cannot be gone through: a hidden group takes all others along."""
        if self.hidden.any():
            self.hidden[:] = True

    def close(self, also: Flags | None = None) -> None:
        """Hide ``also`` and then more until no line, nor all of them, give a group away."""
        if also is not None:
            self.hidden = self.hidden | also
        while (line := self._leaking()) is not None:
            self.hidden[self._next(line)] = True

    def _leaking(self) -> Floats | None:
        """A line to hide one more group of; None when nothing is given away."""
        shown = self.lines[:, ~self.hidden].any(axis=1)
        found = np.flatnonzero(shown & self._leaks())
        if len(found):
            return self.lines[found[0]]
        nameless = self._rest().any(axis=1)
        away = given_away(self.lines[~nameless], self.hidden)
        found = np.flatnonzero(shown & self.lines[:, away].any(axis=1))
        return self.lines[found[0]] if len(found) else None

    def _rest(self) -> Floats:
        """People of every line whom no group names: not 0 in a remainder of the total."""
        return self.lines @ np.nan_to_num(self.values)

    def _leaks(self) -> Flags:
        """Lines with a single hidden group, or with hidden groups on one side only: those are one
        group to an attacker, which has to be large and not of one mind."""
        secret = (self.lines != 0) & self.hidden
        rest = self._rest()
        count = secret.sum(axis=1) + rest.any(axis=1)
        signed = np.where(secret, self.lines, 0.0)
        one_sided = (signed >= 0).all(axis=1) | (signed <= 0).all(axis=1)
        together = np.abs(signed @ np.nan_to_num(self.values)) + np.abs(rest)
        base = together[:, 0]
        agreed = ((together[:, 1:] == 0) | (together[:, 1:] == base[:, None])).any(axis=1)
        return (count == 1) | ((count > 1) & one_sided & ((base < self.minimum) | agreed))

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
