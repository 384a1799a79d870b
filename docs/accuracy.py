"""Score the product on every corpus of the gate: `python docs/accuracy.py [--check]`.

Writes docs/accuracy.md and docs/accuracy.json. With `--check` nothing is written: the exit code is 1
where a score is below its floor in tests/accuracy/corpora.toml, or where what is published differs from
what is measured by more than DRIFT. Takes a minute or two. Processors round the model's sums differently, so
that the same texts may give a sentence more or less on another machine.
"""

import argparse
import json
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from accuracy_page import Listed, Measured, Role, page
from generate import DOCS, stale
from names_table import names_section

from monitor.accuracy.corpora import read_corpus
from monitor.accuracy.evaluate import build_reader, evaluate
from monitor.accuracy.floors import Floor, parse_floor, shortfalls
from monitor.accuracy.labelled import Form
from monitor.accuracy.report import corpus_as_json
from monitor.errors import NewsMonitorError
from monitor.pipeline import Pipeline
from monitor.settings import Settings

__all__ = [
    "CORPORA",
    "DRIFT",
    "DRIFT_ITEMS",
    "ROOT",
    "below",
    "documents",
    "drifted",
    "listed",
    "measure",
]

ROOT: Final = DOCS.parent
CORPORA: Final = ROOT / "tests" / "accuracy" / "corpora.toml"

DRIFT: Final = 0.01
"""By how much a published score may differ from the one measured: eight sentences of the held-back ones."""

DRIFT_ITEMS: Final = 3
"""The same in items, for small corpora: of 68 articles a single one moves a score by more than DRIFT."""

_NEEDED = ("name", "group", "role", "file", "what", "licence")
_KNOWN = (*_NEEDED, "texts", "floors")


def listed(file: Path = CORPORA) -> list[Listed]:
    """Read the list of corpora.

    Raises:
        ValueError: it breaks its form; the message names the table and says what is allowed.
    """
    tables = tomllib.loads(file.read_text(encoding="utf-8")).get("corpus", [])
    found = [_listed(table) for table in tables]
    if len({each.name for each in found}) < len(found):
        message = f"{file.name}: two corpora have one name"
        raise ValueError(message)
    return found


def _listed(table: Mapping[str, Any]) -> Listed:
    """Read one table."""
    name = table.get("name", "?")
    missing = [field for field in _NEEDED if field not in table]
    unknown = [field for field in table if field not in _KNOWN]
    roles = ", ".join(Role)
    if missing or unknown or table["role"] not in list(Role):
        message = (
            f"corpus {name!r}: missing {missing}, unknown {unknown}; "
            f"needed are {', '.join(_NEEDED)}, with a role of {roles}"
        )
        raise ValueError(message)
    return Listed(
        name=name,
        group=table["group"],
        role=Role(table["role"]),
        file=table["file"],
        texts=tuple(table.get("texts", ())),
        what=table["what"],
        licence=table["licence"],
        floors=tuple(_floors(table.get("floors", {}))),
    )


def _floors(stated: Mapping[str, Mapping[str, float]]) -> list[Floor]:
    """Read the floors of a corpus, form by form."""
    return [
        parse_floor(f"{Form(form)}.{metric}={value}")
        for form, scores in stated.items()
        for metric, value in scores.items()
    ]


def measure(corpora: Sequence[Listed], reader: Pipeline) -> list[Measured]:
    """Read and score every corpus, as written and stripped, without what is labelled unsure."""
    measured = []
    for each in corpora:
        texts = [str(ROOT / file) for file in each.texts]
        corpus = read_corpus(str(ROOT / each.file), texts=texts)
        evaluations = {form: evaluate(reader, corpus.sure(), form) for form in Form}
        measured.append(Measured(listed=each, corpus=corpus, evaluations=evaluations))
    return measured


def below(measured: Sequence[Measured]) -> list[str]:
    """Return a line for each score below its floor."""
    return [
        f"{each.listed.name} ({each.listed.file}): {shortfall}"
        for each in measured
        for shortfall in shortfalls(
            list(each.listed.floors),
            {form: evaluation.scores for form, evaluation in each.evaluations.items()},
        )
    ]


def documents(measured: Sequence[Measured]) -> dict[str, str]:
    """Return the documents by their paths under docs/."""
    figures = [
        {
            "name": each.listed.name,
            "group": each.listed.group,
            "role": each.listed.role.value,
            **corpus_as_json(each.corpus, list(each.evaluations.values())),
            "file": each.listed.file,
            "floors": {f"{floor.form}.{floor.metric}": floor.least for floor in each.listed.floors},
        }
        for each in measured
    ]
    return {
        "accuracy.md": page(measured, names_section()),
        "accuracy.json": json.dumps({"corpora": figures}, indent=1) + "\n",
    }


def drifted(published: Mapping[str, Any], measured: Mapping[str, Any]) -> list[str]:
    """Return a line for each score that is not what is published, within `DRIFT` and `DRIFT_ITEMS`.

    Args:
        published: what docs/accuracy.json holds.
        measured: what it would hold.
    """
    before, now = (dict(_scores(each)) for each in (published, measured))
    items = {corpus["name"]: corpus["items"] for corpus in measured["corpora"]}
    lines = [f"{name} is measured and not published" for name in sorted(now.keys() - before)]
    lines += [f"{name} is published and not measured" for name in sorted(before.keys() - now)]
    lines += [
        f"{name} is published as {before[name]}, measured {now[name]}"
        for name in sorted(now.keys() & before)
        if abs((now[name] or 0.0) - (before[name] or 0.0))
        > max(DRIFT, DRIFT_ITEMS / items[name.partition(".")[0]])
    ]
    return lines


def _scores(content: Mapping[str, Any]) -> Iterator[tuple[str, float | None]]:
    """Yield the scores of whole corpora by name; those of kinds rest on too few items to compare."""
    for corpus in content["corpora"]:
        for form, scores in corpus["scores"].items():
            for name, score in scores.items():
                for part in ("precision", "recall", "f1", "share"):
                    if name != "by_kind" and score and part in score:
                        yield f"{corpus['name']}.{form}.{name}.{part}", score[part]


def main() -> int:
    """Write or check."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="fail below a floor or when stale")
    parser.add_argument(
        "--corpora", type=Path, default=CORPORA, metavar="FILE", help="another list of corpora"
    )
    options = parser.parse_args()
    try:
        reader = build_reader(max_text_chars=Settings().max_text_chars)
        measured = measure(listed(options.corpora), reader)
    except (NewsMonitorError, ValueError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    failures = below(measured)
    for failure in failures:
        sys.stderr.write(f"{failure}\n")
    if failures:
        sys.stderr.write("\nA change has cost accuracy: `news-monitor evaluate` lists where.\n")
    files = documents(measured)
    if options.check:
        published = (DOCS / "accuracy.json").read_text(encoding="utf-8")
        differences = drifted(json.loads(published), json.loads(files["accuracy.json"]))
        if differences:
            sys.stderr.write("\n".join(differences))
            sys.stderr.write("\nStale: run python docs/accuracy.py and commit what it writes.\n")
        return 1 if failures or differences else 0
    for path in stale(files):
        (DOCS / path).write_text(files[path], encoding="utf-8")
        sys.stdout.write(f"wrote docs/{path}\n")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
