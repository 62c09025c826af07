"""A network namespace that has loopback and no route: what tries to leave is counted and fails."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.browser import loopback
from tests.browser.server import Server

LOOPBACK = ("127.", "::1", "::ffff:127.")
OUTSIDE = "192.0.2.1"  # RFC 5737: an address that belongs to nobody


@dataclass(frozen=True, kw_only=True)
class Isolation:
    """``start`` is put before a command to run it isolated; ``enter`` are options of nsenter."""

    start: tuple[str, ...]
    enter: str


def isolation() -> Isolation | None:
    """How this machine lets us isolate a process; None when it does not."""
    up = (sys.executable, loopback.__file__)
    as_root = Isolation(start=("unshare", "--net", *up), enter="--net")
    as_user = Isolation(
        start=("unshare", "--user", "--map-root-user", "--net", *up),
        enter="--user --net --preserve-credentials",
    )
    choices = [as_root] if os.geteuid() == 0 else [as_user]
    if shutil.which("unshare") is None or shutil.which("nsenter") is None:
        return None
    return next((each for each in choices if _permitted(each)), None)


def _permitted(choice: Isolation) -> bool:
    return subprocess.run([*choice.start, "true"], capture_output=True, check=False).returncode == 0


def wrapper(server: Server, program: str, folder: Path) -> str:
    """A program that runs ``program`` in the namespace of the server."""
    path = folder / "isolated"
    path.write_text(f'#!/bin/sh\nexec {" ".join(server.enter)} {program} "$@"\n')
    path.chmod(0o755)
    return str(path)


def packets_without_route(server: Server) -> int:
    """How often anything in the namespace of the server asked for an address outside."""
    lines = Path(f"/proc/{server.process.pid}/net/snmp").read_text().splitlines()
    names, counts = (line.split() for line in lines if line.startswith("Ip:"))
    return int(dict(zip(names, counts, strict=True))["OutNoRoutes"])


def try_to_leave(server: Server) -> None:
    """Ask for an address outside from the namespace, so that the count is known to count."""
    program = f"import socket; socket.create_connection(({OUTSIDE!r}, 80), timeout=2)"
    subprocess.run([*server.enter, sys.executable, "-c", program], capture_output=True, check=False)


def remote_addresses(server: Server) -> set[str]:
    """Addresses that the server and its children are connected to just now, loopback left out."""
    process = psutil.Process(server.process.pid)
    found = set()
    for each in [process, *process.children(recursive=True)]:
        try:
            connections = each.net_connections(kind="inet")
        except psutil.NoSuchProcess:
            continue
        found |= {one.raddr.ip for one in connections if one.raddr}
    return {each for each in found if not each.startswith(LOOPBACK)}


@contextmanager
def watched(server: Server) -> Iterator[set[str]]:
    """Collect remote_addresses while the body runs; it is asked often, not without gaps."""
    seen: set[str] = set()
    done = threading.Event()

    def watch() -> None:
        while not done.wait(0.05):
            seen.update(remote_addresses(server))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield seen
    finally:
        done.set()
        watcher.join()
