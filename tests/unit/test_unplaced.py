"""What is missing, and what is stored without being shown, in words."""

import math
import re

import pandas as pd
import pytest

from dashboard.components.kpi_cards import card_note
from dashboard.components.unplaced import REASONS, WANTED, missing_words, unplaced_table
from pipelines.models import SQL_ROOT


def _there(*absent: str) -> pd.DataFrame:
    return pd.DataFrame(
        {"dataset": list(WANTED), "row_count": [0 if each in absent else 9 for each in WANTED]}
    )


def test_an_absent_dataset_is_named_with_what_depends_on_it():
    """One line for all of them; nothing when all are there."""
    assert [] == missing_words(_there())
    (line,) = missing_words(_there("kpi_definitions", "unit_bridge"))
    assert "指标库（没有它，达成率没有方向和口径）" in line
    assert "组织对照（没有它，党组织的活动计不到行政单位）" in line
    assert "上传入库" in line


def test_every_reason_has_a_remedy():
    """The reasons that the build writes are those that the page knows."""
    text = (SQL_ROOT / "mart" / "unresolved.sql").read_text(encoding="utf-8")
    written = re.findall(r"'(\w+)'(?: as reason|\n        end as reason)|then '(\w+)'", text)
    assert set(REASONS) == {each for pair in written for each in pair if each}
    found = pd.DataFrame(
        {
            "dataset": ["activities"],
            "reason": ["no_bridge"],
            "unit_text": ["一支部"],
            "row_count": [3],
            "file_name": ["台账.csv"],
        }
    )
    (row,) = unplaced_table(found).to_dict("records")
    assert ("党建活动台账", REASONS["no_bridge"][1], 3) == (
        row["数据表"],
        row["怎么办"],
        row["行数"],
    )


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, "目标 20吨；2/6 个单位达成"),
        ({"target": None, "attainment_rate": math.nan}, "没有目标，6 个单位有数"),
        (
            {"target": None, "attainment_rate": math.nan, "direction": None},
            "没有目标，6 个单位有数；不在指标库里，不判断达成",
        ),
        (
            {"actual": None, "target": None, "attainment_rate": math.nan, "direction": None},
            "6 个单位有数，比率不能相加，要指标库写明怎样汇总；不在指标库里，不判断达成",
        ),
        ({"unit_of_measure": None}, "文件和指标库都没有写明计量单位；目标 20；2/6 个单位达成"),
    ],
)
def test_a_card_says_what_it_lacks(changes, told):
    """No unit and no target are said; without a target nobody is counted as having met it."""
    row = {
        "unit_of_measure": "吨",
        "direction": "up",
        "actual": 18.0,
        "target": 20.0,
        "attainment_rate": 0.9,
        "previous_attainment_rate": math.nan,
        "met_unit_count": 2,
        "unit_count": 6,
    }
    assert told == card_note(pd.Series({**row, **changes}, dtype=object))
