"""Altering a frozen value gives what dataclasses.replace gives, and passes no check over."""

from dataclasses import FrozenInstanceError, replace

import pytest

from monitor.domain import Story, altered
from monitor.wire import examples

by_story = pytest.mark.parametrize("story", examples.STORIES, ids=lambda story: story.id)


@by_story
def test_altering_gives_what_replace_gives(story: Story) -> None:
    """The members given are new, the others are the very same, and the value before stays as it was."""
    before = repr(story)
    made = altered(story, revision=story.revision + 1, seen=("digest",))

    assert made == replace(story, revision=story.revision + 1, seen=("digest",))
    assert made.articles is story.articles
    assert repr(story) == before


@by_story
def test_what_was_altered_is_frozen(story: Story) -> None:
    """A value made so is as frozen as any other."""
    with pytest.raises(FrozenInstanceError):
        altered(story, revision=2).revision = 3  # type: ignore[misc]


@by_story
def test_a_member_that_does_not_exist_is_refused(story: Story) -> None:
    """A misspelt member is an error, not a member more."""
    with pytest.raises(AttributeError):
        altered(story, revison=2)  # type: ignore[call-arg]


def test_a_value_that_is_checked_when_made_is_refused() -> None:
    """A span whose borders do not fit its quote cannot come about by altering one."""
    span = examples.STORIES[0].evidence[0]

    with pytest.raises(TypeError, match="checked when it is made"):
        altered(span, end_char=10_000)
