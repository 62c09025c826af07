"""The faults planted in the activity log are where the truth says, and nowhere else."""

from __future__ import annotations

import difflib

import pandas as pd
import pytest

from pipelines.simulate import Organisation, simulate


@pytest.fixture(scope="module")
def demo() -> Organisation:
    return simulate()


@pytest.fixture(scope="module")
def log(demo) -> pd.DataFrame:
    return demo.frames["activities"].set_index("record_id")


def test_late_records_are_as_labelled(demo, log):
    """Recorded more than five days after the activity: exactly the labelled records."""
    days = (log["recorded_at"].dt.normalize() - log["start_at"].dt.normalize()).dt.days
    assert set(demo.truth.late_records["record_id"]) == set(log.index[days > 5])
    assert 0.03 < (days > 5).mean() < 0.10
    assert days[days <= 5].max() <= 2


def test_misdated_records_are_dated_after_recording(demo, log):
    """A date later than the recording is impossible: exactly the mis-dated records."""
    impossible = log.index[log["start_at"] > log["recorded_at"]]
    truth = demo.truth.misdated_records.set_index("record_id")["true_start_at"]
    assert set(truth.index) == set(impossible)
    assert (log.loc[truth.index, "start_at"] > truth).all()
    assert len(truth) > 50


def test_bursts_precede_their_inspection(demo, log):
    """Burst records lie in the ten days before the inspection, and make these days busier."""
    events = demo.frames["events"].query("kind == '迎检'").set_index("event_id")
    first = pd.to_datetime(events["start_on"].astype(object))
    bursts = demo.truth.bursts
    wrong = set(demo.truth.misdated_records["record_id"])
    bursts = bursts[~bursts["record_id"].isin(wrong)]
    held = log.loc[bursts["record_id"], "start_at"].dt.normalize().to_numpy()
    gap = (first[bursts["event_id"]].to_numpy() - held).astype("timedelta64[D]").astype(int)
    assert (gap >= 1).all()
    assert (gap <= 10).all()
    everybody = first[events["unit"].isna()]
    daily = log["start_at"].dt.normalize().value_counts()
    before = pd.DatetimeIndex([d - pd.Timedelta(days=n) for d in everybody for n in range(1, 11)])
    around = pd.DatetimeIndex([d - pd.Timedelta(days=n) for d in everybody for n in range(15, 43)])
    usual = daily.reindex(around, fill_value=0).mean()
    assert daily.reindex(before, fill_value=0).mean() > 1.3 * usual


def test_near_duplicates_are_alike(demo, log):
    """A copied agenda equals its source but for a number, in the same branch; others do not."""
    pairs = demo.truth.near_duplicates
    copy, source = log.loc[pairs["record_id"]], log.loc[pairs["copy_of"]]
    bare = log["agenda"].str.replace(r"\d+", "", regex=True)
    assert bare[pairs["record_id"]].tolist() == bare[pairs["copy_of"]].tolist()
    assert copy["agenda"].tolist() != source["agenda"].tolist()
    assert copy["unit"].tolist() == source["unit"].tolist()
    repeated = log.assign(bare=bare).duplicated(["unit", "bare"], keep=False).sum()
    planted = pd.concat([pairs["record_id"], pairs["copy_of"]]).nunique()
    assert planted <= repeated < 1.2 * planted


def test_other_agendas_differ_in_words(demo, log):
    """Ordinary records of one branch share phrases but not sentences."""
    copied = set(demo.truth.near_duplicates["record_id"])
    unit = log["unit"].iloc[0]
    texts = log.loc[(log["unit"] == unit) & ~log.index.isin(copied), "agenda"].head(30).tolist()
    ratios = [
        difflib.SequenceMatcher(None, a, b).ratio() for i, a in enumerate(texts) for b in texts[:i]
    ]
    assert sum(ratios) / len(ratios) < 0.6


def test_merged_meetings_overlap(demo, log):
    """An administrative meeting of a bridged unit at the same time and place: exactly these."""
    bridge = demo.frames["unit_bridge"][["party_unit_id", "admin_unit_id"]]
    party = log.reset_index().merge(bridge, left_on="unit", right_on="party_unit_id")
    party["day"] = party["start_at"].dt.normalize()
    admin = demo.frames["admin_meetings"].rename(columns={"record_id": "admin_record_id"})
    admin["day"] = admin["start_at"].dt.normalize()
    both = party.merge(
        admin,
        left_on=["admin_unit_id", "day", "place"],
        right_on=["unit", "day", "place"],
        suffixes=("", "_admin"),
    )
    overlap = both[
        (both["start_at"] < both["end_at_admin"]) & (both["start_at_admin"] < both["end_at"])
    ]
    found = set(overlap[["record_id", "admin_record_id"]].itertuples(index=False, name=None))
    planted = set(demo.truth.merged_meetings.itertuples(index=False, name=None))
    assert len(planted) > 100
    assert planted <= found
    assert len(found) < 1.1 * len(planted)


def test_numbers_of_people_agree(log):
    """Present and absent add up to due in every record of the frames."""
    assert (log["present_count"] + log["leave_count"] == log["due_count"]).all()
    assert (log["present_count"] >= 1).all()


def test_nothing_lies_beyond_the_export(demo, log):
    """No record is dated or recorded after the day of the export."""
    assert log["recorded_at"].max() < pd.Timestamp(demo.plan.as_of)
    assert log["start_at"].max() < pd.Timestamp(demo.plan.end)
    assert log["start_at"].min() >= pd.Timestamp(demo.plan.reported_months[0])
