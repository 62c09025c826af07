"""单位画像 on a demo organisation: units of both trees, groups, and what is missing."""

from __future__ import annotations

from datetime import date

import altair as alt
import pandas as pd
import pytest

from dashboard.charts.palette import BETTER, WORSE_TEXT
from dashboard.charts.small_multiples import shared_domain, small_multiples
from dashboard.components.task_lights import (
    light_colour,
    light_of,
    lights_lines,
    lights_table,
)
from dashboard.components.unit_profile import events_frame, kpis_said
from dashboard.server import services as held
from pipelines.assessment_rules import default_items
from pipelines.settings import Settings
from pipelines.simulate import simulate
from tests.app.leader_store import build_store, publish_frames

LAST, END = "2026-10", pd.Timestamp("2026-10-31")


@pytest.fixture(scope="module")
def organisation():
    """24 units, 18 months to October 2026."""
    return simulate(units=24, months=18, kpis=13, last_month=LAST, seed=11)


@pytest.fixture(scope="module")
def root(organisation, tmp_path_factory):
    """The store of the organisation, built once."""
    root = tmp_path_factory.mktemp("unit") / "store"
    publish_frames(Settings(store_root=root, ledger_url=None), organisation.frames)
    return root


@pytest.fixture
def profile(root, monkeypatch, page):
    """``profile(unit)``: the page with the unit in the address."""
    monkeypatch.setenv("TONGPIN_STORE", str(root))
    held.services()

    def make(unit: str | None = None):
        made = page("unit")
        if unit is not None:
            made.query_params["unit"] = unit
        return made.run()

    return make


def _text(shown) -> str:
    kinds = (shown.title, shown.header, shown.markdown, shown.caption, shown.info)
    return "\n".join(str(each.value) for kind in kinds for each in kind).replace("\\", "")


def _table(shown, column: str) -> pd.DataFrame:
    return next(each.value for each in shown.dataframe if column in each.value.columns)


def _name(organisation, unit: str) -> str:
    units = organisation.frames["units"].sort_values("valid_from")
    return units.loc[units["unit_id"] == unit, "unit_name"].iloc[-1]


def _open_actions(organisation) -> pd.DataFrame:
    actions = organisation.frames["actions"]
    return actions[actions["status"] == "open"].assign(due=pd.to_datetime(actions["due_on"]))


def test_the_head_counts_the_overdue_items_of_the_unit(organisation, profile):
    """The number in the title recomputed from the frames, for a unit with something overdue."""
    late = _open_actions(organisation)
    late = late[late["due"] <= END]
    unit = late["unit"].iloc[0]
    shown = profile(unit)
    assert list(shown.exception) == []
    title = shown.title[0].value.replace("\\", "")
    assert title.startswith(f"{_name(organisation, unit)} 2026年10月：")
    assert f"督办逾期未结 {(late['unit'] == unit).sum()} 项" in title


def test_a_month_without_figures_is_said_and_not_counted_as_missed():
    """Nothing reported, nothing to judge, and met of those judged; a placebo never counts."""
    figures = pd.DataFrame(
        {
            "month": ["2026-08", "2026-09", "2026-09", "2026-09", "2026-09"],
            "attainment_rate": [None, 1.0, 0.99, None, 1.2],
            "is_placebo": [False, False, False, False, True],
        }
    )
    assert kpis_said(figures, "2026-10") == "当月没有报送业务指标"
    assert kpis_said(figures, "2026-08") == "没有可判断达成的指标"
    assert kpis_said(figures, "2026-09") == "2 项有目标的指标中 1 项达成"


def test_follow_ups_of_the_unit_are_the_open_ones_with_their_age(organisation, profile):
    """Every open item of the unit is listed; the overdue carry the days to the month's end."""
    items = _open_actions(organisation)
    unit = items.loc[items["due"] <= END, "unit"].iloc[0]
    mine = items[items["unit"] == unit]
    listed = _table(profile(unit), "责任岗位")
    assert set(mine["action_id"]) <= set(listed["编号"])
    states = dict(zip(listed["编号"], listed["状态"], strict=True))
    for row in mine[mine["due"] <= END].itertuples():
        assert states[row.action_id] == f"■ 逾期未结 {(END - row.due).days} 天"


def test_lights_of_a_task_are_what_the_dates_say(organisation, profile):
    """Each step of a running task, recomputed from the frames."""
    tasks, steps = organisation.frames["key_tasks"], organisation.frames["task_steps"]
    running = (pd.to_datetime(tasks["start_on"]) <= END) & (tasks["status"] == "open")
    task = tasks[running].iloc[0]
    long = _table(profile(task["unit"]), "业务完成")
    mine = steps[steps["task_id"] == task["task_id"]]
    days = mine.assign(day=pd.to_datetime(mine["done_on"])).pivot(
        index="step", columns="side", values="day"
    )
    shown = long[long["任务编号"] == task["task_id"]].set_index("步骤")["状态"]
    for step, row in days.iterrows():
        if pd.isna(row["business"]):
            expected = "○ 未开展" if pd.isna(row["party"]) else "○ 仅党建已做"
        elif pd.isna(row["party"]):
            expected = "■ 党建未做" if (END - row["business"]).days > 7 else "○ 党建待做"
        else:
            apart = abs((row["party"] - row["business"]).days)
            expected = "● 同步" if apart <= 7 else "▲ 错开"
        assert shown[step] == expected, step


def test_a_party_unit_shows_its_partner_in_the_other_tree(organisation, profile):
    """Path, share, and the KPIs of the administrative unit beside it, named."""
    bridge = organisation.frames["unit_bridge"]
    reporting = set(organisation.frames["kpi_values"]["unit"])
    now = bridge[bridge["valid_to"].isna() & bridge["admin_unit_id"].isin(reporting)]
    single = now.groupby("party_unit_id").filter(lambda rows: len(rows) == 1).iloc[0]
    text = _text(profile(single["party_unit_id"]))
    partner = _name(organisation, single["admin_unit_id"])
    assert "组织对照 · 行政单位" in text
    assert f"以下为组织对照单位“{partner}”的" in text


def test_a_group_says_that_its_members_report(organisation, profile):
    """No KPIs of its own: no empty chart, the number of members that report."""
    parents = set(organisation.frames["units"]["parent_id"].dropna())
    reporting = set(organisation.frames["kpi_values"]["unit"])
    units = organisation.frames["units"]
    groups = units[units["unit_id"].isin(parents - reporting) & (units["tree"] == "admin")]
    text = _text(profile(groups["unit_id"].iloc[-1]))
    assert "没有直接上报的业务指标" in text
    assert "个单位上报" in text


def test_the_address_holds_the_unit_and_an_unknown_one_is_told(organisation, profile):
    """A chosen unit goes into ?unit=; a code that is not in the roster gives a word, no error."""
    shown = profile("没有这个")
    assert list(shown.exception) == []
    assert "网址里的单位“没有这个”这里没有" in _text(shown)
    other = organisation.frames["units"]["unit_id"].iloc[-1]
    shown.selectbox(key="profile_unit").set_value(other).run()
    assert shown.query_params["unit"] in (other, [other])


def test_the_page_follows_month_and_scale(profile):
    """Another month, actual figures, own scales: no exception, no word of cause, no ranking."""
    shown = profile()
    shown.selectbox(key="month").set_value("2026-05").run()
    assert "2026年5月" in shown.title[0].value
    shown.segmented_control(key="show").set_value("实际数").run()
    assert list(shown.exception) == []
    assert not [w for w in ("导致", "带动", "促进", "显著", "名次") if w in _text(shown)]


def test_names_are_shown_literally(tmp_path, monkeypatch, page):
    """A KPI with Markdown and HTML in its name, and no follow-up or task at all."""
    monkeypatch.setenv("TONGPIN_STORE", str(tmp_path / "store"))
    build_store(units=8, months=6, with_activities=False)
    shown = page("unit").run()
    assert list(shown.exception) == []
    assert [each for each in shown.markdown if "客户满意度 \\<\\*分\\*\\>" in each.value]
    assert "没有在办的重点任务" in _text(shown)


def test_an_empty_store_says_what_to_do(store, page):
    """No mart: why, and the next step."""
    shown = page("unit").run()
    assert list(shown.exception) == []
    assert "上传入库" in _text(shown)


@pytest.mark.parametrize(
    ("business", "party", "light"),
    [
        ("2026-10-01", "2026-10-08", "● 同步"),
        ("2026-10-01", "2026-09-23", "▲ 错开"),
        ("2026-10-23", None, "■ 党建未做"),
        ("2026-10-24", None, "○ 党建待做"),
        (None, "2026-10-01", "○ 仅党建已做"),
        (None, None, "○ 未开展"),
    ],
)
def test_a_light_is_shape_and_word(business, party, light):
    """Seven days either way; a missing party step is one only when they are over."""
    row = pd.Series(
        {
            "step": "同谋划",
            "is_reported": True,
            "business_on": pd.Timestamp(business),
            "party_on": pd.Timestamp(party),
            "in_time_days": 7.0,
            "last_day": END,
        }
    )
    assert light == light_of(row)
    assert light_of(row.replace({True: False})) == "— 台账未列"


@pytest.mark.parametrize(
    ("cell", "colour"),
    [
        ("● 晚5天", BETTER),
        ("▲ 晚9天", WORSE_TEXT),
        ("● ● ●", BETTER),
        ("● ■ ●", WORSE_TEXT),
        ("●●○", None),
        ("○○", None),
        ("甲厂 ●", None),
        ("—", None),
    ],
)
def test_one_worse_shape_colours_the_cell(cell, colour):
    """A cell of three thirds is blue only when all are there; a name is never coloured."""
    assert light_colour(cell) == (f"color: {colour}" if colour else "")


def test_tasks_of_two_vocabularies_share_a_table():
    """Steps of both are columns; a task without steps has a row."""
    shared = {
        "unit_name": "甲",
        "kpi_name": None,
        "due_on": END,
        "is_overdue": True,
        "is_closed": False,
    }
    rows = [
        {"task_id": task, "name": task, "step": step, "position": at, "light": "○ 未开展", **shared}
        for task, step, at in (("A", "同谋划", 1), ("B", "同步设置", 2), ("C", None, None))
    ]
    phases = pd.DataFrame({"task_id": ["A"], "phase": [1], "party_day_count": [0], "is_over": True})
    wide = lights_table(pd.DataFrame(rows), phases)
    assert list(wide["重点任务"]) == ["A", "B", "C"]
    assert list(wide["同步设置"]) == ["", "○ 未开展", ""]
    assert list(wide["前·中·后"]) == ["■ — —", "— — —", "— — —"]
    first, _, without_steps = lights_lines(wide)
    assert ":orange[**■ 逾期 2026年10月31日**]　A  \n步骤 ○，前·中·后 ■——" == first
    assert without_steps.endswith("步骤 —，前·中·后 ———")


def test_events_are_numbered_without_holidays():
    """Only those that begin in the months shown, numbered by date."""
    events = pd.DataFrame(
        {
            "start_on": [date(2026, 1, 5), date(2026, 2, 17), date(2026, 3, 1), date(2027, 1, 1)],
            "kind": ["迎检", "节假日", "机构调整", "迎检"],
            "label": ["甲", "乙", "丙", "丁"],
        }
    )
    found = events_frame(events, ["2026-01", "2026-02", "2026-03"])
    assert list(zip(found["number"], found["label"], strict=True)) == [(1, "甲"), (2, "丙")]


def test_drawings_share_the_scale_and_the_months():
    """The domain holds values and goalpost; a month without a figure stays on the axis, empty."""
    low, high = shared_domain(pd.Series([0.5, 1.4]), 1.0)
    assert low < 0.5
    assert high > 1.4
    values = pd.DataFrame(
        {"month": ["2026-01", "2026-03"], "value": [1.0, 2.0], "text": ["a", "b"]}
    )
    months = ["2026-01", "2026-02", "2026-03"]
    marks = pd.DataFrame({"month": ["2026-02"], "numbers": ["1"], "label": ["迎检"]})
    (member,) = small_multiples(
        [values], marks, months=months, domain=(low, high), rule=1.0, is_rate=True
    )
    drawing = member.to_dict()
    lines = [layer for layer in drawing["layer"] if layer["mark"]["type"] == "line"]
    assert [low, high] == lines[0]["encoding"]["y"]["scale"]["domain"]
    assert months == lines[0]["encoding"]["x"]["scale"]["domain"]
    assert [1.0, None, 2.0] == [row["f2"] for row in lines[0]["data"]["values"]]


@pytest.mark.parametrize("marks", [[("2026-02", "1", "迎检")], []])
@pytest.mark.parametrize("rule", [1.0, None])
def test_drawings_made_together_are_those_made_alone(marks, rule):
    """Only the first is made by Altair; the others are its specification with their own data."""
    months = ["2026-01", "2026-02", "2026-03"]
    texts = [("2026-01", 1.0, "a"), ("2026-03", 2.0, "b")]
    figures = [
        pd.DataFrame(each, columns=["month", "value", "text"]) for each in (texts, texts[:1])
    ]
    asked = {"months": months, "domain": None, "rule": rule, "is_rate": rule is not None}
    events = pd.DataFrame(marks, columns=["month", "numbers", "label"])
    alt.data_transformers.register("by_content", lambda data: {"name": data.to_json()})
    with alt.data_transformers.enable("by_content"):
        together = [each.to_dict() for each in small_multiples(figures, events, **asked)]
        alone = [small_multiples([each], events, **asked)[0].to_dict() for each in figures]
    assert alone == together
    assert together[0] != together[1]


def test_both_scores_of_the_last_assessment_stand_beside_each_other(organisation, profile):
    """The business total recomputed from the frames; two sides, two lines, no sum of both."""
    scores = organisation.frames["scores"].query("month == '2026-09' and side == 'business'")
    unit = scores["unit"].iloc[0]
    items = {each.item: each for each in default_items(Settings()) if each.weight}
    own = scores[(scores["unit"] == unit) & scores["item"].isin(items)]
    total = sum(
        items[row.item].weight
        * min(110, max(0, 100 * (row.score / row.full_score - items[row.item].floor) / span))
        for row in own.itertuples()
        for span in [items[row.item].stretch - items[row.item].floor]
    )
    shown = profile(unit)
    text = _text(shown)
    assert f"业务：{total / 100:.1f} 分，等次" in text
    assert 1 == text.count("党建：")
    assert "2026年9月，两边分开计分，不合成一个总分" in text
    assert "看一表双考" in [each.label for each in shown.button]


def test_the_overview_tells_the_vetoes_of_the_last_assessment(root, monkeypatch, page):
    """In October the assessment is that of September; before the first one nothing is said."""
    monkeypatch.setenv("TONGPIN_STORE", str(root))
    assert "一表双考：2026年9月 24 个单位两边各自打分：1 个触发业务否决" in _text(
        page("overview").run()
    )
    early = page("overview")
    early.query_params["month"] = "2026-03"
    assert "两边各自打分" not in _text(early.run())
