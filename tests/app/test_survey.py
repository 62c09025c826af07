"""问卷 on the example file and on the demo file, through the import: nothing hidden gets out."""

from __future__ import annotations

import re

import pandas as pd
import pyarrow as pa
import pytest

from dashboard.escape import csv_bytes
from dashboard.server import services as held
from dashboard.surveys import HIDDEN_TEXT, HIDDEN_WHY, gaps_table, question_names, shares_table
from pipelines.analysis.survey_tables import safe_shares, soft_hard_gaps
from pipelines.intake.choices import Choices
from pipelines.settings import ROOT, Settings
from pipelines.survey_questions import survey_questions
from tests.app.test_leader_pages import _last, _text
from tests.paths import EXAMPLES

EXAMPLE = "2026年度机关党建融入中心工作问卷"
FILES = (EXAMPLES / "问卷汇总.csv", ROOT / "data/sample/问卷汇总.csv")
SMALL = {"处级", "驻外人员"}


@pytest.fixture(scope="module")
def surveyed_root(tmp_path_factory):
    """A store with the two files and nothing else."""
    root = tmp_path_factory.mktemp("survey") / "store"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TONGPIN_STORE", str(root))
        desk = held.services().desk
        for path in FILES:
            desk.accept(desk.inspect(path.name, path.read_bytes(), Choices()), by="测试岗位")
        desk.build()
    return root


@pytest.fixture
def surveyed(surveyed_root, monkeypatch):
    """The pages on that store."""
    monkeypatch.setenv("TONGPIN_STORE", str(surveyed_root))
    return held.services()


def _opened(page, **address):
    shown = page("survey")
    for name, value in address.items():
        shown.query_params[name] = value
    shown.run()
    assert list(shown.exception) == []
    assert list(shown.error) == []
    return shown


def _drawn(shown) -> list[dict]:
    """Every row of data in every drawing."""
    data = [
        each.data.data
        for drawing in shown.get("vega_lite_chart")
        for each in drawing.proto.datasets
    ]
    assert data
    return [row for each in data for row in pa.ipc.open_stream(each).read_all().to_pylist()]


ADDRESSES = (
    {},
    {"survey": EXAMPLE},
    {"survey": EXAMPLE, "stratum": "处级"},
    {"stratum": "驻外人员", "wave": "2025-10", "question": "Q5"},
)


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_hidden_cell_is_in_no_element(surveyed, page, address):
    """Whatever is chosen: in tables the small group has words and no figure, and no source row."""
    shown = _opened(page, **address)
    seen = 0
    for each in shown.dataframe:
        if "查了（行）" in each.value.columns:  # the checks of whole files
            continue
        rows = each.value[each.value["人员类别"].isin(SMALL)]
        assert "行" not in each.value.columns or rows.empty
        told = rows.drop(columns=["题目", "选项", "人员类别"], errors="ignore")
        for cell in told.to_numpy().ravel():
            assert re.fullmatch(rf"{HIDDEN_WHY}|{HIDDEN_TEXT}", cell), cell
            seen += 1
    assert seen
    assert "行不列出：它们对应的格子已隐去" in _text(shown)
    assert f"人数不足 {10}" in _text(shown)


def test_a_hidden_cell_is_in_no_drawing(surveyed, page):
    """The data of the drawings holds the words in place of the figures."""
    shown = _opened(page, survey=EXAMPLE)
    rows = [row for row in _drawn(shown) if "处级" in str(row)]
    assert rows
    for row in rows:
        assert HIDDEN_WHY in row.values()
        assert [None] * 3 == [row[name] for name in ("f3", "f4", "f5")]


def test_a_hidden_cell_is_in_no_download():
    """The files for download are made of the same tables: neither 1, 4 nor an empty cell."""
    rows = pd.read_csv(FILES[0], encoding="gb18030")
    rows.columns = ["survey_id", "question_id", "option", "stratum", "n", "base_n", "wave_on"]
    questions = survey_questions(Settings())
    cells = safe_shares(rows)
    gaps = soft_hard_gaps(cells, questions)
    for table in (shares_table(cells, question_names(cells, questions)), gaps_table(gaps)):
        lines = csv_bytes(table).decode("utf-8-sig").splitlines()
        small = [line.split("处级", 1)[1] for line in lines if "处级" in line]
        assert small
        for line in small:
            assert set(line.split(",")) <= {"", HIDDEN_WHY, HIDDEN_TEXT}
            assert not line.endswith(",")
    assert 1 == len(gaps[gaps["status"] == "hidden"])


def test_the_demo_shows_the_planted_gap(surveyed, page):
    """The finding is the title; the pair on clear aims says soft below hard, with its interval."""
    shown = _opened(page)
    assert shown.title[0].value.startswith("2026年10月问卷：9 处软硬对照中")
    gaps = next(each.value for each in shown.dataframe if "软硬差" in each.value.columns)
    row = gaps[(gaps["题目"] == "目标清楚") & (gaps["人员类别"] == "基层单位")].iloc[0]
    assert ("软低于硬", "−32.7个百分点") == (row["判断"], row["软硬差"])
    text = _text(shown)
    assert "和人数最多的“基层单位”比" in text
    assert "和2025年10月比" in text
    assert "“经常”：项目部低于基层单位，差 −31.3个百分点（95% 区间 −41.9 至" in text
    assert "只是偶然" in text


def test_the_response_rate_is_told_where_it_is_known(surveyed, page):
    """The last wave tells the sheets handed out (171 of 214 answered), the first one does not."""
    shown = _opened(page)
    rates = next(each.value for each in shown.dataframe if "回收率" in each.value.columns)
    by_group = rates.set_index("人员类别")
    assert ["214 份", "171 人", "79.9%"] == list(by_group.loc["基层单位"])
    assert {HIDDEN_TEXT} == set(by_group.loc["驻外人员"])
    assert "回收率最低为 69.1%（项目部）" in _text(shown)
    before = _opened(page, wave="2025-10")
    assert "没有写发放份数，不知道有多少人没有回答" in _text(before)
    shares = next(each.value for each in before.dataframe if "比例" in each.value.columns)
    assert {HIDDEN_TEXT, "没有发放份数"} == set(shares["计入未回答的人"])


def test_an_exact_zero_is_never_shown(surveyed, page):
    """Nobody chose it: the bound is told, no 0 % and no count."""
    shown = _opened(page, question="Q8", stratum="机关")
    (row,) = [
        row
        for each in shown.dataframe
        if "比例" in each.value.columns
        for row in each.value.to_dict("records")
        if row["选项"] == "变差"
    ][:1]
    assert row["比例"].startswith("不高于 ")
    assert "只给界限" == row["选择人数"]
    assert not [row for row in _drawn(shown) if row.get("f6") in ("0%", "0.0%", "100.0%")]


def test_the_first_wave_and_the_unknown_question_are_told(surveyed, page):
    """Without an earlier wave nothing is compared, and the page says what is needed."""
    shown = _opened(page, survey=EXAMPLE)
    assert "没有上一次可比" in _text(shown)
    assert "Q5 党建融入中心工作的作用体现在哪里" in _text(shown)


def test_the_choice_is_in_the_address(surveyed, page):
    """Survey, wave and group are kept by their code."""
    shown = _opened(page)
    shown.selectbox(key="wave").set_value("2025-10").run()
    shown.selectbox(key="stratum").set_value("项目部").run()
    kept = {name: _last(shown.query_params[name]) for name in ("wave", "stratum")}
    assert {"wave": "2025-10", "stratum": "项目部"} == kept
    assert "没有上一次可比" in _text(shown)


def test_without_a_survey_the_page_says_what_to_do(filled, page):
    """A store without questionnaires: why it is empty and what to hand in."""
    text = _text(_opened(page))
    assert "还没有问卷汇总" in text
    assert "不收个人答卷" in text
