"""Rank statistics shared by the analyses."""

from __future__ import annotations

import pandas as pd

from pipelines.analysis.arrays import Floats


def rank_correlation(a: Floats, b: Floats) -> float:
    """Spearman's rank correlation with mean ranks for ties; 0 when one side is constant."""
    ranks = pd.DataFrame({"a": a, "b": b}).rank()
    if (ranks.std() == 0).any():
        return 0.0
    return float(ranks["a"].corr(ranks["b"]))


def month_ranks(values: Floats) -> Floats:
    """Ranks within each month of (units, months), centred, 0 where missing."""
    ranks = pd.DataFrame(values).rank()
    return (ranks - ranks.mean()).fillna(0.0).to_numpy()
