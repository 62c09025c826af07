"""一表双考 on a demo organisation: two sides, the planted vetoes, ranks only when asked for."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from dashboard.assessment_unit import Chosen, left_out_sentence
from dashboard.server import services as held
from pipelines.analysis.assessment import SideResult
from pipelines.settings import Settings
from pipelines.simulate import simulate
from tests.app.leader_store import publish_frames

MONTH = "2026-09"


@pytest.fixture(scope="module")
def organisation():
    """24 units; the last quarter ends in September 2026."""
    return simulate(units=24, months=6, kpis=13, last_month="2026-10", seed=11)


def _publish(tmp_path_factory, organisation, **changed):
    root = tmp_path_factory.mktemp("assessment") / "store"
    frames = {name: organisation.frames[name] for name in ("units", "scores")}
    publish_frames(Settings(store_root=root, ledger_url=None), frames | changed)
    return root


@pytest.fixture(scope="module")
def root(organisation, tmp_path_factory):
    """The store of roster and scores, built once."""
    return _publish(tmp_path_factory, organisation)


@pytest.fixture
def shown(root, monkeypatch, page):
    """``shown(**address)``: the page with these query parameters."""
    monkeypatch.setenv("TONGPIN_STORE", str(root))
    held.services()

    def fault(**address):
        test = page("assessment")
        for name, value in address.items():
            test.query_params[name] = value
        found = test.run()
        assert list(found.exception) == []
        return found

    def run(**address):
        found = fault(**address)
        assert list(found.error) == []
        return found

    run.fault = fault
    return run


def _names(organisation):
    return organisation.frames["units"].set_index("unit_id")["unit_name"]


def _text(shown):
    kinds = (shown.title, shown.subheader, shown.markdown, shown.caption, shown.info, shown.warning)
    return "\n".join(str(each.value) for kind in kinds for each in kind).replace("\\", "")


def test_the_planted_vetoes_are_named_and_no_other(shown, organisation):
    """Each planted veto is a sentence with unit, item and row; the table says it in words."""
    planted, names = organisation.truth.vetoes, _names(organisation)
    assert {("business", "安全生产", MONTH), ("party", "党风廉政", MONTH)} == set(
        planted[["side", "item", "month"]].itertuples(index=False, name=None)
    )
    found = shown(month=MONTH)
    (box,) = found.warning
    told = box.value.replace("\\", "").split("\n\n")
    assert len(planted) == len(told)
    table = found.dataframe[0].value.set_index("单位")
    for row in planted.itertuples():
        label = {"business": "业务", "party": "党建"}[row.side]
        name = names[row.unit]
        (one,) = [each for each in told if name in each and f"{label}否决：{row.item}" in each]
        assert "50%" in one or "50.0%" in one
        assert " 行" in one
        assert f"■ 否决：{row.item}" in table.loc[name, f"{label}状态"]
    vetoed = table[["业务状态", "党建状态"]].map(lambda words: "否决" in words).to_numpy().sum()
    assert len(planted) == vetoed


def test_both_sides_stand_beside_each_other_and_are_never_summed(shown):
    """Scores, grades, states, 均衡口径 and missing weights by name; no rank, no third score."""
    table = shown(month=MONTH).dataframe[0].value
    kinds = ("（分）", "等次", "状态", "均衡口径（分）", "缺失权重")
    sides = [f"{side}{what}" for what in kinds for side in ("业务", "党建")]
    assert ["单位", *sides] == list(table.columns)
    assert sorted(table["单位"]) == list(table["单位"])


def test_a_unit_with_too_little_weight_has_no_total(shown):
    """The unit that has only 群众评价 of the party items: 80 % missing, no total, told in words."""
    table = shown(month=MONTH).dataframe[0].value
    (thin,) = table[table["党建缺失权重"] != "0%"].to_dict("records")
    assert ("80%", "—") == (thin["党建缺失权重"], thin["党建（分）"])
    assert "不计总分" in thin["党建状态"]


def test_ranks_appear_only_with_the_switch_of_the_address(shown):
    """?ranks=true adds intervals and bands and says which pairs hang on no weight."""
    assert "±25%" not in _text(shown(month=MONTH))
    found = shown(month=MONTH, ranks="true")
    table = found.dataframe[0].value
    assert {"业务名次区间", "业务档", "党建名次区间", "党建档"} < set(table.columns)
    assert "权重在 ±25% 内怎么调" in _text(found)
    assert "名次区间抽样 2,000 次、权重 ±25%、随机种子 0" in _text(found)
    both = shown(month=MONTH, ranks="true", balanced="true")
    assert "不能逐对证明" in _text(both)


def test_grades_name_the_veto_that_capped_them(shown, organisation):
    """Every grade is that of its total in the list; a unit with a veto has no 好 on either side."""
    table = shown(month=MONTH).dataframe[0].value.set_index("单位")
    vetoed = set(_names(organisation)[organisation.truth.vetoes["unit"]])
    for name, row in table.iterrows():
        for side in ("业务", "党建"):
            grade, total = row[f"{side}等次"], row[f"{side}（分）"]
            if total == "—":
                assert "—" == grade
                continue
            steps = (("好", 75), ("较好", 50), ("一般", 25), ("差", 0))
            reached = next(word for word, least in steps if float(total) >= least)
            assert (name in vetoed) == ("否决“" in grade)
            assert grade.startswith("较好" if name in vetoed and reached == "好" else reached)


def test_one_item_left_out_is_told_and_listed(shown):
    """The sentence of each side names an item; the table has a row for each weighted item, and the
    total without it is that of the remaining weights."""
    found = shown(month=MONTH)
    assert 2 == _text(found).count("任意去掉一项，得分在 ")
    (rows,) = [each.value for each in found.dataframe if "去掉的项目" in each.value.columns]
    assert 8 == len(rows)
    assert "去掉后名次" not in rows.columns
    twin = next(each.value for each in found.dataframe if "折算（分）" in each.value.columns)
    scores = twin[twin["折算（分）"] != "不计分"].set_index("项目")["折算（分）"].astype(float)
    weights = {"重点任务推进": 30, "精益改善": 15, "服务质量": 15}  # without 经营指标完成, 40
    expected = sum(scores[item] * weight for item, weight in weights.items()) / 60
    row = rows.set_index("去掉的项目").loc["经营指标完成"]
    assert f"{expected:.1f}" == row["去掉后得分（分）"]
    ranked = shown(month=MONTH, ranks="true")
    (rows,) = [each.value for each in ranked.dataframe if "去掉的项目" in each.value.columns]
    assert rows["去掉后名次"].str.startswith("第 ").all()


def test_what_is_left_out_is_only_what_was_scored():
    """Two scored items of equal weight, a third without a score: the sentence names one of the
    two; with one scored item of two nothing is left to add up."""
    names = ["甲", "乙", "丙"]
    side = SideResult(
        side="business",
        items=(),
        weights={"甲": 45.0, "乙": 45.0, "丙": 10.0},
        rates=pd.DataFrame(),
        scores=pd.DataFrame([[80.0, 40.0, np.nan]], columns=names, index=["U1"]),
        total=pd.Series([60.0], index=["U1"]),
        missing_weight=pd.Series([0.1], index=["U1"]),
        vetoes=pd.DataFrame(),
        below={},
    )
    chosen = Chosen(unit_id="U1", name="一厂", how="arithmetic", with_ranks=True)
    told = left_out_sentence(side, chosen)
    assert "得分在 40.0—80.0 分；影响最大的是“甲”，去掉后降 20.0 分；名次在第 1 名" in told
    thin = replace(
        side, weights={"甲": 70.0, "乙": 20.0, "丙": 10.0}, scores=side.scores.assign(乙=np.nan)
    )
    assert "算不出来" in left_out_sentence(thin, chosen)


def test_an_own_list_of_items_is_used_and_a_bad_one_is_told(shown, root):
    """One item with all the weight: the total is its score. A fault leaves the default."""
    before = shown(month=MONTH).dataframe[0].value
    path = root / "assessment_items_local.csv"
    head = "side,item,floor,stretch,weight,reason,veto,source,valid_from,valid_to\n"
    try:
        path.write_text(head + "business,精益改善,0.5,0.9,1,试,0,办法,2026-01-01,\n", "utf-8")
        found = shown(month=MONTH)
        twin = next(each.value for each in found.dataframe if "折算（分）" in each.value.columns)
        assert ["精益改善"] == list(twin["项目"])
        assert list(before["党建（分）"]) == list(found.dataframe[0].value["党建（分）"])
        assert "本单位" in str([each.value for each in found.dataframe if "来自" in each.value])
        path.write_text(head + "business,精益改善,0.5,0.9,0,试,0,办法,2026-01-01,\n", "utf-8")
        test = shown.fault(month=MONTH)
        assert "没有一项有权重" in test.error[0].value.replace("\\", "")
        assert list(before["业务（分）"]) == list(test.dataframe[0].value["业务（分）"])
    finally:
        path.unlink()


def test_a_tried_weight_changes_one_side_and_is_marked(shown):
    """Weight 0 for an item moves the business totals only, and the page says 试算."""
    found = shown(month=MONTH)
    before = found.dataframe[0].value
    found.number_input(key="weight_business_经营指标完成").set_value(0.0).run()
    after = found.dataframe[0].value
    assert "试算" in "".join(each.value for each in found.info)
    assert list(before["党建（分）"]) == list(after["党建（分）"])
    assert list(before["业务（分）"]) != list(after["业务（分）"])
    fresh = shown(month=MONTH)
    assert list(before["业务（分）"]) == list(fresh.dataframe[0].value["业务（分）"])


def test_all_weights_zero_keep_those_of_the_list(shown):
    """Nothing can be divided by a sum of 0: the side goes on with its list and says so."""
    found = shown(month=MONTH)
    for each in found.number_input:
        if each.key.startswith("weight_party"):
            each.set_value(0.0)
    found.run()
    assert list(found.exception) == []
    assert "不能全为 0" in _text(found)


def test_the_rows_of_the_unit_say_where_they_come_from(shown, organisation):
    """从哪来 lists every row of the chosen unit of this month."""
    scores = organisation.frames["scores"].query("month == @MONTH")
    unit = scores["unit"].iloc[0]
    found = shown(month=MONTH, unit=unit)
    (rows,) = [each.value for each in found.dataframe if "评价主体" in each.value.columns]
    assert int((scores["unit"] == unit).sum()) == len(rows)
    text = _text(found)
    assert "从不作依据" in text
    for told in ("汇总版本 ", "权重 业务 经营指标完成 40", "2026年9月末有效的项目表"):
        assert told in text


def test_rows_of_unknown_units_are_counted(organisation, tmp_path_factory, monkeypatch, page):
    """Three rows whose unit is in no roster stay out, and the page says three."""
    scores = organisation.frames["scores"].query("month == @MONTH").reset_index(drop=True)
    scores.loc[:2, "unit"] = "无名单位"
    root = _publish(tmp_path_factory, organisation, scores=scores)
    monkeypatch.setenv("TONGPIN_STORE", str(root))
    held.services()
    assert "有 3 行打分的单位在单位名册里找不到" in _text(page("assessment").run())


def test_an_empty_store_says_what_to_do(store, page):
    """No scores: why, and where to go."""
    found = page("assessment").run()
    assert list(found.exception) == []
    assert "一表双考打分" in _text(found)


def test_scores_of_unknown_units_are_not_an_empty_table(
    organisation, tmp_path_factory, monkeypatch, page
):
    """No row fits the roster: the page says so."""
    scores = organisation.frames["scores"].head(8).assign(unit="无名单位")
    root = _publish(tmp_path_factory, organisation, scores=scores)
    monkeypatch.setenv("TONGPIN_STORE", str(root))
    held.services()
    found = page("assessment").run()
    assert list(found.exception) == []
    assert "没有一行能对上单位名册" in _text(found)
