"""PrometheusRecorder shows what Prometheus can read, and only what we meant to show."""

import os
import subprocess
from itertools import pairwise

import pytest
from prometheus_client import REGISTRY
from prometheus_client.openmetrics import parser as openmetrics
from prometheus_client.parser import text_string_to_metric_families

from monitor.metrics import CATALOGUE, Agent, Kind, PrometheusRecorder
from monitor.metrics.catalogue import (
    ARTICLE_TO_ALERT_SECONDS,
    BATCH_SECONDS,
    LAG_RECORDS,
    RECORDS_READ,
)
from tests.docker.tools import required

OPENMETRICS = "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5"


@pytest.fixture
def recorder() -> PrometheusRecorder:
    """A recorder with one series of every metric."""
    recorder = PrometheusRecorder()
    for metric in CATALOGUE:
        labels = {label.name: (label.values or ("some",))[0] for label in metric.labels}
        match metric.kind:
            case Kind.COUNTER:
                recorder.count(metric, **labels)
            case Kind.GAUGE:
                recorder.set(metric, 1, **labels)
            case Kind.HISTOGRAM:
                recorder.observe(metric, 0.3, **labels)
    return recorder


def test_text_holds_every_metric_with_its_help(recorder: PrometheusRecorder) -> None:
    """Plain scrapers get the text format: every metric with its type and meaning."""
    page, content_type = recorder.exposition("")
    families = {family.name: family for family in text_string_to_metric_families(page.decode())}

    assert content_type.startswith("text/plain")
    for metric in CATALOGUE:
        family = families[metric.name.removesuffix("_total")]
        assert (family.type, family.documentation) == (metric.kind, metric.meaning)


def test_openmetrics_is_given_to_who_asks(recorder: PrometheusRecorder) -> None:
    """A scraper that accepts OpenMetrics gets it, well formed to its end."""
    page, content_type = recorder.exposition(OPENMETRICS)

    assert content_type.startswith("application/openmetrics-text")
    assert page.endswith(b"# EOF\n")
    families = openmetrics.text_string_to_metric_families(page.decode())  # type: ignore[no-untyped-call]
    assert len(list(families)) > len(CATALOGUE)


def exemplars_of(recorder: PrometheusRecorder) -> list[dict[str, str]]:
    """The exemplars on the OpenMetrics page, as its own parser reads them."""
    page = recorder.exposition(OPENMETRICS)[0].decode()
    families = openmetrics.text_string_to_metric_families(page)  # type: ignore[no-untyped-call]
    samples = [sample for family in families for sample in family.samples]
    return [sample.exemplar.labels for sample in samples if sample.exemplar]


@pytest.mark.parametrize("article_id", ["a1", "x" * 118, 'a "quoted" \\ id', "вести-7"])
def test_a_bucket_names_the_newest_article_in_it(article_id: str) -> None:
    """Only OpenMetrics has a place for it: the page for plain scrapers does not change."""
    named, plain = PrometheusRecorder(), PrometheusRecorder()
    named.observe(ARTICLE_TO_ALERT_SECONDS, 0.3, article_id="older")
    named.observe(ARTICLE_TO_ALERT_SECONDS, 0.3, article_id=article_id)
    for _ in range(2):
        plain.observe(ARTICLE_TO_ALERT_SECONDS, 0.3)

    assert exemplars_of(named) == [{"article_id": article_id}]
    assert exemplars_of(plain) == []
    assert lines_of(named) == lines_of(plain) != []


def lines_of(recorder: PrometheusRecorder) -> list[str]:
    """The lines of the metric that has exemplars, on the page for plain scrapers."""
    page = recorder.exposition("")[0].decode()
    return [line for line in page.splitlines() if ARTICLE_TO_ALERT_SECONDS.name in line]


@pytest.mark.parametrize("article_id", ["", "x" * 119, "two\nlines", "\ud800"])
def test_an_id_that_fits_no_exemplar_is_left_out(article_id: str) -> None:
    """What OpenMetrics does not allow costs the exemplar, never the observation nor the page."""
    recorder = PrometheusRecorder()
    recorder.observe(ARTICLE_TO_ALERT_SECONDS, 0.3, article_id=article_id)

    assert exemplars_of(recorder) == []
    assert recorder.value(ARTICLE_TO_ALERT_SECONDS) == 1


@pytest.mark.parametrize("accept", ["", OPENMETRICS])
def test_no_created_series(recorder: PrometheusRecorder, accept: str) -> None:
    """Neither format carries the `_created` series, which would double the number of series."""
    assert b"_created" not in recorder.exposition(accept)[0]


@pytest.mark.parametrize("agent", Agent)
def test_histograms_exist_before_their_first_observation(agent: Agent) -> None:
    """A labelled histogram begins at 0, so that `rate()` sees the first batch too."""
    assert PrometheusRecorder().value(BATCH_SECONDS, agent=agent) == 0


def test_process_and_platform_are_shown_too(recorder: PrometheusRecorder) -> None:
    """Memory, processor time and the Python version stand on the same page."""
    page = recorder.exposition("")[0]

    assert b"python_info{" in page
    if os.path.isdir("/proc/self"):  # noqa: PTH112  the library itself looks there
        assert b"process_resident_memory_bytes" in page


def test_recorders_do_not_meet() -> None:
    """Each recorder has a registry of its own, and none of them is the library's global one."""
    one, two = PrometheusRecorder(), PrometheusRecorder()
    one.count(RECORDS_READ, topic="t")

    assert one.value(RECORDS_READ, topic="t") == 1
    assert two.value(RECORDS_READ, topic="t") is None
    assert REGISTRY.get_sample_value(RECORDS_READ.name, {"topic": "t"}) is None


def test_cleared_gauges_are_gone() -> None:
    """The lag of a revoked partition does not stay on the page for ever."""
    recorder = PrometheusRecorder()
    recorder.set(LAG_RECORDS, 5, topic="t", partition="0")
    recorder.clear(LAG_RECORDS)

    assert recorder.value(LAG_RECORDS, topic="t", partition="0") is None


def test_buckets_are_those_of_the_catalogue(recorder: PrometheusRecorder) -> None:
    """A histogram counts cumulatively in exactly the buckets that the catalogue lists."""
    page = recorder.exposition("")[0].decode()
    families = {family.name: family for family in text_string_to_metric_families(page)}
    samples = families[ARTICLE_TO_ALERT_SECONDS.name].samples
    buckets = [sample for sample in samples if sample.name.endswith("_bucket")]

    limits = [float(sample.labels["le"]) for sample in buckets]
    assert limits == [*ARTICLE_TO_ALERT_SECONDS.buckets, float("inf")]
    assert all(one.value <= two.value for one, two in pairwise(buckets))


@pytest.mark.prometheus
def test_promtool_finds_nothing_to_say(recorder: PrometheusRecorder) -> None:
    """Prometheus' own linter for metrics is content with the whole page."""
    promtool = required("promtool", package="prometheus")
    done = subprocess.run(
        [promtool, "check", "metrics"],
        input=recorder.exposition("")[0],
        capture_output=True,
        timeout=60,
        check=False,
    )

    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
