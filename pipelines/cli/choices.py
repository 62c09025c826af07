"""Options that say how a file is to be read."""

from __future__ import annotations

import argparse

from pipelines.domain.catalog import datasets
from pipelines.errors import FileRefused
from pipelines.intake.choices import IGNORED, Choices
from pipelines.intake.source.grid import DELIMITERS, ENCODINGS

_WRITTEN = {"comma": ",", "tab": "\t", "semicolon": ";", "bar": "|"}
_UNUSED = "-"  # --column 备注=-


def add_choices(command: argparse.ArgumentParser) -> None:
    """The options that ``choices`` reads."""
    command.add_argument("--dataset", choices=sorted(datasets()), help="数据集；不写则按表头识别")
    command.add_argument("--encoding", choices=sorted(ENCODINGS), help="编码；不写则自动识别")
    command.add_argument(
        "--delimiter",
        type=_delimiter,
        metavar="{" + ",".join(_WRITTEN) + "}",
        help="分隔符；不写则自动识别",
    )
    command.add_argument(
        "--column",
        action="append",
        default=[],
        metavar="表头=字段",
        help=f"把这一列读作哪个字段，字段写 {_UNUSED} 表示不使用；可写多次",
    )
    command.add_argument(
        "--answer", action="append", default=[], metavar="编号=回答", help="回答一个问题；可写多次"
    )
    command.add_argument(
        "--replaces",
        action="store_true",
        help="更正：同一单位同一月份以本文件为准，文件里没有的行不再计入",
    )


def choices(options: argparse.Namespace) -> Choices:
    """What the options decide. Raises FileRefused for a pair without = and an unknown field."""
    columns = dict(_pair(each, "--column 表头=字段") for each in options.column)
    known = {name for each in datasets().values() for name in each.names} | {_UNUSED}
    for path, name in columns.items():
        if name not in known:
            raise FileRefused(f"--column {path}={name}：没有字段 {name}。字段的写法见 GLOSSARY.md")
    return Choices(
        dataset=options.dataset,
        encoding=options.encoding,
        delimiter=options.delimiter,
        columns={path: IGNORED if name == _UNUSED else name for path, name in columns.items()},
        answers=dict(_pair(each, "--answer 编号=回答") for each in options.answer),
        replaces=options.replaces,
    )


def _pair(text: str, form: str) -> tuple[str, str]:
    """Header paths and question ids may hold an = themselves: the last one divides."""
    name, divided, value = text.rpartition("=")
    if not (divided and name and value):
        raise FileRefused(f"“{text}”不是 {form} 的写法。请改正后再运行")
    return name, value


def _delimiter(text: str) -> str:
    found = _WRITTEN.get(text, text.replace("\\t", "\t"))
    if found not in DELIMITERS:
        raise argparse.ArgumentTypeError(f"不认得分隔符 {text}，可用 {'、'.join(_WRITTEN)}")
    return found
