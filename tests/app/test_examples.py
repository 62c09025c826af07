"""Every page on the files of the examples: what is there is told, what is missing is named."""

from __future__ import annotations

import re

import pytest

from dashboard.catalog import entries
from dashboard.components.survey_sections import chance_sentence
from dashboard.server import services as held
from tests.paths import EXAMPLES

FILES = (
    "单位名册.csv",
    "业务指标月报_2026年3月.xlsx",
    "分月收入_宽表.csv",
    "三会一课台账_导出.csv",
    "整改台账.xlsx",
    "问卷汇总.csv",
)
CHINESE = "[\u3400-\u9fff]"
HALF_WIDTH = re.compile(rf"{CHINESE}[,;:?!()]{CHINESE}|{CHINESE}[,;:?!]$", re.MULTILINE)
NO_FIGURE = re.compile(r"\bnan\b|\bNaN\b|\bNone\b|\binf\b|undefined|Traceback|<NA>|NaT")
OTHER_WORDS = {  # a second word for what has a name already
    "逾期录入": "补录",
    "常规波动": "常见波动",
}
CAUSES = ("导致", "带动", "显著提升")


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """The store of an analyst who confirmed every file as it was read."""
    root = tmp_path_factory.mktemp("examples") / "store"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TONGPIN_STORE", str(root))
        desk = held.services().desk
        for name in FILES:
            desk.accept(desk.inspect(name, (EXAMPLES / name).read_bytes()), by="测试岗位")
        desk.build()
        desk.close()
    return root


@pytest.fixture
def shown(root, monkeypatch, page):
    """``shown(page, month=…)``: the page on the store of the examples."""
    monkeypatch.setenv("TONGPIN_STORE", str(root))
    held.services()

    def make(url_path: str, **address: str):
        made = page(url_path)
        for name, value in address.items():
            made.query_params[name] = value
        return made.run()

    return make


def _said(shown) -> str:
    """Everything a reader sees as words or as text in a table."""
    kinds = (shown.title, shown.header, shown.subheader, shown.markdown, shown.caption, shown.info)
    words = [str(each.value) for kind in (*kinds, shown.text) for each in kind]
    words += [f"{each.label} {each.value} {each.delta}" for each in shown.metric if each.delta]
    words += [f"{each.label} {each.value}" for each in shown.metric]
    for each in shown.dataframe:
        texts = each.value.select_dtypes(include=["object", "string"]).fillna("—")
        words += [*map(str, each.value.columns), *texts.astype(str).to_numpy().ravel()]
    return "\n".join(words).replace("\\", "")


@pytest.mark.parametrize("url_path", [each.page.url_path for each in entries()])
def test_a_page_on_the_examples_reads_as_an_editor_would_have_it(shown, url_path):
    """No fault, no empty figure, Chinese punctuation, one word for one thing, no cause."""
    seen = shown(url_path)
    assert [] == list(seen.exception) + list(seen.error)
    said = _said(seen)
    assert [] == NO_FIGURE.findall(said)
    assert [] == HALF_WIDTH.findall(said)
    assert [] == [word for word in (*OTHER_WORDS, *CAUSES) if word in said]


def test_a_month_whose_kpis_nobody_defined_claims_nothing(shown):
    """March 2026 has targets, no 指标库: no share of percentages, no 无目标, no empty all-clear."""
    said = _said(shown("overview", month="2026-03"))
    assert "5 项指标都不在指标库里，无法判断达成" in said
    assert "578.87%" not in said
    assert "设备完好率 —" in said
    assert "无目标" not in said
    assert "没有低于预警线的指标" not in said
    assert "本月没有一项指标判断得了达成" in said


def test_figures_of_several_months_have_their_unit(shown):
    """1—2月 of the wide file came in 万元."""
    periods = next(
        each.value for each in shown("overview").dataframe if "期间" in each.value.columns
    )
    assert {"万元"} == set(periods["计量单位"])


@pytest.mark.parametrize(
    ("url_path", "absent"), [("quadrant", "指标库、组织对照"), ("association", "组织对照、指标库")]
)
def test_an_empty_page_names_exactly_what_is_missing(shown, url_path, absent):
    """What was handed in is not asked for again."""
    said = _said(shown(url_path))
    assert f"缺{absent}" in said
    assert "提交单位名册" not in said


def test_few_comparisons_are_not_said_to_hold_none_by_chance():
    """Five comparisons at 95 %: less than one, not 0."""
    assert "不到 1 次" in chance_sentence(5)
    assert "约有 3 次" in chance_sentence(52)
