"""A lock between processes on one store; it disappears with the process that held it."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from pipelines.errors import StoreError
from pipelines.settings import Settings


@contextmanager
def locked(settings: Settings, name: str) -> Iterator[None]:
    """Hold the lock called ``name``; waits while another process holds it.

    Raises StoreError when the store cannot be written.
    """
    path = settings.store_root / f"{name}.lock"
    try:
        settings.store_root.mkdir(parents=True, exist_ok=True)
        handle = path.open("w")
    except OSError as error:
        raise StoreError(
            f"存储目录不能写入：{error.strerror}。请检查 {path.parent} 的权限"
        ) from error
    with handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
