"""Clauses: who speaks, which voice a verb has, what leads a name; read from the words alone.

No parser is needed, and none of this asks for punctuation or capitals, so that stripped text reads
alike. Who acts and who is met is put together in `monitor.text.roles`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from monitor.domain import Entity
from monitor.text.matcher import Finding
from monitor.text.words import Words

__all__ = [
    "COUNTS_IN",
    "IN",
    "ON",
    "OPENERS",
    "PlacedEntity",
    "clause_start",
    "condemns",
    "end_of_phrase",
    "has_own",
    "is_aside",
    "is_brought_in_by",
    "is_foretold",
    "is_led",
    "is_made_by",
    "is_only_behind",
    "is_owned",
    "is_passive",
    "is_suffered",
    "leads_to_act",
    "led_by",
    "says",
    "speaker_of",
    "titled",
    "without_saying",
    "without_speaker",
]

ON = frozenset({"on", "against", "at", "targeting", "toward", "towards", "into"})
"""Prepositions that bring in whom an act meets."""
IN = frozenset({"in", "at", "near", "outside", "around", "from", "off", "inside", "across"})
"""Prepositions that bring in where it happens."""
OPENERS = frozenset("when while as after before since although because".split())
"""Words that open a clause, in which somebody else acts."""
COUNTS_IN = frozenset({"include", "includes"})
"""Verbs whose object belongs to the subject: "those who struck include Denmark" does not tell whom."""
_BE = frozenset("was were been being be is are".split())
_ADVERBS = frozenset("now still also again not already reportedly".split())
_SAYS = frozenset("said says say told reported confirmed announced added claimed".split())
_STATES = frozenset("said says say".split())
"""Verbs whose clause tells what somebody else did: "confirmed" and "announced" take one's own acts."""
_CONDEMNS = frozenset(
    "condemn condemns condemned condemning denounce denounces denounced denouncing deplore deplores "
    "deplored deploring mourn mourns mourned".split()
)
"""Verbs of who has no part in what is told: they bring it in as "said" does."""
_ACCUSES = _STATES | frozenset("accused accuses accusing blamed blames".split())
_PRONOUNS = frozenset("it they he she we i its their his her our".split())
_OWN = frozenset("its their his her our".split())
_MAKES = (["made"], ["built"], ["supplied"], ["designed"], ["manufactured"], ["style"])
_BEHIND = frozenset(
    "led backed supported sponsored allied aligned funded trained linked affiliated armed".split()
)
_AFTER_VERBS = frozenset(
    "a an the its his her their off away down to by with against from in on for into".split()
)
_HYPHENS = frozenset("-\u2010\u2011\u2013")
_STRONG = frozenset("hit struck shot slain sunk blown overthrown driven beaten hurt".split())
"""Participles without -ed of what is done to people and places."""
_COMES = frozenset({("came", "under"), ("come", "under"), ("comes", "under"), ("coming", "under")})
_FATES = frozenset("face faces pay suffer regret".split())
_FUTURE = frozenset("will would shall".split())
_TITLES = frozenset(
    "s president prime minister foreign defense defence interior finance secretary of state leader "
    "supreme chancellor king general premier vice deputy chief commander army military".split()
)
_FAR_SPEAKER = 3
"""Words between a name and its "said", at most: "Ukraine's air force said"."""

_FAR_OWN = 7
"""Words after a verb in which its object is looked for: "to annex two thirds of its territory"."""


@dataclass(frozen=True, slots=True)
class PlacedEntity:
    """An entity and the words that name it."""

    first: int
    last: int
    entity: Entity


def is_aside(words: Words, position: int) -> bool:
    """Whether words say in what way something was done: "in retaliation", "in a tit-for-tat move"."""
    around = words.texts[max(0, position - 2) : position + 1]
    return "in" in around[-2:] or around[:2] == ["in", "a"]


def is_led(words: Words, position: int) -> bool:
    """Whether a preposition of place stands right before a name: "fired from Yemen"."""
    return position > 0 and words.texts[position - 1] in IN


def led_by(words: Words, position: int, prepositions: frozenset[str], start: int = 0) -> bool:
    """Whether one of *prepositions* stands in the three words before *position*, from *start* on."""
    return any(
        words.texts[index] in prepositions for index in range(max(start, position - 3), position)
    )


def end_of_phrase(words: Words, low: int, high: int) -> int:
    """Return the word after a noun phrase: "on protesters", not "on protesters in Maputo"."""
    return next((at for at in range(low + 1, high) if words.texts[at] in IN), high)


def condemns(words: Words, position: int) -> bool:
    """Whether who is named before *position* condemns what is told; "was condemned" was not its doing."""
    for at in range(position, min(position + _FAR_SPEAKER, len(words))):
        if words.texts[at] in _CONDEMNS:
            return _BE.isdisjoint(words.texts[position:at])
    return False


def says(words: Words, position: int) -> bool:
    """Whether who is named before *position* is who says so: ", the ministry said"."""
    if condemns(words, position):
        return True
    return position < len(words) and words.texts[position] in _SAYS


def is_made_by(words: Words, item: PlacedEntity) -> bool:
    """Whether a people only made the thing that is spoken of: "Chinese-built missiles"."""
    return words.texts[item.last : item.last + 1] in _MAKES


def is_only_behind(words: Words, item: PlacedEntity) -> bool:
    """Whether a name only tells who stands behind those who act: "the U.S.-led coalition"."""
    after = words.texts[item.last : item.last + 2]
    if len(after) < 2 or after[0] not in _BEHIND:  # noqa: PLR2004
        return False
    if words.is_stripped:
        return after[1] not in _AFTER_VERBS  # "Iran backed down" is what Iran did
    return words.source[words.ends[item.last - 1] : words.starts[item.last]].strip(".") in _HYPHENS


def is_owned(words: Words, finding: Finding) -> bool:
    """Whether the words that fired are a noun with an owner: "Russia's bombardment of"."""
    return "s" in words.texts[max(0, finding.first - 1) : finding.first + 1]


def is_passive(words: Words, finding: Finding, low: int) -> bool:
    """Whether a form of "be" stands with a verb that fired, and no -ing form follows it."""
    return any(
        words.texts[index] in _BE and not _goes_on(words.texts, index + 1)
        for index in range(max(low, finding.first - 2), finding.last)
    )


def _goes_on(texts: Sequence[str], position: int) -> bool:
    """Whether an -ing form follows "is" or "were": they bomb, they are not bombed."""
    for text in texts[position : position + 3]:
        if text not in _BE and text not in _ADVERBS and not text.endswith("ly"):
            return text.endswith("ing")
    return False


def is_suffered(words: Words, finding: Finding, low: int) -> bool:
    """Whether the words that fired tell what befell somebody: "were ambushed", "came under attack"."""
    ahead = words.texts[max(low, finding.first - 4) : finding.first]
    if any(pair in _COMES for pair in pairwise(ahead)):
        return True
    for index in range(max(low, finding.first - 3), finding.last):
        if words.texts[index] not in _BE:
            continue
        for at in range(index + 1, finding.last):
            text = words.texts[at]
            if text in _BE or text in _ADVERBS or text.endswith("ly"):
                continue
            if at >= finding.first and (text.endswith("ed") or text in _STRONG):
                return True
            break
    return False


def is_foretold(words: Words, finding: Finding) -> bool:
    """Whether it is told what will befall somebody: "Iran will face severe consequences"."""
    ahead = words.texts[max(0, finding.first - 2) : finding.first]
    return words.texts[finding.first] in _FATES and not _FUTURE.isdisjoint(ahead)


def without_speaker(words: Words, finding: Finding) -> Finding:
    """Return the words that fired without who says them: "Guyana says Venezuela has threatened"."""
    said = [at for at in range(finding.first + 1, finding.last - 1) if words.texts[at] in _STATES]
    return replace(finding, first=said[-1] + 1) if said else finding


def clause_start(words: Words, low: int, high: int) -> int:
    """Return where the clause begins that a "said" brings in; *low* where its subject is who says so.

    "Lebanon said a blast killed two" is not about what Lebanon did; "Israel said it struck" is. Who condemns
    what happened is no party to it.
    """
    brings_in = _STATES | _CONDEMNS
    said = next((at for at in range(high - 1, low - 1, -1) if words.texts[at] in brings_in), None)
    if said is not None and words.texts[said] in _CONDEMNS:
        return said + 1
    if said is None or not _PRONOUNS.isdisjoint(words.texts[said + 1 : high]):
        return low
    return said + 1


def without_saying(words: Words, finding: Finding, sentence: tuple[int, int]) -> tuple[int, int]:
    """Return a sentence's range without who says what is told in it."""
    return clause_start(words, sentence[0], finding.first), sentence[1]


def speaker_of(
    words: Words, low: int, high: int, named: Sequence[PlacedEntity]
) -> PlacedEntity | None:
    """Return the first name between two words that says, or accuses of, what is told."""
    for item in named:
        following = words.texts[item.last : min(high, item.last + _FAR_SPEAKER + 1)]
        if low <= item.first < high and not _ACCUSES.isdisjoint(following):
            return item
    return None


def has_own(words: Words, finding: Finding, high: int, named: Sequence[PlacedEntity]) -> bool:
    """Whether what is met is called the speaker's: "at its cities", but not "its own cities"."""
    stop = min(
        [high, finding.last + _FAR_OWN, *(i.first for i in named if i.first >= finding.last)]
    )
    return any(
        words.texts[at] in _OWN and words.texts[at + 1 : at + 2] != ["own"]
        for at in range(finding.last, stop)
    )


def titled(words: Words, left: PlacedEntity, right: PlacedEntity) -> bool:
    """Whether a name only says whose office a person has: "Russian President Vladimir Putin"."""
    between = words.texts[left.last : right.first]
    return bool(between) and _TITLES.issuperset(between)


def leads_to_act(words: Words, position: int, named: Sequence[PlacedEntity]) -> bool:
    """Whether a preposition brings in what is done: "warned Poland against sending troops to"."""
    if not words.texts[position : position + 1] or not words.texts[position].endswith("ing"):
        return False
    return all(item.first != position for item in named)


def is_brought_in_by(words: Words, item: PlacedEntity) -> bool:
    """Whether a "by" stands right before a name: "a deal brokered by China"."""
    return item.first > 0 and words.texts[item.first - 1] == "by"
