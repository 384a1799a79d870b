"""Train the entity pipeline on open marked text, as written and stripped: one command, fixed seeds.

    python training/entities/train.py --data DIR --out DIR [--width 96 --depth 4 --steps 10000 --seed 1]

DIR holds `*.jsonl.gz`, a document a line: `{"doc", "sents": [[text, [[start_char, end_char, label], ...]],
...]}`. Never read for training: ewt_test, gum_news and gmb_dev, and every third document of newswire_gold,
by sorted id, which are for measuring; ewt_dev chooses the best step. gmb_train gives only those documents
that readers have not marked anew. The data stay outside of the repository: their licences are in
training/README.md. `--sentences 50` tries the whole way on fifty sentences.
"""

import argparse
import gzip
import json
import random
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import spacy
from spacy.language import Language
from spacy.tokens import Doc, DocBin
from spacy.training.initialize import init_nlp
from spacy.training.loop import train
from spacy.util import filter_spans, load_config_from_str
from thinc.api import NumpyOps, set_current_ops

MEASURED = frozenset({"ewt_test", "gum_news", "gmb_dev", "ewt_dev"})
"""Sets that are not trained on."""
GOLD = "newswire_gold"
_HELD = 3
"""Every how many-th document of GOLD is held back."""
_CASES = 0.1
"""Share of documents that are also given in lower, and in upper case."""
_TOGETHER = 8
"""Sentences of a document: stripped text has no border between them to learn from."""
_PLACES = frozenset({"GPE", "LOC", "FAC"})
_CONFIG = Path(__file__).with_name("config.cfg")

Sentence = Sequence[Any]
"""A text and its marks."""


def documents(file: Path) -> list[Mapping[str, Any]]:
    """Return the documents of a file."""
    with gzip.open(file, "rt", encoding="utf-8") as stream:
        return [json.loads(line) for line in stream]


def training_documents(folder: Path) -> Iterator[Mapping[str, Any]]:
    """Yield what may be learnt from."""
    gold = documents(folder / f"{GOLD}.jsonl.gz")
    marked_anew = {document["doc"] for document in gold}
    ordered = sorted(gold, key=lambda document: str(document["doc"]))
    yield from (document for at, document in enumerate(ordered) if at % _HELD != _HELD - 1)
    for file in sorted(folder.glob("*.jsonl.gz")):
        name = file.name.partition(".")[0]
        if name not in MEASURED and name != GOLD:
            for document in documents(file):
                if document["doc"] not in marked_anew or not name.startswith("gmb"):
                    yield document


def text_of(sentences: Sequence[Sentence]) -> tuple[str, list[tuple[int, int, str]]]:
    """Join sentences, their marks moved along; places are one label here."""
    text, marks = "", []
    for sentence, own in sentences:
        base = len(text) + bool(text)
        text = f"{text} {sentence}" if text else sentence
        marks += [(base + first, base + last, _label(label)) for first, last, label in own]
    return text, marks


def _label(label: str) -> str:
    return "LOC" if label in _PLACES else label


def stripped(text: str, marks: Sequence[tuple[int, int, str]]) -> tuple[str, list[Any]]:
    """Return a text as crawls give it, every run of other characters one blank, and its marks."""
    kept: list[str] = []
    places = []
    for character in text:
        if character.isalnum():
            kept.append(character.lower()[:1])
        elif kept and kept[-1] != " ":
            kept.append(" ")
        places.append(len(kept) - 1)
    moved = []
    for first, last, label in marks:
        inside = [at for at in range(first, last) if text[at].isalnum()]
        if inside:
            moved.append((places[inside[0]], places[inside[-1]] + 1, label))
    return "".join(kept), moved


def forms(
    text: str, marks: Sequence[tuple[int, int, str]], chance: random.Random
) -> Iterator[tuple[str, Sequence[tuple[int, int, str]]]]:
    """Yield a text as written and stripped, now and then in lower and in upper case."""
    yield text, marks
    yield stripped(text, marks)
    if chance.random() < _CASES:
        for other in (text.lower(), text.upper()):
            if len(other) == len(text):
                yield other, marks


def as_doc(nlp: Language, text: str, marks: Sequence[tuple[int, int, str]]) -> Doc:
    """Return a text with its names on token borders."""
    doc: Doc = nlp.make_doc(text)
    spans = [doc.char_span(*mark, alignment_mode="expand") for mark in marks]
    doc.ents = filter_spans([span for span in spans if span is not None])
    return doc


def write(groups: Sequence[Sequence[Sentence]], file: Path, nlp: Language, seed: int) -> None:
    """Write groups of sentences in all forms, in a random order."""
    chance = random.Random(seed)
    docs = [as_doc(nlp, *form) for group in groups for form in forms(*text_of(group), chance)]
    chance.shuffle(docs)
    DocBin(docs=docs).to_disk(file)


def grouped(found: Iterator[Mapping[str, Any]], sentences: int | None) -> list[Sequence[Sentence]]:
    """Cut documents into groups of a few sentences; no more than *sentences* in all."""
    groups = (
        document["sents"][first : first + _TOGETHER]
        for document in found
        for first in range(0, len(document["sents"]), _TOGETHER)
    )
    return list(groups if sentences is None else islice(groups, max(1, sentences // _TOGETHER)))


def main() -> None:
    """Write the data, train, and say how well the best step did on ewt_dev."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    for name, value in (("width", 96), ("depth", 4), ("steps", 10_000), ("seed", 1)):
        parser.add_argument(f"--{name}", type=int, default=value)
    parser.add_argument("--dropout", type=float, default=0.1)
    parser.add_argument("--sentences", type=int, help="at most, to try the way")
    given = parser.parse_args()
    set_current_ops(NumpyOps(use_blis=False))  # nearly twice as fast on two cores
    given.out.mkdir(parents=True, exist_ok=True)
    nlp = spacy.blank("en")
    learnt = grouped(training_documents(given.data), given.sentences)
    chosen = grouped(iter(documents(given.data / "ewt_dev.jsonl.gz")), given.sentences)
    write(learnt, given.out / "train.spacy", nlp, given.seed)
    write(chosen, given.out / "dev.spacy", nlp, given.seed)
    config = load_config_from_str(_CONFIG.read_text(encoding="utf-8"), interpolate=False)
    config["paths"] = {"train": str(given.out / "train.spacy"), "dev": str(given.out / "dev.spacy")}
    config["system"]["seed"] = given.seed
    tok2vec = config["components"]["ner"]["model"]["tok2vec"]
    tok2vec["embed"]["width"] = tok2vec["encode"]["width"] = given.width
    tok2vec["encode"]["depth"] = given.depth
    config["training"].update(dropout=given.dropout, max_steps=given.steps)
    config["training"]["optimizer"]["learn_rate"]["total_steps"] = round(1.05 * given.steps)
    config["training"]["eval_frequency"] = min(1000, max(1, given.steps // 2))
    pipeline = init_nlp(config.interpolate())
    train(pipeline, given.out)


if __name__ == "__main__":
    main()
