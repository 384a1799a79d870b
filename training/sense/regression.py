"""What the two regressions around the sense model share: writing their weights, and choosing a bar."""

import re
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

import numpy as np
from corpus import KINDS


def write_weights(module: ModuleType, learnt: Sequence[float], *, intercept: float | None) -> None:
    """Write `WEIGHTS = Weights(...)` into a module.

    Args:
        module: where it stands.
        learnt: of the features as the module orders them, then of each kind.
        intercept: None where the kinds have it.
    """
    rounded = [round(float(weight), 3) for weight in learnt]
    size = len(rounded) - len(KINDS)
    kinds = "\n".join(
        f"        SignalKind.{kind.name}: {weight},"
        for kind, weight in zip(KINDS, rounded[size:], strict=True)
    )
    block = (
        "WEIGHTS = Weights(\n"
        f"    features=({', '.join(map(str, rounded[:size]))}),\n"
        f"    kinds={{\n{kinds}\n    }},\n"
        + ("" if intercept is None else f"    intercept={intercept:.3f},\n")
        + ")\n"
    )
    path = Path(str(module.__file__))
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r"(?s)WEIGHTS = Weights\(.*?\n\)\n", lambda _: block, text), "utf-8")


def print_bars(chances: np.ndarray, wanted: np.ndarray) -> None:
    """Print precision and F1 of what is found from each bar on."""
    for bar in np.arange(0.36, 0.52, 0.01):
        found = chances >= bar
        right = int((found & wanted).sum())
        f1 = 2 * right / (int(found.sum()) + int(wanted.sum()))
        print(f"from {bar:.2f}: precision {right / max(1, found.sum()):.3f} F1 {f1:.3f}")
