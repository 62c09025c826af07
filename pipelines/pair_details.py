"""One pair of the association analysis in detail: its residuals and what each unit contributes."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from pipelines.analysis.detail import pair_detail
from pipelines.analysis_runs import Outcome, Parameter, RunKey
from pipelines.associations import Scope, inputs
from pipelines.progress import Progress
from pipelines.warehouse import Mart

NAME = "association_pair"
_OWN = ("kpi", "activity_type", "window_start", "window_end")


@dataclass(frozen=True, kw_only=True)
class PairScope:
    """A pair of ``scope`` over a window of lags in months, both included."""

    scope: Scope
    kpi: str
    activity_type: str
    window_start: int
    window_end: int

    def key(self, build_id: str) -> RunKey:
        """The run of this pair on a build."""
        own: dict[str, Parameter] = {name: getattr(self, name) for name in _OWN}
        return RunKey.of(build_id, NAME, asdict(self.scope) | own)


def compute(mart: Mart, key: RunKey, progress: Progress) -> Outcome:
    """Frames ``residuals`` and ``units`` of ``pair_detail``; facts: r of the residuals with its
    interval, by unit."""
    settings = dict(key.settings)
    kpi, kind, first, last = (settings.pop(name) for name in _OWN)
    scope = Scope(**settings)
    progress("读取指标和活动", 0.0)
    kpis, activities = inputs(mart, scope, kpi_id=str(kpi))
    progress("去掉共同变化，逐单位核算", 0.3)
    found = pair_detail(
        kpis,
        activities,
        kpi=str(kpi),
        activity_type=str(kind),
        window=(int(first), int(last)),
        max_lag=scope.max_lag,
    )
    r = found.correlation
    return Outcome(
        frames={"residuals": found.residuals, "units": found.units},
        facts={"r": r.r, "low": r.low, "high": r.high},
    )
