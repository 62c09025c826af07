"""Items and grades of 一表双考 in force in a month, an organisation's own before the default."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from pipelines.domain.months import last_day
from pipelines.own_files import ListBroken, OwnList, day_in, list_of
from pipelines.settings import Settings

SIDES = ("business", "party")
ITEMS, GRADES = "assessment_items", "assessment_grades"
_VARIABLES = {ITEMS: "TONGPIN_ASSESSMENT_ITEMS", GRADES: "TONGPIN_ASSESSMENT_GRADES"}
_OWN = {
    name: OwnList(
        variable=variable,
        name=f"{name}_local.csv",
        kind="考核规则文件",
        stays="默认的",
        then="刷新页面",
    )
    for name, variable in _VARIABLES.items()
}
_COLUMNS = ("side", "reason", "source", "valid_from", "valid_to")
_TOP = 110.0  # the most a total can be


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
    return _read(settings.reference_root / f"{ITEMS}.csv", name=ITEMS, is_own=False)


def rules_of(settings: Settings, month: str) -> AssessmentRules:
    """The lists in force at the end of ``month`` ("2026-09").

    Own lines of a side that hold then replace all default lines of that side. An own list with a
    fault is not used at all.
    """
    items, items_problem = _in_force(settings, ITEMS, month)
    grades, grades_problem = _in_force(settings, GRADES, month)
    return AssessmentRules(
        items=items,
        grades={side: _best_first(grades, side) for side in SIDES},
        problems=tuple(each for each in (items_problem, grades_problem) if each is not None),
    )


def own_list(settings: Settings, name: str) -> Path:
    """Where the own list ``name`` is looked for, whether it is there or not."""
    return _OWN[name].path(settings)


def _in_force(settings: Settings, name: str, month: str) -> tuple[tuple[Line, ...], str | None]:
    """The lines that hold, and why the own list is not used."""
    default = _read(settings.reference_root / f"{name}.csv", name=name, is_own=False)
    own, problem = _OWN[name].read(settings, partial(_checked, name=name, month=month))
    replaced = {each.side for each in own or ()}
    kept = [each for each in _holding(default, month) if each.side not in replaced]
    return (*kept, *(own or ())), problem


def _checked(path: Path, *, name: str, month: str) -> list[Line]:
    """The own lines that hold. Raises ListBroken when a side cannot be judged by them."""
    held = _holding(_read(path, name=name, is_own=True), month)
    for side in SIDES:
        wrong = _CHECKS[name]([each for each in held if each.side == side])
        if wrong:
            raise ListBroken(f"{path.name} {side} 一边{wrong}")
    return held


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


def _read(path: Path, *, name: str, is_own: bool) -> tuple[Line, ...]:
    """All lines of a list, in file order. Raises ListBroken."""
    columns, parse = _LINES[name]
    return list_of(path, (*_COLUMNS, *columns), parse, partial(_once, is_own=is_own))


def _once(found: list[Line], *, is_own: bool) -> tuple[Line, ...]:
    keys = [(each.side, each.name, each.valid_from) for each in found]
    twice = next((key for key in keys if keys.count(key) > 1), None)
    if twice:
        raise ValueError(f"“{twice[1]}”在 {twice[2]} 有两行")
    return tuple(replace(each, is_own=is_own) for each in found)


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


_LINES = {  # the columns of a list beside _COLUMNS, and what reads one of its lines
    ITEMS: (("item", "floor", "stretch", "weight", "veto"), _item),
    GRADES: (("grade", "minimum"), _grade),
}
_CHECKS = {ITEMS: _weighted, GRADES: _falling}
