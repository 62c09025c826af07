"""The steps of a preview: each shows its part and turns what a person does into choices."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.components.findings import findings_frame, matching
from dashboard.components.mapping_editor import letters
from pipelines.intake.choices import IGNORED, Choices
from tests.app.previews import DIGEST, FINDINGS


def _show(name: str) -> None:
    from dashboard.components.confirmation import confirmation
    from dashboard.components.preview import preview
    from tests.app.previews import DIGEST, PREVIEWS

    preview(PREVIEWS[name], digest=DIGEST, received=b"")
    confirmation(PREVIEWS[name], by="分析员")


@pytest.fixture
def steps():
    """A function that shows the preview of this name."""

    def make(name: str) -> AppTest:
        shown = AppTest.from_function(_show, args=(name,), default_timeout=30).run()
        assert [] == list(shown.exception)
        return shown

    return make


def _text(shown) -> str:
    kinds = (shown.markdown, shown.caption, shown.warning, shown.info, shown.text)
    texts = [each.value for kind in kinds for each in kind]
    return "\n".join([*texts, *(each.label for each in shown.expander)]).replace("\\", "")


def _chosen(shown) -> Choices:
    return shown.session_state["choices"].get(DIGEST, Choices())


def _frame(shown, column: str):
    return next(each.value for each in shown.dataframe if column in each.value.columns)


def _select(shown, label: str):
    found = (each for each in shown.selectbox if label in each.label.replace("\\", ""))
    return next(found)


def _press(shown, label: str):
    button = next(each for each in shown.button if label in each.label.replace("\\", ""))
    return button.click().run()


def test_the_first_lines_end_with_the_header(steps):
    """Enough to see a wrong encoding; the cells below may hold what was dropped."""
    (lines,) = steps("plain").text
    assert lines.value.endswith(",完成数")
    assert "张某" not in lines.value


@pytest.mark.parametrize(
    ("label", "option", "expected"),
    [
        ("编码", "utf-8", Choices(encoding="utf-8")),
        ("分隔符", "\t", Choices(delimiter="\t")),
    ],
)
def test_encoding_and_delimiter_can_be_changed(steps, label, option, expected):
    """The choice is what the file is read with next."""
    assert expected == _chosen(_select(steps("plain"), label).select(option).run())


def test_automatic_decoding_can_be_chosen_again(steps):
    """Going back to 自动识别 takes the choice away."""
    shown = _select(steps("plain"), "编码").select("utf-8").run()
    assert Choices() == _chosen(_select(shown, "编码").select("").run())


def test_a_workbook_has_nothing_to_decode(steps):
    """There is neither encoding nor delimiter to choose."""
    labels = {each.label for each in steps("workbook").selectbox}
    assert not labels & {"编码", "分隔符"}


def test_a_table_is_named_with_what_stands_around_it(steps):
    """Sheet, header rows, data rows, and where month and unit come from."""
    text = _text(steps("plain"))
    assert "2　表格**　工作表“3月” · 第 3—4 行是表头，数据在第 5—20 行" in text
    assert "月份 2026年3月，来自第 1 行；单位 万元，来自第 2 行" in text


def test_skipped_rows_are_listed_with_their_reason(steps):
    """A hidden sheet counts as one line."""
    shown = steps("skipping")
    frame = _frame(shown, "为什么跳过")
    assert [
        ["", "9", "小计或合计行", "“小计”是几行之和"],
        ["底稿", "整张表", "隐藏的工作表", "隐藏的工作表不读"],
    ] == frame.to_numpy().tolist()


def test_every_column_is_shown_with_letter_sample_and_reason(steps):
    """Personal ones are named as dropped and cannot be chosen."""
    shown = steps("plain")
    text = _text(shown)
    assert "**A**　单位" in text
    assert "样例：销售部、生产部　依据：名称一致" in text
    assert "**AB**　3月 / 目标" in text
    assert "2026年1—3月累计　指标 营业收入　单位 万元" in text
    assert "个人信息列已丢弃，原始文件也不保存：联系电话" in text
    assert not [each for each in shown.selectbox if "联系电话" in each.label]


def test_a_suggestion_is_taken_with_one_click(steps):
    """The header path is what is remembered."""
    shown = _press(steps("plain"), "采用建议：实际")
    assert {"本月 / 完成*数*": "actual"} == _chosen(shown).columns


def test_a_column_can_be_read_otherwise_or_left_out(steps):
    """Only what the person changed becomes a choice."""
    shown = steps("plain")
    _select(shown, "说明 读作").select(IGNORED)
    _select(shown, "3月 / 目标 读作").select("ytd_target")
    shown = _press(shown, "按这个对应重新读取")
    assert {"说明": IGNORED, "3月 / 目标": "ytd_target"} == _chosen(shown).columns


def test_own_mapping_can_be_taken_back(steps):
    """恢复自动对应 leaves it to the program again."""
    shown = _press(steps("plain"), "采用建议：实际")
    assert Choices() == _chosen(_press(shown, "恢复自动对应"))


def test_columns_can_be_narrowed_to_those_that_wait(steps):
    """In a table of many columns the few that need a person are found at once."""
    shown = steps("plain")
    shown = next(each for each in shown.button_group if each.key == f"group_{DIGEST}")
    shown = shown.set_value("待确认").run()
    assert ["本月 / 完成*数* 读作"] == [
        each.label.replace("\\", "") for each in shown.selectbox if "读作" in each.label
    ]


def test_missing_columns_are_said_first(steps):
    """Names and what to do, before the steps."""
    (warning,) = [each for each in steps("missing").warning if "缺少" in each.value]
    assert "缺少必需的列：月份、指标" in warning.value.replace("\\", "")


def test_a_remembered_mapping_is_said(steps):
    """Nobody wonders why nothing was asked."""
    assert "按已确认的对应读取" in _text(steps("remembered"))
    assert "按已确认的对应读取" not in _text(steps("plain"))


def test_a_question_is_answered_with_an_option(steps):
    """The answer is kept under the question's id and shown; it can be taken back."""
    shown = steps("asking")
    (question,) = [each for each in shown.radio if "10 月" in each.label]
    assert "2 行等待回答：第 5、6 行" in question.label
    assert question.value is None
    shown = question.set_value("2026-10").run()
    assert {"month:2026.1": "2026-10"} == _chosen(shown).answers
    assert "已回答：“2026.1”是 1 月还是 10 月？ → 10月" in _text(shown)
    assert Choices() == _chosen(_press(shown, "改"))


def test_a_month_is_typed_and_must_be_one(steps):
    """Something else is not taken and the form is said."""
    shown = steps("asking")
    field = f"answer_{DIGEST}_context:month"
    shown = shown.text_input(key=field).set_value("2026年3月").run()
    assert "请写成 2026-03 这样" in _text(shown)
    assert "choices" not in shown.session_state or Choices() == _chosen(shown)
    shown = shown.text_input(key=field).set_value("2026-03").run()
    assert {"context:month": "2026-03"} == _chosen(shown).answers


def test_another_decoding_forgets_answers_and_mapping(steps):
    """Headers and cells may read differently then."""
    shown = steps("asking")
    shown = shown.radio[0].set_value("2026-10").run()
    shown = _select(shown, "编码").select("utf-8").run()
    assert Choices(encoding="utf-8") == _chosen(shown)
    assert "已回答" not in _text(shown)


def test_the_difference_shows_scopes_changes_and_vanished_rows(steps):
    """Old and new values, and what the file no longer has."""
    shown = steps("differing")
    assert [["销售部", "2026年3月", 1, 2, 3, 4], ["生产部", "—", 1, 0, 0, 0]] == _frame(
        shown, "文件里没有"
    ).to_numpy().tolist()
    changed = _frame(shown, "原值")
    assert [["销售部 · 2026年3月", "实际", "90", "110"]] == changed.to_numpy().tolist()
    assert ["生产部 · 2026年3月 · 利润"] == shown.dataframe[-1].value["行"].tolist()
    text = _text(shown)
    assert "共 9 组" in text
    assert "这个文件里没有的 4 行，仍然保留" in text


def test_a_corrected_file_replaces_when_chosen(steps):
    """补充 is the default; 更正 says how many rows no longer count."""
    shown = steps("differing")
    (choice,) = [each for each in shown.radio if "怎样计入" in each.label]
    assert choice.value is False
    assert any("消失的 4 行不再计入" in each for each in choice.options)
    assert _chosen(choice.set_value(True).run()).replaces
    text = _text(steps("replacing"))
    assert "这个文件里没有的 4 行，入库后不再计入" in text
    assert "按“更正”计入" in text


def test_a_first_file_is_not_asked_how_it_counts(steps):
    """Without accepted rows there is nothing to replace."""
    assert not [each for each in steps("plain").radio if "怎样计入" in each.label]


def test_what_is_remembered_or_left_out_is_said_before_the_confirmation(steps):
    """A person confirms knowing it."""
    assert "确认后会记住这次的列对应" in _text(steps("mapped"))
    assert "有 2 项没有回答，相关的行这次不入库" in _text(steps("asking"))


def test_findings_are_filtered_by_column_and_text(steps):
    """Both filters narrow the same table; the omitted ones are counted."""
    shown = steps("finding")
    assert "还有 1,200 条没有逐条列出" in _text(shown)
    key = DIGEST[:12]
    narrowed = shown.multiselect(key=f"columns_{key}").select("目标").run()
    assert ["目标"] == _frame(narrowed, "怎么改")["列"].tolist()
    shown = steps("finding")
    narrowed = shown.text_input(key=f"text_{key}").set_value("abc").run()
    assert ["ABC待核"] == _frame(narrowed, "怎么改")["值"].tolist()


def test_findings_are_sorted_as_asked(steps):
    """By seriousness, by row with the whole file first, or by column."""
    shown = steps("finding")
    assert [7, 3] == _frame(shown, "怎么改")["行"].dropna().tolist()
    shown = _select(shown, "排序").select("按行号").run()
    assert ["整个文件", "目标", "实际"] == _frame(shown, "怎么改")["列"].tolist()


def test_a_search_takes_its_text_literally():
    """A bracket or a dot is a character, not a pattern."""
    frame = findings_frame(FINDINGS, "a[1].csv")
    assert 3 == len(matching(frame, "[1].CSV"))
    assert 0 == len(matching(frame, "a.1"))
    assert 3 == len(matching(frame, "  "))


@pytest.mark.parametrize(
    ("index", "expected"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")]
)
def test_columns_are_named_as_in_a_spreadsheet(index, expected):
    """Z is followed by AA."""
    assert expected == letters(index)
