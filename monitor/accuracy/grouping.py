"""Grouping: how well stories agree with a reader's, by pairs and by articles; pure functions.

* Pairwise: of all pairs of articles, which are of one story. Precision is the share of the pairs put
  together that belong together, recall the share of those that belong together that were put so.
* B-cubed: per article, the same shares among the articles of its story, averaged (Bagga and Baldwin,
  "Entity-Based Cross-Document Coreferencing Using the Vector Space Model", 1998).

An article may be of several stories; two articles are together if they share one.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations

__all__ = ["Agreement", "agreement", "stories_of_labels"]

_COLUMNS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """How well a grouping agrees with the labels, over the articles that both have."""

    articles: int
    labelled: int
    """How many articles were labelled, found or not."""
    precision: float
    recall: float
    b_cubed_precision: float
    b_cubed_recall: float

    @property
    def f1(self) -> float:
        """Harmonic mean of pairwise precision and recall."""
        return _harmonic(self.precision, self.recall)

    @property
    def b_cubed_f1(self) -> float:
        """Harmonic mean of B-cubed precision and recall."""
        return _harmonic(self.b_cubed_precision, self.b_cubed_recall)


def agreement(
    labels: Mapping[str, Collection[str]], found: Mapping[str, Collection[str]]
) -> Agreement:
    """Compare a grouping with the labelled one.

    Args:
        labels: stories per article, as a reader names them.
        found: stories per article, as they were formed; articles without any are left out.

    Raises:
        ValueError: if no labelled article was found.
    """
    both = sorted(article for article in labels if found.get(article))
    if not both:
        message = "no labelled article is in any story"
        raise ValueError(message)
    expected = _together(both, labels)
    formed = _together(both, found)
    pairs = list(combinations(both, 2))
    hits = sum(other in expected[one] and other in formed[one] for one, other in pairs)
    shared = {article: len(expected[article] & formed[article]) for article in both}
    return Agreement(
        articles=len(both),
        labelled=len(labels),
        precision=_share(hits, sum(other in formed[one] for one, other in pairs)),
        recall=_share(hits, sum(other in expected[one] for one, other in pairs)),
        b_cubed_precision=sum(shared[a] / len(formed[a]) for a in both) / len(both),
        b_cubed_recall=sum(shared[a] / len(expected[a]) for a in both) / len(both),
    )


def _together(
    articles: Collection[str], stories: Mapping[str, Collection[str]]
) -> dict[str, set[str]]:
    """Return per article those that it shares a story with, itself included."""
    members: dict[str, set[str]] = {}
    for article in articles:
        for story in stories[article]:
            members.setdefault(story, set()).add(article)
    return {
        article: set().union(*(members[story] for story in stories[article]))
        for article in articles
    }


def stories_of_labels(lines: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Read the stories per article from labels: id, active, background, stories, certainty.

    Lines that begin with `#` and articles with nothing active are left out.

    Raises:
        ValueError: if a line has other columns.
    """
    stories: dict[str, tuple[str, ...]] = {}
    for number, line in enumerate(lines, start=1):
        cells = line.rstrip("\n").split("\t")
        if line.startswith("#") or not line.strip():
            continue
        if len(cells) <= _COLUMNS or not cells[3]:
            message = f"line {number}: id, active, background, stories, certainty wanted"
            raise ValueError(message)
        if cells[1] != "none":
            stories[cells[0]] = tuple(cells[3].split(","))
    return stories


def _share(part: int, whole: int) -> float:
    """Return a share; nothing asked is nothing wrong."""
    return part / whole if whole else 1.0


def _harmonic(one: float, other: float) -> float:
    return 2 * one * other / (one + other) if one + other else 0.0
