"""Samples of news that lexicon entries are tried on: files of articles or of labelled sentences."""

import gzip
from collections.abc import Iterator
from datetime import datetime
from importlib import resources
from pathlib import Path

import click

from monitor.domain import Article, ArticleRef
from monitor.errors import InvalidRecord
from monitor.text.trial import Sample
from monitor.wire import article_v1

__all__ = ["built_in_sample", "read_sample"]

_BUILT_IN = "demo/news.jsonl"
_COLUMNS = "block, n, labels, certainty, triggers, text"


def built_in_sample(*, now: datetime, max_text_chars: int) -> Sample:
    """Return the demo's news."""
    written = (resources.files("agents") / _BUILT_IN).read_bytes()
    lines = enumerate(written.splitlines(), start=1)
    articles = [_article(line, now, max_text_chars) for _, line in lines if line.strip()]
    return Sample(name="the demo's news and the examples", articles=articles)


def read_sample(file: Path, *, now: datetime, max_text_chars: int) -> Sample:
    """Return the news of a file, read as it is asked for.

    JSON lines of articles, or the columns of labelled sentences with tabs between them (block, n,
    labels, certainty, triggers, text); told apart line by line, plain or gzip (`.gz`).

    Raises:
        click.UsageError: while it is read, naming file, line and what is allowed.
    """
    return Sample(name=f"{file} and the examples", articles=_articles(file, now, max_text_chars))


def _articles(file: Path, now: datetime, max_text_chars: int) -> Iterator[Article]:
    """Yield the articles of a file."""
    try:
        with gzip.open(file) if file.suffix == ".gz" else file.open("rb") as lines:
            for number, line in enumerate(lines, start=1):
                if not line.strip() or line.startswith(b"#"):
                    continue
                try:
                    yield _article(line, now, max_text_chars)
                except (InvalidRecord, ValueError) as error:
                    message = f"{file}:{number}: {error}"
                    raise click.UsageError(message) from error
    except (OSError, EOFError) as error:
        message = f"{file}: cannot be read: {getattr(error, 'strerror', None) or error}"
        raise click.UsageError(message) from error


def _article(line: bytes, now: datetime, max_text_chars: int) -> Article:
    """Return one line as an article.

    Raises:
        InvalidRecord: if it is a JSON object but no article.
        ValueError: if it is neither a JSON object nor a labelled sentence.
    """
    if line.lstrip().startswith(b"{"):
        return article_v1.decode(line, timestamp=now, max_text_chars=max_text_chars)
    columns = line.decode("utf-8").rstrip("\r\n").split("\t")
    if len(columns) != len(_COLUMNS.split(", ")):
        message = (
            f"{len(columns)} columns; a line is a JSON object with a text, or has the columns "
            f"{_COLUMNS}, with tabs between them"
        )
        raise ValueError(message)
    ref = ArticleRef(id=f"{columns[0]}/{columns[1]}", title="", published_at=now, states_time=False)
    return Article(ref=ref, text=columns[-1])
