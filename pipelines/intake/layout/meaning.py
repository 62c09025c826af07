"""What one header, or a group header with its column, says of the figures below."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pipelines.domain.dataset import Pivot
from pipelines.domain.periods import Period, PeriodError, parse_period


def value_fields(pivot: Pivot) -> frozenset[str]:
    """The fields that hold figures and may stand at several points of a row."""
    return frozenset({pivot.value, *pivot.cumulative, *pivot.cumulative.values()}) | frozenset(
        pivot.previous.values()
    )


@dataclass(frozen=True, kw_only=True)
class Meaning:
    """What one header cell, or a whole path of them, says.

    ``rank``: preference of the spelling, 9 when put together from words. ``period``: its text
    without the year that other cells give. ``unknown``: text that no word explains.
    """

    field: str | None = None
    rank: int = 9
    period: str | None = None
    year: int | None = None
    current: bool = False
    cumulative: bool = False
    previous: bool = False
    computed: bool = False
    serial: bool = False
    topic: str | None = None
    measure: str | None = None
    unknown: str | None = None

    def resolved(self, year: int | None) -> Period | None:
        """The period, its year from the header or else from the context; None without a year."""
        if self.period is None:
            return None
        try:
            return parse_period(self.period, year=self.year or year)
        except PeriodError:
            return None

    @property
    def written_year(self) -> int | None:
        """The year that the header itself names."""
        own = self.resolved(None)
        return self.year or (int(own.last[:4]) if own else None)

    @property
    def positioned(self) -> bool:
        """Whether it says where a figure stands: a period, a KPI, current, year to date."""
        marks = (self.period, self.topic, self.current, self.cumulative, self.previous)
        return any(marks)


def together(read: list[Meaning], pivot: Pivot) -> Meaning:
    """Group and column of a figure; a column that describes the row is only itself."""
    last = read[-1]
    figures = value_fields(pivot)
    if last.serial or last.computed or (last.field and last.field not in figures):
        return last
    groups = [each.unknown for each in read[:-1] if each.unknown]
    fields = [each for each in read if each.field in figures]
    periods = [each.period for each in read if each.period]
    years = [each.year for each in read if each.year]
    topic = next((each.topic for each in reversed(read) if each.topic), None)
    placed = any(each.positioned or each.year for each in read)
    found = Meaning(
        rank=last.rank if len(read) == 1 else 9,
        period=periods[-1] if periods else None,
        year=years[-1] if years else None,
        current=any(each.current for each in read),
        cumulative=any(each.cumulative for each in read),
        previous=any(each.previous for each in read),
        computed=any(each.computed for each in read),
        topic=topic,
        measure=next((each.measure for each in reversed(read) if each.measure), None),
        unknown=last.unknown,
    )
    if last.unknown or not (placed or fields):
        return found
    if found.period is None and found.year and not (fields or topic or found.cumulative):
        found = replace(found, period=f"{found.year}年全年")
    if topic is None and groups:
        found = replace(found, topic=groups[-1], rank=8)
    base = fields[-1].field if fields else pivot.value
    return replace(found, field=_turned(str(base), found, pivot))


def _turned(base: str, said: Meaning, pivot: Pivot) -> str | None:
    """The field of a figure that is year to date or last year's; None when there is none."""
    if said.computed or (said.cumulative and said.previous):
        return None
    if said.cumulative:
        return pivot.cumulative.get(base)
    return pivot.previous.get(base) if said.previous else base
