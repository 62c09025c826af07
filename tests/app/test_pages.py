"""Every registered page stands on its own, with data and without."""

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import catalog
from dashboard.catalog import GROUPS, Entry, Page, entries
from pipelines.errors import NoMart
from pipelines.settings import ROOT

PATHS = [each.page.url_path for each in entries()]
MAIN = str(ROOT / "dashboard" / "main.py")


@pytest.mark.parametrize("url_path", PATHS)
def test_a_page_without_data_says_so_and_does_not_fail(url_path, store, page):
    """An empty store gives no exception and no error, but something to read."""
    shown = page(url_path).run()
    assert list(shown.exception) == []
    assert list(shown.error) == []
    assert shown.title


@pytest.mark.parametrize("url_path", PATHS)
def test_a_page_with_little_data_does_not_fail(url_path, filled, page):
    """Two months, two units and one KPI are enough to show a page."""
    shown = page(url_path).run()
    assert list(shown.exception) == []
    assert list(shown.error) == []
    assert shown.title


def test_the_first_form_has_its_five_pages_in_their_groups():
    """Pages are reached through the registry only, so it must hold all of them."""
    found = {(each.page.group, each.page.title) for each in entries()}
    assert {
        ("看", "总览"),
        ("看", "显绩·潜绩"),
        ("看", "关联分析"),
        ("数", "上传入库"),
        ("数", "口径与规则"),
    } <= found


def test_pages_are_sorted_by_group_then_order():
    """The navigation reads 看, 会, 数, 管 from top to bottom."""
    positions = [(GROUPS.index(each.page.group), each.page.order) for each in entries()]
    assert sorted(positions) == positions


def test_a_page_in_an_unknown_group_is_refused():
    """A typing error in a group would hide a page from the navigation."""
    with pytest.raises(ValueError, match="别处"):
        Page(title="x", group="别处", order=1, url_path="x")


def test_an_unknown_path_is_no_page():
    """No page is found by accident."""
    with pytest.raises(KeyError):
        catalog.by_path("nosuch")


def _registry_of(monkeypatch, render) -> None:
    page = Page(title="试", group="看", order=1, url_path="try")
    monkeypatch.setattr(catalog, "entries", lambda: (Entry(page=page, render=render),))


def test_an_application_error_is_shown_as_its_message(store, monkeypatch):
    """What a user can be told is told, in its own words, and is no exception."""

    def render() -> None:
        raise NoMart("还没有*数据*")

    _registry_of(monkeypatch, render)
    shown = AppTest.from_file(MAIN, default_timeout=30).run()
    assert list(shown.exception) == []
    assert [each.value for each in shown.error] == ["还没有\\*数据\\*"]


def test_one_run_shows_one_build(filled, monkeypatch):
    """A build that is published while a page is drawn does not mix into it."""
    seen = []

    def render() -> None:
        from dashboard import data

        seen.append(data.build_id())
        inspection = filled.desk.inspect(
            "更正.csv", "单位,月份,指标,实际,目标\n销售部,2026-03,营业收入,120,100\n".encode()
        )
        filled.desk.accept(inspection, by="测试岗位")
        filled.desk.build()
        seen.append(data.build_id())
        seen.append(data.query("build_info")["build_id"].iloc[0])

    _registry_of(monkeypatch, render)
    shown = AppTest.from_file(MAIN, default_timeout=60).run()
    assert list(shown.exception) == []
    assert len(set(seen[:3])) == 1
    shown.run()
    assert seen[0] != seen[3]


def test_figures_beside_the_months_are_named(filled, page):
    """Several months together are listed and not split; a month made of YTD figures says so."""
    text = (
        "单位,期间,指标,实际,累计实际\n"
        "生产部,2026年1—2月,营业收入,150,\n"
        "销售部,2026-04,营业收入,,400\n"
        "销售部,2026-05,营业收入,,520\n"
    )
    filled.desk.accept(filled.desk.inspect("二期.csv", text.encode()), by="测试岗位")
    filled.desk.build()
    shown = page("overview").run()
    assert list(shown.exception) == []
    assert any("1 个数值由累计数相减得出" in each.value for each in shown.caption)
    (table,) = [each.value for each in shown.dataframe if "期间" in each.value]
    assert [("生产部", "2026年1—2月", 150.0)] == list(
        table[["单位", "期间", "实际"]].itertuples(index=False, name=None)
    )
