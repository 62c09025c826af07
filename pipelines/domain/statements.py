"""What people state in the application: how activities are linked, and why something is so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

LINK_STATES = ("confirmed", "rejected", "withdrawn")


@dataclass(frozen=True, kw_only=True)
class LinkDecision:
    """A link confirmed or rejected by a person; the newest of one key counts.

    For one activity (``record_id``), or for every activity with a keyword, later ones included
    (``keyword``); the other of the two is "". ``target_kind`` is a code of the vocabulary
    link_target. ``withdrawn`` takes the decision back. Raises ValueError for anything else.
    """

    record_id: str = ""
    keyword: str = ""
    target_kind: str
    target_id: str
    state: str
    reason: str = ""

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What it is about: a later decision with the same key takes its place."""
        return self.record_id, self.keyword, self.target_kind, self.target_id

    def __post_init__(self) -> None:
        if bool(self.record_id) is bool(self.keyword):
            raise ValueError("a link decision is about one record or one keyword")
        if self.state not in LINK_STATES:
            raise ValueError(f"link state {self.state}")


@dataclass(frozen=True, kw_only=True)
class SignedLink:
    """A link decision with the post that made it and when; ``seq`` orders all of the ledger."""

    decision: LinkDecision
    by: str
    at: datetime
    seq: int

    @property
    def stands(self) -> bool:
        """Whether it was not taken back."""
        return self.decision.state != "withdrawn"


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """The 说明 of a unit beside a finding or a rule it does not meet; the newest counts.

    ``subject``: what is explained, e.g. "integrity:late_record:HD0001" or
    "rule:general_meeting:DZ001:2026-Q1". An empty ``text`` takes it back.
    """

    subject: str
    unit_id: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Statements:
    """All that count now, in a fixed order."""

    links: tuple[LinkDecision, ...] = ()
    explanations: tuple[Explanation, ...] = ()
