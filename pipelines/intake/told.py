"""What is told once for a whole file however many cells it holds for: notes, questions, counts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from pipelines.domain.dataset import Dataset
from pipelines.domain.findings import Finding, Severity
from pipelines.intake.cells.cell import CellError, clean
from pipelines.intake.inspection import Question
from pipelines.intake.privacy import mask
from pipelines.intake.source.grid import Cell

_NAMED = 20  # rows that a question or a finding names


@dataclass(kw_only=True)
class _Note:
    value: str
    row: int
    empty: bool
    count: int = 0


@dataclass(kw_only=True)
class _Asked:
    column: str
    value: str
    error: CellError
    rows: list[int] = field(default_factory=list)
    count: int = 0


@dataclass(kw_only=True)
class Told:
    """Collected while the rows of a table are read."""

    derived: int = 0  # records that got a number of ours
    blank: int = 0  # empty cells side by side that gave no record
    filled: list[int] = field(default_factory=list)  # rows that got the unit of a row above
    filled_count: int = 0
    _notes: dict[tuple[str, str], _Note] = field(default_factory=dict)
    _asked: dict[str, _Asked] = field(default_factory=dict)

    def fill(self, position: int) -> None:
        """A row at 0-based ``position`` takes its unit from a row above."""
        self.filled_count += 1
        if len(self.filled) < _NAMED:
            self.filled.append(position + 1)

    def note(self, column: str, cell: Cell, text: str, row: int, empty: bool) -> None:
        """A cell that was read in a way worth knowing; ``empty``: it has no value."""
        known = self._notes.setdefault(
            (column, text), _Note(value=mask(clean(cell)), row=row, empty=empty)
        )
        known.count += 1

    def ask(self, key: str, column: str, value: str, error: CellError, row: int) -> None:
        """A cell that only a person can read."""
        known = self._asked.setdefault(key, _Asked(column=column, value=value, error=error))
        known.count += 1
        if len(known.rows) < _NAMED:
            known.rows.append(row)

    def questions(self) -> tuple[Question, ...]:
        """One for each way to write it, however many rows wait for the answer."""
        return tuple(
            Question(
                id=key,
                text=f"“{each.column}”列的“{each.value}”{each.error.why}，应读作哪一个？",
                options=each.error.options,
                column=each.column,
                value=each.value,
                rows=tuple(each.rows),
                count=each.count,
            )
            for key, each in self._asked.items()
        )

    def findings(self, contract: Dataset, sheet: str | None) -> list[Finding]:
        """Notes with their number of cells, and what was added or left out."""
        found = [
            Finding(
                severity=Severity.WARNING if each.empty else Severity.INFO,
                rule="no_value" if each.empty else "read_as",
                row=each.row,
                column=column,
                value=each.value,
                sheet=sheet,
                why=text + (f"（共 {each.count} 处）" if each.count > 1 else ""),
                how="如果不对，请在原表改成明确的写法后再上传",
            )
            for (column, text), each in self._notes.items()
        ]
        if self.filled_count:
            found.append(_filled(self.filled, self.filled_count, sheet))
        if self.blank:
            found.append(_blank(self.blank, sheet))
        if self.derived and contract.derived_key is not None:
            found.append(_derived(contract, self.derived, sheet))
        return found


def together(questions: Iterable[Question]) -> tuple[Question, ...]:
    """One question for what several tables ask alike; its answer holds for all of them."""
    found: dict[str, Question] = {}
    for each in questions:
        first = found.get(each.id)
        count = each.count + (first.count if first else 0)
        found[each.id] = replace(first or each, count=count)
    return tuple(found.values())


def _filled(rows: list[int], count: int, sheet: str | None) -> Finding:
    named = "、".join(map(str, rows)) + ("等" if count > len(rows) else "")
    return Finding(
        severity=Severity.WARNING,
        rule="filled_down",
        row=rows[0],
        sheet=sheet,
        why=f"第 {named} 行没有写单位（共 {count} 行），按上方最近一行的单位读入",
        how="请核对；如果不是同一个单位，请在原表逐行填写单位后再上传",
    )


def _blank(count: int, sheet: str | None) -> Finding:
    return Finding(
        severity=Severity.INFO,
        rule="blank_side_by_side",
        sheet=sheet,
        why=f"并排的各列里有 {count} 个空格，没有生成记录",
        how="不需要处理；如果应当有数，请补填后再上传",
    )


def _derived(contract: Dataset, count: int, sheet: str | None) -> Finding:
    name, sources = contract.derived_key
    labels = "、".join(contract[each].label for each in sources)
    return Finding(
        severity=Severity.INFO,
        rule=f"derived_{name}",
        column=contract[name].label,
        sheet=sheet,
        why=f"{count} 行没有“{contract[name].label}”，已按{labels}生成内部编号",
        how="不需要处理；如系统能导出编号，请一并导出",
    )
