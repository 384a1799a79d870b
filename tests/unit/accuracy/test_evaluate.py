"""Evaluating: items are read as the product reads them, in both forms."""

import json
from pathlib import Path
from typing import Any

import pytest

from monitor.accuracy.corpora import read_corpus
from monitor.accuracy.evaluate import Evaluation, build_reader, evaluate
from monitor.accuracy.labelled import Corpus, Form
from monitor.accuracy.outcomes import Fault
from monitor.accuracy.report import corpus_as_json
from monitor.domain import SignalKind, Status
from monitor.pipeline import Pipeline

BOMBED = "Israeli jets bombed a weapons depot near Damascus on Monday."
ROWS = (
    f"b\t0\tmilitary-strike:happening\tsure\tbombed\t{BOMBED}",
    f"b\t1\tnone\tsure\t\t{BOMBED}",
    "c\t0\tlabor-strike:happening\tsure\twalked\tThe choir sang a hymn in the village church.",
    f"c\t1\tmilitary-strike:past\tunsure\tbombed\t{BOMBED}",
)


@pytest.fixture(scope="module")
def reader() -> Pipeline:
    """The product's pipeline without the entity model."""
    return build_reader(max_text_chars=10_000)


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    """One sentence right, one falsely alerted, one missed, one with another status."""
    file = tmp_path / "labels.tsv"
    file.write_text("\n".join(ROWS), encoding="utf-8")
    return read_corpus(str(file))


def evaluated(reader: Pipeline, corpus: Corpus) -> list[Evaluation]:
    """The corpus in both forms."""
    return [evaluate(reader, corpus, form) for form in Form]


def test_readings_are_scored_in_both_forms(reader: Pipeline, corpus: Corpus) -> None:
    """What is found is set against the labels, item by item."""
    for evaluation in evaluated(reader, corpus):
        scores = evaluation.scores
        assert scores.items == 4
        assert (scores.alert.right, scores.alert.missed, scores.alert.false) == (1, 1, 2)
        assert scores.status is not None
        assert (scores.status.right, scores.status.asked) == (1, 2)
        listed = {
            fault: [read.outcome.id for read in evaluation.wrong(frozenset({fault}))]
            for fault in Fault
        }
        assert listed == {
            Fault.MISSES: ["c-0"],
            Fault.FALSE: ["b-1", "c-1"],
            Fault.STATUS: ["c-1"],
        }


def test_stripped_text_is_what_is_read(reader: Pipeline, corpus: Corpus) -> None:
    """The words that fired are those of the form that was read."""
    words = {
        evaluation.form: evaluation.readings[0].fired[0].words
        for evaluation in evaluated(reader, corpus)
    }
    assert words[Form.STRIPPED] == words[Form.STRIPPED].lower()
    assert "bombed" in words[Form.WRITTEN]


def test_progress_is_told(reader: Pipeline, corpus: Corpus) -> None:
    """Every item is told once."""
    told: list[int] = []
    evaluate(reader, corpus, Form.WRITTEN, advance=told.append)
    assert sum(told) == 4


def test_an_article_is_read_with_its_title(reader: Pipeline, tmp_path: Path) -> None:
    """A kind that stands in the title alone is found, in both forms."""
    members = {"id": "a", "title": BOMBED, "text": "The choir sang.", "active": ["military-strike"]}
    file = tmp_path / "x.jsonl"
    file.write_text(json.dumps(members), encoding="utf-8")
    for evaluation in evaluated(reader, read_corpus(str(file))):
        assert evaluation.scores.alert.right == 1
        assert evaluation.scores.status is None


def test_an_empty_reading_is_no_error(reader: Pipeline, tmp_path: Path) -> None:
    """A sentence of marks alone is nothing when stripped."""
    file = tmp_path / "labels.tsv"
    file.write_text("b\t0\tnone\tsure\t\t?!...", encoding="utf-8")
    for evaluation in evaluated(reader, read_corpus(str(file))):
        assert evaluation.scores.alert.f1 is None


def test_overlays_are_read(tmp_path: Path, corpus: Corpus) -> None:
    """A rule author's own entries are scored with the built-in ones."""
    overlay = tmp_path / "overlay"
    overlay.mkdir()
    (overlay / "labor-strike.toml").write_text(
        'kind = "labor-strike"\n[[entry]]\nid = "hymn"\nterms = ["sang a hymn"]\n'
        'example = "They sang a hymn."\ncounter_example = "They sang."\n',
        encoding="utf-8",
    )
    reader = build_reader(overlays=[overlay], max_text_chars=10_000)
    scores = evaluate(reader, corpus, Form.WRITTEN).scores
    assert scores.by_kind[SignalKind.LABOR_STRIKE].right == 1


def test_the_report_says_it_all(reader: Pipeline, corpus: Corpus) -> None:
    """Counts, scores by form, and what went wrong with the keywords that fired, as plain JSON."""
    sure = corpus.sure()
    report: dict[str, Any] = corpus_as_json(
        corpus, evaluated(reader, sure), faults=frozenset({Fault.FALSE})
    )
    assert json.loads(json.dumps(report)) == report
    assert (report["unit"], report["items"], report["groups"]) == ("sentence", 3, 2)
    assert report["left_out"] == 1
    assert set(report["scores"]) == {"written", "stripped"}
    alert = report["scores"]["stripped"]["alert"]
    assert (alert["right"], alert["missed"], alert["false"]) == (1, 1, 1)
    assert alert["f1"] == 0.5
    assert report["scores"]["written"]["by_kind"]["unrest"]["f1"] is None
    assert [each["form"] for each in report["wrong"]] == ["written", "stripped"]
    wrong = report["wrong"][0]
    assert wrong["id"] == "b-1"
    assert wrong["text"] == BOMBED
    assert wrong["false"] == ["military-strike"]
    assert wrong["found"] == [f"military-strike:{Status.HAPPENING}"]
    assert wrong["fired"][0]["kind"] == "military-strike"
    assert wrong["fired"][0]["keyword"]
    assert "wrong" not in corpus_as_json(corpus, evaluated(reader, sure))
