"""What title, unit line, names and answers give to a table; values filled down."""

import pytest

from pipelines.errors import FileRefused
from pipelines.intake.choices import Choices, Names
from tests.parsing import parse
from tests.paths import EXAMPLES
from tests.unit.layouts import csv, data_rows, layout_of, mapped, plan_of, skips, workbook

LONG = ("单位,指标,计划,实际", "甲,营业收入,1,2")


def example(name: str):
    """The plan of an example file."""
    return plan_of((EXAMPLES / name).read_bytes(), name=name)


def test_the_example_report_with_groups_and_merges():
    """业务指标月报: two header rows, month from the title, everything else has its kind."""
    name = "业务指标月报_2026年3月.xlsx"
    layout = layout_of((EXAMPLES / name).read_bytes(), name=name)
    (plan,) = layout.tables
    assert [(1, "title"), (2, "unit_line")] == [(each.row, each.kind) for each in layout.skipped]
    assert [(35, "subtotal"), (36, "footnote"), (37, "signature")] == skips(plan)
    assert {"month": "2026-03"} == plan.constants
    assert ("月份", "2026年3月", 1) in plan.context
    assert None is plan.weak_measure
    fields = ["unit", "kpi", "unit_of_measure", "target", "actual", None, "ytd_target"]
    assert [*fields, "ytd_actual"] == list(mapped(plan).values())
    assert 30 == len(data_rows(plan))
    assert all(row[0] for row in data_rows(plan))


def test_the_example_of_months_side_by_side():
    """分月收入: one point a period, 1—2月 stays a period of two months."""
    plan = example("分月收入_宽表.csv")
    periods = [each.period for each in plan.columns if each.period]
    assert ["2026-01..2026-02", "2026-03", "2026-04", "2026-05"] == periods
    assert {("营业收入", "万元")} == {(c.topic, c.measure) for c in plan.columns if c.period}
    assert [(10, "subtotal")] == skips(plan)
    assert () == plan.missing


@pytest.mark.parametrize(
    ("name", "contract", "rows"),
    [
        ("三会一课台账_导出.csv", "activities", 60),
        ("单位名册.csv", "units", 12),
        ("问卷汇总.csv", "survey_counts", 15),
        ("整改台账.xlsx", "actions", 14),
    ],
)
def test_the_plain_examples(name, contract, rows):
    """A plain long table is read whole, as the right dataset."""
    plan = example(name)
    assert (contract, rows, []) == (plan.contract.name, len(data_rows(plan)), skips(plan))


def test_the_month_comes_from_title_then_sheet_then_file_name():
    """The first place that says it wins, and the context says which."""
    sheet = {"rows": [["单位", "指标", "实际"], ["甲", "营业收入", 1]]}
    titled = {"rows": [["2026年3月情况表"], *sheet["rows"]]}
    book = workbook(**{"4月": titled})
    titled = plan_of(book, name="2025年5月.xlsx")
    assert "2026-03" == titled.constants["month"]
    differing = [text for name, text, _ in titled.context if name == "月份不一致"]
    assert ["工作表名写的是“4月”", "文件名写的是“2025年5月”"] == [
        e.split("，")[0] for e in differing
    ]
    same = plan_of(workbook(**{"3月": {"rows": [["2026年1-3月"], *sheet["rows"]]}}))
    assert not [name for name, _, _ in same.context if name == "月份不一致"]
    plan = plan_of(workbook(**{"4月": sheet}), name="2026年5月.xlsx")
    assert "2026-04" == plan.constants["month"]
    assert ("月份", "4月（工作表名）", 0) in plan.context
    assert "2026-05" == plan_of(csv(*LONG), name="月报_202605.csv").constants["month"]


@pytest.mark.parametrize("name", ["导出20260315.csv", "导出2026-03-15.csv", "第3版.csv"])
def test_a_day_of_export_is_no_month(name):
    """A date in a file name says when, not what."""
    assert ("month",) == plan_of(csv(*LONG), name=name).missing


def test_the_day_of_reporting_is_no_month():
    """报出日期 above a table is not its period."""
    plan = plan_of(csv("报出日期：2026年4月5日,,,", *LONG))
    assert ("month",) == plan.missing


def test_a_month_that_nothing_says_is_asked_for():
    """The last twelve months are offered; the answer comes back as a choice."""
    plan = plan_of(csv(*LONG))
    (question,) = plan.questions
    assert "context:month" == question.id
    months = [each.value for each in question.options]
    assert (12, "2026-11", "2025-12") == (len(months), months[0], months[-1])
    answered = plan_of(csv(*LONG), choices=Choices(answers={"context:month": "2026-10"}))
    assert ("2026-10", ()) == (answered.constants["month"], answered.missing)


def test_a_year_that_nothing_says_is_asked_for():
    """Months side by side without a year wait for an answer."""
    data = csv("单位,指标,1月,2月", "甲,营业收入,1,2")
    (question,) = plan_of(data).questions
    assert "context:year" == question.id
    plan = plan_of(data, choices=Choices(answers={"context:year": "2025"}))
    assert ["2025-01", "2025-02"] == [each.period for each in plan.columns if each.period]
    assert () == plan.missing


def test_a_title_against_the_header_is_asked_about():
    """4月 in the title and 1—3月累计 in the header: somebody decides."""
    data = csv("2026年4月情况", "单位,指标,本月,1—3月累计", "甲,营业收入,1,2")
    (question,) = plan_of(data).questions
    assert ["2026-03", "2026-04"] == [each.value for each in question.options]
    assert "month" not in plan_of(data).constants


def test_the_month_may_follow_from_the_cumulative_header():
    """本月 beside 1—3月累计 is March."""
    plan = plan_of(csv("2026年情况", "单位,指标,本月,1—3月累计", "甲,营业收入,1,2"))
    assert ("2026-03", ()) == (plan.constants["month"], plan.missing)


def test_a_title_of_two_months_is_a_period_of_two_months():
    """1—2月 in the title is never split, nor taken for February."""
    plan = plan_of(csv("2026年1—2月情况,,,", *LONG))
    assert "2026-01..2026-02" == plan.constants["month"]


def test_a_title_that_says_cumulative_makes_the_figures_so():
    """1—3月累计 above plain 计划 and 实际."""
    plan = plan_of(csv("2026年1—3月累计完成情况,,,", *LONG))
    assert ["ytd_target", "ytd_actual"] == [each.field for each in plan.columns][2:]
    assert "2026-03" == plan.constants["month"]


def test_one_unit_of_measure_in_the_unit_line_is_weak():
    """单位：万元 holds only where nothing else speaks; a list of units says nothing."""
    assert "万元" == plan_of(csv("2026年3月,,,单位：万元", *LONG)).weak_measure
    assert None is plan_of(csv("2026年3月,,,单位：万元、%", *LONG)).weak_measure


def test_the_reporting_unit_stands_for_a_unit_column():
    """填报单位：… or a unit named in the title; a blank 填报单位 says nothing."""
    rows = ("指标,实际,目标", "营业收入,1,2")
    line = plan_of(csv("填报单位（盖章）：第一采油厂   单位：万元", *rows), name="202603.csv")
    assert ("第一采油厂", "万元") == (line.constants["unit"], line.weak_measure)
    assert "第一采油厂" == plan_of(csv("第一采油厂2026年3月指标", *rows)).constants["unit"]
    blank = plan_of(csv("填报单位（盖章）：,,单位：万元", *rows), name="202603.csv")
    assert ("unit",) == blank.missing


def test_the_kpi_of_the_title_is_that_of_the_figures():
    """2026年营业收入分月情况 above bare months; two KPIs in a title are none."""
    rows = ("单位,1月,2月", "甲,1,2")
    assert "营业收入" == plan_of(csv("2026年营业收入分月情况", *rows)).constants["kpi"]
    assert ("kpi",) == plan_of(csv("2026年营业收入、利润总额情况", *rows)).missing


def test_merged_cells_are_filled_down_in_key_columns_only():
    """A unit merged over two rows holds for both; a merged figure does not."""
    rows = [["单位", "月份", "指标", "实际"], ["甲", "2026-03", "营业收入", 1]]
    rows += [[None, "2026-03", "利润总额", None], [None, "2026-03", "设备完好率", 3]]
    plan = plan_of(workbook(表={"rows": rows, "merges": ["A2:A3", "D2:D3"]}))
    assert ["甲", "甲", ""] == [row[0] for row in data_rows(plan)]
    assert [1, "", 3] == [row[3] for row in data_rows(plan)]


def test_a_unit_that_stands_once_is_filled_down_until_a_sum():
    """Text has no merges: the leading unit column holds on, and a sum ends it."""
    plan = plan_of(
        csv(
            "单位,月份,指标,实际",
            "甲,2026-03,营业收入,1",
            ",2026-03,利润总额,2",
            "小计,,,3",
            ",2026-03,营业收入,4",
        )
    )
    assert ["甲", "甲", ""] == [row[0] for row in data_rows(plan)]


def test_a_blank_unit_of_a_record_is_not_filled():
    """In a list of records with their own number a missing unit is missing."""
    plan = plan_of(
        csv(
            "表单编号,党组织,活动类型,活动名称,会议时间",
            "1,甲,党课,x,2026-03-01",
            "2,,党课,y,2026-03-02",
        )
    )
    assert ["甲", ""] == [row[1] for row in data_rows(plan)]


def test_months_across_a_year_without_years_are_refused():
    """December beside January under one year in the title: no single year can be meant."""
    data = "2026年营业收入,,\n单位,11月,12月,1月\n甲,1,2,3\n".encode()
    with pytest.raises(FileRefused, match="跨了年却没有写年份"):
        parse(data)
    named = "营业收入,,\n单位,2025年12月,2026年1月\n甲,2,3\n".encode()
    read = parse(named, names=Names(kpis={"营业收入": "万元"}))
    assert ["2025-12", "2026-01"] == read.table["month"].to_pylist()


def test_the_months_of_the_next_group_begin_anew():
    """A whole year of one figure beside a whole year of the next is one year."""
    months = ",".join(f"{month}月" for month in (11, 12, 1, 2))
    with pytest.raises(FileRefused, match="跨了年却没有写年份"):
        parse(f"2026年,,,,\n单位,营业收入,,,\n,{months}\n甲,1,2,3,4\n".encode())
    year = ",".join(f"{month}月" for month in range(1, 13))
    lines = ["2026年", "单位,营业收入" + "," * 12 + "利润总额" + "," * 11, f",{year},{year}"]
    text = "\n".join([*lines, "甲" + ",1" * 24])
    read = parse(text.encode(), names=Names(kpis={"营业收入": "万元", "利润总额": "万元"}))
    assert 24 == read.table.num_rows
    assert ["2026-12", "2026-01"] == read.table["month"].to_pylist()[11:13]


def test_an_answer_that_is_no_single_month_or_year_is_no_answer():
    """The question stays, and no figure gets a month."""
    data = "单位,指标,实际\n甲,营业收入,1\n".encode()
    for answer in ("2026-01..2026-03", "随便"):
        seen = parse(data, choices=Choices(answers={"context:month": answer}))
        assert ["context:month"] == [each.id for each in seen.questions]
        assert 0 == seen.table.num_rows
    wide = "单位,1月,2月\n甲,1,2\n".encode()
    names = Names(kpis={"营业收入": "万元"})
    choices = Choices(dataset="kpi_values", answers={"context:year": "9999"})
    seen = parse(wide, choices=choices, names=names)
    assert "context:year" in [each.id for each in seen.questions]
