"""Confirmed mappings of source shapes: kept in the ledger as a history, moved as JSON."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime

import sqlalchemy as sa

from pipelines.domain.catalog import datasets
from pipelines.errors import StoreError
from pipelines.intake.choices import IGNORED, SourceMapping

FORMAT = "tongpin-mappings"
VERSION = 1
MAX_MAPPINGS = 10_000
MAX_COLUMNS = 2_000  # no table that is read has more

MAPPINGS = sa.Table(
    "mappings",
    sa.MetaData(),
    sa.Column("seq", sa.Integer()),
    sa.Column("fingerprint", sa.String()),
    sa.Column("dataset", sa.String()),
    sa.Column("columns", sa.String()),
    sa.Column("confirmed_by", sa.String()),
    sa.Column("confirmed_at", sa.DateTime()),
    sa.Column("forgotten_by", sa.String()),
    sa.Column("forgotten_at", sa.DateTime()),
)
_FINGERPRINT = re.compile(r"[0-9a-f]{8,64}")
_REMEDY = "没有导入任何对应关系。请用本系统“已记住的对应”里下载的文件"


def save(connection: sa.Connection, mapping: SourceMapping, *, by: str, at: datetime) -> bool:
    """Make ``mapping`` the one of its fingerprint. False when it is already (nothing is added)."""
    latest = _latest(connection).get(mapping.fingerprint)
    if latest is not None and latest["forgotten_at"] is None and _mapping(latest) == mapping:
        return False
    connection.execute(
        MAPPINGS.insert().values(
            fingerprint=mapping.fingerprint,
            dataset=mapping.dataset,
            columns=json.dumps(dict(mapping.columns)),
            confirmed_by=by,
            confirmed_at=at,
        )
    )
    return True


def load(connection: sa.Connection) -> list[SourceMapping]:
    """The mapping of every fingerprint that is not forgotten, the oldest first."""
    rows = _latest(connection).values()
    return [_mapping(row) for row in rows if row["forgotten_at"] is None]


def forget(connection: sa.Connection, fingerprint: str, *, by: str, at: datetime) -> None:
    """Stop applying a mapping; its history stays. Raises StoreError when there is none."""
    latest = _latest(connection).get(fingerprint)
    if latest is None or latest["forgotten_at"] is not None:
        raise StoreError("没有这条记住的对应：可能已经删除。请刷新页面查看")
    kept = {name: latest[name] for name in latest if name != "seq"}
    connection.execute(MAPPINGS.insert().values(**{**kept, "forgotten_by": by, "forgotten_at": at}))


def to_json(mappings: Iterable[SourceMapping]) -> str:
    """The mappings as a file that ``from_json`` reads back equal."""
    content = {
        "format": FORMAT,
        "version": VERSION,
        "mappings": [{**asdict(each), "columns": dict(each.columns)} for each in mappings],
    }
    return json.dumps(content, ensure_ascii=False, indent=1)


def from_json(text: str) -> list[SourceMapping]:
    """The mappings of a file, all or none. Raises StoreError (Chinese) for anything malformed."""
    try:
        content = json.loads(text, object_pairs_hook=_object)
    except (ValueError, RecursionError) as error:
        raise StoreError(f"不是完好的 JSON 文件，{_REMEDY}") from error
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise StoreError(f"这不是“已记住的对应”文件，{_REMEDY}")
    if content.get("version") != VERSION:
        raise StoreError(f"文件的版本不是 {VERSION}，{_REMEDY}")
    entries = content.get("mappings")
    if not isinstance(entries, list) or len(entries) > MAX_MAPPINGS:
        raise StoreError(f"“mappings”应是不超过 {MAX_MAPPINGS} 条的列表，{_REMEDY}")
    found = [_entry(each, number) for number, each in enumerate(entries, start=1)]
    if len({each.fingerprint for each in found}) != len(found):
        raise StoreError(f"同一种表头出现了两次，不知道以哪条为准，{_REMEDY}")
    return found


def _latest(connection: sa.Connection) -> dict[str, dict[str, object]]:
    """The newest row of each fingerprint, in the order of the rows."""
    newest = sa.select(sa.func.max(MAPPINGS.c.seq)).group_by(MAPPINGS.c.fingerprint)
    query = sa.select(MAPPINGS).where(MAPPINGS.c.seq.in_(newest)).order_by(MAPPINGS.c.seq)
    rows = connection.execute(query).mappings()
    return {row["fingerprint"]: dict(row) for row in rows}


def _mapping(row: dict[str, object]) -> SourceMapping:
    return SourceMapping(
        fingerprint=str(row["fingerprint"]),
        dataset=str(row["dataset"]),
        columns=json.loads(str(row["columns"])),
    )


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name occurs twice in one object")
    return found


def _entry(entry: object, number: int) -> SourceMapping:
    where = f"第 {number} 条对应"
    if not isinstance(entry, dict) or set(entry) != {"fingerprint", "dataset", "columns"}:
        raise StoreError(f"{where}应有且只有 fingerprint、dataset、columns 三项，{_REMEDY}")
    fingerprint, dataset, columns = entry["fingerprint"], entry["dataset"], entry["columns"]
    if not isinstance(fingerprint, str) or not _FINGERPRINT.fullmatch(fingerprint):
        raise StoreError(f"{where}的指纹不是 8—64 位十六进制小写字符，{_REMEDY}")
    if not isinstance(dataset, str) or dataset not in datasets():
        raise StoreError(f"{where}的数据表“{_short(dataset)}”不存在，{_REMEDY}")
    if not isinstance(columns, dict) or not 0 < len(columns) <= MAX_COLUMNS:
        raise StoreError(f"{where}的 columns 应是 1—{MAX_COLUMNS} 个表头到字段的对应，{_REMEDY}")
    for header, field in columns.items():
        _require_text(header, where)
        if field != IGNORED and field not in datasets()[dataset].names:
            label = datasets()[dataset].label
            raise StoreError(
                f"{where}把“{_short(header)}”读作“{_short(field)}”，"
                f"“{label}”没有这个字段，{_REMEDY}"
            )
    return SourceMapping(fingerprint=fingerprint, dataset=dataset, columns=columns)


def _require_text(header: str, where: str) -> None:
    """Half a surrogate pair is no text: it could neither be stored nor shown."""
    if not header or any(unicodedata.category(each) == "Cs" for each in header):
        raise StoreError(f"{where}有空的或含残缺字符的表头，{_REMEDY}")


def _short(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text.encode("utf-8", "replace").decode()[:40]
