"""Header paths to fields: spellings, personal columns, choices, what was confirmed before."""

import pytest

from pipelines.domain.catalog import dataset
from pipelines.intake.choices import IGNORED, Choices, SourceMapping
from pipelines.intake.layout.headers import Lexicon
from pipelines.intake.layout.mapping import Heading, Rules, map_headings
from pipelines.reference import personal_columns
from pipelines.settings import Settings
from tests.unit.layouts import NAMES, csv, mapped, plan_of

KPI_VALUES = dataset("kpi_values")


def matches(*headers: str, contract: str = "activities"):
    """The columns of one header row."""
    rules = Rules(
        lexicon=Lexicon([dataset(contract)], NAMES), personal=personal_columns(Settings())
    )
    found = [Heading(index=i, parts=(each,)) for i, each in enumerate(headers)]
    return map_headings(found, dataset(contract), rules)


def test_of_two_headers_for_one_field_the_better_spelling_wins():
    """所在党支部 and 参会组织名称 both mean the organisation; the other is reported as unused."""
    found = matches("参会组织名称", "申请人所在党支部", "身份证号", "颜色")
    assert [None, "unit", None, None] == [each.field for each in found]
    assert [False, False, True, False] == [each.dropped for each in found]
    assert all(each.how for each in found)


@pytest.mark.parametrize(
    "header", ["姓名", "联系电话", "手机号码", "参会人员", "主持人", "请假人员名单", "负责人姓名"]
)
def test_personal_columns_are_dropped(header):
    """No column with personal data is ever mapped, nor shown."""
    (match,) = matches(header)
    assert match.dropped
    assert "" == match.sample


def test_personal_group_headers_drop_all_their_columns():
    """A group 负责人 with 姓名 and 岗位 below is dropped whole."""
    plan = plan_of(
        csv("单位,负责人,,月份,指标,实际", ",姓名,岗位,,,", "甲,张某,厂长,2026-03,营业收入,1")
    )
    assert ["负责人 / 姓名", "负责人 / 岗位"] == [c.header for c in plan.columns if c.dropped]


def test_a_personal_column_stays_dropped_whatever_is_chosen():
    """Nobody can map a telephone column."""
    plan = plan_of(
        csv("单位,月份,指标,实际,联系电话", "甲,2026-03,营业收入,1,13800000000"),
        choices=Choices(columns={"联系电话": "note"}),
    )
    assert None is mapped(plan)["联系电话"]
    assert "" == plan.columns[-1].sample


def test_samples_hide_numbers_of_persons_and_secret_rows():
    """What is shown of a column leaks nothing."""
    rows = csv(
        "党组织,活动类型,活动名称,会议时间,密级,颜色",
        "甲,党课,打 13800000000,2026-03-01,公开,红",
        "甲,党课,勿看,2026-03-01,秘密,绿",
    )
    shown = {each.header: each.sample for each in plan_of(rows).columns}
    assert "红" == shown["颜色"]
    assert "13800000000" not in shown["活动名称"]
    assert "勿看" not in shown["活动名称"]


@pytest.mark.parametrize(
    ("parts", "field", "period", "topic", "measure"),
    [
        (("本月", "实际"), "actual", None, None, None),
        (("1—3月累计", "计划"), "ytd_target", "2026-01..2026-03", None, None),
        (("营业收入（万元）", "1-2月"), "actual", "2026-01..2026-02", "营业收入", "万元"),
        (("营业收入", "本月", "实际"), "actual", None, "营业收入", None),
        (("营业收入", "累计", "计划"), "ytd_target", None, "营业收入", None),
        (("原油产量（吨）", "3月份"), "actual", "2026-03", "原油产量", "吨"),
        (("上年同期",), "last_year", None, None, None),
        (("本年累计",), "ytd_actual", None, None, None),
        (("截至3月",), "ytd_actual", "2026-03", None, None),
        (("三月份",), "actual", "2026-03", None, None),
        (("一季度",), "actual", "2026-01..2026-03", None, None),
        (("2025年", "12月"), "actual", "2025-12", None, None),
        (("实际（1—3月累计）",), "ytd_actual", "2026-01..2026-03", None, None),
        (("3月累计计划（万元）",), "ytd_target", "2026-03", None, "万元"),
        (("设备完好率（%）",), "actual", None, "设备完好率", "%"),
        (("指标", "名称"), "kpi", None, None, None),
        (("本月", "备注"), "note", None, None, None),
        (("本月", "完成率（%）"), None, None, None, "%"),
        (("同比增长",), None, None, None, None),
        (("上年同期", "累计"), None, None, None, None),
        (("序号",), None, None, None, None),
        (("颜色",), None, None, None, None),
    ],
)
def test_group_and_column_are_read_together(parts, field, period, topic, measure):
    """Field, period, KPI and unit of measure of a header path, in a file of 2026."""
    rules = Rules(lexicon=Lexicon([KPI_VALUES], NAMES), year=2026)
    (match,) = map_headings([Heading(index=0, parts=parts)], KPI_VALUES, rules)
    found = (match.field, match.period, match.topic, match.measure)
    assert (field, period, topic, measure) == found


def test_a_computed_column_says_why_it_is_not_used():
    """完成率 follows from other columns; a KPI called …率 is none of these."""
    rate, good = matches("完成率", "设备完好率", contract="kpi_values")
    assert "未使用：由其他列算出" == rate.how
    assert "设备完好率" == good.topic


def test_a_unit_column_that_holds_units_of_measure_is_one():
    """指标、单位、实际 under 填报单位: the 单位 there is 万元, %."""
    plan = plan_of(
        csv("填报单位：第一采油厂", "指标,单位,实际", "营业收入,万元,1", "设备完好率,%,2"),
        name="202603.csv",
    )
    assert "unit_of_measure" == mapped(plan)["单位"]
    assert "第一采油厂" == plan.constants["unit"]


def test_a_choice_overrides_and_names_the_topic_of_an_unknown_header():
    """A figure mapped by hand under an unknown header is the KPI that the header names."""
    plan = plan_of(
        csv("单位,月份,营业收入,接待量,备注", "甲,2026-03,1,2,x"),
        choices=Choices(columns={"接待量": "actual", "备注": IGNORED}),
    )
    assert {"接待量": "actual", "备注": None} == {
        each: mapped(plan)[each] for each in ("接待量", "备注")
    }
    assert ["营业收入", "接待量"] == [each.topic for each in plan.columns if each.topic]


def test_a_confirmed_mapping_holds_for_the_next_month_without_asking():
    """The fingerprint does not change with the months in the headers."""
    march = csv("2026年,,", "单位,指标,3月数字,备注", "甲,营业收入,1,x")
    april = csv("2026年,,", "单位,指标,4月数字,备注", "甲,营业收入,1,x")
    first = plan_of(march)
    assert not first.remembered
    confirmed = SourceMapping(
        fingerprint=first.fingerprint,
        dataset="kpi_values",
        columns={"单位": "unit", "指标": "kpi", "3月数字": "actual", "备注": IGNORED},
    )
    second = plan_of(april, remembered=[confirmed])
    assert second.remembered
    assert first.fingerprint == second.fingerprint
    assert ("actual", None) == (mapped(second)["4月数字"], mapped(second)["备注"])
    assert second.columns[0].how.startswith("按已确认的对应")


def test_a_confirmed_mapping_of_other_headers_does_not_apply():
    """Another shape is another source."""
    confirmed = SourceMapping(fingerprint="0" * 64, dataset="kpi_values", columns={"单位": ""})
    plan = plan_of(csv("单位,月份,指标,实际", "甲,2026-03,营业收入,1"), remembered=[confirmed])
    assert not plan.remembered
    assert "unit" == mapped(plan)["单位"]
