"""Subscriptions file: the file of subscriptions on disk, and the topics that it calls for."""

from collections.abc import Collection, Sequence
from pathlib import Path

from agents.topics import TopicSpec, subscription_topics, topics_for
from monitor.domain import Subscription
from monitor.errors import InvalidSubscriptions
from monitor.lexicon.watchlists import watchlist_ids
from monitor.policy.subscriptions.reading import read_subscriptions
from monitor.settings import Settings

__all__ = ["load_subscriptions", "needed_topics", "parse_subscriptions", "read_file"]


def read_file(file: Path) -> bytes:
    """Return what the file holds.

    Raises:
        InvalidSubscriptions: it cannot be read.
    """
    try:
        return file.read_bytes()
    except OSError as error:
        message = f"{file}: cannot be read: {error.strerror}; see the setting subscriptions_file"
        raise InvalidSubscriptions(message) from error


def parse_subscriptions(
    written: bytes, *, file: Path, watched: Collection[str]
) -> tuple[Subscription, ...]:
    """Return the subscriptions that the bytes of a file say.

    Args:
        written: what the file holds.
        file: where it lies.
        watched: ids of the watchlists whose items alerts name.

    Raises:
        InvalidSubscriptions: with file, line and what is allowed, for everything that is wrong.
    """
    reading = read_subscriptions(written, file=str(file), watched=watched)
    if reading.problems:
        raise InvalidSubscriptions("\n".join(map(str, reading.problems)))
    return reading.subscriptions


def load_subscriptions(
    file: Path | None, *, watchlists: Sequence[Path]
) -> tuple[Subscription, ...]:
    """Return the subscriptions of a file; none where there is no file.

    Args:
        file: where it lies.
        watchlists: files of watchlists, as the setting names them.

    Raises:
        InvalidSubscriptions: the file cannot be read, or something in it is wrong.
        InvalidWatchlist: a watchlist cannot be read.
    """
    if file is None:
        return ()
    return parse_subscriptions(read_file(file), file=file, watched=watchlist_ids(watchlists))


def needed_topics(settings: Settings) -> tuple[TopicSpec, ...]:
    """Return every topic that the settings and their file of subscriptions call for.

    Raises:
        InvalidSubscriptions: the file cannot be read, or something in it is wrong.
        InvalidWatchlist: there is such a file, and a watchlist cannot be read.
    """
    subscriptions = load_subscriptions(settings.subscriptions_file, watchlists=settings.watchlists)
    names = [each.id for each in subscriptions]
    return (*topics_for(settings), *subscription_topics(settings, names))
