"""How many edited copies of real articles are recognised, and how many other articles are taken for one.

    python benchmarks/copies.py ARTICLES.jsonl[.gz] [--pairs 200] [--seed 1]

Half of the pairs are an article and an edited copy of it: another headline, an agency's line in front,
up to half of its sentences cut, the rest partly moved, misprints in the words. The other half are two
articles of one day that speak of the same things: of all articles within a day the one that shares most
words with the first, repeats of the same text left out. Both go the way of real ones: sketch, index, share.
"""

import argparse
import gzip
import json
import random
import re
from collections import Counter
from difflib import SequenceMatcher
from pathlib import Path

from monitor.policy.copies import CopyIndex, copied_share
from monitor.text.sketch import sketch_of
from monitor.text.words import read_words

LEAST_WORDS = 60
NEIGHBOURS = 500
REPEATED = 0.5
"""Share of the shorter text that stands in the other, in whole sentences or by matching stretches,
above which two articles of the file are the same text sent twice, and no pair of different ones."""


def sentences(text: str) -> list[str]:
    """Cut a text at the ends of its sentences."""
    return [part for part in re.split(r"(?<=[.!?])\s+", text) if part]


def misprinted(word: str, draw: random.Random) -> str:
    """Leave out, double or swap a letter."""
    at = draw.randrange(len(word) - 1)
    how = draw.randrange(3)
    if how == 0:
        return word[:at] + word[at + 1 :]
    if how == 1:
        return word[:at] + word[at] + word[at:]
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def edited(text: str, draw: random.Random) -> str:
    """Edit a text as desks do."""
    parts = sentences(text)
    kept = max(2, round(len(parts) * draw.uniform(0.5, 1.0)))
    parts = (
        parts[:kept]
        if draw.random() < 0.5
        else sorted(draw.sample(parts, min(kept, len(parts))), key=parts.index)
    )
    if len(parts) > 2:
        here, there = draw.sample(range(len(parts)), 2)
        parts[here], parts[there] = parts[there], parts[here]
    words = " ".join(parts).split()
    words = [
        misprinted(word, draw) if len(word) > 3 and draw.random() < 0.02 else word for word in words
    ]
    agency = draw.choice(["LONDON (Agency) - ", "By our correspondent. ", "(Agency) -- ", ""])
    return (
        agency + " ".join(words) + draw.choice(["", " Reporting by agencies.", " More to follow."])
    )


def same_text(one: str, other: str) -> bool:
    """Tell whether two articles of the file are one text sent twice, by another measure than ours."""
    first, second = one.split(), other.split()
    blocks = SequenceMatcher(None, first, second, autojunk=False).get_matching_blocks()
    common = sum(block.size for block in blocks if block.size >= 4)
    return common / min(len(first), len(second)) >= REPEATED


def closest(index: int, rows: list[str], words: list[set[str]]) -> int | None:
    """Return the later article within reach that shares most words and is not the same text."""
    best = Counter(
        {
            other: len(words[index] & words[other]) / min(len(words[index]), len(words[other]))
            for other in range(index + 1, min(index + NEIGHBOURS, len(rows)))
        }
    )
    for other, _ in best.most_common(8):
        if not same_text(rows[index], rows[other]):
            return other
    return None


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Copies found and falsely found.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--pairs", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    draw = random.Random(given.seed)
    opener = gzip.open if given.file.suffix == ".gz" else open
    with opener(given.file, "rt", encoding="utf-8") as stream:
        texts = [json.loads(line)["text"] for line in stream]
    texts = [text for text in texts if len(text.split()) >= LEAST_WORDS]
    words = [set(text.lower().split()) for text in texts]
    chosen = draw.sample(range(len(texts) - NEIGHBOURS), given.pairs)
    half = given.pairs // 2
    copies = [(texts[n], edited(texts[n], draw)) for n in chosen[:half]]
    others = [
        (texts[n], texts[other])
        for n in chosen[half:]
        if (other := closest(n, texts, words)) is not None
    ]
    figures: dict[str, object] = {"copies": len(copies), "others": len(others)}
    for name, pairs in (("found", copies), ("false", others)):
        shares = []
        hits = 0
        for one, other in pairs:
            first, second = (sketch_of(read_words(text).texts) for text in (one, other))
            index = CopyIndex()
            index.put("original", first)
            hits += bool(index.originals(second))
            shares.append(copied_share(first, second))
        figures[name] = hits
        figures[f"{name}_shares"] = [
            round(value, 2)
            for value in (min(shares), sorted(shares)[len(shares) // 2], max(shares))
        ]
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
