"""What 融合链 reads by month is what the rows say when they are counted anew, every month."""

import pandas as pd
import pytest

from pipelines import queries
from pipelines.domain.months import shift
from pipelines.settings import Settings
from pipelines.warehouse import Mart

HELD = "select record_id, month from staging.activities"
PLACED = "select record_id, month from model.activity_records where unit_id is not null"
LINKS = (
    "select record_id, target_kind, target_id, state, basis, reason, is_known "
    "from model.activity_links"
)
WORDS = "select record_id, keyword from model.activity_keywords"
FOLLOWED = "select distinct source_id from staging.actions where source_id is not null"
STATIONS = [
    *("activity_count", "confirmed_count", "suggested_count", "keyword_confirmed_count"),
    *("followed_count", "confirmed_followed_count"),
]


@pytest.fixture(scope="module")
def mart(demo_settings: Settings):
    """The mart of the demo organisation."""
    opened = queries.open_mart(demo_settings)
    yield opened
    opened.close()


def test_stations_of_every_month_are_counted_from_the_activities(mart: Mart):
    """Each activity of a known unit once, by its strongest known link; confirmed by keywords alone
    apart; followed where an item names it."""
    held, links = mart.frame(PLACED), mart.frame(LINKS)
    known = links[links["is_known"]]
    said = known[known["state"] == "confirmed"]
    confirmed = held["record_id"].isin(said["record_id"])
    singly = held["record_id"].isin(said.loc[said["basis"] != "keyword", "record_id"])
    suggested = held["record_id"].isin(known.loc[known["state"] == "suggested", "record_id"])
    followed = held["record_id"].isin(mart.frame(FOLLOWED)["source_id"])
    counted = held.assign(
        activity_count=True,
        confirmed_count=confirmed,
        suggested_count=suggested & ~confirmed,
        keyword_confirmed_count=confirmed & ~singly,
        followed_count=followed,
        confirmed_followed_count=followed & confirmed,
    )
    expected = counted.groupby("month")[STATIONS].sum()
    for month in expected.index:
        shown = queries.run(mart, "link_funnel", month=month).set_index("month")
        wanted = [each for each in (shift(month, -1), month) if each in expected.index]
        assert wanted == shown.index.tolist()
        assert expected.loc[wanted].to_numpy().tolist() == shown[STATIONS].to_numpy().tolist()


def test_keywords_of_every_month_are_counted_from_the_suggestions(mart: Mart):
    """At least half of the activities with the keyword, of all months, are suggested for the KPI
    and not decided; those of the month are told apart."""
    words, links = mart.frame(WORDS), mart.frame(LINKS)
    open_links = links[(links["state"] == "suggested") & (links["target_kind"] == "kpi")]
    pairs = open_links.merge(words, on="record_id").merge(mart.frame(HELD), on="record_id")
    found = pairs.groupby(["keyword", "target_id"]).agg(
        suggested_count=("record_id", "size"), reason=("reason", "min")
    )
    found["keyword_count"] = words.groupby("keyword").size().reindex(found.index, level=0)
    found = found[2 * found["suggested_count"] >= found["keyword_count"]].sort_index()
    columns = ["keyword_count", "suggested_count", "reason"]
    for month in ("2026-10", "2024-03"):
        of_month = pairs[pairs["month"] == month].groupby(["keyword", "target_id"]).size()
        shown = queries.run(mart, "link_keywords", month=month)
        shown = shown.set_index(["keyword", "target_id"]).sort_index()
        assert len(found) == len(shown) > 0
        pd.testing.assert_frame_equal(found[columns], shown[columns])
        expected = of_month.reindex(found.index).fillna(0).astype(int)
        assert expected.tolist() == shown["month_count"].tolist()


def test_unlinked_activities_of_every_month_are_those_without_a_link(mart: Mart):
    """Neither confirmed nor suggested for anything that is known."""
    held, links = mart.frame(HELD), mart.frame(LINKS)
    linked = links[links["is_known"] & links["state"].isin(["confirmed", "suggested"])]
    free = held[~held["record_id"].isin(linked["record_id"])]
    for month, rows in free.groupby("month"):
        shown = queries.run(mart, "link_none", month=str(month))
        assert sorted(rows["record_id"]) == sorted(shown["record_id"])
