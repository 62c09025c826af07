"""The demo organisation: its files, and the link decisions of its first months' work."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

from pipelines.desk import Desk
from pipelines.domain.statements import LinkDecision
from pipelines.ledger_records import Upload
from pipelines.settings import ROOT, Settings

BY = "演示数据"
DECIDER = "党建部分析岗（演示）"
DECISIONS = ROOT / "data" / "demo" / "link_decisions.csv"
# A roster comes first: names in later files are compared with it.
_FIRST = ("单位名册", "组织对照", "指标库")


def is_demo(uploads: Sequence[Upload]) -> bool:
    """Whether a store holds nothing but the demo organisation, or nothing at all."""
    return all(each.accepted_by == BY for each in uploads)


def missing_files(settings: Settings, uploads: Sequence[Upload]) -> list[Path]:
    """Files of the demo organisation that were not yet taken in, in the order to take them."""
    taken = {each.file_name for each in uploads}
    files = [each for each in settings.sample_root.iterdir() if each.suffix in {".csv", ".xlsx"}]
    return sorted((each for each in files if each.name not in taken), key=_order)


def _order(path: Path) -> tuple[int, str]:
    place = _FIRST.index(path.stem) if path.stem in _FIRST else len(_FIRST)
    return (place, path.name)


def decisions() -> list[LinkDecision]:
    """What the demo organisation decided on links: for keywords, and for single activities."""
    with DECISIONS.open(encoding="utf-8", newline="") as source:
        return [LinkDecision(**row) for row in csv.DictReader(source)]


def decide_links(desk: Desk) -> int:
    """Keep the decisions in a demo store in which nobody has decided anything; how many.

    Whatever was ever decided or taken back there stays as it is.
    """
    if desk.signed_links() or not is_demo(desk.uploads()):
        return 0
    return desk.state(decisions(), by=DECIDER)
