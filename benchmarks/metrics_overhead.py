"""What all metrics cost: processor time of the same news with and without them.

    python benchmarks/metrics_overhead.py [--articles 300] [--rounds 7]

Both agents run in one process over a broker that takes everything: articles are read, their signals
delivered, taken into stories, and alerts delivered. Rounds with the Prometheus recorder and with one
that records nothing take turns, and who begins takes turns too; the page is asked for once in each
round with metrics, as by a scrape. Processor time is compared, which other work on the machine
disturbs least.

As the whole is small beside the spread of the rounds, what the recorder was asked in a round is also
asked of it alone, many times over: `recorder_share` is that time by the median round without metrics.
"""

import argparse
import asyncio
import itertools
import json
import logging
import statistics
import time
from collections.abc import Iterable, Iterator, Sequence
from importlib import resources
from typing import Any

import structlog
from faust.types import Message

from agents import reading
from agents.alert import Alerter
from agents.alert_count import AlertCount
from agents.analyse import Analyser
from agents.batches import Handle
from agents.dead_letter import DeadLetters
from agents.delivery import Delivery, Order, Outgoing, Refused
from agents.publisher_watch import PublisherWatch
from agents.reading import Raw
from agents.story_store import StoryStore
from monitor.lexicon.places import country_codes
from monitor.metrics import Agent, Metric, NullRecorder, PrometheusRecorder, Recorder, start_at_zero
from monitor.metrics.catalogue import BATCH_RECORDS, BATCH_SECONDS, LAST_PROGRESS_TIMESTAMP_SECONDS
from monitor.pipeline import story_rules
from monitor.policy.stories import StoryBook
from monitor.settings import Settings

SETTINGS = Settings()
BATCH = 100
TRIES = 5
SCRAPE = "application/openmetrics-text;version=1.0.0"


class InProcess:
    """Reads as a process of the pool does, in this one."""

    async def read(self, records: Sequence[Raw]) -> list[reading.Outcome]:
        """Read records."""
        return list(reading.read(records).outcomes)


class Taken(Delivery):
    """A delivery to a broker that takes everything at once; the signals are kept."""

    def __init__(self, recorder: Recorder) -> None:
        """Begin with nothing."""
        super().__init__(_no_client, recorder=recorder)
        self.signals: list[Outgoing] = []

    async def deliver(
        self,
        records: Sequence[Outgoing],
        *,
        order: Order = Order.USUAL,  # noqa: ARG002  nothing is ever refused
    ) -> tuple[Refused, ...]:
        """Take all records."""
        self.signals += [each for each in records if each.topic == SETTINGS.signals_topic]
        return ()


class Stories(StoryStore):
    """Stories of one partition that begin with nothing, and are not written."""

    def __init__(self) -> None:
        """Begin with nothing."""
        super().__init__(
            SETTINGS.stories_topic,
            signals_topic=SETTINGS.signals_topic,
            rules=story_rules(SETTINGS),
            make_consumer=_no_client,
        )
        self._book = StoryBook(story_rules(SETTINGS))

    async def load(self, partitions: Iterable[int], *, generation: int) -> None:
        """Do nothing."""

    def book(self, partition: int) -> StoryBook:  # noqa: ARG002  there is one
        """Give the book."""
        return self._book

    @property
    def books(self) -> dict[int, StoryBook]:
        """The book by its partition."""
        return {0: self._book}


class Noting(NullRecorder):
    """Keeps what is asked of a recorder, in order, so that it can be asked of another."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.asked: list[tuple[str, tuple[Any, ...], dict[str, str]]] = []

    def count(self, metric: Metric, amount: float = 1, /, **labels: str) -> None:
        """Note a count."""
        self.asked.append(("count", (metric, amount), labels))

    def observe(
        self, metric: Metric, value: float, /, *, article_id: str = "", **labels: str
    ) -> None:
        """Note an observation."""
        self.asked.append(("observe", (metric, value), {"article_id": article_id, **labels}))

    def set(self, metric: Metric, value: float, /, **labels: str) -> None:
        """Note a gauge."""
        self.asked.append(("set", (metric, value), labels))

    def clear(self, metric: Metric, /) -> None:
        """Note that a gauge is cleared."""
        self.asked.append(("clear", (metric,), {}))


def _no_client() -> Any:
    message = "nothing is sent here"
    raise RuntimeError(message)


def messages_of(topic: str, records: Iterable[tuple[bytes, Any]]) -> list[Message]:
    """Return records as Faust hands them over."""
    now = time.time()
    return [
        Message(topic, 0, offset, now, 0, headers=headers, key=b"", value=value, checksum=None)
        for offset, (value, headers) in enumerate(records)
    ]


async def a_round(articles: Sequence[bytes], recorder: Recorder) -> float:
    """Take the articles the whole way; return the seconds of processor time."""
    delivery, store = Taken(recorder), Stories()
    analyser = Analyser(
        pool=InProcess(),
        delivery=delivery,
        dead_letters=DeadLetters(SETTINGS, delivery),
        recorder=recorder,
        signals_topic=SETTINGS.signals_topic,
        publishers=PublisherWatch(limit=SETTINGS.publishers_followed, recorder=recorder),
    )
    alerter = Alerter(
        store=store,
        delivery=delivery,
        dead_letters=DeadLetters(SETTINGS, delivery),
        count=AlertCount(recorder, store=store),
        alerts_topic=SETTINGS.alerts_topic,
    )
    records = messages_of(SETTINGS.article_topics[0], ((each, ()) for each in articles))
    began = time.process_time()
    await in_batches(Agent.ANALYSE, analyser.handle, records, recorder)
    signals = messages_of(
        SETTINGS.signals_topic, ((each.value or b"", each.headers) for each in delivery.signals)
    )
    await in_batches(Agent.ALERT, alerter.handle, signals, recorder)
    if isinstance(recorder, PrometheusRecorder):
        recorder.exposition(SCRAPE)
    return time.process_time() - began


async def in_batches(
    agent: Agent, handle: Handle, records: Sequence[Message], recorder: Recorder
) -> None:
    """Hand records to an agent, and tell of each batch what the agents' loop tells."""
    for batch in _batches(records):
        began = time.monotonic()
        await handle(batch)
        recorder.observe(BATCH_SECONDS, time.monotonic() - began, agent=agent)
        recorder.observe(BATCH_RECORDS, len(batch), agent=agent)
        recorder.set(LAST_PROGRESS_TIMESTAMP_SECONDS, time.time(), agent=agent)


def _batches(records: Sequence[Message]) -> Iterator[Sequence[Message]]:
    return (records[begin : begin + BATCH] for begin in range(0, len(records), BATCH))


def a_recorder() -> PrometheusRecorder:
    """Return a recorder as a worker starts with it."""
    recorder = PrometheusRecorder()
    start_at_zero(
        recorder,
        article_topics=SETTINGS.article_topics,
        signals_topic=SETTINGS.signals_topic,
        sent_topics=(SETTINGS.signals_topic, SETTINGS.alerts_topic),
        countries=country_codes(),
    )
    return recorder


def seconds_alone(asked: Noting) -> float:
    """Return the processor time of what a round asks of the recorder, the median of some tries."""

    def ask() -> float:
        recorder = a_recorder()
        began = time.process_time()
        for verb, values, labels in asked.asked:
            getattr(recorder, verb)(*values, **labels)
        recorder.exposition(SCRAPE)
        return time.process_time() - began

    return statistics.median(ask() for _ in range(TRIES))


async def measure(articles: Sequence[bytes], rounds: int) -> dict[str, Any]:
    """Return the figures."""
    noting = Noting()
    await a_round(articles, noting)  # also warms what is cached
    with_metrics: list[float] = []
    without: list[float] = []
    for number in range(rounds):
        for measured in (True, False) if number % 2 else (False, True):
            recorder = a_recorder() if measured else NullRecorder()
            (with_metrics if measured else without).append(await a_round(articles, recorder))
    ratios = sorted(one / two for one, two in zip(with_metrics, without, strict=True))
    least = statistics.median(without)
    return {
        "articles": len(articles),
        "rounds": rounds,
        "asked_per_article": round(len(noting.asked) / len(articles), 1),
        "seconds_with": round(statistics.median(with_metrics), 3),
        "seconds_without": round(least, 3),
        "ratio": round(statistics.median(with_metrics) / least, 4),
        "ratios_of_pairs": [round(ratio, 4) for ratio in ratios],
        "recorder_share": round(seconds_alone(noting) / least, 4),
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="What all metrics cost.")
    parser.add_argument("--articles", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=7)
    given = parser.parse_args()
    lines = (resources.files("agents") / "demo" / "news.jsonl").read_bytes().splitlines()
    rows = itertools.islice(itertools.cycle(map(json.loads, lines)), given.articles)
    articles = [json.dumps({**row, "id": f"a{number}"}).encode() for number, row in enumerate(rows)]
    # As a worker's log: at debug level it costs more than all metrics.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.INFO))
    reading.build(reading.DEFAULT_FACTORY, SETTINGS)
    print(json.dumps(asyncio.run(measure(articles, given.rounds))))


if __name__ == "__main__":
    main()
