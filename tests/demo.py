"""The demo organisation, imported once for all test processes through the command line."""

import fcntl
import os
import subprocess
import sys
import time
from pathlib import Path

from pipelines.settings import ROOT

CUT_OFF = "demo.cut-off"  # how many files the first import had accepted when it was killed


def demo_store(shared: Path) -> Path:
    """A store with the demo organisation under ``shared``; the first process to ask makes it.

    The first import is killed at its first accepted file and a second one goes on from there, as
    when somebody interrupts the first start: one import less than a test of its own would need.
    """
    store = shared / "demo-store"
    with (shared / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = shared / "demo.done"
        if not done.exists():
            (shared / CUT_OFF).write_text(str(_cut_off(store)))
            whole = _started(store)
            _, said = whole.communicate(timeout=300)
            assert 0 == whole.returncode, said.decode()
            done.touch()
    return store


def _cut_off(store: Path) -> int:
    """Kill an import once a file is accepted; how many are."""
    process = _started(store)
    while not list(store.glob("accepted/*.parquet")) and process.poll() is None:
        time.sleep(0.05)
    process.kill()
    process.communicate()
    return len(list(store.glob("accepted/*.parquet")))


def _started(store: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "pipelines", "demo"],
        cwd=ROOT,
        env={**os.environ, "TONGPIN_STORE": str(store)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
