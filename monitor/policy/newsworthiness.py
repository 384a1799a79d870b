"""Newsworthiness: whether a kind that an article speaks of is its news or its background.

A logistic regression over where in the article the kind is spoken of, how surely, and how often;
trained on labelled articles (training/sense/README.md says on which, and how well it does).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from monitor.domain import Field, SignalKind, Trigger

__all__ = ["BRIEF_CHARS", "Weights", "features_of", "length_of", "news_probability"]

BRIEF_CHARS = 400
"""A text up to this length is all news: without a title it stands or falls with its sentences, and with
one its title says what it is about, also where nothing but a line about other things follows."""
FIRST_CHARS = 200
"""About one sentence: what newswire opens with."""
LEAD_CHARS = 600
"""Three or four sentences: where newswire tells its news."""
UPPER_CHARS = 2_000
"""About a dozen sentences: what most readers get to."""

PROVEN = 0.5
"""Least probability of the surest place of a kind in an article: an alert shows it as its proof, and
several doubtful places add up to none. A single sentence has its own bar."""
LONGEST_CHARS = 20_000
"""Longer texts are judged like this one: three thousand words, the longest that were learnt from."""
_CHARS_PER_WORD = 8

_MARGIN = 0.02
"""Keeps the odds of sure scores finite."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """The weights of one trained regression."""

    features: tuple[float, ...]
    """As `features_of` orders them."""
    kinds: dict[SignalKind, float]
    """What each kind adds."""
    intercept: float


def length_of(text: str) -> int:
    """Return the length of a text in characters, without runs of them that are no words."""
    return min(len(text), _CHARS_PER_WORD * len(text.split()))


def features_of(triggers: Sequence[Trigger], *, length: int, titled: bool) -> tuple[float, ...]:
    """Return what the regression looks at.

    Args:
        triggers: those of one kind, in whatever status.
        length: of the text, in characters.
        titled: whether the article has a title.
    """
    in_title = [score_of(each) for each in triggers if each.evidence.field is Field.TITLE]
    placed = [
        (each.evidence.trigger.start_char, score_of(each))
        for each in triggers
        if each.evidence.field is Field.TEXT
    ]
    first = max((score for start, score in placed if start < FIRST_CHARS), default=0.0)
    lead = max((score for start, score in placed if start < LEAD_CHARS), default=0.0)
    upper = max(
        (score for start, score in placed if LEAD_CHARS <= start < UPPER_CHARS), default=0.0
    )
    ranked = sorted((*in_title, *(score for _, score in placed)), reverse=True)
    best, second = (*ranked, 0.0, 0.0)[:2]
    size = math.log(min(max(length, 200), LONGEST_CHARS) / 1000)
    return (
        _log_odds(max(in_title, default=0.0)),
        _log_odds(first),
        _log_odds(lead),
        _log_odds(upper),
        _log_odds(best),
        _log_odds(second),
        min(sum(score for score in ranked if score > 0.3), 5.0) / 5,  # noqa: PLR2004
        size,
        size * _log_odds(best) / 4,
        size * _log_odds(lead) / 4,
        0.0 if titled else 1.0,
    )


def news_probability(
    triggers: Sequence[Trigger], *, length: int, titled: bool, weights: Weights | None = None
) -> float:
    """Return the probability that the triggers' kind is news of their article.

    Args:
        triggers: those of one kind, in whatever status; at least one.
        length: of the text, in characters.
        titled: whether the article has a title.
        weights: of another regression than the one that is shipped.
    """
    if length <= BRIEF_CHARS and not titled:
        return max(each.weight if each.status.is_active else 0.0 for each in triggers)
    if max(map(score_of, triggers)) < PROVEN:
        return 0.0
    weights = weights or WEIGHTS
    score = weights.intercept + weights.kinds.get(triggers[0].kind, 0.0)
    values = features_of(triggers, length=length, titled=titled)
    score += sum(weight * value for weight, value in zip(weights.features, values, strict=True))
    probability = 1 / (1 + math.exp(-score))
    if length > BRIEF_CHARS:
        return probability
    titles = (score_of(each) for each in triggers if each.evidence.field is Field.TITLE)
    return max(probability, *titles, 0.0)


def score_of(trigger: Trigger) -> float:
    """Return the probability that a trigger's kind is spoken of as happening or threatened."""
    return trigger.weight * trigger.active


def _log_odds(score: float) -> float:
    return math.log((score + _MARGIN) / (1 - score + _MARGIN))


WEIGHTS = Weights(
    features=(0.067, 0.162, 0.18, 0.022, 0.608, 0.255, 2.353, -0.084, 0.434, -0.52, 0.0),
    kinds={
        SignalKind.MILITARY_STRIKE: -0.137,
        SignalKind.RETALIATION: 0.503,
        SignalKind.THREAT: 0.473,
        SignalKind.MOBILIZATION: 0.182,
        SignalKind.SANCTIONS: -0.305,
        SignalKind.UNREST: 0.251,
        SignalKind.LABOR_STRIKE: 0.048,
        SignalKind.MARKET_MOVE: -1.962,
        SignalKind.CASUALTIES: 0.954,
        SignalKind.DE_ESCALATION: -0.086,
    },
    intercept=0.089,
)
"""Written by training/sense; do not edit by hand."""
