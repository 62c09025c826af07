"""The folder where the rows of a preview wait for a person: ours, temporary, one a preview."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from pipelines.settings import Settings

_PREFIX = "preview-"


class Staged:
    """A temporary folder that is removed with this object. ``path``: the Parquet file in it."""

    def __init__(self, settings: Settings) -> None:
        settings.incoming.mkdir(parents=True, exist_ok=True)
        prefix = f"{_PREFIX}{os.getpid()}-"
        self._folder = tempfile.TemporaryDirectory(prefix=prefix, dir=settings.incoming)
        self.path = Path(self._folder.name) / "rows.parquet"

    def close(self) -> None:
        """Remove the folder now."""
        self._folder.cleanup()


def abandoned(settings: Settings) -> list[Path]:
    """Folders whose process is gone."""
    found = settings.incoming.glob(f"{_PREFIX}*")
    return sorted(each for each in found if not _runs(each.name.split("-")[1]))


def clear_abandoned(settings: Settings) -> int:
    """Remove the folders that processes left behind when they were killed; how many."""
    folders = abandoned(settings)
    for each in folders:
        shutil.rmtree(each, ignore_errors=True)
    return len(folders)


def _runs(pid: str) -> bool:
    return pid.isdigit() and Path("/proc", pid).exists()
