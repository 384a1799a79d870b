"""How many words a second one core reads: keywords, signals, entities, and by plain splitting.

    python benchmarks/reading.py [ARTICLES.jsonl[.gz]] [--articles 1000]

Without a file, the demo's news is read over and over. Plain splitting (`str.split`) is run beside it, so
that figures of different machines can be compared as ratios.
"""

import argparse
import gzip
import itertools
import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path

from monitor.domain import Article
from monitor.lexicon.loader import load_lexicon
from monitor.policy.signals import signals_of
from monitor.text.analyser import Analyser
from monitor.text.gate import load_gate
from monitor.text.nlp import load_nlp
from monitor.text.sense import load_sense
from monitor.text.tagger import Tagging
from monitor.wire import article_v1

ROUNDS = 3


def articles_of(file: Path | None, count: int) -> list[Article]:
    """Return *count* articles of a file, or of the demo's news."""
    now = datetime.now(UTC)
    if file is None:
        lines = (resources.files("agents") / "demo" / "news.jsonl").read_bytes().splitlines()
        rows = itertools.islice(itertools.cycle(lines), count)
        return [article_v1.decode(row, timestamp=now) for row in rows]
    opener = gzip.open if file.suffix == ".gz" else open
    with opener(file, "rb") as stream:
        return [article_v1.decode(row, timestamp=now) for row in itertools.islice(stream, count)]


def best(work: Callable[[], object], words: int) -> float:
    """Return the words a second of the quickest of a few rounds."""
    rates = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        work()
        rates.append(words / (time.perf_counter() - began))
    return max(rates)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Words a second and core.")
    parser.add_argument("file", type=Path, nargs="?")
    parser.add_argument("--articles", type=int, default=1000)
    given = parser.parse_args()
    articles = articles_of(given.file, given.articles)
    texts = [article.ref.title + " " + article.text for article in articles]
    words = sum(len(text.split()) for text in texts)
    chars = sum(map(len, texts))
    lexicon = load_lexicon()
    sense, gate = load_sense(), load_gate()
    keywords_only = Analyser(lexicon, None)
    signals_only = Analyser(lexicon, None, sense=sense, gate=gate)
    everything = Analyser(lexicon, load_nlp(), sense=sense, gate=gate)

    def read(analyser: Analyser, tagging: Tagging = Tagging.ALL) -> None:
        for analysis in analyser.pipe(articles, tagging=tagging):
            signals_of(analysis)

    as_a_worker = best(lambda: read(everything, Tagging.WHERE_ACTIVE), words)
    figures = {
        "articles": len(articles),
        "words": words,
        "split_words_per_s": round(best(lambda: [text.split() for text in texts], words)),
        "keywords_words_per_s": round(best(lambda: read(keywords_only), words)),
        "signals_words_per_s": round(best(lambda: read(signals_only), words)),
        "as_a_worker_words_per_s": round(as_a_worker),
        # What the setting `analysis_seconds_per_10k_chars` is several times of.
        "as_a_worker_s_per_10k_chars": round(words / as_a_worker / chars * 10_000, 2),
        "signals_and_entities_words_per_s": round(best(lambda: read(everything), words)),
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
