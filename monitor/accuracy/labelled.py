"""Labelled items: what a careful reader says of a sentence or an article."""

import re
from dataclasses import dataclass, replace
from enum import StrEnum

from monitor.domain import Article, SignalKind, Status

__all__ = ["Certainty", "Corpus", "Form", "Label", "Labelled", "Unit", "in_form", "stripped"]

Label = tuple[SignalKind, Status]
"""A kind and how the text presents it."""


class Unit(StrEnum):
    """What one item of a corpus is."""

    SENTENCE = "sentence"
    """A sentence with kinds and statuses; several in a row make a block."""
    ARTICLE = "article"
    """An article with the kinds that are its news and those that are background."""


class Certainty(StrEnum):
    """How sure the reader was who labelled an item."""

    SURE = "sure"
    """A colleague would say the same."""
    UNSURE = "unsure"
    """A matter of taste: left out unless asked for."""


class Form(StrEnum):
    """How the text of an item is given to the monitor."""

    WRITTEN = "written"
    """As it stands in the corpus."""
    STRIPPED = "stripped"
    """As crawls give it: lower case, single blanks for all that is neither letter nor digit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """One item with the labels that should be found."""

    article: Article
    """The item's text, with its title and time where it has them."""
    group: str
    """What is drawn together when intervals are estimated: a sentence's block, an article itself."""
    active: frozenset[SignalKind]
    """Kinds that an alert should be raised for."""
    background: frozenset[SignalKind] = frozenset()
    """Kinds that are only recalled, denied or supposed."""
    labels: frozenset[Label] = frozenset()
    """Kinds with statuses, where the corpus states them: of sentences."""
    certainty: Certainty = Certainty.SURE
    marked: str = ""
    """The words that show it, as the reader marked them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """The items of one file."""

    name: str
    unit: Unit
    items: tuple[Labelled, ...]

    def sure(self) -> "Corpus":
        """Return the corpus without the items that its reader was unsure of."""
        kept = tuple(item for item in self.items if item.certainty is Certainty.SURE)
        return replace(self, items=kept)


def stripped(text: str) -> str:
    """Return *text* in lower case, every run of other than letters and digits one blank."""
    return " ".join(re.findall(r"[^\W_]+", text.lower()))


def in_form(article: Article, form: Form) -> Article:
    """Return *article* with title and text as *form* gives them."""
    if form is Form.WRITTEN:
        return article
    ref = replace(article.ref, title=stripped(article.ref.title))
    return replace(article, ref=ref, text=stripped(article.text))
