"""Arguments, exit codes, and the one place where errors become messages."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable

from pipelines.cli import commands, mappings
from pipelines.cli.choices import add_choices
from pipelines.cli.output import DONE, REFUSED, complain
from pipelines.domain.catalog import datasets
from pipelines.errors import AppError

Command = Callable[[argparse.Namespace], int]


def main(arguments: list[str]) -> int:
    """Run one command. 0 done, 1 done with findings that held rows back, 2 usage, 3 refused."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="replace")
    options = _parser().parse_args(arguments)
    run: Command = options.run
    try:
        return run(options)
    except BrokenPipeError:  # the reader, such as head, has seen enough
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115
        return DONE
    except AppError as error:
        complain(str(error), as_json=getattr(options, "json", False))
        return REFUSED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m pipelines", description="同频数据管道")
    subparsers = parser.add_subparsers(required=True, metavar="命令")
    inspect = _command(
        subparsers, "inspect", commands.inspect, "看一个文件会怎样被读入，不改变任何数据"
    )
    inspect.add_argument("file")
    take = _command(subparsers, "import", commands.take, "检查并入库文件，然后重新汇总")
    take.add_argument("files", nargs="+")
    take.add_argument("--by", required=True, help="入库人岗位，例如 经营部分析员")
    take.add_argument("--yes", action="store_true", help="不再询问，直接入库")
    for each in (inspect, take):
        add_choices(each)
    undo = _command(subparsers, "undo", commands.undo, "撤销一次入库，然后重新汇总")
    undo.add_argument("upload")
    undo.add_argument("--by", default="命令行", help="撤销人岗位")
    _command(subparsers, "build", commands.build, "按有效的入库记录重新汇总并发布")
    export = _command(subparsers, "export", commands.export, "导出一种数据里有效的行为 CSV")
    export.add_argument("dataset", choices=sorted(datasets()), help="数据集")
    export.add_argument("--out", required=True, help="写到哪个文件，已有的会被替换")
    _command(subparsers, "status", commands.status, "看存了什么、发布的是哪一版")
    doctor = _command(subparsers, "doctor", commands.doctor, "检查存储是否完好")
    doctor.add_argument("--fix", action="store_true", help="清除中断留下的临时文件")
    _mappings(subparsers)
    _command(subparsers, "demo", commands.demo, "存储为空时导入演示组织")
    return parser


def _mappings(subparsers: argparse._SubParsersAction) -> None:
    text = "已记住的对应：看、导出、导入、忘记"
    group = subparsers.add_parser("mappings", help=text, description=text)
    inner = group.add_subparsers(required=True, metavar="做什么")
    _command(inner, "list", mappings.show, "列出已记住的对应")
    export = _command(inner, "export", mappings.export, "导出全部对应为 JSON")
    export.add_argument("file", nargs="?", help="文件；不写则输出到终端")
    take = _command(inner, "import", mappings.take, "导入导出过的对应，全部或一条也不")
    take.add_argument("file")
    forget = _command(inner, "forget", mappings.forget, "忘记一种表头的对应")
    forget.add_argument("fingerprint")
    for each in (take, forget):
        each.add_argument("--by", required=True, help="确认人岗位，例如 经营部分析员")


def _command(
    subparsers: argparse._SubParsersAction, name: str, run: Command, text: str
) -> argparse.ArgumentParser:
    command = subparsers.add_parser(name, help=text, description=text)
    command.add_argument("--json", action="store_true", help="输出 JSON")
    command.set_defaults(run=run)
    return command
