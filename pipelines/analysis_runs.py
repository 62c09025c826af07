"""Results of analyses on disk: kept by build, name and settings, each whole or absent."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from pipelines import store
from pipelines.errors import StoreError
from pipelines.frames import Json
from pipelines.locks import locked
from pipelines.settings import ROOT, Settings

LOCK = "analyses"
META, ARRAYS = "meta.json", "arrays.npz"
Parameter = str | int | float | bool | None


@dataclass(frozen=True, kw_only=True)
class RunKey:
    """What makes two runs the same: build, analysis, its settings and the code that computes.

    ``settings`` are pairs of name and value, sorted by name.
    """

    build_id: str
    name: str
    settings: tuple[tuple[str, Parameter], ...]

    @classmethod
    def of(cls, build_id: str, name: str, settings: Mapping[str, Parameter]) -> RunKey:
        """The key with ``settings`` sorted."""
        return cls(build_id=build_id, name=name, settings=tuple(sorted(settings.items())))

    @property
    def seed(self) -> int:
        """From the build alone: the same data give the same p, whoever asks and when."""
        return int(hashlib.sha256(self.build_id.encode()).hexdigest()[:8], 16)

    @property
    def digest(self) -> str:
        """Identity among the runs of its build, 16 hex digits."""
        parts = [self.name, list(self.settings), self.seed, code_version()]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What an analysis found. Arrays are named as their analysis likes; facts are plain JSON."""

    frames: Mapping[str, pd.DataFrame]
    arrays: Mapping[str, NDArray[np.generic]] = field(default_factory=dict)
    facts: Mapping[str, Json] = field(default_factory=dict)


@cache
def code_version() -> str:
    """Hash of the statistics and of the selects that they read the mart with: a change of method
    makes every kept result a result of another."""
    hashed = hashlib.sha256()
    for path in hashed_files():
        hashed.update(path.name.encode() + path.read_bytes())
    return hashed.hexdigest()[:16]


def hashed_files() -> list[Path]:
    """What ``code_version`` is of, sorted."""
    callers = (
        *("associations", "association_first", "initiatives", "latent_runs"),
        "pair_details",
    )
    paths = [ROOT / "pipelines" / f"{name}.py" for name in callers]
    paths += (ROOT / "pipelines" / "analysis").glob("*.py")
    paths += (ROOT / "pipelines" / "sql" / "query").glob("*.sql")
    return sorted(paths)


def folder(settings: Settings, key: RunKey) -> Path:
    """Where the result of ``key`` is, whether it is there or not."""
    return settings.analyses / key.build_id / f"{key.name}-{key.digest}"


def load(settings: Settings, key: RunKey) -> Outcome | None:
    """The kept result; None when there is none or a file of it is damaged."""
    place = folder(settings, key)
    try:
        meta = json.loads((place / META).read_text(encoding="utf-8"))
        if any(store.sha256_of(place / name) != told for name, told in meta["sha256"].items()):
            return None
        frames = {name: pd.read_parquet(place / f"{name}.parquet") for name in meta["frames"]}
        with np.load(place / ARRAYS, allow_pickle=False) as held:
            arrays = {name: held[name] for name in held.files}
    except (OSError, ValueError, KeyError, TypeError, pa.ArrowInvalid):
        return None
    return Outcome(frames=frames, arrays=arrays, facts=meta["facts"])


def keep(settings: Settings, key: RunKey, outcome: Outcome) -> None:
    """Write the result beside its place, sync it, and rename; a damaged one is replaced.

    Raises StoreError when the store cannot be written or is full.
    """
    place = folder(settings, key)
    temporary = place.with_name(f"{store.TEMPORARY}{uuid.uuid4().hex}")
    with locked(settings, LOCK):
        try:
            with store.full_disk_told():
                temporary.mkdir(parents=True)
                _write(temporary, key, outcome)
                if place.exists():
                    shutil.rmtree(place)
                os.rename(temporary, place)
                store.sync(place.parent)
        except PermissionError as error:
            raise StoreError(
                f"分析结果没有保存：{error.strerror}。请检查 {settings.analyses} 的权限"
            ) from error
        finally:
            shutil.rmtree(temporary, ignore_errors=True)


def prune(settings: Settings) -> None:
    """Remove the results of builds that are no longer there."""
    with locked(settings, LOCK):
        for place in _of_gone_builds(settings):
            shutil.rmtree(place, ignore_errors=True)


def clear(settings: Settings) -> int:
    """Remove the leftovers; how many. Results can be computed again, so nothing is lost."""
    with locked(settings, LOCK):
        found = leftovers(settings)
        for place in found:
            shutil.rmtree(place, ignore_errors=True)
        return len(found)


def leftovers(settings: Settings) -> list[Path]:
    """What a crash left behind: half-written results, and results of builds that are gone."""
    return [*settings.analyses.glob(f"*/{store.TEMPORARY}*"), *_of_gone_builds(settings)]


def _of_gone_builds(settings: Settings) -> list[Path]:
    known = {path.stem for path in settings.marts.glob("*.duckdb")}
    if not settings.analyses.exists():
        return []
    return sorted(each for each in settings.analyses.iterdir() if each.name not in known)


def _write(place: Path, key: RunKey, outcome: Outcome) -> None:
    for name, frame in outcome.frames.items():
        frame.to_parquet(place / f"{name}.parquet", index=False)
    np.savez(place / ARRAYS, **outcome.arrays)
    meta = {
        "build_id": key.build_id,
        "name": key.name,
        "settings": dict(key.settings),
        "seed": key.seed,
        "code_version": code_version(),
        "frames": list(outcome.frames),
        "facts": dict(outcome.facts),
        "sha256": {path.name: store.sha256_of(path) for path in sorted(place.iterdir())},
    }
    (place / META).write_text(json.dumps(meta, ensure_ascii=False, indent=1), encoding="utf-8")
    for path in place.iterdir():
        store.sync(path)
    store.sync(place)
