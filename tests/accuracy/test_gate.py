"""The accuracy gate: the list of corpora holds together, and it fails when it should."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from monitor.accuracy.corpora import read_corpus
from monitor.accuracy.evaluate import build_reader
from monitor.accuracy.labelled import Form
from monitor.pipeline import Pipeline
from tests.conftest import MAX_TEXT_CHARS
from tests.documents import DOCS, ROOT, loaded

gate = loaded("accuracy")
LISTED = gate.listed()
corpora = pytest.mark.parametrize("corpus", LISTED, ids=lambda corpus: corpus.name)

ONE = """
[[corpus]]
name = "one"
group = "One"
role = "held-back"
file = "tests/accuracy/sentences.tsv"
what = "A test's."
licence = "none"
"""


@corpora
def test_a_corpus_can_be_read(corpus: Any) -> None:
    """Every file of the list is there, whole, and has something sure to score."""
    texts = [str(ROOT / file) for file in corpus.texts]
    assert read_corpus(str(ROOT / corpus.file), texts=texts).sure().items


@corpora
def test_a_corpus_has_its_floors(corpus: Any) -> None:
    """Alerts and kinds have a floor in both forms."""
    floors = {(floor.form, floor.metric) for floor in corpus.floors if floor.least > 0}
    assert floors >= {(form, metric) for form in Form for metric in ("alert-f1", "kinds-f1")}


@corpora
def test_a_corpus_says_where_it_comes_from(corpus: Any) -> None:
    """The README beside the file names it and the licence of its texts."""
    file = ROOT / corpus.file
    readme = (file.parent / "README.md").read_text(encoding="utf-8")
    assert f"`{file.name}`" in readme
    assert corpus.licence


def test_attributions_are_kept() -> None:
    """Each source of the reports has its licence in the README beside them."""
    for folder in ("tests/accuracy", "training/signals"):
        readme = (ROOT / folder / "README.md").read_text(encoding="utf-8")
        lines = (ROOT / folder / "conflict-reports.jsonl").read_text(encoding="utf-8").split("\n")
        reports = [json.loads(line) for line in lines if line]
        assert all(report["url"].startswith("http") for report in reports)
        for source in {report["source"] for report in reports}:
            assert f"| {source} | " in readme


def test_what_is_held_back_is_not_learnt_from() -> None:
    """No block, article or sentence of a held-back file stands in one that may be tuned on."""
    seen: dict[str, set[str]] = {"tuned": set(), "held-back": set()}
    for corpus in LISTED:
        for item in read_corpus(str(ROOT / corpus.file)).items:
            names = {item.article.text}
            if not corpus.file.endswith(".jsonl"):
                names.add(item.group)
            seen[corpus.role.value] |= names
    assert seen["held-back"]
    assert seen["tuned"]
    # Short forms of newswire ("No one was hurt.") may come twice in any two samples.
    shared = seen["tuned"] & seen["held-back"]
    assert {name for name in shared if len(name.split()) > 6 or " " not in name} == set()


@pytest.mark.model
def test_what_is_scored_is_what_the_product_reads(pipeline: Pipeline) -> None:
    """Without looking for names, the reader that is scored gives the product's very signals."""
    reader = build_reader(max_text_chars=MAX_TEXT_CHARS)
    reports = read_corpus(str(ROOT / "training/signals/conflict-reports.jsonl")).items
    sentences = read_corpus(str(ROOT / "training/signals/sentences-1.tsv")).items[:400]
    articles = [item.article for item in (*reports, *sentences)]
    pairs = zip(reader.analyse(articles), pipeline.analyse(articles), strict=True)
    for (scored, signals), (_, product) in pairs:
        assert [
            (signal.kind, signal.desk, signal.status, signal.keywords) for signal in signals
        ] == [(signal.kind, signal.desk, signal.status, signal.keywords) for signal in product], (
            scored.article.ref.id
        )


def test_the_documents_name_every_corpus() -> None:
    """What is listed is published, with its floors."""
    page = (DOCS / "accuracy.md").read_text(encoding="utf-8")
    figures = json.loads((DOCS / "accuracy.json").read_text(encoding="utf-8"))["corpora"]
    assert [each["name"] for each in figures] == [each.name for each in LISTED]
    for each in LISTED:
        assert f"`{each.file}`" in page


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('role = "held-back"', 'role = "secret"', "tuned, held-back"),
        ('what = "A test\'s."', "", "missing ['what']"),
        ("licence", "license", "unknown ['license']"),
        ('licence = "none"', 'licence = "none"\n[corpus.floors.loud]\nalert-f1 = 1', "loud"),
        ('licence = "none"', 'licence = "none"\n[corpus.floors.written]\nf1 = 1', "written.f1"),
        ("[[corpus]]", f"{ONE}[[corpus]]", "one name"),
    ],
)
def test_a_bad_list_is_refused(tmp_path: Path, before: str, after: str, said: str) -> None:
    """A slip in the list is named and does not pass for a corpus without floors."""
    file = tmp_path / "corpora.toml"
    file.write_text(ONE.replace(before, after), encoding="utf-8")
    with pytest.raises(ValueError, match=r".") as caught:
        gate.listed(file)
    assert said in str(caught.value)


def check(folder: Path, corpora: str) -> "subprocess.CompletedProcess[str]":
    """What `--check` says of a list."""
    file = folder / "corpora.toml"
    file.write_text(corpora, encoding="utf-8")
    return subprocess.run(
        [sys.executable, str(DOCS / "accuracy.py"), "--check", "--corpora", str(file)],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
        env={"PYTHONPATH": str(ROOT)},
    )


def test_a_score_below_its_floor_fails_the_check(tmp_path: Path) -> None:
    """The corpus, the file, the score and the floor are named, and the exit code is 1."""
    done = check(tmp_path, f"{ONE}[corpus.floors.stripped]\nalert-f1 = 1.0\n")
    assert done.returncode == 1, done.stderr
    assert "one (tests/accuracy/sentences.tsv): stripped.alert-f1 is 0." in done.stderr
    assert "below 1" in done.stderr


def test_stale_documents_fail_the_check(tmp_path: Path) -> None:
    """Figures that are not those in docs/ are named, with what to run."""
    done = check(tmp_path, ONE)
    assert done.returncode == 1, done.stderr
    assert "below" not in done.stderr.splitlines()[0]
    assert "one.written.alert.f1 is measured and not published" in done.stderr
    assert "run python docs/accuracy.py" in done.stderr


@pytest.mark.parametrize(
    ("moved", "items", "lines"),
    [(0.0, 759, 0), (0.009, 759, 0), (0.02, 759, 1), (0.04, 68, 0), (0.05, 68, 1)],
)
def test_a_score_may_drift_by_a_rounding_only(moved: float, items: int, lines: int) -> None:
    """A published score that is off by more than another processor's rounding is stale."""

    def figures(f1: float) -> dict[str, Any]:
        scores = {"written": {"alert": {"f1": f1}}}
        return {"corpora": [{"name": "one", "items": items, "scores": scores}]}

    assert len(gate.drifted(figures(0.9), figures(0.9 + moved))) == lines
