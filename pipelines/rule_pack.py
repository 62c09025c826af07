"""The rules of organisation life in force: the pack that comes with the product, and an
organisation's own file, whose rows replace a rule from their day on."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import astuple, dataclass, replace
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import duckdb

from pipelines.domain.months import last_day
from pipelines.own_files import OwnList, day_in, list_of
from pipelines.reference import RulePackEntry
from pipelines.settings import Settings
from pipelines.warehouse import insert

PERIODS = ("月", "季度", "年")  # that the mart judges; other rules of the pack are only shown
LOCAL_NAME = "rule_pack_local.csv"
_OWN = OwnList(
    variable="TONGPIN_RULE_PACK",
    name=LOCAL_NAME,
    kind="规则文件",
    stays="默认规则",
    then="重新汇总",
)
_KNOWN_PERIODS = (*PERIODS, "次")
_USUAL_KINDS = ("党支部",)
_DDL = """
create table accepted.rules (
    rule_id varchar, version varchar, label varchar, subject varchar, period varchar,
    minimum double, unit varchar, normally boolean, valid_from date, valid_to date,
    unit_kind varchar
)
"""
_NORM = "member_training"
_NORMS_DDL = """
create table accepted.training_norms (hours_a_year double, valid_from date, valid_to date)
"""
_REQUIRED = ("rule_id", "label", "subject", "period", "unit", "source", "valid_from", "version")
_COLUMNS = (*_REQUIRED, "minimum", "normally", "article", "confidence")
_OPTIONAL = {"valid_to": "", "unit_kinds": ""}


@dataclass(frozen=True, kw_only=True)
class Rule(RulePackEntry):
    """A version of a rule. ``valid_to`` "" while it holds; ``unit_kinds`` that it is for.

    ``is_local``: of the organisation's own file.
    """

    valid_to: str
    unit_kinds: tuple[str, ...]
    is_local: bool


@dataclass(frozen=True, kw_only=True)
class RulePack:
    """``rules`` in force, by rule and day; ``problem``: why the own file is not used, else None."""

    rules: tuple[Rule, ...]
    problem: str | None
    local_count: int

    def at_end_of(self, month: str) -> tuple[Rule, ...]:
        """The versions that hold on the last day of ``month`` ("2026-03")."""
        day = last_day(month)
        return tuple(r for r in self.rules if r.valid_from <= day <= (r.valid_to or "9999-12-31"))


def rule_pack_in_force(settings: Settings) -> RulePack:
    """The default pack with the own file laid over it; with a bad own file the default alone."""
    default = _read(settings.reference_root / "rule_pack.csv", is_local=False)
    own, problem = _OWN.read(settings, partial(_read, is_local=True))
    return RulePack(rules=in_force(default, own or ()), problem=problem, local_count=len(own or ()))


def in_force(default: Iterable[Rule], own: Iterable[Rule]) -> tuple[Rule, ...]:
    """Versions of each rule that do not overlap: a version ends when the next one begins.

    An own version ends the default one, and default versions that begin later do not come. Kinds
    of units left blank are those of the version before.
    """
    grouped: dict[str, list[Rule]] = {}
    for each in default:
        grouped.setdefault(each.rule_id, []).append(each)
    starts: dict[str, str] = {}
    for each in own:
        starts[each.rule_id] = min(starts.get(each.rule_id, each.valid_from), each.valid_from)
    for rule_id, start in starts.items():
        grouped[rule_id] = [r for r in grouped.get(rule_id, []) if r.valid_from < start]
    for each in own:
        grouped[each.rule_id].append(each)
    return tuple(each for versions in grouped.values() for each in _ended(versions))


def _ended(versions: list[Rule]) -> Iterable[Rule]:
    ordered = sorted(versions, key=lambda each: each.valid_from)
    kinds = next((each.unit_kinds for each in ordered if each.unit_kinds), _USUAL_KINDS)
    for found, after in zip(ordered, [*ordered[1:], None], strict=True):
        kinds = found.unit_kinds or kinds
        each = replace(found, unit_kinds=kinds)
        if after is None:
            yield each
            continue
        last = (date.fromisoformat(after.valid_from) - timedelta(days=1)).isoformat()
        yield replace(each, valid_to=min(each.valid_to or last, last))


def identity_of(settings: Settings) -> str:
    """Hash of the rules in force."""
    rules = rule_pack_in_force(settings).rules
    return hashlib.sha256(repr([astuple(each) for each in rules]).encode()).hexdigest()


def offer_rules(connection: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """Make ``accepted.rules``: one row a version and kind of unit, of rules that count meetings."""
    connection.execute(_DDL)
    rows = [
        (
            *(each.rule_id, each.version, each.label, each.subject, each.period, each.minimum),
            *(each.unit, each.normally, each.valid_from, each.valid_to or "9999-12-31", kind),
        )
        for each in rule_pack_in_force(settings).rules
        if each.period in PERIODS and each.unit == "次"
        for kind in each.unit_kinds
    ]
    insert(connection, "accepted.rules", rows)


def offer_training_norms(connection: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """Make ``accepted.training_norms``: hours a member is due in a year, by the rules in force."""
    connection.execute(_NORMS_DDL)
    rows = [
        (each.minimum, each.valid_from, each.valid_to or "9999-12-31")
        for each in rule_pack_in_force(settings).rules
        if each.rule_id == _NORM and each.minimum is not None
    ]
    insert(connection, "accepted.training_norms", rows)


def _read(path: Path, *, is_local: bool) -> tuple[Rule, ...]:
    return list_of(path, _COLUMNS, partial(_rule, is_local=is_local), _versions)


def _versions(found: list[Rule]) -> tuple[Rule, ...]:
    keys = [(each.rule_id, each.valid_from) for each in found]
    for key in keys:
        if keys.count(key) > 1:
            raise ValueError(f"规则 {key[0]} 在 {key[1]} 有两个版本")
    return tuple(found)


def _rule(cells: dict[str, str], *, is_local: bool) -> Rule:
    """ValueError in Chinese for a cell that cannot be read."""
    cells = {**_OPTIONAL, **cells}
    blank = [each for each in _REQUIRED if not cells[each]]
    if blank:
        raise ValueError(f"{'、'.join(blank)} 不能为空")
    if cells["period"] not in _KNOWN_PERIODS:
        raise ValueError(f"period 是“{cells['period']}”，应为 {'、'.join(_KNOWN_PERIODS)} 之一")
    if cells["normally"] not in ("0", "1"):
        raise ValueError(f"normally 是“{cells['normally']}”，应为 1（一般）或 0")
    begins, ends = day_in(cells, "valid_from"), day_in(cells, "valid_to")
    if ends and ends < begins:
        raise ValueError("valid_to 早于 valid_from")
    kinds = tuple(each.strip() for each in cells["unit_kinds"].split("|") if each.strip())
    kept = ("rule_id", "label", "subject", "period", "unit", "source", "article", "confidence")
    return Rule(
        **{name: cells[name] for name in kept},
        version=cells["version"],
        minimum=_minimum(cells["minimum"]),
        normally=cells["normally"] == "1",
        valid_from=begins,
        valid_to=ends,
        unit_kinds=kinds,
        is_local=is_local,
    )


def _minimum(text: str) -> float | None:
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        raise ValueError(f"minimum 是“{text}”，应为数字或留空") from None
    if not 0 < value < 1e6:
        raise ValueError(f"minimum 是“{text}”，应大于 0；没有要求的请留空")
    return value
