"""从哪来 on every page: a number opens its rows, whole, or is declared here with a reason."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Block

from dashboard.catalog import entries
from tests.app.conftest import _show

MONTH, BEFORE, UNIT = (
    "2026-10",
    "2026-09",
    "001006",
)  # UNIT reports KPIs and is reached by party work
LOOKS = (
    *((each.page.url_path, ()) for each in entries()),
    ("quadrant", (("unit", UNIT), ("scenario", "true"))),
    ("unit", (("unit", UNIT),)),
    ("definitions", (("tab", "规定动作"),)),
)
HEAD = "题头是本页下面各节的数说成的一句，从哪来在那几节"
OTHER = "这一节换一对、一项或打开另一页，从哪来在那里"
TEXT = "口径、公式和规则的文字，或提交本身，不是算出来的数"
ELSEWHERE = {  # (page, section): why it has no 从哪来 of its own; nothing else goes without
    ("overview", "title"): HEAD,
    ("overview", "evidence"): OTHER,
    ("quadrant", "title"): HEAD,
    ("quadrant", "ledger"): "一项承诺一个从哪来，选了才有；没有选的时候只有项数",
    ("quadrant", "validity"): "一个检验的系数，由全部单位月算出；各单位的行在“潜绩存量”的从哪来",
    ("association", "title"): OTHER,
    ("unit", "title"): HEAD,
    ("survey", "title"): HEAD,
    ("initiatives", "all"): OTHER,
    ("reporting", "missing"): "没有报来的没有行；应报的每一份在“报送进度”的从哪来",
    ("definitions", "title"): TEXT,
}
PARTS = ("口径：", "算法：", "汇总版本")
PLACES = {"检查", "文件", "工作表", "行", "批次", "提交岗位", "提交时间"}
WHICH = {  # a list that a figure is chosen from, and the end of the key of its button
    "看哪个数从哪来": "{}_open",
    "看哪个单位的明细": "{}_trace",
}
# Ask for a unit first (a look with UNIT opens them); has the findings of one upload, all its own.
ASKED, UPLOADS = {"latent_lineage", "scenario_trace"}, "rules_trace"
ALIKE = ("lineage_", "link_trace_", "chain_link", "chain_")  # of many buttons one is pressed
DATES = re.compile(
    r"\d{4}年(\d+月)?(\d+日)?|\d{4}-\d\d(-\d\d)?|\d\d:\d\d|\d+ ?个批次|版本 \w+|\(#\w+\)"
)
DIGIT = re.compile(r"\d")
WORDS = {"title", "header", "subheader", "markdown", "text", "info", "warning", "metric"}


@dataclass
class Section:
    """What stands below a heading: ``numbers`` as a reader sees them, ``ways`` to their rows."""

    name: str
    numbers: list[str] = field(default_factory=list)
    ways: list[object] = field(default_factory=list)


@pytest.fixture(scope="module")
def demo_root(demo_settings, tmp_path_factory):
    """A copy of the demo organisation, so that analyses may be kept in it."""
    root = tmp_path_factory.mktemp("where") / "store"
    shutil.copytree(demo_settings.store_root, root)
    return root


@pytest.fixture(
    scope="module", params=LOOKS, ids=lambda look: "-".join([look[0], *map(str, look[1])])
)
def look(request, demo_root) -> Iterator[tuple[str, AppTest]]:
    """A page of the demo organisation when everything on it is computed."""
    path, address = request.param
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TONGPIN_STORE", str(demo_root))
        shown = AppTest.from_function(_show, args=(path,), default_timeout=120)
        for name, value in address:
            shown.query_params[name] = value
        yield path, _still(shown)


def _still(shown: AppTest) -> AppTest:
    deadline = time.monotonic() + 600
    shown.run()
    while any(each.label == "取消" for each in shown.button):
        assert time.monotonic() < deadline
        time.sleep(1)
        shown.run()
    assert [] == list(shown.exception) + list(shown.error)
    return shown


def _nodes(block: Block) -> Iterator[object]:
    for _, child in sorted(block.children.items()):
        yield child
        if isinstance(child, Block):
            yield from _nodes(child)


def _sections(shown: AppTest) -> list[Section]:
    """The page under its headings, by their anchor or text."""
    found = [Section(name="")]
    for node in _nodes(shown.main):
        kind = getattr(node, "type", "")
        if kind in {"title", "header", "subheader"}:
            name = "title" if kind == "title" else node.proto.anchor or node.value
            found.append(Section(name=name))
        found[-1].numbers += _numbers(node, kind)
        if _is_way(node, kind):
            found[-1].ways.append(node)
    return found


def _numbers(node: object, kind: str) -> list[str]:
    if kind in {"arrow_vega_lite_chart", "vega_lite_chart"}:
        return ["图"]
    if kind == "dataframe":
        cells = node.value.astype(object).to_numpy().ravel().tolist()
        return [text for text in map(str, cells) if DIGIT.search(DATES.sub("", text))][:1]
    if kind not in WORDS:
        return []
    text = DATES.sub("", str(node.value))
    return [text] if DIGIT.search(text) else []


def _is_way(node: object, kind: str) -> bool:
    label = getattr(node, "label", "")
    if kind == "button":
        return label == "从哪来"
    if kind == "expander":
        return label.startswith("从哪来")
    return kind == "selectbox" and label in WHICH


def test_every_number_has_a_way_to_its_rows(look):
    """A section with a number and without 从哪来 is declared, and nothing else is."""
    path, shown = look
    without = {
        (path, each.name): each.numbers[:3]
        for each in _sections(shown)
        if each.numbers and not each.ways
    }
    declared = {key for key in ELSEWHERE if key[0] == path}
    assert {} == {key: told for key, told in without.items() if key not in declared}


def test_every_way_leads_to_whole_rows(look):
    """Definition, formula, rows with file, sheet, line, upload, who, when, checks; build."""
    _path, shown = look
    lacking = {}
    for name, inside in _opened(shown):
        if name in ASKED and any(
            each.type == "selectbox" and each.value is None for each in inside
        ):
            continue
        words = "\n".join(
            str(each.value) for each in inside if each.type in {"markdown", "caption"}
        )
        tables = [set(each.value.columns) for each in inside if each.type == "dataframe"]
        missing = [part for part in PARTS if part not in words]
        if not any(PLACES <= each for each in tables):
            missing.append(str(tables))
        if missing and name != UPLOADS:
            lacking[name] = missing
    assert {} == lacking


def _opened(shown: AppTest) -> Iterator[tuple[str, list[object]]]:
    """The inside of every 从哪来 of a page; of those that are alike one."""
    for each in _nodes(shown.main):
        if each.type == "expander" and each.label.startswith("从哪来"):
            yield each.label, list(_nodes(each))
    pressed = set()
    for label, key in WHICH.items():
        for choice in [each for each in shown.selectbox if each.label == label]:
            choice.select_index(0).run()
            button = key.format(choice.key.removesuffix("_unit"))
            pressed.add(button)
            yield button, _dialog(shown, button)
    for key in [each.key for each in shown.button if each.label == "从哪来"]:
        group = next((start for start in ALIKE if key.startswith(start)), key)
        if group not in pressed:
            pressed.add(group)
            yield key, _dialog(shown, key)


def _dialog(shown: AppTest, key: str) -> list[object]:
    shown.button(key=key).click().run()
    assert [] == list(shown.exception)
    ((above, at, dialog),) = [
        (block, at, child)
        for block in [shown._tree, *_nodes(shown._tree)]
        if isinstance(block, Block)
        for at, child in block.children.items()
        if child.type == "dialog"
    ]
    del above.children[at]  # closed: a run does not send its widgets again
    return list(_nodes(dialog))


@pytest.fixture
def shown(demo_root, monkeypatch):
    """``shown(path, name=value)``: a page of the demo organisation, as it first stands."""
    monkeypatch.setenv("TONGPIN_STORE", str(demo_root))

    def make(path: str, **address: str) -> AppTest:
        made = AppTest.from_function(_show, args=(path,), default_timeout=120)
        for name, value in address.items():
            made.query_params[name] = value
        return made.run()

    return make


def _frame(found, *columns: str):
    """The first table with these columns, on a page or among the elements of a dialog."""
    tables = found.dataframe if isinstance(found, AppTest) else found
    return next(
        each.value
        for each in tables
        if each.type == "dataframe" and set(columns) <= set(each.value.columns)
    )


def _said(found) -> str:
    nodes = _nodes(found.main) if isinstance(found, AppTest) else found
    told = (each.value for each in nodes if each.type in {"markdown", "caption"})
    return "\n".join(map(str, told)).replace("\\", "")


def _choose(shown: AppTest, key: str, value: str) -> AppTest:
    shown.selectbox(key=key).set_value(value).run()
    return shown


def _inside(module: str, name: str, *place: str) -> AppTest:
    """The inside of the dialog that ``dashboard.components.<module>.<name>(*place)`` makes."""
    return AppTest.from_function(_trace, args=(module, name, *place), default_timeout=60).run()


def _trace(module: str, name: str, *place: str) -> None:
    from importlib import import_module

    from dashboard.components.trace import trace

    trace(getattr(import_module(f"dashboard.components.{module}"), name)(*place))


def test_the_dialog_of_a_card_says_its_figure_twice(shown):
    """As it stands on the card, and once more from the rows that count."""
    page = shown("overview")
    card = next(each for each in page.metric if each.label == "营业收入")
    told = _said(_dialog(page, "lineage_YW01"))
    figure = card.value.replace("\\", "")
    assert f"实际 {figure}，目标 " in told
    assert f"行重算，实际为 {figure}。" in told


def _unit_of(page: AppTest, stem: str) -> tuple[str, str]:
    """Code and name of the first unit that can be chosen below a list."""
    choice = page.selectbox(key=f"attention_{stem}_unit")
    choice.select_index(0).run()
    return page.selectbox(key=choice.key).value, choice.options[0]


def test_a_weak_figure_is_in_the_rows_of_its_unit(shown):
    """达成率 stands in the row of its KPI; the shares of three months are the activities told."""
    page = shown("overview")
    unit, name = _unit_of(page, "weak_all")
    weak = _frame(page, "单位", "指标", "达成率", "近三个月活动（次）")
    weak = weak[weak["单位"] == name]
    rows = _frame(_dialog(page, "attention_weak_all_trace"), "指标", "达成率", "行")
    held = dict(zip(rows["指标"], rows["达成率"], strict=True))
    assert dict(zip(weak["指标"], weak["达成率"], strict=True)).items() <= held.items()
    recent = _inside("unit_lineage", "recent_trace", unit, name, MONTH)
    assert f"为 {weak['近三个月活动（次）'].iloc[0]} 次。" in _said(recent)
    if len(recent.dataframe):
        amounts = _frame(recent, "计入（次或人）", "行")["计入（次或人）"]
        assert f"由 {len(amounts)} 行" in _said(recent)


def test_the_index_and_the_median_of_a_busy_unit_are_computed_again(shown):
    """达成指数 from weights and rates of its rows, the median from the figures of every unit."""
    page = shown("overview", floor="100")
    unit, name = _unit_of(page, "busy")
    busy = _frame(page, "各单位中位数（次）").set_index("单位").loc[name]
    assert f"达成指数为 {busy['达成指数']} ＝ " in _said(_dialog(page, "attention_busy_trace"))
    recent = _said(_inside("unit_lineage", "recent_trace", unit, name, MONTH))
    assert f"为 {busy['近三个月活动（次）']} 次。" in recent
    middle = AppTest.from_function(_middle, args=(MONTH,), default_timeout=60).run()
    assert f"的中位数，为 {busy['各单位中位数（次）']} 次；" in _said(middle)


def _middle(month: str) -> None:
    from dashboard.components import unit_lineage

    unit_lineage._middle(month)


def test_every_line_of_the_activities_is_computed_again(shown):
    """Times, organisations, people, late records of each type; the month before too."""
    table = _frame(shown("overview"), "活动类型", "上月次数", "补录占比")
    dialog = _inside("activity_lineage", "activities_trace", MONTH)
    for _, line in table.iterrows():
        told = _said(_choose(dialog, "activities_kind", line["活动类型"]))
        assert (
            f"重算：{line['次数']} 次，举办的党组织 {line['举办的党组织']} 个，"
            f"参加 {line['参加人次']} 人次，补录 {line['补录']} 次，占 {line['补录占比']}。"
        ) in told
    dialog.button_group(key=f"activities_month_{MONTH}").set_value(BEFORE).run()
    told = _said(_choose(dialog, "activities_kind", table["活动类型"].iloc[0]))
    assert f"重算：{table['上月次数'].iloc[0]} 次" in told


def test_a_figure_of_the_month_before_is_one_choice_away(shown):
    """上月次数 of the chain is the value of the dialog when the month before is chosen in it."""
    table = _frame(shown("chain"), "环节", "上月次数").set_index("环节")
    place = ("activity_count", "party", "*", MONTH)
    dialog = AppTest.from_function(_measure, args=place, default_timeout=60).run()
    assert f"{table.loc['党建活动', '次数']}次，由" in _said(dialog)
    dialog.button_group(key=f"measure_lineage_month_{MONTH}").set_value(BEFORE).run()
    assert f"{table.loc['党建活动', '上月次数']}次，由" in _said(dialog)


def _measure(*place: str) -> None:
    from dashboard.components.measure_lineage import measure_lineage

    measure_lineage(*place)


def test_the_months_of_a_unit_are_its_rows(shown):
    """Every month that 单位画像 tells of a KPI is the row of that month in 从哪来."""
    page = shown("unit", unit=UNIT)
    rows = _frame(_dialog(page, "unit_kpi_trace"), "月份", "指标", "达成率", "行")
    told = _frame(page, "月份", "指标", "达成率").query("指标 == @rows['指标'].iloc[0]")
    columns = ["月份", "达成率"]
    assert told[columns].to_numpy().tolist() == rows[columns].to_numpy().tolist()
    assert told["实际"].tolist() == pytest.approx(rows["实际"].round(4).tolist())


def test_shares_are_the_counts_of_their_rows(shown):
    """问卷: people who chose ÷ people who answered, row by row, each with its checks."""
    rows = _frame(shown("survey"), "选择人数", "有效样本数", "检查", "行")
    counted = rows[rows["选择人数"].str.fullmatch(r"\d+ 人")]
    assert len(counted)
    people = counted[["选择人数", "有效样本数"]].apply(lambda each: each.str.removesuffix(" 人"))
    shares = people["选择人数"].astype(float) / people["有效样本数"].astype(float)
    assert [f"{share:.1%}" for share in shares] == counted["比例"].tolist()
    assert rows["检查"].str.match("[●▲]").all()


def test_the_stock_of_the_scenario_is_computed_again(shown):
    """Shares × what is left of them after so many months are the stock that is drawn."""
    page = shown("quadrant", unit=UNIT, scenario="true")
    drawn = _frame(page, "单位", "潜绩情景：活动存量（次）")
    figure = drawn[drawn["单位"] == "东塘自来水厂"].iloc[0]["潜绩情景：活动存量（次）"]
    dialog = _dialog(page, "scenario_trace")
    assert f"活动存量为 {figure}" in _said(dialog)


def test_the_rates_of_reporting_are_computed_again(shown):
    """Both tiles stand in the dialog with what they are divided from."""
    page = shown("reporting")
    told = _said(_dialog(page, "owed_trace"))
    complete, on_time = (each.value for each in page.metric)
    assert f"完整率 {complete} ＝ " in told
    assert f"及时率 {on_time} ＝ " in told


def test_where_every_row_is_on_a_page_that_is_said(shown):
    """The demo organisation has no row without a place: 数据质量 says so and offers no list."""
    page = shown("quality")
    assert "已入库的行都对应到了单位。" in [each.value for each in page.text]
    assert "unplaced_trace" not in [each.key for each in page.button]


def test_a_keyword_counts_its_activities(shown):
    """The card of a suggestion and the rows behind it say the same numbers."""
    page = shown("chain")
    told = re.search(
        r"([\d,]+) 次活动带这个关键词，其中 ([\d,]+) 次系统建议挂接到该指标（本月 ([\d,]+) 次）",
        _said(page),
    )
    key = next(each.key for each in page.button if each.key.startswith("link_trace_"))
    assert (
        f"{told[1]} 次带这个关键词，{told[2]} 次有待确认的系统建议，其中本月 {told[3]} 次。"
    ) in _said(_dialog(page, key))
