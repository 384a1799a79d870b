"""The explanation of a text tells what the analyser does with it, and why."""

from collections.abc import Callable, Iterable
from typing import Any

import pytest

from monitor.domain import Field, SignalKind, Status
from monitor.lexicon.loader import load_lexicon
from monitor.text.analyser import Analyser
from monitor.text.explanation import Answer, Explainer, Place, SecondOpinion
from monitor.text.matcher import Finding, Matcher
from monitor.text.words import Words, read_words
from tests.builders import a_lexicon, an_article, an_entry, demo_news, sentence_of, stripped


def places(text: str, *terms: str, title: str = "", **stated: Any) -> list[Place]:
    """The places of one entry in a text."""
    explainer = Explainer(a_lexicon(an_entry(*terms, **stated)))
    return list(explainer.places(an_article(text, title=title)))


def answers(place: Place) -> list[tuple[str, Answer, list[tuple[str, str]]]]:
    """Name, answer, and the words found with what asks for them, of each condition."""
    return [
        (tried.name, tried.answer, [(found.span.quote, found.written) for found in tried.found])
        for tried in place.tried
    ]


def test_a_place_that_counts() -> None:
    """A place has its words and sentence at their characters, its status and no refusal."""
    text = "It rained. Swords were drawn."
    (place,) = places(text, "sword/n ..1 drawn")
    assert (place.words.quote, place.words.start_char) == ("Swords were drawn", 11)
    assert place.sentence.quote == text[place.sentence.start_char : place.sentence.end_char]
    assert place.sentence.quote == "Swords were drawn"
    assert place.words.field is Field.TEXT
    assert place.refused_by is None
    assert place.reading is not None
    assert (place.reading.status, place.reading.cue) == (Status.HAPPENING, "")


def test_the_title_comes_first() -> None:
    """Title and text are explained in this order, each place saying where it is."""
    found = places("A sword.", "sword/n", title="Swords")
    assert [(place.words.field, place.words.quote) for place in found] == [
        (Field.TITLE, "Swords"),
        (Field.TEXT, "sword"),
    ]


def test_the_cue_of_a_status_is_told() -> None:
    """A status that a cue gave names the cue."""
    (place,) = places("They did not draw swords.", "draw/v swords")
    assert place.reading is not None
    assert place.reading.status is Status.DENIED
    assert place.reading.cue.startswith("denied.")


def test_a_veto_is_told_with_its_words() -> None:
    """A veto names the words that met it and the phrase of the file that asks for them."""
    (place,) = places(
        "In the film Iranian swords clash.", "sword/n", not_near=["play/n", "(film/n|tale/n)"]
    )
    assert place.reading is None
    assert answers(place) == [("not_near", Answer.VETOES, [("film", "(film/n|tale/n)")])]
    assert place.refused_by is place.tried[-1]


def test_a_lack_is_told() -> None:
    """Needed words of which none stands there refuse the entry, with nothing found."""
    (place,) = places("Swords clash.", "sword/n", near=["<people>"])
    assert answers(place) == [("near", Answer.LACKS, [])]
    assert place.refused_by is not None
    assert place.refused_by.condition.source == ("<people>",)


def test_conditions_that_agree_are_told() -> None:
    """Needed words that stand there support; forbidden ones that do not are silent."""
    (place,) = places("Iranian swords clash.", "sword/n", near=["<people>"], not_after=["film"])
    assert answers(place) == [
        ("near", Answer.SUPPORTS, [("Iranian", "<people>")]),
        ("not_after", Answer.SILENT, []),
    ]


def test_needed_words_that_stand_nearer_overrule() -> None:
    """A veto whose words stand farther before than the needed ones is told as overruled."""
    (place,) = places(
        "Cards and knights clash.", "clash/v", before=["knight/n"], not_before=["cards"]
    )
    assert place.reading is not None
    assert [answer for _, answer, _ in answers(place)] == [Answer.SUPPORTS, Answer.OVERRULED]


def test_vetoes_of_the_article_count() -> None:
    """A veto on the article tells all places it asks for; with fewer it is silent."""
    stated: dict[str, Any] = {"not_article": ["film"], "not_article_within": 2}
    once, twice = "Swords clash. A film.", "Swords clash. A film. That film."
    ((_, silent, found),) = answers(places(once, "sword/n", **stated)[0])
    assert (silent, found) == (Answer.SILENT, [("film", "film")])
    ((_, vetoes, found),) = answers(places(twice, "sword/n", **stated)[0])
    assert (vetoes, len(found)) == (Answer.VETOES, 2)


def test_nothing_behind_the_refusal_is_told() -> None:
    """Conditions behind the one that refused were never asked."""
    (place,) = places("Swords clash.", "sword/n", near=["axe"], not_near=["clash"])
    assert [name for name, _, _ in answers(place)] == ["near"]


@pytest.mark.parametrize("text", ["", " \n", "...", "\x1b[31m"])
def test_a_text_without_words_has_no_places(text: str) -> None:
    """Where nothing is written nothing is explained."""
    assert places(text, "sword/n") == []


def test_other_readers_are_asked() -> None:
    """What a reader beside the lexicon thinks stands with each place, counted or refused."""

    def reader(
        finding: Finding, words: Words, sentence: tuple[int, int]
    ) -> Iterable[SecondOpinion]:
        assert words.quote(finding.first, finding.last) == "swords"
        assert sentence == (0, len(words))
        yield SecondOpinion(
            reader="r", kind=SignalKind.THREAT, status=Status.HAPPENING, probability=0.25
        )

    lexicon = a_lexicon(an_entry("swords", not_near=["film"]))
    for text in ("swords clash", "film swords"):
        (place,) = Explainer(lexicon, readers=[reader]).places(an_article(text))
        assert [(opinion.reader, opinion.probability) for opinion in place.opinions] == [
            ("r", 0.25)
        ]


def test_a_condition_stands_where_it_decides() -> None:
    """Without the words that the matcher reports standing, the matcher would not have decided so."""
    entry = an_entry("strike", near=["rebel/n"], not_near=["lightning", "baseball"])
    words = read_words("Rebels and lightning strike")
    matcher = Matcher(a_lexicon(entry))
    (finding,) = matcher.find(words, [len(words)] * len(words))
    needed, veto = entry.conditions
    assert matcher.standing(needed, finding, words, sentence_of(words)) == ((0, 1),)
    assert matcher.standing(veto, finding, words, sentence_of(words)) == ((2, 3),)
    assert matcher.refusal(finding, words, sentence_of(words)) is veto


@pytest.mark.parametrize("form", [str, stripped], ids=["as-written", "stripped"])
def test_what_is_explained_is_what_is_read(form: Callable[[str], str]) -> None:
    """Over the demo's news, the places that count are the analyser's triggers, status and cue included."""
    lexicon = load_lexicon()
    explainer, analyser = Explainer(lexicon), Analyser(lexicon, None)
    refused = 0
    for news in demo_news():
        article = an_article(form(news["text"]), title=form(news["title"]))
        (analysis,) = analyser.pipe([article])
        explained = list(explainer.places(article))
        counted = [place for place in explained if place.reading]
        refused += len(explained) - len(counted)
        assert [
            (place.entry.id, place.words, place.reading.status, place.reading.cue)
            for place in counted
            if place.reading
        ] == [
            (trigger.keyword, trigger.evidence.trigger, trigger.status, trigger.cue)
            for trigger in analysis.triggers
        ]
        assert [(place.entry, place.reading) for place in counted] == list(explainer.fired(article))
        for place in explained:
            _is_consistent(place)
    assert refused > 50


def _is_consistent(place: Place) -> None:
    """A refusal is the last condition tried, and shows words exactly where it is a veto."""
    refusals = [tried for tried in place.tried if tried.answer in {Answer.LACKS, Answer.VETOES}]
    assert refusals == ([place.refused_by] if place.refused_by else [])
    for tried in place.tried:
        if tried.answer in {Answer.VETOES, Answer.SUPPORTS, Answer.OVERRULED}:
            assert len(tried.found) == tried.condition.least
        else:
            assert len(tried.found) < tried.condition.least
