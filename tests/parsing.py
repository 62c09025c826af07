"""Reading a whole small file in this process, for tests that look at what was read."""

import io
from dataclasses import dataclass, field, fields
from datetime import date

import pyarrow as pa

from pipelines.domain.findings import Finding
from pipelines.intake.choices import Choices
from pipelines.intake.inspection import Reading
from pipelines.intake.parse import Closed, Opened, Stretch
from pipelines.intake.parse import parse as parse_file
from pipelines.intake.request import Request
from pipelines.intake.schema import POINT
from pipelines.settings import Settings

TODAY = date(2026, 11, 2)


@dataclass(frozen=True, kw_only=True)
class Parsed(Reading):
    """A reading with all its typed rows; ``table`` also holds rows that would be held back."""

    table: pa.Table = field(repr=False)
    held: frozenset[int]
    findings: tuple[Finding, ...]
    totals: pa.Table = field(repr=False)


def parse(
    data: bytes,
    dataset: str | None = None,
    settings: Settings | None = None,
    *,
    file_name: str = "表.csv",
    **asked: object,
) -> Parsed:
    """``data`` as ``dataset``, or as what its headers say; ``asked``: more of Request."""
    wanted = {"choices": Choices(dataset=dataset), "today": TODAY, **asked}
    request = Request(file_name=file_name, **wanted)
    tables, findings, skipped, secret, personal = [], [], [], [], []
    held: set[int] = set()
    count = 0
    closed: Closed | None = None
    for part in parse_file(io.BytesIO(data), request, settings or Settings()):
        match part:
            case Opened():
                skipped += part.reading.skipped
            case Stretch():
                tables.append(part.table.drop([POINT]))
                findings += [each for _, each in part.findings]
                held |= {count + place for place in part.held}
                count += part.table.num_rows
                skipped += part.skipped
                secret += part.secret
                personal += part.personal
            case Closed():
                closed = part
    assert closed is not None
    reading = {each.name: getattr(closed.reading, each.name) for each in fields(Reading)}
    reading |= {
        "skipped": tuple(skipped),
        "secret_rows": tuple(secret),
        "personal_rows": tuple(personal),
        "row_count": count + len(secret) + len(personal),
    }
    empty = closed.totals.drop(["first_row", "last_row", "total_kind"]).slice(0, 0)
    return Parsed(
        **reading,
        table=pa.concat_tables([empty, *tables]),
        held=frozenset(held),
        findings=(*sorted(findings, key=lambda each: each.row or 0), *closed.findings),
        totals=closed.totals,
    )
