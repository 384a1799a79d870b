"""Subjects: who killed, who struck back, who speaks of what was done to theirs."""

from collections.abc import Sequence

from monitor.domain import Entity, EntityLabel
from monitor.text import clauses
from monitor.text.clauses import PlacedEntity
from monitor.text.matcher import Finding
from monitor.text.parties import Sides, distinct, party_of
from monitor.text.words import Words

__all__ = ["attacker_of", "avenger_of", "killer_of", "party_telling", "speaker_met", "subject_of"]

_REACH_OF_SUBJECT = 5
"""Words between who kills and the verb, at most: "Russian drone attack on Kyiv wounded"."""
_NO_OBJECT = frozenset(
    "in by when during after and on at since as while near over for from of inside outside".split()
)
"""Words after "killed" that show that nobody was its object."""
_VERBS = frozenset("killed kills wounded wounds injured injures shot gunned slew beheaded".split())
_SHORT = 2
"""Words of "U.S." and letters of "UK": names that also stand for the people's adjective."""
_REACH_OF_ATTACK = 3
"""Words after a people's name in which its attack stands: "Pakistani cross-border raids"."""
_ATTACKS = frozenset(
    "strike strikes airstrike airstrikes raid raids attack attacks shelling bombardment bombing "
    "bombings fire ambush".split()
)
_AUXILIARIES = frozenset("has have had will would".split())


def killer_of(
    words: Words, finding: Finding, named: Sequence[PlacedEntity], low: int
) -> tuple[Entity, ...]:
    """Return who is the subject of "killed" and its like, where somebody is.

    "Israeli air strikes killed 22", but not "Baghdad blast kills 22", whose name says where, nor
    "officials in Baghdad said a blast killed 22", nor "killed in Baghdad", which has no object.
    """
    following = words.texts[finding.last : finding.last + 1]
    if words.texts[finding.first] not in _VERBS or not following or following[0] in _NO_OBJECT:
        return ()
    start = max(low, clauses.clause_start(words, low, finding.first))
    for item in reversed(named):
        if item.last > finding.first or item.first < start:
            continue
        where = clauses.led_by(words, item.first, clauses.IN | clauses.ON)
        if where and finding.first - item.last <= _REACH_OF_SUBJECT:
            continue
        if finding.first - item.last > _REACH_OF_SUBJECT or not _may_kill(words, item, finding):
            return ()
        return _party_alone(item)
    return ()


def _party_alone(item: PlacedEntity) -> tuple[Entity, ...]:
    """Return the one party that a name stands for, if it stands for one."""
    party = party_of(item.entity)
    return (party,) if party else ()


def _may_kill(words: Words, item: PlacedEntity, finding: Finding) -> bool:
    """Whether a name before the verb, or before its subject, is who did it rather than where."""
    if item.entity.label is not EntityLabel.GPE or item.last == finding.first:
        return True
    short = max(item.last - item.first, len(words.texts[item.first])) <= _SHORT
    return short or words.texts[item.last] == "s"


def attacker_of(
    words: Words, finding: Finding, named: Sequence[PlacedEntity], high: int
) -> tuple[Entity, ...]:
    """Return whose attack people were killed in: "were killed in Pakistani air strikes"."""
    for item in named:
        if not finding.last <= item.first < min(high, finding.last + _REACH_OF_SUBJECT):
            continue
        owned = item.entity.label is not EntityLabel.GPE or words.texts[
            item.last : item.last + 1
        ] == ["s"]
        if owned and not _ATTACKS.isdisjoint(words.texts[item.last : item.last + _REACH_OF_ATTACK]):
            return _party_alone(item)
    return ()


def avenger_of(
    words: Words,
    finding: Finding,
    named: Sequence[PlacedEntity],
    low: int,
    before: Sequence[Entity],
    after: Sequence[Entity],
) -> Sides:
    """Return who strikes back and at whom, where "in retaliation" says how something was done.

    The sentence's subject acts, in the passive the one that "by" brings in; whom a preposition
    brings in is met: "fired rockets at Israel in retaliation".
    """
    ahead = [item for item in named if low <= item.first < finding.first]
    by = [item.entity for item in ahead if clauses.is_brought_in_by(words, item)]
    met = [item.entity for item in ahead if clauses.led_by(words, item.first, clauses.ON)]
    order = distinct(tuple(reversed(before)) or tuple(after))
    actors = tuple(by[:1]) or order[:1]
    keys = {actor.key for actor in actors}
    return actors, tuple(party for party in (*met, *order) if party.key not in keys)[:1]


def subject_of(
    words: Words, named: Sequence[PlacedEntity], low: int, high: int
) -> tuple[Entity, ...]:
    """Return who is named right before the last auxiliary ahead of a verb: "Washington had placed"."""
    for item in reversed(named):
        if low <= item.first and item.last < high and words.texts[item.last] in _AUXILIARIES:
            clause = words.texts[item.last : high]
            return _party_alone(item) if clauses.OPENERS.isdisjoint(clause) else ()
    return ()


def party_telling(
    words: Words, finding: Finding, named: Sequence[PlacedEntity], low: int
) -> Entity | None:
    """Return the party that says, or accuses of, what is told, between *low* and the words that fired."""
    speaker = clauses.speaker_of(words, low, finding.first, named)
    return party_of(speaker.entity) if speaker else None


def speaker_met(
    words: Words,
    finding: Finding,
    named: Sequence[PlacedEntity],
    sentence: tuple[int, int],
    actors: Sequence[Entity],
) -> tuple[Entity, ...]:
    """Return who says what others did to theirs: "Ukraine said Russia struck its ports"."""
    party = party_telling(words, finding, named, sentence[0])
    if not party or not actors or party.key in {actor.key for actor in actors}:
        return ()
    return (party,) if clauses.has_own(words, finding, sentence[1], named) else ()
