"""What a file of the examples means, and how the keys of `.expected.json` map to ours.

docs/intake.md has the same table for people.
"""

import json
from pathlib import Path
from typing import Any

from pipelines.domain.months import shift
from tests.paths import EXAMPLES

WHY = {  # their reason → our rule
    "not a number": "typed_actual",
    "unknown meeting type": "typed_activity_type",
    "no such date": "typed_start_at",
    "secrecy above internal is refused": "secrecy_above_internal",
    "present_count out of range": "activities.present_count.range",
    "present_count exceeds due_count": "activities.present_count.at_most_due_count",
}
SKIPPED = {
    "title": "title",
    "unit line": "unit_line",
    "subtotal": "subtotal",
    "footnote": "footnote",
    "signature": "signature",
}
FILES = sorted(path.name for path in EXAMPLES.iterdir() if path.suffix in {".csv", ".xlsx"})


def meant(name: str) -> dict[str, Any]:
    """The expectation of an example file."""
    return json.loads((EXAMPLES / f"{name}.expected.json").read_text(encoding="utf-8"))


def content(name: str) -> bytes:
    return Path(EXAMPLES / name).read_bytes()


def in_their_keys(row: dict[str, Any], keys: list[str]) -> dict[str, Any]:
    """One of our rows (as JSON) in the keys that the expectation uses."""
    return {key: _value(row, key) for key in keys}


def _value(row: dict[str, Any], key: str) -> Any:
    match key:
        case "held_on":
            return row["start_at"][:10]
        case "recorded_on":
            return row["recorded_at"][:10]
        case "period":
            first = shift(row["month"], 1 - row["months"])
            return row["month"] if row["months"] == 1 else f"{first}..{row['month']}"
        case "unit" if "activity_type" in row:
            return row["unit"].removesuffix("党支部")
        case _:
            return row[key]
