"""Take a shipped sense model as what another round of training starts from.

    python training/sense/restart.py --model monitor/text/sense_model --out FOLDER

Writes weights.pt as train.py does, from the eight-bit weights of model.onnx: what it thinks differs from what the
shipped one thinks by what rounding inputs to eight bits does.
"""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx
import torch
from model import SenseNetwork, network_of
from numpy.typing import NDArray
from onnx import numpy_helper

LAYERS = 6
_QUANTIZED = "_quantized"
_DENSE = ("self.query", "self.key", "self.value", "output.dense")
_BEHIND = ("intermediate.dense", "output.dense")


def weights_of(file: Path) -> Iterator[tuple[str, NDArray[np.float32]]]:
    """Yield every weight of a quantised model in single precision, in the order of the file."""
    stored = {each.name: each for each in onnx.load(file).graph.initializer}
    for name, tensor in stored.items():
        if name.endswith(("_scale", "_zero_point")):
            continue
        values = numpy_helper.to_array(tensor)
        whole = name.removesuffix(_QUANTIZED)
        if whole != name:
            scale, zero = (
                numpy_helper.to_array(stored[whole + what]).astype("f4")
                for what in ("_scale", "_zero_point")
            )
            values = (values.astype("f4") - zero) * scale
        yield whole, values.astype("f4")


def dense_names() -> Iterator[str]:
    """Yield the names of the weights that the exporter numbers, in its order: as they are used."""
    for layer in range(LAYERS):
        place = f"body.encoder.layer.{layer}"
        yield from (f"{place}.attention.{part}.weight" for part in _DENSE)
        yield from (f"{place}.{part}.weight" for part in _BEHIND)
    yield from ("kinds.weight", "statuses.weight")


def network_from(folder: Path) -> SenseNetwork:
    """Return the network of a shipped model.

    Raises:
        ValueError: if the file holds other weights than a network of six layers.
    """
    network = network_of(LAYERS)
    names = dense_names()
    found: dict[str, torch.Tensor] = {}
    for name, values in weights_of(folder / "model.onnx"):
        if name.startswith("network."):
            found[name.removeprefix("network.")] = torch.tensor(values)
        elif name.startswith("onnx::MatMul"):
            # A numbered weight stands as inputs by outputs, in PyTorch the other way round.
            found[next(names)] = torch.tensor(values.T)
    card = json.loads((folder / "card.json").read_text(encoding="utf-8"))
    found["status_bias"] = torch.tensor(card["status_bias"])
    state = network.state_dict()
    wrong = {name for name in state if name not in found or found[name].shape != state[name].shape}
    if wrong or next(names, None):
        message = f"{folder}/model.onnx: no weights for {', '.join(sorted(wrong))}"
        raise ValueError(message)
    network.load_state_dict({name: found[name] for name in state})
    return network


def main() -> None:
    """Read and write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    torch.save(network_from(given.model).state_dict(), given.out / "weights.pt")


if __name__ == "__main__":
    main()
