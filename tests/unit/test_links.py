"""Suggested links: how words are weighed, and how often the suggestions are right."""

from __future__ import annotations

import re

import duckdb
import pandas as pd
import pyarrow as pa
import pytest

from pipelines.links import suggest
from pipelines.links.scoring import FLOOR, Index
from pipelines.links.targets import Document, Term
from pipelines.links.words import LinkTerms, Segmenter, link_terms
from pipelines.settings import ROOT
from pipelines.simulate import simulate
from pipelines.warehouse import scratch

DOC = ROOT / "docs" / "links.md"
# Titles as people write them, from no phrase of the demo organisation: keywords, title, agenda,
# and the KPIs that a reader would link them to.
ORDINARY = (
    ("党建+安全", "三季度安全生产专题党课", "学习事故通报，部署高温作业防护", "YW04 YW05"),
    (None, "支部委员会研究老旧小区停水投诉处置", "逐件过堂投诉工单，明确回访责任", "YW06"),
    (None, "主题党日：走进社区听民意", "现场收集居民意见建议32条", "YW07"),
    ("攻坚", "应收账款清收党员先锋行动", "分片包干，上门催缴欠费", "YW03"),
    (None, "“我为企业献一策”合理化建议征集", "征集技术改进点子", "YW11"),
    ("人才", "青年员工师带徒结对仪式", "签订师徒协议，明确年度考证目标", "YW12"),
    (None, "迎峰度夏设备特巡党员突击队出征", "开展变压器巡视消缺", "YW08"),
    (None, "节约用电从我做起倡议", "倡议随手关灯、空调不低于26度", "YW09"),
    (None, "学习贯彻党的二十届四中全会精神", "集中学习公报", ""),
    (None, "换届选举党员大会", "选举产生新一届支部委员会", ""),
    ("廉政", "节前廉洁提醒谈话", "通报典型案例", ""),
    (None, "仓库物资清仓查库行动", "盘活积压备件", "YW10"),
    (None, "压减招待费、差旅费专题会", "对照年度费用控制目标查摆", "YW02"),
    (None, "市场开拓党员攻坚队推进会", "走访大客户，签约新增供水合同", "YW01"),
    (None, "重温入党誓词", "参观革命纪念馆", ""),
    (None, "消防器材检查与灭火演练", "检查灭火器136具", "YW04 YW05"),
    (None, "“隐患随手拍”活动总结", "通报整改进度", "YW04 YW05"),
    (None, "收缴党费、通报党员积分", None, ""),
    (None, "技术比武备赛动员", "实操考核安排", "YW12"),
    (None, "窗口服务质量提升月启动", "亮身份亮承诺", "YW06 YW07"),
    (None, "民主评议党员", "批评与自我批评", ""),
    (None, "漏损治理攻坚研讨", "听漏、抢修、计量分区", ""),
    (None, "成本对标分析会", "查找与先进单位的差距", "YW02"),
    (None, "志愿服务：清理河道垃圾", "出动党员25人", ""),
)
Pairs = set[tuple[str, str]]


@pytest.fixture(scope="module")
def demo():
    return simulate()


def _suggested(kpis: pd.DataFrame, activities: pd.DataFrame) -> Pairs:
    """Record and KPI of every suggestion, on the tables that the step needs."""
    with scratch() as connection:
        for schema in ("staging", "model"):
            connection.execute(f"create schema {schema}")
        _tables(connection, kpis, activities)
        made = suggest.make(connection)
    return set(zip(made["record_id"].to_pylist(), made["target_id"].to_pylist(), strict=True))


def _tables(
    connection: duckdb.DuckDBPyConnection, kpis: pd.DataFrame, activities: pd.DataFrame
) -> None:
    named = kpis.rename(columns={"name": "kpi_name"})
    for name, frame in (("model.kpis", named), ("staging.activities", activities)):
        connection.register("given", pa.Table.from_pandas(frame, preserve_index=False))
        connection.execute(f"create table {name} as select * from given")  # noqa: S608
        connection.unregister("given")
    for name, columns in (
        ("staging.key_tasks", "task_id varchar, unit varchar"),
        ("staging.carriers", "carrier_id varchar, unit varchar"),
        ("model.unit_spellings", "spelling varchar, unit_id varchar"),
        (
            "model.link_candidates",
            "record_id varchar, target_kind varchar, target_id varchar, target_name varchar",
        ),
        ("model.link_names", "target_kind varchar, target_id varchar, target_name varchar"),
    ):
        connection.execute(f"create table {name} ({columns})")


def _figures(found: Pairs, meant: Pairs) -> tuple[float, float]:
    """Precision and recall."""
    right = len(found & meant)
    return right / len(found), right / len(meant)


def _activities(demo) -> pd.DataFrame:
    return demo.frames["activities"][["record_id", "keywords", "title", "agenda"]]


def _ordinary() -> tuple[pd.DataFrame, Pairs]:
    rows = [(f"R{at}", *each[:3]) for at, each in enumerate(ORDINARY)]
    meant = {(f"R{at}", kpi) for at, each in enumerate(ORDINARY) for kpi in each[3].split()}
    return pd.DataFrame(rows, columns=["record_id", "keywords", "title", "agenda"]), meant


def _documented(label: str) -> tuple[float, float]:
    """Precision and recall that docs/links.md states, as shares."""
    line = re.search(rf"^\| {label}.*?\| ([\d.]+)% \| ([\d.]+)% \|", DOC.read_text(), re.MULTILINE)
    assert line, label
    return float(line[1]) / 100, float(line[2]) / 100


def _check(label: str, found: Pairs, meant: Pairs, floors: tuple[float, float]) -> None:
    figures = _figures(found, meant)
    assert figures == pytest.approx(_documented(label), abs=0.0006), figures
    assert all(figure >= floor for figure, floor in zip(figures, floors, strict=True))


def test_suggestions_find_what_the_demo_activities_are_about(demo):
    """Precision and recall against the topics that were labelled by hand, as documented."""
    meant = set(demo.truth.activity_kpis.itertuples(index=False, name=None))
    found = _suggested(demo.frames["kpi_definitions"], _activities(demo))
    _check("演示单位，全部字段", found, meant, (0.96, 0.99))


def test_suggestions_without_the_list_of_terms(demo, monkeypatch):
    """Names, aliases and categories alone: fewer are found; the list of terms earns its place."""
    none = LinkTerms(targets={}, stop=link_terms().stop, text="")
    monkeypatch.setattr(suggest, "link_terms", lambda: none)
    meant = set(demo.truth.activity_kpis.itertuples(index=False, name=None))
    found = _suggested(demo.frames["kpi_definitions"], _activities(demo))
    _check("演示单位，不用对照词", found, meant, (0.99, 0.5))


def test_suggestions_on_ordinary_titles(demo):
    """Titles that were not made of the demo's phrases: what a real log may expect."""
    activities, meant = _ordinary()
    found = _suggested(demo.frames["kpi_definitions"], activities)
    _check("另写的", found, meant, (0.85, 0.7))


def test_the_ending_of_a_kpi_does_not_swallow_the_word_before_it():
    """管网漏损率 is cut into 管网 and 损率; 漏损 in a title means it all the same."""
    kpis = pd.DataFrame(
        [("K1", "管网漏损率", None, None), ("K2", "供水水质合格率", None, None)],
        columns=["kpi_id", "name", "aliases", "category"],
    ).assign(is_placebo=False)
    titles = ["漏损治理攻坚研讨", "水质专题会", "换届选举"]
    activities = pd.DataFrame(
        {"record_id": ["R1", "R2", "R3"], "keywords": None, "title": titles, "agenda": None}
    ).astype("str")
    assert {("R1", "K1"), ("R2", "K2")} == _suggested(kpis, activities)


def test_the_truth_names_known_kpis_and_no_placebo(demo):
    """Every pair once; every KPI in the dictionary; half of the activities are about none."""
    pairs = demo.truth.activity_kpis
    kpis = demo.frames["kpi_definitions"].set_index("kpi_id")
    assert not pairs.duplicated().any()
    assert set(pairs["kpi_id"]) <= set(kpis.index[~kpis["is_placebo"]])
    about = pairs["record_id"].nunique() / len(demo.frames["activities"])
    assert 0.45 < about < 0.55


def _index(**documents: tuple[str, ...]) -> Index:
    return Index(
        [
            Document(key=key, label=key, terms=dict.fromkeys(words, Term(weight=1, why="名称")))
            for key, words in documents.items()
        ]
    )


def _score(index: Index, key: str, **fields: str) -> float:
    words = {name: frozenset(text.split()) for name, text in fields.items()}
    return {each.key: each.score for each in index.fitting(words)}.get(key, 0.0)


OTHERS = {f"K{at}": (f"词{at}",) for at in range(10)}


def test_keywords_count_more_than_the_title_and_the_title_more_than_the_agenda():
    """The same word, elsewhere; in the agenda alone it is not enough for a suggestion."""
    index = _index(A=("水质",), **OTHERS)
    keyword, title = (_score(index, "A", **{name: "水质"}) for name in ("keywords", "title"))
    assert keyword > title > FLOOR
    assert 0 == _score(index, "A", agenda="水质")
    assert _score(index, "A", keywords="水质", title="水质") > keyword


def test_a_word_that_many_targets_have_says_less():
    """Half of the targets have 提升: it suggests none of them; 水质 is of one and does."""
    shared = {key: ("提升", *words) for key, words in list(OTHERS.items())[:6]}
    index = _index(**{"A": ("水质", "提升"), **OTHERS, **shared})
    assert 0 == _score(index, "A", title="提升")
    assert 0 < _score(index, "A", title="水质") < _score(index, "A", title="水质 提升")


def test_a_word_inside_a_longer_one_does_not_count_beside_it():
    """节能降耗 holds 节能 and 降耗: it is one word, not three."""
    whole = _index(A=("节能降耗",), **OTHERS)
    parts = _index(A=("节能降耗", "节能", "降耗"), **OTHERS)
    assert _score(whole, "A", title="节能降耗") == _score(parts, "A", title="节能降耗 节能 降耗")


def test_a_stop_phrase_hides_the_words_inside_it():
    """志愿服务 is no customer service; 服务 beside it still is."""
    cut = Segmenter({"志愿服务"})
    phrases = frozenset({"志愿服务"})
    assert "服务" not in cut.words_outside("志愿服务队", phrases)
    assert "服务" in cut.words_outside("志愿服务与窗口服务", phrases)


def test_words_are_folded_and_have_two_characters_or_more():
    """Full-width and upper case are one; numbers and single characters are no words."""
    words = Segmenter({"小改小革"}).words("ＡＩ小改小革3项，率")
    assert {"ai", "小改小革"} <= words
    assert not {each for each in words if len(each) < 2 or each.isdigit()}


def test_the_same_activities_give_the_same_suggestions(demo):
    """The step is a pure function; the order of rows does not matter."""
    some = _activities(demo).head(300)
    kpis = demo.frames["kpi_definitions"]
    assert _suggested(kpis, some) == _suggested(kpis, some.iloc[::-1])


def test_the_list_of_terms_is_well_formed():
    """A term once; a term either stands for a KPI or for nothing."""
    rows = pd.read_csv(ROOT / "data/reference/link_terms.csv", keep_default_na=False)
    assert not rows["term"].duplicated().any()
    assert not set(link_terms().targets) & link_terms().stop
