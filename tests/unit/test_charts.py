"""Charts: safe field names, fixed scales, what is faded, what is blank, what is grey."""

from __future__ import annotations

import json

import altair as alt
import numpy as np
import pandas as pd
import pytest
from altair.utils import schemapi

from dashboard.charts import palette
from dashboard.charts.base import Drawn, two_widths, wrapped, wrapped_name
from dashboard.charts.dots import item_dots
from dashboard.charts.heatmap import association_heatmap, picked_pair
from dashboard.charts.interval_dots import interval_dots
from dashboard.charts.lag_profile import kind_of, lag_label, lag_profile, scale_reach
from dashboard.charts.lines import unit_line
from dashboard.charts.quadrant import SCENARIO, corners, picked_unit, quadrant
from dashboard.charts.residual_scatter import ACROSS, DOWN, PARTS, part_means, residual_scatter
from dashboard.format import percent
from pipelines.settings import Settings
from pipelines.survey_questions import survey_questions

NASTY = 'a"]+alert(1)//<b>.[x]\\n'


def _cells(**changes):
    cell = {
        "kpi": "K1", "kpi_name": NASTY, "activity_type": NASTY, "lag": 0, "r": 0.4, "low": 0.2,
        "high": 0.6, "n_obs": 400, "n_units": 20, "n_months": 20, "state": "同向变化",
        "pair_state": "较强证据", "is_claim": True, "is_told": True,
    }  # fmt: skip
    return pd.DataFrame([{**cell, **changes}])


def _profile():
    rows = [
        _cells(lag=lag, effect=lag / 10, low=lag / 10 - 0.2, high=lag / 10 + 0.2)
        for lag in range(-3, 7)
    ]
    profile = pd.concat(rows, ignore_index=True)
    banded = profile["lag"] >= 0
    return profile.assign(
        band_low=(profile["effect"] - 0.3).where(banded),
        band_high=(profile["effect"] + 0.3).where(banded),
    )


def _points():
    return pd.DataFrame(
        {
            "unit_id": ["a", "b"],
            "unit_name": [NASTY, "乙"],
            "attainment_rate": [0.9, 1.1],
            "stock": [10.0, 60.0],
        }
    )


def _trail():
    return pd.DataFrame(
        {
            "unit_name": NASTY,
            "month": ["2026-01", "2026-02", "2026-03"],
            "attainment_rate": [0.8, 0.9, 0.95],
            "stock": [10.0, 12.0, 20.0],
        }
    )


def _rates():
    return pd.DataFrame(
        {"unit_id": ["a", "b"], "unit_name": [NASTY, "乙"], "item": NASTY, "rate": [0.5, 0.7]}
    )


def _residuals(units):
    rng = np.random.default_rng(1)
    names = np.repeat([f"{NASTY}{i}" for i in range(units)], 20)
    x, y = rng.normal(size=(2, units * 20))
    return pd.DataFrame({"unit_name": names, "month_text": "2026年3月", "x": x, "y": y})


def _posts():
    return pd.DataFrame([{"item": NASTY, "note": NASTY, "floor": 0.6, "stretch": 0.9}])


def _charts():
    return {
        "heatmap": association_heatmap(_cells()),
        "lag_profile": lag_profile(_profile(), is_claim=True),
        "quadrant": quadrant(_points(), _trail(), stock_rule=33.0),
        "scatter": residual_scatter(_residuals(5), slope=0.2, is_claim=True, x_title="活动"),
        "squares": residual_scatter(_residuals(90), slope=0.2, is_claim=False, x_title="活动"),
        "dots": item_dots(_rates(), _posts(), unit_id="a"),
        "line": unit_line(
            pd.DataFrame({"month": ["2026-01", "2026-02"], "value": [1.0, 2.0]}),
            rule=1.0,
            title="达成指数",
            text=percent,
            is_rate=True,
        ),
    }


NAMES = ["heatmap", "lag_profile", "quadrant", "scatter", "squares", "dots", "line"]


def _rows(chart) -> list[dict]:
    return [row for rows in chart.to_dict()["datasets"].values() for row in rows]


def _without_data(chart) -> str:
    spec = chart.to_dict()
    spec.pop("datasets")
    return json.dumps(spec, ensure_ascii=False)


@pytest.mark.parametrize("name", NAMES)
def test_fields_are_f1_f2_and_no_data_text_enters_the_specification(name):
    """Odd names break Vega and could enter expressions: they stay values of f1, f2 …"""
    chart = _charts()[name]
    fields = {key for row in _rows(chart) for key in row}
    assert all(field[0] == "f" and field[1:].isdigit() for field in fields)
    assert "alert" not in _without_data(chart)


@pytest.mark.parametrize("name", NAMES)
def test_every_chart_fills_its_container_and_keeps_labels_level(name):
    """390 px and 1440 px use the same chart; labels are never turned."""
    spec = _charts()[name].to_dict()
    assert spec["width"] == "container"
    assert not [a for a in _angles(spec) if a != 0]


def _angles(node) -> list[float]:
    if isinstance(node, list):
        return [angle for each in node for angle in _angles(each)]
    if not isinstance(node, dict):
        return []
    own = [node[key] for key in ("labelAngle", "titleAngle") if key in node]
    return own + [angle for each in node.values() for angle in _angles(each)]


def test_heatmap_colours_are_fixed_from_minus_one_to_one():
    """The same colour means the same r whatever the data."""
    for r in (0.01, 0.9):
        colour = association_heatmap(_cells(r=r)).to_dict()["layer"][1]["encoding"]["color"]
        assert colour["scale"]["domain"] == list(palette.DIVERGING_STOPS)
    assert (palette.DIVERGING_STOPS[0], palette.DIVERGING_STOPS[-1]) == (-1.0, 1.0)


def test_heatmap_fades_what_is_not_told_and_leaves_thin_cells_blank():
    """A cell that is not told is faint whatever its own interval says; 数据不足 has no figure."""
    cells = pd.concat(
        [
            _cells(),
            _cells(kpi_name="乙", pair_state="无法判断", is_claim=False, is_told=False),
            _cells(kpi_name="丙", r=np.nan, low=np.nan, high=np.nan, state="数据不足"),
        ]
    )
    rows = {row["f9"]: row for row in _rows(association_heatmap(cells))}
    assert rows[NASTY]["f6"] > rows["乙"]["f6"]
    assert (rows["丙"]["f7"], rows["丙"]["f11"]) == ("", "—")


def test_lag_profile_shows_leads_in_grey_on_a_symmetrical_scale():
    """Activity after the KPI is a check: grey, never the colour of a finding."""
    assert "lead" == kind_of(-1, np.nan, np.nan, is_claim=True)
    bands = ((0.1, 0.3), (-0.3, -0.1), (-0.1, 0.3))
    assert ["together", "against", "faint"] == [kind_of(1, *b, is_claim=True) for b in bands]
    assert ["faint"] * 3 == [kind_of(1, *band, is_claim=False) for band in bands]
    colour = lag_profile(_profile(), is_claim=True).to_dict()["layer"][2]["encoding"]["color"][
        "scale"
    ]
    assert dict(zip(colour["domain"], colour["range"], strict=True))["lead"] == palette.CONTEXT
    assert 0.9 == pytest.approx(scale_reach(_profile()))


def test_few_residuals_are_points_and_many_are_squares():
    """A page stays light: at most one mark per square however many unit-months there are."""
    few, many = (_charts()[name] for name in ("scatter", "squares"))
    assert 100 == sum("f6" in row and "f3" in row for row in _rows(few))
    squares = [row for row in _rows(many) if "个单位月" in str(row.get("f6"))]
    assert 0 < len(squares) <= ACROSS * DOWN
    assert 1800 == sum(row["f5"] for row in squares)
    means = part_means(_residuals(90))
    assert [90] * PARTS == list(means["n"])
    assert means["x"].is_monotonic_increasing


def test_the_line_of_a_pair_that_is_no_claim_is_grey_and_dashed():
    """Only a claim has the colour of a finding."""
    lines = {}
    for name in ("scatter", "squares"):
        layers = _charts()[name].to_dict()["layer"]
        lines[name] = next(e["mark"] for e in layers if e["mark"]["type"] == "line")
    assert palette.BETTER == lines["scatter"]["color"]
    assert (palette.INK_SOFT, [5, 4]) == (lines["squares"]["color"], lines["squares"]["strokeDash"])


def test_lag_profile_has_a_band_from_lag_0_on():
    """The joint interval belongs to the lags that are an answer; the check has its own only."""
    spec = lag_profile(_profile(), is_claim=True).to_dict()
    rows = {row["f1"]: row for row in _rows(lag_profile(_profile(), is_claim=True))}
    assert ["isValid(datum.f11)"] == [each["filter"] for each in spec["layer"][1]["transform"]]
    assert (None, "—") == (rows[-1]["f11"], rows[-1]["f9"])
    assert (0.2, 0.8) == pytest.approx((rows[5]["f11"], rows[5]["f12"]))


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("客户投诉件数（反向）", ["客户投诉件数", "（反向）"]),
        ("营业收入（反向）", ["营业收入（反向）"]),
        (
            "这是一个很长很长很长的指标名称（区间）",
            ["这是一个很长很长很", "长的指标名称", "（区间）"],
        ),
        ("客户满意度", ["客户满意度"]),
        ("（只有括号里的一个很长的名字）", ["（只有括号里的一个", "很长的名字）"]),
    ],
)
def test_a_remark_in_brackets_keeps_together(name, lines):
    """A name breaks before its bracket, so that no bracket stands alone on a line."""
    assert lines == wrapped_name(name, 9).split("\n")


def test_quadrant_rules_stand_at_the_goalposts_given():
    """The rules are policy values and never move with the cloud."""
    layers = quadrant(_points(), _trail().head(0), stock_rule=33.0).to_dict()["layer"]
    assert layers[0]["encoding"]["x"]["datum"] == 1.0
    assert layers[1]["encoding"]["y"]["datum"] == 33.0


def test_quadrant_is_grey_without_a_choice_and_names_every_corner():
    """Colour belongs to the chosen unit only; the four corners have neutral names."""
    spec = _without_data(quadrant(_points(), _trail().head(0), stock_rule=33.0))
    assert palette.BETTER not in spec
    assert len(corners(SCENARIO)) == 4
    assert palette.BETTER in _without_data(quadrant(_points(), _trail(), stock_rule=33.0))


def test_quadrant_shows_intervals_and_fades_what_holds_the_rule():
    """Every estimate has its interval; one that holds the rule is faint, a group is coloured."""
    points = _points().assign(low=[-1.0, 50.0], high=[21.0, 70.0])
    drawn = quadrant(points, _trail().head(0), stock_rule=0.0, chosen=frozenset({"b"}))
    marks = {each["mark"]["type"]: each for each in drawn.to_dict()["layer"]}
    assert ("f9:Q", "f10") == (
        f"{marks['rule']['encoding']['y']['field']}:Q",
        marks["rule"]["encoding"]["y2"]["field"],
    )
    rows = {row["f6"]: row for row in _rows(drawn) if "f13" in row}
    assert rows["a"]["f13"] < rows["b"]["f13"]
    assert [False, True] == [rows["a"]["f12"], rows["b"]["f12"]]
    assert palette.BETTER in _without_data(drawn)


def test_trail_widens_to_now_and_only_its_end_is_named():
    """Older steps are thinner; one label, at the last month."""
    layers = quadrant(_points(), _trail(), stock_rule=33.0).to_dict()["layer"]
    trail = next(layer for layer in layers if layer["mark"]["type"] == "trail")
    low, high = trail["encoding"]["size"]["scale"]["range"]
    assert low < high
    assert trail["encoding"]["order"]["field"] == trail["encoding"]["size"]["field"]


def test_a_click_gives_the_unit_or_pair_and_a_cleared_click_nothing():
    """What a chart returns becomes the choice of the page."""
    assert picked_unit({"picked": [{"f6": "0012"}]}) == "0012"
    assert picked_unit({"picked": []}) is None
    assert picked_pair({"picked": [{"f15": "K1", "f10": "党课"}]}) == ("K1", "党课")
    assert picked_pair({}) is None


def test_labels_wrap_by_width_and_end_level():
    """Chinese counts one, Latin half; shorter column labels are padded on top."""
    assert wrapped("支部党员大会", 2) == "支部\n党员\n大会"
    assert wrapped("KPI达成率", 3) == "KPI达\n成率"
    short, long = two_widths(["党课", "党小组会"], narrow=2, wide=7)
    assert short == "\n党课\t\n党课"
    assert long == "党小\n组会\t\n党小组会"


def test_lags_are_named_in_words():
    """0 is the same month; below 0 the activity came after."""
    assert [lag_label(lag) for lag in (-1, 0, 2)] == ["活动晚 1 个月", "同月", "活动早 2 个月"]


def test_a_rate_below_its_floor_is_an_orange_square_and_the_posts_are_marked():
    """The chosen unit at 50 % with a floor of 60 %: square in the colour for worse; both marks."""
    chart = item_dots(_rates(), _posts(), unit_id="a").to_dict()
    squares = [each for each in chart["layer"] if each["mark"].get("shape") == "square"]
    assert [palette.WORSE] == [each["mark"]["color"] for each in squares]
    ticks = [each for each in chart["layer"] if each["mark"]["type"] == "tick"]
    ends = [chart["datasets"][each["data"]["name"]][0]["f2"] for each in ticks]
    assert [0.6, 0.9] == ends
    big = [each for each in chart["layer"] if each["mark"].get("shape") == "circle"]
    assert [[]] == [chart["datasets"][each["data"]["name"]] for each in big]


def test_charts_are_checked_until_the_server_trusts_them():
    """Tests see a chart that breaks the schema; the server gives the same specification faster."""
    good = _charts()["line"]
    wrong = alt.Chart(alt.Data(values=[])).mark_circle().properties(height=100)
    wrong.height = "tall"
    with schemapi.debug_mode(True), pytest.raises(schemapi.SchemaValidationError):
        Drawn(wrong).to_dict()
    checked = Drawn(good).to_dict()
    with schemapi.debug_mode(False):
        assert checked == Drawn(good).to_dict()


def test_no_registered_question_is_cut_in_a_label():
    """The eight closed questions and their pairs are read in full, on a desk and on a phone."""
    names = [each for q in survey_questions(Settings()) for each in (q.question, q.pair) if each]
    rows = pd.DataFrame(
        {"name": names, "group": "基层单位", "share": 0.1, "low": 0.0, "high": 0.2,
         "text": "+10.0", "interval": "0 至 20"}
    )  # fmt: skip
    drawn = json.dumps(interval_dots(rows, difference=True).to_dict(), ensure_ascii=False)
    assert "作用体现在哪里" in drawn
    assert "…" not in drawn
