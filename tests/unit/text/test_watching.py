"""Items of watchlists are found as whole words, as they must be written, and as what they must be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain import Entity, EntityLabel, Field
from monitor.lexicon.watchlist import MAX_NAME_WORDS, CaseRule, WatchItem, Watchlist
from monitor.text.roles import PlacedEntity
from monitor.text.watching import WatchReader
from monitor.text.words import read_words
from tests.builders import stripped


def item(*names: str, **stated: object) -> WatchItem:
    """An item called as its first name."""
    return WatchItem(**{"id": names[0] if names else "it", "names": names, **stated})  # type: ignore[arg-type]


def found(text: str, *items: WatchItem, placed: tuple[PlacedEntity, ...] = ()) -> list[str]:
    """The words that were found in *text*."""
    reader = WatchReader([Watchlist(id="ours", items=items)])
    words = read_words(text)
    mentions = reader.read(words, placed, field=Field.TEXT)
    for mention in mentions:
        span = mention.span
        assert text[span.start_char : span.end_char] == span.quote
    return [mention.span.quote for mention in mentions]


def named(text: str, name: str, label: EntityLabel, **stated: str) -> tuple[PlacedEntity, ...]:
    """A mention of *name*, as the pipeline would give it."""
    words, parts = read_words(text), read_words(name).texts
    first = next(
        place
        for place in range(len(words))
        if list(words.texts[place : place + len(parts)]) == list(parts)
    )
    entity = Entity(text=name, label=label, **stated)
    return (PlacedEntity(first, first + len(parts), entity),)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("A.P. Moller-Maersk's ships", ["A.P. Moller-Maersk"]),
        ("a p moller maersk s ships", ["a p moller maersk"]),
        ("THE A.P. MOLLER-MAERSK FLEET", ["A.P. MOLLER-MAERSK"]),
        ("Maersk, Maersk and Maerskians", ["Maersk", "Maersk"]),
        ("Mærsk left", ["Mærsk"]),
        ("It was A. P. Moller. Maersk left.", ["Maersk"]),
        ("", []),
    ],
)
def test_names_are_whole_words(text: str, names: list[str]) -> None:
    """Whatever the case, the accents and the marks between them; the longest name wins."""
    assert found(text, item("Maersk", "A.P. Moller-Maersk", "Mærsk")) == names


@pytest.mark.parametrize(
    ("case", "text", "names"),
    [
        (CaseRule.NAME, "They may meet in May.", ["May"]),
        (CaseRule.NAME, "they met in may", ["may"]),
        (CaseRule.ANY, "They may meet in May.", ["may", "May"]),
        (CaseRule.EXACT, "They may meet in May.", ["May"]),
        (CaseRule.EXACT, "they met in may", []),
        (CaseRule.EXACT, "THEY MET IN MAY", []),
        (CaseRule.EXACT, "They met in MAY", []),
    ],
)
def test_case_rules(case: CaseRule, text: str, names: list[str]) -> None:
    """Each rule as docs/watchlists.md tells it."""
    assert found(text, item("May", case=case)) == names


def test_a_label_must_agree() -> None:
    """A mention over the name tells what it is, and one that reaches further is something else."""
    wanted = item("Jordan", label=EntityLabel.PERSON)
    text = "Jordan met Michael Jordan at the Jordan River"
    assert found(text, wanted, placed=named(text, "Jordan", EntityLabel.PERSON)) == ["Jordan"] * 3
    assert "Jordan" not in found(
        "In Jordan", wanted, placed=named("In Jordan", "Jordan", EntityLabel.GPE)
    )
    inside = named("the Jordan River", "Jordan River", EntityLabel.LOC)
    assert found("the Jordan River", wanted, placed=inside) == []
    assert found("the Jordan River", item("Jordan"), placed=inside) == ["Jordan"]


def test_kinds_of_places_are_alike() -> None:
    """Pipelines tell them apart in different ways."""
    placed = named("at Bagram today", "Bagram", EntityLabel.FAC)
    assert found("at Bagram today", item("Bagram", label=EntityLabel.GPE), placed=placed) == [
        "Bagram"
    ]


def test_everyday_words_are_no_names_by_themselves() -> None:
    """An item with a label is left out rather than wrong; a name that is no word is not."""
    reading = item("Reading", label=EntityLabel.GPE)
    assert found("they were reading the news", reading) == []
    assert found("They were in Reading.", reading) == ["Reading"]
    assert found("Reading the verdict, they wept.", reading) == []
    assert found("They met in May.", item("May", label=EntityLabel.PERSON)) == []
    assert found("maersk ships left", item("Maersk", label=EntityLabel.ORG)) == ["maersk"]


@pytest.mark.parametrize(
    ("stated", "count"),
    [({"id": "IR"}, 1), ({"country": "IR"}, 1), ({"id": "org:irgc"}, 0), ({}, 0)],
)
def test_entities_are_found_by_identity(stated: dict[str, str], count: int) -> None:
    """A country by what is it and what belongs to it."""
    text = "Tehran said"
    placed = named(text, "Tehran", EntityLabel.GPE, **stated)
    assert len(found(text, item(id="iran", entity="IR"), placed=placed)) == count


def test_lists_do_not_hide_each_other_s_names() -> None:
    """In one list the longest name wins; another list finds its own."""
    lists = [
        Watchlist(id="a", items=(item("Bank of Japan"), item("Japan"))),
        Watchlist(id="b", items=(item("Japan"),)),
    ]
    text = "The Bank of Japan said"
    mentions = WatchReader(lists).read(read_words(text), (), field=Field.TEXT)
    assert [(each.watched.watchlist, each.watched.item) for each in mentions] == [
        ("a", "Bank of Japan"),
        ("b", "Japan"),
    ]


NAMES = st.lists(st.sampled_from(["Iron", "Gate", "of", "the", "X1"]), min_size=1, max_size=4)


@given(st.lists(NAMES.map(" ".join), max_size=6), st.lists(NAMES.map(" ".join), max_size=12))
def test_stripped_text_loses_no_name(names: list[str], parts: list[str]) -> None:
    """What is found as written is found stripped, if case does not count."""
    items = [item(name, case=CaseRule.ANY) for name in dict.fromkeys(names)]
    text = ", ".join(parts)
    assert [stripped(name) for name in found(text, *items)] == found(stripped(text), *items)


def test_the_time_does_not_grow_with_the_names() -> None:
    """A name that begins like all others costs a bounded number of look-ups, not one per name."""

    class Counted(dict[str, object]):
        asked = 0

        def get(self, key: str, default: object = None) -> object:
            type(self).asked += 1
            return super().get(key, default)

    items = [item(f"the name {number} of ours") for number in range(2_000)]
    reader = WatchReader([Watchlist(id="ours", items=tuple(items))])
    reader._names = Counted(reader._names)  # type: ignore[assignment]
    words = read_words("the name " * 500)
    reader.read(words, (), field=Field.TEXT)
    assert Counted.asked <= len(words) * MAX_NAME_WORDS


@pytest.mark.parametrize("text", ["the Irans Bridge fell", "the irans bridge fell"])
def test_a_name_that_reads_like_a_possessive_is_found_in_both_forms(text: str) -> None:
    """Stripped text has its words apart ("iran s")."""
    assert [name.lower() for name in found(text, item("Irans Bridge"))] == ["irans bridge"]
