"""Roles: who does what to whom, and where, around the words that fired."""

from collections.abc import Sequence
from dataclasses import dataclass

from monitor.domain import Entity, SignalKind
from monitor.lexicon.entry import Role
from monitor.lexicon.pattern import Phrases
from monitor.text import clauses
from monitor.text.clauses import PlacedEntity
from monitor.text.matcher import Finding
from monitor.text.parties import (
    PARTY,
    PLACE,
    distinct,
    is_building_of_state,
    killer_of,
    party_of,
    standing_in,
    with_partner,
)
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
        named = [item for item in named if not clauses.is_made_by(words, item)]
        places = self._places(finding, words, sentence, named)
        if role is Role.NONE:
            return Roles(places=places[:1])
        if role is Role.PARTIES:
            return Roles(actors=self._both(finding, words, sentence, named), places=places)
        actors, targets = self._sides(finding, words, sentence, named)
        if not targets and finding.entry.kind in _HOSTILE:
            targets = self._own(finding, words, sentence, named, actors)
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
    ) -> tuple[tuple[Entity, ...], tuple[Entity, ...]]:
        """Return who acts and who is met."""
        kind, verb = finding.entry.kind, finding.entry.role is Role.ACTOR_TARGET
        before = self._side(finding, words, sentence, named, before=True)
        after = self._side(finding, words, sentence, named, before=False)
        if kind is SignalKind.RETALIATION and clauses.is_aside(words, finding.first):
            ahead = distinct(tuple(reversed(before)) or after)
            return ahead[:1], ahead[1:2]
        if kind is SignalKind.THREAT and clauses.is_foretold(words, finding):
            return before[1:2], before[:1]
        standing = standing_in(finding, words, named)
        owner = tuple(
            party
            for item in named
            if item.first == finding.first and (party := party_of(item.entity))
        )
        by = self._after_word(finding, words, sentence, named, frozenset({"by"}))
        target = self._after_word(finding, words, sentence, named, clauses.ON)
        inside = tuple(item.entity for item in standing if item.entity not in by)
        suffered = clauses.is_suffered(words, finding, sentence[0])
        if by or suffered or (verb and clauses.is_passive(words, finding, sentence[0])):
            if kind is SignalKind.CASUALTIES:
                before = self._side(
                    finding, words, self._clause(finding, words, sentence), named, before=True
                )
            return by, distinct(inside or before[:1] or target)
        if kind in _TOLD_OF_OTHERS:
            clause = self._clause(finding, words, sentence)
            before = self._side(finding, words, clause, named, before=True)
        behind = tuple(item.entity for item in standing if not owner or item.first > finding.first)
        if kind is SignalKind.MOBILIZATION:
            target = target or self._after_word(finding, words, sentence, named, _ABOUT)
        met = self._side(finding, words, sentence, named, before=False, reach=_REACH_OF_NOUN)
        if not verb:
            near = self._side(finding, words, sentence, named, before=True, reach=_REACH_OF_NOUN)
            # Who is named before the dead is where they died or who says so, unless they did it.
            killer = killer_of(words, finding, named, sentence[0])
            actors = killer if kind is SignalKind.CASUALTIES else near[:1]
            return owner or actors, distinct(target or behind or met[:1])
        if clauses.is_owned(words, finding):
            after = met
        # "North Korea warned": the words that fired begin with who acts.
        targets = distinct(target or behind or after[:1])
        actors = owner or with_partner(before[:1], words, named)
        return tuple(actor for actor in actors if actor not in targets), targets

    def _clause(self, finding: Finding, words: Words, sentence: tuple[int, int]) -> tuple[int, int]:
        """Return the sentence without who says what is told in it."""
        return clauses.clause_start(words, sentence[0], finding.first), sentence[1]

    def _own(
        self,
        finding: Finding,
        words: Words,
        sentence: tuple[int, int],
        named: Sequence[PlacedEntity],
        actors: Sequence[Entity],
    ) -> tuple[Entity, ...]:
        """Return who says what others did to theirs: "Ukraine said Russia struck its ports"."""
        speaker = clauses.speaker_of(words, sentence[0], finding.first, named)
        party = speaker and party_of(speaker.entity)
        if not party or not actors or party.key in {actor.key for actor in actors}:
            return ()
        return (party,) if clauses.has_own(words, finding, sentence[1], named) else ()

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

    def _places(
        self,
        finding: Finding,
        words: Words,
        sentence: tuple[int, int],
        named: Sequence[PlacedEntity],
    ) -> tuple[Entity, ...]:
        """Return the places that the sentence names, those after a preposition first."""
        located = [
            item
            for item in named
            if sentence[0] <= item.first < sentence[1]
            and (item.entity.label in PLACE or is_building_of_state(item.entity))
        ]
        led = [item for item in located if clauses.led_by(words, item.first, clauses.IN)]
        chosen = led or [item for item in located if item.entity.country]
        chosen.sort(key=lambda item: abs(item.first - finding.first))
        return distinct(tuple(item.entity for item in chosen[:3]))
