"""Accepted rows as a CSV file that anybody can open, and that comes back as the same rows."""

from __future__ import annotations

import csv
import io
import os
import tempfile
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import BinaryIO

import duckdb

from pipelines.accepted import POSITION, offer, offer_uploads
from pipelines.domain.catalog import dataset as contract_of
from pipelines.domain.dataset import Dataset
from pipelines.domain.fields import Field, Kind
from pipelines.errors import StoreError
from pipelines.intake.schema import UPLOAD
from pipelines.intake.staged import Staged
from pipelines.ledger import Upload
from pipelines.reference import Vocabulary, vocabularies
from pipelines.settings import Settings
from pipelines.warehouse import comparing

_BATCH = 20_000  # rows
_RUN = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # what spreadsheets run
_MARK = "'"  # intake takes one of them away

Write = Callable[[object], str]


def export_rows(
    settings: Settings, active: Sequence[Upload], dataset: str, target: BinaryIO
) -> int:
    """Write the rows of ``dataset`` that count, in order of acceptance; how many.

    UTF-8 with BOM, the contract's labels as headers, words of vocabularies as their labels. Text
    that a spreadsheet would run gets an apostrophe. Of several rows of a grain the latest counts.
    Memory is bounded. Raises StoreError when an accepted file is missing or damaged.
    """
    contract = contract_of(dataset)
    words = vocabularies(settings)
    writers = [_writer(each, words) for each in contract.fields]
    mine = [each for each in active if each.dataset == contract.name]
    text = io.TextIOWrapper(target, encoding="utf-8-sig", newline="", write_through=True)
    lines = csv.writer(text)
    lines.writerow([each.label for each in contract.fields])
    staged = Staged(settings)
    count = 0
    try:
        with comparing(settings, staged.path.parent) as connection:
            rows = _counting(connection, contract, settings, mine)
            while batch := rows.fetchmany(_BATCH):
                count += len(batch)
                lines.writerows(
                    [write(value) for write, value in zip(writers, row, strict=True)]
                    for row in batch
                )
    except duckdb.Error as error:
        raise StoreError(
            f"没有导出“{contract.label}”：有入库的文件缺失或损坏，或磁盘已满。"
            "请运行 python -m pipelines doctor 检查存储"
        ) from error
    finally:
        staged.close()
        text.detach()
    return count


def export_file(settings: Settings, active: Sequence[Upload], dataset: str, path: Path) -> int:
    """``export_rows`` to a file that appears whole or not at all; how many. Raises StoreError."""
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    except OSError as error:
        raise StoreError(f"写不了文件 {path}：{error.strerror}。请检查路径和权限") from error
    try:
        with os.fdopen(handle, "wb") as target:
            count = export_rows(settings, active, dataset, target)
        os.replace(name, path)
    except OSError as error:
        raise StoreError(f"写不了文件 {path}：{error.strerror}。请检查路径和磁盘") from error
    finally:
        Path(name).unlink(missing_ok=True)
    return count


def _counting(
    connection: duckdb.DuckDBPyConnection,
    contract: Dataset,
    settings: Settings,
    active: list[Upload],
) -> duckdb.DuckDBPyConnection:
    connection.execute("create schema accepted")
    offer_uploads(connection, active)
    offer(connection, contract, settings, active)
    columns = ", ".join(f'source."{each}"' for each in contract.names)
    grain = ", ".join(f'source."{each}"' for each in contract.grain)
    return connection.execute(f"""
        select {columns}
        from accepted.{contract.name} as source
        inner join accepted.uploads as uploads on source.{UPLOAD} = uploads.upload_id
        qualify row_number() over (
            partition by {grain} order by uploads.upload_seq desc, source.{POSITION} desc
        ) = 1
        order by uploads.upload_seq, source.{POSITION}
    """)  # noqa: S608 - names of contracts only


def _writer(field: Field, words: dict[str, Vocabulary]) -> Write:
    """How a value of ``field`` is spelled so that intake reads the same value."""
    match field.kind:
        case Kind.VOCABULARY:
            listed = words[str(field.vocabulary)]
            return lambda code: "" if code is None else _inert(listed.label_of(str(code)))
        case Kind.BOOLEAN:
            return lambda value: "" if value is None else "是" if value else "否"
        case Kind.NUMBER | Kind.INTEGER:
            return _figure
        case Kind.RATE:
            return _rate
        case Kind.DATE | Kind.TIMESTAMP:
            return _moment
    return lambda text: "" if text is None else _inert(str(text))


def _inert(text: str) -> str:
    """``text`` that no spreadsheet runs; one apostrophe of its own is kept by another one."""
    return _MARK + text if text.startswith((*_RUN, _MARK)) else text


def _figure(value: object) -> str:
    """All digits, as short as they can be."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return "" if value is None else repr(value)


def _rate(value: object) -> str:
    """A bare number above 1 could be a percentage, so that one is written out."""
    if isinstance(value, float) and abs(value) > 1:
        return f"{value * 100:.15g}%"
    return _figure(value)


def _moment(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat(" ", "seconds")
    return value.isoformat() if isinstance(value, date) else ""
