"""docs/calibration.md is written by the command: sections by part, replaced one at a time."""

import re

import pandas as pd

from pipelines.analysis.calibration.__main__ import HEAD, PAGE, PARTS, section, with_section
from pipelines.analysis.calibration.association import NULLS, PLANTED
from pipelines.analysis.calibration.initiative import PICKED


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
    """What is in the repository was written by the command: its head and every part."""
    text = PAGE.read_text(encoding="utf-8")
    assert text.startswith(HEAD)
    assert set(PARTS) == {part for part in PARTS if f"<!-- {part} -->" in text}


def test_scenarios_and_measures_are_told_in_chinese():
    """Every name that a part gives its rows has a Chinese word; one that has none shows here."""
    hits = {"false_positive_ancova", "false_positive_naive", "false_positive_told", "power_ancova"}
    hits |= {"power_naive", "power_told", "coverage_interval", "coverage_band", "coverage"}
    table = pd.DataFrame(
        [(scenario, metric, 0.5) for scenario in PICKED for metric in sorted(hits)],
        columns=["scenario", "metric", "value"],
    )
    rows = section("项目成效", 1, table).split("| ---")[-1]
    assert [] == re.findall("[A-Za-z]{2,}|_", rows)


def test_both_strengths_of_campaigns_are_measured():
    """How far activities follow the season is chosen for no one: each part has rows of both."""
    for scenarios in (NULLS, PLANTED):
        by_name: dict[str, set[float]] = {}
        for each in scenarios:
            by_name.setdefault(each.name, set()).add(each.campaign)
        assert {(0.25, 0.4)} == {tuple(sorted(each)) for each in by_name.values()}
