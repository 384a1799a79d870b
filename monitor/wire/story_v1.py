"""The story record, version 1: the state of one open story."""

from operator import is_
from typing import Any

from pydantic import RootModel

from monitor.domain import Story, StoryArticle, altered
from monitor.wire import examples
from monitor.wire.codec import RECORD_CONFIG, Codec, altered_where_new, ladder_in_utc, utc

__all__ = ["EXAMPLES", "NAME", "VERSION", "decode", "encode", "json_schema"]

NAME = "story"
VERSION = 1


class _Record(RootModel[Story]):
    model_config = RECORD_CONFIG


def _article_in_utc(article: StoryArticle) -> StoryArticle:
    published_at = utc(article.published_at)
    updated_at = None if article.updated_at is None else utc(article.updated_at)
    if published_at is article.published_at and updated_at is article.updated_at:
        return article  # As all are that a story has kept from a record: a copy would cost for nothing.
    return altered(article, published_at=published_at, updated_at=updated_at)


def _in_utc(story: Story) -> Story:
    articles = tuple(map(_article_in_utc, story.articles))
    return altered_where_new(
        story,
        articles=story.articles if all(map(is_, articles, story.articles)) else articles,
        ladder=ladder_in_utc(story.ladder),
        first_seen=utc(story.first_seen),
        last_seen=utc(story.last_seen),
        told_at=None if story.told_at is None else utc(story.told_at),
    )


_CODEC = Codec(name=NAME, version=VERSION, record=_Record, in_utc=_in_utc)


def encode(story: Story) -> bytes:
    """Write a story as the value of a record on the stories topic; equal stories, equal bytes."""
    return _CODEC.encode(story)


def decode(value: bytes | None) -> Story:
    """Read the value of a record of the stories topic; unknown members are ignored.

    A tombstone (null value) closes a story: whoever reads the topic drops the key before decoding.

    Raises:
        InvalidRecord: with NULL_VALUE, NOT_UTF8, NOT_JSON, UNKNOWN_VERSION or WRONG_TYPE.
    """
    return _CODEC.decode(value)


EXAMPLES: tuple[bytes, ...] = tuple(encode(story) for story in examples.STORIES)
"""Published examples."""


def json_schema() -> dict[str, Any]:
    """Return the record's JSON Schema (draft 2020-12)."""
    return _CODEC.json_schema(examples=EXAMPLES)
