"""显绩·潜绩: estimate, scenario, unit, group, 从哪来, and too little of everything."""

from __future__ import annotations

import re
from contextlib import closing

import numpy as np
import pandas as pd
import pytest

from pipelines import analysis_runs, latent_runs, queries
from pipelines.settings import Settings
from tests.app.leader_store import build_store, keep_association, keep_latent


def _built(root, **options):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TONGPIN_STORE", str(root))
        keep_latent(build_store(**options))
    return root


def _text(shown) -> str:
    kinds = (shown.title, shown.header, shown.subheader, shown.markdown, shown.caption, shown.info)
    return "\n".join(str(each.value) for kind in kinds for each in kind).replace("\\", "")


def _open(page, **address):
    shown = page("quadrant")
    for name, value in address.items():
        shown.query_params[name] = value
    shown.run()
    assert list(shown.exception) == []
    return shown


def _table(shown, *columns):
    return next(e.value for e in shown.dataframe if set(columns) <= set(e.value.columns))


def test_it_opens_on_the_stock_with_the_most_evidence(planted, page):
    """党课 with K03: the title counts both axes apart; the rules are 0 and 100 %, no averages."""
    shown = _open(page)
    assert "22 个单位中" in shown.title[0].value
    assert "个存量高于 0" in shown.title[0].value
    assert ("K03", "党课") == (
        shown.selectbox(key="stock_kpi").value,
        shown.selectbox(key="stock_source").value,
    )
    text = _text(shown)
    assert "都不是平均数" in text
    assert "每 100 名在岗人员" in text
    assert "1 个单位当月没有上报在岗人数（队伍情况），没有画：北江公司" in text
    assert "秩相关" in text
    assert "潜绩承诺**（全部单位）" in text
    assert not [word for word in ("导致", "带动", "促进", "显著") if word in text]


def test_the_drawn_stock_is_the_stock_over_people(planted, page):
    """The table of the drawing and 从哪来 of that unit hold the same figure per 100 people."""
    shown = _open(page, unit="A001")
    axis = _table(shown, "单位", "达成指数", "在岗人数").set_index(["单位", "月份"])
    per = axis.loc[("南城公司", "2026年10月")]
    assert "81" == per["在岗人数"]
    shown = shown.button(key="latent_lineage").click().run()
    (drawn,) = [value for name, value in per.items() if name.startswith("存量（")]
    assert f"÷ 81 人 × 100 = 每百人 {drawn}" in _text(shown)


def test_the_figures_can_be_recomputed_from_the_rows(planted, page):
    """Shares by month and type are the counts; counts × coefficients are the four figures."""
    shown = _open(page, unit="A001")
    shown = shown.button(key="latent_lineage").click().run()
    assert list(shown.exception) == []
    rows, cells = _table(shown, "计入（次或人）", "行"), _table(shown, "系数 β", "次数")
    assert {"党建活动台账.csv", "队伍情况.csv"} == set(rows["文件"])
    held = rows[rows["是什么"] == "活动"].groupby("月份")["计入（次或人）"].sum()
    counts = cells.set_index("月份")["次数"].astype(float)
    assert held.to_dict() == counts[counts > 0].to_dict()
    beta = [float(each.replace("−", "-")) for each in cells["系数 β"]]
    later = [float(each.replace("−", "-")) for each in cells["之后各月 β 合计"]]
    still = [float(each.replace("−", "-")) for each in cells["计入本月末存量"]]
    assert [n * b for n, b in zip(counts, later, strict=True)] == pytest.approx(still, abs=2e-4)
    tails = [sum(beta[lag:]) for lag in range(len(beta) + 1)]
    x = counts.tolist()
    expected = [
        sum(x[j] * tails[j] for j in range(1, len(x))),
        x[0] * tails[1],
        -sum(x[j] * beta[j] for j in range(1, len(x))),
        sum(x[j] * tails[j + 1] for j in range(len(x))),
    ]
    text = _text(shown)
    told = re.search(r"上月末存量 (.+?)，本月新增 (.+?)，本月释放 (.+?)，本月末存量 (.+?) 个", text)
    figures = [float(each.replace("−", "-")) for each in told.groups()]
    assert expected == pytest.approx(figures, abs=0.0055)
    assert re.search(r"随机种子 \d+", text)
    assert "汇总版本" in text


def test_a_group_is_chosen_in_the_address_and_of_both_trees(planted, page):
    """A subtree of the party tree: the units its branches stand for; the figures speak of it."""
    shown = _open(page, group="P0")
    assert "P0" == shown.selectbox(key="group").value
    assert "机关党委：22 个单位中" in shown.title[0].value
    assert "机关党委平均" in _text(shown)
    shown = shown.button(key="latent_lineage").click().run()
    assert "以上次数为 23 个单位的平均" in _text(shown)
    assert "南城公司" in shown.selectbox(key="latent_lineage_unit").options


def test_one_unit_has_its_way_and_two_lines(planted, page):
    """The chosen unit: twelve months in words with the interval of now, and the twin."""
    shown = _open(page, unit="A001")
    text = _text(shown)
    assert "南城公司：2025年11月到2026年10月，达成指数" in text
    assert "现在的 95% 区间" in text
    assert "同一段走势分两条线看" in text


def test_a_stock_that_cannot_be_told_is_not_drawn_but_the_scenario_is(planted, page):
    """K02 follows nothing: the words, no waterfall, and the labelled scenario with its banner."""
    shown = _open(page, kpi="K02", activity="主题党日")
    assert 1 == len(shown.title)
    assert "看不出可分辨的活动贡献" in shown.title[0].value
    text = _text(shown)
    assert "所以不画估计的潜绩轴" in text
    assert "预计逐月释放" not in text
    assert "情景，不是估计" in shown.warning[0].value
    assert "每月 " in text


def test_a_type_that_comes_back_exactly_is_not_judged_and_the_others_are(
    tmp_path, monkeypatch, page
):
    """支部委员会会议 every other month in every unit: 无法判断 with the reason wherever its figure
    would stand, in 从哪来 and on 关联分析 too; 党课 beside it keeps its stock."""
    root = _built(tmp_path / "store", units=13, months=26, with_rhythm=True)
    monkeypatch.setenv("TONGPIN_STORE", str(root))
    keep_association(Settings())
    shown = _open(page, kpi="K03", activity="支部委员会会议")
    assert "支部委员会会议与“客户满意度 <*分*>”的存量，无法判断" in shown.title[0].value.replace(
        "\\", ""
    )
    text = _text(shown)
    assert "次数在各单位按同一节奏重复" in text
    assert "预计逐月释放" not in text
    assert "这一轴靠得住吗" not in text
    types = _table(shown, "类别", "存量").set_index("活动类型")
    assert ["无法判断"] + ["—"] * 5 == types.loc["支部委员会会议"].tolist()
    assert "—" not in types.loc["党课"].tolist()
    shown = shown.button(key="latent_lineage").click().run()
    cells = _table(shown, "系数 β", "次数")
    assert {"—"} == set(cells[["系数 β", "标准误", "计入本月末存量"]].to_numpy().ravel())
    assert "各列相加" not in _text(shown)
    shown = page("association")
    shown.query_params.update({"kpi": "K03", "activity": "支部委员会会议"})
    assert "各个滞后的图没有画" in _text(shown.run())


def test_the_scenario_beside_an_estimate_opens_when_asked_and_saturates(planted, page):
    """?scenario=true opens it; its reference and its saturation can be changed and are named."""
    assert not _open(page).warning
    shown = _open(page, scenario="true", unit="A001")
    assert "情景，不是估计" in shown.warning[0].value
    shown.number_input(key="rate").set_value(5.0).run()
    assert "每月 5.0 次" in _text(shown)
    shown.button_group(key="saturation").set_value("平缓").run()
    assert list(shown.exception) == []
    assert "饱和程度 0—100%（希尔曲线，陡度 1）" in _text(shown)


def test_the_waterfall_reconciles_as_it_is_shown(planted, page):
    """The shown figures of the movement add up to the last digit."""
    shown = _open(page)
    cents = [round(100 * each) for each in _table(shown, "项目").iloc[:, 1]]
    assert cents[3] == sum(cents[:3])
    assert "预计逐月释放" in _text(shown)


def test_too_few_months_give_no_estimate_and_say_what_is_needed(tmp_path, monkeypatch, page):
    """Ten months: the reason with its number, the scenario instead, and no figure."""
    monkeypatch.setenv("TONGPIN_STORE", str(_built(tmp_path / "store", units=14, months=10)))
    shown = _open(page)
    text = _text(shown)
    assert "数据不足：没有一项指标够得上估计潜绩存量" in text
    assert "10 个月" in text
    assert "情景，不是估计" in shown.warning[0].value


def test_without_head_counts_nothing_is_guessed(planted, page):
    """A month in which no unit reports people: no quadrant, what is missing, the stock stays."""
    text = _text(_open(page, month="2026-08"))
    assert "没有单位可以画" in text
    assert "当月没有上报在岗人数" in text
    assert "请到“上传入库”补交队伍情况" in text
    assert "预计逐月释放" in text


def test_the_kept_run_is_the_run_computed_anew(planted):
    """What is read back after a restart is what the build gives: fits, evidence and validity."""
    settings = planted.settings
    with closing(queries.open_mart(settings)) as mart:
        key = latent_runs.latent_key(mart.build_id, queries.run(mart, "months")["month"], reach=6)
        anew = latent_runs.latent_of(latent_runs.compute(mart, key, lambda *_: None), key)
    kept = latent_runs.latent_of(analysis_runs.load(settings, key), key)
    assert anew.looks == kept.looks
    pd.testing.assert_frame_equal(anew.evidence, kept.evidence)
    pd.testing.assert_frame_equal(anew.validity, kept.validity)
    for kpi, fit in anew.fits.items():
        np.testing.assert_array_equal(fit.cov, kept.fits[kpi].cov)
