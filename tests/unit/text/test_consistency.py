"""What an article's names tell about each other: one label per name, last names, missed ones."""

import spacy
from spacy.tokens import Doc, Span

from monitor.domain import Field, Mention
from monitor.text.mentions import article_mentions, mentions_of
from monitor.text.words import read_words
from tests.builders import stripped

NLP = spacy.blank("en")


def tagged(source: str, *names: tuple[str, int, str]) -> Doc:
    """A pipeline's reading by hand: names, which occurrence of each, and their labels."""
    doc = NLP(source)
    spans = []
    for name, occurrence, label in names:
        start = -1
        for _ in range(occurrence + 1):
            start = source.index(name, start + 1)
        span = doc.char_span(start, start + len(name), label=label)
        assert span is not None, name
        spans.append(Span(doc, span.start, span.end, label=label))
    doc.ents = spans
    return doc


def told(mentions: tuple[Mention, ...]) -> list[tuple[str, str, str]]:
    """Words, label and the entity's own text of each mention."""
    return [
        (each.span.quote, str(each.entity.label), each.entity.text) for each in mentions
    ]  # fmt: skip


def read(source: str, *names: tuple[str, int, str]) -> list[tuple[str, str, str]]:
    """What is found in a text of one field."""
    return told(mentions_of(read_words(source), tagged(source, *names), field=Field.TEXT))


def test_a_last_name_is_who_was_named_in_full() -> None:
    """Whatever the pipeline made of it, or if it missed it; the span stays that of the words."""
    source = "Nouri Malik spoke. Malik left. Later Malik returned."
    whole = ("Nouri Malik", "PERSON", "Nouri Malik")
    bare = ("Malik", "PERSON", "Nouri Malik")
    found = read(source, ("Nouri Malik", 0, "PERSON"), ("Malik", 1, "ORG"))
    assert found == [whole, bare, bare]
    assert read(stripped(source), ("nouri malik", 0, "PERSON"), ("malik", 1, "ORG")) == [
        tuple(each if each == "PERSON" else stripped(each) for each in row) for row in found
    ]


def test_a_last_name_of_two_people_is_left_alone() -> None:
    """It is a person, and nobody says which."""
    source = "Bill Foo met Hillary Foo. Foo left."
    found = read(
        source, ("Bill Foo", 0, "PERSON"), ("Hillary Foo", 0, "PERSON"), ("Foo", 2, "PERSON")
    )
    assert found[-1] == ("Foo", "PERSON", "Foo")


def test_the_title_names_who_the_text_speaks_of() -> None:
    """Names count over the whole article."""
    title, text = "Nouri Malik resigns", "Malik said he was tired."
    fields = [
        (Field.TITLE, read_words(title), tagged(title, ("Nouri Malik", 0, "PERSON"))),
        (Field.TEXT, read_words(text), tagged(text)),
    ]
    _, found = article_mentions(fields)
    assert told(found) == [("Malik", "PERSON", "Nouri Malik")]


def test_a_name_has_one_label() -> None:
    """The most frequent one."""
    source = "Zorbia left. Zorbia came. Zorbia stays."
    names = [("Zorbia", place, "ORG" if place else "PERSON") for place in range(3)]
    assert {label for _, label, _ in read(source, *names)} == {"ORG"}


def test_what_was_found_twice_is_found_again() -> None:
    """A name that was found once may be a mistake, and a word in small letters is no name."""
    source = "Zorbia left. Zorbia came. Zorbia stays, a zorbia."
    twice = [("Zorbia", place, "ORG") for place in range(2)]
    assert len(read(source, *twice)) == 3
    assert len(read(source, *twice[:1])) == 1


def test_a_word_is_no_person_until_somebody_is_called_so() -> None:
    """A month that the pipeline takes for a name; and Theresa May."""
    assert read("They came in May.", ("May", 0, "PERSON")) == []
    source = "Theresa May spoke. May left."
    found = read(source, ("Theresa May", 0, "PERSON"), ("May", 1, "PERSON"))
    assert found[-1] == ("May", "PERSON", "Theresa May")


def test_a_title_before_a_name_is_not_the_one_who_is_called_so() -> None:
    """Rodney King is no king."""
    source = "Rodney King spoke to King Fuad there."
    found = read(source, ("Rodney King", 0, "PERSON"), ("Fuad", 0, "PERSON"))
    assert [quote for quote, _, _ in found] == ["Rodney King", "Fuad"]
