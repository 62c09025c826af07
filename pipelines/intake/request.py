"""What the parsing process is asked: the file's name, the choices, what is known already."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from pipelines.intake.choices import Choices, Names, SourceMapping


@dataclass(frozen=True, kw_only=True)
class Request:
    """Everything ``parse`` needs beside the bytes; goes to the child as JSON."""

    file_name: str
    today: date
    choices: Choices = field(default_factory=Choices)
    names: Names = field(default_factory=Names)
    remembered: tuple[SourceMapping, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        return {
            "file_name": self.file_name,
            "today": self.today.isoformat(),
            "choices": self.choices.to_dict(),
            "names": {"kpis": dict(self.names.kpis), "units": sorted(self.names.units)},
            "remembered": [asdict(each) for each in self.remembered],
        }

    @classmethod
    def from_dict(cls, sent: Mapping[str, Any]) -> Request:
        names = sent["names"]
        return cls(
            file_name=sent["file_name"],
            today=date.fromisoformat(sent["today"]),
            choices=Choices(**sent["choices"]),
            names=Names(kpis=names["kpis"], units=frozenset(names["units"])),
            remembered=tuple(SourceMapping(**each) for each in sent["remembered"]),
        )
