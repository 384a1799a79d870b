"""Regression cases: a stretch of news kept with what comes of it, and the first thing that differs.

A case is a folder that holds all it needs: `records.jsonl` (the records, byte for byte, with their
times), `expected.jsonl` (per record the reports to the desks and the alerts), `case.json` (the
settings that they depend on), `overlays/` (the lexicon files that were laid over) and `watchlists/`.
Versions of lexicon and model are not compared: a case says what a release must still do.
"""

import json
import shutil
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any, Final

from monitor.backtest.case_files import BATCH, Row, json_rows, json_text, kept_json, stored_records
from monitor.backtest.deciding import Decider
from monitor.backtest.readers import Reader, Reading
from monitor.backtest.records import StoredNews, StoredRecord
from monitor.domain import Unread
from monitor.errors import InvalidResult
from monitor.pipeline import READING_SETTINGS, STORY_SETTINGS, story_rules
from monitor.settings import Settings
from monitor.wire import alert_v1, signal_v1

__all__ = [
    "Case",
    "Difference",
    "first_difference",
    "open_case",
    "outcomes_of",
    "record_case",
    "verify_case",
]

SCHEMA: Final = "news-monitor/case/1"
_FOLDERS: Final = {"lexicon_overlays": "overlays", "watchlists": "watchlists"}
"""Settings that name files, and where their files are kept."""
_NAMES = (READING_SETTINGS | STORY_SETTINGS) - _FOLDERS.keys()
_RECORDS, _EXPECTED, _CASE = "records.jsonl", "expected.jsonl", "case.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A case that was opened: where it lies, and what it is run with."""

    folder: Path
    settings: Settings
    records: int

    def news(self) -> StoredNews:
        """Return its records."""
        return stored_records(self.folder / _RECORDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """The first thing that is not as it was."""

    record: int
    """Counted from 0."""
    article: str
    path: str
    """Which member, such as `alerts[0].severity`."""
    expected: Any
    found: Any


async def record_case(
    folder: Path, news: StoredNews, reader: Reader, settings: Settings, *, versions: Row
) -> int:
    """Write a case, and return how many records it holds.

    Args:
        folder: is made, and must not exist.
        news: what is kept.
        reader: reads with *settings*.
        settings: what the outcomes depend on; overlays and watchlists are copied.
        versions: of lexicon and model, for whoever looks at the case.

    Raises:
        InvalidResult: the folder exists, or cannot be written.
    """
    _make(folder)
    try:
        for setting, kept in _FOLDERS.items():
            for number, path in enumerate(getattr(settings, setting)):
                _copy(path, folder / kept / f"{number:03}-{path.name}")
        count = 0
        with (folder / _RECORDS).open("w") as records, (folder / _EXPECTED).open("w") as expected:
            async for batch, rows in outcomes_of(news, reader, settings):
                records.writelines(json_text(kept_json(record)) for record in batch)
                expected.writelines(map(json_text, rows))
                count += len(batch)
        # Last, so that a case that was broken off is known as none.
        chosen = settings.model_dump(mode="json", include=set(_NAMES))
        content = {"schema": SCHEMA, "records": count, "settings": chosen, "versions": versions}
        (folder / _CASE).write_text(json.dumps(content, indent=2) + "\n")
    except OSError as error:
        message = f"{folder}: cannot be written: {error.strerror or error}"
        raise InvalidResult(message) from error
    return count


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True)
    except OSError as error:
        reason = "exists already" if folder.exists() else error.strerror
        message = f"{folder}: {reason}; name a folder that does not exist"
        raise InvalidResult(message) from error


def _copy(path: Path, to: Path) -> None:
    """Copy a folder, or a file."""
    to.parent.mkdir(exist_ok=True)
    if path.is_dir():
        shutil.copytree(path, to)
    else:
        shutil.copyfile(path, to)


def open_case(folder: Path, *, base: Settings) -> Case:
    """Open a case.

    Args:
        folder: that `record_case` wrote.
        base: settings that outcomes do not depend on, such as how many processes read.

    Raises:
        InvalidResult: it is no case of this release.
    """
    file = folder / _CASE
    try:
        content = json.loads(file.read_text())
        if content["schema"] != SCHEMA:
            message = f"{file}: schema is {content['schema']!r}; this release reads {SCHEMA!r}"
            raise InvalidResult(message)
        # A case of before a setting was there was made as its default has it.
        usual = Settings().model_dump(include=set(_NAMES))
        chosen = usual | {
            name: content["settings"][name] for name in usual.keys() & content["settings"].keys()
        }
        files = {name: _kept_in(folder / kept) for name, kept in _FOLDERS.items()}
        settings = Settings.model_validate(base.model_dump() | chosen | files)
        return Case(folder=folder, settings=settings, records=int(content["records"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        message = f"{file}: no regression case ({type(error).__name__}: {error}); `news-monitor record` makes one"
        raise InvalidResult(message) from error


def _kept_in(folder: Path) -> tuple[Path, ...]:
    """Return the files or folders that were copied, in their order; none where there were none."""
    return tuple(sorted(folder.iterdir())) if folder.is_dir() else ()


async def verify_case(case: Case, reader: Reader) -> Difference | None:
    """Run a case and return the first difference; None where everything is as it was.

    Raises:
        InvalidResult: the case was cut off or changed by hand so that it cannot be read.
    """
    expected = json_rows(case.folder / _EXPECTED)
    count = 0
    async for _, rows in outcomes_of(case.news(), reader, case.settings):
        for row in rows:
            wanted = next(expected, None)
            if wanted is None:
                message = f"{case.folder / _EXPECTED}: ends before record {count}"
                raise InvalidResult(message)
            # Who it is, not what comes of it: a record without reports does not name its article.
            names = [each.pop("article", "") for each in (wanted, row)]
            found = first_difference(wanted, row)
            if found is not None:
                path, was, is_ = found
                return Difference(
                    record=count, article=names[0] or names[1], path=path, expected=was, found=is_
                )
            count += 1
    if count != case.records or next(expected, None) is not None:
        message = f"{case.folder}: {count} records; {_CASE} and {_EXPECTED} say otherwise: was it cut off?"
        raise InvalidResult(message)
    return None


async def outcomes_of(
    news: StoredNews, reader: Reader, settings: Settings
) -> AsyncIterator[tuple[Sequence[StoredRecord], list[Row]]]:
    """Yield records with what comes of each: reports and alerts, or why it is unreadable."""
    decider = Decider(story_rules(settings), partitions=settings.signals_partitions)
    number = 0
    async for at_hand in news:
        for start in range(0, len(at_hand), BATCH):
            batch = at_hand[start : start + BATCH]
            read = iter(await reader([each.raw for each in batch if each.refused is None]))
            rows = []
            for record in batch:
                outcome = record.refused or next(read)
                rows.append(_row(outcome, decider, number))
                number += 1
            yield batch, rows


def first_difference(expected: Any, found: Any, path: str = "") -> tuple[str, Any, Any] | None:
    """Return where two JSON values differ first, and what stands there; None where they are equal."""
    if isinstance(expected, dict) and isinstance(found, dict):
        for name in [*expected, *(name for name in found if name not in expected)]:
            inner = f"{path}.{name}" if path else name
            different = first_difference(expected.get(name), found.get(name), inner)
            if different:
                return different
        return None
    if isinstance(expected, list) and isinstance(found, list):
        for number, (was, is_) in enumerate(zip_longest(expected, found)):
            different = first_difference(was, is_, f"{path}[{number}]")
            if different:
                return different
        return None
    return None if expected == found else (path, expected, found)


def _row(outcome: Reading | Unread, decider: Decider, number: int) -> Row:
    if isinstance(outcome, Unread):
        return {"article": "", "unreadable": outcome.reason.value}
    decided = decider.take_in(outcome, record=number)
    reports = [_unversioned(signal_v1.encode(report)) for report in outcome.reports]
    return {
        "article": outcome.reports[0].article.id if outcome.reports else "",
        "reports": reports,
        "alerts": [_unversioned(alert_v1.encode(each.alert)) for each in decided.revisions],
    }


def _unversioned(value: bytes) -> Row:
    row: Row = json.loads(value)
    row.pop("versions", None)
    return row
