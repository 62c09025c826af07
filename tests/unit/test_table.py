"""Choosing the dataset, finding the tables, and what is left out."""

import pytest

from pipelines.domain.catalog import datasets
from pipelines.errors import FileRefused
from pipelines.intake.choices import Choices
from tests.unit.layouts import csv, data_rows, layout_of, mapped, plan_of, skips, workbook


@pytest.mark.parametrize("contract", datasets().values(), ids=lambda each: each.name)
def test_every_dataset_is_recognised_by_its_own_labels(contract):
    """A file headed with the labels of a contract is read as that dataset, CSV and XLSX."""
    labels = [each.label for each in contract.fields]
    text = csv(",".join(labels), ",".join("x" for _ in labels))
    for data in (text, workbook(表={"rows": [labels, ["x"] * len(labels)]})):
        plan = plan_of(data)
        assert contract.name == plan.contract.name
        assert dict(zip(labels, contract.names, strict=True)) == mapped(plan)


@pytest.mark.parametrize("contract", datasets().values(), ids=lambda each: each.name)
def test_no_spelling_means_two_fields(contract):
    """Within a contract a header has one meaning."""
    seen = [spelling for field in contract.fields for spelling in set(field.spellings)]
    assert len(seen) == len(set(seen))


def test_rows_keep_their_number_and_what_is_no_data_is_listed():
    """Title, unit line, sums, notes, signatures and page numbers each have their kind."""
    data = csv(
        "2026年3月指标,,",
        "填报单位（盖章）：,,单位：万元",
        "单位,指标,实际",
        "甲厂,营业收入,1",
        ",,",
        "合  计,,1",
        "机关小计,,1",
        "其中：科室,营业收入,1",
        "注：快报数,,",
        "1.以年报为准,,",
        "负责人：,审核人：,报出日期：2026年4月5日",
        "第1页 共1页,,",
    )
    layout = layout_of(data)
    (plan,) = layout.tables
    assert (2, 3) == (plan.header[0], plan.start)
    assert [(1, "title"), (2, "unit_line")] == [(each.row, each.kind) for each in layout.skipped]
    assert [["甲厂", "营业收入", "1"]] == data_rows(plan)
    assert [
        (6, "subtotal"),
        (7, "subtotal"),
        (8, "subtotal"),
        (9, "footnote"),
        (10, "footnote"),
        (11, "signature"),
        (12, "other"),
    ] == skips(plan)


def test_names_that_only_look_like_sums_are_data():
    """合计划部 is a unit; so is whatever holds 计, 注 or 其中 inside its name."""
    names = ["合计划部", "统计中心", "注册会计师部", "审计其中处"]
    plan = plan_of(csv("单位,月份,指标,实际", *(f"{each},2026-03,营业收入,1" for each in names)))
    assert names == [row[0] for row in data_rows(plan)]


def test_a_page_that_repeats_title_and_header_goes_on():
    """The second printed page belongs to the same table."""
    page = ["2026年3月指标,,", "单位,指标,实际"]
    plan = plan_of(csv(*page, "甲厂,营业收入,1", *page, "乙厂,营业收入,2"))
    assert [(4, "title"), (5, "header")] == skips(plan)
    assert ["甲厂", "乙厂"] == [row[0] for row in data_rows(plan)]


def test_two_header_rows_repeated_per_page_are_skipped():
    """Both rows of a header are known again."""
    head = ["单位,指标,本月,", ",,计划,实际"]
    plan = plan_of(csv(*head, "甲,营业收入,1,2", *head, "乙,营业收入,3,4"), name="202603.csv")
    assert [(4, "header"), (5, "header")] == skips(plan)


def test_tables_below_one_another_are_all_read():
    """A new title starts a table of its own month; another dataset is named, not read."""
    layout = layout_of(
        csv(
            "2026年3月指标,,,",
            "单位,指标,实际,",
            "甲厂,营业收入,1,",
            "",
            "2026年4月指标,,,",
            "单位,指标,目标,实际",
            "甲厂,营业收入,2,3",
            "",
            "单位代码,单位名称,组织树,成立日期",
            "01,甲厂,行政部门,2020-01-01",
        )
    )
    assert ["2026-03", "2026-04"] == [each.constants["month"] for each in layout.tables]
    assert [1, 1] == [len(data_rows(each)) for each in layout.tables]
    (other,) = [each for each in layout.skipped if each.kind == "other_table"]
    assert 9 == other.row
    assert "单位名册" in other.reason


def test_a_second_table_far_below_is_found():
    """Headers are looked for in the whole sheet, not only in its first rows."""
    rows = [f"甲厂,营业收入,{i}" for i in range(400)]
    layout = layout_of(
        csv("2026年3月,,", "单位,指标,实际", *rows, "2026年4月,,", "单位,指标,计划", *rows)
    )
    assert [400, 400] == [len(data_rows(each)) for each in layout.tables]
    assert [(1, 1), (403, 403)] == [each.header for each in layout.tables]


def test_a_header_repeated_far_below_is_not_a_second_table():
    """Pages of a long print are one table."""
    rows = [f"甲厂,营业收入,{i}" for i in range(150)]
    plan = plan_of(csv(*["单位,指标,实际", *rows] * 4), name="202603.csv")
    assert 600 == len(data_rows(plan))
    assert ["header"] * 3 == [kind for _, kind in skips(plan)]


def test_visible_sheets_are_read_and_hidden_ones_are_named():
    """Every visible sheet of the dataset counts; its name gives the month."""
    rows = [["单位", "指标", "本月"], ["甲厂", "营业收入", 1]]
    layout = layout_of(
        workbook(
            **{"1月": {"rows": rows}, "2月": {"rows": rows}},
            **{"3月": {"rows": rows, "state": "hidden"}, "说明": {"rows": [["请先阅读"]]}},
        ),
        name="2026年.xlsx",
    )
    assert ["2026-01", "2026-02"] == [each.constants["month"] for each in layout.tables]
    assert [("3月", "hidden_sheet"), ("说明", "other")] == [
        (each.sheet, each.kind) for each in layout.skipped
    ]


def test_hidden_rows_are_skipped_and_named():
    """What a person does not see in the workbook is not read."""
    rows = [["单位", "月份", "指标", "实际"], ["甲", "2026-03", "x", 1], ["乙", "2026-03", "x", 2]]
    plan = plan_of(workbook(表={"rows": rows, "hidden": [2]}))
    assert [(2, "hidden_row")] == skips(plan)
    assert ["乙"] == [row[0] for row in data_rows(plan)]


def test_nothing_recognised_is_refused():
    """A file about something else is refused and told what to do."""
    with pytest.raises(FileRefused, match="没有认得的表头"):
        layout_of(csv("商品,价格", "苹果,3"))


def test_headers_nobody_knows_can_be_mapped_once_a_dataset_is_chosen():
    """With a chosen dataset the likeliest header is offered, all columns unmapped."""
    plan = plan_of(csv("某表", "商品,价格", "苹果,3"), choices=Choices(dataset="kpi_values"))
    assert {"商品": None, "价格": None} == mapped(plan)
    assert {"unit", "month", "kpi", "actual"} == set(plan.missing)


def test_two_datasets_that_fit_equally_are_not_guessed_between():
    """The refusal lists the candidates."""
    with pytest.raises(FileRefused, match="无法确定"):
        layout_of(csv("编号,单位", "1,甲"))


def test_a_missing_required_column_is_named_and_suggested():
    """The file is not refused: somebody may map the column."""
    plan = plan_of(csv("月份,指标,公司,实际", "2026-03,营业收入,第一采油厂,1"))
    assert ("unit",) == plan.missing
    (column,) = [each for each in plan.columns if each.header == "公司"]
    assert "unit" == column.suggestion
    assert "是不是“单位”" in column.how
