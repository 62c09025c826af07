"""The lags of the pairs of one KPI: effects of the joint fit with both intervals, and r."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from pipelines.analysis.arrays import Floats
from pipelines.analysis.joint import JointFit, identified, profile_covs, simultaneous_reach
from pipelines.analysis.lag_fits import LagFits
from pipelines.analysis.slopes import Slope


@dataclass(frozen=True, kw_only=True)
class Profiles:
    """Effects (k, L + 1) in σ_w per SD of activity with ``se``; ``cov`` (k, L + 1, L + 1) and
    ``band`` (k,), the reach of the simultaneous band, are NaN where there is no joint fit. Effect
    and error are NaN at a lag that is a sum of others."""

    effect: Floats
    se: Floats
    reach: float
    cov: Floats
    band: Floats
    single: list[LagFits]

    @classmethod
    def of(cls, joint: JointFit | None, single: list[LagFits], *, seed: int) -> Profiles:
        """Of the joint fit; of single lags where a joint fit is not to be had."""
        if joint is None:
            effect, se = (np.stack([getattr(e, name) for e in single]) for name in ("value", "se"))
            cov = np.full((*effect.shape, effect.shape[1]), np.nan)
            unknown = np.full(len(single), np.nan)
            return cls(effect=effect, se=se, reach=single[0].reach, cov=cov, band=unknown,
                       single=single)  # fmt: skip
        cov = profile_covs(joint)
        # A lag that is a sum of others has no effect of its own, whatever the fit splits it into.
        alone = np.array([np.isfinite(each.value) for each in single])
        known = np.where(alone & identified(joint), 1.0, np.nan)
        return cls(
            effect=known * joint.coef * joint.sd_activity[:, None],
            se=known * np.sqrt(np.diagonal(cov, axis1=1, axis2=2)),
            reach=float(stdtrit(joint.dof, 0.975)),
            cov=cov,
            band=simultaneous_reach(cov, dof=joint.dof, seed=seed),
            single=single,
        )

    def over(self, k: int, first: int, last: int) -> Slope:
        """The effect summed over the lags ``first`` … ``last``; NaN without a joint fit or where
        one of them is a sum of other lags."""
        lags = slice(first, last + 1)
        se = float(np.sqrt(self.cov[k, lags, lags].sum()))
        return Slope(value=float(self.effect[k, lags].sum()), se=se, reach=self.reach)

    def farthest(self, k: int, window: Slope) -> float:
        """The farthest from 0 that the window's interval or the simultaneous band goes."""
        ends = [*(np.abs(self.effect[k]) + self.band[k] * self.se[k]), window.low, window.high]
        return float(np.max(np.abs(ends)))

    def rows(self, k: int, *, leads: LagFits) -> dict[str, Floats]:
        """Columns of the lags −3 … L of the type at ``k``: effect, intervals and r."""
        fits, ahead = self.single[k], len(leads.value)
        half = self.band[k] * self.se[k]
        no_band = np.full(ahead, np.nan)
        effect, se, reach = self.effect[k], self.se[k], self.reach
        columns = {
            "lag": (np.arange(-ahead, 0), np.arange(len(effect))),
            "effect": (leads.value, effect),
            "low": (leads.low, effect - reach * se),
            "high": (leads.high, effect + reach * se),
            "band_low": (no_band, effect - half),
            "band_high": (no_band, effect + half),
            "r": (leads.r, fits.r),
            "r_low": (leads.r_low, fits.r_low),
            "r_high": (leads.r_high, fits.r_high),
        }
        return {name: np.concatenate(parts) for name, parts in columns.items()}
