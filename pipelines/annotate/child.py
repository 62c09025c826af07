"""Annotating in a child process under the limits of parsing: a hostile workbook harms nobody."""

from __future__ import annotations

import logging
import pickle
import subprocess
import sys
from pathlib import Path

from pipelines.annotate.report import report_of
from pipelines.annotate.workbook import annotated
from pipelines.errors import FileRefused
from pipelines.intake.inspection import Inspection
from pipelines.intake.limits import OUT_OF_MEMORY, limit, ran_out_of
from pipelines.settings import ROOT, Settings

_REFUSED = 3
_LOG = logging.getLogger(__name__)
_INSTEAD = "请对照页面上的问题清单修改原文件"
_MEMORY = f"生成批注工作簿需要的内存超过上限，已中止。{_INSTEAD}"
_TIME = f"生成批注工作簿用时超过上限，已中止。{_INSTEAD}"
_BROKEN = f"生成批注工作簿时出错，没有生成。{_INSTEAD}；仍需要批注工作簿，请交给管理员"


def annotated_in_child(data: bytes | Path, inspection: Inspection, settings: Settings) -> bytes:
    """``annotated`` in a limited child. Raises FileRefused for a refusal, a limit or a crash."""
    path, content = (data, b"") if isinstance(data, Path) else (None, data)
    # Pickled by us for our own child; nothing that comes back is unpickled.
    asked = pickle.dumps((path, report_of(inspection)))
    command = [sys.executable, "-m", "pipelines.annotate"]
    command += [str(settings.parse_memory_bytes), str(settings.parse_seconds)]
    try:
        done = subprocess.run(
            command,
            input=asked + content,
            capture_output=True,
            timeout=settings.parse_seconds,
            cwd=ROOT,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise FileRefused(_TIME) from error
    if done.returncode != 0:
        raise FileRefused(_why(done))
    return done.stdout


def _why(done: subprocess.CompletedProcess[bytes]) -> str:
    """The Chinese sentence for a child that gave no workbook."""
    if done.returncode == _REFUSED:
        return done.stdout.decode("utf-8")
    if limit_met := ran_out_of(done.returncode):
        return {"time": _TIME, "memory": _MEMORY}[limit_met]
    _LOG.error(
        "annotating ended with %s: %s", done.returncode, done.stderr.decode(errors="replace")
    )
    return _BROKEN


def main(arguments: list[str]) -> int:
    """The child: a pickled request and the file on stdin, a workbook or a refusal on stdout."""
    memory, seconds = map(int, arguments)
    limit(memory, seconds)
    try:
        path, report = pickle.load(sys.stdin.buffer)
        data = path or sys.stdin.buffer.read()
        made = annotated(data, report)
    except FileRefused as refusal:
        sys.stdout.buffer.write(str(refusal).encode())
        return _REFUSED
    except MemoryError:
        return OUT_OF_MEMORY
    sys.stdout.buffer.write(made)
    return 0
