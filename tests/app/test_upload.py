"""上传入库: everything is seen before it is confirmed, nothing is stored before that."""

import gc
import threading

import pytest

from dashboard import data
from pipelines import mappings
from pipelines.desk import Desk
from pipelines.intake.choices import SourceMapping
from tests.app.samples import KPI_VALUES, UNITS

CSV = "text/csv"
POST = "经营部分析员"


def _texts(shown) -> str:
    kinds = (shown.markdown, shown.caption, shown.success, shown.info, shown.warning, shown.error)
    texts = [each.value for kind in kinds for each in kind]
    return "\n".join([*texts, *(each.label for each in shown.expander)]).replace("\\", "")


def _button(shown, label):
    return next(each for each in shown.button if each.label.startswith(label))


def _read(shown):
    """The page once every file on it is read: a reading goes on between the runs."""
    for _ in range(60):
        if not [each for each in shown.button if each.label == "取消"]:
            return shown
        shown = shown.run()
    raise AssertionError("the file was not read")


def _dropped(page, text: str, name: str = "单位名册.csv", post: str = POST):
    shown = page("upload").run()
    shown.text_input(key="by").set_value(post)
    return _drop(shown, text, name)


def _drop(shown, text: str, name: str = "单位名册.csv"):
    shown.file_uploader[0].set_value([(name, text.encode("gb18030"), CSV)])
    return _read(shown.run())


def test_the_six_steps_say_what_they_found(store, page):
    """Decode, table, mapping, check, difference and confirm are visible with their result."""
    shown = _dropped(page, UNITS)
    text = _texts(shown)
    assert "1　解码**　GB18030" in text
    assert "以逗号分隔" in text
    assert "2　表格**　第 1 行是表头，数据在第 2—5 行" in text
    assert "3　列的对应**　6 列中用到 6 列" in text
    assert "4　检查**　读到 4 行，可入库 4 行，暂扣 0 行" in text
    assert "5　差异**　新增 4 行 · 修改 0 行 · 不变 0 行" in text
    assert "6　确认" in text


def test_looking_at_a_file_stores_nothing(store, page):
    """A preview waits apart from what is accepted, and goes when the file leaves the page."""
    shown = _dropped(page, UNITS)
    settings = store.settings
    assert [] == store.desk.uploads()
    assert [] == [*settings.accepted.iterdir(), *settings.received.iterdir()]
    assert 1 == len(list(settings.incoming.iterdir()))
    shown.file_uploader[0].set_value([])
    shown.run()
    gc.collect()
    assert [] == list(settings.incoming.iterdir())


def test_confirming_needs_a_post(store, page):
    """Who confirmed is part of the record, so without it the button does nothing."""
    shown = _dropped(page, UNITS, post="  ")
    assert _button(shown, "确认入库").disabled


def test_confirming_stores_builds_and_says_where_to_look(store, page):
    """After the confirmation the rows are in the mart, and the page says what changed."""
    shown = _button(_dropped(page, UNITS), "确认入库").click().run()
    assert list(shown.exception) == []
    assert "“单位名册.csv”已入库 4 行：新增 4，修改 0，不变 0。到“总览”查看。" in _texts(shown)
    assert [(each.state, each.by, each.row_count) for each in store.desk.uploads()] == [
        ("accepted", POST, 4)
    ]
    assert len(data.query("units")) == 4


def test_the_difference_shows_old_and_new_values(filled, page):
    """A correction names the row, the column, the old and the new value."""
    shown = _dropped(page, KPI_VALUES.replace("110,100", "130,100"), "更正.csv")
    assert "新增 0 行 · 修改 1 行 · 不变 3 行" in _texts(shown)
    changes = next(
        each.value for each in shown.dataframe if list(each.value.columns)[-2:] == ["原值", "新值"]
    )
    assert [(row.列, row.原值, row.新值) for row in changes.itertuples()] == [
        ("实际", "110", "130")
    ]


def test_a_bad_cell_is_named_with_row_column_value_and_remedy(store, page):
    """The row with a critical finding is held back, the others can be confirmed."""
    shown = _dropped(page, KPI_VALUES.replace("110", "待核"), "月报.csv")
    assert "可入库 3 行，暂扣 1 行" in _texts(shown)
    findings = next(each.value for each in shown.dataframe if "怎么改" in each.value.columns)
    row = findings[findings["级别"].str.contains("必须改")].iloc[0]
    assert (row["文件"], row["行"], row["列"], row["值"]) == ("月报.csv", 4, "实际", "待核")
    assert row["怎么改"]
    assert not _button(shown, "确认入库").disabled


def _severities(shown) -> set[str]:
    findings = next(each.value for each in shown.dataframe if "怎么改" in each.value.columns)
    return set(findings["级别"])


def test_findings_are_filtered_by_severity(filled, page):
    """Only the chosen severities are listed; nothing chosen lists all."""
    text = KPI_VALUES.replace("110", "待核").replace("生产部,2026-02", "无此单位,2026-02")
    shown = _dropped(page, text, "月报.csv")
    assert {"■ 必须改", "▲ 请核对"} <= _severities(shown)
    pills = next(each for each in shown.button_group if each.key.startswith("severity_"))
    shown = pills.set_value(["■ 必须改"]).run()
    assert {"■ 必须改"} == _severities(shown)


def test_personal_columns_are_named_as_dropped(store, page):
    """Nobody has to guess what was left out."""
    text = KPI_VALUES.replace("目标\n", "目标,联系电话\n").replace("100\n", "100,13800000000\n")
    shown = _texts(_dropped(page, text, "月报.csv"))
    assert "个人信息 1 列已丢弃" in shown
    assert "个人信息列已丢弃，原始文件也不保存：联系电话" in shown


def test_a_file_that_cannot_be_read_is_refused_in_words(store, page):
    """A refusal is a sentence; there is nothing to confirm and no traceback."""
    shown = page("upload").run()
    shown.file_uploader[0].set_value([("x.csv", b"\xff\xff\x80\x81", CSV)])
    _read(shown.run())
    assert list(shown.exception) == []
    assert len(shown.error) == 1
    assert not [each for each in shown.button if each.label.startswith("确认入库")]


def test_a_file_without_a_good_row_cannot_be_confirmed(store, page):
    """When every row must be corrected, the file is refused and the findings say why."""
    shown = _dropped(page, "单位,月份,指标,实际,目标\n销售部,某月,营业收入,1,2\n", "月报.csv")
    assert "没有一行可以入库" in _texts(shown)
    assert not [each for each in shown.button if each.label.startswith("确认入库")]


def test_the_dataset_can_be_chosen_by_hand(store, page):
    """Recognition can be wrong; the user's choice is read instead."""
    shown = _dropped(page, UNITS)
    shown = _read(shown.selectbox[0].select("kpi_values").run())
    assert list(shown.exception) == []
    assert "读作：单位名册" not in _texts(shown)


def test_a_rerun_does_not_read_the_file_again(store, page, monkeypatch):
    """Reading takes seconds; a click elsewhere on the page must not."""
    calls = []
    inspect = Desk.inspect

    def counted(self, *arguments, **options):
        calls.append(arguments)
        return inspect(self, *arguments, **options)

    monkeypatch.setattr(Desk, "inspect", counted)
    shown = _dropped(page, UNITS)
    shown.run()
    shown.text_input(key="by").set_value("办公室").run()
    assert len(calls) == 1


def test_the_same_file_again_is_recognised(filled, page):
    """A file whose rows are already accepted is not offered for confirmation."""
    shown = _dropped(page, UNITS)
    assert "此前已经入库" in _texts(shown)
    assert not [each for each in shown.button if each.label.startswith("确认入库")]


def test_several_files_are_confirmed_one_by_one(store, page):
    """Confirming one keeps the other on the page; after the last the uploader is empty."""
    shown = page("upload").run()
    shown.text_input(key="by").set_value(POST)
    files = [("单位名册.csv", UNITS.encode(), CSV), ("月报.csv", KPI_VALUES.encode(), CSV)]
    shown.file_uploader[0].set_value(files)
    shown = _read(shown.run())
    assert len([each for each in shown.button if each.label.startswith("确认入库")]) == 2
    shown = _read(_button(shown, "确认入库").click().run())
    assert len([each for each in shown.button if each.label.startswith("确认入库")]) == 1
    _button(shown, "确认入库").click().run()
    assert {"units", "kpi_values"} == {each.dataset for each in store.desk.uploads()}


def test_undo_takes_two_steps_and_then_the_rows_are_gone(filled, page):
    """The first click asks, the second undoes and rebuilds; the record stays."""
    upload = next(each for each in filled.desk.uploads() if each.dataset == "kpi_values")
    shown = page("upload").run()
    shown.text_input(key="by").set_value(POST).run()
    shown = shown.button(key=f"undo_{upload.upload_id}").click().run()
    assert data.query("build_info")["kpi_row_count"].iloc[0] == 4
    shown = shown.button(key=f"sure_{upload.upload_id}").click().run()
    assert list(shown.exception) == []
    assert "已撤销“月报.csv”" in _texts(shown)
    assert "■ 已撤销" in _texts(shown)
    assert data.query("build_info")["kpi_row_count"].iloc[0] == 0


def test_undo_can_be_called_off(filled, page):
    """不撤销 leaves everything as it was."""
    upload = filled.desk.uploads()[0]
    shown = page("upload").run()
    shown = shown.button(key=f"undo_{upload.upload_id}").click().run()
    assert shown.button(key=f"sure_{upload.upload_id}").disabled
    shown.button(key=f"keep_{upload.upload_id}").click().run()
    assert {"accepted"} == {each.state for each in filled.desk.uploads()}


@pytest.mark.parametrize("name", ["*a* [x](http:e).csv", "![i](x.png).csv", "_a_:smile:.csv"])
def test_a_file_name_is_shown_literally(name, store, page):
    """A name is text from outside: its marks are escaped wherever it is shown."""
    shown = _dropped(page, UNITS, name)
    heading = next(each.value for each in shown.subheader if ".csv" in each.value.replace("\\", ""))
    assert name == heading.replace("\\", "").replace("\u2060", "")
    assert heading.count("\\") >= sum(character in "*[]()!_" for character in name)


def test_the_checks_of_an_upload_stay_with_it(filled, page):
    """What was found and which rules ran can be read later, under the number of the upload."""
    shown = page("upload").run()
    upload = filled.desk.uploads()[0]
    shown = shown.toggle(key=f"findings_{upload.upload_id}").set_value(True).run()
    assert upload.upload_id in _texts(shown)
    (rules,) = [each.value for each in shown.dataframe if "检查行数" in each.value.columns]
    assert len(filled.desk.rule_results(upload.upload_id)) == len(rules)
    assert (rules["检查行数"] >= 0).all()


def _select(shown, label: str):
    return next(each for each in shown.selectbox if label in each.label.replace("\\", ""))


def test_a_wrong_encoding_is_refused_and_can_be_taken_back(store, page):
    """The refusal stands beside the choice; taking it back reads the file as before."""
    shown = _dropped(page, UNITS)
    shown = _read(_select(shown, "编码").select("utf-8").run())
    assert "UTF-8" in shown.error[0].value.replace("\\", "")
    assert _select(shown, "编码").value == "utf-8"
    shown = _read(_button(shown, "撤回上面的选择").click().run())
    assert "读到 4 行，可入库 4 行" in _texts(shown)


def test_an_unreadable_text_file_offers_the_encodings(store, page):
    """Where the ladder fails a person may know better."""
    shown = page("upload").run()
    shown.file_uploader[0].set_value([("x.csv", b"\xff\xff\x80\x81", CSV)])
    shown = _read(shown.run())
    assert _select(shown, "编码").value == ""


def test_a_confirmed_mapping_is_remembered_and_can_be_forgotten(filled, page):
    """Mapped once, said in the notice, applied to next month's file without asking."""
    march = KPI_VALUES.replace("实际", "发生额").replace("2026-0", "2026-1")
    shown = _dropped(page, march, "四月.csv")
    assert "发生额" in _texts(shown)
    _select(shown, "发生额 读作").select("actual")
    shown = _read(_button(shown, "按这个对应重新读取").click().run())
    assert "确认后会记住这次的列对应" in _texts(shown)
    shown = _button(shown, "确认入库").click().run()
    assert "列对应已记住" in _texts(shown)
    (mapping,) = filled.desk.mappings()
    assert "actual" == mapping.columns["发生额"]
    shown = _drop(shown, march.replace("110", "111"), "五月.csv")
    assert "按已确认的对应读取" in _texts(shown)
    assert "actual" == _select(shown, "发生额 读作").value
    shown = _read(_button(shown, "忘记").click().run())
    assert [] == filled.desk.mappings()
    assert "按已确认的对应读取" not in _texts(shown)


def test_an_ambiguous_month_waits_for_an_answer(filled, page):
    """Its row is held back until a person says which month was meant."""
    shown = _dropped(page, KPI_VALUES.replace("生产部,2026-03", "生产部,2026.1"), "月报.csv")
    assert "可入库 3 行，暂扣 1 行" in _texts(shown)
    question = next(each for each in shown.radio if "2026.1" in each.label.replace("\\", ""))
    shown = _read(question.set_value("2026-10").run())
    assert "可入库 4 行，暂扣 0 行" in _texts(shown)
    assert "已回答：" in _texts(shown)


def test_a_corrected_file_replaces_its_scope_until_it_is_undone(filled, page):
    """更正 drops the row the file no longer has; undo brings it back."""
    extra = KPI_VALUES.replace("营业收入", "利润总额")
    shown = _button(_dropped(page, extra, "利润.csv"), "确认入库").click().run()
    shown = _drop(shown, KPI_VALUES.replace("110,100", "130,100"), "更正.csv")
    assert "文件里没有、仍保留 4 行" in _texts(shown)
    choice = next(each for each in shown.radio if "怎样计入" in each.label)
    shown = _read(choice.set_value(True).run())
    shown = _button(shown, "确认入库").click().run()
    assert "不再计入 4" in _texts(shown)
    newest = filled.desk.uploads()[0]
    assert newest.replaces
    assert "更正（同一单位同一月份以它为准）" in _texts(shown)
    assert data.query("build_info")["kpi_row_count"].iloc[0] == 4
    shown = shown.button(key=f"undo_{newest.upload_id}").click().run()
    shown.button(key=f"sure_{newest.upload_id}").click().run()
    assert data.query("build_info")["kpi_row_count"].iloc[0] == 8


def test_a_correction_with_rows_held_back_says_what_it_takes_away(filled, page):
    """The stored row of a bad cell would no longer count: that is said before it is confirmed."""
    profit = KPI_VALUES.split("\n", 1)[1].replace("营业收入", "利润总额")
    shown = _button(_dropped(page, KPI_VALUES + profit, "两项.csv"), "确认入库").click().run()
    bad = KPI_VALUES + profit.replace("生产部,2026-03,利润总额,95", "生产部,2026-03,利润总额,约95")
    shown = _drop(shown, bad, "更正.csv")
    told = "其中可能有这次暂扣的行（共 1 行）"
    assert told not in _texts(shown)
    choice = next(each for each in shown.radio if "怎样计入" in each.label)
    assert told in _texts(_read(choice.set_value(True).run()))


def test_mappings_are_imported_whole_or_not_at_all(store, page):
    """A file of this system is taken; another is refused in words."""
    good = mappings.to_json(
        [SourceMapping(fingerprint="a" * 64, dataset="units", columns={"机构": "unit_name"})]
    )
    shown = page("upload").run()
    shown.text_input(key="by").set_value(POST)
    shown.file_uploader[1].set_value([("对应.json", b"{}", "application/json")])
    shown = _button(shown.run(), "导入这些对应").click().run()
    assert "没有导入任何对应关系" in shown.error[0].value
    shown.file_uploader[1].set_value([("对应.json", good.encode(), "application/json")])
    shown = _button(shown.run(), "导入这些对应").click().run()
    assert "新增或更改 1 种表头的对应" in _texts(shown)
    assert "机构 → 单位名称" in _texts(shown)


def test_long_reading_shows_progress_and_can_be_stopped(store, page, monkeypatch):
    """The desk is interrupted at its next report; the file can be read again."""
    inspect = Desk.inspect
    halfway, stopped = threading.Event(), threading.Event()

    def slow(self, *arguments, progress, **options):
        try:
            for _ in range(600):
                progress("已读 5 行", 0.5)
                halfway.set()
                threading.Event().wait(0.05)
        finally:
            stopped.set()

    monkeypatch.setattr(Desk, "inspect", slow)
    shown = page("upload").run()
    shown.file_uploader[0].set_value([("单位名册.csv", UNITS.encode(), CSV)])
    shown = shown.run()
    assert halfway.wait(20)
    shown = _button(shown, "取消").click().run()
    assert stopped.wait(20)
    assert "已停止读取，没有保存任何内容" in _texts(shown)
    monkeypatch.setattr(Desk, "inspect", inspect)
    shown = _read(_button(shown, "重新读取").click().run())
    assert "读到 4 行，可入库 4 行" in _texts(shown)
