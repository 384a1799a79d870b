"""Learn what is an article's news (monitor/policy/newsworthiness.py), given a trained sense model.

Every labelled article is read as the product reads it, as written and stripped; a logistic regression
over where and how surely a kind is spoken of learns whether readers took it for news. Writes the
weights between the marks in the module.

    python training/sense/news.py [--newswire TEXTS.jsonl.gz]
"""

import argparse
import gzip
import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

from monitor.accuracy.labelled import stripped
from monitor.domain import Article, ArticleRef, SignalKind
from monitor.policy import newsworthiness
from monitor.policy.newsworthiness import features_of, length_of
from monitor.text.analyser import build_analyser

SIGNALS = Path(__file__).parents[1] / "signals"
UNSURE = 0.4
"""Weight of an article on which a colleague might disagree."""
LONG_READS = 60
KINDS = tuple(SignalKind)


@dataclass(frozen=True, slots=True)
class Labelled:
    """An article and the kinds that are its news."""

    title: str
    text: str
    active: frozenset[str]
    weight: float


def articles_of(newswire: Path | None) -> Iterator[Labelled]:
    """Yield the labelled articles."""
    for name in ("articles-2020s.jsonl", "conflict-reports.jsonl"):
        for line in (SIGNALS / name).read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            weight = 1.0 if row["certainty"] == "sure" else UNSURE
            yield Labelled(row["title"], row["text"], frozenset(row["active"]), weight)
    if newswire is None:
        return
    with gzip.open(newswire, "rt", encoding="utf-8") as stream:
        texts = {row["id"]: row for row in map(json.loads, stream)}
    for line in (SIGNALS / "newswire-1987.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        name, active, _, certainty, _ = line.split("\t")
        kinds = frozenset(() if active == "none" else active.split(","))
        row = texts[name]
        yield Labelled(row["title"], row["text"], kinds, 1.0 if certainty == "sure" else UNSURE)


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


def rows_of(articles: list[Labelled]) -> Iterator[tuple[list[float], bool, float]]:
    """Yield features, whether it is news, and weight, per article, form and kind spoken of."""
    analyser = build_analyser(model=None)
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
    parser.add_argument("--newswire", type=Path)
    articles = list(articles_of(parser.parse_args().newswire))
    rows = list(rows_of([*articles, *long_reads(articles)]))
    values, wanted, weights = (np.array(column) for column in zip(*rows, strict=True))
    model = LogisticRegression(C=1.0, max_iter=5000).fit(values, wanted, sample_weight=weights)
    learnt = [round(float(x), 3) for x in model.coef_[0]]
    size = len(learnt) - len(KINDS)
    kinds = "\n".join(
        f"        SignalKind.{kind.name}: {weight},"
        for kind, weight in zip(KINDS, learnt[size:], strict=True)
    )
    block = (
        "WEIGHTS = Weights(\n"
        f"    features=({', '.join(map(str, learnt[:size]))}),\n"
        f"    kinds={{\n{kinds}\n    }},\n"
        f"    intercept={float(model.intercept_[0]):.3f},\n)\n"
    )
    path = Path(newsworthiness.__file__)
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r"(?s)WEIGHTS = Weights\(.*?\n\)\n", lambda _: block, text), "utf-8")
    right = ((model.predict_proba(values)[:, 1] >= 0.5) == wanted).mean()
    print(f"{len(rows)} rows, {int(wanted.sum())} news, {right:.3f} right on what it learnt from")


if __name__ == "__main__":
    main()
