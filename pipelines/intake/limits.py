"""What a child process may use, and what its end says about it."""

from __future__ import annotations

import resource
import signal
from typing import Literal

OUT_OF_MEMORY = 4  # exit code of a child that could still tell
_ABORTED = (OUT_OF_MEMORY, -signal.SIGABRT, -signal.SIGKILL, -signal.SIGSEGV)  # or native code did
_GRACE = 5  # CPU seconds between the polite and the hard limit


def limit(memory: int, seconds: int) -> None:
    """From now on this process may use ``memory`` bytes and ``seconds`` of CPU, and dumps none."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + _GRACE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def ran_out_of(code: int) -> Literal["time", "memory"] | None:
    """The limit that a child met which ended with ``code``."""
    if code == -signal.SIGXCPU:
        return "time"
    return "memory" if code in _ABORTED else None
