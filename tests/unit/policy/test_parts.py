"""The smaller rules: publishers, headlines, figures, quotations, events, similarity."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from monitor.domain import (
    ArticleRef,
    Entity,
    EntityLabel,
    EvidenceSpan,
    Field,
    Figure,
    Measure,
    SignalKind,
    TextSpan,
)
from monitor.policy.entities import MAX_ENTITY_CHARS, merged, parties_of
from monitor.policy.events import events_of
from monitor.policy.figures import MAX_SPAN_CHARS, changed_figures, merged_figures
from monitor.policy.headlines import MAX_HEADLINE_CHARS, headline_of
from monitor.policy.publishers import publisher_of
from monitor.policy.quotations import MAX_QUOTE_CHARS, merged_quotations, quotations_of
from tests.unit.policy.worlds import (
    GREECE,
    IRAN,
    ISRAEL,
    LATAKIA,
    SYRIA,
    move,
    report,
    signal,
    toll,
)

NOW = datetime(2026, 3, 2, tzinfo=UTC)


def article(*, source: str = "", url: str = "", title: str = "") -> ArticleRef:
    """Return an article's reference."""
    return ArticleRef(id="a", source=source, url=url, title=title, published_at=NOW)


@pytest.mark.parametrize(
    ("source", "url", "publisher"),
    [
        ("Reuters", "https://www.nytimes.com/1", "reuters"),
        ("REUTERS News Agency", "", "reuters"),
        ("reuters.com", "", "reuters"),
        ("", "https://www.reuters.co.uk/world?x=1", "reuters"),
        ("", "https://feeds.bbc.co.uk/a", "bbc"),
        ("https://www.lemonde.fr", "", "lemonde"),
        ("The Press", "", "the press"),
        ("Agence France-Presse", "", "afp"),
        ("AFP", "", "afp"),
        ("", "https://apnews.com/article/1", "ap"),
        ("", "https://paper.someone.blogspot.com/1", "someone"),
        ("", "https://www.news.com.au/1", "news"),
        ("", "http://192.168.0.7:80/a", "192.168.0.7"),
        ("", "http://[broken", ""),
        ("", "no url at all", ""),
        ("", "", ""),
    ],
)
def test_publishers_are_evened_out(source: str, url: str, publisher: str) -> None:
    """Spellings of one publisher are one name; where nothing names one there is none."""
    assert publisher_of(article(source=source, url=url)) == publisher


def test_a_headline_is_the_title_or_the_proof_on_one_line() -> None:
    """Without a title the proving clause stands in."""
    reported = signal(quote="Jets\n bombed   the depot.")

    assert headline_of(article(title=" Raid\ton depot "), reported) == "Raid on depot"
    assert headline_of(article(), reported) == "Jets bombed the depot."


@pytest.mark.parametrize("text", ["word " * 60, "x" * 5000, "a" * 119 + " bcd"])
def test_a_headline_is_cut_at_a_word_within_its_limit(text: str) -> None:
    """Long titles end in an ellipsis and never in half a word where there are words."""
    headline = headline_of(article(title=text), signal())

    assert len(headline) <= MAX_HEADLINE_CHARS
    assert headline.endswith("…")
    assert text.startswith(headline[:-1])
    if " " in headline:
        assert headline[:-1].split()[-1] in text.split()


def test_tolls_grow_and_market_figures_are_the_newest() -> None:
    """A lower toll of another report does not stand; a lower level of a market does."""
    known = merged_figures((), [toll(12), move(5)], correction=False)
    lower = [toll(3), move(2)]

    assert [f.low for f in merged_figures(known, lower, correction=False)] == [12, 2]
    assert [f.low for f in merged_figures(known, lower, correction=True)] == [3, 2]


@pytest.mark.parametrize("measure", [Measure.TARIFF, Measure.AMOUNT, Measure.DURATION])
def test_of_duties_sums_and_strikes_the_newest_figure_stands(measure: Measure) -> None:
    """A duty that was lowered is no toll: the newest rate stands."""
    known = merged_figures((), [toll(25, measure)], correction=False)
    assert [f.low for f in merged_figures(known, [toll(10, measure)], correction=False)] == [10]


@pytest.mark.parametrize(
    ("before", "after", "material"),
    [
        ([], [toll(1)], True),
        ([], [toll(500, Measure.TAKING_PART)], False),
        ([], [move(5)], False),
        ([toll(22)], [toll(23)], False),
        ([toll(20)], [toll(30)], True),
        ([toll(30)], [toll(20)], True),
        ([move(0.2)], [move(0.9)], False),
        ([move(2)], [move(4)], True),
        ([toll(1, Measure.INJURED)], [toll(1)], True),
    ],
)
def test_what_change_of_a_figure_is_news(
    before: list[Figure],
    after: list[Figure],
    material: bool,  # noqa: FBT001
) -> None:
    """First tolls, growth by half and corrections as large are news; small steps are not."""
    assert bool(changed_figures(before, after)) is material


def test_the_words_of_a_figure_are_bounded() -> None:
    """A text of one endless token does not make an endless figure."""
    endless = TextSpan(start_char=5, end_char=1005, quote="9" * 1000)
    (kept,) = merged_figures((), [Figure(measure=Measure.KILLED, span=endless)], correction=False)

    assert (kept.span.start_char, len(kept.span.quote)) == (5, MAX_SPAN_CHARS)


def test_a_long_proof_is_quoted_around_its_trigger() -> None:
    """The quotation is a stretch of the proof, exact, with the trigger inside."""
    text = "x " * 700 + "bombed" + " y" * 700
    start = text.index("bombed")
    trigger = TextSpan(start_char=100 + start, end_char=106 + start, quote="bombed")
    proof = EvidenceSpan(start_char=100, end_char=100 + len(text), quote=text, trigger=trigger)
    reported = signal()
    reported = replace(reported, evidence=(proof,))
    (quotation,) = quotations_of(article(), [reported])

    assert len(quotation.quote) == MAX_QUOTE_CHARS
    assert text[quotation.start_char - 100 : quotation.end_char - 100] == quotation.quote
    assert quotation.start_char <= trigger.start_char < trigger.end_char <= quotation.end_char
    assert (quotation.trigger, quotation.field) == (trigger, Field.TEXT)


def test_two_quotations_of_a_kind_are_kept() -> None:
    """The first two stand; later ones would only repeat."""
    many = [
        quotations_of(article(), [signal(quote=f"Jets bombed it, {number}.")])[0]
        for number in range(5)
    ]

    assert merged_quotations(many[:1], many[1:]) == tuple(many[:2])


def test_entities_are_merged_by_what_they_are() -> None:
    """The first words for an entity stand; texts are bounded."""
    endless = Entity(text="e" * 5000, label=EntityLabel.PERSON)
    found = merged([ISRAEL], [Entity(text="Israeli", id="IL"), endless, IRAN], limit=3)

    assert found[0] is ISRAEL
    assert len(found[1].text) == MAX_ENTITY_CHARS
    assert found[2] is IRAN


def test_parties_are_states_and_organisations() -> None:
    """An army belongs to its country; a person is no party."""
    army = Entity(text="Israeli army", label=EntityLabel.ORG, country="IL")
    union = Entity(text="Dockers' Union", label=EntityLabel.ORG)
    person = Entity(text="Smith", label=EntityLabel.PERSON)

    assert parties_of([ISRAEL, army, union, person]) == {"IL", union.key}


def test_signals_of_one_article_are_one_event_unless_they_clearly_are_not() -> None:
    """What shares a country or names nothing is together; what names others is apart."""
    raid = signal(actors=[ISRAEL], places=[LATAKIA])
    vow = signal(SignalKind.RETALIATION, actors=[SYRIA])
    nameless = signal(SignalKind.CASUALTIES, figures=[toll(2)])
    riots = signal(SignalKind.UNREST, places=[GREECE])
    events = events_of(report(raid, nameless, vow, riots))

    assert [event.signals for event in events] == [(raid, nameless, vow), (riots,)]
    assert [event.principal for event in events] == [LATAKIA.key, "GR"]


def test_a_signal_of_both_sides_joins_what_seemed_apart() -> None:
    """Two groups become one event when a later signal names parties of both."""
    attack = signal(actors=[ISRAEL])
    answer = signal(SignalKind.RETALIATION, actors=[IRAN])
    between = signal(SignalKind.THREAT, actors=[ISRAEL], targets=[IRAN])
    (event,) = events_of(report(attack, answer, between))

    assert set(event.kinds) == {attack.kind, answer.kind, between.kind}


def test_a_round_up_of_many_instruments_is_one_event() -> None:
    """A market report of more than a few instruments is not as many stories."""
    moves = [
        signal(SignalKind.MARKET_MOVE, figures=[move(1, subject=name)])
        for name in ("gold", "us-dollar", "brent-crude", "bonds")
    ]

    assert len(events_of(report(*moves))) == 1
    assert len(events_of(report(*moves[:2]))) == 2
