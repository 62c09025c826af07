"""What each command does, with the desk."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from pipelines.cli.choices import choices
from pipelines.cli.output import (
    DONE,
    REFUSED,
    WITH_FINDINGS,
    Json,
    complain,
    described,
    emit,
    progress,
    say,
    summary,
)
from pipelines.demo import BY, decide_links, is_demo, missing_files
from pipelines.desk import Desk
from pipelines.doctor import examine, repair
from pipelines.domain.catalog import dataset as contract_of
from pipelines.errors import AppError, FileRefused
from pipelines.export import export_file
from pipelines.progress import Progress, silent
from pipelines.settings import Settings
from pipelines.transform import BuildReport, current_build_id
from pipelines.validation import Validator


@contextmanager
def desk_for(*, checks: bool = False) -> Iterator[Desk]:
    """A desk; with ``checks`` the validation worker warms up at once."""
    validator = Validator()
    if checks:
        validator.start()
    with closing(validator):
        desk = Desk(Settings(), validator)
        try:
            yield desk
        finally:
            desk.close()


def inspect(options: argparse.Namespace) -> int:
    """Print how a file is read; nothing changes."""
    with desk_for(checks=True) as desk:
        path = Path(options.file)
        inspection = desk.inspect(path.name, _readable(path), choices(options), progress=_told())
        if options.json:
            emit(described(inspection))
        else:
            say("\n".join(summary(inspection)))
    if inspection.refusal:
        return REFUSED
    return WITH_FINDINGS if inspection.held_back else DONE


def take(options: argparse.Namespace) -> int:
    """Import files one after the other, then build once; a refused file does not stop the rest."""
    results: list[Json] = []
    worst = DONE
    with desk_for(checks=True) as desk:
        for position, name in enumerate(options.files):
            progress(f"检查 {name}", position / len(options.files))
            try:
                code, result = _take_one(desk, Path(name), options)
            except AppError as error:
                complain(f"{name}：{error}", as_json=False)
                code, result = REFUSED, {"file": name, "refused": str(error)}
            worst = max(worst, code)
            results.append(result)
        report = desk.build(progress=progress)
    if options.json:
        emit({"files": results, "build": _build(report)})
    return worst


def _take_one(desk: Desk, path: Path, options: argparse.Namespace) -> tuple[int, Json]:
    inspection = desk.inspect(path.name, _readable(path), choices(options), progress=_told())
    if not options.json:
        say("\n".join(summary(inspection)))
    if inspection.refusal is None and not options.yes and not _confirmed(path):
        return REFUSED, {"file": path.name, "refused": "没有确认，未入库"}
    receipt = desk.accept(inspection, by=options.by)
    if not options.json:
        verb = "之前已入库" if receipt.already else "已入库"
        say(f"{path.name}：{verb} {receipt.rows} 行，编号 {receipt.upload_id}")
    result: Json = {
        "file": path.name,
        "upload_id": receipt.upload_id,
        "rows": receipt.rows,
        "already": receipt.already,
        "held_back": inspection.held_back,
    }
    return (WITH_FINDINGS if inspection.held_back else DONE), result


def _confirmed(path: Path) -> bool:
    if not sys.stdin.isatty():
        raise FileRefused(f"没有终端可以询问，{path.name} 未入库。请加 --yes 表示同意入库")
    return input(f"入库 {path.name}？输入 是 确认：").strip() in {"是", "y", "yes"}


def undo(options: argparse.Namespace) -> int:
    """Undo an upload and build."""
    with desk_for() as desk:
        desk.undo(options.upload, by=options.by)
        report = desk.build(progress=progress)
    if options.json:
        emit({"undone": options.upload, "build": _build(report)})
    else:
        say(f"已撤销 {options.upload}，看板已更新到版本 {report.build_id}")
    return DONE


def build(options: argparse.Namespace) -> int:
    """Build and publish."""
    with desk_for() as desk:
        report = desk.build(progress=progress)
    if options.json:
        emit(_build(report))
    else:
        say(f"已发布版本 {report.build_id}，用时 {report.seconds:.1f} 秒")
    return DONE


def export(options: argparse.Namespace) -> int:
    """Write the accepted rows of a dataset that count to a CSV file."""
    with desk_for() as desk:
        active = [each for each in desk.uploads() if each.state == "accepted"]
    rows = export_file(Settings(), active, options.dataset, Path(options.out))
    if options.json:
        emit({"dataset": options.dataset, "file": options.out, "rows": rows})
    else:
        say(f"已导出“{contract_of(options.dataset).label}”{rows} 行到 {options.out}")
    return DONE


def status(options: argparse.Namespace) -> int:
    """What is stored and which build is published."""
    settings = Settings()
    with desk_for() as desk:
        uploads = desk.uploads()
    active = [each for each in uploads if each.state == "accepted"]
    current = current_build_id(settings)
    if options.json:
        emit(
            {
                "store": str(settings.store_root),
                "current_build": current,
                "uploads": [
                    {
                        "upload_id": each.upload_id,
                        "dataset": each.dataset,
                        "file": each.file_name,
                        "rows": each.row_count,
                        "by": each.accepted_by,
                        "at": each.accepted_at,
                        "state": each.state,
                    }
                    for each in uploads
                ],
            }
        )
        return DONE
    say(f"存储：{settings.store_root}")
    say(f"发布的版本：{current or '还没有'}")
    say(f"有效入库 {len(active)} 次，共 {sum(each.row_count for each in active)} 行")
    for each in uploads:
        mark = "有效" if each.state == "accepted" else "已撤销"
        say(f"  {each.upload_id} {mark} {each.dataset_label} {each.file_name} {each.row_count} 行")
    return DONE


def doctor(options: argparse.Namespace) -> int:
    """Check the store; with --fix remove what a crash left behind."""
    settings = Settings()
    if options.fix:
        removed = repair(settings)
        if not options.json:
            say(f"已清除 {removed} 个中断留下的文件")
    checks = examine(settings)
    if options.json:
        emit({"checks": [vars(each) for each in checks]})
    else:
        for each in checks:
            say(f"{'● 正常' if each.ok else '■ 异常'} {each.label}：{each.detail}")
    return DONE if all(each.ok for each in checks) else WITH_FINDINGS


def demo(options: argparse.Namespace) -> int:
    """Import the demo organisation into a store that holds nothing else; go on where it stopped."""
    settings = Settings()
    with desk_for() as desk:
        uploads = desk.uploads()
    own = not is_demo(uploads)
    if own:
        say("存储里已有自己的数据，不导入演示组织")
    missing = [] if own else missing_files(settings, uploads)
    with desk_for(checks=bool(missing)) as desk:
        for position, path in enumerate(missing):
            progress(f"导入演示文件 {path.name}", position / len(missing))
            desk.accept(desk.inspect(path.name, path), by=BY)
        decide_links(desk)
        desk.build(progress=progress)
    return DONE


def read_text(path: Path) -> str:
    """A small UTF-8 file. Raises FileRefused when it cannot be read."""
    try:
        return _readable(path).read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileRefused(f"{path} 不是 UTF-8 文本。请用本系统导出的文件") from error


def _readable(path: Path) -> Path:
    """``path`` if it can be opened, so that a wrong one is named before any work."""
    try:
        path.open("rb").close()
    except OSError as error:
        raise FileRefused(f"读不到文件 {path}：{error.strerror}。请检查路径和权限") from error
    return path


def _told() -> Progress:
    """Progress for somebody who watches; a log gets none of the reading of a file."""
    return progress if sys.stderr.isatty() else silent


def _build(report: BuildReport) -> Json:
    return {"build_id": report.build_id, "seconds": report.seconds, "tables": report.tables}
