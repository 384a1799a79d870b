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

__all__ = ["LEAST", "SENSE", "Candidate", "Reported", "Weights", "features_of", "judge"]

LEAST = 0.1
"""Probability from which an opinion is kept; what becomes news is decided over the whole article
(monitor.policy.signals)."""
SENSE = "sense"
"""Stands for the sense model where a cue is named."""
UNDECIDED = 0.3
"""Probability of being happening or threatened from which a sound keyword's cues may say that it is:
without a date or a name the model is often undecided, and then what nothing speaks against happens."""
_MARGIN = 1e-6
"""Keeps the odds of sure opinions finite."""
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """The weights of one trained regression."""

    features: tuple[float, float, float]
    """As `features_of` orders them."""
    kinds: Mapping[SignalKind, float]
    """What each kind adds: the model is surer of some kinds than it should be."""


def judge(
    sentence: tuple[int, int],
    candidates: Sequence[Candidate],
    opinions: Sequence[Opinion] | None,
    *,
    weights: Weights | None = None,
) -> Iterator[Reported]:
    """Yield what one sentence reports.

    Args:
        sentence: half-open range of words.
        candidates: where the lexicon's words stand in it.
        opinions: the sense model's; None where it was not asked, so that the lexicon decides.
        weights: of another regression than the one that is shipped.
    """
    sound = [candidate for candidate in candidates if candidate.refusal is None]
    if opinions is None:
        yield from (_by_lexicon(candidate, sentence) for candidate in sound)
        return
    by_user = [candidate for candidate in sound if candidate.finding.entry.author is Author.USER]
    yield from (_by_lexicon(candidate, sentence) for candidate in by_user)
    told = {candidate.finding.entry.kind for candidate in by_user}
    agreed = [_with_lexicon(opinion, candidates, weights or WEIGHTS) for opinion in opinions]
    likely = {opinion.kind: opinion.probability for opinion in agreed}
    for opinion in agreed:
        if opinion.probability >= LEAST and opinion.kind not in told:
            yield _by_model(sentence, candidates, opinion, likely)


def features_of(opinion: Opinion, candidates: Sequence[Candidate]) -> tuple[float, float, float]:
    """Return what a regression looks at to tell how likely a sentence speaks of a kind.

    The log odds that the sense model gives it; the weight of the best place of the lexicon that
    nothing speaks against; whether there are only places that something speaks against.
    """
    odds = math.log((opinion.probability + _MARGIN) / (1 - opinion.probability + _MARGIN))
    own = [each for each in candidates if each.finding.entry.kind is opinion.kind]
    sound = max((each.finding.entry.weight for each in own if each.refusal is None), default=0.0)
    return odds, sound, 1.0 if own and not sound else 0.0


def _with_lexicon(opinion: Opinion, candidates: Sequence[Candidate], weights: Weights) -> Opinion:
    """Return an opinion as sure as it is once the lexicon has been heard."""
    values = features_of(opinion, candidates)
    score = weights.kinds[opinion.kind]
    score += sum(weight * value for weight, value in zip(weights.features, values, strict=True))
    return replace(opinion, probability=1 / (1 + math.exp(-score)))


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


WEIGHTS = Weights(
    features=(0.833, 0.588, 0.047),
    kinds={
        SignalKind.MILITARY_STRIKE: -0.811,
        SignalKind.RETALIATION: -0.321,
        SignalKind.THREAT: -0.457,
        SignalKind.MOBILIZATION: -0.383,
        SignalKind.SANCTIONS: -0.415,
        SignalKind.UNREST: -0.504,
        SignalKind.LABOR_STRIKE: -0.51,
        SignalKind.MARKET_MOVE: -0.225,
        SignalKind.CASUALTIES: -0.619,
        SignalKind.DE_ESCALATION: -0.773,
    },
)
"""Written by training/sense/weigh.py, from sentences that the model has not learnt from; do not edit
by hand."""
