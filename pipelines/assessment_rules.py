"""Items and grades of 一表双考 in force in a month, an organisation's own before the default."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pipelines.domain.months import last_day
from pipelines.errors import AppError
from pipelines.own_files import day_in, own_path, own_rows
from pipelines.settings import Settings

SIDES = ("business", "party")
ITEMS, GRADES = "assessment_items", "assessment_grades"
ENVIRONMENT = {ITEMS: "TONGPIN_ASSESSMENT_ITEMS", GRADES: "TONGPIN_ASSESSMENT_GRADES"}
_TOP = 110.0  # the most a total can be


class AssessmentRulesError(AppError):
    """A list that cannot be used; the message names the line and says what to do."""


@dataclass(frozen=True, kw_only=True)
class _Listed:
    """A line that holds from ``valid_from`` to ``valid_to`` ("" while it holds), ISO days."""

    side: str
    reason: str
    source: str
    valid_from: str
    valid_to: str
    is_own: bool = False


@dataclass(frozen=True, kw_only=True)
class AssessmentItem(_Listed):
    """An item of 一表双考: ``floor`` and ``stretch`` as shares (0–1) of the full score.

    ``weight`` inside its side, with its ``reason``. A ``veto`` item has weight 0: below its floor
    it caps the grade and enters no sum.
    """

    item: str
    floor: float
    stretch: float
    weight: float
    veto: bool

    @property
    def name(self) -> str:
        """What tells it from the other lines of its side."""
        return self.item


@dataclass(frozen=True, kw_only=True)
class Grade(_Listed):
    """A grade of one side and the least total (0–110 points) that reaches it."""

    grade: str
    minimum: float

    @property
    def name(self) -> str:
        """What tells it from the other lines of its side."""
        return self.grade


@dataclass(frozen=True, kw_only=True)
class AssessmentRules:
    """What holds at the end of a month. ``items`` in file order; ``grades`` by side, best first.

    ``problems``: why an own list is not used.
    """

    items: tuple[AssessmentItem, ...]
    grades: Mapping[str, tuple[Grade, ...]]
    problems: tuple[str, ...]

    @property
    def is_complete(self) -> bool:
        """Whether both sides have items and grades."""
        return all(self.grades.get(side) and self._of(side) for side in SIDES)

    def _of(self, side: str) -> list[AssessmentItem]:
        return [each for each in self.items if each.side == side and not each.veto]


Line = TypeVar("Line", AssessmentItem, Grade)


def default_items(settings: Settings) -> tuple[AssessmentItem, ...]:
    """The items that come with the product, all versions, in file order."""
    return _read(settings.reference_root / f"{ITEMS}.csv", _item, is_own=False)


def rules_of(settings: Settings, month: str) -> AssessmentRules:
    """The lists in force at the end of ``month`` ("2026-09").

    Own lines of a side that hold then replace all default lines of that side. An own list with a
    fault is not used at all.
    """
    problems: list[str] = []
    items = _in_force(settings, ITEMS, _item, _weighted, month, problems)
    grades = _in_force(settings, GRADES, _grade, _falling, month, problems)
    return AssessmentRules(
        items=items,
        grades={side: _best_first(grades, side) for side in SIDES},
        problems=tuple(problems),
    )


def own_list(settings: Settings, name: str) -> Path:
    """Where the own list ``name`` is looked for, whether it is there or not."""
    return own_path(settings, ENVIRONMENT[name], f"{name}_local.csv")


def _in_force(
    settings: Settings,
    name: str,
    parse: Callable[[dict[str, str]], Line],
    check: Callable[[list[Line]], str | None],
    month: str,
    problems: list[str],
) -> tuple[Line, ...]:
    found = _holding(_read(settings.reference_root / f"{name}.csv", parse, is_own=False), month)
    path = own_list(settings, name)
    try:
        if not path.exists():
            if ENVIRONMENT[name] in os.environ:
                raise AssessmentRulesError(_said(path, "不存在"))
            return tuple(found)
        own = _holding(_read(path, parse, is_own=True), month)
        for side in SIDES:
            wrong = check([each for each in own if each.side == side])
            if wrong:
                raise AssessmentRulesError(_said(path, f"{side} 一边{wrong}"))
    except AssessmentRulesError as error:
        problems.append(str(error))
        return tuple(found)
    replaced = {each.side for each in own}
    return (*(each for each in found if each.side not in replaced), *own)


def _holding(lines: Iterable[Line], month: str) -> list[Line]:
    """The newest version of every line that holds at the end of the month."""
    end = last_day(month)
    held: dict[tuple[str, str], Line] = {}
    for each in sorted(lines, key=lambda each: each.valid_from):
        if each.valid_from <= end and (not each.valid_to or each.valid_to >= end):
            held[each.side, each.name] = each
    return [each for each in lines if held.get((each.side, each.name)) is each]


def _weighted(items: list[AssessmentItem]) -> str | None:
    if items and not sum(each.weight for each in items):
        return "没有一项有权重"
    return None


def _falling(grades: list[Grade]) -> str | None:
    steps = sorted(each.minimum for each in grades)
    if grades and (len(steps) < 2 or steps[0] != 0 or len(set(steps)) < len(steps)):
        return "的等次至少两档、起点各不相同，最低一档从 0 分起"
    return None


def _best_first(grades: Iterable[Grade], side: str) -> tuple[Grade, ...]:
    own = [each for each in grades if each.side == side]
    return tuple(sorted(own, key=lambda each: -each.minimum))


def _read(path: Path, parse: Callable[[dict[str, str]], Line], *, is_own: bool) -> tuple[Line, ...]:
    """Lines of a file in UTF-8 or GB18030. Raises AssessmentRulesError."""
    try:
        rows = own_rows(path, ())
    except ValueError as error:
        raise AssessmentRulesError(_said(path, str(error))) from error
    found: list[Line] = []
    for number, cells in rows:
        try:
            found.append(parse({**cells, "is_own": "1" if is_own else ""}))
        except KeyError as error:
            raise AssessmentRulesError(_said(path, f"缺少列 {error.args[0]}")) from error
        except ValueError as error:
            raise AssessmentRulesError(_said(path, f"第 {number} 行：{error}")) from error
    keys = [(each.side, each.name, each.valid_from) for each in found]
    twice = next((key for key in keys if keys.count(key) > 1), None)
    if twice:
        raise AssessmentRulesError(_said(path, f"“{twice[1]}”在 {twice[2]} 有两行"))
    return tuple(found)


def _said(path: Path, what: str) -> str:
    return f"考核规则文件 {path.name} {what}；整个文件没有采用，仍按默认的。请改正后刷新页面"


def _item(cells: dict[str, str]) -> AssessmentItem:
    """ValueError in Chinese for a cell that cannot be read."""
    floor, stretch = (_number(cells, each, 0.0, 1.0) for each in ("floor", "stretch"))
    if floor >= stretch:
        raise ValueError("floor（底线）应小于 stretch（高线）")
    veto, weight = _flag(cells, "veto"), _number(cells, "weight", 0.0, 1e6)
    if veto and weight:
        raise ValueError("否决项不计分，weight 应为 0")
    return AssessmentItem(
        item=_filled(cells, "item"),
        floor=floor,
        stretch=stretch,
        weight=weight,
        veto=veto,
        **_listed(cells),
    )


def _grade(cells: dict[str, str]) -> Grade:
    least = _number(cells, "minimum", 0.0, _TOP)
    return Grade(grade=_filled(cells, "grade"), minimum=least, **_listed(cells))


def _listed(cells: dict[str, str]) -> dict[str, object]:
    if cells["side"] not in SIDES:
        raise ValueError(f"side 是“{cells['side']}”，应为 business（业务）或 party（党建）")
    begins, ends = day_in(cells, "valid_from"), day_in(cells, "valid_to")
    if not begins or (ends and ends < begins):
        raise ValueError("valid_from 不能为空，也不能晚于 valid_to")
    return {
        "side": cells["side"],
        "reason": cells["reason"],
        "source": _filled(cells, "source"),
        "valid_from": begins,
        "valid_to": ends,
        "is_own": bool(cells["is_own"]),
    }


def _filled(cells: dict[str, str], name: str) -> str:
    if not cells[name]:
        raise ValueError(f"{name} 不能为空")
    return cells[name]


def _flag(cells: dict[str, str], name: str) -> bool:
    if cells[name] not in ("0", "1"):
        raise ValueError(f"{name} 是“{cells[name]}”，应为 1 或 0")
    return cells[name] == "1"


def _number(cells: dict[str, str], name: str, least: float, most: float) -> float:
    try:
        value = float(cells[name])
    except ValueError:
        raise ValueError(f"{name} 是“{cells[name]}”，应为数字") from None
    if not least <= value <= most:
        raise ValueError(f"{name} 是“{cells[name]}”，应在 {least:g} 到 {most:g} 之间")
    return value
