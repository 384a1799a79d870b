"""The sentences that the entity pipeline learns names from are well-formed, and told apart from others."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.domain import EntityLabel

ROOT = Path(__file__).parents[2] / "training"
NAMES = ROOT / "entities" / "names"
MEASURED = ROOT.parent / "tests" / "accuracy" / "names"
FILES = sorted([*NAMES.rglob("*.tsv"), *MEASURED.glob("*.tsv")])
PLACE = re.compile(r"\d+|\d+-\d+|title")
MARK = re.compile(r"(\d+)-(\d+):([A-Z]+)")


def rows(file: Path) -> Iterator[tuple[str, str, list[tuple[int, int, str]]]]:
    """Document, place and marks of each sentence of a file."""
    for line in file.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        document, place, *marks = line.split("\t")
        read = [match for mark in marks if (match := MARK.fullmatch(mark))]
        assert len(read) == len(marks), line
        yield document, place, [(int(m[1]), int(m[2]), m[3]) for m in read]


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_marks_are_in_order_and_known(file: Path) -> None:
    """A mark has a label of the product's, and ends before the next one begins; no sentence stands twice."""
    seen = set()
    for document, place, marks in rows(file):
        assert PLACE.fullmatch(place), (document, place)
        assert (document, place) not in seen, (document, place)
        seen.add((document, place))
        ends = [0, *(last for _, last, _ in marks)]
        for before, (first, last, label) in zip(ends, marks, strict=False):
            assert before <= first < last, (document, place, first)
            assert label in set(EntityLabel), (document, place, label)


def test_marks_of_our_own_articles_lie_on_names() -> None:
    """Where the text is in the repository, a mark begins and ends within it, and not at a blank."""
    articles = {
        row["id"]: row
        for file in sorted((ROOT / "signals").glob("articles-2020s*.jsonl"))
        for row in map(json.loads, file.read_text(encoding="utf-8").splitlines())
    }
    read = 0
    for document, place, marks in rows(NAMES / "articles-2020s.tsv"):
        text = articles[document]["title" if place == "title" else "text"]
        if place != "title":
            begin, end = map(int, place.split("-"))
            text = text[begin:end]
        for first, last, _ in marks:
            name = text[first:last]
            assert len(name) == last - first, (document, place, name)
            assert name == name.strip(), (document, place, name)
            read += 1
    assert read


def test_no_name_is_learnt_of_articles_whose_stories_are_held_back() -> None:
    """What names tell of which articles belong together is measured on articles that are not learnt."""
    learnt = {row[0] for row in rows(NAMES / "newswire-1987.tsv")}
    grouped = {
        line.split("\t")[0]
        for file in (ROOT.parent / "tests" / "accuracy" / "stories").glob("*.tsv")
        for line in file.read_text(encoding="utf-8").splitlines()
    }
    assert learnt
    assert grouped
    assert not learnt & grouped


def test_nothing_is_measured_on_a_document_that_is_learnt() -> None:
    """A document stands in one file alone."""
    documents = [{document for document, _, _ in rows(file)} for file in FILES]
    assert sum(map(len, documents)) == len(set().union(*documents))


def test_marks_of_the_written_reports_lie_on_names() -> None:
    """Their sentences carry marks in order, on words."""
    reports = (MEASURED / "reports.jsonl").read_text(encoding="utf-8").splitlines()
    for text, marks in (each for report in reports for each in json.loads(report)["sents"]):
        ends = [0, *(last for _, last, _ in marks)]
        for before, (first, last, label) in zip(ends, marks, strict=False):
            assert before <= first < last <= len(text)
            assert text[first:last] == text[first:last].strip()
            assert label in set(EntityLabel)


WRITTEN = sorted((ROOT / "entities" / "written").rglob("*.txt"))
NAME = re.compile(r"\[\[([A-Z]+)\|([^\[\]|]+)\]\]")


@pytest.mark.parametrize("file", WRITTEN, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_names_of_written_news_are_marked_as_the_rules_say(file: Path) -> None:
    """Each is told by a label of the product's, without blanks around it, and no bracket is left over."""
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        for label, name in NAME.findall(line):
            assert label in set(EntityLabel), (number, label)
            assert name == name.strip(), (number, name)
        rest = NAME.sub("", line)
        assert "[[" not in rest, number
        assert "]]" not in rest, number
        assert line == line.strip(), number


def test_documents_of_written_news_are_told_apart_by_their_first_lines() -> None:
    """By it a document is learnt from, or held back."""
    blocks = [
        block
        for file in WRITTEN
        for block in file.read_text(encoding="utf-8").strip().split("\n\n")
    ]
    firsts = [block.partition("\n")[0] for block in blocks]
    assert firsts
    assert len(set(firsts)) == len(firsts)
