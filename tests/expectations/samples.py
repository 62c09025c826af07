"""A clean row of every dataset, and for every critical rule the cells that break it."""

from __future__ import annotations

from datetime import date, datetime

import pyarrow as pa

from expectations.registry import rules_for
from expectations.rules import Rule
from pipelines.domain.catalog import dataset, datasets
from pipelines.domain.fields import Kind
from pipelines.domain.findings import Severity
from pipelines.intake.schema import ROW, SHEET, typed_schema

TODAY = date(2026, 11, 22)
Row = dict[str, object]

CLEAN: dict[str, Row] = {
    "actions": {
        "action_id": "A1",
        "unit": "一支部",
        "text": "台账不全",
        "owner_post": "书记",
        "due_raw": "2026-12-31",
        "due_on": date(2026, 12, 31),
        "status": "closed",
        "closed_on": date(2026, 11, 22),
        "verified_by_post": "纪检委员",
    },
    "activities": {
        "record_id": "R1",
        "unit": "一支部",
        "activity_type": "党课",
        "title": "专题党课",
        "start_at": datetime(2026, 11, 22, 9),
        "end_at": datetime(2026, 11, 22, 10),
        "due_count": 20,
        "present_count": 20,
        "leave_count": 0,
        "recorded_at": datetime(2026, 11, 22, 18),
        "secrecy": "内部",
    },
    "admin_meetings": {
        "record_id": "M1",
        "unit": "生产部",
        "title": "月度例会",
        "start_at": datetime(2026, 11, 2, 9),
        "end_at": datetime(2026, 11, 2, 9),
    },
    "carriers": {
        "carrier_id": "C1",
        "kind": "突击队",
        "unit": "一支部",
        "kpi": "一次合格率",
        "baseline": 0.9,
        "target": 0.95,
        "start_on": date(2026, 1, 1),
        "end_on": date(2026, 12, 31),
        "member_count": 8,
    },
    "events": {
        "event_id": "E1",
        "start_on": date(2026, 10, 1),
        "end_on": date(2026, 10, 7),
        "kind": "节假日",
        "label": "国庆",
    },
    "headcounts": {"unit": "一支部", "month": "2026-11", "members": 30, "staff": 90},
    "key_tasks": {
        "task_id": "T1",
        "name": "降本增效",
        "unit": "生产部",
        "kpi": "单位成本",
        "start_on": date(2026, 1, 1),
        "due_on": date(2026, 12, 31),
        "status": "open",
    },
    "kpi_definitions": {
        "kpi_id": "K1",
        "name": "一次合格率",
        "unit_of_measure": "%",
        "direction": "band",
        "band_low": 0.9,
        "band_high": 1.0,
        "aggregation": "mean",
        "weight": 10.0,
        "weight_reason": "年度考核办法",
        "valid_from": date(2024, 1, 1),
    },
    "kpi_values": {
        "unit": "生产部",
        "month": "2026-11",
        "months": 1,
        "kpi": "一次合格率",
        "actual": 0.97,
        "target": 0.95,
    },
    "latent_claims": {
        "claim_id": "L1",
        "unit": "一支部",
        "mechanism": "师带徒",
        "verifying_kpi": "一次合格率",
        "expected_change": "提高 1 个百分点",
        "window_start": "2027-01",
        "window_end": "2027-06",
        "due_on": date(2027, 6, 1),
    },
    "links": {
        "record_id": "R1",
        "target_kind": "kpi",
        "target_id": "K1",
        "state": "confirmed",
        "by": "组织委员",
    },
    "plan_items": {
        "unit": "一支部",
        "month": "2026-12",
        "item": "主题党日",
        "planned_on": date(2026, 12, 5),
    },
    "scores": {
        "unit": "一支部",
        "month": "2026-10",
        "side": "party",
        "item": "三会一课",
        "evaluator": "组织",
        "score": 100.0,
        "full_score": 100.0,
    },
    "survey_counts": {
        "survey_id": "S1",
        "question_id": "Q1",
        "option": "满意",
        "n": 40,
        "base_n": 40,
        "issued_n": 55,
        "wave_on": "2026-10",
    },
    "task_steps": {
        "task_id": "T1",
        "step": "同谋划",
        "side": "party",
        "done_on": date(2026, 11, 22),
    },
    "unit_bridge": {
        "party_unit_id": "0012",
        "admin_unit_id": "D01",
        "share": 1.0,
        "valid_from": date(2020, 1, 1),
    },
    "units": {
        "unit_id": "0012",
        "unit_name": "一支部",
        "parent_id": "0001",
        "tree": "party",
        "valid_from": date(2020, 1, 1),
        "valid_to": date(2027, 1, 1),
    },
}

BREAKS: dict[str, Row] = {
    "activities.present_count.at_most_due_count": {"due_count": 20, "present_count": 21},
    "activities.end_at.not_before_start_at": {"end_at": datetime(2026, 11, 22, 8, 59)},
    "activities.start_at.within_366_days": {
        "start_at": datetime(2062, 11, 22, 9),
        "end_at": None,
        "recorded_at": None,
    },
    "activities.secrecy.not_secret": {"secrecy": "秘密"},
    "admin_meetings.end_at.not_before_start_at": {"end_at": datetime(2026, 11, 2, 8)},
    "admin_meetings.start_at.within_366_days": {
        "start_at": datetime(2062, 11, 2, 9),
        "end_at": None,
    },
    "carriers.end_on.not_before_start_on": {"end_on": date(2025, 12, 31)},
    "events.end_on.not_before_start_on": {"end_on": date(2026, 9, 30)},
    "key_tasks.due_on.not_before_start_on": {"due_on": date(2025, 12, 31)},
    "kpi_definitions.band_high.not_before_band_low": {"band_low": 0.9, "band_high": 0.8},
    "latent_claims.window_end.not_before_window_start": {"window_end": "2026-12"},
    "scores.score.at_most_full_score": {"score": 100.5},
    "scores.full_score.above_zero": {"full_score": 0.0, "score": 0.0},
    "survey_counts.n.at_most_base_n": {"n": 41},
    "survey_counts.base_n.at_most_issued_n": {"base_n": 56},
    "unit_bridge.valid_to.not_before_valid_from": {"valid_to": date(2019, 12, 31)},
    "units.valid_to.not_before_valid_from": {"valid_to": date(2019, 12, 31)},
    "units.unit_id.differs_from_parent_id": {"unit_id": "0099", "parent_id": "0099"},
}


def critical_rules() -> list[tuple[str, Rule]]:
    """Every critical rule of every suite, with its dataset."""
    return [
        (name, rule)
        for name in datasets()
        for rule in rules_for(name)
        if rule.severity is Severity.CRITICAL
    ]


def breaking_cells(name: str, rule: Rule) -> Row | None:
    """Cells that break ``rule``: written by hand, or following from the contract."""
    column, kind = rule.id.removeprefix(f"{name}.").split(".")
    if rule.id in BREAKS:
        return BREAKS[rule.id]
    if kind == "required":
        return {column: None}
    if kind == "vocabulary":
        return {column: "请选择"}
    if kind == "range":
        limit = dataset(name)[column].minimum
        return None if limit is None else {column: limit - 1}
    return None


def apart(name: str, cells: Row, number: int) -> Row:
    """The clean row with ``cells``, and with a key of its own so that it is no duplicate."""
    texts = (Kind.CODE, Kind.TEXT, Kind.UNIT)
    contract = dataset(name)
    free = [each for each in contract.grain if contract[each].kind in texts and each not in cells]
    own = {free[0]: f"第{number}例"} if free else {}
    return CLEAN[name] | own | cells


def as_table(name: str, rows: list[Row]) -> pa.Table:
    """Rows in the typed schema, numbered from 2 as under a header row."""
    schema = typed_schema(dataset(name))
    numbered = [row | {ROW: at + 2, SHEET: "表1"} for at, row in enumerate(rows)]
    return pa.Table.from_pylist(numbered, schema=schema)
