"""雷同: which records repeat an earlier one, against a comparison of all pairs."""

from datetime import datetime

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.integrity import step
from pipelines.integrity.near_duplicates import Limits, Pairs, find_pairs
from pipelines.integrity.thresholds import offer_integrity_thresholds
from pipelines.warehouse import scratch

BASE = "围绕月度重点，逐项分析防汛保供：低洼点位20项；划定完成时限并挂图推进"
OTHER = "学习有关文件，分组交流营收任务：新增用户50项；列出问题清单并纳入督办"
LIMITS = Limits(similarity=0.95, length=20, days=180, neighbours=50)


def pairs(texts: list[str], days: list[int] | None = None, **more: object) -> Pairs:
    group = np.array(more.pop("group", [0] * len(texts)))
    limits = Limits(**{**vars(LIMITS), **more})
    day = np.array(days or range(len(texts)))
    return find_pairs(group, day, pa.array(texts, pa.large_string()), limits)


def found(result: Pairs) -> dict[int, int]:
    return dict(zip(result.record.tolist(), result.earlier.tolist(), strict=True))


def test_another_number_is_the_same_text():
    """One number changed, also in full-width digits and with a decimal point: masked equal."""
    result = pairs([BASE, BASE.replace("20", "７．5")])
    assert {1: 0} == found(result)
    assert [True] == result.is_masked.tolist()
    assert [False] == result.is_exact.tolist()


def test_the_same_text_is_exact():
    """A word-for-word copy says so and has similarity 1."""
    result = pairs([BASE, BASE])
    assert ([True], [1.0]) == (result.is_exact.tolist(), result.similarity.tolist())


def test_a_changed_character_is_found_and_is_not_called_a_number():
    """One character of 36 replaced: 1 − 2/72 similar, by edits."""
    result = pairs([BASE, OTHER, BASE.replace("洼", "凹")])
    assert {2: 0} == found(result)
    assert [False] == result.is_masked.tolist()
    assert result.similarity[0] == pytest.approx(1 - 2 / (2 * len(BASE)))


def test_texts_of_one_phrase_book_are_not_copies():
    """The same opener and another matter is legitimate."""
    assert {} == found(pairs([BASE, BASE.replace("防汛保供：低洼点位", "营收任务：合同履约")]))


@pytest.mark.parametrize(
    ("change", "kept"),
    [
        ({"group": [0, 1]}, {}),
        ({"days": [0, 181]}, {}),
        ({"days": [0, 180]}, {1: 0}),
        ({"length": 200}, {}),
    ],
)
def test_other_organisations_long_ago_and_short_texts_are_not_compared(change, kept):
    """Only within one group, within the days, and from a length on."""
    assert kept == found(pairs([BASE, BASE], **change))


def test_the_nearest_of_equal_ones_is_named():
    """Of two earlier copies the later one; of a copy and an edit the copy."""
    assert {1: 0, 2: 1} == found(pairs([BASE, BASE, BASE]))
    edited = BASE.replace("洼", "凹")
    assert 0 == found(pairs([BASE, edited, BASE.replace("20", "21")]))[2]


def test_of_two_edits_the_more_similar_is_named_and_of_equals_the_nearer():
    """One character away counts before two; between equals the later record."""
    one, two = BASE.replace("洼", "凹"), BASE.replace("洼", "凹").replace("挂", "张")
    assert 0 == found(pairs([one, two, BASE], similarity=0.9))[2]
    assert 1 == found(pairs([one, BASE.replace("洼", "高"), BASE], similarity=0.9))[2]


def test_masks_reach_beyond_the_neighbours_and_edits_do_not():
    """The bound on work limits edits only."""
    between = [OTHER[i:] + OTHER[:i] for i in range(5)]
    assert 0 == found(pairs([BASE, *between, BASE], neighbours=2)).get(6)
    assert 6 not in found(pairs([BASE, *between, BASE.replace("洼", "凹")], neighbours=2))
    assert 0 == found(pairs([BASE, *between, BASE.replace("洼", "凹")], neighbours=6)).get(6)


def test_nothing_and_disorder():
    """No records give no pairs; records out of order are refused."""
    assert {} == found(pairs([]))
    with pytest.raises(ValueError, match="order"):
        pairs([BASE, BASE], days=[1, 0])


WORDS = st.text(alphabet="甲乙丙丁戊，1", min_size=4, max_size=9)


@given(st.lists(WORDS, min_size=2, max_size=12), st.sampled_from([0.6, 0.8, 0.95]))
def test_no_similar_pair_is_lost_and_none_is_made_up(texts, least):
    """The filter by signature loses nothing: the same records as comparing all pairs."""
    result = pairs(texts, similarity=least, length=1)
    for at, text in enumerate(texts):
        twins = [i for i in range(at) if _mask(texts[i]) == _mask(text)]
        close = [i for i in range(at) if _indel(texts[i], text) >= least - 1e-9]
        assert (at in found(result)) == bool(twins or close), at


def _mask(text: str) -> str:
    for size in range(9, 0, -1):
        text = text.replace("1" * size, "#")
    while "#，#" in text:
        text = text.replace("#，#", "#")
    return text


def _indel(one: str, other: str) -> float:
    """1 − (insertions and deletions) ÷ characters of both, by dynamic programming."""
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, start=1):
        last, row[0] = row[0], i
        for j, b in enumerate(other, start=1):
            last, row[j] = row[j], last if a == b else 1 + min(row[j], row[j - 1])
    return 1 - row[-1] / (len(one) + len(other))


def test_copies_are_the_same_however_few_records_are_read_at_a_time():
    """A group is compared as a whole, also when it comes in several parts or ends with one."""
    groups = (("D1", "主题党日", 3), ("D1", "党课", 1), ("D2", "党课", 4), ("D3", "党课", 1))
    rows = [
        (f"{unit}-{kind}-{day}", unit, kind, datetime(2026, 3, day), BASE)
        for unit, kind, count in groups
        for day in range(1, count + 1)
    ]
    connection = scratch()
    for schema in ("accepted", "staging", "model"):
        connection.execute(f"create schema {schema}")
    offer_integrity_thresholds(connection)
    connection.execute(
        "create table staging.integrity_thresholds as from accepted.integrity_thresholds"
    )
    connection.execute(
        "create table staging.activities "
        "(record_id varchar, unit varchar, activity_type varchar, start_at timestamp, "
        "agenda varchar)"
    )
    connection.executemany("insert into staging.activities values (?, ?, ?, ?, ?)", rows)
    connection.execute("alter table staging.activities add column result varchar")
    connection.execute(
        "create table model.activity_records as "
        "select record_id, unit as unit_id from staging.activities"
    )
    expected = [
        (f"{unit}-{kind}-{day}", f"{unit}-{kind}-{day - 1}")
        for unit, kind, count in groups
        for day in range(2, count + 1)
    ]
    for batch in (1, 2, 3, 4, 100):
        made = step.make(connection, batch=batch).to_pylist()
        assert sorted(expected) == sorted(
            (each["record_id"], each["other_record_id"]) for each in made
        )
