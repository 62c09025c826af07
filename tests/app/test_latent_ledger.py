"""潜绩台账 on the page: verdicts with their evidence, and a claim typed in the app."""

from __future__ import annotations

import shutil

import pytest

from dashboard import ledger
from pipelines.analysis.promises import promised_amount
from tests.app.conftest import _services_on
from tests.app.leader_store import build_store, keep_latent

POST = "经营部分析员"


@pytest.fixture(scope="module")
def ledger_root(tmp_path_factory):
    """24 units, 30 months, three claims."""
    root = tmp_path_factory.mktemp("ledger") / "store"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TONGPIN_STORE", str(root))
        keep_latent(build_store(with_claims=True))
    return root


@pytest.fixture
def claimed(ledger_root, tmp_path, monkeypatch):
    """The services on a copy of that store, the validator warm."""
    shutil.copytree(ledger_root, tmp_path / "store")
    return _services_on(tmp_path / "store", monkeypatch)


def _text(shown) -> str:
    kinds = (shown.header, shown.markdown, shown.caption, shown.info, shown.success, shown.error)
    return "\n".join(str(each.value) for kind in kinds for each in kind).replace("\\", "")


def _ledger(shown):
    return next(each.value for each in shown.dataframe if "承诺" in each.value.columns)


def test_the_ledger_shows_verdicts_by_due_date_and_the_rate(claimed, page):
    """Due and missed, unknown unit, still open: each with its word; the rate is over decided."""
    shown = page("quadrant").run()
    assert list(shown.exception) == []
    words = _ledger(shown).set_index("编号")["判断"].to_dict()
    missed, unclear = (
        dict.fromkeys(("L1", "L4"), "■ 未兑现"),
        dict.fromkeys(("L3", "L5"), "○ 证据不足"),
    )
    assert missed | unclear | {"L2": "△ 待显现"} == words
    assert (
        "5 项潜绩承诺：兑现率 0.0%（已兑现 0 项 ÷ 有结论 2 项）；证据不足 2 项、待显现 1 项另列"
        in _text(shown)
    )
    assert {ledger.UNRESOLVED, ledger.UNBRIDGED} <= set(_ledger(shown)["依据"])


def test_a_claim_of_a_branch_is_judged_by_the_unit_it_stands_for(claimed, page):
    """P005 stands for A004: verdict and rows are those of A004, and the dialog says so."""
    shown = page("quadrant").run()
    shown.selectbox(key="claim").set_value("L4").run()
    shown = shown.button(key="claim_evidence").click().run()
    assert "按组织对照看行政单位：东山公司 100%" in _text(shown)
    rows = next(each.value for each in shown.dataframe if "提交岗位" in each.value.columns)
    assert {"东山公司"} == set(rows["单位"])


def test_the_ledger_follows_the_unit_and_leads_to_the_upload(claimed, page):
    """Of A004 only the promise of its branch; without any the page says where they are."""
    shown = page("quadrant")
    shown.query_params["unit"] = "A004"
    shown.run()
    assert ["L4"] == _ledger(shown)["编号"].tolist()
    shown.selectbox(key="unit").set_value("A009").run()
    assert "没有潜绩承诺" in _text(shown)
    assert shown.button(key="ledger_to_upload").label == "到“上传入库”导入潜绩台账"


def test_a_month_before_the_due_date_leaves_the_claim_open(claimed, page):
    """The verdict is that of the chosen month: in May 2026 nothing was due."""
    shown = page("quadrant").run()
    shown.selectbox(key="month").set_value("2026-05").run()
    assert "△ 待显现" == _ledger(shown).set_index("编号").loc["L1", "判断"]


def test_a_verdict_opens_its_figures_and_rows(claimed, page):
    """从哪来 lists expectation, interval, comparison units and each monthly row with its file."""
    shown = page("quadrant").run()
    shown.selectbox(key="claim").set_value("L1").run()
    shown = shown.button(key="claim_evidence").click().run()
    assert list(shown.exception) == []
    text = _text(shown)
    assert "区间的上限低于承诺的变化" in text
    assert "可比单位 22 个" in text
    rows = next(each.value for each in shown.dataframe if "提交岗位" in each.value.columns)
    assert 18 == len(rows)
    assert {"业务指标月报.csv"} == set(rows["文件"])


def test_a_claim_typed_in_goes_the_way_of_a_file_and_can_be_undone(claimed, page):
    """It becomes an upload with its post, stands in the ledger, and undo takes it out again."""
    shown = page("quadrant").run()
    for key, value in (
        ("claim_id", "L9"), ("claim_mechanism", "=师带徒"), ("claim_expected", "提高2分"),
        ("claim_post", "生产管理岗"), ("claim_by", POST),
    ):  # fmt: skip
        shown.text_input(key=key).set_value(value)
    shown.selectbox(key="claim_unit").set_value("A005")
    shown.selectbox(key="claim_kpi").set_value("K01").run()
    shown = shown.button(key="claim_save").click().run()
    assert list(shown.exception) == []
    assert "承诺 L9 已入库" in _text(shown)
    assert "=师带徒" == _ledger(shown).set_index("编号").loc["L9", "作用机制"]
    upload = claimed.desk.uploads()[0]
    assert ("latent_claims", 1, POST) == (upload.dataset, upload.row_count, upload.accepted_by)
    claimed.desk.undo(upload.upload_id, by=POST)
    claimed.desk.build()
    assert "L9" not in _ledger(page("quadrant").run())["编号"].tolist()


def test_what_is_missing_is_said_before_saving(claimed, page):
    """Without the required entries the button is off and the missing ones are named."""
    shown = page("quadrant").run()
    assert shown.button(key="claim_save").disabled
    assert "还要填写：承诺编号、单位、作用机制、验证指标、登记人岗位" in _text(shown)


@pytest.mark.parametrize(
    ("text", "unit", "direction", "amount"),
    [
        ("提高2个百分点", "%", "up", 2.0),
        ("下降 1.5 千克标准煤/万元", "千克标准煤/万元", "down", 1.5),
        ("提高3分以上", "分", "up", 3.0),
        ("提高2%", "%", "up", None),
        ("增长5%", "万元", "up", None),
        ("提高2分", "分", "down", None),
        ("逐步提升", "分", "up", None),
        ("提高2天", "天", "band", None),
        (None, "分", "up", None),
    ],
)
def test_a_promise_is_read_only_when_it_names_an_amount_in_the_unit(text, unit, direction, amount):
    """Amount, unit and direction must fit the KPI; anything else is not a number to test."""
    assert amount == promised_amount(text, unit, direction)
