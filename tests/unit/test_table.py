"""Finding the table and mapping its headers."""

import io

import pytest
from openpyxl import Workbook

from pipelines.domain.catalog import dataset, datasets
from pipelines.errors import FileRefused
from pipelines.intake.grid import read_source
from pipelines.intake.mapping import is_dropped, map_headers
from pipelines.intake.table import find_table, split_rows
from pipelines.reference import personal_columns
from pipelines.settings import Settings


def csv(*lines: str) -> bytes:
    return "\n".join(lines).encode()


def workbook(*rows: list[object]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


@pytest.mark.parametrize("contract", datasets().values(), ids=lambda each: each.name)
def test_every_dataset_is_recognised_by_its_own_labels(contract):
    """A file headed with the labels of a contract is read as that dataset, CSV and XLSX."""
    labels = [each.label for each in contract.fields]
    for data in (csv(",".join(labels), ",".join("x" for _ in labels)), workbook(labels, labels)):
        assert contract.name == find_table(read_source(data), datasets()).contract.name


@pytest.mark.parametrize("contract", datasets().values(), ids=lambda each: each.name)
def test_no_spelling_means_two_fields(contract):
    """Within a contract a header has one meaning."""
    seen = [spelling for field in contract.fields for spelling in set(field.spellings)]
    assert len(seen) == len(set(seen))


def test_title_rows_blank_rows_totals_and_repeated_headers_are_skipped_with_reasons():
    """What is not data is listed, and rows keep the number a person sees in Excel."""
    found = find_table(
        read_source(
            csv(
                "2026年指标,,,",
                "单位,月份,指标,实际",
                "甲厂,2026-03,营业收入,1",
                ",,,",
                "单位,月份,指标,实际",
                "合计,,,1",
                "乙厂,2026-03,营业收入,2",
            )
        ),
        datasets(),
    )
    region, kept, skipped = split_rows(found)
    assert (2, 3, 7) == (region.header_row, region.first_row, region.last_row)
    assert [2, 6] == kept
    assert [(1, "表头之前"), (5, "重复的表头"), (6, "合计行")] == [
        (each.row, each.reason) for each in skipped
    ]


def test_a_missing_required_column_is_named():
    """The refusal says which column is missing and where the header is."""
    with pytest.raises(FileRefused, match=r"业务指标月报.*第 1 行.*月份"):
        find_table(read_source(csv("单位,指标,实际,目标", "甲,收入,1,2")), datasets())


def test_nothing_recognised_is_refused():
    """A file about something else is refused and told what to do."""
    with pytest.raises(FileRefused, match="没有认得的表头"):
        find_table(read_source(csv("商品,价格", "苹果,3")), datasets())


def test_of_two_headers_for_one_field_the_better_spelling_wins():
    """所在党支部 and 参会组织名称 both mean the organisation; the other is reported as unused."""
    matches = map_headers(
        ["参会组织名称", "申请人所在党支部", "身份证号", "颜色"],
        dataset("activities"),
        personal_columns(Settings()),
    )
    assert [None, "unit", None, None] == [each.field for each in matches]
    assert [False, False, True, False] == [is_dropped(each) for each in matches]
    assert all(each.how for each in matches)


@pytest.mark.parametrize(
    "header", ["姓名", "联系电话", "手机号码", "参会人员", "主持人", "请假人员名单", "负责人姓名"]
)
def test_personal_columns_are_dropped(header):
    """No column with personal data is ever mapped."""
    (match,) = map_headers([header], dataset("activities"), personal_columns(Settings()))
    assert is_dropped(match)


def test_an_open_quote_is_refused_with_its_row():
    """A quote that never closes would swallow rows; the file is refused instead."""
    with pytest.raises(FileRefused, match="第 2 行起引号没有成对"):
        read_source(csv("单位,月份,指标", '甲,"2026-03,收入', "乙,2026-03,收入"))


def test_tab_separated_text_is_read():
    """The delimiter is found, not assumed."""
    assert "\t" == read_source(csv("单位\t月份\t指标", "甲\t2026-03\t收入")).delimiter
