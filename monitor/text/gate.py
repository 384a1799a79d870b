"""Gate: which sentences are worth the sense model's time.

A logistic regression over single words and over whether the lexicon has a keyword there, trained to
foretell where the sense model would find something (training/sense/gate.py). It costs a look-up per
word, the model thousands of times as much, and most sentences of a newswire are of dividends.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources

__all__ = ["Gate", "Keyword", "load_gate"]

_NUMBER = "#"
"""What stands for any number among the words."""


class Keyword(StrEnum):
    """What the lexicon has in a sentence."""

    NONE = "none"
    """No keyword."""
    REFUSED = "refused"
    """One whose conditions refuse it."""
    SOUND = "sound"
    """One that nothing speaks against."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """Weights of words, and how much of them a sentence needs."""

    weights: Mapping[str, float]
    keywords: Mapping[Keyword, float]
    least: float
    """Sum that a sentence needs in title and lead, and everywhere once something was found there."""
    least_below: float
    """Sum that it needs further down in an article whose title and lead say nothing."""

    def score(self, texts: Sequence[str], sentence: tuple[int, int], keyword: Keyword) -> float:
        """Return how much a sentence, a half-open range of words, promises."""
        weights = self.weights
        found = [self.keywords.get(keyword, 0.0)]
        numbers = False
        for text in set(texts[sentence[0] : sentence[1]]):
            weight = weights.get(text)
            if weight is not None:
                found.append(weight)
            elif not numbers and text.isdigit():
                found.append(weights.get(_NUMBER, 0.0))
                numbers = True
        # Rounded once: a set has another order in every process, and sums often end right on the bar.
        return math.fsum(found)


@cache
def load_gate() -> Gate:
    """Load the shipped weights, once per process."""
    file = resources.files("monitor.text") / "sense_model" / "gate.json"
    content = json.loads(file.read_text(encoding="utf-8"))
    return Gate(
        weights=content["weights"],
        keywords={Keyword(name): weight for name, weight in content["keywords"].items()},
        least=content["least"],
        least_below=content["least_below"],
    )
