"""Claims: whether an article tells of its event as a fact, as somebody's claim, or as unconfirmed.

The proving clauses are read, for they are what a signal rests on; where one clause states it as a fact,
the article does. Only what one side says counts as a claim: a ministry's toll or an eyewitness's word is
how news is stated, a warring side's communique or a state's television is not.

============  ====================================================================================
stance        words of the clause
============  ====================================================================================
unconfirmed   unconfirmed, not been confirmed, could not be verified, no independent confirmation,
              reportedly, allegedly, rumoured
claimed       claims, claimed (but not responsibility, lives or victims); according to, or said by,
              state media, television or radio, rebels, guerrillas, militants, insurgents, separatists;
              communique
stated        none of these, happening
announced     nothing happens, something is announced or threatened
============  ====================================================================================

On the markets desk every move is stated: prices are public.
"""

import re
from collections.abc import Iterable

from monitor.domain import Desk, Signal, Stance, Status

__all__ = ["stance_of"]

_UNCONFIRMED = re.compile(
    r"\b(?:unconfirmed|unverified|reportedly|allegedly|rumou?r(?:s|ed)?"
    r"|no independent (?:confirmation|verification)"
    r"|(?:not|n't|t|never) (?:yet )?(?:be|been|immediately be) (?:independently )?(?:confirmed|verified)"
    r"|could not (?:immediately |independently |be )*(?:confirm|verif)\w*)\b",
    re.IGNORECASE,
)
_SIDE = r"(?:rebels?|guerr?illas?|militants?|insurgents?|separatists?)"
_MEDIA = (
    r"(?:state|official|government|state-run|state-controlled|state run)[ -]*"
    r"(?:television|tv|radio|media|news agency|newspaper|daily)"
)
_SAYS = r"(?:said|says?|reported|reports?|announced|claims?|claimed|quoted)"
_CLAIMED = re.compile(
    r"\b(?:claim(?:s|ed|ing)?\b(?! (?:the )?(?:responsibility|credit|lives?|victims?|\w+ lives\b))"
    rf"|according to (?:\w+ ){{0,2}}(?:{_MEDIA}|{_SIDE})"
    rf"|{_MEDIA} (?:\w+ )?{_SAYS}|{_SAYS} (?:on |by |in )?(?:\w+ )?{_MEDIA}"
    rf"|{_SIDE} {_SAYS}|communiques?)",
    re.IGNORECASE,
)


def stance_of(signals: Iterable[Signal]) -> Stance:
    """Return how an article speaks of its event, by the table of this module."""
    signals = tuple(signals)
    happening = [signal for signal in signals if signal.status is Status.HAPPENING]
    if not happening:
        return Stance.ANNOUNCED
    if happening[0].desk is Desk.MARKETS:
        return Stance.STATED
    found = {_of_clause(span.quote) for signal in happening for span in signal.evidence}
    return next(
        stance for stance in (Stance.STATED, Stance.CLAIMED, Stance.UNCONFIRMED) if stance in found
    )


def _of_clause(quote: str) -> Stance:
    if _UNCONFIRMED.search(quote):
        return Stance.UNCONFIRMED
    return Stance.CLAIMED if _CLAIMED.search(quote) else Stance.STATED
