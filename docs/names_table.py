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
    "newswire_gold": "the pipeline has seen the texts, with other marks",
    "gmb_dev": "other texts of a source that the pipeline has seen; its marks agree with readers' at .69",
    "gum_news": "the pipeline has probably seen the text itself",
    "ewt_dev": "looked at through this score only; whether the pipeline has seen it is not known",
    "ewt_test": "the pipeline has probably seen the text itself",
    "newswire-1987": "the errors in two of three articles were read to mend rules",
    "conflict-reports": "the errors in two of three articles were read to mend rules",
}
_LABELS: Final = ("all", "PERSON", "ORG", "LOC", "GPE", "FAC", "NORP")
_INTRODUCTION: Final = """
## Names

How well names are found (exact words and label, F1; places as one label, but where GPE, LOC and FAC stand apart) and how well the countries of articles with an alert are
known (ISO 3166 codes of their actors, targets and places as a set). Asked of sentences like those of newswire_gold: .92 as written and .90 stripped, places apart .90 and .88; of countries precision and
recall .85 as written, and at most 3 points less stripped. `python benchmarks/entities.py` measures both; the marked texts are not shipped. None of these sets is held
back: each was looked at at least twice. [The pipeline's card](../training/README.md) says what it was trained on.
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
        f"or {row['all_tagged_words_per_cpu_s']:,} with names looked for in every article. Other work kept the two cores overloaded (load about ten): the times are upper bounds, not the product's speed."
    )


def _notes(names: Iterable[str]) -> str:
    return "\n".join(f"- `{name}`: {_SEEN[name]}." for name in names if name in _SEEN)


def _table(lines: Sequence[Sequence[str]]) -> str:
    head, *rows = lines
    shown = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in shown)
