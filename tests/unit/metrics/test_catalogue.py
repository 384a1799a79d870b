"""The catalogue keeps Prometheus' conventions and says what every metric means."""

import re
from math import prod

import pytest

from monitor.lexicon.places import country_codes
from monitor.metrics import CATALOGUE, Kind, Label, Metric, catalogue

BASE_UNITS = ("seconds", "bytes", "ratio", "meters", "volts", "celsius")
FOREIGN_UNITS = ("milliseconds", "_ms", "minutes", "hours", "kilobytes", "percent")

by_name = pytest.mark.parametrize("metric", CATALOGUE, ids=lambda metric: metric.name)


def test_every_constant_stands_in_the_catalogue() -> None:
    """A metric declared in the module is also in the list that docs and recorders use, once."""
    declared = [value for value in vars(catalogue).values() if isinstance(value, Metric)]

    assert sorted(metric.name for metric in declared) == sorted(metric.name for metric in CATALOGUE)
    assert len({metric.name for metric in CATALOGUE}) == len(CATALOGUE)


@by_name
def test_names_follow_the_conventions(metric: Metric) -> None:
    """A name has our prefix, lower case, base units, and `_total` exactly when it is a counter."""
    assert re.fullmatch(r"news_monitor_[a-z]+(_[a-z]+)*", metric.name)
    assert metric.name.endswith("_total") == (metric.kind is Kind.COUNTER)
    assert not any(unit in metric.name for unit in FOREIGN_UNITS)
    if metric.unit in BASE_UNITS:
        assert metric.name.removesuffix("_total").endswith(f"_{metric.unit}")


@by_name
def test_meaning_and_remedy_are_sentences(metric: Metric) -> None:
    """Every metric says what it is and what to do when it looks wrong, in whole sentences."""
    for text in (metric.meaning, metric.remedy):
        assert text[0].isupper() or text[0].isdigit()
        assert text.endswith(".")
        assert "|" not in text


@by_name
def test_histograms_alone_have_buckets_in_order(metric: Metric) -> None:
    """Buckets are there exactly for histograms, and rise."""
    assert bool(metric.buckets) == (metric.kind is Kind.HISTOGRAM)
    assert list(metric.buckets) == sorted(set(metric.buckets))


def test_article_to_alert_is_measured_from_10_ms_to_1_h() -> None:
    """The product's own latency is told apart from a hundredth of a second to an hour."""
    buckets = catalogue.ARTICLE_TO_ALERT_SECONDS.buckets

    assert (buckets[0], buckets[-1]) == (0.01, 3600.0)


def test_a_label_without_values_or_bound_is_refused() -> None:
    """Nobody can add a label that grows without limit."""
    with pytest.raises(ValueError, match="what bounds them"):
        Label(name="article", meaning="Id of the article.")


@by_name
def test_labels_of_histograms_are_closed_lists(metric: Metric) -> None:
    """Each histogram's series can all be made before the first observation."""
    if metric.kind is Kind.HISTOGRAM:
        assert all(label.values for label in metric.labels)


@by_name
def test_series_of_closed_labels_are_few(metric: Metric) -> None:
    """What a worker shows per topic, partition, subscription and publisher is a bounded handful."""
    combinations = prod(len(label.values) or 1 for label in metric.labels)
    series = combinations * (len(metric.buckets) + 3 if metric.buckets else 1)

    assert series <= 200


def test_countries_are_as_many_as_their_bound_says() -> None:
    """The gazetteer's codes do not outgrow what docs/metrics.md promises."""
    (label,) = catalogue.COUNTRY_SIGNALS.labels

    assert f"the {len(country_codes())} codes" in label.bound
    assert not {catalogue.NO_COUNTRY, catalogue.OTHER_COUNTRY} & country_codes()


def test_open_labels_are_those_whose_number_an_operator_sets() -> None:
    """No label takes its values from articles, but for the 50 largest publishers, and for countries."""
    opened = {label.name for metric in CATALOGUE for label in metric.labels if not label.values}

    assert opened <= {
        *("topic", "partition", "subscription", "publisher", "country", "process"),
        *("version", "lexicon", "model", "python"),
    }
