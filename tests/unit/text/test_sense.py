"""SenseModel: what the shipped model makes of sentences."""

import pytest

from monitor.domain import SignalKind, Status
from monitor.text.boundaries import sentence_starts
from monitor.text.sense import Opinion, load_sense
from monitor.text.words import Words, read_words


def opinions_of(text: str) -> list[tuple[Opinion, ...]]:
    """Read a text, all its sentences together."""
    words = read_words(text)
    return load_sense().read(words, _sentences(words))


def _sentences(words: Words) -> list[tuple[int, int]]:
    starts = sentence_starts(words)
    return list(zip(starts, [*starts[1:], len(words)], strict=True))


def best(text: str) -> Opinion | None:
    """Return the likeliest opinion of a text of one sentence, if it is likelier than not."""
    (opinions,) = opinions_of(text)
    return opinions[0] if opinions and opinions[0].probability > 0.5 else None


@pytest.mark.parametrize(
    ("text", "kind", "status"),
    [
        (
            "Warplanes bombed a rebel depot on Tuesday.",
            SignalKind.MILITARY_STRIKE,
            Status.HAPPENING,
        ),
        (
            "Nurses will walk out next week unless pay is raised.",
            SignalKind.LABOR_STRIKE,
            Status.THREATENED,
        ),
        ("The rouble fell 3 percent against the dollar.", SignalKind.MARKET_MOVE, Status.HAPPENING),
        ("Two soldiers were killed in the clash.", SignalKind.CASUALTIES, Status.HAPPENING),
    ],
)
@pytest.mark.parametrize("stripped", [False, True], ids=["as-written", "stripped"])
def test_plain_reports_are_read(
    text: str, kind: SignalKind, status: Status, *, stripped: bool
) -> None:
    """The kind and the status of a plain report are found in both forms."""
    if stripped:
        text = " ".join(read_words(text).texts)
    (opinions,) = opinions_of(text)
    found = {opinion.kind: opinion for opinion in opinions if opinion.probability > 0.5}

    assert found[kind].status is status


@pytest.mark.parametrize(
    "text",
    [
        "The pitcher threw a strike in the ninth inning.",
        "The two firms struck a deal to share software.",
        "Her novel about the war was shortlisted for a prize.",
    ],
)
def test_other_senses_are_not(text: str) -> None:
    """Words of violence in another sense report nothing."""
    assert best(text) is None


def test_it_points_at_words_of_the_sentence() -> None:
    """The words of an opinion lie in the sentence that it is of, and are few."""
    words = read_words("Shares fell sharply. Rebels ambushed a convoy near the border.")
    sentences = _sentences(words)
    for sentence, opinions in zip(sentences, load_sense().read(words, sentences), strict=True):
        for opinion in opinions:
            assert sentence[0] <= opinion.first < opinion.last <= sentence[1]
            assert opinion.last - opinion.first <= 5


def test_what_is_read_before_changes_nothing() -> None:
    """The same window gives the same numbers whatever was read in between."""
    text = "Protesters clashed with police in the capital."
    first = opinions_of(text)
    opinions_of("A much longer text about nothing. " * 20)

    assert opinions_of(text) == first


def test_an_endless_sentence_is_read_to_a_limit() -> None:
    """A window longer than the model can take is cut, and sentences behind the cut give nothing."""
    words = read_words("gunmen " * 600)
    opinions = load_sense().read(words, [(0, 300), (300, 600)])

    assert len(opinions) == 2
    assert opinions[1] == ()


def test_nothing_gives_nothing() -> None:
    """An empty sentence has no opinions."""
    assert load_sense().read(read_words("word"), [(0, 0)]) == [()]
