"""Outcomes: what becomes of each trigger of an article, and why, for people who write rules.

Nothing is decided here: `signals_of` is asked, about the whole article and about a trigger alone.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from monitor.domain import Analysis, Desk, Field, Signal, SignalKind, Trigger
from monitor.policy.signals import signals_of
from monitor.wording import counted

__all__ = ["Fate", "Outcome", "outcomes_of"]


class Fate(StrEnum):
    """What becomes of a trigger in its article."""

    SIGNAL = "signal"
    """Its kind is news of the article, and this trigger alone would have made it so."""
    SIGNAL_TOGETHER = "signal-together"
    """Its kind is news of the article, but this trigger alone would not have been enough."""
    BACKGROUND = "background"
    """What it says is not happening or threatened: it raises nothing."""
    TOO_LITTLE = "too-little"
    """It is active, but its kind does not weigh enough in the article: background."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one trigger."""

    trigger: Trigger
    fate: Fate
    why: str
    """One sentence, for people."""


def outcomes_of(analysis: Analysis) -> tuple[Outcome, ...]:
    """Return what becomes of each trigger of an article, in order."""
    return tuple(_outcomes(analysis))


def _outcomes(analysis: Analysis) -> Iterator[Outcome]:
    """Yield them."""
    news = {(signal.kind, signal.desk) for signal in signals_of(analysis) if _is_news(signal)}
    active = Counter(_group(trigger) for trigger in analysis.triggers if trigger.status.is_active)
    for trigger in analysis.triggers:
        kind = trigger.kind.value
        mates = active[_group(trigger)] - 1
        if not trigger.status.is_active:
            fate, why = Fate.BACKGROUND, f"what is {trigger.status.value} raises no alert"
        elif (trigger.kind, trigger.desk) not in news:
            fate = Fate.TOO_LITTLE
            why = f"{_where(trigger)}; {_company(mates, kind)}, too little to make it news"
        elif _alone(analysis, trigger):
            fate, why = Fate.SIGNAL, f"{_where(trigger)}; enough by itself to make {kind} news"
        else:
            fate = Fate.SIGNAL_TOGETHER
            why = f"{_where(trigger)}; {_company(mates, kind)}, together enough to make it news"
        yield Outcome(trigger=trigger, fate=fate, why=why)


def _alone(analysis: Analysis, trigger: Trigger) -> bool:
    """Whether a trigger would make its kind news if it stood in the article alone."""
    return any(_is_news(signal) for signal in signals_of(replace(analysis, triggers=(trigger,))))


def _group(trigger: Trigger) -> tuple[SignalKind, Desk]:
    """Return what the triggers of one signal share."""
    return trigger.kind, trigger.desk


def _is_news(signal: Signal) -> bool:
    """Whether a signal is active."""
    return signal.status.is_active


def _where(trigger: Trigger) -> str:
    """Say where a trigger stands and how much it weighs."""
    span = trigger.evidence.trigger
    place = "in the title" if span.field is Field.TITLE else f"at character {span.start_char}"
    return f"{place}, weight {trigger.weight:.2f}"


def _company(mates: int, kind: str) -> str:
    """Say how many other active triggers speak for the same signal."""
    if mates == 0:
        return f"no other active place of {kind}"
    return f"{counted(mates, 'other active place')} of {kind}"
