"""The filters of the follow-up list: state, source, kind of due date."""

from __future__ import annotations

import pandas as pd
import pytest

from dashboard.components.followups import followups_lines, followups_table
from dashboard.views.followups import ALL, DATED, UNDATED, filtered

ITEMS = pd.DataFrame(
    {
        "action_id": list("ABCDE"),
        "state": ["overdue", "open_no_due", "overdue_inferred", "closed_late", "open_no_due"],
        "source_kind": ["巡察", "巡察", None, "会议", "会议"],
        "due_on": pd.to_datetime(["2026-09-01", None, None, "2026-09-01", None]),
        "due_word": [None, "长期坚持", "立行立改", None, None],
        "was_reopened": [False, False, True, False, None],
        "recurs_of": [None, None, None, "A", None],
        "recurs_of_text": [None, None, None, "台账不全", None],
        "opened_again": [False, False, True, False, None],
        "closed_before_on": [None, None, pd.Timestamp("2026-09-20"), None, None],
    }
)


@pytest.mark.parametrize(
    ("show", "source", "due", "kept"),
    [
        (ALL, ALL, ALL, "ABCDE"),
        ("overdue", ALL, ALL, "A"),
        ("overdue_inferred", ALL, ALL, "C"),
        ("unfinished", ALL, ALL, "ABCE"),
        ("closed", ALL, ALL, "D"),
        ("reopened", ALL, ALL, "C"),
        ("recurring", ALL, ALL, "D"),
        (ALL, "巡察", ALL, "AB"),
        (ALL, ALL, DATED, "AD"),
        (ALL, ALL, UNDATED, "E"),
        (ALL, ALL, "长期坚持", "B"),
        ("unfinished", "会议", UNDATED, "E"),
    ],
)
def test_each_filter_keeps_what_it_names(show, source, due, kept):
    """All three hold together; a blank source, word or flag is in no named kind."""
    assert list(kept) == list(filtered(ITEMS, show, source, due)["action_id"])


def test_an_item_due_on_the_last_day_is_not_overdue_by_no_days():
    """At the end of the month it is open past its day: 0 天 says nothing, the day is named."""
    rows = ITEMS.assign(
        text="事项", unit_name="甲厂", due_raw=None, closed_on=None, owner_post=None,
        file_name="台账.csv", source_sheet=None, source_row=2, uploaded_by="岗位",
        uploaded_at=pd.Timestamp("2026-10-01"), upload_id="U1", days_overdue=[0.0, 3, 3, 3, 3],
    )  # fmt: skip
    assert "■ 逾期未结（月末当天到期）" == followups_table(rows)["状态"].iloc[0]


def test_a_reopened_item_names_the_day_it_was_closed_before():
    """The remark says since when; one that is only marked 返工 in the file says no more."""
    rows = ITEMS.assign(
        text="事项", unit_name="甲厂", due_raw=None, closed_on=None, owner_post=None,
        file_name="台账.csv", source_sheet=None, source_row=2, uploaded_by="岗位",
        uploaded_at=pd.Timestamp("2026-10-01"), upload_id="U1", days_overdue=3.0,
    )  # fmt: skip
    marked = rows.assign(opened_again=False)
    told = "返工：此前2026年9月20日曾销号，后来的台账又列为未结"
    assert told == followups_table(rows)["备注"].iloc[2]
    assert "返工" == followups_table(marked)["备注"].iloc[2]


def test_on_a_phone_an_item_stands_below_its_state():
    """State and text first, then unit, due date and remark; text of a file stays literal."""
    rows = ITEMS.assign(
        text="[整改](http://x)", unit_name="甲厂", due_raw=None, closed_on=None, owner_post=None,
        file_name="台账.csv", source_sheet=None, source_row=2, uploaded_by="岗位",
        uploaded_at=pd.Timestamp("2026-10-01"), upload_id="U1", days_overdue=[12.0, 3, 3, 3, 3],
    )  # fmt: skip
    first, second, *_ = followups_lines(followups_table(rows))
    assert first.startswith(":orange[**■ 逾期未结 12 天**]　\\[整改\\]")
    assert first.endswith("  \n甲厂 · 时限 2026年9月1日")
    assert second.endswith("  \n甲厂")
