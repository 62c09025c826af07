"""Which activity types work at once and which later: the immediate share with its interval."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from pipelines.analysis.evidence import UNCLEAR
from pipelines.analysis.joint import JointFit
from pipelines.analysis.latent import NOW_LAGS, by_type, estimate

VISIBLE, LATENT, MIXED = "显绩型", "潜绩型", "混合"
INDISTINCT = "看不出可分辨的活动贡献"


def fieller(
    part: float, total: float, *, var_part: float, var_total: float, cov: float, t: float
) -> tuple[float, float]:
    """The interval of part ÷ total: all ρ with (part − ρ·total)² ≤ t²·Var(part − ρ·total).

    Fieller (1954), "Some problems in interval estimation". NaN unless the interval of the total
    at the same ``t`` excludes 0: only then the set is one bounded interval.
    """
    a = total**2 - t**2 * var_total
    if not a > 0:
        return np.nan, np.nan
    b = part * total - t**2 * cov
    c = part**2 - t**2 * var_part
    reach = np.sqrt(max(b * b - a * c, 0.0))
    return float((b - reach) / a), float((b + reach) / a)


def type_shares(fit: JointFit, *, level: float = 0.95) -> pd.DataFrame:
    """What one more activity a month, kept up, adds in all, and which share of it at once.

    Columns: ``activity_type, total, low, high`` (Σ_l β_kl in σ_w), ``share, share_low, share_high``
    (lags 0 and 1; Fieller; NaN when the interval of the total holds 0) and ``label``: 显绩型 when
    the lower bound of the share is above one half, 潜绩型 when the upper is below, else 混合;
    看不出可分辨的活动贡献 without a share; 无法判断, and no number, where the data tell neither.
    """
    t = float(stdtrit(fit.dof, 0.5 + level / 2))
    kinds = by_type(np.ones_like(fit.coef))
    now = kinds * (np.arange(fit.max_lag + 1) < NOW_LAGS)
    whole, early = estimate(fit, kinds, level=level), estimate(fit, now, level=level)
    both = (now.reshape(len(now), -1) @ fit.cov * kinds.reshape(len(kinds), -1)).sum(axis=1)
    bounds = [
        fieller(
            early.value[k],
            whole.value[k],
            var_part=early.se[k] ** 2,
            var_total=whole.se[k] ** 2,
            cov=both[k],
            t=t,
        )
        for k in range(len(kinds))
    ]
    told = np.isfinite(whole.value) & np.isfinite(early.value)
    low, high = np.array(bounds).T
    shown = np.isfinite(low)
    share = np.where(shown, early.value / np.where(shown, whole.value, 1.0), np.nan)
    return pd.DataFrame(
        {
            "activity_type": fit.activity_types,
            "total": whole.value,
            "low": whole.low,
            "high": whole.high,
            "share": share,
            "share_low": low,
            "share_high": high,
            "label": [
                label_of(*each) if known else UNCLEAR
                for each, known in zip(bounds, told, strict=True)
            ],
        }
    )


def label_of(low: float, high: float) -> str:
    """The word for an interval of the immediate share."""
    if not np.isfinite(low):
        return INDISTINCT
    if low > 0.5:
        return VISIBLE
    return LATENT if high < 0.5 else MIXED
