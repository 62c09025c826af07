"""A unit is split: its analyst uploads the changed roster and finds both ends of it."""

from __future__ import annotations

import io

import pandas as pd
import pytest
from openpyxl import Workbook

from pipelines.settings import Settings
from tests import reorganisation as group
from tests.app.leader_store import publish_frames
from tests.browser.server import serving

pytestmark = pytest.mark.xdist_group("browser")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture(scope="module")
def before(tmp_path_factory):
    """A server on the group whose new units report already and are not in the roster yet."""
    store = tmp_path_factory.mktemp("split") / "store"
    months = [group.BEFORE[-1], group.AFTER[0]]
    figures = [group.values(months[:1], group.OLD), group.values(months[1:], group.NEW)]
    frames = {
        "units": group.frame("units", group.roster()),
        "unit_bridge": group.frame("unit_bridge", group.bridge()),
        "kpi_definitions": group.frame("kpi_definitions", group.definitions()),
        "kpi_values": pd.concat([group.frame("kpi_values", text) for text in figures]),
    }
    publish_frames(Settings(store_root=store, ledger_url=None), frames)
    with serving(store) as running:
        yield running


def _workbook(text: str) -> bytes:
    sheet = Workbook()
    for line in text.splitlines():
        sheet.active.append([cell or None for cell in line.split(",")])
    out = io.BytesIO()
    sheet.save(out)
    return out.getvalue()


def test_a_split_is_handed_in_and_both_ends_lead_to_each_other(before, visit):
    """The roster as XLSX asks for the bridge; then from the old unit to a new one and back."""
    seen = visit(before)
    seen.open("upload").sign()
    roster = _workbook(group.changed_roster())
    seen.drop({"name": "单位名册_调整.xlsx", "mimeType": XLSX, "buffer": roster})
    told = seen.download("下载全部发现（CSV）")
    assert 6 == told.count("补上承接单位的对照")  # three units and their three branches
    seen.confirm(18)
    seen.open("unit?unit=104&month=2026-07")
    seen.sees("动力公司 2026年7月：2026年6月30日已撤销")
    seen.page.get_by_role("button", name="看热力公司 2026年7月").click()
    seen.sees("热力公司 2026年7月：2 项有目标的指标中 1 项达成")
    seen.settle()
    assert "unit=141" in seen.page.url
    seen.page.get_by_role("button", name="看动力公司 2026年6月").click()
    seen.sees("动力公司 2026年6月：2 项有目标的指标中 1 项达成")
    assert seen.dialogs == []
