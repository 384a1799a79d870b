"""How well stories agree with a reader's: pairwise and B-cubed, per file of labels.

    python benchmarks/grouping.py ARTICLES.jsonl[.gz] LABELS.tsv ... [--clock-hours 5]

Labels: tests/accuracy/stories; the articles they name by id are read from the file and go the way of real
ones, signals and stories. Others are left out: what a false alert costs is measured elsewhere. The newswire
of 1987 gives times of New York as if they were UTC: `--clock-hours 5` puts them right.
"""

import argparse
import gzip
import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from benchmarks.repeated import reports_of
from monitor.accuracy.grouping import agreement, stories_of_labels
from monitor.domain import DeskReport
from monitor.lexicon.instruments import load_instruments
from monitor.pipeline import build_pipeline
from monitor.policy.stories import StoryBook, StoryRules
from monitor.settings import Settings


def put_right(reports: Iterable[DeskReport], ahead: timedelta) -> list[DeskReport]:
    """Return reports with the clock of their articles put ahead."""
    return [
        replace(
            report,
            article=replace(report.article, published_at=report.article.published_at + ahead),
        )
        for report in reports
    ]


def grouped(reports: list[DeskReport]) -> Mapping[str, list[str]]:
    """Return the stories that each article is in, as formed in this order."""
    groups = {each.id: each.group for each in load_instruments().by_name.values()}
    book = StoryBook(StoryRules(instrument_groups=groups))
    found: dict[str, list[str]] = {}
    for offset, report in enumerate(reports):
        for story in book.apply(report, offset=offset).stories:
            if any(article.id == report.article.id for article in story.articles):
                found.setdefault(report.article.id, []).append(story.id)
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Stories against labels.")
    parser.add_argument("file", type=Path)
    parser.add_argument("labels", type=Path, nargs="+")
    parser.add_argument("--clock-hours", type=float, default=0)
    given = parser.parse_args()
    labelled = {
        file: stories_of_labels(file.read_text(encoding="utf-8").splitlines())
        for file in given.labels
    }
    wanted = set().union(*labelled.values())
    opener = gzip.open if given.file.suffix == ".gz" else open
    with opener(given.file, "rb") as stream:
        lines = {row["id"]: line for line in stream if (row := json.loads(line))["id"] in wanted}
    pipeline = build_pipeline(Settings())
    for file, labels in labelled.items():
        mine = [line for article, line in lines.items() if article in labels]
        reports = reports_of(mine, pipeline)
        found = grouped(put_right(reports, timedelta(hours=given.clock_hours)))
        scored = agreement(labels, found)
        figures = {
            "labels": file.stem,
            "articles": scored.articles,
            "of": scored.labelled,
            "precision": scored.precision,
            "recall": scored.recall,
            "f1": scored.f1,
            "b_cubed_f1": scored.b_cubed_f1,
        }
        print(
            json.dumps({k: round(v, 3) if isinstance(v, float) else v for k, v in figures.items()})
        )


if __name__ == "__main__":
    main()
