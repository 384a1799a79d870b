"""Whole files: what a command writes is there whole or not at all."""

import os
from collections.abc import Iterable
from pathlib import Path

from monitor.errors import NewsMonitorError

__all__ = ["write_whole"]


def write_whole(file: Path, lines: Iterable[str]) -> None:
    """Write a file beside its name and put it there when it is complete.

    Raises:
        NewsMonitorError: it cannot be written.
    """
    begun = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        try:
            with begun.open("w", encoding="utf-8", errors="replace") as opened:
                opened.writelines(lines)
            begun.replace(file)
        finally:
            begun.unlink(missing_ok=True)
    except OSError as error:
        message = f"{file}: cannot be written: {error.strerror or error}"
        raise NewsMonitorError(message) from error
