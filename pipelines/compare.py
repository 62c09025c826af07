"""An incoming table against what is accepted: which rows are new, changed, unchanged."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from pipelines import store
from pipelines.domain.dataset import Dataset
from pipelines.domain.fields import Kind
from pipelines.errors import StoreError
from pipelines.intake.inspection import Change, Difference
from pipelines.ledger import Upload
from pipelines.settings import Settings

_MAX_CHANGES = 500
_EMPTY = "（空）"


def accepted_rows(settings: Settings, contract: Dataset, active: list[Upload]) -> pd.DataFrame:
    """The latest accepted row of each grain, in the contract's columns."""
    tables = [
        _accepted(settings, each, contract) for each in active if each.dataset == contract.name
    ]
    if not tables:
        return pd.DataFrame(columns=list(contract.names))
    rows = pa.concat_tables(tables).to_pandas()
    return rows.drop_duplicates(subset=list(contract.grain), keep="last")


def _accepted(settings: Settings, upload: Upload, contract: Dataset) -> pa.Table:
    path = store.accepted_path(settings, upload.upload_id)
    try:
        return pq.read_table(path, columns=list(contract.names))
    except (OSError, pa.ArrowInvalid) as error:
        raise StoreError(
            f"入库批次 {upload.upload_id}（{upload.file_name}）的文件缺失或损坏。"
            "请从备份恢复，或撤销这一批后重新上传"
        ) from error


def difference(contract: Dataset, incoming: pa.Table, accepted: pd.DataFrame) -> Difference:
    """Compare by grain; nulls are equal to nulls."""
    rows = incoming.select(list(contract.names)).to_pandas()
    keys = list(contract.grain)
    joined = rows.merge(
        accepted.astype(object) if accepted.empty else accepted,
        on=keys,
        how="left",
        suffixes=("", "__old"),
        indicator=True,
    )
    known = joined["_merge"].eq("both")
    differing = {
        name: known & _unequal(joined[name], joined[f"{name}__old"])
        for name in contract.names
        if name not in keys
    }
    changed = pd.DataFrame(differing).any(axis=1) if differing else known & False
    state = pd.Series("new", index=joined.index).mask(known, "unchanged").mask(changed, "changed")
    counts = state.value_counts()
    return Difference(
        new=int(counts.get("new", 0)),
        changed=int(counts.get("changed", 0)),
        unchanged=int(counts.get("unchanged", 0)),
        changes=_changes(contract, joined, differing),
        by_month=_by_month(contract, joined, state),
    )


def _unequal(new: pd.Series, old: pd.Series) -> pd.Series:
    both_missing = new.isna() & old.isna()
    return ~both_missing & (new.astype(object) != old.astype(object))


def _changes(
    contract: Dataset, joined: pd.DataFrame, differing: dict[str, pd.Series]
) -> tuple[Change, ...]:
    found: list[Change] = []
    for name, mask in differing.items():
        for _, row in joined[mask].head(_MAX_CHANGES - len(found)).iterrows():
            key = " · ".join(_text(row[each]) for each in contract.grain)
            label = contract[name].label
            found.append(
                Change(key=key, column=label, old=_text(row[f"{name}__old"]), new=_text(row[name]))
            )
    return tuple(found)


def _text(value: object) -> str:
    if value is None or value is pd.NaT or (isinstance(value, float) and pd.isna(value)):
        return _EMPTY
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).removesuffix(" 00:00:00")


def _by_month(
    contract: Dataset, joined: pd.DataFrame, state: pd.Series
) -> tuple[tuple[str, int, int, int], ...]:
    if contract.period_field is None:
        return ()
    period = joined[contract.period_field]
    if contract[contract.period_field].kind is not Kind.MONTH:
        period = pd.to_datetime(period).dt.strftime("%Y-%m")
    counts = pd.crosstab(period, state).reindex(
        columns=["new", "changed", "unchanged"], fill_value=0
    )
    return tuple(
        (str(month), *map(int, row))
        for month, row in zip(counts.index, counts.to_numpy(), strict=True)
    )
