"""What people state: kept, superseded, taken back; a build knows of it."""

from dataclasses import replace

import pytest

from pipelines import demo
from pipelines.desk import Desk
from pipelines.domain.statements import Explanation, LinkDecision, Statements
from pipelines.errors import StoreError
from pipelines.statements import identity_of

LINK = {"record_id": "HD1", "target_kind": "kpi", "target_id": "YW01"}


def test_the_newest_statement_of_a_key_counts(desk: Desk):
    """Rejected after confirmed is rejected; withdrawn and empty ones are gone; others stay."""
    word = LinkDecision(keyword="党建+质量", target_kind="kpi", target_id="YW02", state="confirmed")
    confirmed = LinkDecision(**LINK, state="confirmed")
    note = Explanation(subject="rule:x", unit_id="DZ1", text="季节性停产")
    assert 3 == desk.state([confirmed, word, note], by="党建岗")
    assert Statements(links=(confirmed, word), explanations=(note,)) == desk.statements()
    rejected = LinkDecision(**LINK, state="rejected", reason="只是同名")
    desk.state([rejected], by="党建岗")
    assert {word, rejected} == set(desk.statements().links)
    desk.state([LinkDecision(**LINK, state="withdrawn")], by="党建岗")
    desk.state([Explanation(subject="rule:x", unit_id="DZ1", text="")], by="党建岗")
    assert Statements(links=(word,)) == desk.statements()


def test_who_comes_second_overwrites_nothing(desk: Desk):
    """A link that stands is not decided again, one taken back is not taken back again; the first
    decision is given back with its post. What nobody forestalled is kept in the same call."""
    first = LinkDecision(**LINK, state="confirmed")
    other = LinkDecision(**LINK | {"record_id": "HD2"}, state="rejected")
    assert {} == desk.decide([first], by="党建岗")
    against = LinkDecision(**LINK, state="rejected")
    late = desk.decide([against, other], by="组织岗")
    assert [against] == list(late)
    assert (first, "党建岗") == (late[against].decision, late[against].by)
    assert {first, other} == set(desk.statements().links)
    back = LinkDecision(**LINK, state="withdrawn")
    assert {} == desk.decide([back], by="党建岗")
    assert {back: None} == desk.decide([back], by="组织岗")
    assert {} == desk.decide([against], by="组织岗")
    assert [("组织岗", True), ("组织岗", True)] == [
        (each.by, each.stands) for each in desk.signed_links()
    ]


def test_the_demo_decides_once(desk: Desk):
    """In an empty or demo store only, never again once anything was decided or taken back."""
    made = demo.decisions()
    assert len(made) == demo.decide_links(desk)
    assert {demo.DECIDER} == {each.by for each in desk.signed_links()}
    assert 0 == demo.decide_links(desk)
    desk.state([replace(each, state="withdrawn") for each in made], by="党建岗")
    assert 0 == demo.decide_links(desk)
    assert Statements() == desk.statements()


def test_a_statement_makes_another_build(desk: Desk):
    """The mart follows from uploads and statements; the same statements give the same build."""
    before = desk.build().build_id
    desk.state([LinkDecision(**LINK, state="confirmed")], by="党建岗")
    after = desk.build().build_id
    assert before != after == desk.build().build_id
    desk.state([LinkDecision(**LINK, state="withdrawn")], by="党建岗")
    assert before == desk.build().build_id
    assert "" == identity_of(Statements())


def test_personal_numbers_and_statements_of_nobody_are_refused(desk: Desk):
    """Nothing is kept then."""
    note = Explanation(subject="rule:x", unit_id="DZ1", text="请联系 13812345678")
    with pytest.raises(StoreError, match="没有保存"):
        desk.state([note], by="党建岗")
    with pytest.raises(StoreError, match="岗位"):
        desk.state([LinkDecision(**LINK, state="confirmed")], by=" ")
    assert Statements() == desk.statements()


@pytest.mark.parametrize(
    "given",
    [
        {"record_id": "", "state": "confirmed"},
        {"keyword": "党建+质量", "state": "confirmed"},
        {"state": "suggested"},
    ],
)
def test_a_link_decision_has_one_subject_and_a_known_state(given):
    """A suggestion is nobody's decision."""
    with pytest.raises(ValueError, match="link"):
        LinkDecision(**LINK | given)
