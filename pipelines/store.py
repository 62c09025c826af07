"""Files of the store: received bytes and accepted Parquet, each whole or absent."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.errors import StoreError
from pipelines.settings import MIB, Settings

TEMPORARY = ".tmp-"
_RESERVE = 64 * MIB  # free space that must remain after a write


def prepare(settings: Settings) -> None:
    """Create the folders of the store; safe to call at any time. Raises StoreError."""
    try:
        for folder in (settings.received, settings.accepted, settings.marts):
            folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"存储目录 {settings.store_root} 不能使用：{error.strerror}。"
            "请检查权限，或用 TONGPIN_STORE 指定别的目录"
        ) from error


def digest_of(table: pa.Table) -> str:
    """SHA-256 of the rows, independent of chunks: what was previewed is compared by this."""
    plain = table.replace_schema_metadata(None).combine_chunks()
    sink = pa.BufferOutputStream()
    pq.write_table(plain, sink, compression="none", use_dictionary=False, store_schema=False)
    return hashlib.sha256(sink.getvalue()).hexdigest()


def put_received(settings: Settings, sha256: str, data: bytes) -> None:
    """Keep the bytes as received under their hash; a second time changes nothing."""
    path = settings.received / sha256
    if not path.exists():
        with publishing(path) as temporary:
            temporary.write_bytes(data)


def put_accepted(settings: Settings, upload_id: str, table: pa.Table, digest: str) -> Path:
    """Write the accepted rows; what is on disk is read back and compared before it counts.

    Raises StoreError when the disk holds anything but the previewed rows, or is full.
    """
    path = accepted_path(settings, upload_id)
    with publishing(path) as temporary:
        pq.write_table(table, temporary, compression="zstd")
        if digest_of(pq.read_table(temporary)) != digest:
            raise StoreError("写入的内容与预览不一致，没有入库。请重新上传；如再次出现请检查磁盘")
    return path


def accepted_path(settings: Settings, upload_id: str) -> Path:
    """Where the rows of an upload are."""
    return settings.accepted / f"{upload_id}.parquet"


@contextmanager
def publishing(path: Path) -> Iterator[Path]:
    """Write to the yielded temporary path; on success it is synced and takes ``path`` atomically.

    Raises StoreError when the disk is full; the temporary file is removed on any failure.
    """
    temporary = path.with_name(f"{TEMPORARY}{uuid.uuid4().hex}-{path.name}")
    try:
        yield temporary
        sync(temporary)
        os.replace(temporary, path)
        sync(path.parent)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise StoreError("磁盘已满，没有入库，已有数据不受影响。请清理磁盘后重试") from error
        raise
    finally:
        temporary.unlink(missing_ok=True)


def sync(path: Path) -> None:
    """Force a file or a folder entry to disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def require_space(settings: Settings, needed: int) -> None:
    """Raise StoreError unless ``needed`` bytes and a reserve are free."""
    free = shutil.disk_usage(settings.store_root).free
    if free < needed + _RESERVE:
        raise StoreError(f"磁盘剩余 {free / MIB:,.0f} MB，不够安全写入，没有入库。请清理磁盘后重试")


def leftovers(settings: Settings, known: set[str]) -> list[Path]:
    """What a crash left behind: temporary files, and Parquet that no ledger row names."""
    found = [
        path
        for folder in (settings.store_root, settings.received, settings.accepted, settings.marts)
        for path in folder.glob(f"{TEMPORARY}*")
    ]
    orphans = [path for path in settings.accepted.glob("*.parquet") if path.stem not in known]
    return sorted({*found, *orphans})


def set_aside(settings: Settings, path: Path) -> None:
    """Delete a temporary file; move a whole Parquet file that no ledger row names to quarantine/.

    A restored older ledger would call acknowledged files orphans: they must not be lost.
    """
    if path.name.startswith(TEMPORARY):
        path.unlink(missing_ok=True)
        return
    quarantine = settings.store_root / "quarantine"
    quarantine.mkdir(exist_ok=True)
    os.replace(path, quarantine / path.name)
    sync(quarantine)
