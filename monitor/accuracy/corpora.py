"""Corpora: labelled files, recognised by themselves, as items with their texts."""

import gzip
import json
import sys
import zlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from monitor.accuracy.labelled import Corpus, Labelled, Unit
from monitor.accuracy.tables import Row, certainty_of, kind_of, kinds_of, labels_of, rows
from monitor.domain import Article, ArticleRef, SignalKind
from monitor.errors import InvalidCorpus, InvalidRecord
from monitor.wire import article_v1

__all__ = ["STANDARD_INPUT", "UNDATED", "read_corpus"]

STANDARD_INPUT = "-"

UNDATED: Final = datetime(9000, 1, 1, tzinfo=UTC)
"""The time of the record of an article that states none: fixed, so that every run gives the same,
and later than any time that an article may state, so that all of them are believed."""

_BYTE_ORDER_MARK = "\ufeff"


def read_corpus(
    file: str,
    *,
    texts: Sequence[str] = (),
    max_text_chars: int = article_v1.DEFAULT_MAX_TEXT_CHARS,
) -> Corpus:
    """Read a labelled file, plain or gzip; its form is told by its first line.

    Args:
        file: a path, or `-` for standard input.
        texts: JSON lines of articles, for tables that name them by id.
        max_text_chars: most characters that title and text of an article may have together.

    Raises:
        InvalidCorpus: the file cannot be read, holds nothing, or breaks its form; the message
            names file and line and says what is allowed.
    """
    lines = _lines(file)
    first = next(lines, None)
    if first is None:
        message = f"{_shown(file)}: holds nothing; expected labelled sentences or articles"
        raise InvalidCorpus(message)
    everything = _put_back(first, lines)
    if first[1].lstrip().startswith("{"):
        items = [_labelled(place, line, max_text_chars) for place, line in everything]
        return Corpus(name=_shown(file), unit=Unit.ARTICLE, items=tuple(items))
    table = list(rows(everything))
    units = {row.unit for row in table}
    if len(units) != 1:
        what = "tables of sentences and of articles in one" if units else "no row below the header"
        message = f"{_shown(file)}: {what}; expected labelled sentences or articles"
        raise InvalidCorpus(message)
    (unit,) = units
    if unit is Unit.SENTENCE:
        return Corpus(name=_shown(file), unit=unit, items=tuple(map(_sentence, table)))
    return Corpus(
        name=_shown(file), unit=unit, items=tuple(_with_texts(table, texts, max_text_chars))
    )


def _sentence(row: Row) -> Labelled:
    """Return a labelled sentence as an article of its own that states no time."""
    cells = row.cells
    if not cells["text"]:
        message = f"{row.place}: the column text is empty; expected the sentence"
        raise InvalidCorpus(message)
    labels = labels_of(cells["labels"], row.place)
    active = frozenset(kind for kind, status in labels if status.is_active)
    name = f"{cells['block']}-{cells['n']}"
    return Labelled(
        article=Article(
            ref=ArticleRef(id=name, published_at=UNDATED, states_time=False), text=cells["text"]
        ),
        group=cells["block"],
        active=active,
        background=frozenset(kind for kind, _ in labels) - active,
        labels=labels,
        certainty=certainty_of(cells.get("certainty"), row.place),
        marked=cells.get("triggers", ""),
    )


def _labelled(place: str, line: str, max_text_chars: int) -> Labelled:
    """Read an article that carries its labels."""
    members = _members(place, line)
    return Labelled(
        article=_article(place, line, max_text_chars),
        group=place,
        active=_listed(members, "active", place),
        background=_listed({"background": []} | members, "background", place),
        certainty=certainty_of(members.get("certainty"), place),
    )


def _listed(members: Mapping[str, Any], name: str, place: str) -> frozenset[SignalKind]:
    """Read a list of kinds."""
    value = members.get(name)
    if not isinstance(value, list):
        message = (
            f"{place}: {name} must be a list of kinds, empty where there is none; allowed are "
            f"{', '.join(SignalKind)}"
        )
        raise InvalidCorpus(message)
    return frozenset(kind_of(kind, place) for kind in value)


def _with_texts(
    table: Sequence[Row], texts: Sequence[str], max_text_chars: int
) -> Iterator[Labelled]:
    """Yield labelled articles of a table with the texts that stand elsewhere."""
    if not texts:
        message = (
            f"{table[0].place}: labels of articles by id, without their texts; give the articles "
            "as JSON lines with --texts FILE"
        )
        raise InvalidCorpus(message)
    found = _texts({row.cells["id"] for row in table}, texts, max_text_chars)
    for row in table:
        cells = row.cells
        if cells["id"] not in found:
            message = f"{row.place}: no article has the id {cells['id']!r} in {', '.join(texts)}"
            raise InvalidCorpus(message)
        yield Labelled(
            article=found[cells["id"]],
            group=row.place,
            active=kinds_of(cells["active"], row.place),
            background=kinds_of(cells.get("background", ""), row.place),
            certainty=certainty_of(cells.get("certainty"), row.place),
            marked=cells.get("evidence", ""),
        )


def _texts(wanted: set[str], files: Sequence[str], max_text_chars: int) -> dict[str, Article]:
    """Read the articles that are wanted; where an id stands twice the first one counts."""
    found: dict[str, Article] = {}
    for file in files:
        for place, line in _lines(file):
            stated = _members(place, line).get("id")
            if isinstance(stated, str) and (stated not in wanted or stated in found):
                continue
            article = _article(place, line, max_text_chars)
            found.setdefault(article.ref.id, article)
    return found


def _members(place: str, line: str) -> dict[str, Any]:
    """Read a line as a JSON object."""
    try:
        members = json.loads(line)
    except (ValueError, RecursionError) as error:
        message = f"{place}: no JSON object: {error}; expected one article per line"
        raise InvalidCorpus(message) from error
    if not isinstance(members, dict):
        message = f"{place}: JSON but no object; expected one article per line"
        raise InvalidCorpus(message)
    return members


def _article(place: str, line: str, max_text_chars: int) -> Article:
    """Read a line as the product reads the record of an article."""
    try:
        return article_v1.decode(line.encode(), timestamp=UNDATED, max_text_chars=max_text_chars)
    except InvalidRecord as error:
        message = f"{place}: {error} ({error.reason})"
        raise InvalidCorpus(message) from error


def _lines(file: str) -> Iterator[tuple[str, str]]:
    """Yield place and text of every line that is not blank.

    Only a line feed ends a line: other separators of Unicode may stand in a text.
    """
    place = _shown(file)
    try:
        for number, raw in enumerate(_raw_lines(file), start=1):
            place = f"{_shown(file)}:{number}"
            line = raw.decode().removeprefix(_BYTE_ORDER_MARK).rstrip("\r\n")
            if line.strip():
                yield place, line
    except UnicodeDecodeError as error:
        message = f"{place}: not UTF-8: byte {error.start}: {error.reason}"
        raise InvalidCorpus(message) from error
    except (OSError, EOFError, zlib.error) as error:
        reason = getattr(error, "strerror", None) or error
        message = f"{_shown(file)}: cannot be read: {reason}"
        raise InvalidCorpus(message) from error


def _raw_lines(file: str) -> Iterator[bytes]:
    if file == STANDARD_INPUT:
        yield from sys.stdin.buffer
        return
    with gzip.open(file) if file.endswith(".gz") else open(file, "rb") as opened:  # noqa: PTH123
        yield from opened


def _put_back(first: tuple[str, str], rest: Iterator[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    yield first
    yield from rest


def _shown(file: str) -> str:
    return "standard input" if file == STANDARD_INPUT else file
