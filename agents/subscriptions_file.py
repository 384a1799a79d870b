"""Subscriptions file: the file of subscriptions on disk, and the topics that it calls for."""

from pathlib import Path

from agents.topics import TopicSpec, subscription_topics, topics_for
from monitor.domain import Subscription
from monitor.errors import InvalidSubscriptions
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


def parse_subscriptions(written: bytes, *, file: Path) -> tuple[Subscription, ...]:
    """Return the subscriptions that the bytes of a file say.

    Raises:
        InvalidSubscriptions: with file, line and what is allowed, for everything that is wrong.
    """
    reading = read_subscriptions(written, file=str(file))
    if reading.problems:
        raise InvalidSubscriptions("\n".join(map(str, reading.problems)))
    return reading.subscriptions


def load_subscriptions(file: Path | None) -> tuple[Subscription, ...]:
    """Return the subscriptions of a file; none where there is no file.

    Raises:
        InvalidSubscriptions: the file cannot be read, or something in it is wrong.
    """
    return () if file is None else parse_subscriptions(read_file(file), file=file)


def needed_topics(settings: Settings) -> tuple[TopicSpec, ...]:
    """Return every topic that the settings and their file of subscriptions call for.

    Raises:
        InvalidSubscriptions: the file cannot be read, or something in it is wrong.
    """
    subscriptions = load_subscriptions(settings.subscriptions_file)
    names = [each.id for each in subscriptions]
    return (*topics_for(settings), *subscription_topics(settings, names))
