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
from pipelines.intake.schema import UPLOAD
from pipelines.settings import MIB, Settings

TEMPORARY = ".tmp-"
_RESERVE = 64 * MIB  # free space that must remain after a write
_HASHED_ROWS = 65_536  # rows that are hashed together


def prepare(settings: Settings) -> None:
    """Create the folders of the store; safe to call at any time. Raises StoreError."""
    try:
        for folder in (
            settings.received,
            settings.accepted,
            settings.incoming,
            settings.marts,
        ):
            folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"存储目录 {settings.store_root} 不能使用：{error.strerror}。"
            "请检查权限，或用 TONGPIN_STORE 指定别的目录"
        ) from error


class Digest:
    """SHA-256 of rows as they come, independent of how they are cut into tables."""

    def __init__(self) -> None:
        self._hashed = hashlib.sha256()
        self._waiting: list[pa.Table] = []
        self._count = 0

    def add(self, table: pa.Table) -> None:
        """The next rows."""
        self._waiting.append(table.replace_schema_metadata(None))
        self._count += table.num_rows
        if self._count >= _HASHED_ROWS:
            rows = pa.concat_tables(self._waiting)
            whole = self._count - self._count % _HASHED_ROWS
            for start in range(0, whole, _HASHED_ROWS):
                self._hash(rows.slice(start, _HASHED_ROWS))
            self._waiting = [rows.slice(whole)]
            self._count -= whole

    def value(self) -> str:
        """The digest of all rows; ask once, after the last."""
        self._hash(pa.concat_tables(self._waiting))
        return self._hashed.hexdigest()

    def _hash(self, rows: pa.Table) -> None:
        sink = pa.BufferOutputStream()
        plain = rows.combine_chunks()
        pq.write_table(plain, sink, compression="none", use_dictionary=False, store_schema=False)
        self._hashed.update(sink.getvalue())


def digest_of(path: Path) -> str:
    """The digest of the rows in a Parquet file: what was previewed is compared by this."""
    digest = Digest()
    with pq.ParquetFile(path) as file:
        digest.add(file.schema_arrow.empty_table())
        for batch in file.iter_batches(_HASHED_ROWS):
            digest.add(pa.Table.from_batches([batch]))
    return digest.value()


def put_received(settings: Settings, sha256: str, data: bytes | Path) -> None:
    """Keep the bytes as received under their hash; a second time changes nothing.

    Raises StoreError when a file has changed since it was looked at.
    """
    path = settings.received / sha256
    if path.exists():
        return
    with publishing(path) as temporary:
        if isinstance(data, bytes):
            temporary.write_bytes(data)
            return
        shutil.copyfile(data, temporary)
        if sha256_of(temporary) != sha256:
            raise StoreError("文件在预览之后又被改动，没有入库。请重新检查后再入库")


def sha256_of(path: Path) -> str:
    """SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def put_accepted(settings: Settings, upload_id: str, staged: Path) -> str:
    """Write the staged rows with their upload; returns the digest of what is then on disk.

    What is on disk is read back and compared before it counts. Raises StoreError when the disk
    holds anything else, or is full.
    """
    digest = Digest()
    with publishing(accepted_path(settings, upload_id)) as temporary:
        with pq.ParquetFile(staged) as source:
            marked = source.schema_arrow.append(pa.field(UPLOAD, pa.string()))
            digest.add(marked.empty_table())
            with pq.ParquetWriter(temporary, marked, compression="zstd") as target:
                for batch in source.iter_batches(_HASHED_ROWS):
                    rows = pa.Table.from_batches([batch])
                    ids = pa.array([upload_id] * rows.num_rows, pa.string())
                    rows = rows.append_column(marked.field(UPLOAD), ids)
                    digest.add(rows)
                    target.write_table(rows)
        meant = digest.value()
        if digest_of(temporary) != meant:
            raise StoreError("写入的内容与预览不一致，没有入库。请重新上传；如再次出现请检查磁盘")
    return meant


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
        with full_disk_told():
            yield temporary
            sync(temporary)
            os.replace(temporary, path)
            sync(path.parent)
    finally:
        temporary.unlink(missing_ok=True)


@contextmanager
def full_disk_told() -> Iterator[None]:
    """Whatever is written in it, a full disk is a StoreError that says so."""
    try:
        yield
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise StoreError("磁盘已满，没有入库，已有数据不受影响。请清理磁盘后重试") from error
        raise


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
