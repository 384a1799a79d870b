"""Patterns: how a lexicon file writes the words that an entry looks for.

A pattern is a row of elements separated by blanks, written in the words of stripped text (lower
case; "U.S." is `u s`, "al-Qaida" is `al qaida`):

* `missile`          this word
* `attack/v`         any form of a verb; `attack/n` any form of a noun
* `(air|sea borne)`  one of several words or phrases, which may be inflected: `(fire/v|set/v off)`
* `<weapon>`         any word or phrase of a class
* `..3`              at most three words, none of which ends a sentence
* `the?`             an element that may be missing
"""

import itertools
import re
from collections.abc import Mapping
from dataclasses import dataclass

from monitor.errors import InvalidLexicon
from monitor.lexicon.inflection import noun_forms, verb_forms

__all__ = ["Element", "Pattern", "Phrases", "expand_phrase", "expand_word", "parse_pattern"]

Phrases = frozenset[tuple[str, ...]]
"""Phrases as rows of words."""

_WORD = re.compile(r"^[^\W_]+$")
_CLASS = re.compile(r"^<([a-z][a-z0-9-]*)>$")
_GAP = re.compile(r"^\.\.([1-9][0-9]?)$")


@dataclass(frozen=True, slots=True)
class Element:
    """One step of a pattern: some phrases, or a gap."""

    phrases: Mapping[str, tuple[tuple[str, ...], ...]]
    """First word to the phrases that start with it, longest first; empty for a gap."""
    gap: int = 0
    """How many words a gap may skip; 0 for phrases."""
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Pattern:
    """A row of elements, the first of which is never a gap nor optional."""

    source: str
    elements: tuple[Element, ...]


def expand_word(word: str) -> frozenset[str]:
    """Return the forms that one written word stands for.

    Raises:
        InvalidLexicon: if it is not a word, `word/v` or `word/n`.
    """
    lemma, slash, part = word.partition("/")
    if not _WORD.match(lemma) or lemma != lemma.lower():
        message = f"{word!r} is not a word of lower-case letters and digits"
        raise InvalidLexicon(message)
    if not slash:
        return frozenset({lemma})
    if part == "v":
        return verb_forms(lemma)
    if part == "n":
        return noun_forms(lemma)
    message = f"{word!r}: after the slash stands {part!r}; allowed are v (verb) and n (noun)"
    raise InvalidLexicon(message)


def parse_pattern(source: str, classes: Mapping[str, Phrases]) -> Pattern:
    """Parse one pattern.

    Args:
        source: the pattern as the file writes it.
        classes: the phrases of every class.

    Raises:
        InvalidLexicon: saying which element is wrong and what is allowed.
    """
    elements = []
    for raw in split_elements(source):
        optional = raw.endswith("?")
        token = raw.removesuffix("?")
        if gap := _GAP.match(token):
            if optional:
                message = f"pattern {source!r}: a gap may be empty anyway; write {token}"
                raise InvalidLexicon(message)
            elements.append(Element({}, gap=int(gap.group(1))))
            continue
        elements.append(Element(_index(_choices(token, classes)), optional=optional))
    if not elements or elements[0].gap or elements[0].optional:
        message = f"pattern {source!r} must start with words, not with a gap or an optional element"
        raise InvalidLexicon(message)
    if elements[-1].gap or elements[-1].optional:
        message = f"pattern {source!r} must end with words, not with a gap or an optional element"
        raise InvalidLexicon(message)
    return Pattern(source, tuple(elements))


def split_elements(source: str, *, separator: str = " ") -> list[str]:
    """Split at *separator* outside brackets.

    Raises:
        InvalidLexicon: if the brackets do not match.
    """
    parts = [""]
    depth = 0
    for char in source:
        depth += {"(": 1, ")": -1}.get(char, 0)
        if depth < 0:
            break
        if char == separator and depth == 0:
            parts.append("")
        else:
            parts[-1] += char
    if depth != 0:
        message = f"{source!r}: the brackets do not match"
        raise InvalidLexicon(message)
    return [part for part in parts if part.strip()]


def expand_phrase(phrase: str, classes: Mapping[str, Phrases] | None = None) -> Phrases:
    """Return every row of word forms that a written phrase stands for.

    Args:
        phrase: words, classes and `(a|b)` alternatives; no gaps.
        classes: the phrases of every class that it may name.

    Raises:
        InvalidLexicon: if a word of it is malformed, or there is none.
    """
    parts = split_elements(phrase)
    if not parts:
        message = "an empty phrase stands where words are expected"
        raise InvalidLexicon(message)
    choices = [sorted(_choices(part, classes or {})) for part in parts]
    return frozenset(
        tuple(itertools.chain.from_iterable(rows)) for rows in itertools.product(*choices)
    )


def _choices(token: str, classes: Mapping[str, Phrases]) -> Phrases:
    """Return the phrases that one word, class or group of alternatives stands for."""
    if token.startswith("(") and token.endswith(")"):
        alternatives = split_elements(token[1:-1], separator="|")
        if not alternatives:
            message = f"{token!r}: brackets hold at least one word"
            raise InvalidLexicon(message)
        return frozenset().union(*(expand_phrase(part, classes) for part in alternatives))
    if name := _CLASS.match(token):
        if name.group(1) not in classes:
            message = f"no class <{name.group(1)}>; known are: {', '.join(sorted(classes))}"
            raise InvalidLexicon(message)
        return classes[name.group(1)]
    return frozenset((form,) for form in expand_word(token))


def _index(phrases: Phrases) -> dict[str, tuple[tuple[str, ...], ...]]:
    """Group phrases by their first word, longest first."""
    index: dict[str, list[tuple[str, ...]]] = {}
    for phrase in sorted(phrases, key=lambda phrase: (-len(phrase), phrase)):
        index.setdefault(phrase[0], []).append(phrase)
    return {first: tuple(rows) for first, rows in index.items()}
