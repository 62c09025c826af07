"""The sets of steps, and an organisation's own file in their place."""

import pytest

from pipelines.doctor import examine
from pipelines.settings import Settings
from pipelines.step_vocabulary import LOCAL_NAME, VARIABLE, identity_of, step_vocabulary

HEAD = "step_set,position,step\n"
OWN = HEAD + "五步法,1,摸底\n五步法,2,立项\n五步法,3,验收\n"


@pytest.fixture
def settings(tmp_path, monkeypatch) -> Settings:
    """An empty store without an own file."""
    monkeypatch.delenv(VARIABLE, raising=False)
    return Settings(store_root=tmp_path)


def _own(settings: Settings, text: str, encoding: str = "utf-8") -> None:
    (settings.store_root / LOCAL_NAME).write_bytes(text.encode(encoding))


def test_the_default_has_the_variants_in_use(settings):
    """At least six ways of saying it, each with its steps in order."""
    found = step_vocabulary(settings)
    sets = {each.name: each.steps for each in found.sets}
    assert 6 <= len(sets)
    assert ("同步谋划", "同步设置", "同步配备", "同步开展") == sets["四同步"]
    assert (False, None) == (found.is_local, found.problem)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_an_own_file_stands_in_place_of_the_default(settings, encoding):
    """No default set is left: it could win over the organisation's own."""
    _own(settings, OWN, encoding)
    found = step_vocabulary(settings)
    assert [("五步法", ("摸底", "立项", "验收"))] == [(e.name, e.steps) for e in found.sets]
    assert (True, None) == (found.is_local, found.problem)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (OWN + "五步法,5,回访\n", "第 5 行：“五步法”的“回访”position 是“5”，应为 4"),
        (
            HEAD + "五步法,2,立项\n五步法,1,摸底\n",
            "第 2 行：“五步法”的“立项”position 是“2”，应为 1",
        ),
        (HEAD + "五步法,一,摸底\n", "position 是“一”，应为 1"),
        (OWN + "五步法,4,立项\n", "第 5 行：“五步法”里“立项”写了两次"),
        (OWN + "五步法,4,\n", "第 5 行：step 不能为空"),
        (OWN + "另一套,1,摸底\n另一套,2,立项\n另一套,3,验收\n", "“五步法”和“另一套”的步骤完全相同"),
        (HEAD, "没有一行步骤"),
        ("名称,步骤\n五步法,摸底\n", "缺少列 step_set、position、step"),
        ("", "缺少列"),
        ("x" * (1024 * 1024 + 1), "超过 1 MB"),
    ],
)
def test_a_bad_own_file_is_told_and_the_default_stays(settings, text, told):
    """Whole file or nothing, with the line and what to do; the build does not change."""
    before = identity_of(settings)
    _own(settings, text)
    found = step_vocabulary(settings)
    assert told in found.problem
    assert "仍按默认步骤" in found.problem
    assert not found.is_local
    assert before == identity_of(settings)
    (check,) = [each for each in examine(settings) if each.label == "步骤词表"]
    assert (False, True) == (check.ok, told in check.detail)


def test_the_own_file_makes_another_build(settings):
    """What tasks are held against is part of what identifies a build."""
    before = identity_of(settings)
    _own(settings, OWN)
    assert before != identity_of(settings)


def test_a_file_named_by_the_environment(settings, tmp_path, monkeypatch):
    """TONGPIN_STEPS names it; a name without a file is told."""
    monkeypatch.setenv(VARIABLE, str(tmp_path / "x.csv"))
    assert "不存在" in step_vocabulary(settings).problem
    (tmp_path / "x.csv").write_text(OWN, encoding="utf-8")
    assert step_vocabulary(settings).is_local
