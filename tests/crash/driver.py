"""Kills a forked child at one step after the other and reports what the store then holds.

A step is a call or return in the modules that write the store, or in SQLAlchemy's commit. The
product has no hooks for this: the child is watched with sys.setprofile. Every step has a kill of
its own. Many steps in a row leave the same bytes, and the same bytes are looked at once: what the
next process makes of a store depends on nothing else.
"""

from __future__ import annotations

import hashlib
import json
import os
import pickle
import random
import shutil
import signal
import sys
import uuid
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from types import FrameType

from pipelines import queries
from pipelines.desk import Desk
from pipelines.doctor import examine, repair
from pipelines.intake.inspection import Inspection
from pipelines.models import models
from pipelines.settings import Settings
from pipelines.validation import Validator

WATCHED = tuple(
    f"pipelines/{name}.py" for name in ("store", "ledger", "desk", "transform", "locks", "reuse")
)
COMMITS = {"_commit_impl", "do_commit"}
# Hundreds of steps that only fill the unpublished file; the random kills reach them.
UNCOUNTED = {
    "work_on",
    "made",
    "_clear",
    "_learn",
    "_records",
    "_changed_in",
    "_was_about_records",
    "_content",
    "_hash",
    "_noted",
    "_seen",
    "_code",
    "_of_datasets",
    "content_of",
    "<genexpr>",
    "<setcomp>",
    "<listcomp>",
    "<dictcomp>",
    "layer",
    "build_id_of",
    "create_accepted_table",
}
NOW = datetime(2026, 11, 2, 9, 30)


class Killer:
    """Counts steps and kills its own process at the chosen one."""

    def __init__(self, at: int) -> None:
        self.at = at
        self.steps = 0

    def __call__(self, frame: FrameType, _event: str, _argument: object) -> None:
        code = frame.f_code
        watched = code.co_filename.endswith(WATCHED) and code.co_name not in UNCOUNTED
        if watched or code.co_name in COMMITS:
            self.steps += 1
            if self.steps == self.at:
                os.kill(os.getpid(), signal.SIGKILL)


def in_child(action: Callable[[int], None], acknowledged: int) -> bool:
    """Run ``action`` in a fork; True when it finished, False when it was killed."""
    child = os.fork()
    if child == 0:
        action(acknowledged)
        os._exit(0)
    return os.waitpid(child, 0)[1] == 0


def accept(desk: Desk, inspection: Inspection, pipe: int) -> None:
    receipt = desk.accept(inspection, by="分析员")
    os.write(pipe, receipt.upload_id.encode())


def publish(desk: Desk, pipe: int) -> None:
    os.write(pipe, desk.build().build_id.encode())


def attempt(
    store: Path,
    base: Path,
    inspection: Inspection,
    kind: str,
    arm: Callable[[], None],
    looked_at: dict[str, dict],
) -> dict:
    """One fresh copy of the store, one killed child, and what is found afterwards.

    ``looked_at``: what was found by what the store held, in earlier attempts.
    """
    shutil.rmtree(store, ignore_errors=True)
    shutil.copytree(base, store)
    settings = Settings(store_root=store)
    reading, writing = os.pipe()

    def action(pipe: int) -> None:
        number_alike()
        desk = Desk(settings, Validator(), clock=lambda: NOW)
        arm()
        if kind == "accept":
            accept(desk, inspection, pipe)
        else:
            publish(desk, pipe)
        sys.setprofile(None)

    finished = in_child(action, writing)
    os.close(writing)
    acknowledged = os.read(reading, 1000).decode()
    os.close(reading)
    holds = content(store)
    if holds not in looked_at:
        looked_at[holds] = after(settings)
    return {"finished": finished, "acknowledged": acknowledged, **looked_at[holds]}


def number_alike() -> None:
    """Make uuid4 give every child the same identifiers: equal states have equal names."""
    draw = random.Random(11)
    uuid.uuid4 = lambda: uuid.UUID(int=draw.getrandbits(128), version=4)


def content(store: Path) -> str:
    """Hash of names and bytes of all files; without SQLite's index of its log, which the first
    process to open a ledger that nobody has open makes anew."""
    hashed = hashlib.sha256()
    for path in sorted(store.rglob("*")):
        if path.name != "ledger.db-shm":
            hashed.update(f"{path.relative_to(store)}\n".encode())
            hashed.update(hashlib.sha256(path.read_bytes() if path.is_file() else b"").digest())
    return hashed.hexdigest()


def after(settings: Settings) -> dict:
    """The store as the next process finds it, and again after doctor --fix and a build."""
    desk = Desk(settings, Validator(), clock=lambda: NOW)
    found = {
        "active": [each.upload_id for each in desk.uploads() if each.state == "accepted"],
        "accepted_whole": examine(settings)[0].ok,
        "figures": figures(settings),
        "removed": repair(settings),
    }
    desk.build()
    found["well_after"] = all(check.ok for check in examine(settings))
    found["figures_after"] = figures(settings)
    desk.close()
    return found


def figures(settings: Settings) -> list[float]:
    mart = queries.open_mart(settings)
    try:
        return sorted(queries.run(mart, "kpi_unit_month")["actual"].tolist())
    finally:
        mart.close()


def every_step(store: Path, base: Path, inspection: Inspection, kind: str, stride: int) -> None:
    """Kill at each ``stride``-th step until the child gets through."""
    at = 1
    looked_at: dict[str, dict] = {}
    while True:
        killer = Killer(at)
        arm = partial(sys.setprofile, killer)
        result = attempt(store, base, inspection, kind, arm, looked_at)
        print(json.dumps({"at": at, **result}), flush=True)
        if result["finished"]:
            return
        at += stride


def at_random(store: Path, base: Path, inspection: Inspection, kind: str, rounds: int) -> None:
    """Kill at a random moment, measured in real time."""
    draw = random.Random(7)
    looked_at: dict[str, dict] = {}
    for _ in range(rounds):
        delay = draw.uniform(0.001, 0.25)

        def arm(delay: float = delay) -> None:
            signal.signal(signal.SIGALRM, lambda *_: os.kill(os.getpid(), signal.SIGKILL))
            signal.setitimer(signal.ITIMER_REAL, delay)

        result = attempt(store, base, inspection, kind, arm, looked_at)
        print(json.dumps({"at": delay, **result}), flush=True)


def main() -> None:
    """driver.py STORE BASE INSPECTION_PICKLE accept|publish steps|random NUMBER."""
    store, base, pickled, kind, how, number = sys.argv[1:]
    with open(pickled, "rb") as source:
        inspection = pickle.load(source)
    models()  # reading the SQL files writes nothing: done before the steps are counted
    run = every_step if how == "steps" else at_random
    run(Path(store), Path(base), inspection, kind, int(number))


if __name__ == "__main__":
    main()
