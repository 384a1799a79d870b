"""Status: what counts as news that does not flow."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from agents.canary_status import CanaryStatus
from agents.status import Status, TopicStatus, judge

READ = TopicStatus(topic="articles", partitions=3, records=90, lag_records=7, lag_seconds=2.5)
WELL = Status(
    brokers=1,
    group="news-monitor",
    workers=2,
    topics=(READ, TopicStatus(topic="alerts", partitions=1, records=5)),
    dead_letters=12,
    last_alert=None,
    canary=None,
    version="0.1.0",
    local_worker=None,
)


def test_news_that_flows_is_no_problem() -> None:
    """A little lag, dead letters, no alert yet and no worker on this machine are all well."""
    assert judge(WELL, max_lag_seconds=60) == ()
    assert judge(replace(WELL, local_worker={"status": "ready"}), max_lag_seconds=60) == ()
    assert judge(replace(WELL, workers=None), max_lag_seconds=60) == ()


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        (replace(WELL, workers=0), "has no worker, and 7 records wait"),
        (
            replace(WELL, topics=(replace(READ, lag_seconds=61.0),)),
            "articles is 61 s behind with 7 records",
        ),
        (replace(WELL, topics=(replace(READ, partitions=0),)), "articles is missing"),
        (
            replace(WELL, local_worker={"status": "not-ready", "reasons": ["It is stopping."]}),
            "is not ready: It is stopping.",
        ),
        (replace(WELL, local_worker={"status": "?", "reasons": 5}), "it does not say why"),
    ],
    ids=["no worker", "late", "missing", "not ready", "strange answer"],
)
def test_each_reason_is_one_sentence(status: Status, sentence: str) -> None:
    """Whatever keeps news from flowing is said, once."""
    (said,) = judge(status, max_lag_seconds=60)

    assert sentence in said


def test_a_canary_that_is_old_is_said_where_canaries_are_sent() -> None:
    """Two turns and the lag allowed are borne; a canary of the time before they were off is not told."""
    minutes = {"well": 2.5, "late": 3.5}
    told = {}
    for name, age in minutes.items():
        sent_at = datetime.now(UTC) - timedelta(minutes=age)
        status = replace(WELL, canary=CanaryStatus(sent_at=sent_at, seconds=0.4))
        told[name] = judge(status, max_lag_seconds=60, canary_seconds=60)
        assert judge(status, max_lag_seconds=60, canary_seconds=0) == ()

    assert told["well"] == ()
    (sentence,) = told["late"]
    assert "No canary of the last 210 s has come back" in sentence


def test_where_no_canary_has_come_back_nobody_says_that_news_flows() -> None:
    """Canaries are there to tell; without a worker the missing worker is the news."""
    (sentence,) = judge(WELL, max_lag_seconds=60, canary_seconds=60)
    assert "No canary has come back yet" in sentence
    assert "within 180 s" in sentence
    (sentence,) = judge(replace(WELL, workers=0), max_lag_seconds=60, canary_seconds=60)
    assert "has no worker" in sentence


def test_no_canary_is_missed_where_the_worker_next_door_sends_none() -> None:
    """Its settings are not ours: a demo's worker sends none, and nobody has told the one who asks."""
    worker = {"status": "ready", "details": {"canary_seconds": 0}}
    assert judge(replace(WELL, local_worker=worker), max_lag_seconds=60, canary_seconds=60) == ()
    strange = {"status": "ready", "details": {"canary_seconds": "often"}}
    (sentence,) = judge(replace(WELL, local_worker=strange), max_lag_seconds=60, canary_seconds=60)
    assert "No canary has come back yet" in sentence
