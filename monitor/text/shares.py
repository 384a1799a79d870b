"""Shares: names of companies whose shares a text speaks of."""

from monitor.text.words import Boundary, Words

__all__ = ["shares_at"]

_SHARES = frozenset({"shares", "stock", "share"})
_BETWEEN = frozenset({"s", "common", "ordinary"})
_NO_SHARES = (["exchange"], ["market"], ["index"], ["markets"], ["prices"])
_MOST_WORDS = 4
"""Words of a name, at most."""
_NO_NAMES = frozenset(
    "the a an its their his her this that these some many all other new more most common ordinary "
    "preferred preference class each per of in on at by for from with and or company companies "
    "bank banking mining airline oil tech technology technologies energy bank insurance steel car "
    "auto retail european asian american british french german japanese chinese indian spanish "
    "world global london tokyo york hong kong outstanding leading major blue chip group firm "
    "corporation yesterday today country market capital penny industrial property price prices "
    "gold treasury industry exchange stock shares share monday tuesday wednesday thursday friday "
    "u s russian italian swiss canadian australian turkish emerging chipmaker automaker carmaker".split()
)


def shares_at(words: Words, position: int, high: int) -> tuple[int, str] | None:
    """Return the word after, and the id of, the company's shares named from *position* on.

    "BP shares", "Borg-Warner stock", "Gencorp's stock", "shares of Magna". As written the capitals
    tell a name; in stripped text only a possessive does.
    """
    texts = words.texts
    if texts[position] in _SHARES and texts[position + 1 : position + 2] in (["of"], ["in"]):
        last = _name_end(words, position + 2, high)
        return (last, _id(words, position + 2, last)) if last > position + 2 else None
    end = _start_of_name(words, position, high)
    if end == position:
        return None
    last = end
    possessive = texts[last : last + 1] == ["s"]
    while last < high and texts[last] in _BETWEEN:
        last += 1
    told = last < high and texts[last] in _SHARES and (words.has_capitals or possessive)
    if not told or texts[last + 1 : last + 2] in _NO_SHARES:
        return None
    broken = any(
        words.boundaries[index] != Boundary.NONE for index in range(position + 1, last + 1)
    )
    return None if broken else (last + 1, _id(words, position, end))


def _start_of_name(words: Words, position: int, high: int) -> int:
    """Return the word after the name that begins on *position*; *position* where none does."""
    if not words.has_capitals:
        return position + (words.texts[position] not in _NO_NAMES)
    inside = position > 0 and _is_name(words, position - 1) and not _breaks(words, position)
    return position if inside else _name_end(words, position, high)


def _name_end(words: Words, position: int, high: int) -> int:
    """Return the word after a name that starts on *position*; *position* where none does."""
    end = position
    while end < min(high, position + _MOST_WORDS) and _is_name(words, end):
        if end > position and _breaks(words, end):
            break
        end += 1
    return end


def _is_name(words: Words, position: int) -> bool:
    """Whether a word is part of a name, by its capital."""
    capital = words.source[words.starts[position]].isupper()
    return capital and words.texts[position] not in _NO_NAMES


def _breaks(words: Words, position: int) -> bool:
    """Whether a name cannot go on over the gap before a word."""
    return words.boundaries[position] != Boundary.NONE


def _id(words: Words, first: int, last: int) -> str:
    """Return the id of a company's shares: `borg-warner-shares`."""
    return "-".join(text for text in words.texts[first:last] if text.isascii()) + "-shares"
