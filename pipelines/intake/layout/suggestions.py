"""What an unknown column may be, for a person to confirm, with the reason."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, replace

from pipelines.domain.dataset import Dataset
from pipelines.domain.fields import Kind
from pipelines.intake.choices import PATH
from pipelines.intake.inspection import ColumnMatch
from pipelines.intake.layout.classify import is_number
from pipelines.intake.layout.headers import Lexicon, bare
from pipelines.intake.layout.meaning import Meaning, value_fields
from pipelines.intake.privacy import mask
from pipelines.reference import fold

_NEAR = 0.6
_HAS_FIGURE = re.compile(r"[-+(（约]?\d[\d,，.]*")


@dataclass(frozen=True, kw_only=True)
class Heading:
    """A source column: its header path from group to column and the first values below."""

    index: int
    parts: tuple[str, ...]
    values: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The path as shown and as choices name it."""
        return mask(PATH.join(self.parts)) if self.parts else f"第 {self.index + 1} 列（没有表头）"


def suggest(
    match: ColumnMatch,
    heading: Heading,
    meaning: Meaning,
    contract: Dataset,
    lexicon: Lexicon,
    taken: set[str],
) -> ColumnMatch:
    """A field that an unknown column may be, with the reason; a person confirms it."""
    if match.field or match.dropped or meaning.computed or meaning.serial or not heading.values:
        return match
    if not match.how.startswith("未使用：不在"):
        return match
    found = _by_values(heading, contract, lexicon, taken) or _by_name(heading, contract, taken)
    if found is None:
        return match
    field, reason = found
    how = f"{match.how}。{reason}，是不是“{contract[field].label}”？"
    return replace(match, suggestion=field, how=how)


def _by_values(
    heading: Heading, contract: Dataset, lexicon: Lexicon, taken: set[str]
) -> tuple[str, str] | None:
    folded = [fold(each) for each in heading.values]
    unit, pivot = contract.unit_field, contract.pivot
    if unit and unit not in taken and all(each in lexicon.units for each in folded):
        return unit, "下面的值都是名册里的单位"
    if pivot is None:
        return None
    if pivot.topic not in taken and all(each in lexicon.kpis for each in folded):
        return pivot.topic, "下面的值都是指标库里的指标"
    if pivot.topic not in taken and all(map(is_number, heading.values)):
        return pivot.value, f"下面都是数字，“{bare(heading.parts[-1])}”可能是指标名"
    if not taken & value_fields(pivot) and all(map(_HAS_FIGURE.match, heading.values)):
        return pivot.value, "文件里还没有数值列，下面的值像数字"
    return None


def _by_name(heading: Heading, contract: Dataset, taken: set[str]) -> tuple[str, str] | None:
    name = bare(heading.parts[-1])
    best: tuple[float, str, str] | None = None
    for field in contract.fields:
        if field.name in taken or (_textual(heading) and field.kind in _FIGURES):
            continue
        for spelling in field.spellings:
            near = difflib.SequenceMatcher(None, name, fold(spelling)).ratio()
            if near >= _NEAR and (best is None or near > best[0]):
                best = (near, field.name, spelling)
    return None if best is None else (best[1], f"名称与“{best[2]}”相近")


_FIGURES = (Kind.INTEGER, Kind.NUMBER, Kind.RATE)


def _textual(heading: Heading) -> bool:
    return not any(map(is_number, heading.values))
