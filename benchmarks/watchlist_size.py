"""What long watchlists cost: seconds to load, memory, and words a second searched.

    python benchmarks/watchlist_size.py [--items 100000]

Half of the names begin with the same word, the worst that a list can do. The text is the demo's news
with a name of the list in every sixtieth word.
"""

import argparse
import csv
import itertools
import json
import random
import resource
import tempfile
import time
from importlib import resources
from pathlib import Path

from monitor.domain import Field
from monitor.lexicon.places import gazetteer
from monitor.lexicon.watchlists import load_watchlists
from monitor.text.watching import WatchReader
from monitor.text.words import read_words

WORDS = 200_000
SEED = 7


def a_list(file: Path, count: int) -> list[str]:
    """Write a list of *count* made-up names with an alias each, and return the names."""
    chance = random.Random(SEED)
    parts = ["".join(chance.choices("abcdefghilmnoprstuv", k=6)).title() for _ in range(20_000)]
    names = [
        f"{'North' if number % 2 else chance.choice(parts)} {chance.choice(parts)} {number}"
        for number in range(count)
    ]
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["name", "aliases"])
        writer.writerows((name, f"{name} Group") for name in names)
    return names


def a_text(names: list[str]) -> str:
    """Return news of `WORDS` words with names strewn in."""
    chance = random.Random(SEED)
    lines = (resources.files("agents") / "demo" / "news.jsonl").read_text(encoding="utf-8")
    news = [word for line in lines.splitlines() for word in json.loads(line)["text"].split()]
    words = itertools.islice(itertools.cycle(news), WORDS)
    return " ".join(
        f"{word} {chance.choice(names)}" if number % 60 == 0 else word
        for number, word in enumerate(words)
    )


def megabytes() -> float:
    """Return the most memory that the process has had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="What long watchlists cost.")
    parser.add_argument("--items", type=int, default=100_000)
    given = parser.parse_args()
    gazetteer()  # a worker has it anyway
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "names.csv"
        names = a_list(file, given.items)
        before, began = megabytes(), time.process_time()
        reading = load_watchlists([file])
        loaded = time.process_time() - began
        reader = WatchReader(reading.watchlists)
        indexed = time.process_time() - began
        taken = megabytes() - before
    words = read_words(a_text(names))
    began = time.process_time()
    found = reader.read(words, (), field=Field.TEXT)
    seconds = time.process_time() - began
    figures = {
        "items": reading.items,
        "load_s": round(loaded, 2),
        "load_and_index_s": round(indexed, 2),
        "memory_mb": round(taken),
        "found": len(found),
        "searched_words_per_s": round(len(words) / seconds),
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
