"""Analyses in the background: one worker process, shared runs, progress, cancelling."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
from collections import OrderedDict, deque
from collections.abc import Sequence
from contextlib import suppress
from typing import BinaryIO, Literal, cast

from pipelines import analysis_runs
from pipelines.analysis_runs import Outcome, RunKey
from pipelines.analysis_worker import request_of
from pipelines.errors import StoreError
from pipelines.frames import BrokenFrame, Frame, read_frame, write_frame
from pipelines.settings import ROOT, Settings

COMMAND = (sys.executable, "-m", "pipelines.analysis_worker")
HELD = 24  # results kept in memory
ENDED = 200  # runs whose end is remembered, so that a failure can be told
State = Literal["waiting", "running", "done", "failed", "cancelled"]
_LOG = logging.getLogger(__name__)
_DIED = "计算程序意外退出，没有得出结果。可以重试；仍不行请联系管理员查看日志"


class Run:
    """Where one run stands. ``share`` is 0–1, ``step`` and ``error`` are Chinese."""

    def __init__(self, key: RunKey) -> None:
        self.key = key
        self.state: State = "waiting"
        self.share, self.step, self.error = 0.0, "等待前面的计算", ""
        self.watchers: set[str] = set()
        self.ended = threading.Event()

    def wait(self, seconds: float) -> bool:
        """Whether it ended within ``seconds``."""
        return self.ended.wait(seconds)

    def end(self, state: State, error: str = "") -> None:
        """The last thing that happens to a run."""
        self.state, self.error = state, error
        self.ended.set()


class Runner:
    """Runs analyses one after the other in a process of their own; safe to share by threads.

    Sessions that ask for the same key share its run: it is cancelled when the last one leaves.
    """

    def __init__(self, settings: Settings, *, command: Sequence[str] = COMMAND) -> None:
        self._settings = settings
        self._command = command
        self._changed = threading.Condition()
        self._queue: deque[Run] = deque()
        self._runs: OrderedDict[RunKey, Run] = OrderedDict()
        self._held: OrderedDict[RunKey, Outcome] = OrderedDict()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread: threading.Thread | None = None
        self._closed = False

    def outcome(self, key: RunKey) -> Outcome | None:
        """The result, from memory or from disk; None when it has to be computed (again)."""
        with self._changed:
            if key in self._held:
                self._held.move_to_end(key)
                return self._held[key]
        found = analysis_runs.load(self._settings, key)
        if found is not None:
            with self._changed:
                self._held[key] = found
                while len(self._held) > HELD:
                    self._held.popitem(last=False)
        return found

    def ask(self, key: RunKey, who: str) -> Run:
        """The run of ``key``: the one under way or that failed, else a new one at the end."""
        with self._changed:
            known = self._runs.get(key)
            if known is None or known.state in ("done", "cancelled"):
                known = self._enqueue(key)
            known.watchers.add(who)
            return known

    def retry(self, key: RunKey, who: str) -> Run:
        """A new run after one that failed."""
        with self._changed:
            known = self._runs.get(key)
            if known is not None and known.state == "failed":
                del self._runs[key]
        return self.ask(key, who)

    def leave(self, key: RunKey, who: str) -> None:
        """``who`` no longer waits; without anybody left the run is cancelled."""
        with self._changed:
            run = self._runs.get(key)
            if run is None or run.ended.is_set():
                return
            run.watchers.discard(who)
            if run.watchers:
                return
            if run.state == "waiting":
                self._queue.remove(run)
            elif self._process is not None:
                self._process.kill()
            run.end("cancelled")

    def warm(self) -> None:
        """Start the worker before it is asked, so that the first result does not wait for it."""
        with self._changed:
            if not self._closed:
                self._alive()

    def close(self) -> None:
        """End the worker; runs that did not end are cancelled."""
        with self._changed:
            self._closed = True
            for run in self._runs.values():
                if not run.ended.is_set():
                    run.end("cancelled")
            self._queue.clear()
            if self._process is not None:
                self._process.kill()
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join(timeout=10)
        elif self._process is not None:
            _ended(self._process)

    def _enqueue(self, key: RunKey) -> Run:
        """A new run at the end of the queue; the lock is held."""
        if self._closed:
            raise StoreError("服务正在停止，没有开始计算。请稍后刷新页面")
        run = self._runs[key] = Run(key)
        self._runs.move_to_end(key)
        while len(self._runs) > ENDED and next(iter(self._runs.values())).ended.is_set():
            self._runs.popitem(last=False)
        self._queue.append(run)
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="analyses", daemon=True)
            self._thread.start()
        self._changed.notify_all()
        return run

    def _work(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._queue or self._closed)
                if self._closed:
                    break
                run = self._queue.popleft()
                run.state, run.step = "running", "启动计算程序"
                process = self._alive()
            self._follow(run, process)
        if self._process is not None:
            _ended(self._process)

    def _alive(self) -> subprocess.Popen[bytes]:
        """The worker, or a new one in the place of one that ended; the lock is held."""
        if self._process is not None and self._process.poll() is not None:
            _ended(self._process)
            self._process = None
        if self._process is None:
            self._process = subprocess.Popen(
                self._command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
            )
        return self._process

    def _follow(self, run: Run, process: subprocess.Popen[bytes]) -> None:
        """Send the request and take the replies until the run ends, one way or the other."""
        source, sink = cast(BinaryIO, process.stdout), cast(BinaryIO, process.stdin)
        try:
            write_frame(sink, request_of(self._settings, run.key))
            while not run.ended.is_set():
                reply = read_frame(source)
                if reply is None:
                    break
                self._take(run, reply)
        except (BrokenPipeError, BrokenFrame) as error:
            _LOG.error("analysis worker: %s", error)
            process.kill()
        if not run.ended.is_set():
            _LOG.error("analysis worker ended with %s on %s", process.wait(), run.key)
        with self._changed:
            if run.state == "cancelled":
                process.wait()  # killed: what it still said belongs to nobody
            elif not run.ended.is_set():
                run.end("failed", _DIED)

    def _take(self, run: Run, reply: Frame) -> None:
        header = reply.header
        with self._changed:
            if run.ended.is_set():
                return
            if "failed" in header:
                run.end("failed", str(header["failed"]))
            elif "done" in header:
                run.share = 1.0
                run.end("done")
            else:
                run.share, run.step = float(cast(float, header["share"])), str(header["step"])


def _ended(process: subprocess.Popen[bytes]) -> None:
    """Reap a worker and let go of its pipes."""
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None and not pipe.closed:
            with suppress(BrokenPipeError):
                pipe.close()
