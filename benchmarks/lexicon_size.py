"""How the cost of reading grows with the lexicon: the built-in entries, and overlays up to 10,000 more.

    python benchmarks/lexicon_size.py ARTICLES.jsonl[.gz] [--articles 1000]

The further entries are pairs of words of the articles themselves: the first as often as it stands in the
text, the hundred commonest words left out, the second at random, so that all begin to match and few do. What
is timed is the finding of keywords with conditions and status (the part that a lexicon can slow down),
against the built-in lexicon alone, in the same process.
"""

import argparse
import itertools
import json
import random
import tempfile
from collections import Counter
from pathlib import Path

from benchmarks.reading import articles_of, best
from monitor.domain import SignalKind
from monitor.lexicon.loader import load_lexicon
from monitor.policy.signals import signals_of
from monitor.text.analyser import Analyser
from monitor.text.words import read_words

SIZES = (0, 100, 1_000, 10_000)
COMMON = 100
"""Words that no rule author begins an entry with: "the", "said", "mln"."""


def write_overlay(folder: Path, rows: list[list[str]], count: int) -> None:
    """Write *count* entries whose words stand in *rows*, if seldom beside each other."""
    chance = random.Random(count)
    kinds = list(SignalKind)
    entries: dict[SignalKind, list[str]] = {kind: [] for kind in kinds}
    counted = Counter(word for row in rows for word in row if word.isalpha())
    common = {word for word, _ in counted.most_common(COMMON)}
    running = [word for row in rows for word in row if word in counted and word not in common]
    rare = sorted(counted)
    for number in range(count):
        term = f"{chance.choice(running)} {chance.choice(rare)}"
        entries[chance.choice(kinds)].append(
            f'[[entry]]\nid = "grown-{number}"\nterms = ["{term}"]\nnot_near = ["<sport>"]\n'
        )
    for kind, texts in entries.items():
        content = f'kind = "{kind}"\n\n' + "\n".join(texts)
        (folder / f"grown-{kind}.toml").write_text(content, encoding="utf-8")


def main() -> None:
    """Measure and print, a line per size."""
    parser = argparse.ArgumentParser(description="Cost of reading by size of lexicon.")
    parser.add_argument("file", type=Path, nargs="?")
    parser.add_argument("--articles", type=int, default=1000)
    given = parser.parse_args()
    articles = articles_of(given.file, given.articles)
    rows = [list(read_words(article.text).texts) for article in articles]
    rows = [row for row in rows if len(row) > 3]
    words = sum(len(row) for row in rows)
    alone = 0.0
    for size in SIZES:
        with tempfile.TemporaryDirectory() as name:
            write_overlay(Path(name), rows, size)
            lexicon = load_lexicon([Path(name)] if size else [])
        analyser = Analyser(lexicon, None)

        def read(analyser: Analyser = analyser) -> None:
            for analysis in analyser.pipe(articles):
                signals_of(analysis)

        rate = best(read, words)
        alone = alone or rate
        found = sum(len(each.triggers) for each in itertools.islice(analyser.pipe(articles), 200))
        row = {
            "entries": len(lexicon.entries),
            "words_per_s": round(rate),
            "times_the_built_in": round(alone / rate, 2),
            "findings_in_200_articles": found,
        }
        print(json.dumps(row))


if __name__ == "__main__":
    main()
