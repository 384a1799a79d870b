"""How many signals records a second one core turns into stories and alerts, with many stories open.

    python benchmarks/stories.py [--open 10000] [--records 2000] [--batch 100]

Does what the alert agent does, but for the broker: leave the stories it begins with to themselves, and of each batch
decode all records, apply them in their order, encode the alerts, encode the stories. A batch is the agent's own by default (setting `batch_size`).
Reports are invented: a third open a story, a third extend one that is open, a third are copies. Words are drawn as
in real news, few often and many rarely, so that the index has both common and rare ones. Run with
different numbers of open stories to see whether the cost stays flat. `sha256` is of all that was written: a change that
only makes it faster leaves it as it is.
"""

import argparse
import hashlib
import json
import random
import time
from datetime import UTC, datetime, timedelta

from agents.collector import leave_alone, look_rarely
from monitor.domain import (
    Alert,
    ArticleRef,
    Desk,
    DeskReport,
    Entity,
    EntityLabel,
    EventType,
    EvidenceSpan,
    Figure,
    Measure,
    Signal,
    SignalKind,
    Status,
    TextSpan,
    Versions,
)
from monitor.policy.stories import StoryBook, StoryRules
from monitor.text.sketch import sketch_of
from monitor.wire import alert_v1, signal_v1, story_v1

COUNTRIES = [f"{a}{b}" for a in "ABCDEFGHIJ" for b in "KLMNOPQRST"]
KINDS = [kind for kind in SignalKind if kind is not SignalKind.MARKET_MOVE]
VOCABULARY = 20_000
TERMS = 40
TEXT_WORDS = 300
START = datetime(2026, 3, 2, tzinfo=UTC)
VERSIONS = Versions(lexicon="benchmark", model="benchmark")


class Newsroom:
    """Invents reports."""

    def __init__(self, seed: int) -> None:
        """Start with a draw that is the same every time."""
        self._draw = random.Random(seed)
        self._count = 0
        self.told: list[DeskReport] = []

    def _words(self, count: int) -> list[str]:
        """Draw words by Zipf's law, about."""
        ranks = (int(VOCABULARY ** self._draw.random()) for _ in range(count))
        return [f"word{rank}" for rank in ranks]

    def fresh(self) -> DeskReport:
        """Return a report of something new."""
        first, second = (
            Entity(text=code, id=code, label=EntityLabel.GPE, country=code)
            for code in self._draw.sample(COUNTRIES, 2)
        )
        place = Entity(text=self._words(1)[0], label=EntityLabel.GPE, country=second.id)
        words = self._words(TEXT_WORDS)
        terms = tuple(dict.fromkeys(words))[:TERMS]
        return self._report((first,), (second,), (place,), terms, sketch_of(words))

    def more(self) -> DeskReport:
        """Return a report that goes on with an earlier one."""
        old = self._draw.choice(self.told)
        signal = old.signals[0]
        terms = tuple(dict.fromkeys((*old.terms[: TERMS // 2], *self._words(TERMS))))[:TERMS]
        sketch = sketch_of(self._words(TEXT_WORDS))
        return self._report(signal.actors, signal.targets, signal.places, terms, sketch)

    def copied(self) -> DeskReport:
        """Return a copy of an earlier report's article by another publisher."""
        old = self._draw.choice(self.told)
        signal = old.signals[0]
        return self._report(signal.actors, signal.targets, signal.places, old.terms, old.sketch)

    def _report(
        self,
        actors: tuple[Entity, ...],
        targets: tuple[Entity, ...],
        places: tuple[Entity, ...],
        terms: tuple[str, ...],
        sketch: str,
    ) -> DeskReport:
        self._count += 1
        quote = f"Jets bombed the depot, {' '.join(terms[:12])}."
        trigger = TextSpan(start_char=0, end_char=4, quote=quote[:4])
        killed = self._draw.choice([1, 3, 12, 20, 150])
        figure = Figure(
            measure=Measure.KILLED, low=killed, high=killed, unit="people", span=trigger
        )
        signal = Signal(
            kind=self._draw.choice(KINDS),
            desk=Desk.CONFLICT,
            event_type=EventType.ASSAULT,
            status=Status.HAPPENING,
            actors=actors,
            targets=targets,
            places=places,
            figures=(figure,),
            evidence=(
                EvidenceSpan(start_char=0, end_char=len(quote), quote=quote, trigger=trigger),
            ),
        )
        report = DeskReport(
            desk=Desk.CONFLICT,
            article=ArticleRef(
                id=f"article-{self._count}",
                title=" ".join(terms[:8]),
                url=f"https://site{self._count % 97}.example/news/{self._count}",
                source=f"Publisher {self._count % 97}",
                published_at=START + timedelta(seconds=5 * self._count),
            ),
            signals=(signal,),
            terms=terms,
            sketch=sketch,
            versions=VERSIONS,
        )
        self.told.append(report)
        return report


def handle(book: StoryBook, records: list[bytes], offset: int) -> list[tuple[int, list[bytes]]]:
    """Do what the alert agent does with a batch; return per record how many alerts, and all values."""
    reports = [signal_v1.decode(record) for record in records]
    updates = [book.apply(report, offset=offset + n) for n, report in enumerate(reports)]
    alerts = [[told(alert) for alert in update.alerts] for update in updates]
    stories = [[story_v1.encode(story) for story in update.stories] for update in updates]
    return [(len(sent), [*kept, *sent]) for kept, sent in zip(stories, alerts, strict=True)]


def told(alert: Alert) -> bytes:
    """Do what the alert agent does with an alert; return the record's value."""
    alert_v1.headers(alert, source="/benchmark")
    return alert_v1.encode(alert)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Signals records a second.")
    parser.add_argument("--open", type=int, default=10_000)
    parser.add_argument("--records", type=int, default=2_000)
    parser.add_argument("--batch", type=int, default=100)
    given = parser.parse_args()
    newsroom = Newsroom(1)
    book = StoryBook(StoryRules(idle=timedelta(days=30)))
    offset = 0
    while len(book) < given.open:
        book.apply(newsroom.fresh(), offset=offset)
        offset += 1
    leave_alone()
    look_rarely()
    turns = [newsroom.fresh, newsroom.more, newsroom.copied]
    records = [signal_v1.encode(turns[n % 3]()) for n in range(given.records)]
    began, processor = time.perf_counter(), time.process_time()
    results = [
        result
        for n in range(0, len(records), given.batch)
        for result in handle(book, records[n : n + given.batch], offset + n)
    ]
    seconds = time.process_time() - processor
    elapsed = time.perf_counter() - began
    written = [value for _, values in results for value in values]
    figures = {
        "open_stories": given.open,
        "batch": given.batch,
        "open_after": len(book),
        "records": len(records),
        "records_per_cpu_second": round(len(records) / seconds),
        "records_per_second": round(len(records) / elapsed),
        "alerts": sum(alerts for alerts, _ in results),
        "written_bytes_per_record": round(sum(map(len, written)) / len(records)),
        "sha256": hashlib.sha256(b"\n".join(written)).hexdigest(),
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
