"""What stands around a table: year, month, unit of measure, KPI and unit in titles and names."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath

from pipelines.domain.periods import Period, PeriodError, parse_period
from pipelines.intake.layout.classify import filled
from pipelines.intake.layout.headers import Lexicon
from pipelines.intake.layout.words import PERIOD
from pipelines.intake.privacy import mask
from pipelines.intake.source.grid import Row
from pipelines.reference import fold

_YEAR = re.compile(r"(?<!\d)(20\d{2})(?=年|[-_.]?(?:\d{2}(?!\d))|[^\d]|$)")
_LABELLED = re.compile(
    r"(?P<label>[^\s:：,，;；]{1,12}?)\s*(?:[(（][^)）]{0,8}[)）])?\s*[:：]\s*(?P<value>[^\s:：]*)(?=\s|$)"
)
_UNIT_LABELS = {"填报单位", "报送单位", "编报单位", "填表单位", "上报单位", "单位名称", "单位"}
_MEASURE_LABELS = {"单位", "计量单位", "金额单位", "数据单位", "数值单位"}
_PERIOD_LABELS = {
    "报告期",
    "统计期",
    "统计期间",
    "所属期",
    "所属期间",
    "期间",
    "月份",
    "统计月份",
    "时间",
}
_CUMULATIVE = re.compile(r"累计|年初至今|截[至止]")
_SPLIT = re.compile(r"[、,，;；/\s]+")


@dataclass(frozen=True, kw_only=True)
class Said:
    """One thing a text says: where it was found, as (text, source row counted from 1, or 0)."""

    text: str
    row: int
    place: str = ""  # 工作表名, 文件名; empty for a row

    def entry(self, name: str) -> tuple[str, str, int]:
        return (name, mask(self.text) + (f"（{self.place}）" if self.place else ""), self.row)


@dataclass(kw_only=True)
class Context:
    """Found around a table; the first place that says something wins: title, sheet, file name.

    ``period``: its text, with or without a year. ``measures``: the units of the unit line.
    """

    year: int | None = None
    period: str | None = None
    cumulative: bool = False
    kpi: str | None = None
    unit: str | None = None
    measures: tuple[str, ...] = ()
    entries: list[tuple[str, str, int]] = field(default_factory=list)

    def month(self, year: int | None = None) -> Period | None:
        """The period, None when there is none or its year is open."""
        if self.period is None:
            return None
        try:
            return parse_period(self.period, year=year or self.year)
        except PeriodError:
            return None


def read_context(
    lead: Sequence[tuple[int, Row]], sheet: str | None, file_name: str, lexicon: Lexicon
) -> Context:
    """What ``lead`` (0-based positions and rows above a header) and the names say."""
    found = Context()
    titles: list[Said] = []
    for position, row in lead:
        cells = filled(row)
        texts = list(dict.fromkeys(text for _, text in cells))
        for number, text in enumerate(texts):
            following = texts[number + 1] if number + 1 < len(texts) else ""
            if not _labelled(found, text, following, position + 1, lexicon):
                titles.append(Said(text=text, row=position + 1))
    if sheet:
        titles.append(Said(text=sheet, row=0, place="工作表名"))
    titles.append(Said(text=PurePath(file_name).stem, row=0, place="文件名"))
    _read_titles(found, titles, lexicon)
    return found


def _labelled(found: Context, text: str, following: str, row: int, lexicon: Lexicon) -> bool:
    """Read 单位：万元, 填报单位：甲厂, 报告期：2026年3月; whether ``text`` was such a line."""
    plain = unicodedata.normalize("NFKC", text)
    pairs = list(_LABELLED.finditer(plain))
    for pair in pairs:
        label = fold(pair["label"])
        value = pair["value"] or ("" if ":" in following or "：" in following else following)
        measures = tuple(each for each in _SPLIT.split(value) if each)
        said = Said(text=value, row=row)
        if label in _MEASURE_LABELS and measures and all(map(lexicon.is_measure, measures)):
            if not found.measures:
                found.measures = measures
                found.entries.append(said.entry("数值单位"))
        elif label in _UNIT_LABELS and value and found.unit is None:
            found.unit = value
            found.entries.append(said.entry("填报单位"))
        elif label in _PERIOD_LABELS and value and found.period is None:
            _read_period(found, said)
    return bool(pairs)


def _read_titles(found: Context, titles: Iterable[Said], lexicon: Lexicon) -> None:
    for said in titles:
        if found.period is None:
            _read_period(found, said)
        elif said.place:
            _compare_period(found, said)
        if found.year is None and (year := _YEAR.search(unicodedata.normalize("NFKC", said.text))):
            found.year = int(year[1])
            found.entries.append(
                Said(text=f"{year[1]}年", row=said.row, place=said.place).entry("年份")
            )
        if found.kpi is None and (kpi := only_name(said.text, lexicon.kpis)):
            found.kpi = kpi
            found.entries.append(Said(text=kpi, row=said.row, place=said.place).entry("指标"))
        if found.unit is None and (unit := only_name(said.text, lexicon.units)):
            found.unit = unit
            found.entries.append(Said(text=unit, row=said.row, place=said.place).entry("填报单位"))


def _read_period(found: Context, said: Said) -> None:
    """The period that a text names; a day or a bare year is none."""
    text = fold(said.text)
    written = _period_in(text)
    if written is None:
        return
    found.period = written
    found.cumulative = _CUMULATIVE.search(text) is not None
    period = _sound(written, None)
    if period:
        found.year = found.year or int(period.last[:4])
    label = period.label if period else written
    found.entries.append(Said(text=label, row=said.row, place=said.place).entry("月份"))


def _period_in(text: str) -> str | None:
    for match in PERIOD.finditer(text):
        before, after = text[match.start() - 1 : match.start()], text[match.end() :]
        if (
            before.isdigit()
            or re.match(r"\d|[-.]\d|日|个月", after)
            or match[0] in ("年度", "全年")
        ):
            continue
        if re.match(r"\d{1,2}[日号]", after) or not _sound(match[0]):
            continue
        return match[0]
    return None


def _compare_period(found: Context, said: Said) -> None:
    """A sheet or file called 4月 below a title of 3月 is told; the title counts."""
    written = _period_in(fold(said.text))
    if written is None or found.period is None:
        return
    periods = [_sound(each, found.year or 2000) for each in (written, found.period)]
    if len({each.last for each in periods if each}) > 1:
        told = f"{said.place}写的是“{written}”，与“{found.period}”不同，以后者为准"
        found.entries.append(("月份不一致", told, 0))


def _sound(text: str, year: int | None = 2000) -> Period | None:
    try:
        return parse_period(text, year=year)
    except PeriodError:
        return None


def only_name(text: str, names: dict[str, str]) -> str | None:
    """The one name of ``names`` (folded → written) in ``text``; a longer one hides its parts."""
    folded = fold(text)
    found = [each for each in names if len(each) > 1 and each in folded]
    whole = [each for each in found if not any(each != other and each in other for other in found)]
    return names[whole[0]] if len(whole) == 1 else None
