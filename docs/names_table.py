"""The section of docs/accuracy.md on names: what benchmarks/entities.py printed, as a table.

The marked texts cannot be shipped, so that the figures are kept in docs/names.jsonl, a line as printed
each; `python docs/accuracy.py` makes the section of them. Run the benchmark again to renew them:

    python benchmarks/entities.py f1 MARKED.jsonl.gz ... > docs/names.jsonl
    python benchmarks/entities.py countries LABELLED [NEWS] >> docs/names.jsonl
    python benchmarks/entities.py worker NEWS >> docs/names.jsonl
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

__all__ = ["FIGURES", "names_section"]

FIGURES: Final = Path(__file__).with_name("names.jsonl")
_SEEN: Final = {
    "newswire_gold_third": "held back: every third document of newswire_gold, never learnt from",
    "held_gmb": "held back: other newswire of 2005 to 2010 than was learnt from, one reader",
    "held_newswire-1987": "held back: other articles of the newswire of 1987, one reader",
    "held_articles-2020s": "held back: other invented articles in the style of the 2020s, one reader",
    "held_wikipedia": "held back: other articles of an encyclopedia, one reader",
    "held_other": "held back: other documents of GUM that are no news, one reader",
    "held_written": "held back: other news that was written with its names marked, dense with them",
    "held_web": "held back: other tweets and forum posts, one reader",
    "held_crossner": "held back: other documents of CrossNER, one reader",
    "gum_news_reader": "news of a source that was not learnt from, one reader",
    "ewt_dev_reader": "web writing of a source that was not learnt from, one reader",
    "reports": "four long reports on wars of the 2020s, written and marked for this; not learnt from",
    "gum_news": "the news of gum_news_reader with the marks of GUM: teams are ORG, titles are in names, places are marked within ORG",
    "ewt_dev": "with marks of other rules",
    "ewt_test": "with marks of other rules",
    "newswire-1987": "the errors in all articles were read to mend rules",
    "conflict-reports": "the errors in all articles were read to mend rules",
}
_LABELS: Final = ("all", "PERSON", "ORG", "LOC", "GPE", "FAC", "NORP")
_INTRODUCTION: Final = """
## Names

How well names are found (exact words and label, F1; places as one label, but where GPE, LOC and FAC stand apart) and how well the countries of articles with an alert are
known (ISO 3166 codes of their actors, targets and places as a set). Asked of sentences like those of newswire_gold: .92 as written and .90 stripped, places apart .90 and .88; of countries precision and
recall .85 as written, and at most 3 points less stripped. `python benchmarks/entities.py` measures both; most of the marked texts are not shipped.
[The pipeline's card](../training/README.md) says what it was trained on.
"""


def names_section(file: Path = FIGURES) -> str:
    """Return the section; the same lines give the same text."""
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    found = _by_set(row for row in rows if "split" in row)
    countries = _by_set(row for row in rows if "alerts" in row)
    parts = [_INTRODUCTION.strip(), _names(found), _countries(countries)]
    parts += [_worker(row) for row in rows if "memory_mb" in row]
    return "\n\n".join(parts)


def _by_set(
    rows: Iterable[Mapping[str, Any]],
) -> dict[tuple[str, bool], dict[str, Mapping[str, Any]]]:
    """Group the lines of a set by form."""
    grouped: dict[tuple[str, bool], dict[str, Mapping[str, Any]]] = {}
    for row in rows:
        name = str(row["set"]).partition(".")[0]
        grouped.setdefault((name, row.get("split", False)), {})[row["form"]] = row
    return grouped


def _names(found: Mapping[tuple[str, bool], Mapping[str, Mapping[str, Any]]]) -> str:
    lines: list[tuple[str, ...]] = [("set", "form", *_LABELS, "names")]
    for (name, split), forms in found.items():
        for form, row in forms.items():
            figures = [f"{row[label]['f1']:.3f}" if label in row else "-" for label in _LABELS]
            shown = f"{name}, places apart" if split else name
            lines.append((shown, form, *figures, str(row["all"]["wanted"])))
    return _table(lines) + "\n\n" + _notes(dict.fromkeys(name for name, _ in found))


def _countries(found: Mapping[tuple[str, bool], Mapping[str, Mapping[str, Any]]]) -> str:
    lines: list[tuple[str, ...]] = [("countries of", "form", "alerts", "precision", "recall", "F1")]
    for (name, _), forms in found.items():
        for form, row in forms.items():
            figures = [f"{row[score]:.3f}" for score in ("precision", "recall", "f1")]
            lines.append((name, form, str(row["alerts"]), *figures))
    return _table(lines) + "\n\n" + _notes(dict.fromkeys(name for name, _ in found))


def _worker(row: Mapping[str, Any]) -> str:
    return (
        f"A worker's process was ready after {row['start_s']} s and held at most {row['memory_mb']} MB after "
        f"{row['articles']:,} articles; it read {row['as_a_worker_words_per_cpu_s']:,} words per second of processor time, "
        f"or {row['all_tagged_words_per_cpu_s']:,} with names looked for in every article (one of two cores; the other was at work too)."
    )


def _notes(names: Iterable[str]) -> str:
    return "\n".join(f"- `{name}`: {_SEEN[name]}." for name in names)


def _table(lines: Sequence[Sequence[str]]) -> str:
    head, *rows = lines
    shown = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in shown)
