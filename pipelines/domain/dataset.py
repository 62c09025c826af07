"""The contract of a dataset: its columns and the grain that makes a row unique."""

from __future__ import annotations

from dataclasses import dataclass, field

from pipelines.domain.fields import Field


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
