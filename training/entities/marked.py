"""Sentences with the names that readers marked in them, and where their texts are.

A file of `names/` has a sentence a line: document, place of the sentence, marks. The place is a number
from 0 on where the source gives its documents in sentences, "first-last" in characters of an article's
text where it does not, and "title". A mark is "first-last:LABEL" in characters of the sentence.
Texts are not here: they are read from where the sources have them.

A file of `written/` is news that was invented for this project with its names marked while it was written: a sentence a line,
"[[LABEL|words]]" for a name, an empty line between documents, which are known by their first line.

    python training/entities/marked.py --data DIR --newswire FILE --out FOLDER

writes what is held back, a set a file, in the form that `benchmarks/entities.py f1` measures: a tenth of
`names/` and `written/`, a third of newswire_gold, and what stands in tests/accuracy/names, of sources that are not learnt from.
"""

import argparse
import gzip
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any
from zlib import crc32

NAMES = Path(__file__).with_name("names")
WRITTEN = Path(__file__).with_name("written")
MEASURED = Path(__file__).parents[2] / "tests" / "accuracy" / "names"
ARTICLES = Path(__file__).parent.parent / "signals"
GOLD = "newswire_gold"
_NEWSWIRE = "reuters-"
"""What the ids of the newswire of 1987 begin with."""
_WRITTEN_MARK = re.compile(r"\[\[([A-Z]+)\|([^\[\]|]+)\]\]")
_HELD = 3
"""Every how many-th document of GOLD is held back."""
_TENTHS = 10
_SOURCES = (
    "gmb_train", "redocred", "wikigold", "gum_other", "gum_news", "ewt_dev", "crossner", "btc", "wnut17",
)  # fmt: skip
"""Sets whose texts were marked anew; a document of all but the first, which has ids of its own, is known
by its set and its place there."""


class Part(StrEnum):
    """What a document is for."""

    LEARNT = "learnt"
    CHOSEN = "chosen"
    """The best step is chosen by it."""
    HELD = "held"
    """Only measured."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence and its names: first and last character, label."""

    text: str
    marks: tuple[tuple[int, int, str], ...]


Document = list[Sentence]


def lines_of(file: Path) -> Iterator[Any]:
    """Yield what the lines of a file hold, be it compressed or not."""
    with (gzip.open if file.suffix == ".gz" else open)(file, "rt", encoding="utf-8") as stream:
        yield from map(json.loads, stream)


def part_of(document: str) -> Part:
    """Return what a document of our own labels is for: eight of ten are learnt from."""
    tenth = crc32(document.encode()) % _TENTHS
    return {0: Part.HELD, 1: Part.CHOSEN}.get(tenth, Part.LEARNT)


def gold(folder: Path, part: Part) -> Iterator[Document]:
    """Yield the documents of GOLD that are for *part*: two thirds are learnt from, one is held back."""
    ordered = sorted(lines_of(folder / f"{GOLD}.jsonl.gz"), key=lambda each: each["doc"])
    for at, document in enumerate(ordered):
        if part == (Part.HELD if at % _HELD == _HELD - 1 else Part.LEARNT):
            yield [Sentence(text, tuple(map(tuple, marks))) for text, marks in document["sents"]]


class Texts:
    """Where the sentences stand."""

    def __init__(self, folder: Path, newswire: Path | None) -> None:
        """Read the sources: sets of *folder*, our articles, and *newswire* if it is there."""
        self._sentences: dict[str, list[str]] = {}
        for source in _SOURCES:
            for row in lines_of(folder / f"{source}.jsonl.gz"):
                name = row["doc"] if source == "gmb_train" else f"{source}-{row['doc']}"
                self._sentences[name] = [text for text, _ in row["sents"]]
        self._has_newswire = newswire is not None
        files = [*sorted(ARTICLES.glob("articles-2020s*.jsonl")), *filter(None, [newswire])]
        self._articles = {row["id"]: row for file in files for row in lines_of(file)}

    def sentence(self, document: str, place: str) -> str | None:
        """Return a sentence; None for the newswire of 1987 where that is not here.

        Raises:
            KeyError: no source has such a document.
        """
        if place.isdecimal():
            return self._sentences[document][int(place)]
        if not self._has_newswire and document.startswith(_NEWSWIRE):
            return None
        article: Mapping[str, str] = self._articles[document]
        if place == "title":
            return article["title"]
        first, last = map(int, place.split("-"))
        return article["text"][first:last]


def marked(
    texts: Texts, part: Part | None, files: Iterable[Path] | None = None
) -> Iterator[Document]:
    """Yield the documents of our labels that are for *part*, in the order of their files.

    None yields all of them.
    """
    documents: dict[str, Document] = {}
    for file in sorted(NAMES.glob("*.tsv")) if files is None else files:
        for line in file.read_text(encoding="utf-8").splitlines():
            if line.startswith("#"):
                continue
            document, place, *marks = line.split("\t")
            if part and part_of(document) is not part:
                continue
            text = texts.sentence(document, place)
            if text is not None:
                spans = tuple(map(_mark, marks))
                documents.setdefault(document, []).append(Sentence(text, spans))
    yield from documents.values()


def written(part: Part | None) -> Iterator[Document]:
    """Yield the documents of `written/` that are for *part*, in the order of their files; None yields all."""
    for file in sorted(WRITTEN.glob("*.txt")):
        blocks = file.read_text(encoding="utf-8").strip().split("\n\n")
        for block in blocks:
            document = [_written_sentence(line) for line in block.splitlines()]
            if part is None or part_of(document[0].text) is part:
                yield document


def _written_sentence(line: str) -> Sentence:
    """Take the marks out of a line."""
    text, marks, read = "", [], 0
    for name in _WRITTEN_MARK.finditer(line):
        text += line[read : name.start()]
        marks.append((len(text), len(text) + len(name[2]), name[1]))
        text += name[2]
        read = name.end()
    return Sentence(text + line[read:], tuple(marks))


def write(documents: Iterable[Document], file: Path) -> None:
    """Write documents, if there are any, in the form of the sets: `{"doc", "sents": [[text, [[first, last, label]]]]}`."""
    documents = list(documents)
    if not documents:
        return
    with gzip.open(file, "wt", encoding="utf-8") as stream:
        for number, document in enumerate(documents):
            sentences = [[each.text, each.marks] for each in document]
            stream.write(json.dumps({"doc": number, "sents": sentences}) + "\n")


def main() -> None:
    """Write what is held back."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--newswire", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    texts = Texts(given.data, given.newswire)
    write(gold(given.data, Part.HELD), given.out / f"{GOLD}_third.jsonl.gz")
    for file in sorted(NAMES.glob("*.tsv")):
        write(marked(texts, Part.HELD, [file]), given.out / f"held_{file.stem}.jsonl.gz")
    write(written(Part.HELD), given.out / "held_written.jsonl.gz")
    for file in sorted(MEASURED.glob("*.tsv")):
        write(marked(texts, None, [file]), given.out / f"{file.stem}_reader.jsonl.gz")


def _mark(mark: str) -> tuple[int, int, str]:
    places, _, label = mark.partition(":")
    first, _, last = places.partition("-")
    return int(first), int(last), label


if __name__ == "__main__":
    main()
