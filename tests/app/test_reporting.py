"""报送进度 and the section on rules: what they say, and what one takes away from them."""

from __future__ import annotations

import csv
import io
import shutil
from datetime import date, datetime

import openpyxl
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.components import reporting, rule_status
from dashboard.server import services as held
from pipelines.settings import Settings
from tests.app.leader_store import publish_frames

SINCE = date(2020, 1, 1)
HOSTILE = "=cmd|' /C calc'!A0 <b>*厂*</b>"


def _frames() -> dict[str, pd.DataFrame]:
    units = [
        ("A", HOSTILE, "admin", None, "业务指标月报"),
        ("B", "乙厂", "admin", None, "业务指标月报、神秘报表"),
        ("C", "丙厂", "admin", None, None),
        ("P", "机关党委", "party", "党委", None),
        ("P1", "一支部", "party", "党支部", "党建活动台账"),
        ("P2", "二支部", "party", "党支部", "党建活动台账"),
    ]
    frame = pd.DataFrame(
        units, columns=["unit_id", "unit_name", "tree", "unit_kind", "expected_datasets"]
    )
    figures = [
        {"unit": unit, "month": month, "kpi": "收入", "actual": 1.0, "target": 1.0}
        for unit, months in (("B", ("2026-09", "2026-10")), ("C", ("2026-09", "2026-10")))
        for month in months
    ]
    log = [
        {
            "record_id": f"{unit}{month}{kind}",
            "unit": unit,
            "activity_type": kind,
            "title": "活动",
            "start_at": datetime(2026, month, 8, 9),
        }
        for unit, months in (("P1", (8, 9, 10)), ("P2", (8, 9)))
        for month in months
        for kind in ("主题党日", "支部委员会会议")
    ]
    return {
        "units": frame.assign(valid_from=SINCE, parent_id=[None, None, None, None, "P", "P"]),
        "kpi_values": pd.DataFrame(figures),
        "activities": pd.DataFrame(log),
    }


@pytest.fixture(scope="module")
def reported_root(tmp_path_factory):
    """Everything came on 3 November 2026, in one file a dataset."""
    root = tmp_path_factory.mktemp("reported") / "store"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TONGPIN_STORE", str(root))
        publish_frames(Settings(), _frames())
    return root


@pytest.fixture
def reported(reported_root, monkeypatch):
    """The pages on that store."""
    monkeypatch.setenv("TONGPIN_STORE", str(reported_root))
    return held.services()


def _text(shown: AppTest) -> str:
    kinds = (shown.title, shown.header, shown.subheader, shown.markdown, shown.caption, shown.info)
    return "\n".join(str(each.value) for kind in kinds for each in kind).replace("\\", "")


def _october(**more: object) -> pd.DataFrame:
    """Two units owe 业务指标月报 for October; one came on the third."""
    base = {
        "dataset": "kpi_values",
        "tree": "admin",
        "unit_id": ["A", "B"],
        "unit_name": [HOSTILE, "乙厂"],
        "parent_name": [None, "集团"],
        "state": ["未到期", "按时"],
        "is_inferred": [True, False],
        "due_on": pd.Timestamp("2026-11-05"),
        "received_at": [pd.NaT, pd.Timestamp("2026-11-03 09:30")],
        "new_month_count": [None, 1],
        "file_name": [None, "月报.csv"],
        "uploaded_by": [None, "经营部分析员"],
    }
    return pd.DataFrame(base | more)


def test_the_page_states_who_has_not_reported(reported, page):
    """Five units owe a report for October: A and P2 have not sent it."""
    shown = page("reporting").run()
    assert list(shown.exception) == []
    assert "2026年10月：5 个单位应报，2 个未报" == shown.title[0].value.replace("\\", "")
    assert [HOSTILE, "二支部"] == sorted(_reminder(shown)["单位"])
    assert "补传历史数据" in _text(shown)
    assert "神秘报表（1 个单位）" in _text(shown)
    assert "1 个单位的名册没有写“应报数据”" in _text(shown)
    assert not [word for word in ("导致", "带动", "排名") if word in _text(shown)]


def _reminder(shown: AppTest) -> pd.DataFrame:
    return next(each.value for each in shown.dataframe if "应报依据" in each.value.columns)


def test_the_page_follows_the_month(reported, page):
    """For September only A is missing; what came on 3 November is late, two months are no
    history."""
    shown = page("reporting").run()
    shown.selectbox(key="month").set_value("2026-09").run()
    assert [HOSTILE] == list(_reminder(shown)["单位"])
    came = next(each.value for each in shown.dataframe if "收到时间" in each.value.columns)
    assert {"▲ 迟报", "◇ 补传"} == set(came["情况"])
    assert {"2026年11月3日 09:30"} == set(came["收到时间"])


def test_the_page_says_what_is_missing_on_an_empty_store(store, page):
    """Nothing published: why, and what to do."""
    shown = page("reporting").run()
    assert list(shown.exception) == []
    assert "上传入库" in _text(shown)


@pytest.mark.parametrize(("today", "missing"), [(5, 0), (6, 1)])
def test_the_due_day_passes_without_a_new_upload(today, missing):
    """On the sixth what has not come is 未报, though nobody uploaded since the third."""
    owed = reporting.as_seen(_october(), date(2026, 11, today))
    assert missing == (owed["state"] == "未报").sum()
    assert ("1 个未报" if missing else "1 个还没报，期限未到") in reporting.headline(
        "2026-10", owed
    )


def test_rates_are_those_of_the_measures():
    """Not yet due is in neither rate; history brought in is received and not judged."""
    owed = _october(state=["未报", "补传"])
    assert 0.5 == reporting.complete_rate(owed)
    assert reporting.on_time_rate(owed) is None
    assert 0.5 == reporting.on_time_rate(_october(state=["迟报", "按时"]))
    assert reporting.complete_rate(_october(state="未到期")) is None


@pytest.mark.parametrize(
    ("states", "told"),
    [
        (["未报", "补传"], "收到的 1 份都是补传的历史月份（2026年11月3日入库），不评早晚"),
        (["迟报", "按时"], "补传的 0 份不在内"),
        (["未报", "未报"], "还没有收到，不评早晚"),
    ],
)
def test_why_nothing_is_judged_is_told(states, told):
    """History says when it came; an empty month says that nothing came."""
    assert told in reporting.on_time_note(_october(state=states))


def test_states_add_up_to_what_is_owed():
    """Every row of the matrix reconciles."""
    row = reporting.matrix(_october()).iloc[0]
    assert row["应报"] == sum(row[each] for each in reporting.SHAPES.values())


def test_the_reminder_list_runs_nothing(tmp_path):
    """A name that begins with = is text in the workbook; control characters do not break it."""
    frame = reporting.reminder("2026-10", _october(parent_name=["a\x07b", None]))
    book = openpyxl.load_workbook(io.BytesIO(reporting.workbook_bytes(frame, sheet="催报清单")))
    (head, *rows) = list(book["催报清单"].iter_rows())
    assert list(reporting.REMINDER.values()) == [cell.value for cell in head]
    assert ["'" + HOSTILE, "a b"] == [rows[0][0].value, rows[0][2].value]
    assert {"s", "n"} >= {cell.data_type for row in rows for cell in row}


def _rules() -> None:
    from dashboard.components import rule_status as section
    from dashboard.server.services import services

    section.rule_pack_in_force_table(services().settings)
    section.rule_status()


def test_the_rules_say_who_is_below_and_take_an_explanation(reported_root, tmp_path, monkeypatch):
    """P2 held no committee meeting in October; after a 说明 it counts as 有说明."""
    shutil.copytree(reported_root, tmp_path / "store")
    monkeypatch.setenv("TONGPIN_STORE", str(tmp_path / "store"))
    shown = AppTest.from_function(_rules, default_timeout=60).run()
    assert list(shown.exception) == []
    assert "到期的规定动作 4 项（支部×规则）：达标 2，有说明 0，未达标 2" in _text(shown)
    choice = shown.selectbox(key="rule_explained")
    assert ["二支部　支部委员会会议　2026年10月"] == list(choice.options)
    choice.set_value(0).run()
    subject = rule_status.subject_of("committee_meeting", "P2", "2026-10")
    shown.text_area(key=f"rule_text_{subject}").set_value("支部书记轮换，月初补开").run()
    shown.text_input(key="rule_by").set_value("二支部组织委员").run()
    shown.button(key=f"rule_save_{subject}").click().run()
    assert list(shown.exception) == []
    assert "达标 2，有说明 1，未达标 1" in _text(shown)
    assert "说明已保存" in shown.success[0].value


def test_a_bad_own_file_is_told_beside_the_rules(reported_root, tmp_path, monkeypatch):
    """The default rules are listed and the line of the own file is named."""
    shutil.copytree(reported_root, tmp_path / "store")
    (tmp_path / "store" / "rule_pack_local.csv").write_text("规则\nx\n", encoding="utf-8")
    monkeypatch.setenv("TONGPIN_STORE", str(tmp_path / "store"))
    shown = AppTest.from_function(_rules, default_timeout=60).run()
    assert list(shown.exception) == []
    assert "缺少列" in shown.error[0].value
    with (Settings().reference_root / "rule_pack.csv").open(encoding="utf-8") as source:
        labels = [row["label"] for row in csv.DictReader(source)]
    assert labels == list(shown.dataframe[0].value["规则"])
