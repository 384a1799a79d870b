"""`python -m benchmarks.operator_trials`: runs trials one after the other, and prints their table."""

import argparse
import json
import logging
import signal
import sys
from pathlib import Path
from typing import Any

from benchmarks.operator_trials.course import run
from benchmarks.operator_trials.trials import TRIALS

_HEADING = (
    "| Trial | Visible on a dashboard | Called | Words | Runbook | Healthy again |",
    "| --- | --- | --- | --- | --- | --- |",
)


def row(account: dict[str, Any]) -> str:
    """One line of the table: what is seen first, and every call."""
    panels = account["panels"]
    visible = "never"
    if panels:
        at, panel, colour, _ = panels[0]
        visible = f'{at:.0f} s: "{panel}" {colour}'
    calls = account["calls"]
    called = "<br>".join(f"{at:.0f} s, {receiver}: `{rule}`" for at, receiver, rule, *_ in calls)
    words = "<br>".join(call[3] for call in calls)
    runbooks = "<br>".join(f"`{call[4]}`" for call in calls)
    again = account["healthy_again"]
    healthy = "no" if again is None else f"{again:.0f} s"
    cells = (account["done"], visible, called or "nobody", words, runbooks, healthy)
    return f"| {' | '.join(cells)} |"


def main() -> None:
    """Run the trials that are named, and print the table of all accounts in the folder."""
    parser = argparse.ArgumentParser(description=__doc__.partition(": ")[2])
    parser.add_argument("trials", nargs="*", metavar="TRIAL", help=f"of {', '.join(TRIALS)}")
    parser.add_argument("--to", type=Path, required=True, help="folder for pictures and accounts")
    given = parser.parse_args()
    unknown = set(given.trials) - TRIALS.keys()
    if unknown:
        parser.error(f"no such trial: {', '.join(sorted(unknown))}; there are {', '.join(TRIALS)}")
    # Our own producer says at length that the broker which we stopped is away.
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    # So that everything that was started is ended, too.
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit("stopped"))
    for name in given.trials:
        run(name, TRIALS[name], given.to.absolute() / name)
    print("\n".join(_HEADING))
    for name in TRIALS:
        file = given.to / name / "account.json"
        if file.exists():
            print(row(json.loads(file.read_text(encoding="utf-8"))))


if __name__ == "__main__":
    main()
