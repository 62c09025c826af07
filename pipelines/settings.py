"""Where things are and how large they may be; every value can be set by the environment."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from pipelines.errors import AppError

ROOT = Path(__file__).resolve().parents[1]
REFERENCE = ROOT / "data" / "reference"  # lists that come with the product
MIB = 1024 * 1024


def _from_env(name: str, default: int) -> int:
    text = os.environ.get(name, "")
    if text and not text.isdigit():
        raise AppError(f"环境变量 {name} 是“{text}”，应为整数。请改正后再启动")
    return int(text or default)


def _store_root() -> Path:
    return Path(os.environ.get("TONGPIN_STORE", ROOT / "data" / "store")).resolve()


@dataclass(frozen=True, kw_only=True)
class Settings:
    """``store_root`` holds received/, accepted/, incoming/, marts/, analyses/, CURRENT and the
    ledger.

    Limits: bytes for sizes, seconds for times. Environment: TONGPIN_STORE, TONGPIN_LEDGER_URL,
    TONGPIN_MAX_FILE_MIB, TONGPIN_PARSE_MEMORY_MIB, TONGPIN_PARSE_SECONDS,
    TONGPIN_CHECK_MEMORY_MIB (DuckDB, while a file is checked), TONGPIN_BUILD_MEMORY_MIB (DuckDB,
    while a build is made), TONGPIN_KEEP_BUILDS.
    """

    store_root: Path = field(default_factory=_store_root)
    ledger_url: str | None = field(default_factory=lambda: os.environ.get("TONGPIN_LEDGER_URL"))
    max_file_bytes: int = field(
        default_factory=lambda: _from_env("TONGPIN_MAX_FILE_MIB", 1200) * MIB
    )
    parse_memory_bytes: int = field(
        default_factory=lambda: _from_env("TONGPIN_PARSE_MEMORY_MIB", 3072) * MIB
    )
    parse_seconds: int = field(default_factory=lambda: _from_env("TONGPIN_PARSE_SECONDS", 120))
    check_memory_bytes: int = field(
        default_factory=lambda: _from_env("TONGPIN_CHECK_MEMORY_MIB", 1024) * MIB
    )
    build_memory_bytes: int = field(
        default_factory=lambda: _from_env("TONGPIN_BUILD_MEMORY_MIB", 0) * MIB
    )  # 0: half of what the machine or the container has
    keep_builds: int = field(default_factory=lambda: _from_env("TONGPIN_KEEP_BUILDS", 5))

    @property
    def reference_root(self) -> Path:
        return REFERENCE

    @property
    def sample_root(self) -> Path:
        return ROOT / "data" / "sample"

    @property
    def received(self) -> Path:
        return self.store_root / "received"

    @property
    def accepted(self) -> Path:
        return self.store_root / "accepted"

    @property
    def incoming(self) -> Path:
        return self.store_root / "incoming"

    @property
    def marts(self) -> Path:
        return self.store_root / "marts"

    @property
    def analyses(self) -> Path:
        return self.store_root / "analyses"

    @property
    def current(self) -> Path:
        return self.store_root / "CURRENT"
