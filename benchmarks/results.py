"""What was measured, as plain values that travel between processes as JSON."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from benchmarks.sizes import Limits

ENGINES = ("product", "tables", "pandas", "polars")  # product: all tables; tables: the compared
BASELINES = ENGINES[2:]
INTAKE_JOBS = ("intake", "parser", "duckdb-csv", "pandas-csv")
NOTHING = "nothing"
REBUILD, AGAIN, NEAR = "rebuild", "again", "near"


@dataclass(frozen=True, kw_only=True)
class Cost:
    """One piece of work in a process of its own: wall and CPU seconds, peak resident bytes."""

    seconds: float
    cpu_seconds: float
    peak_bytes: int
    stages: dict[str, float] = field(default_factory=dict)  # seconds by layer, or by table
    rows: dict[str, int] = field(default_factory=dict)
    peaks: dict[str, int] = field(default_factory=dict)  # highest resident bytes by process


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """``state``: ok, memory, time or failed. ``cost`` is there only when ok; else what was
    reached before the process was stopped is in ``seconds`` and ``peak_bytes``."""

    state: str
    seconds: float
    peak_bytes: int
    cost: Cost | None = None
    message: str = ""


@dataclass(frozen=True, kw_only=True)
class EngineRuns:
    """All runs of one engine at one size."""

    engine: str
    outcomes: tuple[Outcome, ...]

    @property
    def costs(self) -> list[Cost]:
        return [each.cost for each in self.outcomes if each.cost is not None]


@dataclass(frozen=True, kw_only=True)
class SizeResult:
    """One size: accepted rows by dataset, the runs, tables that differ (empty: all equal).

    ``differences`` maps engine to table to the number of rows that differ from the mart.
    """

    size: str
    label: str
    rows: dict[str, int]
    load: float
    runs: tuple[EngineRuns, ...]
    differences: dict[str, dict[str, int]]
    rebuilds: dict[str, Outcome] = field(default_factory=dict)  # by change
    again: Outcome | None = None  # all made anew after the changes; rows: tables that then differ

    @property
    def row_count(self) -> int:
        """KPI figures and activities: what grows from size to size."""
        return self.rows["kpi_values"] + self.rows["activities"]

    def of(self, engine: str) -> EngineRuns:
        return next(each for each in self.runs if each.engine == engine)


@dataclass(frozen=True, kw_only=True)
class Timing:
    """Seconds of repeated runs of one thing, and CPU seconds of the process in the same runs;
    ``first``: seconds before anything was cached, or None."""

    name: str
    what: str
    seconds: tuple[float, ...]
    cpu_seconds: tuple[float, ...]
    first: float | None = None


@dataclass(frozen=True, kw_only=True)
class Machine:
    """Where and with what it was measured."""

    processor: str
    cores: int
    memory_bytes: int
    system: str
    versions: dict[str, str]


@dataclass(frozen=True, kw_only=True)
class PageTimes:
    """Pages and queries on the mart of a size. ``peak_bytes``: highest resident bytes by process;
    ``analyses``: seconds that each page waited for analyses before its results were kept."""

    size: str
    load: float
    pages: tuple[Timing, ...]
    queries: tuple[Timing, ...]
    analyses: dict[str, float]
    peak_bytes: dict[str, int]


@dataclass(frozen=True, kw_only=True)
class Report:
    """A whole run."""

    at: datetime
    machine: Machine
    sizes: tuple[SizeResult, ...]
    pages: tuple[PageTimes, ...]
    near: Outcome | None
    limits: Limits
    total_seconds: float
    note: str = ""  # what a reader must know of this run, in Chinese


@dataclass(frozen=True, kw_only=True)
class FileResult:
    """One file and what was done with it; ``runs``: the outcomes of each of INTAKE_JOBS."""

    label: str
    rows: int
    bytes: int
    load: float
    runs: dict[str, tuple[Outcome, ...]]


@dataclass(frozen=True, kw_only=True)
class IntakeReport:
    """A whole run of the intake; ``imported_bytes``: of a process that has done nothing yet."""

    at: datetime
    machine: Machine
    files: tuple[FileResult, ...]
    imported_bytes: int
    limits: Limits
    total_seconds: float
