"""The gazetteer knows countries, peoples, cities and organisations, and what it is unsure of."""

import tomllib
from importlib import resources

import pycountry
import pytest

from monitor.domain import Entity, EntityLabel
from monitor.lexicon.places import (
    acronyms,
    country_codes,
    fold_words,
    gazetteer,
    geographic_classes,
    possessives,
    unsure_names,
)


def known(name: str) -> Entity:
    """The entity of a name that the gazetteer must know."""
    return gazetteer()[fold_words(name)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("U.S.", ("u", "s")),
        ("Côte d'Ivoire", ("cote", "d", "ivoire")),
        ("al-Qaida", ("al", "qaida")),
        ("  São Paulo ", ("sao", "paulo")),
        ("STRASSE straße", ("strasse", "strasse")),
        ("", ()),
        ("...", ()),
    ],
)
def test_names_are_folded_as_stripped_text_writes_them(text: str, words: tuple[str, ...]) -> None:
    """Marks split words; case and accents go."""
    assert fold_words(text) == words


COUNTRIES = {
    country.alpha_2: getattr(country, "common_name", country.name)
    for country in pycountry.countries
    if country.alpha_2 != "AQ"  # a region to the news
}


@pytest.mark.parametrize("code", sorted(COUNTRIES))
def test_every_country_is_known(code: str) -> None:
    """Every country of ISO 3166-1 is known by some name, under its own code."""
    assert any(entity.country == code for entity in gazetteer().values())
    name = COUNTRIES[code]
    # "Korea, Republic of" is no name that news writes; its "Congo" is mostly the other one (CD).
    if "," not in name and "(" not in name and code != "CG":
        assert known(name).country == code


@pytest.mark.parametrize(
    ("name", "code", "label"),
    [
        ("United States", "US", EntityLabel.GPE),
        ("U.S.", "US", EntityLabel.GPE),
        ("USA", "US", EntityLabel.GPE),
        ("American", "US", EntityLabel.NORP),
        ("Britain", "GB", EntityLabel.GPE),
        ("British", "GB", EntityLabel.NORP),
        ("Iran", "IR", EntityLabel.GPE),
        ("Iranians", "IR", EntityLabel.NORP),
        ("Russia", "RU", EntityLabel.GPE),
        ("South Korea", "KR", EntityLabel.GPE),
        ("North Korea", "KP", EntityLabel.GPE),
        ("Syria", "SY", EntityLabel.GPE),
        ("Israeli", "IL", EntityLabel.NORP),
        ("Palestinian", "PS", EntityLabel.NORP),
        ("Ivory Coast", "CI", EntityLabel.GPE),
        ("Burma", "MM", EntityLabel.GPE),
        ("Turkey", "TR", EntityLabel.GPE),
    ],
)
def test_news_names_of_countries_and_peoples(name: str, code: str, label: EntityLabel) -> None:
    """The names that news uses for a country and its people carry the country's code as id."""
    entity = known(name)
    assert (entity.id, entity.country, entity.label) == (code, code, label)


@pytest.mark.parametrize(
    ("name", "country"),
    [
        ("Tehran", "IR"),
        ("Paris", "FR"),
        ("Kyiv", "UA"),
        ("Kiev", "UA"),
        ("Gaza City", "PS"),
        ("Texas", "US"),
        ("Nova Scotia", "CA"),
        ("Lagos", "NG"),
        ("Shanghai", "CN"),
    ],
)
def test_places_lie_in_their_country(name: str, country: str) -> None:
    """A city or a seat of power carries its country and has no id of its own."""
    entity = known(name)
    assert (entity.label, entity.country, entity.id) == (EntityLabel.GPE, country, None)


@pytest.mark.parametrize(("name", "country"), [("White House", "US"), ("Kremlin", "RU")])
def test_a_government_s_seat_is_its_country_s(name: str, country: str) -> None:
    """What is nothing but a government carries the country's code as id."""
    entity = known(name)
    assert (entity.label, entity.country, entity.id) == (EntityLabel.ORG, country, country)


def test_acronyms_that_are_words_are_kept_apart() -> None:
    """WHO and US count in capitals only, so the gazetteer of folded words does not have them."""
    assert acronyms()["WHO"].id == "org:who"
    assert acronyms()["US"].id == "US"
    assert not {("who",), ("us",)} & set(gazetteer())


def test_the_codes_of_countries_are_those_of_the_gazetteer() -> None:
    """No entity lies in a country that is not among them."""
    assert {entity.country for entity in gazetteer().values()} - {None} <= country_codes()
    assert {"IR", "XK", "EU"} <= country_codes()


def test_every_organisation_has_one_id_and_names_of_its_own() -> None:
    """No two organisations share an id or a name, and all countries exist."""
    file = resources.files("monitor.lexicon") / "gazetteer" / "organisations.toml"
    rows = tomllib.loads(file.read_text(encoding="utf-8"))["organisation"]
    ids = [row["id"] for row in rows]
    names = [name for row in rows for name in (*row.get("names", ()), *row.get("acronyms", ()))]
    assert len(set(ids)) == len(ids) > 200
    assert len(set(names)) == len(names)
    assert {row["country"] for row in rows if "country" in row} <= {*COUNTRIES, "EU", "XK"}


def test_classes_of_lexicon_files_have_no_states_and_provinces() -> None:
    """They are known to be in their country, but no keyword was written with them in mind."""
    assert ("texas",) in gazetteer()
    assert ("texas",) not in geographic_classes()["place"]
    assert ("kremlin",) in geographic_classes()["place"]


def test_waters_and_regions_belong_to_nobody() -> None:
    """The Red Sea is a place without a country."""
    entity = known("Red Sea")
    assert (entity.label, entity.id, entity.country) == (EntityLabel.LOC, None, None)


def test_organisations_have_stable_ids() -> None:
    """An organisation goes by one id under all its names, and by its country where it has one."""
    assert known("NATO").id == "org:nato"
    assert known("NATO").label is EntityLabel.ORG
    assert known("U.N.").id == known("United Nations").id == "org:un"


@pytest.mark.parametrize("word", ["of", "reading", "nice", "march", "victoria", "union", "hope"])
def test_words_are_no_cities(word: str) -> None:
    """Cities whose name is a common word are not known by it alone."""
    assert (word,) not in gazetteer()


@pytest.mark.parametrize("name", ["Chad", "Jordan", "Georgia", "Turkey"])
def test_some_countries_are_unsure(name: str) -> None:
    """Names that are as often a person, a state or a bird need support from around them."""
    assert fold_words(name) in unsure_names()


def test_sure_names_are_not_unsure() -> None:
    """A name that means one thing needs no support."""
    assert not {("iran",), ("israel",), ("russia",), ("iraq",)} & unsure_names()


def test_classes_for_lexicon_files() -> None:
    """Lexicon files may say `<country>`, `<people>` and `<place>`; they do not overlap."""
    classes = geographic_classes()
    assert ("iran",) in classes["country"]
    assert ("iranian",) in classes["people"]
    assert ("tehran",) in classes["place"]
    assert not classes["country"] & classes["people"]
    assert not classes["country"] & classes["place"]


def test_every_name_is_a_row_of_folded_words() -> None:
    """Names are held as stripped text writes them, or they would never be found."""
    assert all(words == fold_words(" ".join(words)) and words for words in gazetteer())


def test_possessives_are_of_countries_and_governments_alone() -> None:
    """Peoples, capitals, and what is often something else, have none."""
    assert {"russias", "ukraines", "kremlins"} <= possessives()
    assert possessives().isdisjoint({"georgias", "turkeys", "iranianss", "chiles", "limas"})


@pytest.mark.parametrize(
    ("name", "id", "country"),
    [
        ("Bali", None, "ID"),
        ("Kramatorsk", None, "UA"),
        ("Golan Heights", None, None),
        ("Toyota", "org:toyota", "JP"),
        ("PML-N", "org:pml-n", "PK"),
        ("Likud", "org:likud", "IL"),
        ("Reuters", "org:reuters", None),
    ],
)
def test_names_in_the_news_are_known(name: str, id: str | None, country: str | None) -> None:  # noqa: A002
    """Those whose name is also a town's elsewhere, and those that no list of places has."""
    assert (known(name).id, known(name).country) == (id, country)


def test_every_acronym_is_one_word() -> None:
    """They are looked up word by word."""
    assert all(len(fold_words(acronym)) == 1 for acronym in acronyms())
