"""Is the store whole? Checks that can fail, and clearing of what a crash left behind."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

from pipelines import analysis_runs, queries, store
from pipelines.errors import NoMart, StoreError
from pipelines.ledger import Ledger
from pipelines.locks import locked
from pipelines.rule_pack import rule_pack_in_force
from pipelines.settings import Settings
from pipelines.step_vocabulary import step_vocabulary
from pipelines.transform import build_id_of, current_build_id


@dataclass(frozen=True, kw_only=True)
class Check:
    """One look at the store: what was looked at, whether it is well, what was seen."""

    label: str
    ok: bool
    detail: str


def examine(settings: Settings) -> list[Check]:
    """All checks; nothing changes."""
    ledger = Ledger(settings)
    ledger.upgrade()
    try:
        return [
            _accepted_whole(settings, ledger),
            _mart_opens(settings),
            _mart_current(settings, ledger),
            _no_leftovers(settings, ledger),
            _rules_read(settings),
            _steps_read(settings),
        ]
    finally:
        ledger.close()


def repair(settings: Settings) -> int:
    """Clear leftovers while nothing is being accepted or built. Returns how many."""
    ledger = Ledger(settings)
    ledger.upgrade()
    try:
        with locked(settings, "accept"), locked(settings, "build"):
            found = store.leftovers(settings, {each.upload_id for each in ledger.uploads()})
            for path in found:
                store.set_aside(settings, path)
            return len(found) + analysis_runs.clear(settings)
    finally:
        ledger.close()


def _accepted_whole(settings: Settings, ledger: Ledger) -> Check:
    broken = [
        each.upload_id
        for each in ledger.uploads()
        if _digest_on_disk(settings, each.upload_id) != each.digest
    ]
    detail = f"损坏或缺失：{'、'.join(broken)}。请从备份恢复" if broken else "每次入库的内容都完好"
    return Check(label="入库文件", ok=not broken, detail=detail)


def _digest_on_disk(settings: Settings, upload_id: str) -> str | None:
    try:
        return store.digest_of(store.accepted_path(settings, upload_id))
    except (OSError, pa.ArrowInvalid):
        return None


def _mart_opens(settings: Settings) -> Check:
    try:
        mart = queries.open_mart(settings)
    except NoMart:
        return Check(label="看板数据", ok=True, detail="还没有发布过")
    except StoreError as error:
        return Check(label="看板数据", ok=False, detail=str(error))
    info = queries.run(mart, "build_info").iloc[0]
    mart.close()
    return Check(label="看板数据", ok=True, detail=f"版本 {info['build_id']} 可以打开")


def _mart_current(settings: Settings, ledger: Ledger) -> Check:
    active = ledger.active()
    current = current_build_id(settings)
    expected = build_id_of(settings, active, ledger.statements())
    ok = current == expected if active or current else True
    detail = "与有效入库一致" if ok else "落后于入库，请运行 python -m pipelines build"
    return Check(label="看板版本", ok=ok, detail=detail)


def _rules_read(settings: Settings) -> Check:
    pack = rule_pack_in_force(settings)
    own = f"本单位规则 {pack.local_count} 条" if pack.local_count else "没有本单位的规则文件"
    return Check(
        label="组织生活规则", ok=pack.problem is None, detail=pack.problem or f"{own}，其余按默认"
    )


def _steps_read(settings: Settings) -> Check:
    found = step_vocabulary(settings)
    whose = "本单位的步骤词表" if found.is_local else "默认的步骤词表"
    return Check(
        label="步骤词表",
        ok=found.problem is None,
        detail=found.problem or f"{whose}，{len(found.sets)} 套",
    )


def _no_leftovers(settings: Settings, ledger: Ledger) -> Check:
    found = store.leftovers(settings, {each.upload_id for each in ledger.uploads()})
    found += analysis_runs.leftovers(settings)
    detail = (
        f"{len(found)} 个中断留下的文件，可用 doctor --fix 清除" if found else "没有中断留下的文件"
    )
    return Check(label="残留文件", ok=not found, detail=detail)
