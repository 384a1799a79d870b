"""Fault: the byte of a record's value at which reading it went wrong, found by reading it again.

Headers say what was wrong in words; whoever mends a producer wants to see the place.
"""

import json
import re

from monitor.errors import Reason

__all__ = ["fault_at"]

_BYTE_ORDER_MARK = "\ufeff"
_MEMBER = re.compile(r'[\s,{]*("(?:[^"\\]|\\.)*")\s*:\s*')
_NAMED = re.compile(r"(\w+)(?:\.\w+)*(?::| is | has )")


def fault_at(value: bytes | None, *, reason: str, message: str) -> int | None:
    """Return the offset of the byte where the fault is or shows, None where there is no such byte.

    Args:
        value: the record's value.
        reason: why it could not be used; only reasons of ours have a place.
        message: what the error said; it names the member that is wrong, if one is.
    """
    if value is None:
        return None
    try:
        text = value.decode()
    except UnicodeDecodeError as error:
        return error.start if reason == Reason.NOT_UTF8 else None
    content = text.removeprefix(_BYTE_ORDER_MARK)
    skipped = len(text) - len(content)
    place: int | None = None
    if reason == Reason.NOT_JSON:
        place = _break_of_json(content)
    elif reason in (Reason.WRONG_TYPE, Reason.NO_TEXT, Reason.UNKNOWN_VERSION):
        named = _NAMED.match(message)
        place = _value_of(content, named[1]) if named else None
    return None if place is None else len(text[: place + skipped].encode())


def _break_of_json(content: str) -> int | None:
    try:
        json.loads(content, parse_int=float)
    except json.JSONDecodeError as error:
        return min(error.pos, max(0, len(content) - 1))
    except RecursionError:
        return None
    return None


def _value_of(content: str, name: str) -> int | None:
    """Find where the value of a top-level member begins; of several of a name the last counts."""
    decoder = json.JSONDecoder(parse_int=float)
    at, found = 0, None
    while (member := _MEMBER.match(content, at)) is not None:
        try:
            member_name = json.loads(member[1])
            _, at = decoder.raw_decode(content, member.end())
        except (ValueError, RecursionError):
            break
        if member_name == name:
            found = member.end()
    return found
