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
from collections.abc import Iterator
from pathlib import Path

from marked import ARTICLES, Part, gold, lines_of, part_of, written
from spacy.training.pretrain import pretrain
from spacy.util import load_config_from_str, load_model_from_config
from thinc.api import Config, NumpyOps, set_current_ops
from train import shaped_config, stripped

_CONFIG = Path(__file__).with_name("pretraining.cfg")
_LAYER = "tok2vec"
_TEXTS = "texts.jsonl"
_TOGETHER = 8
"""Sentences of a text, of sets that give sentences."""
_LONGEST = 1200
"""Characters of an article: its beginning has most of its names."""


def joined(sentences: list[str]) -> Iterator[str]:
    """Yield a few sentences at a time."""
    for first in range(0, len(sentences), _TOGETHER):
        yield " ".join(sentences[first : first + _TOGETHER])


def texts(data: Path, newswire: Path | None) -> Iterator[str]:
    """Yield what is read: nothing of a document that only measures or chooses."""
    held = {sentence.text for document in gold(data, Part.HELD) for sentence in document}
    for document in lines_of(data / "gmb_train.jsonl.gz"):
        if part_of(document["doc"]) is Part.LEARNT:
            yield from joined([text for text, _ in document["sents"] if text not in held])
    for file in (*sorted(ARTICLES.glob("articles-2020s*.jsonl")), *filter(None, [newswire])):
        for article in lines_of(file):
            if part_of(article["id"]) is Part.LEARNT:
                yield f"{article['title']} {article['text']}"[:_LONGEST]
    for known in written(Part.LEARNT):
        yield from joined([sentence.text for sentence in known])


def config_of(given: argparse.Namespace) -> Config:
    """Return the configuration: the layers of the entity pipeline alone, and how they are pretrained."""
    config = shaped_config(given)
    layers = config["components"]["ner"]["model"]["tok2vec"]
    config["nlp"]["pipeline"] = [_LAYER]
    config["components"] = {_LAYER: {"factory": _LAYER, "model": layers}}
    how = load_config_from_str(_CONFIG.read_text(encoding="utf-8"), interpolate=False)
    config = config.merge(how)
    config["paths"].update(raw_text=str(given.out / _TEXTS), vectors=str(given.vectors))
    config["system"]["seed"] = given.seed
    config["pretraining"]["max_epochs"] = given.epochs
    config["training"]["score_weights"] = {}
    return config.interpolate()


def main() -> None:
    """Pretrain; `log.jsonl` has the loss, `model-last.bin` the weights."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    for name in ("data", "vectors", "out"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--newswire", type=Path, help="without it, its texts are left out")
    for name, value in (("width", 96), ("depth", 4), ("epochs", 5), ("seed", 3)):
        parser.add_argument(f"--{name}", type=int, default=value)
    parser.add_argument("--texts", type=int, help="at most, to try the way")
    given = parser.parse_args()
    set_current_ops(NumpyOps(use_blis=False))  # nearly twice as fast on two cores
    given.out.mkdir(parents=True, exist_ok=True)
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
