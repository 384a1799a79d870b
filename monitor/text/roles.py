"""Roles: who does what to whom, and where, around the words that fired."""

from collections.abc import Sequence
from dataclasses import dataclass

from monitor.domain import Entity, SignalKind
from monitor.lexicon.entry import Role
from monitor.lexicon.pattern import Phrases
from monitor.text import clauses
from monitor.text.clauses import PlacedEntity
from monitor.text.datelines import end_of_dateline
from monitor.text.matcher import Finding
from monitor.text.parties import (
    PARTY,
    PLACE,
    Sides,
    distinct,
    owned_by,
    party_of,
    places_of,
    standing_in,
    with_partner,
)
from monitor.text.subjects import attacker_of, avenger_of, killer_of, speaker_met, subject_of
from monitor.text.words import Words

__all__ = ["PlacedEntity", "RoleReader", "Roles"]

_REACH = 14
"""Words on either side in which a party is looked for: half a newswire sentence."""
_REACH_OF_PARTIES = 24
"""Words on the left side where several parties do one thing: "Hamas and Israel are to ..."."""
_REACH_OF_NOUN = 4
"""Words beside a noun in which its parties are looked for ("the Taliban's latest attack")."""
_ABOUT = frozenset({"around", "near", "toward", "towards", "opposite"})
"""Prepositions that bring in whom forces are moved against."""
_TOLD_OF_OTHERS = frozenset({SignalKind.MILITARY_STRIKE, SignalKind.CASUALTIES})
"""Kinds of which who speaks is seldom who acts; who speaks of sanctions or talks often is."""
_HOSTILE = frozenset(
    {
        SignalKind.MILITARY_STRIKE,
        SignalKind.RETALIATION,
        SignalKind.THREAT,
        SignalKind.SANCTIONS,
        SignalKind.MOBILIZATION,
    }
)
"""Kinds of what one party does to another."""


@dataclass(frozen=True, slots=True)
class Roles:
    """The parties and places of one finding."""

    actors: tuple[Entity, ...] = ()
    targets: tuple[Entity, ...] = ()
    places: tuple[Entity, ...] = ()


class RoleReader:
    """Reads roles from the order of names, prepositions and voice; no parser is needed."""

    def __init__(self, parties: Phrases) -> None:
        """Keep the common nouns that may act or be met ("gunmen", "protesters")."""
        self._nouns = frozenset(phrase[0] for phrase in parties if len(phrase) == 1)

    def read(
        self,
        finding: Finding,
        words: Words,
        sentence: tuple[int, int],
        named: Sequence[PlacedEntity],
    ) -> Roles:
        """Return the parties and places of *finding*.

        Args:
            finding: the words that fired.
            words: the text.
            sentence: its sentence, as a half-open range of words.
            named: the entities of the sentence, in order.
        """
        role = finding.entry.role
        finding = clauses.without_speaker(words, finding)
        places = places_of(finding, words, sentence, named)
        begun = end_of_dateline(words, named)
        named = [
            item for item in named if item.first >= begun and not clauses.is_made_by(words, item)
        ]
        if role is Role.NONE:
            return Roles(places=places[:1])
        if role is Role.PARTIES:
            return Roles(actors=self._both(finding, words, sentence, named), places=places)
        actors, targets = self._sides(finding, words, sentence, named)
        if not targets and finding.entry.kind in _HOSTILE:
            targets = speaker_met(words, finding, named, sentence, actors)
        return Roles(actors=actors, targets=targets, places=places)

    def _both(
        self,
        finding: Finding,
        words: Words,
        sentence: tuple[int, int],
        named: Sequence[PlacedEntity],
    ) -> tuple[Entity, ...]:
        """Return the parties that do one thing together; who brokers it is none of them."""
        reach = _REACH_OF_PARTIES
        before = self._side(finding, words, sentence, named, before=True, reach=reach)
        ahead = [item for item in named if not clauses.is_brought_in_by(words, item)]
        after = self._side(finding, words, sentence, ahead, before=False)
        inside = tuple(item.entity for item in standing_in(finding, words, named))
        return distinct((*before[:2], *inside, *after[:2]))

    def _sides(
        self,
        finding: Finding,
        words: Words,
        sentence: tuple[int, int],
        named: Sequence[PlacedEntity],
    ) -> Sides:
        """Return who acts and who is met."""
        place = finding, words, sentence, named
        kind, verb = finding.entry.kind, finding.entry.role is Role.ACTOR_TARGET
        before = self._side(*place, before=True)
        if kind is SignalKind.RETALIATION and clauses.is_aside(words, finding.first):
            after = self._side(*place, before=False)
            return avenger_of(words, finding, named, sentence[0], before, after)
        if kind is SignalKind.THREAT and clauses.is_foretold(words, finding):
            return before[1:2], before[:1]
        by = self._after_word(*place, frozenset({"by"}))
        suffered = clauses.is_suffered(words, finding, sentence[0])
        if by or suffered or (verb and clauses.is_passive(words, finding, sentence[0])):
            return self._turned_round(*place, by)
        return self._by_verb(*place) if verb else self._by_noun(*place)

    def _turned_round(
        self,
        finding: Finding,
        words: Words,
        sentence: tuple[int, int],
        named: Sequence[PlacedEntity],
        by: tuple[Entity, ...],
    ) -> Sides:
        """Return the sides of a passive, or of what somebody did *by* something."""
        kind = finding.entry.kind
        casualties = kind is SignalKind.CASUALTIES
        clause = clauses.without_saying(words, finding, sentence) if casualties else sentence
        before = self._side(finding, words, clause, named, before=True)
        target = self._after_word(finding, words, sentence, named, clauses.ON)
        standing = standing_in(finding, words, named)
        inside = tuple(item.entity for item in standing if item.entity not in by)
        if kind is SignalKind.MOBILIZATION:
            # "British warships were sent": what is moved is its mover's.
            return by or distinct(inside or before[:1]), target
        if casualties:
            by = by or attacker_of(words, finding, named, sentence[1])
        return by, distinct(inside or before[:1] or target)

    def _by_noun(
        self,
        finding: Finding,
        words: Words,
        sentence: tuple[int, int],
        named: Sequence[PlacedEntity],
    ) -> Sides:
        """Return the sides of a noun, or of a verb that tells what became of people."""
        place = finding, words, sentence, named
        owner, behind = owned_by(*standing_in(finding, words, named), at=finding.first)
        met = self._side(*place, before=False, reach=_REACH_OF_NOUN)
        targets = distinct(self._after_word(*place, clauses.ON) or behind or met[:1])
        # Who is named before the dead is where they died or who says so, unless they did it.
        if finding.entry.kind is SignalKind.CASUALTIES:
            return owner or killer_of(words, finding, named, sentence[0]), targets
        clause = sentence
        if finding.entry.kind in _TOLD_OF_OTHERS:
            clause = clauses.without_saying(words, finding, sentence)
        near = self._side(finding, words, clause, named, before=True, reach=_REACH_OF_NOUN)
        return owner or with_partner(near[:1], words, named), targets

    def _by_verb(
        self,
        finding: Finding,
        words: Words,
        sentence: tuple[int, int],
        named: Sequence[PlacedEntity],
    ) -> Sides:
        """Return the sides of a verb: "North Korea warned" may begin with who acts."""
        place = finding, words, sentence, named
        told_of_others = finding.entry.kind in _TOLD_OF_OTHERS
        clause = clauses.without_saying(words, finding, sentence) if told_of_others else sentence
        before = self._side(finding, words, clause, named, before=True)
        owner, behind = owned_by(*standing_in(finding, words, named), at=finding.first)
        target = self._after_word(*place, clauses.ON)
        if finding.entry.kind is SignalKind.MOBILIZATION:
            target = target or self._after_word(*place, _ABOUT)
        subject = subject_of(words, named, clause[0], finding.first)
        if subject and before and subject[0] != before[0]:
            return subject, distinct(target or behind or before[:1])
        reach = _REACH_OF_NOUN if clauses.is_owned(words, finding) else _REACH
        after = self._side(*place, before=False, reach=reach)
        targets = distinct(target or behind or after[:1])
        actors = owner or with_partner(before[:1], words, named)
        return tuple(actor for actor in actors if actor not in targets), targets

    def _side(
        self,
        finding: Finding,
        words: Words,
        sentence: tuple[int, int],
        named: Sequence[PlacedEntity],
        *,
        before: bool,
        reach: int = _REACH,
    ) -> tuple[Entity, ...]:
        """Return the parties on one side, nearest first; a common noun where nobody is named."""
        if before:
            low, high = max(sentence[0], finding.first - reach), finding.first
        else:
            low, high = finding.last, min(sentence[1], finding.last + reach)
            high = next((at for at in range(low, high) if words.texts[at] in clauses.OPENERS), high)
        inside = [
            item
            for item in named
            if low <= item.first < high
            and not clauses.is_led(words, item.first)
            and not (not before and clauses.says(words, item.last))
        ]
        parties = [party for item in inside if (party := party_of(item.entity))]
        if parties:
            return tuple(reversed(parties) if before else parties)
        positions = range(high - 1, low - 1, -1) if before else range(low, high)
        for index in positions:
            if words.texts[index] in self._nouns and (before or not clauses.says(words, index + 1)):
                return (Entity(text=words.quote(index, index + 1)),)
        return ()

    def _after_word(
        self,
        finding: Finding,
        words: Words,
        sentence: tuple[int, int],
        named: Sequence[PlacedEntity],
        prepositions: frozenset[str],
    ) -> tuple[Entity, ...]:
        """Return the entity that one of *prepositions* brings in, shortly after the words."""
        high = min(sentence[1], finding.last + 10)
        for index in range(finding.first, high):
            if words.texts[index] not in prepositions or clauses.leads_to_act(
                words, index + 1, named
            ):
                continue
            stop = clauses.end_of_phrase(words, index + 1, min(index + 5, high))
            for item in named:
                if index < item.first < stop and item.entity.label in (PARTY | PLACE):
                    return (item.entity,)
            for noun in range(index + 1, stop):
                if words.texts[noun] in self._nouns:
                    return (Entity(text=words.quote(noun, noun + 1)),)
        return ()
