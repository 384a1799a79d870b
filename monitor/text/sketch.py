"""Sketch: a text's MinHash, by which copies of it are found without keeping the text.

Two texts are compared by the runs of `RUN_WORDS` words that they share (Broder, "On the resemblance
and containment of documents", 1997). A sketch holds, for each of `HASHES` hash functions, the low 16
bits of the least hash of the text's runs, and how many runs there are: so it also tells how much of a
text that was cut is in the whole one. monitor.policy.copies compares them.
"""

import base64
import struct
from collections.abc import Sequence

from rensa import RMinHash

__all__ = ["HASHES", "LEAST_WORDS", "RUN_WORDS", "sketch_of"]

HASHES = 128
"""Hash functions: the share of runs in common is estimated to within some four hundredths."""
RUN_WORDS = 3
"""Words of a run: typing errors and sentences that were moved leave most runs whole."""
LEAST_WORDS = 20
"""Shorter texts have no sketch: flashes about the same thing are alike without being copies."""

_SEED = 1987
_MOST_RUNS = 0xFFFF


def sketch_of(words: Sequence[str]) -> str:
    """Return the sketch of a text's words; empty for a short text.

    Returns:
        Base64 of big-endian 16-bit numbers: how many runs there are, then one per hash function.
    """
    if len(words) < LEAST_WORDS:
        return ""
    runs = {
        " ".join(words[start : start + RUN_WORDS]) for start in range(len(words) - RUN_WORDS + 1)
    }
    minima = RMinHash(num_perm=HASHES, seed=_SEED)
    minima.update(sorted(runs))
    low = [value & 0xFFFF for value in minima.digest()]
    packed = struct.pack(f">{HASHES + 1}H", min(len(runs), _MOST_RUNS), *low)
    return base64.b64encode(packed).decode("ascii")
