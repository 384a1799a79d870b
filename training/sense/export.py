"""Write a trained sense model as the product reads it: ONNX with eight-bit weights, vocabulary, card.

    python training/sense/export.py --base FOLDER --trained FOLDER --version sense-5 [--out FOLDER]

Weights keep seven bits of the eight (`reduce_range`), because processors without VNNI instructions
would overflow on eight and find something else than those with them.
"""

import argparse
import json
import shutil
import tempfile
from pathlib import Path

import torch
from base import CONFIG
from corpus import KINDS, STATUSES
from model import SenseNetwork
from onnx import TensorProto
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.transformers.optimizer import optimize_model
from torch import Tensor, nn

OUT = Path(__file__).parents[2] / "monitor" / "text" / "sense_model"


class OneRun(nn.Module):
    """The network for a single run, without padding."""

    def __init__(self, network: SenseNetwork) -> None:
        """Take the trained network."""
        super().__init__()
        self.network = network

    def forward(self, tokens: Tensor) -> tuple[Tensor, Tensor]:
        """Return scores per piece: of kinds, of statuses."""
        kinds, statuses = self.network(tokens)
        return kinds[0], statuses[0]


def main() -> None:
    """Convert, fuse, quantise, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", type=Path, required=True)
    parser.add_argument("--trained", type=Path, required=True)
    parser.add_argument("--version", required=True)
    parser.add_argument("--out", type=Path, default=OUT)
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    CONFIG._attn_implementation = "eager"  # noqa: SLF001  (the exporter knows no other)
    network = SenseNetwork(CONFIG)
    network.load_state_dict(torch.load(arguments.trained / "weights.pt"))
    network.eval()
    names = ["kinds", "statuses"]
    with tempfile.TemporaryDirectory() as folder:
        whole, fused = Path(folder) / "whole.onnx", Path(folder) / "fused.onnx"
        torch.onnx.export(
            OneRun(network),
            (torch.tensor([[101, 2739, 102]]),),
            str(whole),
            input_names=["tokens"],
            output_names=names,
            dynamic_axes={"tokens": {1: "length"}, **{name: {0: "length"} for name in names}},
            opset_version=17,
            dynamo=False,
        )
        optimize_model(
            str(whole),
            model_type="bert",
            num_heads=CONFIG.num_attention_heads,
            hidden_size=CONFIG.hidden_size,
            opt_level=0,
        ).save_model_to_file(str(fused))
        quantize_dynamic(
            fused,
            arguments.out / "model.onnx",
            per_channel=True,
            reduce_range=True,
            weight_type=QuantType.QInt8,
            # Behind fused operators the type of a value is no longer known by inference.
            extra_options={"DefaultTensorType": TensorProto.FLOAT},
        )
    shutil.copy(arguments.base / "vocabulary.txt", arguments.out / "vocabulary.txt")
    card = {
        "version": arguments.version,
        "kinds": [kind.value for kind in KINDS],
        "statuses": [status.value for status in STATUSES],
        "status_bias": [[round(x, 4) for x in row] for row in network.status_bias.tolist()],
    }
    (arguments.out / "card.json").write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
