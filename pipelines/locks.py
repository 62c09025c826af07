"""A lock between processes on one store; it disappears with the process that held it."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from pipelines.settings import Settings


@contextmanager
def locked(settings: Settings, name: str) -> Iterator[None]:
    """Hold the lock called ``name``; waits while another process holds it."""
    settings.store_root.mkdir(parents=True, exist_ok=True)
    with (settings.store_root / f"{name}.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
