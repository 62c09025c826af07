"""A follow-up item closed in one month's file and open again in the next, as a person sees it."""

from __future__ import annotations

import pytest

from tests.browser.files import ROSTER, payload, values
from tests.browser.server import pipelines
from tests.browser.visit import POST

pytestmark = pytest.mark.xdist_group("browser")

HEADER = "事项编号,责任单位,问题描述,完成时限,进展状态,办结日期\n"
KEPT = "D3,第一采油厂,值守制度,长期坚持,推进中,\nD4,第一采油厂,更换铭牌,立行立改,推进中,\n"
CLOSED = HEADER + "D1,第一采油厂,台账不全,2026-02-10,已销号,2026-02-09\n" + KEPT
OPEN_AGAIN = (
    HEADER
    + "D1,第一采油厂,台账不全,2026-02-10,推进中,\n"
    + "D2,第一采油厂,台账不全。,2026-03-20,推进中,\n"
    + KEPT
)


def test_an_item_open_again_is_told_with_its_first_closing_and_its_whole_age(
    server, visit, tmp_path
):
    """March's file has it open again: 返工 with the day it was closed, and 49 days from its due
    date, in the head and in the row; due words stand as they were written."""
    report = values("营业收入", "2026-03", ("第一采油厂", 1270.5, 1225.0))
    given = {"月报.csv": report, "督办_2月.csv": CLOSED}
    files = [str(ROSTER)]
    for name, text in given.items():
        (tmp_path / name).write_text(text, encoding="utf-8-sig")
        files.append(str(tmp_path / name))
    done = pipelines(server.store, "import", *files, "--by", POST, "--yes")
    assert done.returncode == 0, done.stderr
    seen = visit(server)
    seen.open("followups?month=2026-03")
    assert "未结 2 项，其中逾期 0 项" in seen.text
    seen.store(payload("督办_3月.csv", OPEN_AGAIN, encoding="utf-8-sig"), rows=4)
    seen.open("followups?month=2026-03")
    assert "未结 4 项，其中逾期 2 项" in seen.text
    assert "返工 1 项" in seen.text
    header, *rows = seen.cells(seen.page.get_by_test_id("stDataFrame").first)
    items = {row["编号"]: row for row in (dict(zip(header, each, strict=True)) for each in rows)}
    assert ("■ 逾期未结 49 天", "返工：此前2026年2月9日曾销号，后来的台账又列为未结") == (
        items["D1"]["状态"],
        items["D1"]["备注"],
    )
    assert ("长期坚持", "立行立改") == (items["D3"]["时限"], items["D4"]["时限"])
