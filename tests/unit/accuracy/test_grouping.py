"""Grouping: stories are scored by the pairs and the articles that they put together."""

from pathlib import Path

import pytest

from monitor.accuracy.grouping import agreement, stories_of_labels

LABELS = Path(__file__).parents[2] / "accuracy" / "stories"


def test_what_agrees_is_perfect() -> None:
    """The names of stories do not matter, only who is together."""
    scored = agreement({"a": ["x"], "b": ["x"], "c": ["y"]}, {"a": ["1"], "b": ["1"], "c": ["2"]})

    assert (scored.f1, scored.b_cubed_f1) == (1.0, 1.0)


def test_a_story_torn_apart_costs_recall() -> None:
    """Of three articles of one story one is left out: one pair of three is found."""
    labels = {name: ["x"] for name in "abc"}
    scored = agreement(labels, {"a": ["1"], "b": ["1"], "c": ["2"]})

    assert scored.precision == 1.0
    assert scored.recall == pytest.approx(1 / 3)
    assert scored.b_cubed_recall == pytest.approx((2 / 3 + 2 / 3 + 1 / 3) / 3)


def test_stories_thrown_together_cost_precision() -> None:
    """Two stories in one: one right pair of three."""
    scored = agreement({"a": ["x"], "b": ["x"], "c": ["y"]}, {name: ["1"] for name in "abc"})

    assert scored.precision == pytest.approx(1 / 3)
    assert scored.recall == 1.0
    assert scored.b_cubed_precision == pytest.approx((2 / 3 + 2 / 3 + 1 / 3) / 3)


def test_only_what_both_have_counts() -> None:
    """An article that raised no alert is a matter of reading, not of grouping."""
    scored = agreement({"a": ["x"], "b": ["x"], "c": ["x"]}, {"a": ["1"], "b": ["1"], "c": []})

    assert (scored.articles, scored.labelled, scored.f1) == (2, 3, 1.0)


def test_an_article_of_two_stories_is_with_both() -> None:
    """Sharing one story is enough."""
    scored = agreement(
        {"a": ["x"], "b": ["x", "y"], "c": ["y"]}, {"a": ["1"], "b": ["1"], "c": ["1"]}
    )

    assert scored.precision == pytest.approx(2 / 3)
    assert scored.recall == 1.0


def test_nothing_found_cannot_be_scored() -> None:
    """Without an article there is no score to be proud of."""
    with pytest.raises(ValueError, match="no labelled article"):
        agreement({"a": ["x"]}, {})


def test_the_labelled_days_can_be_read() -> None:
    """Every file of labels names a story for each article, by id, without a text."""
    files = sorted(LABELS.glob("*.tsv"))

    assert files
    for file in files:
        stories = stories_of_labels(file.read_text(encoding="utf-8").splitlines())
        assert all(article.startswith("reuters-") for article in stories)
        assert all(stories.values())


def test_a_line_without_stories_is_refused() -> None:
    """Its number is told."""
    with pytest.raises(ValueError, match="line 2"):
        stories_of_labels(["# id", "reuters-1\tthreat\t-"])
