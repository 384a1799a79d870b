"""Logs: structlog and the standard library's loggers in one format, one line per event.

What comes from articles may hold escape sequences, control or bidirectional characters that would
act on a terminal or reorder a line; they are taken out of every value before it is written.
"""

import asyncio
import logging
import re
import sys
import threading
from collections.abc import Mapping, MutableMapping
from typing import Any, TextIO

import structlog
from structlog.typing import Processor

from agents.log_repeats import RepeatLimitedHandler
from monitor.settings import LogFormat, Settings

__all__ = ["clean", "configure", "get_logger"]

_log = structlog.stdlib.get_logger(__name__)

# Libraries that write about their own affairs; from WARNING on it concerns operators.
_NOISY = ("aiokafka", "asyncio", "faust", "kafka", "mode", "spacy", "urllib3")
_LONGEST_VALUE = 2000

# ECMA-48 sequences whole (CSI, OSC and other strings), so that no "[31m" is left standing.
_SEQUENCES = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f]).*?(?:\x07|\x1b\\|\x9c|$)"
    r"|\x1b[ -/]*[0-~]",
    re.DOTALL,
)
_BREAKS = re.compile(r"[\t\n\x0b\x0c\r\x1c-\x1e\x85\u2028\u2029]+")
# Other control characters, zero-width and bidirectional ones (Unicode TR 9), lone surrogates.
_HIDDEN = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\ud800-\udfff]"
)


def configure(settings: Settings, *, stream: TextIO | None = None) -> None:
    """Send every log event to *stream* (standard error by default) in the format of the settings.

    Call it once, at the start of a process that owns its logging; calling it again replaces the
    earlier arrangement.
    """
    stream = sys.stderr if stream is None else stream
    terminal = stream.isatty()
    as_json = settings.log_format is LogFormat.JSON or (
        settings.log_format is LogFormat.AUTO and not terminal
    )
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.StackInfoRenderer(),
    ]
    handler = RepeatLimitedHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.ExtraAdder()],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *(_json() if as_json else _console(colours=terminal)),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(settings.log_level.upper())
    for name in _NOISY:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))
    logging.captureWarnings(capture=True)
    threading.excepthook = _tell_of_thread
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def _tell_of_thread(ended: threading.ExceptHookArgs) -> None:
    """Log what ended a thread; one that ends by `SystemExit` means to.

    A client's own thread dies of a cancellation when it is stopped while its broker is away: that has
    no traceback worth reading.
    """
    name = ended.thread.name if ended.thread else "?"
    if issubclass(ended.exc_type, asyncio.CancelledError):
        _log.warning("a thread was cancelled", thread=name)
    elif not issubclass(ended.exc_type, SystemExit):
        error = ended.exc_value or ended.exc_type()
        _log.error(
            "a thread ended with an error",
            thread=name,
            exc_info=(ended.exc_type, error, ended.exc_traceback),
        )


def get_logger(name: str) -> structlog.stdlib.BoundLogger:
    """The logger of a module: `get_logger(__name__)`; events are short phrases, facts are keys."""
    logger: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(name)
    return logger


def clean(text: str) -> str:
    """Take out whatever acts on a terminal or reorders a line; line breaks become spaces."""
    return _HIDDEN.sub("", _BREAKS.sub(" ", _SEQUENCES.sub("", text)))


def _json() -> list[Processor]:
    return [
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _clean_values,
        structlog.processors.JSONRenderer(default=_plain),
    ]


def _console(*, colours: bool) -> list[Processor]:
    return [
        structlog.processors.TimeStamper(fmt="%H:%M:%S", utc=False),
        structlog.processors.format_exc_info,
        _clean_values,
        structlog.dev.ConsoleRenderer(
            colors=colours, pad_event_to=0, exception_formatter=structlog.dev.plain_traceback
        ),
    ]


def _clean_values(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Clean every value; a traceback keeps its lines, each of them clean."""
    for key, value in event.items():
        if key in {"exception", "stack"} and isinstance(value, str):
            event[key] = "\n".join(clean(line) for line in value.split("\n"))
        else:
            event[key] = _clean_value(value)
    return event


def _clean_value(value: object) -> object:
    match value:
        case bool() | int() | float() | None:
            return value
        case str():
            text = clean(str(value))
            return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}…"
        case Mapping():
            return {clean(str(key)): _clean_value(item) for key, item in value.items()}
        case list() | tuple() | set() | frozenset():
            return [_clean_value(item) for item in value]
        case _:
            return _clean_value(str(value))


def _plain(value: object) -> str:
    return clean(str(value))
