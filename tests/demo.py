"""The demo organisation, imported once for all test processes through the command line."""

import fcntl
import os
import subprocess
import sys
from pathlib import Path

from pipelines.settings import ROOT


def demo_store(shared: Path) -> Path:
    """A store with the demo organisation under ``shared``; the first process to ask makes it."""
    store = shared / "demo-store"
    with (shared / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = shared / "demo.done"
        if not done.exists():
            subprocess.run(
                [sys.executable, "-m", "pipelines", "demo"],
                cwd=ROOT,
                env={**os.environ, "TONGPIN_STORE": str(store)},
                check=True,
                capture_output=True,
                timeout=300,
            )
            done.touch()
    return store
