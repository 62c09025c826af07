"""项目成效: what is found, what is gated, what is missing, and that no gated number is shown."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from dashboard.initiatives import Assessed, counted_sentence, title_of
from dashboard.server import services as held
from pipelines import queries
from pipelines.analysis.initiative import CHANCE, CLEAR, assess, corrected
from pipelines.analysis.initiative_list import Initiative
from pipelines.analysis_runs import keep
from pipelines.domain.months import month_range
from pipelines.initiatives import compute, run_key
from pipelines.progress import silent
from pipelines.settings import Settings
from tests.app.leader_store import publish_frames

UNITS, SPAN = 24, month_range("2024-01", "2026-06")
SINCE = date(2020, 1, 1)
REAL, TRAP, NOTHING, FEW = "节能 <*攻关*>", "降费突击队", "常规示范岗", "小试点"
START = SPAN.index("2025-07")
SOME = Initiative(
    code="0", kind="践诺", name="试", kpi_id="K1", kpi_name="合格率", carriers=pd.DataFrame()
)
EFFECT, DIP = 3.0, 4.0  # in the units of the KPIs; their noise is 1


def _roster() -> dict[str, pd.DataFrame]:
    units = [("G1", "板块", "admin", None), ("P0", "机关党委", "party", None)]
    units += [(f"A{i:02d}", f"第{i}厂", "admin", "G1") for i in range(UNITS)]
    units += [(f"P{i:02d}x", f"第{i}支部", "party", "P0") for i in range(UNITS)]
    bridge = [(f"P{i:02d}x", f"A{i:02d}", 1.0, SINCE) for i in range(UNITS - 1)]
    kpis = [("K1", "合格率", "%", "up"), ("K2", "费用率", "元", "down")]
    return {
        "units": pd.DataFrame(units, columns=["unit_id", "unit_name", "tree", "parent_id"]).assign(
            valid_from=SINCE
        ),
        "unit_bridge": pd.DataFrame(
            bridge, columns=["party_unit_id", "admin_unit_id", "share", "valid_from"]
        ),
        "kpi_definitions": pd.DataFrame(
            kpis, columns=["kpi_id", "name", "unit_of_measure", "direction"]
        ).assign(aggregation="mean", valid_from=SINCE),
    }


def _figures() -> pd.DataFrame:
    """Units 0–4 gain EFFECT on K1 from START on; units 5–9 were DIP off on K2 just before it."""
    values = 80 + np.random.default_rng(5).normal(size=(2, UNITS, len(SPAN)))
    values[0, :5, START:] += EFFECT
    values[1, 5:10, START - 3 : START] += DIP
    rows = [
        (f"A{unit:02d}", SPAN[at], f"K{kpi + 1}", values[kpi, unit, at])
        for kpi, unit, at in np.ndindex(values.shape)
    ]
    rows += [("G1", SPAN[at], "K1", values[0, :, at].mean()) for at in range(len(SPAN))]
    return pd.DataFrame(rows, columns=["unit", "month", "kpi", "actual"])


def _carriers() -> pd.DataFrame:
    begin = date(2025, 7, 1)
    rows = [("党建+项目", REAL, f"第{i}支部", "合格率", begin) for i in range(5)]
    rows += [("突击队", TRAP, f"第{i}厂", "费用率", begin) for i in range(5, 10)]
    rows += [("示范岗", NOTHING, f"第{i}厂", "费用率", begin) for i in range(10, 14)]
    rows += [
        ("践诺", FEW, "第14厂", "合格率", begin),
        ("党建+项目", REAL, "没有这个单位", "合格率", begin),
        ("党建+项目", REAL, f"第{UNITS - 1}支部", "合格率", begin),
        ("责任区", "责任区", "第15厂", None, begin),
        ("责任区", "责任区", "第15厂", "合格率", None),
        ("责任区", "责任区", "第15厂", "没有这项", begin),
    ]
    frame = pd.DataFrame(rows, columns=["kind", "name", "unit", "kpi", "start_on"])
    return frame.assign(carrier_id=[f"ZT{at:02d}" for at in range(len(frame))])


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """One store with the four initiatives and five carriers that can be compared with nothing."""
    path = tmp_path_factory.mktemp("initiatives") / "store"
    settings = Settings(store_root=path)
    publish_frames(settings, {**_roster(), "kpi_values": _figures(), "carriers": _carriers()})
    with closing(queries.open_mart(settings, queries.current_build_id(settings))) as mart:
        key = run_key(mart.build_id)
        keep(settings, key, compute(mart, key, silent))
    return path


@pytest.fixture
def opened(root, monkeypatch, page):
    """A function that opens the page at the initiative of a name."""
    monkeypatch.setenv("TONGPIN_STORE", str(root))
    held.services()

    def opens(name: str):
        shown = page("initiatives").run()
        box = shown.selectbox(key="initiative")
        label = next(each for each in box.options if each.startswith(name))
        shown.query_params["initiative"] = label
        shown.run()
        assert list(shown.exception) == []
        return shown

    return opens


def _text(shown) -> str:
    kinds = (shown.title, shown.subheader, shown.markdown, shown.caption, shown.info, shown.warning)
    return "\n".join(str(each.value) for kind in kinds for each in kind).replace("\\", "")


def _tables(shown, column: str) -> list[pd.DataFrame]:
    return [each.value for each in shown.dataframe if column in each.value.columns]


def test_a_real_initiative_is_told_with_its_interval(opened):
    """The title holds the difference, its interval covers what was planted, and no word of cause.

    The board above the adopters, whose figures hold theirs, is not among the comparison units.
    """
    shown = opened(REAL)
    title = shown.title[0].value.replace("\\", "")
    assert title.startswith(f"{REAL}：采用后，5 个采用单位的合格率比对照单位每月平均高 ")
    low, high = title.split("95% 区间 ")[1].split("个百分点")[0].split(" 至 ")
    assert float(low) < EFFECT < float(high)
    assert not [word for word in ("导致", "带动", "促进", "显著") if word in _text(shown)]
    (twin,) = _tables(shown, "95% 同时区间")
    assert ["采用前 12 个月", "采用后 11 个月"] == [twin["时间"].iloc[at] for at in (0, -1)]
    (controls,) = _tables(shown, "有数的月")
    assert UNITS - 5 == len(controls)
    assert "板块" not in set(controls["对照单位"])


def test_how_many_were_looked_at_is_said_and_the_tests_are_corrected_together(opened):
    """Four initiatives, two of them tested: q is twice the smaller p, and the run is named."""
    shown = opened(REAL)
    text = _text(shown)
    assert "共看了 4 个项目，其中 2 个可以检验，校正后 1 个有差别" in text
    assert "同时检验了 2 个项目，多重比较校正后 q = 0.001" in text
    (listed,) = _tables(shown, "状态")
    q = listed.set_index("项目")["校正后 q"]
    assert "0.001" == q[REAL]
    assert ["—", "—"] == [q[TRAP], q[FEW]]
    for told in ("随机种子 ", "汇总版本 ", "结果编号 "):
        assert told in text


def test_a_difference_that_chance_explains_is_not_called_one():
    """p = .03 alone is 有差别; beside three others without anything it is not (q = .12)."""
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(
        [
            (unit, at, y, 20.0 if unit < 5 else np.nan)
            for unit, values in enumerate(rng.normal(size=(24, 30)))
            for at, y in enumerate(values)
        ],
        columns=["unit", "period", "y", "cohort"],
    )
    base = assess(frame, draws=199)
    numbers = {"effect": 1.0, "low": 0.1, "high": 1.9}
    one = replace(base, state=CLEAR, reasons=("a", "b"), p=0.03, **numbers)
    others = [replace(base, p=p) for p in (0.4, 0.6, 0.8)]
    (alone,) = corrected([one])
    assert (CLEAR, 0.03) == (alone.state, alone.q)
    first, *_ = corrected([one, *others])
    assert (CHANCE, True) == (first.state, first.is_told)
    assert 0.12 == pytest.approx(first.q)
    assert "同时检验了 4 个项目" in first.reasons[0]
    shown = Assessed(initiative=SOME, found=first, unit="分", direction="up")
    assert "校正后看不出差别（95% 区间 +0.1 至 +1.9分）" in title_of(shown)
    told = counted_sentence([shown])
    assert "校正后 0 个有差别，另有 1 个单看区间不含 0、校正后不算" in told


def test_the_adopters_are_traced_to_the_rows_of_the_register(opened):
    """A party unit stands for the unit of its 组织对照; every row has file, row and upload."""
    (adopters,) = _tables(opened(REAL), "采用前有数的月")
    assert [f"第{i}厂" for i in range(5)] == list(adopters["采用单位"])
    assert [f"第{i}支部" for i in range(5)] == list(adopters["台账所写单位"])
    assert {"载体台账.csv"} == set(adopters["文件"])
    assert {"U-carriers"} == set(adopters["批次"])
    assert [1, 2, 3, 4, 5] == [row - adopters["行"].iloc[0] + 1 for row in adopters["行"]]
    assert {(START, len(SPAN) - START)} == set(
        zip(adopters["采用前有数的月"], adopters["采用后有数的月"], strict=True)
    )


def test_the_figures_of_a_unit_are_traced_to_their_rows(opened):
    """The first adopter's rows, one a month, hold the figures that were compared; another unit can
    be chosen."""
    shown = opened(REAL)
    (rows,) = _tables(shown, "实际（%）")
    mine = _figures().query("unit == 'A00' and kpi == 'K1'")
    assert [f"{each:.2f}" for each in mine["actual"]] == [
        f"{float(each):.2f}" for each in rows["实际（%）"]
    ]
    assert {"U-kpi_values"} == set(rows["批次"])
    assert rows["行"].is_unique
    shown.selectbox(key="initiative_unit").set_value("A20").run()
    (other,) = _tables(shown, "实际（%）")
    assert list(rows["行"]) != list(other["行"])


def test_a_selection_trap_raises_the_banner_and_shows_no_number(opened):
    """Adopters picked after a bad quarter: banner, reasons, only months before, no figure."""
    shown = opened(TRAP)
    assert f"{TRAP}：采用前已不同，不给出差别的数字" == shown.title[0].value
    assert "采用前已不同" in shown.warning[0].value
    assert "采用前 3 个月" in shown.warning[0].value
    (twin,) = _tables(shown, "95% 同时区间")
    assert all(each.startswith("采用前") for each in twin["时间"])
    (listed,) = _tables(shown, "状态")
    row = listed.set_index("项目").loc[TRAP]
    assert ("采用前已不同", "—", "—") == (row["状态"], row["差别"], row["95% 区间"])


def test_what_contains_nothing_says_so(opened):
    """An interval around 0 reads 看不出差别, in yuan with signs at both ends."""
    title = opened(NOTHING).title[0].value.replace("\\", "")
    assert title.startswith(f"{NOTHING}：采用单位与对照单位的费用率看不出差别（95% 区间 −")
    assert " 至 +" in title


def test_too_few_adopters_are_not_drawn(opened):
    """One adopter: the smallest possible p instead of a number, and no drawing."""
    shown = opened(FEW)
    assert f"{FEW}：采用单位太少，不给出差别的数字" == shown.title[0].value
    assert "采用单位只有 1 个，少于 3 个" in _text(shown)
    assert [] == _tables(shown, "95% 同时区间")


def test_carriers_that_reach_no_comparison_are_listed_with_the_reason(opened):
    """None is dropped in silence."""
    (lost,) = _tables(opened(REAL), "缺什么")
    assert {
        "ZT15": "单位在开始时不在单位名册",
        "ZT16": "党组织在开始时没有组织对照",
        "ZT17": "没有写对应指标",
        "ZT18": "没有开始日期",
        "ZT19": "对应指标不在指标库",
    } == dict(zip(lost["载体编号"], lost["缺什么"], strict=True))


def test_an_unknown_initiative_in_the_address_is_told(root, monkeypatch, page):
    """An old link shows the first initiative and says so."""
    monkeypatch.setenv("TONGPIN_STORE", str(root))
    shown = page("initiatives")
    shown.query_params["initiative"] = "00000000"
    shown.run()
    assert "网址里的项目“00000000”这里没有" in _text(shown)


@pytest.mark.parametrize(
    ("carriers", "title", "said"),
    [
        (0, "项目成效", "没有已入库的载体台账"),
        (1, "项目成效：没有一项可以比较", "没有一个同时对应到指标、单位和开始月份"),
    ],
)
def test_empty_states_say_what_to_do(tmp_path, monkeypatch, page, carriers, title, said):
    """Without carriers, and with carriers that name no KPI, the page says what to upload."""
    monkeypatch.setenv("TONGPIN_STORE", str(tmp_path / "store"))
    some = _carriers().query("carrier_id == 'ZT17'").head(carriers)
    few = _figures().head(len(SPAN))
    publish_frames(Settings(), {**_roster(), "kpi_values": few, "carriers": some})
    shown = page("initiatives").run()
    assert list(shown.exception) == []
    assert title == shown.title[0].value
    assert said in shown.info[0].value
    assert "载体台账" in shown.info[0].value
    assert carriers == len(_tables(shown, "缺什么"))
