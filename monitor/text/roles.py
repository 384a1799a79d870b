"""Roles: who does what to whom, and where, around the words that fired."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

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
from monitor.text.subjects import (
    attacker_of,
    avenger_of,
    killer_of,
    party_telling,
    speaker_met,
    subject_of,
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
_STOPS = clauses.OPENERS | clauses.COUNTS_IN
"""Words behind which nobody is met any more."""
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


@dataclass(frozen=True, slots=True)
class _Scene:
    """A finding among the words and names around it."""

    finding: Finding
    words: Words
    sentence: tuple[int, int]
    """Half-open range of words that is looked at."""
    named: Sequence[PlacedEntity]

    def without_saying(self) -> "_Scene":
        """Return the scene without who tells of it."""
        clause = clauses.without_saying(self.words, self.finding, self.sentence)
        return replace(self, sentence=clause)

    def standing_in(self) -> Sequence[PlacedEntity]:
        """Return the entities among the words that fired."""
        return standing_in(self.finding, self.words, self.named)


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
        scene = _Scene(finding, words, sentence, named)
        if role is Role.NONE:
            return Roles(places=places[:1])
        if role is Role.PARTIES:
            return Roles(actors=self._both(scene), places=places)
        actors, targets = self._sides(scene)
        if not targets and finding.entry.kind in _HOSTILE:
            targets = speaker_met(words, finding, named, sentence, actors)
        return Roles(actors=actors, targets=targets, places=places)

    def _both(self, scene: _Scene) -> tuple[Entity, ...]:
        """Return the parties that do one thing together; who brokers it is none of them."""
        before = self._side(scene, before=True, reach=_REACH_OF_PARTIES)
        ahead = [item for item in scene.named if not clauses.is_brought_in_by(scene.words, item)]
        after = self._side(replace(scene, named=ahead), before=False)
        inside = tuple(item.entity for item in scene.standing_in())
        return distinct((*before[:2], *inside, *after[:2]))

    def _sides(self, scene: _Scene) -> Sides:
        """Return who acts and who is met."""
        finding, words, start = scene.finding, scene.words, scene.sentence[0]
        kind, verb = finding.entry.kind, finding.entry.role is Role.ACTOR_TARGET
        before = self._side(scene, before=True)
        if kind is SignalKind.RETALIATION and clauses.is_aside(words, finding.first):
            after = self._side(scene, before=False)
            return avenger_of(words, finding, scene.named, start, before, after)
        if kind is SignalKind.THREAT and clauses.is_foretold(words, finding):
            return before[1:2], before[:1]
        by = self._after_word(scene, frozenset({"by"}))
        suffered = clauses.is_suffered(words, finding, start)
        if by or suffered or (verb and clauses.is_passive(words, finding, start)):
            return self._turned_round(scene, by)
        return self._by_verb(scene) if verb else self._by_noun(scene)

    def _turned_round(self, scene: _Scene, by: tuple[Entity, ...]) -> Sides:
        """Return the sides of a passive, or of what somebody did *by* something."""
        kind = scene.finding.entry.kind
        told = scene.without_saying() if kind in _TOLD_OF_OTHERS else scene
        before = self._side(told, before=True)
        if not before and kind is SignalKind.MILITARY_STRIKE:
            # "Ukraine said a hospital was bombed" is about a hospital of Ukraine's.
            party = party_telling(scene.words, scene.finding, scene.named, scene.sentence[0])
            before = (party,) if party and party not in by else ()
        target = self._after_word(scene, clauses.ON)
        inside = tuple(item.entity for item in scene.standing_in() if item.entity not in by)
        if kind is SignalKind.MOBILIZATION:
            # "British warships were sent": what is moved is its mover's.
            return by or distinct(inside or before[:1]), target
        if kind is SignalKind.CASUALTIES:
            by = by or attacker_of(scene.words, scene.finding, scene.named, scene.sentence[1])
        return by, distinct(inside or before[:1] or target)

    def _by_noun(self, scene: _Scene) -> Sides:
        """Return the sides of a noun, or of a verb that tells what became of people."""
        finding, words, named = scene.finding, scene.words, scene.named
        owner, behind = owned_by(*scene.standing_in(), at=finding.first)
        met = self._side(scene, before=False, reach=_REACH_OF_NOUN)
        targets = distinct(self._after_word(scene, clauses.ON) or behind or met[:1])
        # Who is named before the dead is where they died or who says so, unless they did it.
        if finding.entry.kind is SignalKind.CASUALTIES:
            return owner or killer_of(words, finding, named, scene.sentence[0]), targets
        told_of_others = finding.entry.kind in _TOLD_OF_OTHERS
        near = self._side(
            scene.without_saying() if told_of_others else scene, before=True, reach=_REACH_OF_NOUN
        )
        return owner or with_partner(near[:1], words, named), targets

    def _by_verb(self, scene: _Scene) -> Sides:
        """Return the sides of a verb: "North Korea warned" may begin with who acts."""
        finding, words, named = scene.finding, scene.words, scene.named
        told_of_others = finding.entry.kind in _TOLD_OF_OTHERS
        told = scene.without_saying() if told_of_others else scene
        before = self._side(told, before=True)
        owner, behind = owned_by(*scene.standing_in(), at=finding.first)
        target = self._after_word(scene, clauses.ON)
        if finding.entry.kind is SignalKind.MOBILIZATION:
            target = target or self._after_word(scene, _ABOUT)
        subject = subject_of(words, named, told.sentence[0], finding.first)
        if subject and before and subject[0] != before[0]:
            return subject, distinct(target or behind or before[:1])
        reach = _REACH_OF_NOUN if clauses.is_owned(words, finding) else _REACH
        after = self._side(scene, before=False, reach=reach)
        targets = distinct(target or behind or after[:1])
        actors = owner or with_partner(before[:1], words, named)
        return tuple(actor for actor in actors if actor not in targets), targets

    def _side(self, scene: _Scene, *, before: bool, reach: int = _REACH) -> tuple[Entity, ...]:
        """Return the parties on one side, nearest first; a common noun where nobody is named."""
        finding, words, sentence = scene.finding, scene.words, scene.sentence
        if before:
            low, high = max(sentence[0], finding.first - reach), finding.first
        else:
            low, high = finding.last, min(sentence[1], finding.last + reach)
            stops = clauses.OPENERS if finding.entry.role is Role.PARTIES else _STOPS
            high = next((at for at in range(low, high) if words.texts[at] in stops), high)
        inside = [
            item
            for item in scene.named
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

    def _after_word(self, scene: _Scene, prepositions: frozenset[str]) -> tuple[Entity, ...]:
        """Return the entity that one of *prepositions* brings in, shortly after the words."""
        finding, words, named = scene.finding, scene.words, scene.named
        high = min(scene.sentence[1], finding.last + 10)
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
