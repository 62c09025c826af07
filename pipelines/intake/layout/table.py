"""Which tables of a file are read, as which dataset, and what is left out and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from pipelines.domain.dataset import Dataset
from pipelines.errors import FileRefused
from pipelines.intake.choices import Choices, Names, SourceMapping
from pipelines.intake.inspection import SkippedRow
from pipelines.intake.layout.classify import filled
from pipelines.intake.layout.fits import Fit, Region
from pipelines.intake.layout.headers import Lexicon
from pipelines.intake.layout.planner import Planner
from pipelines.intake.layout.plans import Layout, TablePlan, cell_at
from pipelines.intake.layout.reading import read_rows
from pipelines.intake.layout.regions import LEAST_FIELDS, RegionFinder, guessed_region
from pipelines.intake.privacy import mask
from pipelines.intake.source.grid import Row, Sheet, Source
from pipelines.reference import PersonalColumn

__all__ = ["Layout", "TablePlan", "cell_at", "plan_tables", "read_rows"]

_UNIT_LINE = ("unit_line", "单位、填报单位等说明行")
_TITLE = ("title", "标题")
_ABOVE = ("other", "表头之前")


def plan_tables(
    source: Source,
    contracts: Mapping[str, Dataset],
    names: Names,
    choices: Choices,
    remembered: Sequence[SourceMapping],
    personal: Iterable[PersonalColumn],
    *,
    file_name: str,
    today: date,
) -> Layout:
    """The tables of one dataset in all visible sheets, each with its plan.

    Raises FileRefused when nothing is recognised, or several datasets fit equally well, and no
    dataset was chosen.
    """
    sheets = [each for each in source.sheets if each.visible]
    if not sheets:
        raise FileRefused("工作簿里的工作表都是隐藏的，没有读取。请取消隐藏后再上传")
    lexicon = Lexicon(contracts.values(), names)
    finder = RegionFinder(contracts, lexicon, file_name, choices.columns, remembered)
    regions = [region for sheet in sheets for region in finder.find(sheet)]
    contract = _choose(regions, contracts, choices.dataset)
    mine = _of_dataset(regions, contract)
    if not mine:
        mine = [_guess(sheets, contract, lexicon, file_name)]
    planner = Planner(
        lexicon=lexicon,
        choices=choices,
        remembered=remembered,
        personal=tuple(personal),
        today=today,
    )
    tables: list[TablePlan] = []
    for region in mine:
        tables.append(planner.plan(region, region.fits[contract.name], tables))
    skipped = [
        *_hidden_sheets(source.sheets),
        *_unread_sheets(sheets, regions, mine),
        *(_other_table(each, contract) for each in regions if each not in mine),
        *(row for region in mine for row in _above(region, contract)),
    ]
    order = {_name(each): number for number, each in enumerate(source.sheets)}
    skipped.sort(key=lambda row: (order[row.sheet], row.row))
    return Layout(
        tables=tuple(tables), skipped=tuple(skipped), texts=_texts(source, mine, contract)
    )


def _choose(
    regions: Sequence[Region], contracts: Mapping[str, Dataset], chosen: str | None
) -> Dataset:
    """The dataset that most tables are of, and of these the one that a table fits best."""
    if chosen is None and len(contracts) == 1:
        chosen = next(iter(contracts))
    if chosen is not None:
        return contracts[chosen]
    fits = [fit for region in regions for fit in region.fits.values()]
    if not fits:
        raise FileRefused(_nothing_found())
    tables = Counter(region.best.contract.name for region in regions)
    best = max(fits, key=lambda fit: (*fit.score[:2], tables[fit.contract.name], *fit.score[2:]))
    rivals = {fit.contract.label for fit in fits if fit.score == best.score}
    if len(rivals) > 1:
        raise FileRefused(f"这个文件像 {'、'.join(sorted(rivals))}，无法确定。请选择数据集后重试")
    return best.contract


def _of_dataset(regions: Sequence[Region], contract: Dataset) -> list[Region]:
    """Tables that are best read as ``contract``; if there is none, those that fit it at all."""
    fitting = [each for each in regions if contract.name in each.fits]
    best = [each for each in fitting if _is_best(each, each.fits[contract.name])]
    if best:
        return best
    return [each for each in fitting if len(each.fits[contract.name].matched) >= LEAST_FIELDS][:1]


def _is_best(region: Region, fit: Fit) -> bool:
    if len(fit.matched) < LEAST_FIELDS:
        return False
    return fit.remembered or fit.score >= region.best.score


def _guess(sheets: Sequence[Sheet], contract: Dataset, lexicon: Lexicon, file_name: str) -> Region:
    """The likeliest header when nothing in it is known, so that a person can map its columns."""
    for sheet in sheets:
        region = guessed_region(sheet, contract, lexicon, file_name)
        if region is not None:
            return region
    needed = "、".join(contract[name].label for name in contract.required)
    raise FileRefused(
        f"找不到表格：没有一行是表头而下面有数据。“{contract.label}”至少需要这些列：{needed}"
    )


def _nothing_found() -> str:
    return (
        "没有认得的表头：找过每张可见工作表里至少有两个列名的行。"
        "请选择数据集后自己对应各列，或对照“口径与规则”改列名后再上传"
    )


def _hidden_sheets(sheets: Sequence[Sheet]) -> Iterator[SkippedRow]:
    for each in sheets:
        if not each.visible and any(map(filled, each.head)):
            name = mask(str(each.name))
            reason = f"工作表“{name}”是隐藏的，没有读取；如需读取，请在原表取消隐藏后再上传"
            yield SkippedRow(row=0, reason=reason, kind="hidden_sheet", sheet=name)


def _unread_sheets(
    sheets: Sequence[Sheet], regions: Sequence[Region], mine: Sequence[Region]
) -> Iterator[SkippedRow]:
    known = {id(each.sheet) for each in (*regions, *mine)}
    for each in sheets:
        if id(each) not in known and any(map(filled, each.head)):
            name = mask(str(each.name))
            reason = f"工作表“{name}”里没有认得的表头，没有读取"
            yield SkippedRow(row=0, reason=reason, kind="other", sheet=name)


def _other_table(region: Region, contract: Dataset) -> SkippedRow:
    others = [fit for name, fit in region.fits.items() if name != contract.name]
    best = max(others, key=lambda fit: fit.score) if others else region.best
    last = f"第 {region.stop} 行" if region.stop else "工作表末尾"
    return SkippedRow(
        row=region.begin + 1,
        reason=f"从这一行到{last}像“{best.contract.label}”，没有读取，请另选数据表读取",
        kind="other_table",
        sheet=_name(region.sheet),
    )


def _above(region: Region, contract: Dataset) -> Iterator[SkippedRow]:
    """Rows between the table above, or the top of the sheet, and the header."""
    for position, row in region.lead:
        cells = filled(row)
        texts = {text for _, text in cells}
        if any((":" in text or "：" in text) for text in texts):
            kind, reason = _UNIT_LINE
        else:
            kind, reason = _TITLE if len(texts) == 1 else _ABOVE
        yield SkippedRow(row=position + 1, reason=reason, kind=kind, sheet=_name(region.sheet))
    first = region.fits[contract.name].block.first
    for position in sorted(region.sheet.hidden_rows):
        row = region.window.row(position)
        if region.begin <= position < first and row is not None and filled(row):
            yield SkippedRow(
                row=position + 1, reason="隐藏的行", kind="hidden_row", sheet=_name(region.sheet)
            )


def _texts(source: Source, mine: Sequence[Region], contract: Dataset) -> tuple[str, ...]:
    """Everything outside the rows of the tables that may carry a mark or a name."""
    texts = [str(each.name) for each in source.sheets if each.name]
    for region in mine:
        block = region.fits[contract.name].block
        rows: list[Row] = [row for _, row in region.lead]
        rows += [region.window.row(at) or [] for at in range(block.first, block.last + 1)]
        texts += [text for row in rows for _, text in filled(row)]
    return tuple(texts)


def _name(sheet: Sheet) -> str | None:
    return mask(sheet.name) if sheet.name else None
