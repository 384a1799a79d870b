"""Read much text without names before names are learnt: the layers that read a word learn to foretell hidden ones.

    python training/entities/pretrain.py --data DIR --newswire FILE --vectors DIR --out DIR

`spacy pretrain` with the vector of the word that is hidden as its aim. What is read are the texts of the
Groningen Meaning Bank, of the newswire of 1987, of our own articles and of `written/`, but for the documents
that choose a step or are held back (`marked.py`), each as written or stripped by chance. `train.py --pretrained OUT`
begins with what it writes.
"""

import argparse
import json
import random
from collections.abc import Iterable, Iterator
from pathlib import Path

from marked import ARTICLES, Document, Part, Sentence, gold, lines_of, part_of, written
from spacy.training.pretrain import pretrain
from spacy.util import load_config_from_str, load_model_from_config
from thinc.api import Config
from train import command_line, grouped, ready, shaped_config, stripped, text_of

_CONFIG = Path(__file__).with_name("pretraining.cfg")
_LAYER = "tok2vec"
_TEXTS = "texts.jsonl"
_LONGEST = 1200
"""Characters of an article: its beginning has most of its names."""


def joined(documents: Iterable[Document]) -> Iterator[str]:
    """Yield a few sentences at a time, as names are learnt from them."""
    for group in grouped(documents, None):
        yield text_of(group)[0]


def texts(data: Path, newswire: Path | None) -> Iterator[str]:
    """Yield what is read: nothing of a document that only measures or chooses."""
    held = {sentence.text for document in gold(data, Part.HELD) for sentence in document}
    for document in lines_of(data / "gmb_train.jsonl.gz"):
        if part_of(document["doc"]) is Part.LEARNT:
            yield from joined(
                [[Sentence(text, ()) for text, _ in document["sents"] if text not in held]]
            )
    for file in (*sorted(ARTICLES.glob("articles-2020s*.jsonl")), *filter(None, [newswire])):
        for article in lines_of(file):
            if part_of(article["id"]) is Part.LEARNT:
                yield f"{article['title']} {article['text']}"[:_LONGEST]
    yield from joined(written(Part.LEARNT))


def config_of(given: argparse.Namespace) -> Config:
    """Return the configuration: the layers of the entity pipeline alone, and how they are pretrained."""
    config = shaped_config(given)
    layers = config["components"]["ner"]["model"]["tok2vec"]
    config["nlp"]["pipeline"] = [_LAYER]
    config["components"] = {_LAYER: {"factory": _LAYER, "model": layers}}
    how = load_config_from_str(_CONFIG.read_text(encoding="utf-8"), interpolate=False)
    config = config.merge(how)
    config["paths"]["raw_text"] = str(given.out / _TEXTS)
    config["pretraining"]["max_epochs"] = given.epochs
    config["training"]["score_weights"] = {}
    return config.interpolate()


def main() -> None:
    """Pretrain; `log.jsonl` has the loss, `model-last.bin` the weights."""
    parser = command_line(__doc__, epochs=5)
    parser.add_argument("--texts", type=int, help="at most, to try the way")
    given = parser.parse_args()
    ready(given)
    chance = random.Random(given.seed)
    read = list(texts(given.data, given.newswire))
    chance.shuffle(read)
    with (given.out / _TEXTS).open("w", encoding="utf-8") as stream:
        for text in read[: given.texts]:
            form = text if chance.random() < 1 / 2 else stripped(text, ())[0]
            stream.write(json.dumps({"text": form}) + "\n")
    # Filled with spaCy's own defaults, as `spacy pretrain` asks of its file.
    filled = load_model_from_config(config_of(given), auto_fill=True).config
    pretrain(filled.interpolate(), given.out, use_gpu=-1)


if __name__ == "__main__":
    main()
