"""The application's side of validation: owns the worker process and asks it."""

from __future__ import annotations

import logging
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain
from queue import SimpleQueue
from threading import Event, Lock, Thread, Timer
from types import TracebackType
from typing import IO, BinaryIO, Self, cast

import pyarrow as pa

from pipelines.domain.findings import Finding, Severity
from pipelines.errors import ValidatorUnavailable
from pipelines.frames import BrokenFrame, Frame, Json, packed, read_frame, write_frame
from pipelines.intake.inspection import RuleResult
from pipelines.intake.schema import ROW, SHEET
from pipelines.settings import ROOT

COMMAND = (sys.executable, "-m", "expectations.runner")
_LOG = logging.getLogger(__name__)
_LOG_TAIL = 4000  # bytes of a dead worker's standard error that are worth a log line

_NOT_READY = "校验程序还在启动，文件没有入库。请一分钟后重试"
_DIED = "校验程序两次意外退出，文件没有入库。请稍后重试；仍不行请联系管理员查看日志"
_TOO_SLOW = "校验超过了时限，文件没有入库。请把文件拆小后重试"
_CLOSED = "校验程序已经停止，文件没有入库。请重新启动服务后重试"
_RULE_FAILED = "校验规则 {rule} 无法执行，文件没有入库。请把这句话转给管理员"


@dataclass(frozen=True, kw_only=True)
class Validation:
    """What a suite said about a table. Rows are as in the source, counted from 1."""

    findings: tuple[Finding, ...]
    rules: tuple[RuleResult, ...]


class WorkerDied(Exception):
    """The worker process ended before it answered."""


class Worker:
    """One worker process. A thread reads its frames, so that waiting can have a limit."""

    def __init__(self, command: Sequence[str]) -> None:
        self._errors: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 lives with the process
        self.process = subprocess.Popen(
            command,
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
        )
        self.columns: dict[str, list[str]] = {}  # what the suite of each dataset reads
        self.opened = Event()  # set when the worker is ready, and also when it ended
        self._replies: SimpleQueue[Frame | None] = SimpleQueue()
        self._timed_out = False
        self._reader = Thread(target=self._read, name="validation-replies", daemon=True)
        self._reader.start()

    def _read(self) -> None:
        stream = cast(BinaryIO, self.process.stdout)
        try:
            while (frame := read_frame(stream)) is not None:
                if "ready" in frame.header:
                    self.columns = cast(dict[str, list[str]], frame.header["ready"])
                    self.opened.set()
                else:
                    self._replies.put(frame)
        except BrokenFrame as error:
            _LOG.error("validation worker: %s", error)
            self.process.kill()
        # The process is gone or going: wait, so that `alive` is right for whoever is woken here.
        self.process.wait()
        self._replies.put(None)
        self.opened.set()

    @property
    def alive(self) -> bool:
        return self.process.poll() is None

    def reads(self, dataset: str) -> list[str]:
        """The columns to send: long texts that no rule looks at stay here."""
        return [*self.columns[dataset], ROW, SHEET]

    def ask(self, request: Frame, seconds: float) -> Frame:
        """The reply. Raises WorkerDied, and TimeoutError after ending the worker."""
        watch = Timer(seconds, self._time_out)
        watch.start()
        try:
            write_frame(cast(BinaryIO, self.process.stdin), request)
            reply = self._replies.get()
        except BrokenPipeError:
            reply = None
        finally:
            watch.cancel()
        if reply is not None:
            return reply
        if self._timed_out:
            raise TimeoutError
        raise WorkerDied

    def _time_out(self) -> None:
        self._timed_out = True
        self.process.kill()

    def close(self) -> None:
        """End the process, wait for it, and log what it complained about if it ended by itself."""
        died = not self.alive
        self.process.kill()
        self._reader.join()
        with suppress(BrokenPipeError):
            cast(BinaryIO, self.process.stdin).close()
        cast(BinaryIO, self.process.stdout).close()
        if died:
            self._log_errors()
        self._errors.close()

    def _log_errors(self) -> None:
        size = self._errors.seek(0, 2)
        self._errors.seek(max(0, size - _LOG_TAIL))
        text = self._errors.read().decode(errors="replace")
        _LOG.error("validation worker ended (%s): %s", self.process.returncode, text)


class Validator:
    """Validates typed tables in a worker process that is kept warm; safe to share by threads.

    ``ready_seconds`` limits the wait for a starting worker, ``reply_seconds`` one validation.
    """

    def __init__(
        self,
        *,
        ready_seconds: float = 120,
        reply_seconds: float = 600,
        command: Sequence[str] = COMMAND,
    ) -> None:
        self._ready_seconds = ready_seconds
        self._reply_seconds = reply_seconds
        self._command = command
        self._worker: Worker | None = None
        self._closed = False
        self._state = Lock()  # guards _worker and _closed; held for moments
        self._turn = Lock()  # one validation at a time

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def ready(self) -> bool:
        """Whether a validation would begin at once."""
        worker = self._worker
        return worker is not None and worker.opened.is_set() and worker.alive

    def start(self) -> None:
        """Start the worker unless it runs; returns at once, `ready` tells when it is warm."""
        with self._state:
            self._closed = False
            self._alive_worker()

    def close(self) -> None:
        """End the worker; a validation under way ends with ValidatorUnavailable."""
        with self._state:
            self._closed = True
            worker, self._worker = self._worker, None
        if worker is not None:
            worker.close()

    def validate(self, dataset: str, table: pa.Table, *, today: date) -> Validation:
        """Run the suite of ``dataset`` on its contract columns plus ``_row`` and ``_sheet``.

        ``today`` is the day that limits such as 不晚于今天 refer to.
        A worker that dies is replaced once. Raises ValidatorUnavailable.
        """
        with self._turn:
            for _attempt in range(2):
                try:
                    worker = self._warm_worker()
                    request = request_frame(dataset, table.select(worker.reads(dataset)), today)
                    reply = worker.ask(request, self._reply_seconds)
                except WorkerDied:
                    continue
                except TimeoutError:
                    raise ValidatorUnavailable(_TOO_SLOW) from None
                return _validation(reply.header)
        raise ValidatorUnavailable(_DIED)

    def _warm_worker(self) -> Worker:
        """A worker that is ready. Raises WorkerDied, ValidatorUnavailable."""
        with self._state:
            if self._closed:
                raise ValidatorUnavailable(_CLOSED)
            worker = self._alive_worker()
        if not worker.opened.wait(self._ready_seconds):
            raise ValidatorUnavailable(_NOT_READY)
        if not worker.alive:
            raise WorkerDied
        return worker

    def _alive_worker(self) -> Worker:
        """The running worker, or a new one in its place; ``_state`` is held."""
        if self._worker is not None and not self._worker.alive:
            self._worker.close()
            self._worker = None
        if self._worker is None:
            self._worker = Worker(self._command)
        return self._worker


def combined(results: Iterable[Sequence[RuleResult]]) -> tuple[RuleResult, ...]:
    """The results of one file whose rows were checked in parts: one result a rule, added up."""
    totals: dict[str, RuleResult] = {}
    for each in chain.from_iterable(results):
        before = totals.get(each.rule)
        totals[each.rule] = (
            each
            if before is None
            else replace(
                each, checked=before.checked + each.checked, failed=before.failed + each.failed
            )
        )
    return tuple(totals.values())


def request_frame(dataset: str, table: pa.Table, today: date) -> Frame:
    """The request to check ``table``."""
    header: dict[str, Json] = {"dataset": dataset, "today": today.isoformat()}
    return Frame(header=header, payload=packed(table))


def _validation(reply: dict[str, Json]) -> Validation:
    if "error" in reply:
        _LOG.error("validation rule: %s", reply["error"])
        raise ValidatorUnavailable(_RULE_FAILED.format(rule=str(reply["error"]).split(":")[0]))
    rules = cast(list[dict[str, Json]], reply["rules"])
    findings = cast(list[list[Json]], reply["findings"])
    return Validation(
        findings=tuple(_finding(rules[cast(int, each[0])], each) for each in findings),
        rules=tuple(_rule_result(each) for each in rules),
    )


def _finding(rule: dict[str, Json], found: list[Json]) -> Finding:
    _index, row, sheet, value, why = found
    return Finding(
        severity=Severity(cast(str, rule["severity"])),
        rule=cast(str, rule["rule"]),
        why=cast(str, why),
        how=cast(str, rule["how"]),
        row=cast("int | None", row),
        column=cast(str, rule["column"]),
        value=cast("str | None", value),
        sheet=cast("str | None", sheet),
    )


def _rule_result(rule: dict[str, Json]) -> RuleResult:
    return RuleResult(
        rule=cast(str, rule["rule"]),
        severity=Severity(cast(str, rule["severity"])),
        label=cast(str, rule["label"]),
        checked=cast(int, rule["checked"]),
        failed=cast(int, rule["failed"]),
    )
