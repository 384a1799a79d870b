"""Split places: which of the places that a pipeline finds are governed, which are buildings.

The shipped pipeline labels the three apart. One that was trained on a corpus with a single label for
places (CoNLL 2003) does not: its places are told apart by the words of their names.
"""

from spacy.language import Language
from spacy.tokens import Doc, Span

__all__ = ["COMPONENT"]

COMPONENT = "news_monitor_split_places"
"""The name by which spaCy knows the component."""

_WATERS_AND_LAND = frozenset(
    "sea ocean gulf bay river lake strait channel canal mountain mountains mount valley desert "
    "island islands peninsula region coast hills plateau basin delta forest heights".split()
)
_BUILDINGS = frozenset(
    "airport airfield base bridge prison jail camp street square hospital stadium mosque church "
    "cathedral temple palace tower hotel station terminal plant reactor port barracks".split()
)


@Language.component(COMPONENT)
def split_places(doc: Doc) -> Doc:
    """Return *doc* with each LOC labelled as what it is: GPE, LOC or FAC."""
    doc.ents = tuple(
        Span(doc, ent.start, ent.end, label=_label(ent)) if ent.label_ == "LOC" else ent
        for ent in doc.ents
    )
    return doc


def _label(place: Span) -> str:
    words = {token.lower_ for token in place}
    if words & _BUILDINGS:
        return "FAC"
    return "LOC" if words & _WATERS_AND_LAND else "GPE"
