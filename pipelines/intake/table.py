"""Finding the table in a sheet: which dataset, where the header is, which rows are not data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pipelines.domain.dataset import Dataset
from pipelines.errors import FileRefused
from pipelines.intake.grid import Row, Sheet, Source
from pipelines.intake.inspection import Region, SkippedRow
from pipelines.intake.mapping import header_text, spellings
from pipelines.intake.privacy import mask

_SEARCH_ROWS = 30
_TOTALS = {"合计", "总计", "小计", "累计合计"}


@dataclass(frozen=True, kw_only=True)
class Found:
    """The best header row for a dataset: its 0-based position and how many fields it names."""

    contract: Dataset
    sheet: Sheet
    header: int
    matched: int
    complete: bool

    @property
    def score(self) -> tuple[bool, int, float]:
        return (self.complete, self.matched, self.matched / len(self.contract.fields))


def find_table(source: Source, contracts: Mapping[str, Dataset]) -> Found:
    """The best table among all sheets and ``contracts`` (one contract when the user chose).

    Raises FileRefused when no header row is recognised or two datasets fit equally well.
    """
    candidates = [
        found
        for sheet in source.sheets
        for contract in contracts.values()
        if (found := _best_header(sheet, contract))
    ]
    if not candidates:
        raise FileRefused(_nothing_found(contracts))
    candidates.sort(key=lambda each: each.score, reverse=True)
    best = candidates[0]
    if not best.complete:
        raise FileRefused(_incomplete(best))
    rivals = {each.contract.label for each in candidates if each.score == best.score}
    if len(rivals) > 1:
        raise FileRefused(f"这个文件像 {'、'.join(sorted(rivals))}，无法确定。请选择数据集后重试")
    return best


def split_rows(found: Found) -> tuple[Region, list[int], list[SkippedRow]]:
    """The region, 0-based positions of data rows, and the rows that are not data with reasons."""
    rows = found.sheet.rows
    header = [header_text(cell) for cell in rows[found.header]]
    kept: list[int] = []
    skipped = [
        SkippedRow(row=i + 1, reason="表头之前") for i in range(found.header) if any(rows[i])
    ]
    for position in range(found.header + 1, len(rows)):
        reason = _not_data(rows[position], header)
        if reason is None:
            kept.append(position)
        elif reason:
            skipped.append(SkippedRow(row=position + 1, reason=reason))
    first = found.header + 2
    last = kept[-1] + 1 if kept else found.header + 1
    region = Region(
        sheet=mask(found.sheet.name) if found.sheet.name else None,
        header_row=found.header + 1,
        first_row=first,
        last_row=last,
    )
    return region, kept, skipped


def _not_data(row: Row, header: list[str]) -> str | None:
    """None for a data row, "" for an empty row, else the reason in Chinese."""
    texts = [header_text(cell) for cell in row]
    filled = [text for text in texts if text]
    if not filled:
        return ""
    if texts[: len(header)] == header:
        return "重复的表头"
    if filled[0] in _TOTALS:
        return "合计行"
    return None


def _best_header(sheet: Sheet, contract: Dataset) -> Found | None:
    known = spellings(contract)
    best: Found | None = None
    for position, row in enumerate(sheet.rows[:_SEARCH_ROWS]):
        fields = {known[text][0] for cell in row if (text := header_text(cell)) in known}
        if len(fields) < 2:
            continue
        found = Found(
            contract=contract,
            sheet=sheet,
            header=position,
            matched=len(fields),
            complete=set(contract.required) <= fields,
        )
        if best is None or found.score > best.score:
            best = found
    return best


def _nothing_found(contracts: Mapping[str, Dataset]) -> str:
    if len(contracts) == 1:
        contract = next(iter(contracts.values()))
        needed = "、".join(contract[name].label for name in contract.required)
        return f"前 {_SEARCH_ROWS} 行里没有“{contract.label}”的表头。至少需要这些列：{needed}"
    return f"前 {_SEARCH_ROWS} 行里没有认得的表头。请选择数据集，或对照“口径与规则”改列名后再上传"


def _incomplete(best: Found) -> str:
    known = spellings(best.contract)
    texts = [header_text(cell) for cell in best.sheet.rows[best.header]]
    present = {known[text][0] for text in texts if text in known}
    missing = [best.contract[name].label for name in best.contract.required if name not in present]
    return (
        f"看起来是“{best.contract.label}”（表头在第 {best.header + 1} 行），"
        f"但缺少必需的列：{'、'.join(missing)}。请补上该列，或把对应列改成这个名称"
    )
