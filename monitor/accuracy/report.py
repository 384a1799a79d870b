"""Report: evaluations as plain JSON values; the form is documented in docs/evaluate.md."""

from collections.abc import Sequence
from typing import Any

from monitor.accuracy.evaluate import Evaluation, Read
from monitor.accuracy.labelled import Corpus, Label
from monitor.accuracy.outcomes import Fault
from monitor.accuracy.scores import Interval, Score, Scores, Share

__all__ = ["corpus_as_json", "read_as_json", "scores_as_json"]

_DIGITS = 4


def corpus_as_json(
    corpus: Corpus, evaluations: Sequence[Evaluation], *, faults: frozenset[Fault] = frozenset()
) -> dict[str, Any]:
    """Return what was measured on one corpus.

    Args:
        corpus: as it was read, with everything that it holds.
        evaluations: one per form, of what was scored of it.
        faults: items with any of these are listed.
    """
    scored = evaluations[0].scores.items if evaluations else 0
    report: dict[str, Any] = {
        "file": corpus.name,
        "unit": corpus.unit.value,
        "items": scored,
        "groups": evaluations[0].scores.groups if evaluations else 0,
        "left_out": len(corpus.items) - scored,
        "scores": {each.form.value: scores_as_json(each.scores) for each in evaluations},
    }
    if faults:
        report["wrong"] = [
            {"form": each.form.value, **read_as_json(read)}
            for each in evaluations
            for read in each.wrong(faults)
        ]
    return report


def scores_as_json(scores: Scores) -> dict[str, Any]:
    """Return all scores of a run; shares are from 0 to 1, null where there was nothing to decide."""
    return {
        "alert": _score(scores.alert),
        "kinds": _score(scores.kinds),
        "status": _share(scores.status) if scores.status else None,
        "by_kind": {kind.value: _score(each) for kind, each in scores.by_kind.items()},
    }


def read_as_json(read: Read) -> dict[str, Any]:
    """Return one item: its text, what it should give, what was found and by which words."""
    item, outcome = read.item, read.outcome
    return {
        "id": outcome.id,
        "title": item.article.ref.title,
        "text": item.article.text,
        "certainty": item.certainty.value,
        "active": sorted(outcome.expected),
        "background": sorted(item.background),
        "labels": _labels(outcome.labels),
        "marked": item.marked,
        "found": _labels(outcome.found),
        "fired": [
            {
                "kind": fired.label[0].value,
                "status": fired.label[1].value,
                "keyword": fired.keyword,
                "words": fired.words,
            }
            for fired in read.fired
        ],
        "misses": sorted(outcome.missed),
        "false": sorted(outcome.false),
        "status": _labels(outcome.asked - outcome.found),
    }


def _labels(labels: frozenset[Label]) -> list[str]:
    return sorted(f"{kind}:{status}" for kind, status in labels)


def _score(score: Score) -> dict[str, Any]:
    return {
        "precision": _rounded(score.precision),
        "recall": _rounded(score.recall),
        "f1": _rounded(score.f1),
        "interval": _interval(score.interval),
        "right": score.right,
        "missed": score.missed,
        "false": score.false,
    }


def _share(share: Share) -> dict[str, Any]:
    return {
        "share": _rounded(share.value),
        "interval": _interval(share.interval),
        "right": share.right,
        "asked": share.asked,
    }


def _interval(interval: Interval | None) -> list[float] | None:
    return [round(end, _DIGITS) for end in interval] if interval else None


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, _DIGITS)
