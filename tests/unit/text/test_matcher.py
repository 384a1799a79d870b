"""The lexicon's patterns are found in a row of words, and their conditions looked at."""

import json
from importlib import resources
from typing import Any

import pytest

from monitor.lexicon.entry import Polarity, Region
from monitor.lexicon.loader import load_lexicon
from monitor.text.matcher import Matcher, _match, phrase_at
from monitor.text.words import read_words
from tests.builders import a_finding, a_lexicon, an_entry, sentence_of


def fired(source: str, *terms: str, limits: list[int] | None = None) -> list[str]:
    """The words that fire, for one entry of these patterns."""
    words = read_words(source)
    matcher = Matcher(a_lexicon(an_entry(*terms)))
    found = matcher.find(words, limits or [len(words)] * len(words))
    return [words.quote(finding.first, finding.last) for finding in found]


@pytest.mark.parametrize(
    ("source", "term", "quotes"),
    [
        ("They fired at dawn, and fired again", "fired", ["fired", "fired"]),
        ("Jets bombed it", "bomb/v", ["bombed"]),
        ("a car bomb went off", "(car bomb|bomb)", ["car bomb", "bomb"]),
        ("they opened fire", "open/v fire", ["opened fire"]),
        ("they opened the fire", "open/v fire", []),
        ("they opened the fire", "open/v the? fire", ["opened the fire"]),
        ("they opened fire", "open/v the? fire", ["opened fire"]),
        ("launched two big missiles", "launch/v ..2 <weapon>", ["launched two big missiles"]),
        ("launched two very big missiles", "launch/v ..2 <weapon>", []),
        ("launched missiles", "launch/v ..2 <weapon>", ["launched missiles"]),
        ("launched missiles and rockets", "launch/v ..3 <weapon>", ["launched missiles"]),
        ("U.S. forces struck", "<country> ..2 strike/v", ["U.S. forces struck"]),
        ("the end", "end of the road", []),
        ("", "fired", []),
    ],
)
def test_patterns_in_a_text(source: str, term: str, quotes: list[str]) -> None:
    """Words, forms, classes, gaps and optional elements stand where the pattern says."""
    assert fired(source, term) == quotes


def test_a_pattern_stays_in_its_sentence() -> None:
    """A pattern does not reach over the end of a sentence."""
    assert fired("they opened. fire spread", "open/v ..2 fire", limits=[2, 2, 4, 4]) == []
    assert fired("they opened. fire spread", "open/v ..2 fire") == ["opened. fire"]


def test_an_entry_fires_once_on_the_same_words() -> None:
    """Two patterns of an entry that find the same words are one finding."""
    assert fired("they fired", "fired", "(fired|shot)") == ["fired"]


def test_a_later_choice_may_save_an_earlier_one() -> None:
    """Where the longest phrase leads nowhere, a shorter one is tried."""
    assert fired("the air force base burned", "(air|air force) force base") == ["air force base"]


def test_findings_come_in_the_order_of_the_text() -> None:
    """Whatever the order of the entries, findings go from left to right."""
    words = read_words("shot, bombed, fired")
    matcher = Matcher(
        a_lexicon(an_entry("fired", id="a"), an_entry("bombed", id="b"), an_entry("shot", id="c"))
    )
    found = list(matcher.find(words, [3, 3, 3]))
    assert [finding.entry.id for finding in found] == ["c", "b", "a"]


@pytest.mark.timeout(10)
def test_many_gaps_take_no_long_time() -> None:
    """A text made to fit a pattern's beginnings again and again is read quickly all the same."""
    source = "fired " * 3_000
    assert fired(source, "fired ..9 fired ..9 missing") == []


def refused(source: str, words_fired: str, **stated: Any) -> tuple[Polarity, Region] | None:
    """The condition that refuses a finding, if one does."""
    words = read_words(source)
    entry = an_entry(words_fired, **stated)
    matcher = Matcher(a_lexicon(entry))
    condition = matcher.refusal(a_finding(entry, words, words_fired), words, sentence_of(words))
    return None if condition is None else (condition.polarity, condition.region)


@pytest.mark.parametrize(
    ("source", "stated", "refusal"),
    [
        ("the army attacked", {"near": ["army"]}, None),
        ("attacked by the army", {"near": ["army"]}, None),
        ("the press attacked", {"near": ["army"]}, (Polarity.NEEDED, Region.NEAR)),
        (
            "army a b c attacked",
            {"near": ["army"], "near_within": 3},
            (Polarity.NEEDED, Region.NEAR),
        ),
        ("army a b attacked", {"near": ["army"], "near_within": 3}, None),
        ("army " + "x " * 40 + "attacked", {"near": ["army"], "near_within": 0}, None),
        ("attacked the army", {"before": ["army"]}, (Polarity.NEEDED, Region.BEFORE)),
        ("the army attacked", {"after": ["army"]}, (Polarity.NEEDED, Region.AFTER)),
        ("the striker attacked", {"not_near": ["<sport>"]}, (Polarity.VETO, Region.NEAR)),
        ("attacked in the league", {"not_before": ["league"]}, None),
        ("heart attacked", {"not_before": ["heart"]}, (Polarity.VETO, Region.BEFORE)),
        ("attacked", {"not_near": ["attacked"]}, None),
        ("u s forces attacked", {"near": ["u s"]}, None),
    ],
)
def test_conditions(
    source: str, stated: dict[str, Any], refusal: tuple[Polarity, Region] | None
) -> None:
    """Needed words must stand in their region, forbidden ones must not; reach counts words."""
    assert refused(source, "attacked", **stated) == refusal


def test_words_of_a_gap_are_near_when_needed_and_inside() -> None:
    """What stands in a gap supports an entry, and can be forbidden as `inside` alone."""
    words = read_words("expelled four Iranian diplomats")
    supported = an_entry("expelled ..3 diplomats", near=["<people>"])
    assert (
        Matcher(a_lexicon(supported)).refusal(
            a_finding(supported, words, "expelled four iranian diplomats"),
            words,
            sentence_of(words),
        )
        is None
    )
    vetoed = an_entry("expelled ..3 diplomats", not_inside=["<people>"])
    assert Matcher(a_lexicon(vetoed)).refusal(
        a_finding(vetoed, words, "expelled four iranian diplomats"), words, sentence_of(words)
    )


def test_the_nearer_of_needed_and_forbidden_words_decides() -> None:
    """Before the keyword, a forbidden word further away than a needed one says nothing."""
    stated = {"before": ["shares"], "not_before": ["sales"]}
    assert refused("sales rose as shares fell", "fell", **stated) is None
    assert refused("as shares rose sales fell", "fell", **stated) is not None


def test_conditions_stay_in_the_sentence() -> None:
    """Words of the next sentence do not support a finding."""
    words = read_words("They attacked. The army slept.")
    entry = an_entry("attacked", near=["army"])
    condition = Matcher(a_lexicon(entry)).refusal(
        a_finding(entry, words, "attacked"), words, (0, 2)
    )
    assert condition is not None


def test_a_veto_of_the_article_counts() -> None:
    """Words forbidden in the whole article must stand there as often as the entry says."""
    once, twice = "film attacked", "film attacked x x film"
    assert refused(once, "attacked", not_article=["film"]) is None
    assert refused(twice, "attacked", not_article=["film"]) == (Polarity.VETO, Region.ARTICLE)
    assert refused(once, "attacked", not_article=["film"], not_article_within=1) is not None


def test_phrase_at_gives_the_longest_that_fits() -> None:
    """The longest phrase wins, as far as the limit lets it."""
    phrases = {"car": (("car", "bomb"), ("car",))}
    texts = ["a", "car", "bomb"]
    assert phrase_at(phrases, texts, 1, 3) == 3
    assert phrase_at(phrases, texts, 1, 2) == 2
    assert phrase_at(phrases, texts, 0, 3) == 0


def test_the_index_changes_nothing() -> None:
    """What is found by the words that patterns may start with is what trying each pattern finds."""
    news = (resources.files("agents") / "demo" / "news.jsonl").read_text(encoding="utf-8")
    lexicon = load_lexicon()
    matcher = Matcher(lexicon)
    for line in news.splitlines()[:20]:
        words = read_words(json.loads(line)["text"] if line.startswith("{") else line)
        size = len(words)
        tried = {
            (entry.id, position, end)
            for position in range(size)
            for entry in lexicon.entries
            for pattern in entry.patterns
            if (end := _match(pattern.elements, 0, words.texts, position, size))
        }
        found = [
            (each.entry.id, each.first, each.last) for each in matcher.find(words, [size] * size)
        ]

        assert set(found) == tried
        assert len(found) == len(tried)
