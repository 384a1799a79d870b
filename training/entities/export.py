"""Put a trained pipeline where the product ships it, without what it does not need.

    python training/entities/export.py --trained work/entities/model-best --version 2.2.0

Weights and vectors are rounded to eleven significant bits, as half precision has: the numbers stay single
precision, as spaCy wants them, but a wheel compresses them to two thirds. Words that were met in training
are left out: they are looked up by hash.
"""

import argparse
import json
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import spacy

TARGET = Path(__file__).parent.parent.parent / "monitor" / "text" / "model"
_BITS_LEFT_OUT = 13
"""Of the 24 significant bits of single precision."""


def rounded(numbers: np.ndarray[Any, np.dtype[np.float32]]) -> np.ndarray[Any, Any]:
    """Return single-precision numbers with their last bits 0, rounded to the nearest."""
    bits = np.ascontiguousarray(numbers, dtype="f4").view("u4").astype("u8")
    half = 1 << (_BITS_LEFT_OUT - 1)
    kept = ((bits + half) >> _BITS_LEFT_OUT) << _BITS_LEFT_OUT
    return kept.astype("u4").view("f4")


def each_weight(model: Any, change: Callable[[Any], Any]) -> None:
    """Replace every weight of a model."""
    for node in model.walk():
        for name in node.param_names:
            if node.has_param(name) and node.get_param(name) is not None:
                node.set_param(name, change(node.get_param(name)))


def main() -> None:
    """Write the pipeline, and say how large it is in a wheel."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--trained", type=Path, required=True)
    parser.add_argument("--version", required=True)
    given = parser.parse_args()
    nlp = spacy.load(given.trained)
    each_weight(nlp.get_pipe("ner").model, rounded)
    nlp.vocab.vectors.data[:] = rounded(nlp.vocab.vectors.data)
    # No folder of whoever trained it.
    nlp.config["paths"] = dict.fromkeys(nlp.config["paths"])
    nlp.config["initialize"]["vectors"] = None
    for corpus in nlp.config["corpora"].values():
        corpus["path"] = None
    nlp.meta.update(
        name="news_monitor_entities",
        version=given.version,
        description="Entities of news text, as written and stripped; see training/README.md",
        author="News Monitor",
        license="Apache-2.0",
    )
    nlp.meta.pop("performance", None)
    nlp.to_disk(TARGET)
    (TARGET / "vocab" / "strings.json").write_text("[]\n", encoding="utf-8")
    meta = json.loads((TARGET / "meta.json").read_text(encoding="utf-8"))
    (TARGET / "meta.json").write_text(json.dumps(meta, indent=1) + "\n", encoding="utf-8")
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as wheel:
        for file in TARGET.rglob("*"):
            wheel.write(file)
    print(f"{len(packed.getvalue()) / 1e6:.1f} MB in a wheel")


if __name__ == "__main__":
    main()
