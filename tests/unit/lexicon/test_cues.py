"""Cues are read from their file, each for the kinds that it speaks of."""

from monitor.domain import SignalKind, Status
from monitor.lexicon.cues import load_cues, phrase_set
from monitor.lexicon.entry import Region


def test_cues_speak_against_happening() -> None:
    """Happening needs no cue: every cue gives another status, and all others have one."""
    assert {cue.status for cue in load_cues().cues} == set(Status) - {Status.HAPPENING}


def test_cues_have_their_own_names() -> None:
    """A trigger names the cue that gave its status: names are unique."""
    ids = [cue.id for cue in load_cues().cues]
    assert len(set(ids)) == len(ids)


def test_cues_look_around_the_keyword_only() -> None:
    """Cues look before, after or near; inside and article are for conditions."""
    assert {cue.region for cue in load_cues().cues} <= {Region.BEFORE, Region.AFTER, Region.NEAR}


def test_every_kind_can_be_denied_and_past() -> None:
    """Each kind has a cue that denies it and one that puts it in the past."""
    for kind in SignalKind:
        statuses = {cue.status for cue in load_cues().cues if kind in cue.kinds}
        assert {Status.DENIED, Status.PAST} <= statuses, kind


def test_denials_are_tried_first() -> None:
    """No plan to strike is a denial, not a plan: denials stand before threats in the file."""
    statuses = [cue.status for cue in load_cues().cues]
    assert statuses.index(Status.DENIED) < statuses.index(Status.THREATENED)


def test_phrases_are_expanded_and_indexed() -> None:
    """Written phrases become rows of forms by first word, longest first, without repeats."""
    phrases = phrase_set(["call/v off", "called", "called off"])
    assert phrases["called"] == (("called", "off"), ("called",))
    assert phrases["calling"] == (("calling", "off"),)


def test_stops_are_single_words() -> None:
    """What ends a cue's reach is compared word by word."""
    assert all(stop.isalpha() for stop in load_cues().stops)
    assert "but" in load_cues().stops
