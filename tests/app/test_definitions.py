"""口径与规则: what is written there is what the program does."""

import pytest

from dashboard.components import definitions
from dashboard.components.rule_status import pack_frame
from dashboard.views.definitions import TABS
from expectations.registry import all_rules, queries_for, rules_for
from pipelines import reference
from pipelines.domain.catalog import datasets
from pipelines.domain.measures import ADDITIVITY_LABELS
from pipelines.measures import measure, measures
from pipelines.rule_pack import rule_pack_in_force
from pipelines.settings import Settings
from pipelines.step_vocabulary import LOCAL_NAME


@pytest.mark.parametrize("name", list(datasets()))
def test_every_column_of_a_contract_is_listed(name):
    """A column that is not listed would be a secret of the program."""
    contract = datasets()[name]
    frame = definitions.contract_frame(contract, reference.vocabularies(Settings()))
    assert list(contract.names) == list(frame["标识"])
    assert set(contract.required) == set(frame.loc[frame["必填"] == "必填", "标识"])


@pytest.mark.parametrize("name", list(datasets()))
def test_every_rule_of_a_suite_is_listed(name):
    """The list comes from the rules that run, with severity, missing policy and remedy in words."""
    frame = definitions.rules_frame(name)
    assert [each.id for each in all_rules(name)] == list(frame["标识"])
    assert len(frame) == len(rules_for(name)) + len(queries_for(name))
    assert set(frame["级别"]) <= {"必须改", "请核对", "提示"}
    assert set(frame["空格"]) <= {"有空格的行不检查", "空格也算一个值", "查的就是空格"}
    assert {"逐行", "整表或跨表"} == set(frame["范围"])
    assert not frame.map(lambda text: "{" in text).any(axis=None)


def test_a_rule_without_a_national_number_is_left_blank_in_words():
    """党课 has no national frequency: no number is made up."""
    frame = pack_frame(rule_pack_in_force(Settings()))
    assert frame.loc[frame["规则"] == "党课", "要求"].iloc[0] == "各地不一，留空，不评"
    assert frame.loc[frame["规则"] == "支部党员大会", "要求"].iloc[0] == "1 次"
    assert {"依据", "条款", "生效", "把握"} <= set(frame.columns)


def test_every_code_is_listed_under_a_chinese_name():
    """A vocabulary is named after the column it belongs to."""
    vocabularies = reference.vocabularies(Settings())
    frame = definitions.vocabulary_frame(vocabularies)
    assert sum(len(each.entries) for each in vocabularies.values()) == len(frame)
    assert "活动类型" in set(frame["词表"])


def test_no_measure_claims_a_cause_or_blends_the_two_sides():
    """The words of cause are not used, and there is no single score."""
    text = "".join(f"{each.meaning}{each.formula}{each.limits}" for each in definitions.MEASURES)
    assert not [word for word in ("导致", "带动", "显著提升", "促进") if word in text]
    assert "不与显绩合成一个分" in text


def test_every_measure_is_listed_with_what_it_does_not_say():
    """The list is the registry: label, definition, formula, unit, additivity, limits."""
    frame = definitions.measures_frame()
    assert list(measures()) == list(frame["标识"])
    assert all((frame[name] != "").all() for name in frame.columns)
    assert set(ADDITIVITY_LABELS.values()) >= set(frame["汇总"])


def test_one_measure_is_told_in_full(filled, page):
    """The table cuts long texts; the chosen measure shows all of them."""
    shown = page("definitions").run()
    shown.selectbox[0].set_value("trace_ratio").run()
    assert not shown.exception
    text = "".join(each.value for each in shown.markdown)
    assert measure("trace_ratio").not_told in text.replace("\\", "")


def test_the_burden_counts_the_columns_of_the_contracts():
    """Asked and required are the contracts'; the unread ones are named and make up the rest."""
    frame = definitions.burden_frame()
    assert [len(each.fields) for each in datasets().values()] == list(frame["约定的列数"])
    assert [len(each.required) for each in datasets().values()] == list(frame["其中必填"])
    unread = [len(text.split("、")) if text else 0 for text in frame["没有用到的列"]]
    assert list(frame["约定的列数"] - frame["汇总用到"]) == unread


@pytest.mark.parametrize("tab", TABS)
def test_every_tab_shows_something(tab, filled, page):
    """Each tab has a table or text when data is there."""
    shown = page("definitions")
    shown.session_state["tab"] = tab
    shown.run()
    assert list(shown.exception) == []
    assert shown.dataframe or shown.text


@pytest.mark.parametrize(
    ("text", "whose"),
    [
        (None, "来自产品默认的词表"),
        ("step_set,position,step\n两步法,1,摸底\n两步法,2,立项\n", "现用 1 套步骤，共 2 种说法"),
        ("step_set,position,step\n两步法,2,立项\n", "来自产品默认的词表"),
    ],
)
def test_the_step_vocabulary_in_force_is_shown(store, page, text, whose):
    """The default, an own file, and a bad own file with its line."""
    if text:
        (store.settings.store_root / LOCAL_NAME).write_text(text, encoding="utf-8")
    shown = page("definitions")
    shown.session_state["tab"] = "步骤词表"
    shown.run()
    assert [] == list(shown.exception)
    assert whose in shown.markdown[0].value.replace("\\", "")
    told = ["第 2 行" in each.value for each in shown.error]
    assert told == ([True] if text and "摸底" not in text else [])


def test_the_kpi_dictionary_is_that_of_the_mart(filled, page):
    """The tab lists what was uploaded, with codes as words."""
    shown = page("definitions")
    shown.session_state["tab"] = "指标库"
    frame = shown.run().dataframe[0].value
    assert list(frame["指标"]) == ["营业收入"]
    assert list(frame["方向"]) == ["越高越好"]
