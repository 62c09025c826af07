"""Runs a child, watches memory and time of it and its own children, and stops it at a limit."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import psutil

from benchmarks.results import Cost, Outcome
from benchmarks.sizes import Limits
from pipelines.settings import ROOT

TREE, MAIN, PARSER, VALIDATOR = "tree", "main", "parser", "validator"
_PAUSE = 0.1
_ROLES = {"pipelines.intake.sandbox": PARSER, "expectations.runner": VALIDATOR}


def run(job: str, root: Path, *rest: str, limits: Limits) -> Outcome:
    """One job of benchmarks.child on the store at ``root``; never raises for what the job does."""
    answer, errors = root / "cost.json", root / "errors.txt"
    answer.unlink(missing_ok=True)
    command = [sys.executable, "-m", "benchmarks.child", job, str(root), str(answer), *rest]
    started = time.monotonic()
    with errors.open("wb") as stream, subprocess.Popen(command, cwd=ROOT, stderr=stream) as child:
        stopped, peaks = _watch(child, limits)
    seconds = time.monotonic() - started
    peak = peaks.get(TREE, 0)
    if stopped or child.returncode != 0:
        message = errors.read_text(encoding="utf-8", errors="replace").strip()[-400:]
        state = stopped or "failed"
        return Outcome(state=state, seconds=seconds, peak_bytes=peak, message=message)
    cost = Cost(**json.loads(answer.read_text(encoding="utf-8")))
    cost = replace(cost, peaks={**peaks, MAIN: cost.peak_bytes})
    return Outcome(state="ok", seconds=seconds, peak_bytes=cost.peak_bytes, cost=cost)


def _watch(child: subprocess.Popen[bytes], limits: Limits) -> tuple[str, dict[str, int]]:
    """Wait for the end; (why it was stopped or "", highest resident bytes of all and by role)."""
    deadline = time.monotonic() + limits.seconds
    peaks: dict[str, int] = {}
    process = psutil.Process(child.pid)
    try:
        while child.poll() is None:
            _look(process, peaks)
            peak = peaks.get(TREE, 0)
            if peak > limits.bytes or time.monotonic() > deadline:
                return ("memory" if peak > limits.bytes else "time"), peaks
            time.sleep(_PAUSE)
    finally:  # at a limit, and when this process itself is told to stop
        if child.poll() is None:
            _end(process)
            child.wait()
    return "", peaks


def _look(process: psutil.Process, peaks: dict[str, int]) -> None:
    """Raise ``peaks`` to what is resident now; pages that two processes share count twice."""
    total = 0
    with suppress(psutil.NoSuchProcess):
        for each in [process, *process.children()]:
            with suppress(psutil.NoSuchProcess):
                role = MAIN if each == process else _role(each)
                now = each.memory_info().rss
                total += now
                peaks[role] = max(peaks.get(role, 0), now)
    peaks[TREE] = max(peaks.get(TREE, 0), total)


def _role(process: psutil.Process) -> str:
    return next((_ROLES[word] for word in process.cmdline() if word in _ROLES), "other")


def _end(process: psutil.Process) -> None:
    for each in [*process.children(recursive=True), process]:
        with suppress(psutil.NoSuchProcess):
            each.kill()
