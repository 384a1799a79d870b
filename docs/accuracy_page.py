"""The page docs/accuracy.md: what was measured, as text. Nothing here reads or scores."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from monitor.accuracy.evaluate import Evaluation
from monitor.accuracy.floors import METRICS, Floor, value_of
from monitor.accuracy.labelled import Corpus, Form, Unit
from monitor.accuracy.scores import Interval, Score, Scores, score
from monitor.domain import SignalKind

__all__ = ["MEMORISED", "Listed", "Measured", "Role", "page"]

MEMORISED: Final = 0.04
"""A gap above this means that rules were memorised; it is marked."""

_MADE: Final = (
    "<!-- Made by docs/accuracy.py from the corpora in tests/accuracy/corpora.toml: "
    "run `make docs`. -->"
)
_FORMS: Final = {Form.WRITTEN: "as written", Form.STRIPPED: "stripped"}
_SHOWN: Final = {
    "alert-precision": "alert or not, precision",
    "alert-recall": "alert or not, recall",
    "alert-f1": "alert or not, F1",
    "kinds-f1": "active kinds, micro F1",
    "status": "status right, of found kinds",
}
assert set(_SHOWN) <= set(METRICS)


class Role(StrEnum):
    """What a corpus was used for before it was scored."""

    TUNED = "tuned"
    """Rules or weights were fitted to it."""
    HELD_BACK = "held-back"
    """It was looked at only through its scores."""


_COLUMNS: Final = {Role.HELD_BACK: "held back", Role.TUNED: "tuned on"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A corpus as the list of corpora names it."""

    name: str
    group: str
    role: Role
    file: str
    texts: tuple[str, ...]
    what: str
    licence: str
    floors: tuple[Floor, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A corpus with what was measured on it."""

    listed: Listed
    corpus: Corpus
    evaluations: Mapping[Form, Evaluation]


def page(measured: Sequence[Measured], names: str = "") -> str:
    """Return the page, with the section on *names* where there is one."""
    groups: dict[str, list[Measured]] = {}
    for each in measured:
        groups.setdefault(each.listed.group, []).append(each)
    parts = [
        "# How well it reads",
        _MADE,
        _MEANING.strip(),
        *(_group(name, members) for name, members in groups.items()),
        *([names] if names else ()),
        "## Where the data come from",
        _sources(measured),
        _CLOSING.strip(),
    ]
    return "\n\n".join(parts) + "\n"


def _group(name: str, members: Sequence[Measured]) -> str:
    """Return the section of one group: tuned beside held-back, then kind by kind."""
    tuned = [each for each in members if each.listed.role is Role.TUNED]
    held = [each for each in members if each.listed.role is Role.HELD_BACK]
    scores = {
        (role, form): _pooled(corpora, form)
        for role, corpora in ((Role.TUNED, tuned), (Role.HELD_BACK, held))
        for form in Form
        if corpora
    }
    return "\n\n".join(
        (f"## {name}", _counted(members), _overall(scores), "Kind by kind:", _by_kind(scores))
    )


def _pooled(corpora: Sequence[Measured], form: Form) -> Scores:
    """Score several corpora as one."""
    readings = [read for each in corpora for read in each.evaluations[form].readings]
    return score([read.outcome for read in readings])


def _counted(members: Sequence[Measured]) -> str:
    """Say how much each corpus holds."""
    rows = []
    for each in members:
        scores = each.evaluations[Form.WRITTEN].scores
        unit = each.corpus.unit
        blocks = f" in {scores.groups} blocks" if unit is Unit.SENTENCE else ""
        unsure = len(each.corpus.items) - scores.items
        rows.append(
            f"- `{each.listed.file}`, {each.listed.role}: {scores.items:,} {unit}s{blocks}; "
            f"{unsure:,} more are labelled unsure and left out."
        )
    return "\n".join(rows)


def _overall(scores: Mapping[tuple[Role, Form], Scores]) -> str:
    """Return the scores of a group."""
    roles = [role for role in _COLUMNS if (role, Form.WRITTEN) in scores]
    both = len(roles) == len(_COLUMNS)
    rows = []
    for metric, meaning in _SHOWN.items():
        for form, shown in _FORMS.items():
            cells = [_cell(scores[role, form], metric) for role in roles]
            if all(cell == "-" for cell in cells):
                continue
            if both:
                cells.append(_gap(scores[Role.TUNED, form], scores[Role.HELD_BACK, form], metric))
            rows.append((meaning, shown, *cells))
    heads = [f"{_COLUMNS[role]} (95 %)" for role in roles]
    return _table(("score", "form", *heads, *(["gap"] if both else ())), rows)


def _cell(scores: Scores, metric: str) -> str:
    """Return a score, with its interval where there is one for it."""
    interval: Interval | None = None
    if metric == "status":
        interval = scores.status.interval if scores.status else None
    elif metric.endswith("-f1"):
        interval = (scores.alert if metric.startswith("alert") else scores.kinds).interval
    return _with_interval(value_of(scores, metric), interval)


def _with_interval(value: float | None, interval: Interval | None) -> str:
    """Return a figure and its interval; one item or two give no interval worth the name."""
    if value is None or interval is None or interval[0] == interval[1]:
        return _figure(value)
    return f"{value:.3f} ({interval[0]:.3f} to {interval[1]:.3f})"


def _gap(tuned: Scores, held: Scores, metric: str) -> str:
    """Return by how much the tuned score is higher, marked where it is too much."""
    higher, lower = value_of(tuned, metric), value_of(held, metric)
    if higher is None or lower is None:
        return ""
    gap = round(higher - lower, 3)
    return f"**{gap:+.3f}**" if gap > MEMORISED else f"{gap:+.3f}"


def _by_kind(scores: Mapping[tuple[Role, Form], Scores]) -> str:
    """Return the scores of each kind: the held-back ones, or the tuned ones where there are none."""
    role, *others = [role for role in _COLUMNS if (role, Form.WRITTEN) in scores]
    rows = []
    for kind in SignalKind:
        for form, shown in _FORMS.items():
            found = scores[role, form].by_kind[kind]
            beside = [scores[other, form].by_kind[kind] for other in others]
            if any(each.f1 is not None for each in (found, *beside)):
                figures = [_figure(each.f1) for each in beside]
                rows.append((f"`{kind}`", shown, *_kind_cells(found), *figures))
    head = ("precision", "recall", "F1 (95 %)", "right", "missed", "false")
    heads = (f"{_COLUMNS[role]}: {head[0]}", *head[1:], *(f"F1 {_COLUMNS[o]}" for o in others))
    return _table(("kind", "form", *heads), rows)


def _kind_cells(found: Score) -> tuple[str, ...]:
    counts = (found.right, found.missed, found.false)
    return (
        _figure(found.precision),
        _figure(found.recall),
        _with_interval(found.f1, found.interval),
        *map(str, counts),
    )


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _sources(measured: Sequence[Measured]) -> str:
    """Say what each corpus is and whose texts it holds."""
    return _table(
        ("file", "use", "what it is", "texts"),
        (
            (
                f"[{each.listed.file}](../{each.listed.file})",
                each.listed.role.value,
                each.listed.what,
                each.listed.licence,
            )
            for each in measured
        ),
    )


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    lines += ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join(lines)


_MEANING = """
Detection is what this product lives by, so here is how good it is, on news that it was not tuned on beside news that it was. The figures
are made by the code that `news-monitor evaluate` runs ([how](evaluate.md)), from labelled news in this repository; `make check` fails when one
of them falls below its floor in [tests/accuracy/corpora.toml](../tests/accuracy/corpora.toml). As data: [accuracy.json](accuracy.json).

- **Alert or not**: an item should raise an alert when a careful reader finds a kind in it that is happening or threatened. Precision is the share of
  alerts that are right, recall the share of items worth an alert that got one, F1 their harmonic mean.
- **Active kinds**: over all pairs of item and active kind. **Status**: of the labelled kinds that were found, the share with the right one of the five
  statuses; only sentences are labelled with them.
- **As written** is the text as published; **stripped** is how crawls give it: lower case, no punctuation.
- **In brackets**: the 95 % interval from 200 resamples of whole blocks of sentences, or of articles. Where a kind is rare the interval is wide: read it
  before the figure.
- **Gap**: tuned minus held back. Above .04 (bold) rules have been memorised, unless the corpus is so small that the intervals cover it.
- **The ceiling**: two careful readers who labelled the same text alone agree on active kinds with F1 .98 on sentences and .91 on whole articles.

The corpora are richer in conflict than an ordinary day's news, so precision on a feed of earnings and sports is another question.
"""
_CLOSING = """
Attributions in full: [tests/accuracy](../tests/accuracy/README.md), [training/signals](../training/signals/README.md). Each item was read and labelled by one
careful reader, never by a script; what a colleague could well see differently is marked unsure and not scored.
"""
