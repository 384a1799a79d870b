"""What reaches a terminal: safe text, and consoles that know whether people or programs read."""

import json
import re
import unicodedata

import click
from rich.console import Console

__all__ = [
    "error_console",
    "harmless_json",
    "json_line",
    "output_console",
    "remark",
    "terminal_safe",
]

# C0 and C1 controls but tab and newline, and the bidirectional controls of Unicode TR 9: an
# article could otherwise recolour, retitle or reorder the reader's terminal.
_UNSAFE = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]"  # CSI sequences
    r"|\x1b[\]PX^_].*?(?:\x07|\x1b\\)"  # OSC, DCS, SOS, PM, APC strings
    r"|\x1b[@-Z\\-_]?"  # other escapes
    r"|[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029]",
    re.DOTALL,
)
_UNSAFE_IN_JSON = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def terminal_safe(text: str) -> str:
    """Return *text* without escape sequences, control and bidirectional characters.

    Tabs and newlines stay. Lone surrogates, which no terminal can show, become U+FFFD.
    """
    text = _UNSAFE.sub("", text)
    return "".join("\ufffd" if unicodedata.category(char) == "Cs" else char for char in text)


def json_line(value: object) -> str:
    """Return *value* as one line of JSON that is harmless on a terminal."""
    return harmless_json(json.dumps(value, ensure_ascii=False))


def harmless_json(text: str) -> str:
    """Return JSON *text* as one line that is harmless on a terminal.

    What JSON leaves as it is, though a terminal or a splitter of lines obeys it (C1 controls,
    bidirectional controls, line separators), is escaped: the content stays the same.
    """
    # Line breaks stand between members only: in a string JSON has them escaped already.
    text = text.replace("\r", " ").replace("\n", " ")
    return _UNSAFE_IN_JSON.sub(lambda found: f"\\u{ord(found.group()):04x}", text)


def output_console() -> Console:
    """Return the console for results: standard output, plain when piped, no markup in data."""
    return Console(markup=False, highlight=False, soft_wrap=True)


def error_console() -> Console:
    """Return the console for progress: standard error."""
    return Console(stderr=True, markup=False, highlight=False)


def remark(text: str) -> None:
    """Say something beside the result, on standard error: one remark, one line, however long."""
    click.echo(terminal_safe(text), err=True)
