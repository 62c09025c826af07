"""Commands for remembered mappings: list, export, import, forget."""

from __future__ import annotations

import argparse
from pathlib import Path

from pipelines import mappings
from pipelines.cli.commands import desk_for, read_text
from pipelines.cli.output import DONE, emit, say
from pipelines.domain.catalog import datasets
from pipelines.errors import StoreError
from pipelines.intake.choices import IGNORED, SourceMapping


def show(options: argparse.Namespace) -> int:
    """Print every remembered mapping."""
    with desk_for() as desk:
        known = desk.mappings()
    if options.json:
        emit({"mappings": [_described(each) for each in known]})
        return DONE
    say(f"已记住 {len(known)} 种表头的对应")
    for each in known:
        say(f"  {each.fingerprint} {datasets()[each.dataset].label}，{len(each.columns)} 列")
        for header, field in each.columns.items():
            say(f"    {header} → {_label(each, field)}")
    return DONE


def export(options: argparse.Namespace) -> int:
    """Write all remembered mappings to a file, or to the terminal."""
    with desk_for() as desk:
        known = desk.mappings()
    text = mappings.to_json(known)
    if options.file is None:
        say(text)
        return DONE
    try:
        Path(options.file).write_text(text, encoding="utf-8")
    except OSError as error:
        raise StoreError(
            f"写不了文件 {options.file}：{error.strerror}。请检查路径和权限"
        ) from error
    if options.json:
        emit({"file": options.file, "mappings": len(known)})
    else:
        say(f"已导出 {len(known)} 种表头的对应到 {options.file}")
    return DONE


def take(options: argparse.Namespace) -> int:
    """Remember the mappings of a file, all or none."""
    text = read_text(Path(options.file))
    with desk_for() as desk:
        count = desk.import_mappings(text, by=options.by)
    if options.json:
        emit({"file": options.file, "new": count})
    else:
        say(f"已导入，新增或更改 {count} 种表头的对应")
    return DONE


def forget(options: argparse.Namespace) -> int:
    """Stop applying a mapping."""
    with desk_for() as desk:
        desk.forget_mapping(options.fingerprint, by=options.by)
    if options.json:
        emit({"forgotten": options.fingerprint})
    else:
        say("已忘记这种表头的对应，之后重新自动识别")
    return DONE


def _described(mapping: SourceMapping) -> dict[str, object]:
    return {
        "fingerprint": mapping.fingerprint,
        "dataset": mapping.dataset,
        "columns": dict(mapping.columns),
    }


def _label(mapping: SourceMapping, field: str) -> str:
    return "不使用" if field == IGNORED else datasets()[mapping.dataset][field].label
