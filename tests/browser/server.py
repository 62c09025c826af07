"""The server as ``make run`` starts it, on a store and a port of its own."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from pipelines.settings import ROOT

READY_SECONDS = 120
ASK = "import sys, urllib.request as u, urllib.error as e\ntry: print(u.urlopen(sys.argv[1]).read().decode())\nexcept e.HTTPError as found: print(found.read().decode())"  # noqa: E501 - one program


@dataclass(frozen=True, kw_only=True)
class Server:
    """A running server. ``enter`` is the command that runs another command where it runs."""

    url: str
    store: Path
    log: Path
    process: subprocess.Popen[bytes]
    enter: tuple[str, ...] = ()

    def parts(self) -> dict[str, bool]:
        """What /ready says; empty while nobody answers."""
        if not self.enter:
            return self._asked()
        command = [*self.enter, sys.executable, "-c", ASK, f"{self.url}/ready"]
        answer = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
        return json.loads(answer.stdout)["parts"] if answer.returncode == 0 else {}

    def _asked(self) -> dict[str, bool]:
        try:
            return httpx.get(f"{self.url}/ready", timeout=20, trust_env=False).json()["parts"]
        except httpx.TransportError:
            return {}


def environment(store: Path) -> dict[str, str]:
    """The environment of every process that works on ``store``."""
    return {**os.environ, "TONGPIN_STORE": str(store), "PYTHONPATH": str(ROOT)}


def pipelines(store: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """``python -m pipelines …`` on ``store``, in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "pipelines", *arguments],
        cwd=ROOT,
        env=environment(store),
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )


@contextmanager
def serving(
    store: Path, *, start: tuple[str, ...] = (), enter: str | None = None
) -> Iterator[Server]:
    """Start, wait until the validation worker is warm, stop; no traceback may be in the log.

    ``start`` is put before the command; ``enter`` names the namespace options for nsenter.
    """
    port = _free_port()
    log = store.parent / f"{store.name}-{port}.log"
    with log.open("wb") as written:
        process = subprocess.Popen(
            [*start, sys.executable, "-m", "streamlit", "run", "dashboard/app.py"],
            cwd=ROOT,
            env={**environment(store), "STREAMLIT_SERVER_PORT": str(port)},
            stdout=written,
            stderr=subprocess.STDOUT,
        )
    where = ("nsenter", f"--target={process.pid}", *enter.split()) if enter else ()
    server = Server(
        url=f"http://127.0.0.1:{port}", store=store, log=log, process=process, enter=where
    )
    try:
        _wait(server)
        yield server
    finally:
        process.terminate()
        process.wait(timeout=30)
    written_log = log.read_text(encoding="utf-8", errors="replace")
    assert "Traceback" not in written_log, written_log[-4000:]


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def _began(server: Server) -> bool:
    """Whether the process is the server yet; asked before its loopback is up, the question itself
    would count as an address outside."""
    return b"streamlit" in Path(f"/proc/{server.process.pid}/cmdline").read_bytes().split(b"\0")[:3]


def _wait(server: Server) -> None:
    """Ready but for the mart, which an empty store cannot have."""
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline and server.process.poll() is None:
        parts = server.parts() if _began(server) else {}
        if parts and all(done for name, done in parts.items() if name != "mart"):
            return
        time.sleep(0.3)
    raise AssertionError(f"the server did not start: {server.log.read_text()[-4000:]}")
