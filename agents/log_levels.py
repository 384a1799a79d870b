"""Log levels: from which level on each module writes, by a file that may change while it runs."""

import asyncio
import logging
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

from agents.logs import get_logger
from monitor.errors import InvalidSetting
from monitor.settings import LogLevel

__all__ = ["LOOK_SECONDS", "LogLevels", "parse_levels"]

LOOK_SECONDS = 2.0
"""How often the file is looked at."""

_MODULE = re.compile(r"[A-Za-z_][A-Za-z0-9_.]{0,199}")

_log = get_logger(__name__)


def parse_levels(written: bytes, *, file: Path) -> dict[str, LogLevel]:
    """Return the levels by module that a file says: TOML, one line `"module" = "level"` each.

    Raises:
        InvalidSetting: naming the file, the line's module, and what is allowed.
    """
    try:
        content = tomllib.loads(written.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        message = f"log_levels_file = '{file}': not valid TOML: {error}"
        raise InvalidSetting(message) from error
    levels = {}
    for module, level in content.items():
        if not _MODULE.fullmatch(module) or level not in list(LogLevel):
            message = (
                f"log_levels_file = '{file}': {module} = {level!r}: allowed are lines such as"
                f' "agents.delivery" = "debug", with one of {", ".join(LogLevel)}'
            )
            raise InvalidSetting(message)
        levels[module] = LogLevel(level)
    return levels


class LogLevels:
    """Keeps the loggers of this process as the file says; whoever stands in it no more is as before."""

    def __init__(self, file: Path) -> None:
        """Take the file; it need not exist yet."""
        self._file = file
        self._written: bytes | None = None
        self._before: dict[str, int] = {}

    async def watch(self) -> None:
        """Look at the file again and again until cancelled."""
        while True:
            written = await asyncio.to_thread(self._read)
            self.look(written)
            await asyncio.sleep(LOOK_SECONDS)

    def look(self, written: bytes) -> None:
        """Take what the file holds if it is new and right; else all stays as it is, and the log says so once."""
        if written == self._written:
            return
        self._written = written
        try:
            levels = parse_levels(written, file=self._file)
        except InvalidSetting as error:
            _log.warning("log levels refused", error=str(error))
            return
        self._apply(levels)
        _log.info("log levels in force", levels={name: str(each) for name, each in levels.items()})

    def _read(self) -> bytes:
        """Return what the file holds; nothing where it cannot be read."""
        try:
            return self._file.read_bytes()
        except OSError:
            return b""

    def _apply(self, levels: Mapping[str, LogLevel]) -> None:
        for module in self._before.keys() - levels.keys():
            logging.getLogger(module).setLevel(self._before.pop(module))
        for module, level in levels.items():
            logger = logging.getLogger(module)
            self._before.setdefault(module, logger.level)
            logger.setLevel(level.upper())
