"""Parsing in a child process under memory, CPU and wall limits: a file cannot harm the server."""

from __future__ import annotations

import gc
import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict
from queue import Empty, Queue
from typing import BinaryIO, cast

from pipelines.domain.catalog import datasets
from pipelines.domain.findings import Finding, Severity
from pipelines.errors import FileRefused
from pipelines.frames import (
    BrokenFrame,
    Frame,
    Json,
    packed,
    read_frame,
    unpacked,
    write_frame,
)
from pipelines.intake.inspection import (
    ColumnMatch,
    Option,
    Question,
    Reading,
    Region,
    SkippedRow,
)
from pipelines.intake.limits import OUT_OF_MEMORY, limit, ran_out_of
from pipelines.intake.parse import Closed, Opened, Stretch, parse
from pipelines.intake.request import Request
from pipelines.settings import MIB, ROOT, Settings

_BYTES_A_SECOND = 4 * MIB  # what a large file may take beyond the limit
_TICK = 0.2  # seconds
_LOG = logging.getLogger(__name__)
_MEMORY = "解析这个文件需要的内存超过上限，已中止，没有保存任何内容。请拆分后再上传"
_BROKEN = (
    "解析这个文件时出错，没有保存任何内容。请另存为 .xlsx 或 CSV UTF-8 后重试，仍不行请交给管理员"
)
_TIME = "解析这个文件用时超过上限，已中止，没有保存任何内容。请拆分后再上传"

Part = Opened | Stretch | Closed


def parse_in_child(
    file: BinaryIO,
    size: int,
    request: Request,
    settings: Settings,
    tick: Callable[[], None] = lambda: None,
) -> Iterator[Part]:
    """``parse`` of a real file (one with a descriptor) in a limited child, as it goes on.

    ``tick`` is called from time to time while nothing comes; what it raises ends the child.
    Closing the iterator ends the child. Raises FileRefused for a refusal, a limit or a crash.
    """
    if size > settings.max_file_bytes:
        limit = settings.max_file_bytes / MIB
        raise FileRefused(f"文件有 {size / MIB:,.0f} MB，超过上限 {limit:,.0f} MB。请拆分后再上传")
    chosen = request.choices.dataset
    if chosen is not None and chosen not in datasets():
        raise FileRefused(f"没有名为 {chosen} 的数据集。可选：{'、'.join(datasets())}")
    seconds = settings.parse_seconds + size // _BYTES_A_SECOND
    child = _Child(file, request, settings.parse_memory_bytes, seconds)
    try:
        while (frame := child.next_frame(tick)) is not None:
            yield _part(frame)
    finally:
        child.end()


class _Child:
    """The process; it may say nothing for ``seconds`` at most."""

    def __init__(self, file: BinaryIO, request: Request, memory: int, seconds: int) -> None:
        self._seconds = seconds
        handle = file.fileno()
        command = [sys.executable, "-m", "pipelines.intake.sandbox", str(handle)]
        self._process = subprocess.Popen(
            [*command, str(memory), str(seconds)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            pass_fds=[handle],
            cwd=ROOT,
        )
        self._errors = b""
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()
        self._frames: Queue[Frame | None] = Queue(maxsize=1)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        sending = cast(BinaryIO, self._process.stdin)
        try:
            write_frame(sending, Frame(header=cast(dict[str, Json], request.to_dict())))
            sending.close()
        except BrokenPipeError:
            _LOG.error("parser ended before it was asked")

    def next_frame(self, tick: Callable[[], None]) -> Frame | None:
        """The next message, None at the end; ``tick`` is called while there is none.

        Raises FileRefused, and what ``tick`` raises.
        """
        limit = time.monotonic() + self._seconds
        while True:
            try:
                frame = self._frames.get(timeout=_TICK)
                break
            except Empty:
                tick()
                if time.monotonic() > limit:
                    raise FileRefused(_TIME) from None
        if frame is None:
            self._check()
        elif frame.header["kind"] == "refused":
            raise FileRefused(str(frame.header["text"]))
        return frame

    def end(self) -> None:
        """Let nothing of the process remain."""
        self._process.kill()
        self._process.wait()
        while self._reader.is_alive():
            with suppress(Empty):
                self._frames.get(timeout=_TICK)
        self._listener.join()
        for stream in (self._process.stdin, self._process.stdout, self._process.stderr):
            cast(BinaryIO, stream).close()

    def _check(self) -> None:
        code = self._process.wait()
        if code == 0:
            return
        if limit_met := ran_out_of(code):
            raise FileRefused({"time": _TIME, "memory": _MEMORY}[limit_met])
        self._listener.join()
        _LOG.error("parser ended with %s: %s", code, self._errors.decode(errors="replace"))
        raise FileRefused(_BROKEN)

    def _listen(self) -> None:
        self._errors = cast(BinaryIO, self._process.stderr).read()

    def _read(self) -> None:
        """Frames one ahead, so that the child goes on while one is being checked."""
        frame: Frame | None = None
        with suppress(BrokenFrame):
            while (frame := read_frame(cast(BinaryIO, self._process.stdout))) is not None:
                self._frames.put(frame)
        self._frames.put(None)


def _part(frame: Frame) -> Part:
    content = cast(dict, frame.header["content"])
    match frame.header["kind"]:
        case "opened":
            return Opened(reading=_reading(content["reading"]), headers=content["headers"])
        case "stretch":
            return Stretch(
                table=unpacked(frame.payload),
                held=set(content["held"]),
                findings=[(place, _finding(each)) for place, each in content["findings"]],
                secret=content["secret"],
                personal=content["personal"],
                skipped=[SkippedRow(**each) for each in content["skipped"]],
                rows=content["rows"],
            )
        case _:
            return Closed(
                reading=_reading(content["reading"]),
                findings=[_finding(each) for each in content["findings"]],
                totals=unpacked(frame.payload),
            )


def _frame(part: Part) -> Frame:
    match part:
        case Opened():
            content = {"reading": asdict(part.reading), "headers": part.headers}
            return Frame(header={"kind": "opened", "content": content})
        case Stretch():
            content = {
                "held": sorted(part.held),
                "findings": [(place, each.to_dict()) for place, each in part.findings],
                "secret": part.secret,
                "personal": part.personal,
                "skipped": [asdict(each) for each in part.skipped],
                "rows": part.rows,
            }
            return Frame(header={"kind": "stretch", "content": content}, payload=packed(part.table))
        case Closed():
            content = {
                "reading": asdict(part.reading),
                "findings": [each.to_dict() for each in part.findings],
            }
            return Frame(header={"kind": "closed", "content": content}, payload=packed(part.totals))


def _finding(sent: dict) -> Finding:
    return Finding(**{**sent, "severity": Severity(sent["severity"])})


def _reading(sent: dict) -> Reading:
    tuples = {name: tuple(value) for name, value in sent.items() if isinstance(value, list)}
    regions = [
        Region(**{**each, "context": tuple(tuple(line) for line in each["context"])})
        for each in sent["regions"]
    ]
    return Reading(
        **{
            **sent,
            **tuples,
            "regions": tuple(regions),
            "columns": tuple(ColumnMatch(**each) for each in sent["columns"]),
            "questions": tuple(_question(each) for each in sent["questions"]),
            "skipped": tuple(SkippedRow(**each) for each in sent["skipped"]),
        }
    )


def _question(sent: dict) -> Question:
    options = tuple(Option(**each) for each in sent["options"])
    return Question(**{**sent, "options": options, "rows": tuple(sent["rows"])})


def main(arguments: list[str]) -> int:
    """The child: a request on stdin, the file as a descriptor, frames on stdout."""
    handle, memory, seconds = map(int, arguments)
    asked = read_frame(sys.stdin.buffer)
    if asked is None:
        return 0
    limit(memory, seconds)
    gc.set_threshold(200_000, 50, 50)  # rows have no cycles, and looking for them costs a third
    out = sys.stdout.buffer
    try:
        with os.fdopen(handle, "rb") as file:
            file.seek(0)
            for part in parse(file, Request.from_dict(asked.header), Settings()):
                write_frame(out, _frame(part))
    except FileRefused as refusal:
        write_frame(out, Frame(header={"kind": "refused", "text": str(refusal)}))
    except (MemoryError, SystemError):  # native code that ran out says SystemError
        return OUT_OF_MEMORY
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
