"""The real pipeline over the demo's news: alerts, kinds and countries stay above their floors."""

import json
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from monitor.domain import Analysis, ArticleStatus, Field, Signal, SignalKind
from monitor.pipeline import Pipeline, RawRecord, Readable
from tests.backtest.scoring import Outcome, Score, score
from tests.builders import NOON, demo_news, stripped

pytestmark = [pytest.mark.model, pytest.mark.timeout(120)]

HERE = Path(__file__).parent
LONG_READ = "demo-016"
FORMS: dict[str, Callable[[str], str]] = {"as-given": str, "stripped": stripped}


def expected() -> dict[str, dict[str, Any]]:
    """What people marked, by article."""
    lines = (HERE / "demo_expected.jsonl").read_text(encoding="utf-8").splitlines()
    return {row["id"]: row for row in map(json.loads, lines)}


Reading = tuple[Analysis, tuple[Signal, ...]]


def readings(pipeline: Pipeline, articles: list[dict[str, Any]]) -> list[Reading]:
    """What the pipeline reads in these records."""
    records = [RawRecord(value=json.dumps(row).encode(), timestamp=NOON) for row in articles]
    return pipeline.analyse([pipeline.decode(record) for record in records])


def active(signals: tuple[Signal, ...]) -> list[Signal]:
    """The signals that raise an alert."""
    return [signal for signal in signals if signal.status.is_active]


def countries_of(signals: list[Signal]) -> frozenset[str]:
    """The countries named as parties or places."""
    return frozenset(
        entity.country
        for signal in signals
        for entity in (*signal.actors, *signal.targets, *signal.places)
        if entity.country
    )


@pytest.mark.parametrize("name", FORMS)
def test_the_demo_s_news_stays_above_the_floors(pipeline: Pipeline, name: str) -> None:
    """Alert or not, which kinds, which countries: as good as it ever was, in both forms."""
    marked = expected()
    form = FORMS[name]
    articles = [
        row | {"text": form(row["text"]), "title": form(row.get("title", ""))}
        for row in demo_news()
        if row.get("status", "usable") == "usable"
    ]
    outcomes = []
    for row, (_, signals) in zip(articles, readings(pipeline, articles), strict=True):
        raised = active(signals)
        should = marked[row["id"]]
        outcomes.append(
            Outcome(
                id=row["id"],
                found=frozenset(signal.kind.value for signal in raised),
                expected=frozenset(should["active"]),
                countries_found=countries_of(raised),
                countries_expected=frozenset(should["countries"] if should["active"] else ()),
            )
        )
    table = score(outcomes)
    print(f"\n{name}\n{table}")
    floors = tomllib.loads((HERE / "floors.toml").read_text(encoding="utf-8"))[name]
    assert table.alert.f1 >= floors["alert"], table
    assert table.kinds.f1 >= floors["kinds"], table
    assert table.countries.recall >= floors["countries"], table


@pytest.mark.parametrize("name", FORMS)
def test_a_worker_reports_what_analyse_shows(pipeline: Pipeline, name: str) -> None:
    """Looking for names only where something is reported gives the same signals, and background."""
    form = FORMS[name]
    articles = [row | {"text": form(row["text"])} for row in demo_news()]
    records = [RawRecord(value=json.dumps(row).encode(), timestamp=NOON) for row in articles]
    shown = readings(pipeline, articles)
    for outcome, (analysis, signals) in zip(pipeline.read(records), shown, strict=True):
        assert isinstance(outcome, Readable)
        if analysis.article.ref.status is ArticleStatus.USABLE:
            reported = {signal for report in outcome.reports for signal in report.signals}
            assert reported == set(active(signals)), outcome.article.id
        background = [(s.kind, s.status) for s in signals if not s.status.is_active]
        assert list(outcome.background) == background


def test_every_article_is_marked() -> None:
    """Each article of the demo has an expectation, and each expectation an article."""
    assert set(expected()) == {row["id"] for row in demo_news()}
    kinds = {kind for row in expected().values() for kind in row["active"]}
    assert kinds == {kind.value for kind in SignalKind}


def test_scores_can_fail() -> None:
    """A miss and a false alert both cost; nothing found is not perfect."""
    wrong = Outcome(id="a", found=frozenset({"x"}), expected=frozenset({"y"}))
    nothing = Outcome(id="b", found=frozenset(), expected=frozenset({"y"}))
    silent = Outcome(id="c", found=frozenset(), expected=frozenset())
    table = score([wrong, nothing, silent])
    assert table.kinds == Score(right=0, missed=2, false=1)
    assert (table.alert.recall, table.alert.precision) == (0.5, 1.0)
    assert "a  missed: y  false: x" in str(table)


# Where a reader would put the marker, kind by kind.
MARKED = {
    SignalKind.MILITARY_STRIKE: (
        "traded air raids and missile salvoes",
        "a night of raids became a day of missiles",
        "have attacked what it calls missile production halls",
        "iran launches what its army describes as 110 ballistic missiles",
        "second round of israeli air strikes begins",
        "a cruise missile launched from yemen",
        "car park in beersheba is struck",
        "israeli jets hit radar stations",
        "an israeli drone attack on a mobile launcher",
        "condemn the israeli raids",
    ),
    SignalKind.RETALIATION: (
        "promises an answer tonight",
        "vows of revenge",
        "the reply comes",
        "payment for tabriz",
        "will not sleep in their beds",
    ),
    SignalKind.THREAT: (
        "promises an answer tonight",
        "vows of revenge",
        "warns that the strait of hormuz will be closed",
        "warns tehran that any attack on american personnel",
        "will not sleep in their beds",
    ),
    SignalKind.DE_ESCALATION: (
        "ceasefire proposal",
        "a ceasefire of 72 hours",
        "suspended offensive flights",
        "immediate halt to hostilities",
        "talks at the level of foreign ministers",
        "undertaken to hold their fire",
    ),
    SignalKind.MARKET_MOVE: (
        "markets in europe open sharply lower",
        "drops 2 9 percent",
        "sheds 171 points",
        "the shekel weakens",
        "touches 81",
        "gold gains 2 1 percent",
        "slips eight basis points",
        "s p 500 loses 1 8 percent",
        "crude oil at its dearest",
        "brent closes at 82 95",
        "adds 6 1 percent",
        "2 7 percent higher",
    ),
}
# What it tells of other years, of what did not happen, and of what might.
NOT_THE_NEWS = (
    "fired more than 300 drones and missiles at israel following a raid",
    "ended with a truce that neither government",
    "rockets fired from lebanon landed",
    "were restored when washington walked out",
    "protests over prices shook",
    "no curfew is planned",
    "a closure of hormuz lasting two weeks",
)


@pytest.fixture(scope="module")
def long_read(pipeline: Pipeline) -> Reading:
    """What is read in the long report in lower case without punctuation."""
    (row,) = [row for row in demo_news() if row["id"] == LONG_READ]
    assert len(row["text"].split()) > 1_800
    assert row["text"] == stripped(row["text"])
    ((analysis, signals),) = readings(pipeline, [row])
    return analysis, signals


@pytest.mark.parametrize("kind", MARKED, ids=[kind.value for kind in MARKED])
def test_the_long_read_is_alerted_with_right_evidence(long_read: Reading, kind: SignalKind) -> None:
    """The long stripped report raises the kind, and its evidence lies where a reader would mark it."""
    _, signals = long_read
    (signal,) = [signal for signal in active(signals) if signal.kind is kind]
    right = [
        any(mark in span.quote for mark in MARKED[kind]) or _inside_a_mark(span.quote, kind)
        for span in signal.evidence
    ]
    quotes = [span.quote for span in signal.evidence]
    assert right[0], quotes
    assert sum(right) > len(right) / 2, quotes


def _inside_a_mark(quote: str, kind: SignalKind) -> bool:
    """Whether a quote is part of what a reader would mark."""
    return any(quote in mark for mark in MARKED[kind])


def test_the_long_read_s_history_is_no_news(long_read: Reading) -> None:
    """What other years saw, what did not happen and what might is no evidence of an alert."""
    analysis, signals = long_read
    fields = {Field.TEXT: analysis.article.text, Field.TITLE: analysis.article.ref.title}
    assert all(phrase in fields[Field.TEXT] for phrase in NOT_THE_NEWS)
    for signal in active(signals):
        for span in signal.evidence:
            assert fields[span.field][span.start_char : span.end_char] == span.quote
            for phrase in NOT_THE_NEWS:
                assert span.trigger.quote not in phrase or phrase not in span.quote


def test_the_long_read_names_its_countries(long_read: Reading) -> None:
    """Iran, Israel and the United States are among its places and parties."""
    assert {"IR", "IL", "US"} <= countries_of(active(long_read[1]))
