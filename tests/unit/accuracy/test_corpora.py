"""Labelled files: every form is recognised by itself, and what breaks it is named with its line."""

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from monitor.accuracy.corpora import read_corpus
from monitor.accuracy.labelled import Certainty, Corpus, Form, Unit, in_form, stripped
from monitor.domain import SignalKind, Status
from monitor.errors import InvalidCorpus
from tests.builders import an_article

STRIKE = SignalKind.MILITARY_STRIKE
HEADER = "# block\tn\tlabels\tcertainty\ttriggers\ttext"
SENTENCE = "b-1\t0\tmilitary-strike:happening;threat:past\tsure\tbombed;threats\tJets bombed it."


def written(folder: Path, *lines: str, name: str = "labels.tsv") -> str:
    """A file of these lines."""
    file = folder / name
    file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8", newline="")
    return str(file)


def an_article_line(**members: Any) -> str:
    """A labelled article as a line of JSON."""
    stated = {"id": "a", "text": "Jets bombed it.", "active": ["military-strike"]}
    return json.dumps(stated | members)


def refused(file: str, **options: Any) -> str:
    """What is said of a file that cannot be read."""
    with pytest.raises(InvalidCorpus) as caught:
        read_corpus(file, **options)
    return str(caught.value)


def test_a_table_of_sentences_is_read(tmp_path: Path) -> None:
    """Kinds, statuses, certainty and text of each sentence are as the table states them."""
    none = "b-1\t1\tnone\tunsure\t\tIt rained."
    corpus = read_corpus(written(tmp_path, HEADER, SENTENCE, none))

    first, second = corpus.items
    assert corpus.unit is Unit.SENTENCE
    assert first.labels == {(STRIKE, Status.HAPPENING), (SignalKind.THREAT, Status.PAST)}
    assert first.active == {STRIKE}
    assert first.background == {SignalKind.THREAT}
    assert first.article.text == "Jets bombed it."
    assert not first.article.ref.states_time
    assert first.article.ref.id == "b-1-0"
    assert first.group == second.group == "b-1"
    assert (second.labels, second.certainty) == (frozenset(), Certainty.UNSURE)
    assert corpus.sure().items == (first,)


@pytest.mark.parametrize(
    "lines",
    [
        (HEADER, SENTENCE),
        (SENTENCE,),
        (HEADER.removeprefix("# "), SENTENCE),
        ("\ufeff" + HEADER, "", f"{SENTENCE}\r", "  "),
        ("# a remark", HEADER, SENTENCE),
        (
            "# text\tblock\tlabels\tn\tmood",
            "Jets bombed it.\tb-1\tmilitary-strike:happening;threat:past\t0\tgrim",
        ),
    ],
    ids=["header", "no header", "bare header", "untidy", "remark", "other columns"],
)
def test_a_table_of_sentences_is_recognised(tmp_path: Path, lines: tuple[str, ...]) -> None:
    """With or without its header line, in any order of columns, a table gives the same labels."""
    (item,) = read_corpus(written(tmp_path, *lines)).items
    assert item.article.text == "Jets bombed it."
    assert item.article.ref.id == "b-1-0"
    assert item.labels == {(STRIKE, Status.HAPPENING), (SignalKind.THREAT, Status.PAST)}


def test_only_line_feeds_end_lines(tmp_path: Path) -> None:
    """Separators of Unicode inside a text are part of it."""
    odd = SENTENCE.replace("Jets bombed", "Jets\u2028bombed\x0b\x85")
    (item,) = read_corpus(written(tmp_path, odd)).items
    assert item.article.text == "Jets\u2028bombed\x0b\x85 it."


def test_labelled_articles_are_read(tmp_path: Path) -> None:
    """JSON lines give title, text, time, kinds and certainty."""
    full = an_article_line(
        title="Raid",
        published_at="1987-03-02T06:00:00Z",
        background=["threat"],
        certainty="unsure",
        evidence=["ignored"],
    )
    corpus = read_corpus(written(tmp_path, full, an_article_line(active=[]), name="x.jsonl"))

    first, second = corpus.items
    assert corpus.unit is Unit.ARTICLE
    assert first.article.ref.title == "Raid"
    assert first.article.ref.published_at == datetime(1987, 3, 2, 6, tzinfo=UTC)
    assert first.article.ref.states_time
    assert first.active == {STRIKE}
    assert first.background == {SignalKind.THREAT}
    assert first.certainty is Certainty.UNSURE
    assert (second.active, second.background) == (frozenset(), frozenset())
    assert not second.article.ref.states_time
    assert first.group != second.group


def test_the_clock_does_not_matter(tmp_path: Path) -> None:
    """A time that lies ahead of today is believed: what is measured does not change with the day."""
    line = an_article_line(published_at="2150-01-01T00:00:00Z")
    (item,) = read_corpus(written(tmp_path, line, name="x.jsonl")).items
    assert item.article.ref.published_at.year == 2150


ARTICLE_TABLES = {
    "newswire": (
        "# id\tactive\tbackground\tcountries\tcertainty\tevidence",
        "a\t{}\t{}\tUS\t{}\t-",
    ),
    "stream": ("# id\tactive\tbackground\tstories\tcertainty", "a\t{}\t{}\tslug\t{}"),
}


@pytest.mark.parametrize("name", ARTICLE_TABLES)
@pytest.mark.parametrize("start", [0, 1], ids=["header", "no header"])
@pytest.mark.parametrize("zipped", [False, True], ids=["plain", "gzip"])
def test_article_labels_find_their_texts(
    tmp_path: Path, name: str, start: int, *, zipped: bool
) -> None:
    """Tables of article labels, of both forms, are joined with articles by id."""
    header, row = ARTICLE_TABLES[name]
    rows = [
        row.format("military-strike,threat", "sanctions", "sure"),
        row.format("none", "-", "unsure"),
    ]
    articles = f"{an_article_line(text='First.')}\n{an_article_line(text='Second.')}\n"
    texts = tmp_path / ("texts.jsonl.gz" if zipped else "texts.jsonl")
    texts.write_bytes(gzip.compress(articles.encode()) if zipped else articles.encode())
    corpus = read_corpus(written(tmp_path, *[header, *rows][start:]), texts=[str(texts)])

    first, second = corpus.items
    assert corpus.unit is Unit.ARTICLE
    assert first.article.text == "First."
    assert first.active == {STRIKE, SignalKind.THREAT}
    assert first.background == {SignalKind.SANCTIONS}
    assert (second.active, second.background) == (frozenset(), frozenset())
    assert second.certainty is Certainty.UNSURE


@pytest.mark.parametrize(
    ("lines", "line", "parts"),
    [
        ((HEADER, "b\t0\traid:happening\tsure\t\tx"), 2, ["raid", "military-strike", "unrest"]),
        ((HEADER, "b\t0\tthreat:soon\tsure\t\tx"), 2, ["threat:soon", "hypothetical"]),
        ((HEADER, "b\t0\tthreat\tsure\t\tx"), 2, ["'threat'", "kind:status"]),
        ((HEADER, SENTENCE, "b\t0\tnone\tmaybe\t\tx"), 3, ["maybe", "sure, unsure"]),
        ((HEADER, "", "b\t0\tnone\tsure\tx"), 3, ["5 columns", "has 6", "triggers"]),
        ((HEADER, "b\t0\tnone\tsure\t\t "), 2, ["text is empty"]),
        (("# block\ttext\n",), 1, ["unknown columns block, text", "labels"]),
        (("just words",), 1, ["1 columns", "a table of sentences has the columns"]),
        (("a\tb\tc\td\te",), 1, ["5 columns"]),
    ],
    ids=lambda value: "",
)
def test_a_bad_line_of_a_table_is_named(
    tmp_path: Path, lines: tuple[str, ...], line: int, parts: list[str]
) -> None:
    """File and line are said, what is wrong there, and what is allowed."""
    file = written(tmp_path, *lines)
    said = refused(file)
    assert said.startswith(f"{file}:{line}: ")
    for part in parts:
        assert part in said


@pytest.mark.parametrize(
    ("line", "parts"),
    [
        ("{broken", ["no JSON object", "one article per line"]),
        ("[1]", ["no object"]),
        (an_article_line(active=None), ["active must be a list", "labor-strike"]),
        (an_article_line(active="unrest"), ["active must be a list"]),
        (an_article_line(active=["raid"]), ["unknown kind 'raid'", "military-strike"]),
        (an_article_line(active=[["raid"]]), ["unknown kind"]),
        (an_article_line(background=["raid"]), ["unknown kind 'raid'"]),
        (an_article_line(certainty=1), ["certainty 1", "sure, unsure"]),
        (an_article_line(text="  "), ["text is blank", "no-text"]),
        (an_article_line(text=None), ["text is missing"]),
        (an_article_line(published_at="yesterday"), ["published_at", "RFC 3339"]),
        (an_article_line(text="x" * 100), ["most is 50", "too-long"]),
    ],
    ids=lambda value: "",
)
def test_a_bad_labelled_article_is_named(tmp_path: Path, line: str, parts: list[str]) -> None:
    """File and line are said, what is wrong there, and what is allowed."""
    file = written(tmp_path, an_article_line(), "", line, name="x.jsonl")
    said = refused(file, max_text_chars=50)
    assert said.startswith(f"{file}:3: ")
    for part in parts:
        assert part in said


def test_a_missing_text_is_named(tmp_path: Path) -> None:
    """An id without an article is named with its line; so is a table without any texts."""
    header, row = ARTICLE_TABLES["stream"]
    table = written(tmp_path, header, row.format("none", "-", "sure"))
    texts = written(tmp_path, an_article_line(id="b"), name="texts.jsonl")

    assert f"{table}:2: no article has the id 'a'" in refused(table, texts=[texts])
    said = refused(table)
    assert f"{table}:2" in said
    assert "--texts" in said


def test_articles_without_an_id_are_found_by_their_hash(tmp_path: Path) -> None:
    """Whoever labels by the id that `analyse` prints finds the article again."""
    line = '{"text": "Jets bombed it."}'
    (item,) = read_corpus(
        written(tmp_path, '{"text": "Jets bombed it.", "active": []}', name="x.jsonl")
    ).items
    header, row = ARTICLE_TABLES["stream"]
    table = written(
        tmp_path, header, row.format("none", "-", "sure").replace("a\t", f"{item.article.ref.id}\t")
    )
    found = read_corpus(table, texts=[written(tmp_path, line, name="texts.jsonl")])
    assert found.items[0].article == item.article


@pytest.mark.parametrize("lines", [(), ("", " \t "), (HEADER,), ("# remark",)])
def test_an_empty_file_is_refused(tmp_path: Path, lines: tuple[str, ...]) -> None:
    """A file that holds nothing to score is no perfect score."""
    file = written(tmp_path, *lines)
    said = refused(file)
    assert said.startswith(file)
    assert "expected labelled sentences or articles" in said


def test_what_is_no_text_is_refused(tmp_path: Path) -> None:
    """Bytes that are not UTF-8 or not gzip, and missing files, are one clear error each."""
    latin = tmp_path / "latin.tsv"
    latin.write_bytes(f"{HEADER}\n".encode() + b"b\t0\tnone\tsure\t\tcaf\xe9\n")
    broken = tmp_path / "broken.tsv.gz"
    broken.write_bytes(b"no gzip")
    cut = tmp_path / "cut.tsv.gz"
    cut.write_bytes(gzip.compress(f"{HEADER}\n{SENTENCE}\n".encode())[:-9])

    assert f"{latin}:2: not UTF-8" in refused(str(latin))
    assert f"{broken}: cannot be read" in refused(str(broken))
    assert f"{cut}: cannot be read" in refused(str(cut))
    assert "cannot be read: No such file" in refused(str(tmp_path / "none.tsv"))


def test_two_tables_in_one_file_are_refused(tmp_path: Path) -> None:
    """Sentences and articles are not mixed into one score."""
    header, row = ARTICLE_TABLES["stream"]
    file = written(tmp_path, HEADER, SENTENCE, header, row.format("none", "-", "sure"))
    assert "tables of sentences and of articles in one" in refused(file)


def test_headers_may_come_again(tmp_path: Path) -> None:
    """Two tables put one after the other are one table."""
    corpus = read_corpus(written(tmp_path, HEADER, SENTENCE, HEADER, SENTENCE))
    assert len(corpus.items) == 2


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("U.S. jets bombed -- at 5.5%!", "u s jets bombed at 5 5"),
        ("_snake_ Café Ünrest\n\tend.", "snake café ünrest end"),
        ("...", ""),
    ],
)
def test_stripped_text_is_letters_digits_and_single_blanks(text: str, bare: str) -> None:
    """Lower case; every run of anything else is one blank; title and text alike."""
    assert stripped(text) == bare
    article = in_form(an_article(text, title=text), Form.STRIPPED)
    assert (article.text, article.ref.title) == (bare, bare)
    as_written = in_form(an_article(text, title=text), Form.WRITTEN)
    assert (as_written.text, as_written.ref.title) == (text, text)


def test_nothing_sure_leaves_nothing() -> None:
    """Leaving out what is unsure may leave an empty corpus."""
    assert Corpus(name="x", unit=Unit.ARTICLE, items=()).sure().items == ()
