"""Condition: what `--fail-if` asks, such as `lost > 0 or changed.severity / before > 0.01`.

A small language of numbers, names and comparisons, read by hand: nothing in it can call, loop or
reach anything but the counts it is given.

    condition  = conjunction { "or" conjunction }
    conjunction = negation { "and" negation }
    negation   = "not" negation | comparison | "(" condition ")"
    comparison = sum ( ">" | ">=" | "<" | "<=" | "==" | "!=" ) sum
    sum        = product { ( "+" | "-" ) product }
    product    = value { ( "*" | "/" ) value }
    value      = number | name | "-" value | "(" sum ")"
"""

import operator
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from math import inf
from typing import Final, Never

__all__ = ["Condition", "parse_condition"]

MAX_CHARS: Final = 1_000
MAX_DEPTH: Final = 50
_TOKEN = re.compile(
    r"\s*(?:(?P<number>[0-9]+(?:\.[0-9]+)?%?)"
    # The id of a subscription, behind `.for.`, may hold more than the other names.
    r"|(?P<name>[a-z]+\.for\.[a-z0-9]+(?:-+[a-z0-9]+)*|[a-z]+(?:[.-][a-z]+)*)"
    r"|(?P<sign>>=|<=|==|!=|[-+*/()<>]))"
)
_COMPARISONS: Final[Mapping[str, Callable[[float, float], bool]]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
    "==": operator.eq,
    "!=": operator.ne,
}
_PERCENT = 100

Values = Mapping[str, float]
_Number = Callable[[Values], float]
_Truth = Callable[[Values], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """A condition that was read, and its text."""

    text: str
    _holds: _Truth

    def holds(self, values: Values) -> bool:
        """Whether it is so.

        Args:
            values: the number of every name that the condition may use.
        """
        return self._holds(values)


def parse_condition(text: str, *, names: Collection[str]) -> Condition:
    """Read a condition.

    Args:
        text: as the user wrote it.
        names: what it may speak of.

    Raises:
        ValueError: saying what is wrong, where, and what is allowed.
    """
    if len(text) > MAX_CHARS:
        message = f"{text[:40]!r}...: {len(text)} characters; most is {MAX_CHARS}"
        raise ValueError(message)
    parser = _Parser(text, names)
    holds = parser.condition()
    parser.expect_end()
    return Condition(text=text, _holds=holds)


class _Parser:
    """Reads a condition from left to right."""

    def __init__(self, text: str, names: Collection[str]) -> None:
        self._text = text
        self._names = names
        self._tokens = list(_tokens(text))
        self._next = 0
        self._depth = 0

    def condition(self) -> _Truth:
        parts = [self._conjunction()]
        while self._take("or"):
            parts.append(self._conjunction())
        return lambda values: any(part(values) for part in parts)

    def expect_end(self) -> None:
        if self._peek():
            self._fail("and, or, or the end")

    def _conjunction(self) -> _Truth:
        parts = [self._negation()]
        while self._take("and"):
            parts.append(self._negation())
        return lambda values: all(part(values) for part in parts)

    def _negation(self) -> _Truth:
        self._deeper()
        try:
            if self._take("not"):
                part = self._negation()
                return lambda values: not part(values)
            return self._parenthesis() if self._peek() == "(" else self._comparison()
        finally:
            self._depth -= 1

    def _parenthesis(self) -> _Truth:
        """Read what begins with a parenthesis: a condition, or the left side of a comparison.

        Only what follows tells; where it is neither, the attempt that came further says why.
        """
        place = self._next
        failure: ValueError | None = None
        try:
            self._take("(")
            inner = self.condition()
            if self._take(")") and self._peek() not in {*_COMPARISONS, *"+-*/"}:
                return inner
        except ValueError as error:
            failure = error
        reached, self._next = self._next, place
        try:
            return self._comparison()
        except ValueError:
            if failure is not None and reached > self._next:
                raise failure from None
            raise

    def _comparison(self) -> _Truth:
        left = self._sum()
        for sign, compare in _COMPARISONS.items():
            if self._take(sign):
                right = self._sum()
                return lambda values: compare(left(values), right(values))
        return self._fail(f"one of {' '.join(_COMPARISONS)}")

    def _sum(self) -> _Number:
        found = self._product()
        while (sign := self._peek()) in ("+", "-"):
            self._next += 1
            found = _joined(operator.add if sign == "+" else operator.sub, found, self._product())
        return found

    def _product(self) -> _Number:
        found = self._value()
        while (sign := self._peek()) in ("*", "/"):
            self._next += 1
            found = _joined(operator.mul if sign == "*" else _ratio, found, self._value())
        return found

    def _value(self) -> _Number:
        self._deeper()
        try:
            if self._take("-"):
                inner = self._value()
                return lambda values: -inner(values)
            if self._take("("):
                inner = self._sum()
                if not self._take(")"):
                    self._fail(")")
                return inner
            return self._atom()
        finally:
            self._depth -= 1

    def _atom(self) -> _Number:
        token = self._peek()
        if token[:1].isdigit():
            self._next += 1
            number = float(token.rstrip("%")) / (_PERCENT if token.endswith("%") else 1)
            return lambda _: number
        if token in self._names:
            self._next += 1
            return lambda values: values[token]
        return self._fail(f"a number or one of {', '.join(sorted(self._names))}")

    def _peek(self) -> str:
        return self._tokens[self._next][0] if self._next < len(self._tokens) else ""

    def _take(self, token: str) -> bool:
        if self._peek() != token:
            return False
        self._next += 1
        return True

    def _deeper(self) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            message = f"{self._text!r}: nested deeper than {MAX_DEPTH}"
            raise ValueError(message)

    def _fail(self, expected: str) -> Never:
        token = self._peek()
        at = self._tokens[self._next][1] + 1 if token else len(self._text) + 1
        found = f"{token!r}" if token else "the end"
        message = f"{self._text!r}: {found} at character {at}; expected {expected}"
        raise ValueError(message)


def _tokens(text: str) -> list[tuple[str, int]]:
    """Cut a text into tokens with their places."""
    tokens = []
    position, end = 0, len(text.rstrip())
    while position < end:
        found = _TOKEN.match(text, position)
        if found is None:
            start = position + len(text[position:]) - len(text[position:].lstrip())
            message = (
                f"{text!r}: {text[start]!r} at character {start + 1}; allowed are names, numbers,"
                f" + - * / ( ) {' '.join(_COMPARISONS)} and or not"
            )
            raise ValueError(message)
        tokens.append((found[0].strip(), found.start(found.lastgroup or 0)))
        position = found.end()
    return tokens


def _joined(join: Callable[[float, float], float], left: _Number, right: _Number) -> _Number:
    return lambda values: join(left(values), right(values))


def _ratio(above: float, below: float) -> float:
    """Divide; something of nothing is without bounds, nothing of nothing is 0."""
    if below == 0:
        return 0.0 if above == 0 else inf if above > 0 else -inf
    return above / below
