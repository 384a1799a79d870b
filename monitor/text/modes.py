"""Modes: how an act is done, by the words around those that fired."""

from collections.abc import Iterator, Sequence

from monitor.domain import EventMode, EventType, SignalKind
from monitor.lexicon.entry import Author, Entry
from monitor.lexicon.modes import ModePhrase, ModePhrases, Modes
from monitor.text.words import Words

__all__ = ["ModeReader"]

_REACH = 45
"""Words on either side of a trigger that are looked at: 97 of 100 sentences of newswire are no longer,
and a text that never ends a sentence is read in time that grows with its length."""


_RETALIATING = frozenset({EventMode.DISCONTINUE, EventMode.EXPEL})
"""Sanctions by which states retaliate."""


_RETREATING = frozenset({EventMode.WITHDRAW, EventMode.RELEASE, EventMode.DISARM})
"""What is no mere agreement."""


class ModeReader:
    """Reads the mode of a trigger from its sentence."""

    def __init__(self, modes: Modes) -> None:
        """Keep what to look for."""
        self._modes = modes

    def read(
        self, event_type: EventType, words: Words, sentence: tuple[int, int], first: int, last: int
    ) -> EventMode | None:
        """Return the mode of a trigger; None where no word of its sentence tells.

        The words nearest to the trigger decide, those inside it first; of two that stand equally
        near, those of the mode that the file names first. A mode that the file puts over another
        wins over it wherever both stand. It costs one look-up per word of the sentence.

        Args:
            event_type: what kind of act the trigger is.
            words: the text.
            sentence: the trigger's sentence, as a half-open range of words.
            first: word on which the trigger starts.
            last: word after its end.
        """
        phrases = self._modes.phrases.get(event_type)
        if phrases is None:
            return None
        around = max(sentence[0], first - _REACH), min(sentence[1], last + _REACH)
        nearest: dict[EventMode, tuple[int, int]] = {}
        for position, found in _standing(phrases, words.texts, around):
            if found.mode is not None:
                distance = max(first - (position + len(found.words)) + 1, position - last + 1, 0)
                place = (distance, found.rank)
                nearest[found.mode] = min(place, nearest.get(found.mode, place))
        over = self._modes.over[event_type]
        beaten = {mode for other in nearest for mode in over.get(other, ())}
        standing = [mode for mode in nearest if mode not in beaten] or list(nearest)
        return min(standing, key=nearest.__getitem__, default=None)

    def event_type_of(
        self, entry: Entry, words: Words, sentence: tuple[int, int], first: int, last: int
    ) -> EventType:
        """Return the event type of a trigger: its entry's, but of retaliation what is done.

        Who hits back with tariffs, or expels envoys, assaults nobody. De-escalation that no entry
        names is a retreat where forces withdraw or captives go free. What a user's own entry states
        holds.
        """
        own = entry.event_type
        if not entry.patterns and entry.kind is SignalKind.DE_ESCALATION:
            retreats = self.read(EventType.RETREAT, words, sentence, first, last)
            return EventType.RETREAT if retreats in _RETREATING else own
        retaliates = entry.kind is SignalKind.RETALIATION and own is EventType.ASSAULT
        if not retaliates or entry.author is Author.USER:
            return own
        place = words, sentence, first, last
        armed = self.read(EventType.ASSAULT, *place) is not None
        sanctions = self.read(EventType.SANCTION, *place) in _RETALIATING
        return EventType.SANCTION if sanctions and not armed else own


def _standing(
    phrases: ModePhrases, texts: Sequence[str], around: tuple[int, int]
) -> Iterator[tuple[int, ModePhrase]]:
    """Yield the phrases in a range of words, the longest at each word, none inside another."""
    position, stop = around
    while position < stop:
        for phrase in phrases.get(texts[position], ()):
            end = position + len(phrase.words)
            if end <= stop and tuple(texts[position:end]) == phrase.words:
                yield position, phrase
                position = end - 1
                break
        position += 1
