"""A signal that names no country has that of its article; others stay as they are."""

from dataclasses import replace

from monitor.domain import Entity, EntityLabel, Mention, Signal, Status, TextSpan
from monitor.policy.whereabouts import located
from tests.unit.policy.worlds import GREECE, IRAN, ISRAEL, LATAKIA, SYRIA, UNION, signal

SPANISH = Entity(text="Spanish", id="ES", label=EntityLabel.NORP, country="ES")
SPAIN = Entity(text="Spain", id="ES", label=EntityLabel.GPE, country="ES")


def mentions(*entities: Entity) -> list[Mention]:
    """Where an article names them, whatever the places."""
    return [
        Mention(
            span=TextSpan(start_char=0, end_char=len(each.text), quote=each.text), entity=each
        )
        for each in entities
    ]  # fmt: skip


def places(given: Signal, *named: Entity) -> tuple[Entity, ...]:
    """The places that a signal has in an article that names so much."""
    (found,) = located([given], mentions(*named))
    return found.places


def test_a_signal_without_a_country_takes_the_most_frequent() -> None:
    """By its own name where the article has it, the first of those that are as frequent."""
    strike = signal(actors=[UNION])
    assert places(strike, SPANISH, GREECE, SPAIN) == (SPAIN,)
    assert places(strike, GREECE, SPANISH) == (GREECE,)
    assert places(strike, SPANISH) == (SPANISH,)
    assert places(strike, UNION) == ()
    assert places(strike) == ()


def test_what_names_a_country_keeps_its_own() -> None:
    """A city counts for its country, and one mention of another changes nothing."""
    raid = signal(actors=[ISRAEL], places=[LATAKIA])
    assert places(raid, IRAN, IRAN, ISRAEL, SYRIA) == (LATAKIA,)
    assert places(raid, SYRIA, IRAN, IRAN) == (LATAKIA,)


def test_a_country_that_makes_up_much_of_the_article_is_added() -> None:
    """Three mentions and three tenths of all; once for all signals, behind their own places."""
    raid = signal(actors=[ISRAEL], places=[LATAKIA])
    assert places(raid, *[IRAN] * 3, *[ISRAEL] * 7) == (LATAKIA, IRAN)
    assert places(raid, *[IRAN] * 3, *[ISRAEL] * 8) == (LATAKIA,)
    told = located([raid, signal(actors=[IRAN])], mentions(*[IRAN] * 9))
    assert [each.places for each in told] == [(LATAKIA,), ()]


def test_a_place_in_passing_is_left_out() -> None:
    """Named once, while another country is named again and again; not so in the proving clause."""
    strike = signal(actors=[IRAN], places=[GREECE, ISRAEL], quote="Near Israel it fell.")
    assert places(strike, *[IRAN] * 3, GREECE, ISRAEL) == (ISRAEL,)
    assert places(strike, *[IRAN] * 2, GREECE, ISRAEL) == (GREECE, ISRAEL)
    assert places(strike, *[IRAN] * 3, GREECE, GREECE, ISRAEL) == (GREECE, ISRAEL)


def test_background_is_left_alone() -> None:
    """No alert comes of it."""
    past = replace(signal(actors=[UNION]), status=Status.PAST)
    assert places(past, SPAIN) == ()
