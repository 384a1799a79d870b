"""What `news-monitor evaluate` prints for people: scores, then the items that went wrong."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from monitor.accuracy.evaluate import Evaluation, Read
from monitor.accuracy.labelled import Corpus, Form, Label, Unit
from monitor.accuracy.outcomes import Fault
from monitor.accuracy.scores import Interval, Score, Scores
from monitor.cli.output import output_console, terminal_safe
from monitor.domain import SignalKind
from monitor.wording import counted

__all__ = ["print_corpus"]

_FORMS = {Form.WRITTEN: "as written", Form.STRIPPED: "stripped"}
_GROUPS = {Unit.SENTENCE: "blocks", Unit.ARTICLE: "articles"}
_SHOWN_CHARS = 600
"""Characters of a text that are shown of an item that went wrong."""


def print_corpus(
    corpus: Corpus, evaluations: Sequence[Evaluation], *, faults: frozenset[Fault]
) -> None:
    """Print a corpus's scores, form by form, and the items with any of *faults*.

    Args:
        corpus: as it was read, with everything that it holds.
        evaluations: one per form.
        faults: which faults are listed; none lists nothing.
    """
    console = output_console()
    console.print(_headline(corpus, evaluations[0].scores), style="bold")
    for evaluation in evaluations:
        console.print(_table(evaluation))
        console.print()
    for evaluation in evaluations if faults else ():
        wrong = evaluation.wrong(faults)
        what = ", ".join(fault.value for fault in Fault if fault in faults)
        console.print(f"{_FORMS[evaluation.form]}: {len(wrong)} items with {what}\n", style="bold")
        for read in wrong:
            _print_item(console, read)


def _headline(corpus: Corpus, scores: Scores) -> str:
    read = counted(scores.items, corpus.unit)
    if corpus.unit is Unit.SENTENCE:
        read += f" in {scores.groups} {_GROUPS[corpus.unit]}"
    left_out = len(corpus.items) - scores.items
    unsure = f", {left_out} unsure left out" if left_out else ""
    return f"{terminal_safe(corpus.name)}: {read}{unsure}"


def _table(evaluation: Evaluation) -> Table:
    """Return the scores of one form; kinds that nobody saw or marked are left out."""
    scores = evaluation.scores
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column(_FORMS[evaluation.form], no_wrap=True, min_width=17)
    heads = ("precision", "recall", "F1", "95 % interval", "right", "missed", "false")
    for head in heads:
        table.add_column(head, justify="right", no_wrap=True)
    table.add_row("alert or not", *_cells(scores.alert), style="bold")
    table.add_row("kinds", *_cells(scores.kinds), style="bold")
    if status := scores.status:
        wrong = status.asked - status.right
        table.add_row(
            "status right",
            *("", "", _figure(status.value), _span(status.interval)),
            *(str(status.right), "", str(wrong)),
            style="bold",
        )
    for kind, score in scores.by_kind.items():
        if score.f1 is not None:
            table.add_row(f"  {kind}", *_cells(score))
    return table


def _cells(score: Score) -> tuple[str, ...]:
    return (
        _figure(score.precision),
        _figure(score.recall),
        _figure(score.f1),
        _span(score.interval),
        str(score.right),
        str(score.missed),
        str(score.false),
    )


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _span(interval: Interval | None) -> str:
    return "-" if interval is None else f"{interval[0]:.3f}-{interval[1]:.3f}"


def _print_item(console: Console, read: Read) -> None:
    """Print one item: its text, what it should give, what was found, by which words."""
    item, outcome = read.item, read.outcome
    article = item.article
    title = f"{article.ref.title} | " if article.ref.title else ""
    shown = _one_line(title + article.text)
    cut = " ..." if len(shown) > _SHOWN_CHARS else ""
    console.print(Text(_one_line(outcome.id), style="bold"))
    console.print(Text(f"  {shown[:_SHOWN_CHARS]}{cut}"))
    if outcome.labels:
        wanted = _named(outcome.labels)
    else:
        wanted = _kinds(outcome.expected)
        wanted += f"; background {_kinds(item.background)}" if item.background else ""
    marked = f'  "{_one_line(item.marked)}"' if item.marked.strip("- ") else ""
    console.print(Text(f"  should be  {wanted}{marked}", style="green"))
    console.print(Text(f"  found      {_named(outcome.found)}", style="yellow"))
    for fired in read.fired:
        words = f'{fired.keyword}  "{_one_line(fired.words)}"'
        console.print(Text(f"    {_named(frozenset({fired.label}))}  {words}", style="dim"))
    for what, text in (
        ("missed", _kinds(outcome.missed)),
        ("false", _kinds(outcome.false)),
        ("status", _named(outcome.asked - outcome.found)),
    ):
        if text != "none":
            console.print(Text(f"  {what:10} {text}", style="red"))
    console.print()


def _named(labels: frozenset[Label]) -> str:
    return ", ".join(sorted(f"{kind}:{status}" for kind, status in labels)) or "none"


def _kinds(kinds: frozenset[SignalKind]) -> str:
    return ", ".join(sorted(kinds)) or "none"


def _one_line(text: str) -> str:
    return " ".join(terminal_safe(text).split())
