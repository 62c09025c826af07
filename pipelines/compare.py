"""An incoming file against what is accepted: which rows are new, changed, unchanged, vanished."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from pipelines import store
from pipelines.accepted import POSITION, offer, offer_uploads, parquet, scope
from pipelines.domain.dataset import Dataset
from pipelines.domain.fields import Field, Kind
from pipelines.errors import StoreError
from pipelines.intake.inspection import Change, Difference
from pipelines.intake.schema import UPLOAD
from pipelines.ledger import Upload
from pipelines.reference import Vocabulary, vocabularies
from pipelines.settings import Settings
from pipelines.warehouse import comparing

_MAX_CHANGES = 500
_MAX_VANISHED = 500
_MAX_SCOPES = 1000
_EMPTY = "（空）"
_STATES = ("new", "changed", "unchanged", "vanished")
_PLACE = f"uploads.upload_seq * 1099511627776 + source.{POSITION}"  # uploads in order, then rows
_SCOPED = """
create table scoped as
select
    unit,
    month,
    count(*) filter (state = 'new') as new,
    count(*) filter (state = 'changed') as changed,
    count(*) filter (state = 'unchanged') as unchanged,
    count(*) filter (state = 'vanished') as vanished
from compared
group by unit, month
"""
_SUMS = """
    coalesce(sum(new), 0)::bigint as new,
    coalesce(sum(changed), 0)::bigint as changed,
    coalesce(sum(unchanged), 0)::bigint as unchanged,
    coalesce(sum(vanished), 0)::bigint as vanished
"""
_TOTALS = f"select {_SUMS}, count(*) as scopes from scoped"  # noqa: S608
_BY_MONTH = f"select month, {_SUMS} from scoped group by month order by month nulls last"  # noqa: S608
_BY_SCOPE = "select * from scoped order by unit nulls last, month nulls last limit ?"

Words = dict[str, Vocabulary]


def difference(
    settings: Settings, contract: Dataset, incoming: Path, active: list[Upload]
) -> Difference:
    """Compare a Parquet file of ours, not accepted yet, with the rows that count, by grain.

    Of several accepted rows of a grain the one of the latest upload counts, then the last one in
    its file. Nulls are equal to nulls. Memory is bounded whatever the size. Raises StoreError
    when an accepted file is missing or damaged, or the disk has no room.
    """
    mine = [each for each in active if each.dataset == contract.name]
    try:
        with comparing(settings, incoming.parent) as connection:
            connection.execute("create schema accepted")
            offer_uploads(connection, mine)
            offer(connection, contract, settings, mine)
            parquet(connection, contract, [incoming]).create_view("incoming")
            connection.execute(_scopes_sql(contract))
            connection.execute(_compared_sql(contract))
            return _difference(connection, contract, vocabularies(settings))
    except duckdb.Error as error:
        raise _told(settings, mine, error) from error


def _difference(
    connection: duckdb.DuckDBPyConnection, contract: Dataset, words: Words
) -> Difference:
    connection.execute(_SCOPED)
    *counts, scopes = connection.execute(_TOTALS).fetchone()
    by_scope = connection.execute(_BY_SCOPE, [_MAX_SCOPES]).fetchall()
    by_month = connection.execute(_BY_MONTH).fetchall() if contract.period_field else []
    return Difference(
        **dict(zip(_STATES, counts, strict=True)),
        changes=_changes(connection, contract, words),
        vanished_keys=_vanished(connection, contract, words),
        by_month=tuple(map(_labelled, by_month)),
        by_scope=tuple(map(_labelled, by_scope)),
        scopes=scopes,
    )


def _labelled(row: tuple) -> tuple:
    return tuple(_EMPTY if each is None else each for each in row)


def _scopes_sql(contract: Dataset) -> str:
    unit, month = scope(contract, "source")
    return f"""
        create table scopes as
        select distinct {unit} as unit, {month} as month, true as is_here
        from incoming as source
    """  # noqa: S608 - names of contracts only


def _compared_sql(contract: Dataset) -> str:
    """A row for each incoming row, and for each accepted row of its scopes that has no part in it.

    Where the grain holds the scope, accepted rows of other scopes are not looked at.
    """
    unit, month = scope(contract, "source")
    new_unit, new_month = scope(contract, "incoming")
    scoped_grain = {contract.unit_field, contract.period_field} - {None} <= set(contract.grain)
    grain = ", ".join(f'"{each}"' for each in contract.grain)
    same = [f'incoming."{each}" is not distinct from latest."{each}"' for each in contract.grain]
    differs = [f'incoming."{each}" is distinct from latest."{each}"' for each in _others(contract)]
    return f"""
        create table compared as
        with old as not materialized (
            select source.*, {_PLACE} as _place, {unit} as _unit, {month} as _month,
                coalesce(scopes.is_here, false) as _is_here
            from accepted.{contract.name} as source
            inner join accepted.uploads as uploads on source.{UPLOAD} = uploads.upload_id
            {"inner" if scoped_grain else "left"} join scopes
                on {unit} is not distinct from scopes.unit
                and {month} is not distinct from scopes.month
        ),
        latest as (
            select * from old where _place in (select max(_place) from old group by {grain})
        )
        select
            case when incoming.{POSITION} is null then latest._unit else {new_unit} end as unit,
            case when incoming.{POSITION} is null then latest._month else {new_month} end as month,
            incoming.{POSITION} as position,
            latest._place as place,
            case
                when latest._place is null then 'new'
                when incoming.{POSITION} is null then 'vanished'
                when {" or ".join(differs) or "false"} then 'changed'
                else 'unchanged'
            end as state
        from incoming full join latest on {" and ".join(same)}
        where incoming.{POSITION} is not null or latest._is_here
    """  # noqa: S608 - names of contracts only


def _picked_sql(contract: Dataset, columns: list[str], order: list[str]) -> str:
    """Values of the first rows in a state: ``source`` is accepted, ``incoming`` may be absent."""
    return f"""
        with picked as (select * from compared where state = ? order by {", ".join(order)} limit ?)
        select {", ".join(columns)}
        from picked
        inner join (
            select source.*, {_PLACE} as _place
            from accepted.{contract.name} as source
            inner join accepted.uploads as uploads on source.{UPLOAD} = uploads.upload_id
        ) as source on picked.place = source._place
        left join incoming on picked.position = incoming.{POSITION}
        order by {", ".join(f"picked.{each}" for each in order)}
    """  # noqa: S608 - names of contracts only


def _changes(
    connection: duckdb.DuckDBPyConnection, contract: Dataset, words: Words
) -> tuple[Change, ...]:
    others = _others(contract)
    columns = [f'incoming."{each}"' for each in contract.grain]
    columns += [f'{side}."{each}"' for each in others for side in ("source", "incoming")]
    rows = connection.execute(
        _picked_sql(contract, columns, ["position"]), ["changed", _MAX_CHANGES]
    ).fetchall()
    found = []
    for row in rows:
        key = _key(contract, row, words)
        values = iter(row[len(contract.grain) :])
        for name, old, new in zip(others, values, values, strict=True):
            if old != new:
                of = contract[name]
                texts = {"old": _text(of, old, words), "new": _text(of, new, words)}
                found.append(Change(key=key, column=of.label, **texts))
    return tuple(found[:_MAX_CHANGES])


def _vanished(
    connection: duckdb.DuckDBPyConnection, contract: Dataset, words: Words
) -> tuple[str, ...]:
    columns = [f'source."{each}"' for each in contract.grain]
    rows = connection.execute(
        _picked_sql(contract, columns, ["unit", "month", "place"]), ["vanished", _MAX_VANISHED]
    ).fetchall()
    return tuple(_key(contract, row, words) for row in rows)


def _others(contract: Dataset) -> list[str]:
    return [name for name in contract.names if name not in contract.grain]


def _key(contract: Dataset, row: tuple, words: Words) -> str:
    """单位 · 月份 · 指标; how many months only when there are several."""
    parts = []
    for name, value in zip(contract.grain, row, strict=False):
        if contract.pivot is None or name != contract.pivot.months:
            parts.append(_text(contract[name], value, words))
        elif value != 1:
            parts.append(f"{value}个月")
    return " · ".join(parts)


def _text(field: Field, value: object, words: Words) -> str:
    """A value as an analyst writes it."""
    if value is None:
        return _EMPTY
    if field.kind is Kind.VOCABULARY:
        return words[str(field.vocabulary)].label_of(str(value))
    if isinstance(value, bool):
        return "是" if value else "否"
    if field.kind is Kind.RATE:
        return f"{value * 100:.12g}%"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).removesuffix(" 00:00:00")


def _told(settings: Settings, uploads: list[Upload], error: duckdb.Error) -> StoreError:
    """Which accepted file is missing or damaged; else the disk had no room."""
    for upload in uploads:
        try:
            with pq.ParquetFile(store.accepted_path(settings, upload.upload_id)) as file:
                for _ in file.iter_batches():
                    pass
        except (OSError, pa.ArrowException):
            return StoreError(
                f"入库批次 {upload.upload_id}（{upload.file_name}）的文件缺失或损坏。"
                "请从备份恢复，或撤销这一批后重新上传"
            )
    return StoreError(
        "与已入库数据的比对没有完成，什么也没有入库：磁盘可能已满。请清理磁盘后重试"
        f"（{str(error).splitlines()[0][:200]}）"
    )
