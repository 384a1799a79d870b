"""Who does what to whom is read from the order of names, prepositions and voice."""

from typing import Any

import pytest

from monitor.domain import Entity, EntityLabel
from monitor.lexicon.loader import load_lexicon
from monitor.text.analyser import Analyser
from monitor.text.roles import PlacedEntity, RoleReader, Roles
from monitor.text.words import read_words
from tests.builders import a_finding, a_lexicon, an_article, an_entry, sentence_of, stripped


def roles(source: str, fired: str, **stated: Any) -> Roles:
    """The roles of the words *fired*, names by the gazetteer."""
    words = read_words(source)
    (analysis,) = Analyser(a_lexicon(), None).pipe([an_article(source)])
    named = []
    for mention in analysis.mentions:
        first = words.starts.index(mention.span.start_char)
        last = words.ends.index(mention.span.end_char) + 1
        named.append(PlacedEntity(first, last, mention.entity))
    reader = RoleReader(load_lexicon().classes["party"])
    finding = a_finding(an_entry(stripped(fired), **stated), words, fired)
    return reader.read(finding, words, sentence_of(words), named)


def said(entities: tuple[Entity, ...]) -> list[str]:
    """Entities by their country's code, or by what they are called."""
    return [entity.id or entity.country or entity.text.lower() for entity in entities]


@pytest.mark.parametrize("form", [str, stripped], ids=["as-written", "stripped"])
@pytest.mark.parametrize(
    ("source", "fired", "actors", "targets"),
    [
        ("Iran attacked Israel on Monday", "attacked", ["IR"], ["IL"]),
        ("Israel was attacked by Iran", "attacked", ["IR"], ["IL"]),
        ("Israel was attacked on Monday", "attacked", [], ["IL"]),
        ("Israel is bombing Syria", "bombing", ["IL"], ["SY"]),
        ("Israel is now heavily bombing Syria", "bombing", ["IL"], ["SY"]),
        ("Syria was being bombed by Israel", "bombed", ["IL"], ["SY"]),
        ("Iran fired missiles at Israel", "fired missiles", ["IR"], ["IL"]),
        ("Iran launched an attack against Iraq", "launched an attack", ["IR"], ["IQ"]),
        ("Gunmen attacked soldiers", "attacked", ["gunmen"], ["soldiers"]),
        ("The post was attacked by gunmen", "attacked", ["gunmen"], []),
        ("Iranian forces attacked", "attacked", ["IR"], []),
        ("Iran warned Israel", "Iran warned", ["IR"], ["IL"]),
        ("Tehran warned again", "Tehran warned", ["IR"], []),
        ("Russia and Ukraine attacked Poland", "attacked", ["RU", "UA"], ["PL"]),
        ("A missile fired from Yemen hit Israel", "fired from Yemen", [], ["IL"]),
        ("Iran attacked the port, Israel said", "attacked", ["IR"], []),
        ("Rebels attacked when Iran left", "attacked", ["rebels"], []),
        ("They attacked", "attacked", [], []),
        ("Ukraine said Russia attacked its ports", "attacked", ["RU"], ["UA"]),
        ("Ukraine said Russia attacked its own ports", "attacked", ["RU"], []),
        ("Missiles fired by Iran at Israel", "fired by Iran at", ["IR"], ["IL"]),
        ("Lebanon said gunmen attacked", "attacked", ["gunmen"], []),
        ("Australia condemned those who attacked Syria", "attacked", [], ["SY"]),
        ("Israel says it attacked Syria", "attacked", ["IL"], ["SY"]),
        (
            "Kenya condemns the blasts claimed by Daesh that targeted mourners",
            "targeted",
            ["org:islamic-state"],
            [],
        ),
        ("Those who struck include Denmark and France", "struck", [], []),
        ("Israel attacked several countries, including Syria", "attacked", ["IL"], ["SY"]),
        ("Ukraine said a hospital was bombed", "bombed", [], ["UA"]),
    ],
)
def test_verbs(form: Any, source: str, fired: str, actors: list[str], targets: list[str]) -> None:
    """The subject acts and the object is met; the passive turns it round, an -ing form does not."""
    found = roles(form(source), stripped(fired) if form is stripped else fired)
    assert (said(found.actors), said(found.targets)) == (actors, targets)


@pytest.mark.parametrize("form", [str, stripped], ids=["as-written", "stripped"])
@pytest.mark.parametrize(
    ("source", "fired"),
    [
        ("Pakistan bombed three Indian bases in retaliation", "retaliation"),
        ("Pakistan expelled ten Indian envoys in a tit for tat move", "tit for tat"),
        ("In response to the raid Pakistan shelled Indian posts", "in response"),
        ("Pakistan hit back at Indian forces", "hit back"),
        ("Pakistan fired missiles at Indian bases in retaliation", "retaliation"),
        ("Indian bases were struck by Pakistan in response", "in response"),
    ],
)
def test_who_retaliates_is_who_acts(form: Any, source: str, fired: str) -> None:
    """Where retaliation is how something is done, the sentence's subject does it."""
    words = fired.capitalize() if form is str and source.startswith("In") else fired
    found = roles(form(source), words, kind="retaliation")
    assert (said(found.actors), said(found.targets)) == (["PK"], ["IN"])


def test_nouns_have_on_and_by() -> None:
    """An attack on one by another: the target and the actor by their prepositions."""
    found = roles("An attack on Israel by Iran", "attack", role="target-actor")
    assert said(found.actors) == ["IR"]


@pytest.mark.parametrize("form", [str, stripped], ids=["as-written", "stripped"])
@pytest.mark.parametrize(
    ("source", "fired", "actors", "targets"),
    [
        ("Israeli air strikes killed 22 people", "killed", ["IL"], []),
        ("The U.S. raid killed 22 people", "killed", ["US"], []),
        ("Iraq's army killed two Syrian soldiers", "killed", ["IQ"], ["SY"]),
        ("A Russian attack on Poland wounded two", "wounded", ["RU"], []),
        ("An Iraq blast killed 22 people", "killed", [], []),
        ("Officials in Iraq said bombs killed 22", "killed", [], []),
        ("Iraqi officials said bombs killed 22", "killed", [], []),
        ("Australia condemns attacks that killed 22 people", "killed", [], []),
        ("An Israeli man killed in the raid", "killed", [], []),
        ("Two Syrian soldiers were killed", "killed", [], ["SY"]),
        ("Iran said two of its men were killed by Israel", "killed", ["IL"], ["IR"]),
        ("Iraqi officials said two people were killed", "killed", [], []),
        ("Iraq says 46 people were killed in Turkish air strikes", "were killed", ["TR"], []),
    ],
)
def test_who_kills_is_no_place_and_no_speaker(
    form: Any, source: str, fired: str, actors: list[str], targets: list[str]
) -> None:
    """Who did it is the subject of the verb, not where it happened nor who says so."""
    found = roles(form(source), fired, kind="casualties", role="target-actor")
    assert (said(found.actors), said(found.targets)) == (actors, targets)


@pytest.mark.parametrize("form", [str, stripped], ids=["as-written", "stripped"])
@pytest.mark.parametrize(
    ("source", "fired", "stated", "actors", "targets"),
    [
        (
            "Three Turkish soldiers were ambushed",
            "were ambushed",
            {"role": "target-actor"},
            [],
            ["TR"],
        ),
        (
            "A U.S. base came under rocket attack",
            "rocket attack",
            {"role": "target-actor"},
            [],
            ["US"],
        ),
        (
            "Guyana says Venezuela has threatened its territory",
            "Guyana says Venezuela has threatened",
            {"kind": "threat"},
            ["VE"],
            ["GY"],
        ),
        (
            "Washington had placed 28 Chinese companies on a blacklist",
            "blacklist",
            {"kind": "sanctions"},
            ["US"],
            ["CN"],
        ),
        ("British ships were sent to Aden", "were sent", {"kind": "mobilization"}, ["GB"], []),
        (
            "Russia warned Poland against sending troops to Ukraine",
            "Russia warned",
            {"kind": "threat"},
            ["RU"],
            ["PL"],
        ),
        (
            "Washington says Iran will face consequences",
            "face consequences",
            {"kind": "threat"},
            ["US"],
            ["IR"],
        ),
        (
            "China's deployment of ships around Taiwan has alarmed Japan",
            "deployment of ships",
            {"kind": "mobilization"},
            ["CN"],
            ["TW"],
        ),
        (
            "Iran and Iraq restored ties in a deal brokered by China",
            "restored ties",
            {"role": "parties"},
            ["IQ", "IR"],
            [],
        ),
    ],
)
def test_parties_of_other_shapes(
    form: Any, source: str, fired: str, stated: Any, actors: list[str], targets: list[str]
) -> None:
    """Nouns, promises, and what is done with other verbs keep their own parties."""
    words = stripped(fired) if form is stripped else fired
    found = roles(form(source), words, **stated)
    assert (said(found.actors), said(found.targets)) == (actors, targets)


def test_parties_are_all_actors() -> None:
    """Both sides of talks act; nobody is a target."""
    found = roles("Israel and Syria held talks with Iran", "talks", role="parties")
    assert set(said(found.actors)) == {"IL", "SY", "IR"}
    assert found.targets == ()


def test_a_market_has_no_parties() -> None:
    """Where nobody acts there is at most a place."""
    found = roles("Shares in Tokyo fell as Iran fired", "fell", role="none")
    assert (found.actors, found.targets) == ((), ())
    assert said(found.places) == ["JP"]


@pytest.mark.parametrize("form", [str, stripped], ids=["as-written", "stripped"])
@pytest.mark.parametrize(
    ("source", "fired", "places"),
    [
        ("The United States strongly condemns today's attack", "attack", []),
        ("The attack killed two, Kenya said", "attack", ["KE"]),
        ("The attack killed two in Syria, Israel said", "attack", ["SY"]),
        ("The attack in Syria was condemned by Iran", "attack", ["SY"]),
        ("The Syria attack was condemned by Iran", "attack", ["SY"]),
        ("The U.S.-led coalition conducted five airstrikes", "airstrikes", []),
        ("Iran backed down after the strikes", "strikes", ["IR"]),
        ("The strikes in Syria's Aleppo killed two", "strikes", ["SY", "SY"]),
        ("A Baghdad blast killed two", "blast", ["IQ"]),
        ("States behind the strikes in Iraq include Denmark", "strikes", ["IQ"]),
        ("The strikes in Syria and Iraq killed two", "strikes", ["SY", "IQ"]),
    ],
)
def test_who_condemns_it_or_stands_behind_it_is_no_place(
    form: Any, source: str, fired: str, places: list[str]
) -> None:
    """Without a preposition a name may still say where, the speaker's only where there is no other."""
    assert said(roles(form(source), fired).places) == places


def test_places_led_by_a_preposition_come_first() -> None:
    """Where it happened is what `in` or `near` leads, not every place named."""
    found = roles("Iran attacked an Israeli ship near Yemen", "attacked")
    assert said(found.places) == ["YE"]


def test_a_party_in_a_place_is_no_actor() -> None:
    """A name behind `in` says where, not who."""
    found = roles("In Iraq they attacked", "attacked")
    assert (said(found.actors), said(found.places)) == ([], ["IQ"])


def test_nobody_is_named_twice() -> None:
    """The same country under two names is one place."""
    found = roles("In Tehran and in Iran they attacked", "attacked")
    assert len(found.places) == len({entity.key for entity in found.places})


@pytest.mark.parametrize("office", ["President", "'s Prime Minister"])
def test_a_person_in_office_acts_for_the_country(office: str) -> None:
    """Who holds an office of a country that is named before it acts with the country."""
    words = read_words(f"Russian {office} Ivan Petrov attacked Iran")
    first = words.texts.index("ivan")
    russia = PlacedEntity(0, 1, Entity(text="Russian", label=EntityLabel.NORP, id="RU"))
    person = PlacedEntity(first, first + 2, Entity(text="Ivan Petrov", label=EntityLabel.PERSON))
    finding = a_finding(an_entry("attacked"), words, "attacked")
    found = RoleReader(frozenset()).read(finding, words, sentence_of(words), [russia, person])
    assert found.actors == (russia.entity, person.entity)


@pytest.mark.parametrize(
    ("source", "fired", "actors"),
    [
        ("QUETTA, Pakistan (CPA) - A bomber attacked", "attacked", []),
        ("BAGHDAD, Iraq, March 3 \u2013 A bomber attacked", "attacked", []),
        ("BAGHDAD, Iraq (Harbour Wire) \u2014 Iran attacked", "attacked", ["IR"]),
        ("Baghdad (Reuters) -- Iran attacked", "attacked", ["IR"]),
        ("baghdad iraq a bomber attacked", "attacked", []),
        ("baghdad iraq cpa iran attacked", "attacked", ["IR"]),
        ("washington iran attacked", "attacked", ["IR"]),
        ("Iraq attacked - and Iran too", "attacked", ["IQ"]),
        ("baghdad iraq s army attacked", "attacked", ["IQ"]),
        ("baghdad iran attacked", "attacked", ["IR"]),
        ("iraq a bomber attacked", "attacked", ["IQ"]),
        ("baghdad nato iran attacked", "attacked", ["IR"]),
        ("baghdad nato the bomber attacked", "attacked", []),
        ("baghdad iraq nato iran attacked", "attacked", ["IR"]),
        ("baghdad nato attacked", "attacked", ["org:nato"]),
    ],
)
def test_where_a_story_was_filed_does_nothing(source: str, fired: str, actors: list[str]) -> None:
    """A dateline's country is no party; a country that acts behind a dateline, or without one, is."""
    assert said(roles(source, fired).actors) == actors


def test_where_a_story_was_filed_is_where_it_happened() -> None:
    """A dateline is a place like others."""
    found = roles("QUETTA, Pakistan (CPA) - A bomber attacked", "attacked")
    assert "PK" in said(found.places)
