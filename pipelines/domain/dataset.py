"""The contract of a dataset: its columns and the grain that makes a row unique."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pipelines.domain.fields import Field


@dataclass(frozen=True, kw_only=True)
class Pivot:
    """What a source may write into its headers, title or unit line instead of into a column.

    ``months``: the field that counts the months of a period (1 for a month, 2 for 1—2月);
    the contract's period field is then the last of them. ``topic``: the field whose value may be
    a header (指标). ``value``: the field that a header naming only a period or a topic stands
    for. ``measure``: the field with the unit of measure. ``cumulative`` and ``previous``: which
    field holds the year-to-date, and last year's, figure of another.
    """

    months: str
    topic: str
    value: str
    measure: str
    cumulative: Mapping[str, str]
    previous: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Dataset:
    """A dataset contract.

    ``grain``: the fields that make a row unique. ``derived_key``: a (field, sources) pair; a
    record without its own number gets one computed from these sources, and this is reported.
    ``period_field``: the field whose month dates a row, for summaries by month.
    """

    name: str
    label: str
    grain: tuple[str, ...]
    fields: tuple[Field, ...] = field(repr=False)
    derived_key: tuple[str, tuple[str, ...]] | None = None
    period_field: str | None = None
    unit_field: str | None = None
    pivot: Pivot | None = None

    def __getitem__(self, name: str) -> Field:
        for each in self.fields:
            if each.name == name:
                return each
        raise KeyError(name)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(each.name for each in self.fields)

    @property
    def required(self) -> tuple[str, ...]:
        return tuple(each.name for each in self.fields if each.required)
