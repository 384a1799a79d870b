"""Judgement: what a sentence reports, from the lexicon's findings and the sense model's opinions.

The sense model decides whether a sentence speaks of a kind and with which status; it has read more
news than any rule. The lexicon names the words, the parties' places and the event type, and what a
user's own entry finds counts whatever the model thinks: the model has never seen that entry.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from monitor.domain import Desk, SignalKind
from monitor.lexicon.entry import Author, Condition
from monitor.lexicon.kinds import DESKS, entry_of_reading
from monitor.text.matcher import Finding
from monitor.text.sense import Opinion
from monitor.text.status import StatusReading

__all__ = ["LEAST", "SENSE", "Candidate", "Reported", "judge"]

LEAST = 0.1
"""Probability from which an opinion is kept; what becomes news is decided over the whole article
(monitor.policy.signals)."""
SENSE = "sense"
"""Stands for the sense model where a cue is named."""
AGREED = 3.0
"""What a sound place of the lexicon adds to the log odds of its kind, times the entry's weight."""
REFUSED = 0.5
"""What a place adds whose conditions refuse it: its words stand there after all."""
ALONE = -1.4
"""What is added everywhere: the model alone is too sure of itself. The three come from a
logistic regression over the sentences by which the model was chosen (every eighth block of
sentences-2), moved a little so that as much is missed there as is found wrongly."""
UNDECIDED = 0.3
"""Probability of being happening or threatened from which a sound keyword's cues may say that it is:
without a date or a name the model is often undecided, and then what nothing speaks against happens."""
_LABOUR = 0.3
"""Probability of a labour strike from which a settlement is taken to be that strike's."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place where an entry's words stand."""

    finding: Finding
    refusal: Condition | None
    """What speaks against the entry's sense; None where nothing does."""
    status: StatusReading
    """By the cues around."""


@dataclass(frozen=True, slots=True)
class Reported:
    """A kind that a sentence reports, by these words."""

    finding: Finding
    sentence: tuple[int, int]
    status: StatusReading
    probability: float
    """That the sentence speaks of the kind; 1 where a user's own entry says so."""
    active: float
    """Probability that it is happening or threatened, if it does."""


def judge(
    sentence: tuple[int, int],
    candidates: Sequence[Candidate],
    opinions: Sequence[Opinion] | None,
) -> Iterator[Reported]:
    """Yield what one sentence reports.

    Args:
        sentence: half-open range of words.
        candidates: where the lexicon's words stand in it.
        opinions: the sense model's; None where it was not asked, so that the lexicon decides.
    """
    sound = [candidate for candidate in candidates if candidate.refusal is None]
    if opinions is None:
        yield from (_by_lexicon(candidate, sentence) for candidate in sound)
        return
    by_user = [candidate for candidate in sound if candidate.finding.entry.author is Author.USER]
    yield from (_by_lexicon(candidate, sentence) for candidate in by_user)
    told = {candidate.finding.entry.kind for candidate in by_user}
    agreed = [_with_lexicon(opinion, candidates) for opinion in opinions]
    likely = {opinion.kind: opinion.probability for opinion in agreed}
    for opinion in agreed:
        if opinion.probability >= LEAST and opinion.kind not in told:
            yield _by_model(sentence, candidates, opinion, likely)


def _with_lexicon(opinion: Opinion, candidates: Sequence[Candidate]) -> Opinion:
    """Return an opinion as sure as it is once the lexicon has been heard."""
    weights = [
        AGREED * each.finding.entry.weight if each.refusal is None else REFUSED
        for each in candidates
        if each.finding.entry.kind is opinion.kind
    ]
    odds = math.log(opinion.probability / (1 - opinion.probability + 1e-6))
    odds += max(weights, default=0.0) + ALONE
    return replace(opinion, probability=1 / (1 + math.exp(-odds)))


def _by_lexicon(candidate: Candidate, sentence: tuple[int, int]) -> Reported:
    status = candidate.status
    return Reported(
        finding=candidate.finding,
        sentence=sentence,
        status=status,
        probability=candidate.finding.entry.weight,
        active=1.0 if status.status.is_active else 0.0,
    )


def _by_model(
    sentence: tuple[int, int],
    candidates: Sequence[Candidate],
    opinion: Opinion,
    likely: Mapping[SignalKind, float],
) -> Reported:
    """Give an opinion the entry that names its words best, or its own words where none does."""
    fitting = [one for one in candidates if one.finding.entry.kind is opinion.kind]
    cue = SENSE
    if fitting:
        best = min(
            fitting, key=lambda one: (one.refusal is not None, _distance(one.finding, opinion))
        )
        finding = best.finding
        if best.refusal is None and best.status.status.is_active and opinion.active >= UNDECIDED:
            opinion = replace(opinion, status=best.status.status)
        if best.status.status is opinion.status:
            cue = best.status.cue
    else:
        entry = entry_of_reading(opinion.kind, _desk(opinion.kind, likely))
        finding = Finding(entry, opinion.first, opinion.last)
    return Reported(
        finding=finding,
        sentence=sentence,
        status=StatusReading(opinion.status, cue),
        probability=opinion.probability,
        active=opinion.active,
    )


def _distance(finding: Finding, opinion: Opinion) -> int:
    """Return how many words lie between an entry's words and those the model points at."""
    return max(0, finding.first - opinion.last, opinion.first - finding.last)


def _desk(kind: SignalKind, likely: Mapping[SignalKind, float]) -> Desk:
    settles = kind is SignalKind.DE_ESCALATION
    if settles and likely.get(SignalKind.LABOR_STRIKE, 0.0) >= _LABOUR:
        return Desk.LABOUR
    return DESKS.get(kind, Desk.CONFLICT)
