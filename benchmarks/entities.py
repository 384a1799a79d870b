"""Names: how well they are found and known, and what they cost.

    python benchmarks/entities.py f1 MARKED.jsonl.gz ...          exact span and label, micro F1
    python benchmarks/entities.py countries LABELLED [NEWS]       country ids of articles with an alert
    python benchmarks/entities.py worker NEWS [--articles 10000]  start, memory, words a second

MARKED has a document a line, `{"doc", "sents": [[text, [[start_char, end_char, label], ...]], ...]}`.
LABELLED is a table of articles with a column of countries (training/signals/LABELLING.md), whose texts are
in NEWS by id, or JSON lines of articles with `active` and `countries`. Each is read as written and
stripped. Nothing here is tuned on what it prints.
"""

import argparse
import gzip
import itertools
import json
import resource
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from monitor.accuracy.labelled import Form, in_form, stripped
from monitor.domain import Article, EntityLabel, Field
from monitor.pipeline import RawRecord, build_pipeline
from monitor.policy.entities import countries_of
from monitor.policy.signals import signals_of
from monitor.settings import Settings
from monitor.text.analyser import build_analyser
from monitor.text.mentions import mentions_of
from monitor.text.nlp import load_nlp
from monitor.text.tagger import Tagger, Tagging
from monitor.text.words import read_words
from monitor.wire import article_v1

_PLACES = frozenset({EntityLabel.GPE, EntityLabel.LOC, EntityLabel.FAC})
_BATCH = 100
Names = set[tuple[int, int, str]]
"""First word, word after the last, label."""


def lines_of(file: Path) -> Iterator[bytes]:
    """Yield the lines of a file, compressed or not."""
    with (gzip.open if file.suffix == ".gz" else open)(file, "rb") as stream:
        yield from stream


def scores(found: int, given: int, wanted: int) -> dict[str, Any]:
    """Return precision, recall and F1 of counts."""
    return {
        "precision": round(found / max(given, 1), 3),
        "recall": round(found / max(wanted, 1), 3),
        "f1": round(2 * found / max(given + wanted, 1), 3),
        "wanted": wanted,
    }


# f1


def marked(document: Mapping[str, Any]) -> tuple[str, Names]:
    """Return a document's text and the names that its readers marked, by words."""
    text, names = "", set()
    for sentence, marks in document["sents"]:
        base = len(text) + bool(text)
        text = f"{text} {sentence}" if text else sentence
        names |= {(base + start, base + end, label) for start, end, label in marks}
    words = read_words(text)
    by_word: Names = set()
    for start, end, label in names:
        inside = [
            place
            for place in range(len(words))
            if words.starts[place] < end and words.ends[place] > start
        ]
        if inside:
            by_word.add((inside[0], inside[-1] + 1, label))
    return text, by_word


def one_label(label: str, *, split: bool) -> str:
    """Return a label, all places as one where a set does not split them."""
    return label if split or label not in _PLACES else "LOC"


def f1(files: Iterable[Path]) -> None:
    """Print per set, form and label how well names are found."""
    nlp = load_nlp()
    for file in files:
        documents = [marked(json.loads(line)) for line in lines_of(file)]
        labels = {label for _, names in documents for *_, label in names}
        splits = (False, True) if "GPE" in labels else (False,)
        for form in Form:
            texts = [text if form is Form.WRITTEN else stripped(text) for text, _ in documents]
            words = [read_words(text) for text in texts]
            docs = Tagger(nlp).read(words)
            found = [
                {
                    (*placed(each.starts, each.ends, mention.span), str(mention.entity.label))
                    for mention in mentions_of(each, doc, field=Field.TEXT)
                }
                for each, doc in zip(words, docs, strict=True)
            ]
            for split in splits:
                counts = count_names(zip(documents, found, strict=True), labels, split=split)
                row = {name: scores(*count) for name, count in sorted(counts.items())}
                print(json.dumps({"set": file.name, "form": form, "split": split, **row}))


def placed(starts: Any, ends: Any, span: Any) -> tuple[int, int]:
    """Return a span's words."""
    first = next(place for place, end in enumerate(ends) if end > span.start_char)
    last = next(
        (place for place in range(first, len(starts)) if starts[place] >= span.end_char),
        len(starts),
    )
    return first, last


def count_names(
    rows: Iterable[tuple[tuple[str, Names], Names]], labels: set[str], *, split: bool
) -> dict[str, tuple[int, int, int]]:
    """Count per label, and for all, names that agree, that were given, and that were wanted."""
    agree, given, wanted = Counter[str](), Counter[str](), Counter[str]()
    known = {one_label(label, split=split) for label in labels}
    for (_, marks), names in rows:
        gold = {(first, last, one_label(label, split=split)) for first, last, label in marks}
        said = {(first, last, one_label(label, split=split)) for first, last, label in names}
        said = {row for row in said if row[2] in known}
        for counter, part in ((agree, gold & said), (given, said), (wanted, gold)):
            counter.update(label for *_, label in part)
            counter["all"] += len(part)
    return {name: (agree[name], given[name], wanted[name]) for name in wanted}


# countries


def labelled(file: Path, news: Path | None) -> Iterator[tuple[Article, frozenset[str]]]:
    """Yield the articles that readers would raise an alert for, and the countries that they name."""
    now = datetime.now(UTC)
    if news is None:
        for line in lines_of(file):
            row = json.loads(line)
            if row["active"]:
                yield article_v1.decode(line, timestamp=now), frozenset(row["countries"])
        return
    texts = {json.loads(line)["id"]: line for line in lines_of(news)}
    for line in lines_of(file):
        if line.startswith(b"#") or not line.strip():
            continue
        identity, active, _, countries, *_ = line.decode().rstrip("\n").split("\t")
        if active != "none":
            codes = frozenset(countries.split(",")) - {"-"}
            yield article_v1.decode(texts[identity], timestamp=now), codes


def countries(file: Path, news: Path | None) -> None:
    """Print how well the countries of articles that get an alert are known."""
    rows = list(labelled(file, news))
    analyser = build_analyser(model="builtin")
    for form in Form:
        agree = given = wanted = alerts = 0
        articles = [in_form(article, form) for article, _ in rows]
        for (_, gold), analysis in zip(rows, analyser.pipe(articles), strict=True):
            signals = [signal for signal in signals_of(analysis) if signal.status.is_active]
            if not signals:
                continue
            said = countries_of(
                entity
                for signal in signals
                for entity in (*signal.actors, *signal.targets, *signal.places)
            )
            alerts += 1
            agree, given = agree + len(gold & said), given + len(said)
            wanted += len(gold)
        figures = scores(agree, given, wanted)
        print(json.dumps({"set": file.name, "form": form, "alerts": alerts, **figures}))


# worker


def worker(news: Path, count: int) -> None:
    """Print what a process that reads for a worker takes: to start, in memory, and per word."""
    began = time.perf_counter()
    pipeline = build_pipeline(Settings())
    started = time.perf_counter() - began
    now = datetime.now(UTC)
    records = [
        RawRecord(value=line, timestamp=now) for line in itertools.islice(lines_of(news), count)
    ]
    words = sum(len(json.loads(record.value or b"{}")["text"].split()) for record in records)
    began = time.process_time()
    for first in range(0, len(records), _BATCH):
        pipeline.read(records[first : first + _BATCH])
    reading = time.process_time() - began
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sample = [article_v1.decode(record.value, timestamp=now) for record in records[:1000]]
    sampled = sum(len(article.text.split()) for article in sample)
    began = time.process_time()
    for article in sample:
        pipeline.analyse([replace(article)], tagging=Tagging.ALL)
    tagging = time.process_time() - began
    figures = {
        "articles": len(records),
        "words": words,
        "start_s": round(started, 2),
        "memory_mb": round(memory),
        "as_a_worker_words_per_cpu_s": round(words / reading),
        "all_tagged_words_per_cpu_s": round(sampled / tagging),
    }
    print(json.dumps(figures))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    kinds = parser.add_subparsers(dest="kind", required=True)
    kinds.add_parser("f1").add_argument("files", type=Path, nargs="+")
    country = kinds.add_parser("countries")
    country.add_argument("file", type=Path)
    country.add_argument("news", type=Path, nargs="?")
    process = kinds.add_parser("worker")
    process.add_argument("news", type=Path)
    process.add_argument("--articles", type=int, default=10_000)
    given = parser.parse_args()
    if given.kind == "f1":
        f1(given.files)
    elif given.kind == "countries":
        countries(given.file, given.news)
    else:
        worker(given.news, given.articles)


if __name__ == "__main__":
    main()
