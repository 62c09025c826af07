"""The tables of the ledger and its records: an upload, what accepting one writes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from pipelines.domain.catalog import datasets
from pipelines.domain.findings import Finding
from pipelines.intake.choices import SourceMapping
from pipelines.intake.inspection import RuleResult

_METADATA = sa.MetaData()
_DATE_TIME = sa.DateTime()


def _table(name: str, *columns: str, **typed: sa.types.TypeEngine) -> sa.Table:
    plain = [sa.Column(each, sa.String()) for each in columns]
    return sa.Table(name, _METADATA, *plain, *[sa.Column(k, v) for k, v in typed.items()])


UPLOADS = _table(
    "uploads",
    "upload_id",
    "idempotency_key",
    "dataset",
    "file_name",
    "sha256",
    "digest",
    "accepted_by",
    "state",
    "undone_by",
    seq=sa.Integer(),
    row_count=sa.Integer(),
    held_back=sa.Integer(),
    original_kept=sa.Boolean(),
    replaces=sa.Boolean(),
    accepted_at=_DATE_TIME,
    undone_at=_DATE_TIME,
)
FINDINGS = _table(
    "findings",
    *("upload_id", "severity", "rule", "why", "how", "file", "sheet", "column", "value"),
    row=sa.Integer(),
)
RULE_RESULTS = _table(
    "rule_results",
    "upload_id",
    "rule",
    "severity",
    "label",
    checked=sa.Integer(),
    failed=sa.Integer(),
)
AUDIT = _table("audit", "who", "what", "object", "result", audit_id=sa.Integer(), at=_DATE_TIME)


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """What the ledger says of an accepted file; ``digest`` is of the rows as stored.

    ``replaces``: rows of the same unit and month from earlier uploads do not count any more.
    """

    upload_id: str
    idempotency_key: str
    dataset: str
    file_name: str
    sha256: str
    digest: str
    row_count: int
    held_back: int
    original_kept: bool
    replaces: bool
    accepted_by: str
    accepted_at: datetime


@dataclass(frozen=True, kw_only=True)
class Upload(Recorded):
    """One accepted file. ``state`` is accepted or undone; ``seq`` orders uploads in time."""

    seq: int
    state: str
    undone_by: str | None
    undone_at: datetime | None

    @property
    def dataset_label(self) -> str:
        return datasets()[self.dataset].label

    @property
    def by(self) -> str:
        return self.accepted_by

    @property
    def at(self) -> datetime:
        return self.accepted_at


@dataclass(frozen=True, kw_only=True)
class NewUpload(Recorded):
    """What accepting records, in one transaction."""

    findings: tuple[Finding, ...]
    rules: tuple[RuleResult, ...]
    mappings: tuple[SourceMapping, ...] = ()
