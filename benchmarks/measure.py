"""Runs a child, watches its memory and time, and stops it at a limit."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import psutil

from benchmarks.results import Cost, Outcome
from benchmarks.sizes import Limits
from pipelines.settings import ROOT

_PAUSE = 0.2


def run(job: str, root: Path, *rest: str, limits: Limits) -> Outcome:
    """One job of benchmarks.child on the store at ``root``; never raises for what the job does."""
    answer, errors = root / "cost.json", root / "errors.txt"
    answer.unlink(missing_ok=True)
    command = [sys.executable, "-m", "benchmarks.child", job, str(root), str(answer), *rest]
    started = time.monotonic()
    with errors.open("wb") as stream, subprocess.Popen(command, cwd=ROOT, stderr=stream) as child:
        stopped, peak = _watch(child, limits)
    seconds = time.monotonic() - started
    if stopped or child.returncode != 0:
        message = errors.read_text(encoding="utf-8", errors="replace").strip()[-400:]
        state = stopped or "failed"
        return Outcome(state=state, seconds=seconds, peak_bytes=peak, message=message)
    cost = Cost(**json.loads(answer.read_text(encoding="utf-8")))
    return Outcome(state="ok", seconds=seconds, peak_bytes=cost.peak_bytes, cost=cost)


def _watch(child: subprocess.Popen[bytes], limits: Limits) -> tuple[str, int]:
    """Wait for the end; (why it was stopped or "", highest resident bytes seen)."""
    deadline, peak = time.monotonic() + limits.seconds, 0
    process = psutil.Process(child.pid)
    try:
        while child.poll() is None:
            peak = max(peak, _resident(process))
            if peak > limits.bytes or time.monotonic() > deadline:
                return ("memory" if peak > limits.bytes else "time"), peak
            time.sleep(_PAUSE)
    finally:  # at a limit, and when this process itself is told to stop
        if child.poll() is None:
            child.kill()
            child.wait()
    return "", peak


def _resident(process: psutil.Process) -> int:
    try:
        return process.memory_info().rss
    except psutil.NoSuchProcess:
        return 0
