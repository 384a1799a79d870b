"""Roles: who does what to whom, and where, around the words that fired."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from monitor.domain import Entity, EntityLabel, SignalKind
from monitor.lexicon.entry import Role
from monitor.lexicon.pattern import Phrases
from monitor.lexicon.places import fold_words, governments, seats_of_power
from monitor.text.matcher import Finding
from monitor.text.words import Words

__all__ = ["PlacedEntity", "RoleReader", "Roles"]

_REACH = 14
"""Words on either side in which a party is looked for: half a newswire sentence."""
_REACH_OF_PARTIES = 24
"""Words on the left side where several parties do one thing: "Hamas and Israel are to ..."."""
_REACH_OF_NOUN = 4
"""Words before a noun in which its actor is looked for ("the Taliban's latest attack")."""
_PASSIVE = frozenset("was were been being be is are".split())
_ADVERBS = frozenset("now still also again not already".split())
_ON = frozenset({"on", "against", "at", "targeting", "toward", "towards", "into"})
_IN = frozenset({"in", "at", "near", "outside", "around", "from", "off", "inside", "across"})
_OPENERS = frozenset("when while as after before since although because".split())
"""Words that open a clause, in which somebody else acts."""
_SAYS = frozenset("said says say told reported confirmed announced added claimed".split())
_MAKES = (["made"], ["built"], ["supplied"], ["designed"], ["manufactured"], ["style"])
_PARTY = frozenset({EntityLabel.NORP, EntityLabel.ORG, EntityLabel.PERSON})
_PLACE = frozenset({EntityLabel.GPE, EntityLabel.LOC, EntityLabel.FAC})


@dataclass(frozen=True, slots=True)
class PlacedEntity:
    """An entity and the words that name it."""

    first: int
    last: int
    entity: Entity


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
        named = [item for item in named if not _is_make(words, item)]
        places = self._places(finding, words, sentence, named)
        if role is Role.NONE:
            return Roles(places=places[:1])
        reach = _REACH_OF_PARTIES if role is Role.PARTIES else _REACH
        before = self._side(finding, words, sentence, named, before=True, reach=reach)
        standing = [
            item
            for item in named
            if finding.first <= item.first < finding.last and not _is_led(words, item.first)
        ]
        inside = tuple(item.entity for item in standing)
        after = self._side(finding, words, sentence, named, before=False)
        if role is Role.PARTIES:
            parties = _distinct((*before[:2], *inside, *after[:2]))
            return Roles(actors=parties, places=places)
        if finding.entry.kind is SignalKind.RETALIATION and _is_aside(words, finding.first):
            ahead = tuple(reversed(before)) or after
            actors = _distinct(ahead)[:1]
            met = tuple(party for party in _distinct(ahead) if party not in actors)
            return Roles(actors=actors, targets=met[:1], places=places)
        owner = tuple(
            party
            for item in named
            if item.first == finding.first and (party := _party(item.entity))
        )
        behind = tuple(item.entity for item in standing if not owner or item.first > finding.first)
        by = self._after_word(finding, words, sentence, named, frozenset({"by"}))
        target = self._after_word(finding, words, sentence, named, _ON)
        passive = any(
            words.texts[index] in _PASSIVE and not _goes_on(words.texts, index + 1)
            for index in range(max(sentence[0], finding.first - 2), finding.last)
        )
        if by or (passive and role is Role.ACTOR_TARGET):
            return Roles(actors=by, targets=_distinct(inside or before[:1]), places=places)
        if role is Role.TARGET_ACTOR:
            reach = _REACH_OF_NOUN
            close = self._side(finding, words, sentence, named, before=True, reach=reach)
            met = self._side(finding, words, sentence, named, before=False, reach=reach)
            # Who is named before the dead is where they died or who says so, not who killed them.
            silent = finding.entry.kind is SignalKind.CASUALTIES
            return Roles(
                actors=owner or (() if silent else close[:1]),
                targets=_distinct(target or behind or met[:1]),
                places=places,
            )
        # "North Korea warned": the words that fired begin with who acts.
        targets = _distinct(target or behind or after[:1])
        actors = owner or _with_partner(before[:1], words, named)
        actors = tuple(actor for actor in actors if actor not in targets)
        return Roles(actors=actors, targets=targets, places=places)

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
            high = next((at for at in range(low, high) if words.texts[at] in _OPENERS), high)
        inside = [
            item
            for item in named
            if low <= item.first < high
            and not _is_led(words, item.first)
            and not (not before and _says(words, item.last))
        ]
        parties = [party for item in inside if (party := _party(item.entity))]
        if parties:
            return tuple(reversed(parties) if before else parties)
        positions = range(high - 1, low - 1, -1) if before else range(low, high)
        for index in positions:
            if words.texts[index] in self._nouns and (before or not _says(words, index + 1)):
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
            if words.texts[index] not in prepositions:
                continue
            stop = _end_of_phrase(words, index + 1, min(index + 5, high))
            for item in named:
                if index < item.first < stop and item.entity.label in (_PARTY | _PLACE):
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
            and (item.entity.label in _PLACE or _is_building_of_state(item.entity))
        ]
        led = [item for item in located if _led_by(words, item.first, _IN)]
        chosen = led or [item for item in located if item.entity.country]
        chosen.sort(key=lambda item: abs(item.first - finding.first))
        return _distinct(tuple(item.entity for item in chosen[:3]))


def _party(entity: Entity) -> Entity | None:
    """Return the party that a name stands for; None for a place that is not one.

    A country acts by its own name or by that of its seat of government ("Washington said").
    """
    if entity.label in _PARTY or (entity.label is EntityLabel.GPE and entity.id):
        return entity
    if entity.country and fold_words(entity.text) in seats_of_power():
        return replace(entity, id=entity.country)
    return None


def _is_aside(words: Words, position: int) -> bool:
    """Whether words say in what way something was done: "in retaliation", "in a tit-for-tat move"."""
    around = words.texts[max(0, position - 2) : position + 1]
    return "in" in around[-2:] or around[:2] == ["in", "a"]


def _is_led(words: Words, position: int) -> bool:
    """Whether a preposition of place stands right before a name: "fired from Yemen"."""
    return position > 0 and words.texts[position - 1] in _IN


def _says(words: Words, position: int) -> bool:
    """Whether who is named before *position* is who says so: ", the ministry said"."""
    return position < len(words) and words.texts[position] in _SAYS


def _end_of_phrase(words: Words, low: int, high: int) -> int:
    """Return the word after a noun phrase: "on protesters", not "on protesters in Maputo"."""
    return next((at for at in range(low + 1, high) if words.texts[at] in _IN), high)


def _with_partner(
    actors: tuple[Entity, ...], words: Words, named: Sequence[PlacedEntity]
) -> tuple[Entity, ...]:
    """Return an actor with the one that an "and" joins to it: "Russia and Ukraine exchanged"."""
    for left, right in pairwise(named):
        joined = right.first == left.last + 1 and words.texts[left.last] == "and"
        if actors and joined and _party(right.entity) == actors[0]:
            partner = _party(left.entity)
            return (partner, *actors) if partner else actors
    return actors


def _is_building_of_state(entity: Entity) -> bool:
    """Whether the name of a government's seat is that of the house, as in "near the Kremlin"."""
    return entity.id is None and fold_words(entity.text) in governments()


def _is_make(words: Words, item: PlacedEntity) -> bool:
    """Whether a people only made the thing that is spoken of: "Chinese-built missiles"."""
    return words.texts[item.last : item.last + 1] in _MAKES


def _goes_on(texts: Sequence[str], position: int) -> bool:
    """Whether an -ing form follows "is" or "were": they bomb, they are not bombed."""
    for text in texts[position : position + 3]:
        if text not in _PASSIVE and text not in _ADVERBS and not text.endswith("ly"):
            return text.endswith("ing")
    return False


def _led_by(words: Words, position: int, prepositions: frozenset[str]) -> bool:
    """Whether one of *prepositions* stands in the three words before *position*."""
    return any(
        words.texts[index] in prepositions for index in range(max(0, position - 3), position)
    )


def _distinct(entities: Sequence[Entity]) -> tuple[Entity, ...]:
    """Return *entities* without repeats, in order."""
    seen: dict[str, Entity] = {}
    for entity in entities:
        seen.setdefault(entity.key, entity)
    return tuple(seen.values())
