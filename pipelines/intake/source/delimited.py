"""Delimited text to rows, strictly and as a stream: a bad quote is refused, never read over."""

from __future__ import annotations

import csv
import io
import itertools
from collections import Counter
from collections.abc import Iterator
from typing import BinaryIO

from pipelines.errors import FileRefused
from pipelines.intake.source.decode import TextFile, find_text
from pipelines.intake.source.sheets import HEAD, Limits, Row, Sheet, Source

DELIMITERS = {",": "逗号", "\t": "制表符", ";": "分号", "|": "竖线"}
_DECLARED = {f"sep={each}": each for each in DELIMITERS}  # the first line that Excel understands
_SAMPLE = 131_072  # characters
_PREVIEW = (8, 200)


def read_delimited(
    file: BinaryIO, encoding: str | None, delimiter: str | None, limits: Limits
) -> Source:
    """A text file as one sheet; what is not chosen is found. Raises FileRefused."""
    text = find_text(file, encoding, longest_line=limits.line)
    with text.open() as lines:
        sample = lines.read(_SAMPLE)
    if len(sample) < _SAMPLE and not sample.strip():
        raise FileRefused("文件是空的。请确认导出成功后再上传")
    first_lines = _lines(sample)[: _PREVIEW[0]]
    declared = _DECLARED.get(first_lines[0].rstrip("\r\n"))
    found = delimiter or declared or find_delimiter(sample)
    width = _common_width(_widths(sample, found))

    def rows() -> Iterator[Row]:
        return _rows(text, found, width, limits, skip_first=declared is not None)

    sheet = Sheet(name=None, head=list(itertools.islice(rows(), HEAD)), open=rows)
    return Source(
        sheets=(sheet,),
        encoding=text.encoding,
        delimiter=found,
        preview=tuple(line.rstrip("\r\n")[: _PREVIEW[1]] for line in first_lines),
    )


def find_delimiter(sample: str) -> str:
    """The delimiter that splits most records of ``sample``, most of them alike; else a comma.

    A title or footnote without delimiters does not count against any. Full-width ， and ； are
    writing, not delimiters. One split record alone proves nothing unless it is the only one.
    """
    best, best_score = ",", (0.0, 0.0, 0)
    for delimiter in DELIMITERS:
        widths = _widths(sample, delimiter)
        split = [width for width in widths if width > 1]
        if not split or (len(split) == 1 and len(widths) > 1):
            continue
        common = _common_width(split)
        score = (len(split) / len(widths), split.count(common) / len(widths), common)
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _widths(sample: str, delimiter: str) -> list[int]:
    """How many cells each record of the sample has; blank ones and one cut off are left out."""
    csv.field_size_limit(_SAMPLE)
    lines = _lines(sample)
    if len(sample) == _SAMPLE and len(lines) > 1:
        lines.pop()
    return [len(row) for row in csv.reader(lines, delimiter=delimiter) if any(row)][:HEAD]


def _lines(sample: str) -> list[str]:
    return list(io.StringIO(sample, newline=""))


def _common_width(widths: list[int]) -> int:
    """The most frequent width, the smallest of those that are; 0 for none."""
    counts = Counter(widths)
    return max(counts, key=lambda width: (counts[width], -width), default=0)


def _rows(
    text: TextFile, delimiter: str, width: int, limits: Limits, *, skip_first: bool
) -> Iterator[Row]:
    """Every record; the one after ``skip_first`` keeps its number. Raises FileRefused."""
    csv.field_size_limit(limits.field)
    number = line = 0
    with text.open() as lines:
        reader = csv.reader(lines, delimiter=delimiter, strict=True)
        try:
            for row in reader:
                number += 1
                if len(row) > limits.columns or number > limits.rows:
                    raise FileRefused(_over_limit(row, number, limits))
                if reader.line_num != line + 1 and _has_swallowed(row, delimiter, width):
                    raise FileRefused(
                        f"第 {number} 行有单元格跨了多行，里面像是整行数据，引号可能没有成对。"
                        "请检查该行的引号；确实是多行文字的，请另存为 .xlsx 后再上传"
                    )
                line = reader.line_num
                yield [] if skip_first and number == 1 else row
        except csv.Error as error:
            raise FileRefused(
                f"第 {number + 1} 行起引号没有成对，或单元格超过 {limits.field:,} 个字符。"
                "请检查该行的引号后再上传"
            ) from error


def _over_limit(row: Row, number: int, limits: Limits) -> str:
    if number > limits.rows:
        return f"文件超过 {limits.rows:,} 行。请按年份或单位拆分后再上传"
    return (
        f"第 {number} 行有 {len(row):,} 列，超过上限 {limits.columns:,} 列。"
        "请只导出需要的列；列数不该这么多的，请检查分隔符"
    )


def _has_swallowed(row: list[str], delimiter: str, width: int) -> bool:
    """Whether two lines of this record look like whole rows: an open quote took rows along.

    Delimiters inside cells of one line are quoted as they should be and do not count.
    """
    cells = [cell if "\n" in cell or "\r" in cell else "" for cell in row]
    lines = delimiter.join(cells).splitlines()
    return sum(line.count(delimiter) >= max(2, width - 1) for line in lines) > 1
