"""Letter text: dead letters on a terminal, where no byte of theirs can steer it."""

import base64
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from monitor.cli.output import json_line, terminal_safe
from monitor.wire.fault import fault_at
from monitor.wording import counted

if TYPE_CHECKING:
    from agents.letter_states import KnownLetter
    from agents.letters import Letter
    from monitor.domain import RetryMark

__all__ = ["LetterLines", "hex_lines", "letter_json", "print_letter"]

_ROW = 16
_MESSAGE_CHARS = 60
_PRINTABLE = range(0x20, 0x7F)


class LetterLines:
    """Prints letters one by one, and their sums at the end."""

    def __init__(self, *, as_json: bool) -> None:
        """Begin with none."""
        self._as_json = as_json
        self._reasons: Counter[str] = Counter()
        self._states: Counter[str] = Counter()

    def add(self, known: "KnownLetter") -> None:
        """Print one."""
        letter, state = known.letter, known.state
        facts = letter.facts
        self._reasons[facts.reason] += 1
        self._states[state] += 1
        if self._as_json:
            click.echo(json_line(letter_json(known)))
            return
        message = one_line(facts.message)
        shown = message if len(message) <= _MESSAGE_CHARS else f"{message[:_MESSAGE_CHARS]}..."
        click.echo(
            f"{letter.place}  {_moment(letter.place.timestamp_ms)}  {state:<9}"
            f"  {one_line(facts.reason)}  from {_origin(letter)}  {_size(letter)}  {shown}"
        )

    def finish(self) -> None:
        """Print the sums, beside the output that programs read."""
        states = ", ".join(f"{count:,} {state}" for state, count in self._states.most_common())
        reasons = ", ".join(
            f"{one_line(reason)} {count:,}" for reason, count in self._reasons.most_common()
        )
        total = self._reasons.total()
        click.echo(
            f"{counted(total, 'letter')}" + (f" ({states}): {reasons}" if total else ""), err=True
        )


def letter_json(known: "KnownLetter") -> dict[str, Any]:
    """Return all that is known of a letter, bytes in base64."""
    letter, mark = known.letter, known.mark
    facts = letter.facts
    told: dict[str, Any] = {
        "letter": str(letter.place),
        "put_away_at": _moment(letter.place.timestamp_ms),
        "state": known.state.value,
        "family": facts.family.value,
        "reason": facts.reason,
        "stage": facts.stage,
        "exception": facts.exception,
        "message": facts.message,
        "fault_at_byte": _fault(letter),
        "topic": facts.topic,
        "partition": facts.partition,
        "offset": facts.offset,
        "timestamp": None if facts.timestamp_ms is None else _moment(facts.timestamp_ms),
        "attempts": facts.attempts,
        "cut_from": facts.cut_from,
        "key": _base64(letter.key),
        "value": _base64(letter.value),
        "headers": [[name, _base64(value)] for name, value in letter.headers],
    }
    if mark is not None:
        told["mark"] = {
            "kind": mark.kind.value,
            "run": mark.run,
            "attempt": mark.attempt,
            "topic": mark.topic,
            "partition": mark.partition,
        }
    return told


def print_letter(known: "KnownLetter", *, most: int) -> None:
    """Print one letter in full, and its bytes around the fault."""
    letter, mark = known.letter, known.mark
    facts = letter.facts
    click.echo(f"letter     {letter.place}, put away {_moment(letter.place.timestamp_ms)}")
    click.echo(f"state      {known.state}{_of_mark(mark)}")
    click.echo(f"reason     {one_line(facts.reason)} ({facts.family})")
    for name, text in (
        ("stage", facts.stage),
        ("exception", facts.exception),
        ("message", facts.message),
    ):
        if text:
            click.echo(f"{name:<10} {one_line(text)}")
    click.echo(f"from       {_origin(letter)}")
    if facts.timestamp_ms is not None:
        click.echo(f"its time   {_moment(facts.timestamp_ms)}")
    if facts.attempts:
        click.echo(f"attempts   {facts.attempts}: sent back so often before it died this time")
    if facts.cut_from is not None:
        click.echo(
            f"cut        the first bytes of {facts.cut_from:,}; the whole record lay at"
            f" {_origin(letter)}: while it is there, `news-monitor replay` can send it"
        )
    click.echo(f"key        {escaped(letter.key)}")
    for header, value in letter.headers:
        click.echo(f"header     {one_line(header)}: {escaped(value)}")
    _print_value(letter.value, _fault(letter), most)


def hex_lines(value: bytes, start: int, end: int, fault: int | None) -> Iterator[str]:
    """Yield bytes as numbers and, where printable ASCII, as characters; a mark below the fault."""
    for at in range(start - start % _ROW, end, _ROW):
        row = value[at : at + _ROW]
        numbers = " ".join(f"{byte:02x}" for byte in row)
        characters = "".join(chr(byte) if byte in _PRINTABLE else "." for byte in row)
        yield f"{at:08x}  {numbers:<{3 * _ROW - 1}}  {characters}"
        if fault is not None and at <= fault < at + _ROW:
            yield f"{'':10}{'':{3 * (fault - at)}}^^ byte {fault:,}"


def escaped(value: bytes | None) -> str:
    """Return bytes as ASCII text: what is not printable as `\\xNN`, and nothing for null."""
    if value is None:
        return "null"
    return "".join(
        chr(byte) if byte in _PRINTABLE and byte != ord("\\") else f"\\x{byte:02x}"
        for byte in value
    )


def one_line(text: str) -> str:
    """Return text of others as one line that is harmless on a terminal."""
    return " ".join(terminal_safe(text).split())


def _print_value(value: bytes | None, fault: int | None, most: int) -> None:
    if value is None:
        click.echo("value      null")
        return
    start, end = 0, len(value)
    if most and len(value) > most:
        start = max(0, min((fault or 0) - most // 2, len(value) - most))
        end = start + most
    click.echo(f"value      {len(value):,} bytes" + _part(start, end, len(value)))
    for line in hex_lines(value, start, end, fault):
        click.echo(line)


def _part(start: int, end: int, size: int) -> str:
    return f", of which {start:,} to {end:,} (--bytes 0 shows all)" if end - start < size else ""


def _fault(letter: "Letter") -> int | None:
    facts = letter.facts
    return fault_at(letter.value, reason=facts.reason, message=facts.message)


def _of_mark(mark: "RetryMark | None") -> str:
    if mark is None:
        return ""
    went = f", attempt {mark.attempt} to {mark.topic}/{mark.partition}" if mark.topic else ""
    return f": {mark.kind} by run {one_line(mark.run)}{went}"


def _origin(letter: "Letter") -> str:
    facts = letter.facts
    if not facts.topic:
        return "an unknown topic"
    partition = "?" if facts.partition is None else facts.partition
    offset = "?" if facts.offset is None else facts.offset
    return f"{one_line(facts.topic)}/{partition}/{offset}"


def _size(letter: "Letter") -> str:
    return "null" if letter.value is None else f"{len(letter.value):,} bytes"


def _moment(milliseconds: int) -> str:
    """Return a time in RFC 3339; the number itself where no year has it."""
    try:
        moment = datetime.fromtimestamp(milliseconds / 1000, UTC)
    except (OverflowError, ValueError, OSError):
        return f"{milliseconds} ms"
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _base64(value: bytes | None) -> str | None:
    return None if value is None else base64.b64encode(value).decode("ascii")
