"""A real Prometheus scrapes a real worker that has read the demo's news from a real Kafka.

What operators see is proved here whole: every panel shows something, the numbers are those of the
records that were sent, and every alert rule can be evaluated.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from agents.worker_process import WorkerProcess
from monitor.errors import Reason
from monitor.metrics import CATALOGUE, Kind
from tests.docker.picture import DASHBOARDS, draw, legend_of
from tests.docker.prometheus_server import PrometheusServer
from tests.docker.promql import dashboard, plain
from tests.docker.rules import ALERTS, RECORDED, as_question
from tests.docker.tools import required, run
from tests.real_kafka import KafkaCluster

pytestmark = [pytest.mark.prometheus, pytest.mark.model]

EXPRESSIONS: dict[str, str] = dashboard("dashboard").expressions()
NEWS = files("agents") / "demo" / "news.jsonl"
BROKEN = (b'{"text": 7}', b'{"title": "no text"}', b'{"text": "cut off', b"\xff\xfe not utf-8")
REASONS = (Reason.WRONG_TYPE, Reason.NO_TEXT, Reason.NOT_JSON, Reason.NOT_UTF8)
_WAIT_SECONDS = 150


class Scene:
    """A worker that has done its work, and the Prometheus that watched it."""

    def __init__(
        self, prometheus: PrometheusServer, worker: WorkerProcess, articles: int, topic: str
    ) -> None:
        """Take both, how many articles were sent, and to which topic."""
        self.prometheus = prometheus
        self.worker = worker
        self.articles = articles
        self.topic = topic


def news_monitor(*arguments: str, environment: dict[str, str], given: bytes = b"") -> None:
    """Run a command to its good end."""
    done = subprocess.run(
        [sys.executable, "-m", "monitor", *arguments],
        env=environment,
        input=given,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout.decode()


def wait_until(true: Callable[[], bool], worker: WorkerProcess, what: str) -> None:
    """Wait until something is so; show the worker's log if it never is."""
    deadline = time.monotonic() + _WAIT_SECONDS
    while not true():
        worker.check()
        assert time.monotonic() < deadline, f"{what}\n{worker.log_tail()}"
        time.sleep(0.25)


@pytest.fixture(scope="module")
def scene(kafka: KafkaCluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """The demo's news and a few broken records, read while Prometheus looks on."""
    program = required("prometheus", package="prometheus")
    topic = "watched.articles"
    subscriptions = tmp_path_factory.mktemp("subscriptions") / "subscriptions.toml"
    subscriptions.write_text('[[subscription]]\nid = "everything"\n', encoding="utf-8")
    given = {
        "NEWS_MONITOR_BROKER": kafka.bootstrap,
        "NEWS_MONITOR_ARTICLE_TOPICS": topic,
        "NEWS_MONITOR_SIGNALS_TOPIC": "watched.signals",
        "NEWS_MONITOR_STORIES_TOPIC": "watched.stories",
        "NEWS_MONITOR_ALERTS_TOPIC": "watched.alerts",
        "NEWS_MONITOR_GROUP": "watched",
        "NEWS_MONITOR_ARTICLE_PARTITIONS": "2",
        "NEWS_MONITOR_PROCESSES": "1",
        "NEWS_MONITOR_HTTP_PORT": "0",
        "NEWS_MONITOR_RECEIPTS_TOPIC": "watched.receipts",
        "NEWS_MONITOR_SUBSCRIPTIONS_FILE": str(subscriptions),
        "NEWS_MONITOR_CANARY_TOPIC": "watched.canary",
        "NEWS_MONITOR_CANARY_SECONDS": "10",  # rare enough that the lag is 0 in between
    }
    environment = {**os.environ, **given}
    news_monitor("topics", "create", environment=environment)
    worker = WorkerProcess(given, tmp_path_factory.mktemp("worker"))
    try:
        worker.start(seconds=_WAIT_SECONDS)
        target = worker.url.removeprefix("http://")
        folder = tmp_path_factory.mktemp("prometheus")
        with PrometheusServer(program, target=target, folder=folder) as prometheus:
            read = f'sum(news_monitor_records_read_total{{topic="{topic}"}})'
            wait_until(lambda: prometheus.value(read) == 0, worker, "never scraped")
            seen = prometheus.value("sum(news_monitor_canary_seen_total)") or 0
            news = NEWS.read_bytes()
            broken = b"\n".join(BROKEN)
            news_monitor("publish", "-", environment=environment, given=news)
            news_monitor("publish", "--layout", "lines", "-", environment=environment, given=broken)
            articles = len(news.splitlines())
            wait_until(
                lambda: (
                    prometheus.value(read) == articles + len(BROKEN)
                    and prometheus.value("sum(news_monitor_lag_records)") == 0
                    and (prometheus.value("sum(news_monitor_alerts_total)") or 0) > 0
                    and (prometheus.value("sum(news_monitor_canary_seen_total)") or 0) > seen
                ),
                worker,
                "not everything was read",
            )
            time.sleep(3)  # two more scrapes, so that rates are of what has happened
            yield Scene(prometheus, worker, articles, topic)
    finally:
        worker.stop()


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_no_panel_is_empty(scene: Scene, name: str) -> None:
    """Every expression gives something after the demo's news, not only NaN, and all have a legend."""
    # However slow the machine: all that has happened since the worker's start counts.
    variables = {"__range": "15m", "__rate_interval": "15m"}
    result = scene.prometheus.query(plain(EXPRESSIONS[name], variables=variables))

    assert result
    assert any(series["value"][1] != "NaN" for series in result)
    legend = {"legendFormat": name.rpartition(" / ")[2]}
    assert all(legend_of(legend, series["metric"]).strip() for series in result)


@pytest.mark.parametrize("file", sorted(DASHBOARDS.glob("*.json")), ids=lambda file: file.stem)
def test_pages_can_be_drawn(scene: Scene, file: Path, tmp_path: Path) -> None:
    """A picture of each dashboard is drawn; the variable PICTURES keeps it in a folder to look at."""
    page = json.loads(file.read_text(encoding="utf-8"))
    picture = Path(os.environ.get("PICTURES", tmp_path)) / f"{file.stem}.png"
    draw(page, picture, ask=scene.prometheus.ask, seconds=60, end=time.time())

    assert picture.read_bytes().startswith(b"\x89PNG")


def test_read_records_and_outcomes_are_those_that_were_sent(scene: Scene) -> None:
    """Outcomes add up to the records read, and those to the records published."""
    value, topic = scene.prometheus.value, scene.topic
    sent = scene.articles + len(BROKEN)

    assert value(f'sum(news_monitor_records_read_total{{topic="{topic}"}})') == sent
    assert value(f'sum(news_monitor_records_total{{topic="{topic}"}})') == sent
    dead = f'news_monitor_records_total{{topic="{topic}",outcome="dead-letter"}}'
    assert value(dead) == len(BROKEN)
    assert (value(f'news_monitor_records_total{{topic="{topic}",outcome="signals"}}') or 0) > 0
    for reason in REASONS:
        labels = f'topic="{topic}",reason="{reason}",stage="decode"'
        assert value(f"news_monitor_dead_letters_total{{{labels}}}") == 1


def test_signals_topic_adds_up_too(scene: Scene) -> None:
    """What the alert agent read is in the stories, record for record."""
    value = scene.prometheus.value

    read = value('news_monitor_records_read_total{topic="watched.signals"}')
    assert read
    assert value('sum(news_monitor_records_total{topic="watched.signals"})') == read
    assert value('news_monitor_records_total{topic="watched.signals",outcome="stories"}') == read


def test_article_to_alert_is_seconds_here(scene: Scene) -> None:
    """The latency that subscribers feel is measured per alert, and is small on an idle machine."""
    value = scene.prometheus.value

    alerts = value("sum(news_monitor_alerts_total)") or 0
    measured = value("sum(news_monitor_article_to_alert_seconds_count)") or 0
    assert 0 < measured <= alerts
    assert (value('sum(news_monitor_article_to_alert_seconds_bucket{le="60.0"})') or 0) == measured


def test_rates_of_outcomes_follow_what_happened(scene: Scene) -> None:
    """Because counters begin at 0, not even the first records escape `increase`."""
    increase = f'sum(increase(news_monitor_records_total{{topic="{scene.topic}"}}[5m]))'

    seen = scene.prometheus.value(increase) or 0
    assert seen >= scene.articles + len(BROKEN) - 0.5


def test_every_rule_can_be_evaluated(scene: Scene) -> None:
    """No rule fails on real series, and a healthy worker wakes nobody."""
    rules = scene.prometheus.rules()

    assert {rule["health"] for rule in rules} == {"ok"}
    paging = [
        rule["name"]
        for rule in rules
        if rule.get("labels", {}).get("severity") == "page" and rule["state"] == "firing"
    ]
    assert paging == []


@pytest.mark.parametrize("record", [rule["record"] for rule in RECORDED])
def test_no_recording_rule_is_empty(scene: Scene, record: str) -> None:
    """Every recording rule gives a number, also where nothing is late and nothing waits."""
    values = [series["value"][1] for series in scene.prometheus.query(record)]

    assert values
    assert "NaN" not in values


@pytest.mark.parametrize("rule", ALERTS, ids=lambda rule: rule["alert"])
def test_no_alert_looks_at_nothing(scene: Scene, rule: dict[str, Any]) -> None:
    """Every alert has series to look at: asked as a question, it answers."""
    assert scene.prometheus.query(as_question(rule["expr"]))


def test_every_metric_of_the_catalogue_is_on_the_live_page(scene: Scene) -> None:
    """A worker at work shows every metric that we promise, and promtool likes the page."""
    page = scene.worker.fetch("metrics")
    lines = [line for line in page.splitlines() if not line.startswith("#")]
    names = {line.partition("{")[0].partition(" ")[0] for line in lines}

    for metric in CATALOGUE:
        suffix = "_bucket" if metric.kind is Kind.HISTOGRAM else ""
        assert metric.name + suffix in names
    run(required("promtool", package="prometheus"), "check", "metrics", given=page)


def test_health_pages_of_a_live_worker(scene: Scene) -> None:
    """The worker says that it lives, is ready, and how many partitions it has."""
    assert json.loads(scene.worker.fetch("healthz")) == {"status": "alive", "reasons": []}
    ready: dict[str, Any] = json.loads(scene.worker.fetch("readyz"))
    assert (ready["status"], ready["reasons"]) == ("ready", [])
    assert ready["details"]["partitions"] > 0


def test_no_scrape_fails(scene: Scene) -> None:
    """Every scrape is answered, also while articles are read."""
    assert scene.prometheus.value("min_over_time(up[15m])") == 1


def test_log_is_one_json_event_per_line_in_order(scene: Scene) -> None:
    """A whole run of a real worker, its libraries included, logs nothing but JSON events."""
    events = [json.loads(line) for line in scene.worker.log.read_text().splitlines()]

    assert events
    assert all({"event", "level", "timestamp"} <= event.keys() for event in events)
    times = [event["timestamp"] for event in events]
    assert all(one <= two for one, two in pairwise(times))
    ours = [event for event in events if event["logger"].startswith(("agents", "monitor"))]
    assert [event for event in ours if event["level"] in {"error", "critical"}] == []
