"""Learn what is an article's news (monitor/policy/newsworthiness.py), given a trained sense model.

Labelled articles that the sense model has not learnt from are read as the product reads them, as written
and stripped; a logistic regression over where and how surely a kind is spoken of learns whether readers
took it for news. Articles that the model has learnt from would teach it to ask too much: of those the
model is surer than it ever is of news. Writes the weights into the module.

    python training/sense/news.py --model FOLDER [--newswire TEXTS.jsonl.gz]
"""

import argparse
import gzip
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from corpus import INVENTED, KINDS, SIGNALS, is_kept_back
from regression import print_bars, write_weights
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_predict

from monitor.accuracy.labelled import stripped
from monitor.domain import Article, ArticleRef
from monitor.lexicon.loader import load_lexicon
from monitor.policy import newsworthiness
from monitor.policy.newsworthiness import features_of, length_of
from monitor.text.analyser import Analyser
from monitor.text.gate import load_gate
from monitor.text.sense import SenseModel, sense_from

REPORTS = "conflict-reports.jsonl"
UNSURE = 0.4
"""Weight of an article on which a colleague might disagree."""
LONG_READS = 60


@dataclass(frozen=True, slots=True)
class Labelled:
    """An article and the kinds that are its news."""

    title: str
    text: str
    active: frozenset[str]
    weight: float


def articles_of(newswire: Path | None) -> Iterator[Labelled]:
    """Yield the labelled articles that the sense model has not learnt from."""
    for name in (*INVENTED, REPORTS):
        for number, line in enumerate(_lines(SIGNALS / name)):
            # No part of the reports was ever learnt from: they are labelled as a whole only.
            if name == REPORTS or is_kept_back(number):
                row = json.loads(line)
                yield Labelled(
                    row["title"], row["text"], frozenset(row["active"]), _weight(row["certainty"])
                )
    if newswire is None:
        return
    with gzip.open(newswire, "rt", encoding="utf-8") as stream:
        texts = {row["id"]: row for row in map(json.loads, stream)}
    for number, line in enumerate(_lines(SIGNALS / "newswire-1987.tsv")[1:]):
        if is_kept_back(number):
            name, active, _, certainty, _ = line.split("\t")
            kinds = frozenset(() if active == "none" else active.split(","))
            yield Labelled(texts[name]["title"], texts[name]["text"], kinds, _weight(certainty))


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").strip("\n").split("\n")


def _weight(certainty: str) -> float:
    return 1.0 if certainty == "sure" else UNSURE


def long_reads(articles: list[Labelled]) -> Iterator[Labelled]:
    """Yield long reports of many things, which are rare among the articles: several of them in one.

    What is news of a part is news of the whole.
    """
    chance = random.Random(7)
    sure = [each for each in articles if each.weight == 1.0]
    for _ in range(LONG_READS):
        parts = chance.sample(sure, chance.randint(6, 12))
        text = "\n\n".join(f"{part.title}. {part.text}" for part in parts)
        active = frozenset().union(*(part.active for part in parts))
        yield Labelled(parts[0].title, text, active, 1.0)


def rows_of(
    articles: list[Labelled], model: SenseModel
) -> Iterator[tuple[list[float], bool, float]]:
    """Yield features, whether it is news, and weight, per article, form and kind spoken of.

    The gate is the one in the package: gate.py writes it there before.
    """
    analyser = Analyser(load_lexicon(), None, sense=model, gate=load_gate())
    when = datetime(2026, 1, 1, tzinfo=UTC)
    for plain in (str, stripped):
        inputs = [
            Article(
                ref=ArticleRef(
                    id=str(n), title=plain(each.title), published_at=when, states_time=False
                ),
                text=plain(each.text),
            )
            for n, each in enumerate(articles)
        ]
        for each, analysis in zip(articles, analyser.pipe(inputs), strict=True):
            length = length_of(analysis.article.text)
            titled = bool(analysis.article.ref.title.strip())
            for number, kind in enumerate(KINDS):
                found = [trigger for trigger in analysis.triggers if trigger.kind is kind]
                if found:
                    values = features_of(found, length=length, titled=titled)
                    which = [float(n == number) for n in range(len(KINDS))]
                    yield [*values, *which], kind.value in each.active, each.weight


def main() -> None:
    """Fit and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--newswire", type=Path)
    arguments = parser.parse_args()
    articles = list(articles_of(arguments.newswire))
    model = sense_from(arguments.model)
    rows = list(rows_of([*articles, *long_reads(articles)], model))
    values, wanted, weights = (np.array(column) for column in zip(*rows, strict=True))
    fitted = LogisticRegression(C=1.0, max_iter=5000).fit(values, wanted, sample_weight=weights)
    write_weights(newsworthiness, fitted.coef_[0], intercept=float(fitted.intercept_[0]))
    chances = cross_val_predict(
        LogisticRegression(C=1.0, max_iter=5000), values, wanted, cv=10, method="predict_proba"
    )[:, 1]
    print(f"{len(rows)} rows, {int(wanted.sum())} news")
    sure = weights == 1.0
    print_bars(chances[sure], wanted[sure])


if __name__ == "__main__":
    main()
