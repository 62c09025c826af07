"""For every rule about a whole table: what is stored, rows that break it, and rows that do not."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from tests.expectations.samples import CLEAN

Row = dict[str, object]


@dataclass(frozen=True, kw_only=True)
class Case:
    """``broken`` and ``fine``: cells that replace those of the clean row, one a row.

    The first broken row is the one that a finding must point at; ``stored``: rows by dataset
    beside the roster and the KPI register below; ``totals`` and ``fine_totals``: printed sums.
    """

    rule: str
    broken: tuple[Row, ...]
    fine: tuple[Row, ...]
    stored: dict[str, list[Row]] = field(default_factory=dict)
    totals: tuple[Row, ...] = ()
    fine_totals: tuple[Row, ...] = ()
    says: str = ""

    @property
    def dataset(self) -> str:
        return self.rule.split(".")[0]


def unit(unit_id: str, name: str, tree: str, **more: object) -> Row:
    return {"unit_id": unit_id, "unit_name": name, "tree": tree, "valid_from": DAY, **more}


def kpi(kpi_id: str, name: str, measure: str, aggregation: str, **more: object) -> Row:
    base = {"direction": "up", "valid_from": DAY, "unit_of_measure": measure}
    return {"kpi_id": kpi_id, "name": name, "aggregation": aggregation, **base, **more}


def money(month: str, actual: float | None, ytd: float | None = None, **more: object) -> Row:
    return {"month": month, "kpi": "营业收入", "actual": actual, "ytd_actual": ytd, **more}


def months(kpi_name: str, *actual: float) -> list[Row]:
    """Stored figures of 生产部, month after month from January 2025."""
    return [
        {"unit": "生产部", "month": f"{2025 + at // 12}-{at % 12 + 1:02d}", "months": 1,
         "kpi": kpi_name, "actual": value}
        for at, value in enumerate(actual)
    ]  # fmt: skip


def total(row: int, first: int, last: int, **cells: object) -> Row:
    return {
        "_row": row, "first_row": first, "last_row": last, "total_kind": "合计",
        "month": "2026-03", "months": 1, "kpi": "营业收入", **cells,
    }  # fmt: skip


DAY = date(2020, 1, 1)
ENDED, BEGUN = date(2025, 12, 31), date(2026, 1, 1)
ROSTER = [
    unit("0001", "机关党委", "party"),
    unit("0012", "一支部", "party", aliases="第一党支部", parent_id="0001"),
    unit("0013", "二支部", "party", valid_to=ENDED),
    unit("D01", "生产部", "admin"),
    unit("D02", "销售部", "admin"),
]
REGISTER = [
    kpi("K1", "一次合格率", "%", "mean"),
    kpi("K2", "营业收入", "万元", "sum", aliases="营收"),
    kpi("K3", "客户满意度", "分", "mean", valid_from=date(2027, 1, 1)),
    kpi("K4", "月平均气温", "℃", "mean", is_placebo=True),
    kpi("K5", "单位成本", "元", "mean"),
]
STEADY = (100.0, 101.0, 99.0, 100.0, 102.0, 98.0, 100.0, 101.0)
UNITS = {
    "actions": "unit", "activities": "unit", "admin_meetings": "unit", "carriers": "unit",
    "events": "unit", "headcounts": "unit", "key_tasks": "unit", "kpi_values": "unit",
    "latent_claims": "unit", "plan_items": "unit", "scores": "unit",
}  # fmt: skip
KPIS = {
    "carriers": "kpi",
    "key_tasks": "kpi",
    "kpi_values": "kpi",
    "latent_claims": "verifying_kpi",
}
EARLY: dict[str, Row] = {"latent_claims": {"window_start": "2026-12"}}
NAMES = [
    case
    for name, column in UNITS.items()
    for case in (
        Case(
            rule=f"{name}.{column}.known",
            broken=({column: "一支步"},),
            fine=({column: "第一党支部"}, {column: "0012"}),
            says="是不是“一支部”？",
        ),
        Case(
            rule=f"{name}.{column}.valid",
            broken=({column: "二支部"},),
            fine=({column: "一支部"},),
            says="2020-01-01 至 2025-12-31",
        ),
    )
] + [
    case
    for name, column in KPIS.items()
    for case in (
        Case(
            rule=f"{name}.{column}.known",
            broken=({column: "营业收人"},),
            fine=({column: "营收"}, {column: "K2"}),
            says="是不是“营业收入”？",
        ),
        Case(
            rule=f"{name}.{column}.defined",
            broken=({column: "客户满意度"} | EARLY.get(name, {}),),
            fine=({column: "营业收入"},),
            says="2027-01-01 起才有定义",
        ),
    )
]

FIGURES = [
    Case(
        rule="kpi_values.unit_of_measure.convertible",
        broken=({"kpi": "营业收入", "unit_of_measure": "%"},),
        fine=(
            {"kpi": "营业收入", "unit_of_measure": "元"},
            {"kpi": "没有的", "unit_of_measure": "%"},
        ),
        says="不能换算",
    ),
    Case(
        rule="kpi_values.unit_of_measure.convertible",
        broken=({"kpi": "营业收入", "unit_of_measure": "斛"},),
        fine=({"kpi": "营业收入", "unit_of_measure": None},),
    ),
    Case(
        rule="kpi_values.actual.like_its_history",
        broken=(money("2026-03", 115.0),),
        fine=(money("2026-03", 104.0),),
        stored={"kpi_values": months("营业收入", *STEADY)},
        says="一般在 100 左右",
    ),
    Case(
        rule="kpi_values.actual.like_its_history",
        broken=(money("2026-03", 151.0),),
        fine=(money("2026-03", 149.0),),
        stored={"kpi_values": months("营业收入", *[100.0] * 8)},
    ),
    Case(
        rule="kpi_values.actual.like_its_history",
        broken=(
            money("2026-09", 130.0),
            *(money(f"2026-0{at}", value) for at, value in enumerate(STEADY, start=1)),
        ),
        fine=(
            money("2026-08", 130.0),
            *(money(f"2026-0{at}", value) for at, value in enumerate(STEADY[:7], start=1)),
        ),
    ),
    Case(
        rule="kpi_values.actual.in_its_measure",
        broken=(money("2026-03", 1010000.0),),
        fine=(money("2026-03", 1010000.0, unit_of_measure="元"), money("2026-04", 200.0)),
        stored={"kpi_values": months("营业收入", 100.0, 101.0, 99.0)},
        says="一万倍",
    ),
    Case(
        rule="kpi_values.actual.in_its_measure",
        broken=({"actual": 0.97},),
        fine=({"actual": 90.0}, {"actual": 0.97, "kpi": "客户满意度"}),
        stored={"kpi_values": months("一次合格率", 97.0, 96.0, 98.0)},
        says="一百倍",
    ),
    Case(
        rule="kpi_values.ytd_actual.not_falling",
        broken=(money("2026-03", 5.0, 290.0),),
        fine=(
            money("2026-03", -10.0, 290.0),
            money("2026-04", 5.0, 295.0),
            {"month": "2026-03", "ytd_actual": 1.0},
            money("2027-01", 5.0, 5.0),
        ),
        stored={
            "kpi_values": [
                {"unit": "生产部", "months": 1, **money("2026-02", 150.0, 300.0)},
                {
                    "unit": "生产部",
                    "months": 1,
                    "month": "2026-02",
                    "kpi": "一次合格率",
                    "ytd_actual": 2.0,
                },
            ]
        },
        says="比 2026-02 的 300 还少",
    ),
    Case(
        rule="kpi_values.ytd_actual.sum_of_months",
        broken=(money("2026-03", 33.34, 100.5), money("2026-02", 66.66, 66.66, months=2)),
        fine=(money("2026-03", 33.34, 100.0), money("2026-02", 66.66, 66.7, months=2)),
        says="各月相加是 100，相差 0.5",
    ),
    Case(
        rule="kpi_values.ytd_actual.sum_of_months",
        broken=(money("2026-03", 30.0, 95.0),),
        fine=(money("2026-03", 30.0, 92.0), money("2026-05", 30.0, 999.0)),
        stored={
            "kpi_values": [
                {"unit": "D01", "months": 1, **money(f"2026-0{at}", 30.0)} for at in (1, 2)
            ]
        },
    ),
    Case(
        rule="kpi_values.ytd_actual.january_is_the_month",
        broken=(money("2026-01", 100.0, 120.0),),
        fine=(money("2026-01", 100.04, 100.0), money("2026-02", 100.0, 220.0)),
        says="当月是 100",
    ),
    Case(
        rule="kpi_values.actual.adds_up_to_printed_total",
        broken=(money("2026-03", 10.25, _row=8), money("2026-03", 20.25, _row=9, unit="销售部")),
        fine=(money("2026-03", 10.25, _row=8), money("2026-03", 20.25, _row=9, unit="销售部")),
        totals=(total(10, 8, 9, actual=30.9),),
        fine_totals=(total(10, 8, 9, actual=30.5),),
        says="印的是 30.9，第 8 行到第 9 行相加是 30.5，相差 0.4",
    ),
    Case(
        rule="kpi_values.actual.adds_up_to_printed_total",
        broken=(money("2026-03", 1.0, kpi="杂费", unit_of_measure="元"),),
        fine=(
            money("2026-03", 1.0, kpi="杂费", unit_of_measure="%"),
            money("2026-03", None, _row=5),
            money("2026-03", 7.0, _row=6),
        ),
        totals=(total(3, 2, 2, actual=5.0, kpi="杂费", unit_of_measure="元"),),
        fine_totals=(
            total(3, 2, 2, actual=5.0, kpi="杂费", unit_of_measure="%"),
            total(7, 5, 6, actual=9.0),
        ),
    ),
]
PARTY = [
    Case(
        rule="activities.end_at.within_1_days_of_start_at",
        broken=({"end_at": datetime(2026, 11, 24)},),
        fine=({"end_at": datetime(2026, 11, 22, 12)},),
    ),
    Case(
        rule="activities.present_count.adds_up_to_due",
        broken=({"present_count": 15, "leave_count": 3},),
        fine=({"present_count": 15, "leave_count": 5}, {"present_count": 15, "leave_count": None}),
    ),
    Case(
        rule="activities.title.not_repeated",
        broken=({},),
        fine=({"title": "另一场党课"}, {"record_id": "R9"}),
        stored={"activities": [CLEAN["activities"] | {"record_id": "R9"}]},
        says="编号 R9",
    ),
    Case(
        rule="activities.unit.has_members",
        broken=({"unit": "0012"},),
        fine=({"unit": "机关党委"}, {"start_at": datetime(2026, 10, 1)}),
        stored={"headcounts": [{"unit": "一支部", "month": "2026-11", "members": 0}]},
    ),
    Case(
        rule="admin_meetings.end_at.within_1_days_of_start_at",
        broken=({"end_at": datetime(2026, 11, 4)},),
        fine=({"end_at": datetime(2026, 11, 3, 9)},),
    ),
    Case(
        rule="admin_meetings.title.not_repeated",
        broken=({}, {"record_id": "M2"}),
        fine=({}, {"record_id": "M2", "unit": "销售部"}),
    ),
    Case(
        rule="headcounts.members.present_when_active",
        broken=({"members": 0},),
        fine=({"members": 1}, {"members": 0, "month": "2026-10"}),
        stored={"activities": [CLEAN["activities"]]},
        says="有 1 次党建活动",
    ),
    Case(
        rule="headcounts.staff.steady",
        broken=({"staff": 140},),
        fine=({"staff": 130}, {"unit": "机关党委", "staff": 9}),
        stored={
            "headcounts": [
                {"unit": "0012", "month": "2026-10", "staff": 90},
                {"unit": "机关党委", "month": "2026-10", "staff": 4},
            ]
        },
        says="2026-10 是 90",
    ),
    Case(
        rule="events.end_on.within_366_days_of_start_on",
        broken=({"end_on": date(2027, 10, 7)},),
        fine=({"end_on": date(2026, 12, 7)},),
    ),
    Case(
        rule="plan_items.done_on.not_before_month",
        broken=({"done_on": date(2026, 11, 20)},),
        fine=({"done_on": date(2026, 12, 1)}, {"done_on": None}),
    ),
    Case(
        rule="plan_items.planned_on.within_month",
        broken=({"planned_on": date(2027, 1, 5)},),
        fine=({"planned_on": date(2026, 12, 31)},),
    ),
    Case(
        rule="scores.full_score.same_for_item",
        broken=({"full_score": 120.0},),
        fine=({"unit": "二支部"}, {"full_score": 120.0, "evaluator": "党员"}),
        stored={"scores": [CLEAN["scores"] | {"unit": "机关党委"}]},
    ),
    Case(
        rule="survey_counts.base_n.same_for_question",
        broken=({"option": "一般", "n": 1, "base_n": 41},),
        fine=({"option": "一般", "n": 1}, {"option": "一般", "stratum": "机关", "base_n": 41}),
        stored={"survey_counts": [CLEAN["survey_counts"]]},
        says="有 40 也有 41",
    ),
]
FOLLOW_UP = [
    Case(
        rule="actions.due_raw.required",
        broken=({"due_raw": None, "due_on": None},),
        fine=({"due_raw": None}, {"due_on": None}),
    ),
    Case(
        rule="actions.due_raw.word_without_date",
        broken=({"due_raw": "长期坚持"},),
        fine=({"due_raw": "长期坚持", "due_on": None}, {}),
    ),
    Case(
        rule="actions.owner_post.required_for_decision",
        broken=({"owner_post": None, "source_kind": "支委会决议"},),
        fine=({"owner_post": None, "source_kind": "巡察"}, {"source_kind": "决议"}),
    ),
    Case(
        rule="actions.closed_on.not_before_raised",
        broken=({"source_id": "R1", "closed_on": date(2026, 11, 21)},),
        fine=({"source_id": "R1"}, {"source_id": "R2", "closed_on": date(2026, 1, 1)}),
        stored={"activities": [CLEAN["activities"]]},
        says="R1，2026-11-22",
    ),
    Case(
        rule="actions.source_id.in_activities",
        broken=({"source_id": "R7", "source_kind": "决议"},),
        fine=(
            {"source_id": "R1", "source_kind": "决议"},
            {"source_id": "R7", "source_kind": "巡察"},
        ),
        stored={"activities": [CLEAN["activities"]]},
    ),
    Case(
        rule="carriers.result.given_after_end",
        broken=({"end_on": date(2026, 11, 21)},),
        fine=({"end_on": date(2026, 11, 22)}, {"end_on": date(2026, 1, 1), "result": "提高 2%"}),
    ),
    Case(
        rule="key_tasks.due_on.within_1830_days_of_start_on",
        broken=({"due_on": date(2062, 12, 31)},),
        fine=({"due_on": date(2030, 12, 31)},),
    ),
    Case(
        rule="latent_claims.verifying_kpi.claimed_once",
        broken=({"window_start": "2027-06", "window_end": "2027-09"},),
        fine=({"window_start": "2027-07", "window_end": "2027-09"}, {"unit": "机关党委"}),
        stored={"latent_claims": [CLEAN["latent_claims"] | {"claim_id": "L9"}]},
        says="L9",
    ),
    Case(
        rule="latent_claims.verifying_kpi.not_placebo",
        broken=({"verifying_kpi": "月平均气温"},),
        fine=({"verifying_kpi": "一次合格率"},),
    ),
    Case(
        rule="latent_claims.window_end.within_36_months",
        broken=({"window_end": "2030-01"},),
        fine=({"window_end": "2029-12"},),
        says="37 个月",
    ),
    Case(
        rule="links.record_id.in_activities",
        broken=({"record_id": "R7"},),
        fine=({"record_id": "R1"},),
        stored={"activities": [CLEAN["activities"]]},
    ),
    Case(
        rule="links.target_id.in_kpi_definitions",
        broken=({"target_id": "K9"},),
        fine=(
            {"target_id": "K2"},
            {"target_id": "营收"},
            {"target_id": "K9", "target_kind": "carrier"},
        ),
    ),
    Case(
        rule="links.target_id.in_key_tasks",
        broken=({"target_kind": "key_task", "target_id": "T9"},),
        fine=({"target_kind": "key_task", "target_id": "T1"}, {"target_id": "T9"}),
        stored={"key_tasks": [CLEAN["key_tasks"]]},
    ),
    Case(
        rule="links.target_id.in_carriers",
        broken=({"target_kind": "carrier", "target_id": "C9"},),
        fine=({"target_kind": "carrier", "target_id": "C1"},),
        stored={"carriers": [CLEAN["carriers"]]},
    ),
    Case(
        rule="task_steps.task_id.in_key_tasks",
        broken=({"task_id": "T9"},),
        fine=({"task_id": "T1"},),
        stored={"key_tasks": [CLEAN["key_tasks"]]},
    ),
    Case(
        rule="task_steps.step.listed",
        broken=({"step": "同策划"}, {"step": "同策划", "side": "business"}),
        fine=({"step": "同谋划"}, {"step": " 同步谋划 "}),
        says="没有“同策划”（共 2 行）",
    ),
    Case(
        rule="task_steps.done_on.not_before_start",
        broken=({"done_on": date(2025, 12, 31)},),
        fine=({"done_on": date(2026, 1, 1)}, {"done_on": None}),
        stored={"key_tasks": [CLEAN["key_tasks"]]},
    ),
]
REGISTERS = [
    Case(
        rule="kpi_definitions.name.one_meaning",
        broken=({"kpi_id": "K8", "name": "毛收入", "aliases": "营收、毛收"},),
        fine=({"kpi_id": "K2", "name": "营业收入", "aliases": "营收"},),
        says="“营收”同时指 K2、K8",
    ),
    Case(
        rule="kpi_definitions.unit_of_measure.convertible",
        broken=({"kpi_id": "K2", "unit_of_measure": "件", "valid_from": date(2026, 1, 1)},),
        fine=({"kpi_id": "K2", "unit_of_measure": "亿元", "valid_from": date(2026, 1, 1)},),
    ),
    Case(
        rule="kpi_definitions.aggregation.not_sum_of_rates",
        broken=({"aggregation": "sum"},),
        fine=(
            {"aggregation": "mean"},
            {"kpi_id": "K2", "aggregation": "sum", "unit_of_measure": "元"},
        ),
    ),
    Case(
        rule="unit_bridge.party_unit_id.in_party_tree",
        broken=({"party_unit_id": "D01"},),
        fine=({"party_unit_id": "0012"},),
        says="属于另一棵组织树",
    ),
    Case(
        rule="unit_bridge.admin_unit_id.in_admin_tree",
        broken=({"admin_unit_id": "X99"},),
        fine=({"admin_unit_id": "D01"},),
        says="没有这个代码",
    ),
    Case(
        rule="unit_bridge.share.adds_up",
        broken=({"share": 0.5}, {"party_unit_id": "0001"}),
        fine=(
            {"share": 0.4, "admin_unit_id": "D01"},
            {"share": 0.6, "admin_unit_id": "D02"},
            {"party_unit_id": "0001", "share": None},
        ),
        says="在 2020-01-01 各行“占比”之和（留空的按等分计）是 0.5",
    ),
    Case(
        rule="unit_bridge.share.adds_up",
        broken=({"share": 0.5, "admin_unit_id": "D02", "valid_from": date(2026, 1, 1)},),
        fine=({"share": 1.0, "admin_unit_id": "D02", "valid_from": date(2027, 1, 1)},),
        stored={"unit_bridge": [CLEAN["unit_bridge"] | {"valid_to": date(2026, 12, 31)}]},
        says="在 2026-01-01 各行“占比”之和（留空的按等分计）是 1.5",
    ),
    Case(
        rule="unit_bridge.share.adds_up",
        broken=(
            {"share": 0.8, "admin_unit_id": "D01"},
            {"share": None, "admin_unit_id": "D02"},
        ),
        fine=(
            {"share": None, "admin_unit_id": "D01"},
            {"share": None, "admin_unit_id": "D02"},
        ),
        says="各行“占比”之和（留空的按等分计）是 1.3",
    ),
    Case(
        rule="unit_bridge.valid_from.not_overlapping",
        broken=({"valid_from": date(2026, 1, 1)},),
        fine=({"valid_from": date(2027, 1, 1)}, {"admin_unit_id": "D02"}),
        stored={"unit_bridge": [CLEAN["unit_bridge"] | {"valid_to": date(2026, 12, 31)}]},
    ),
    Case(
        rule="units.valid_from.not_overlapping",
        broken=({"valid_from": date(2025, 1, 1)},),
        fine=({"unit_id": "0013", "valid_from": date(2026, 1, 1)},),
    ),
    Case(
        rule="units.parent_id.known",
        broken=({"parent_id": "9999"},),
        fine=({"parent_id": "0001"}, {"unit_id": "0014", "parent_id": None}),
        says="没有这个代码",
    ),
    Case(
        rule="units.parent_id.known",
        broken=({"parent_id": "D01"},),
        fine=({"parent_id": "0013", "valid_to": date(2025, 6, 30)},),
        says="另一棵组织树",
    ),
    Case(
        rule="units.parent_id.known",
        broken=({"parent_id": "0013"},),
        fine=({"parent_id": "0001", "valid_from": DAY},),
        says="2025-12-31 已撤销，早于本单位",
    ),
    Case(
        rule="units.parent_id.not_circular",
        broken=({"unit_id": "0001", "parent_id": "0012"},),
        fine=({"unit_id": "0012", "parent_id": "0001"},),
        says="往上 2 级又回到它自己",
    ),
    Case(
        rule="units.unit_name.one_meaning",
        broken=({"unit_id": "0020", "unit_name": "新支部", "aliases": "第一党支部"},),
        fine=({"unit_id": "0020", "unit_name": "二支部", "valid_from": date(2026, 1, 1)},),
        says="同时也指 0012",
    ),
    Case(
        rule="kpi_values.unit.valid",
        broken=({"unit": "二支部"},),
        fine=({"unit": "新支部"},),
        stored={"units": [*ROSTER, unit("0030", "新支部", "party", predecessor_ids="0013")]},
        says="它已撤销，由新支部承接",
    ),
    Case(
        rule="kpi_values.unit.valid",
        broken=({"unit": "二支部"},),
        fine=({"unit": "三支部"},),
        stored={"units": [*ROSTER, unit("0013", "三支部", "party") | {"valid_from": BEGUN}]},
        says="这个单位当月叫“三支部”",
    ),
    *(
        Case(
            rule="units.predecessor_ids.possible",
            broken=({"unit_id": "0020", "predecessor_ids": came, "valid_from": BEGUN},),
            fine=({"unit_id": "0020", "predecessor_ids": "0013，0012", "valid_from": BEGUN},),
            says=why,
        )
        for came, why in (
            ("0013、9999", "“9999”：单位名册里没有这个代码"),
            ("0020", "它就是本单位"),
            ("D01", "它属于另一棵组织树"),
        )
    ),
    Case(
        rule="units.predecessor_ids.possible",
        broken=({"unit_id": "0020", "predecessor_ids": "0013", "valid_from": date(2026, 3, 1)},),
        fine=({"unit_id": "0020", "predecessor_ids": "0012", "valid_from": date(2026, 3, 1)},),
        says="它 2025-12-31 已撤销，到本单位 2026-03-01 成立中间有空档",
    ),
    Case(
        rule="units.predecessor_ids.possible",
        broken=({"unit_id": "0020", "predecessor_ids": "0012", "valid_from": DAY},),
        fine=({"unit_id": "0020", "predecessor_ids": None, "valid_from": DAY},),
        says="它 2020-01-01 才成立，不早于本单位",
    ),
    Case(
        rule="units.valid_to.bridge_closed",
        broken=({"valid_to": date(2026, 6, 30)},),
        fine=({"unit_id": "0013", "valid_to": ENDED},),
        stored={"unit_bridge": [CLEAN["unit_bridge"]]},
        says="组织对照里还有 1 行对到它",
    ),
]
CASES = [*NAMES, *FIGURES, *PARTY, *FOLLOW_UP, *REGISTERS]
