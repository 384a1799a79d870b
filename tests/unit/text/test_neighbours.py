"""What an article's names tell about one another's identity."""

import re
from collections.abc import Callable

import pytest
import spacy
from spacy.util import filter_spans

from monitor.domain import Field
from monitor.text.mentions import mentions_of
from monitor.text.words import read_words
from tests.builders import stripped

NLP = spacy.blank("en")
FORMS = pytest.mark.parametrize("form", [str, stripped], ids=["as-written", "stripped"])

Told = list[tuple[str, str | None, str | None]]


def told(form: Callable[[str], str], source: str, **labels: str) -> Told:
    """Name, id and country of the mentions of a text, the pipeline's names given with their labels."""
    text = form(source)
    doc = NLP(text)
    spans = []
    for name, label in labels.items():
        wanted = form(name.replace("_", " "))
        spans += [
            doc.char_span(*found.span(), label=label)
            for found in re.finditer(re.escape(wanted), text)
        ]
    doc.ents = filter_spans([span for span in spans if span is not None])
    mentions = mentions_of(read_words(text), doc, field=Field.TEXT)
    return [(m.span.quote.lower(), m.entity.id, m.entity.country) for m in mentions]


@FORMS
@pytest.mark.parametrize(
    ("source", "town", "country"),
    [
        ("A bomb killed nine in Tripoli, Lebanon", "tripoli", "LB"),
        ("Militias fought in the Lebanese city of Tripoli", "tripoli", "LB"),
        ("Militias fought in the Lebanese coastal city of Tripoli", "tripoli", "LB"),
        ("A bomb killed nine in Hyderabad, Pakistan", "hyderabad", "PK"),
        ("Nurses struck in Birmingham, Alabama", "birmingham", "US"),
        ("Nurses struck in Tripoli", "tripoli", "LY"),
    ],
)
def test_a_country_beside_a_town_is_the_towns(
    form: Callable[[str], str], source: str, town: str, country: str
) -> None:
    """Whatever larger town has the name elsewhere."""
    assert (town, None, country) in told(form, source)


@FORMS
def test_the_town_is_the_same_in_the_rest_of_the_article(form: Callable[[str], str]) -> None:
    """Said once, it holds for all of it."""
    found = told(form, "A bomb went off in Tripoli, Lebanon. Police in Tripoli found another")
    assert [row for row in found if row[0] == "tripoli"] == [("tripoli", None, "LB")] * 2


@FORMS
@pytest.mark.parametrize(
    ("source", "label", "name", "country"),
    [
        ("Rockets hit Kesh Air Base in Qatar", "FAC", "Kesh Air Base", "QA"),
        ("Rockets hit Camp Kesh in Doha overnight", "FAC", "Camp Kesh", "QA"),
        ("Shells fell on Qarmat Dun in Syria", "GPE", "Qarmat Dun", "SY"),
        ("Rockets hit Kesh Air Base on Monday in Qatar", "FAC", "Kesh Air Base", None),
        ("Rockets hit Kesh Air Base in May", "FAC", "Kesh Air Base", None),
        ("He spoke of Hezbollah in Syria", "ORG", "Hezbollah", "LB"),
        ("Troops of Kesh Air Base Ethiopia and Kenya met", "FAC", "Kesh Air Base", None),
    ],
)
def test_what_nobody_knows_lies_where_the_text_says(
    form: Callable[[str], str], source: str, label: str, name: str, country: str | None
) -> None:
    """A base or a village without a country has that of the place that it is said to be in; a group has its own."""
    found = {row[0]: row[2] for row in told(form, source, **{name.replace(" ", "_"): label})}
    assert found[name.lower()] == country


@FORMS
@pytest.mark.parametrize(
    ("source", "country"),
    [
        ("Polish police closed the road to Zgorzelec", "PL"),
        ("Police closed the road to Zgorzelec", None),
        ("Polish police closed the road to Lwowek Nowhere", None),
        ("American police closed the road to Reading", None),
    ],
)
def test_a_small_town_lies_in_the_country_that_the_article_names(
    form: Callable[[str], str], source: str, country: str | None
) -> None:
    """If one of those that have such a town is named; alone, small towns have too many namesakes."""
    name = source.partition("road to ")[2]
    found = {row[0]: row[2] for row in told(form, source, **{name.replace(" ", "_"): "GPE"})}
    assert found[name.lower()] == country


def test_a_comma_places_a_village_as_written() -> None:
    """It is an address, as of a town that is known."""
    found = told(str, "Shells fell on Qarmat Dun, Syria, at noon", Qarmat_Dun="GPE")
    assert ("qarmat dun", None, "SY") in found


@pytest.mark.parametrize(
    "source",
    [
        "Troops of Qarmat Dun, Ethiopia and Kenya met",
        "Troops of Qarmat Dun, Ethiopia, Kenya and Djibouti met",
        "Shells fell on Qarmat Dun. In Qatar, officials met",
        "Shells fell on Qarmat Dun, in Qatar officials met",
    ],
)
def test_a_list_or_another_clause_places_nothing(source: str) -> None:
    """It is no address."""
    assert ("qarmat dun", None, None) in told(str, source, Qarmat_Dun="GPE")


@FORMS
def test_a_base_is_the_same_in_the_rest_of_the_article(form: Callable[[str], str]) -> None:
    """Said once, it holds for all of it."""
    text = "Rockets hit Camp Kesh in Qatar. Smoke rose from Camp Kesh"
    found = told(form, text, Camp_Kesh="FAC")
    assert [row[2] for row in found if row[0] == "camp kesh"] == ["QA", "QA"]


@FORMS
def test_the_next_clause_places_no_town(form: Callable[[str], str]) -> None:
    """Pakistan has no Kabul."""
    assert ("kabul", None, "AF") in told(form, "Gunmen killed two in Kabul, Pakistan said")


@FORMS
def test_a_town_that_the_gazetteer_does_not_know_by_name_alone_has_its_country(
    form: Callable[[str], str],
) -> None:
    """Many towns are called San Jose."""
    found = told(form, "Two died in San Jose, Costa Rica", San_Jose="GPE")
    assert ("san jose", None, "CR") in found


@FORMS
def test_two_countries_in_a_row_stay_two(form: Callable[[str], str]) -> None:
    """A list is no address."""
    found = told(form, "Talks of Israel, Lebanon and Syria")
    assert [row[1] for row in found] == ["IL", "LB", "SY"]


@FORMS
@pytest.mark.parametrize(
    ("full", "short"),
    [("Rapid Support Forces", "RSF"), ("Wagner Group", "Wagner"), ("African National Congress", "ANC")],
)  # fmt: skip
def test_a_short_name_is_the_organisation_that_is_named_in_full(
    form: Callable[[str], str], full: str, short: str
) -> None:
    """By its initials or its first word."""
    labels = {full.replace(" ", "_"): "ORG", short: "ORG"}
    first, second = told(form, f"The {full} denied it and {short} fell silent", **labels)
    assert first[1] is not None
    assert second[1:] == first[1:]


def test_a_family_name_behind_a_country_makes_it_a_first_name() -> None:
    """Where a capital tells in a text as written, or the pipeline sees a person."""
    source = "Jordan Bardella warned Iran on Sunday that France would strike back."
    assert ("jordan bardella", None, None) in told(str, source, Bardella="GPE")
    assert ("israel katz", None, None) in told(stripped, "israel katz left", katz="PERSON")
    assert ("jordan", "JO", "JO") in told(str, "In Jordan, Maan was calm.", Maan="GPE")
