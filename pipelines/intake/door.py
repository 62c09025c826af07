"""The door: which rows of a batch may not come in, because they are secret, personal or shifted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pipelines.domain.fields import Kind
from pipelines.domain.findings import Finding, Severity
from pipelines.domain.periods import plain
from pipelines.errors import FileRefused
from pipelines.intake import privacy
from pipelines.intake.cells.cell import CellError, clean
from pipelines.intake.cells.changes import read_quantity
from pipelines.intake.layout.classify import filled
from pipelines.intake.layout.plans import Layout, TablePlan, cell_at
from pipelines.intake.layout.reading import column_at
from pipelines.intake.source.grid import Cell, Row, Source
from pipelines.reference import Vocabulary


class Door:
    """Looks at the rows of one table before anything of them is kept."""

    def __init__(self, plan: TablePlan, secrecy: Vocabulary) -> None:
        self._secrecy = secrecy
        self._marks = _secrecy_columns(plan)
        self._covered = _merged_secret(plan, self._marks, secrecy)
        self._dropped = {each.index for each in plan.columns if each.dropped}
        self._figures = _figures(plan)
        self._named = {each.index for each in plan.columns}
        self._gaps = not self._named.issuperset(range(max(self._named)))
        self._delimited = plan.sheet.name is None
        self._known: dict[Cell, bool] = {}

    def refused(self, positions: list[int], rows: list[Row]) -> tuple[set[int], set[int]]:
        """Indexes in ``rows`` that are above 内部, and of others with personal numbers.

        A merged mark holds for every row it covers. 机密★10年 makes its row secret in whatever
        column; alone in its row it speaks for the document, and FileRefused is raised.
        """
        secret = {i for i, position in enumerate(positions) if position in self._covered}
        personal: set[int] = set()
        for index in range(max(map(len, rows), default=0)):
            cells = column_at(rows, index)
            if index in self._marks:
                secret |= {i for i, cell in enumerate(cells) if self._is_secret(cell)}
            text = privacy.joined(_odd(cells) if index in self._figures else cells)
            if privacy.may_be_marked(text):
                secret |= _marked(cells, rows)
            if index not in self._dropped and privacy.may_be_personal(text):
                personal |= _personal(cells, index in self._figures)
        return secret, personal - secret

    def shifted(self, rows: list[Row]) -> dict[int, Finding]:
        """Rows with cells under no header, and rows of text that end too soon, by index."""
        last = max(self._named)
        odd = [i for i, row in enumerate(rows) if self._gaps or len(row) != last + 1]
        found = {i: self._finding(rows[i], last) for i in odd}
        return {i: finding for i, finding in found.items() if finding is not None}

    def _finding(self, row: Row, last: int) -> Finding | None:
        extra = sum(1 for i, cell in enumerate(row) if i not in self._named and clean(cell))
        if extra:
            return _shifted(Severity.CRITICAL, f"有 {extra} 个单元格上方没有表头")
        if self._delimited and len(row) <= last:
            return _shifted(Severity.WARNING, f"比表头少 {last + 1 - len(row)} 个单元格")
        return None

    def _is_secret(self, cell: Cell) -> bool:
        if cell not in self._known:
            self._known[cell] = privacy.is_secret(cell, self._secrecy)
        return self._known[cell]


def refuse_secret_document(texts: Iterable[Cell]) -> None:
    """A mark outside the table, or in the sheet's name, refuses the whole file."""
    if any(privacy.marks_secret(str(text)) for text in texts if text):
        raise FileRefused("文件标有“秘密”以上密级，涉密文件不得上传到本系统，没有保存任何内容")


def refuse_secret_file(source: Source, layout: Layout) -> None:
    """Marks in titles, headers and sheet names, and on sheets that are not read."""
    refuse_secret_document(each.sheet.name for each in layout.tables)
    refuse_secret_document(layout.texts)
    read = {id(plan.sheet) for plan in layout.tables}
    for sheet in source.sheets:
        if id(sheet) not in read:  # a lone 机密 there may be a list of choices
            texts = (text for row in sheet.head for _, text in filled(row))
            refuse_secret_document(text for text in texts if len(text) > 2)


def shown_lines(source: Source, layout: Layout) -> tuple[str, ...]:
    """The first lines; of a table with secrecy marks or personal columns none below its header."""
    guarded = any(
        column.dropped or privacy.is_secrecy_header(column.header)
        for plan in layout.tables
        for column in plan.columns
    )
    lines = source.preview[: layout.tables[0].start] if guarded else source.preview
    return tuple(privacy.mask(line) for line in lines)


def secret_finding(row: int, borrowed: bool = False) -> Finding:
    """A refused row leaves its number and nothing else; ``borrowed``: only its unit is at fault."""
    if borrowed:
        return Finding(
            severity=Severity.CRITICAL,
            rule="secrecy_above_internal",
            row=row,
            why="这一行没有写单位，上方写单位的一行因密级拒收，无法沿用，整行拒收",
            how="请在这一行写明单位后再上传",
        )
    return Finding(
        severity=Severity.CRITICAL,
        rule="secrecy_above_internal",
        row=row,
        column="密级",
        why="密级高于“内部”或无法确认，整行拒收，没有保存任何内容",
        how="涉密记录不得上传到本系统，请从文件中删除该行",
    )


def personal_finding(row: int) -> Finding:
    """The number is not repeated."""
    return Finding(
        severity=Severity.CRITICAL,
        rule="personal_number",
        row=row,
        why="文字里含有疑似手机号或身份证号，整行拒收，号码没有保存",
        how="请删去号码后再上传；本系统不收个人信息",
    )


def _secrecy_columns(plan: TablePlan) -> set[int]:
    above = plan.sheet.head[: plan.header[1] + 1]
    return {
        index for row in above for index, cell in enumerate(row) if privacy.is_secrecy_header(cell)
    } | {each.index for each in plan.columns if privacy.is_secrecy_header(each.header)}


def _merged_secret(plan: TablePlan, marks: set[int], secrecy: Vocabulary) -> set[int]:
    starts = {top for (top, left), _ in plan.sheet.merged if left in marks}
    if not starts:
        return set()
    cells = {i: row for i, row in enumerate(plan.sheet.open()) if i in starts}
    return {
        position
        for (top, left), (bottom, _) in plan.sheet.merged
        if left in marks and top in cells and privacy.is_secret(cell_at(cells[top], left), secrecy)
        for position in range(top, bottom + 1)
    }


def _odd(cells: list[Cell]) -> Iterator[Cell]:
    """Cells of a column of figures that are no plain figure."""
    for cell in cells:
        if isinstance(cell, str) and (len(cell) > 15 or not cell.replace(".", "", 1).isdecimal()):
            yield cell


def _marked(cells: list[Cell], rows: list[Row]) -> set[int]:
    found = {i for i, cell in enumerate(cells) if cell and privacy.marks_secret(str(cell))}
    alone = (i for i in found if sum(1 for cell in rows[i] if clean(cell)) == 1)
    refuse_secret_document(cells[i] for i in alone)
    return found


def _personal(cells: list[Cell], figures: bool) -> set[int]:
    found = {i for i, cell in enumerate(cells) if privacy.is_personal(cell)}
    return {i for i in found if not (figures and _is_figure(cells[i]))}


def _figures(plan: TablePlan) -> set[int]:
    return {
        each.index
        for each in plan.columns
        if each.field and plan.contract[each.field].kind is Kind.NUMBER
    }


def _is_figure(cell: Cell) -> bool:
    """Whether eleven digits in a column of figures are an amount such as 13800000000元."""
    if not isinstance(cell, str):
        return True
    try:
        read_quantity(plain(clean(cell)))
    except CellError:
        return False
    return not privacy.has_identity(cell)


def _shifted(severity: Severity, why: str) -> Finding:
    wide = severity is Severity.CRITICAL
    return Finding(
        severity=severity,
        rule="row_too_wide" if wide else "row_too_short",
        why=f"这一行{why}，列可能错位",
        how="检查该行的逗号和引号，改好后再上传" if wide else "请核对该行的数值是否落在正确的列",
    )
