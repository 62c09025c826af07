"""docs/calibration.md is written by the command: sections by part, replaced one at a time."""

import pandas as pd

from pipelines.analysis.calibration.__main__ import HEAD, PAGE, PARTS, section, with_section


def test_a_section_is_replaced_and_the_others_stay():
    """Writing a part again changes that part only, and writing the same text changes nothing."""
    page = with_section(with_section(HEAD, "nulls", "甲\n"), "surveys", "乙\n")
    again = with_section(page, "nulls", "丙\n")
    assert "甲" not in again
    assert "丙" in again
    assert "乙" in again
    assert again == with_section(again, "nulls", "丙\n")


def test_a_section_names_its_draws_and_is_chinese():
    """Headings and the words of the measures are Chinese, figures have three decimals."""
    table = pd.DataFrame(
        {"scenario": ["share 0.05"], "n": [10], "metric": ["coverage"], "value": [0.91849]}
    )
    text = section("问卷", 7, table)
    assert "每种情形 7 次模拟" in text
    assert "| 真实比例 0.05 | 10 | 95% 区间含真值的比例 | 0.918 |" in text


def test_the_page_holds_parts_of_the_command():
    """What is in the repository was written by the command: its head and known parts."""
    text = PAGE.read_text(encoding="utf-8")
    assert text.startswith(HEAD)
    assert {"nulls", "planted"} <= {part for part in PARTS if f"<!-- {part} -->" in text}
