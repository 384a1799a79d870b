"""Judging: a sample of alerts is shown one by one; a key says whether each is right."""

import random
from collections.abc import Iterable, Iterator

import click
from rich.console import Console
from rich.text import Text

from monitor.backtest.comparison import Pair, Verdict
from monitor.backtest.summary import Judgement
from monitor.cli.alerts import alert_console, print_alert

__all__ = ["judge_sample"]

_ALL = "all"
_KEYS = "y right, n wrong, s skip, q stop"


def judge_sample(found: Iterable[Pair], *, count: int, of: str, seed: int) -> Judgement:
    """Ask about a random sample.

    Args:
        found: the stories, which are gone through once.
        count: how many to ask about, where there are as many.
        of: which: a verdict, or `all` that what is tried alerts.
        seed: draws the same sample for the same stories.
    """
    sample = _sample(_chosen(found, of), count, random.Random(seed))  # noqa: S311  (no secret)
    console = alert_console()
    right = wrong = skipped = 0
    for number, pair in enumerate(sample, start=1):
        console.print(Text(f"\n{number} of {len(sample)}", "bold"))
        print_alert(console, pair.newest.told.alert)
        key = _ask(console)
        if key == "q":
            break
        right += key == "y"
        wrong += key == "n"
        skipped += key == "s"
    return Judgement(right=right, wrong=wrong, skipped=skipped)


def _chosen(found: Iterable[Pair], of: str) -> Iterator[Pair]:
    for pair in found:
        if pair.after is not None if of == _ALL else pair.verdict is Verdict(of):
            yield pair


def _sample(found: Iterable[Pair], count: int, chance: random.Random) -> list[Pair]:
    """Draw from a stream whose length nobody knows (Vitter, 1985, algorithm R), in its order."""
    drawn: list[tuple[int, Pair]] = []
    for number, pair in enumerate(found):
        if number < count:
            drawn.append((number, pair))
        elif (place := chance.randrange(number + 1)) < count:
            drawn[place] = (number, pair)
    return [pair for _, pair in sorted(drawn, key=_first)]


def _first(row: tuple[int, Pair]) -> int:
    return row[0]


def _ask(console: Console) -> str:
    """Wait for one of the keys; any other one is asked for again."""
    console.print(Text(f"Is it right? {_KEYS}: ", "cyan"), end="")
    while True:
        try:
            # Nothing is what a terminal gives that has gone away.
            key = click.getchar().lower() or "q"
        except EOFError:  # Ctrl-D
            key = "q"
        if key in ("y", "n", "s", "q"):
            console.print(key)
            return key
