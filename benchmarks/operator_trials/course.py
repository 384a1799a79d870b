"""Course: how a trial goes, from a healthy installation to a healthy one."""

import json
import shutil
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from benchmarks.operator_trials.installation import Installation
from benchmarks.operator_trials.pager import Call
from benchmarks.operator_trials.trials import Trial
from benchmarks.operator_trials.watch import PAGES, Colour, colours, is_worse, states_of_rules
from tests.docker.picture import DASHBOARDS, draw

__all__ = ["Account", "run"]

_LOOK_SECONDS: Final = 3
_HEALTHY_SECONDS: Final = 900
_CALM_LOOKS: Final = 8
# A page after a ticket is worth waiting for, but not for ever.
_AFTER_TICKET_SECONDS: Final = 240


@dataclass(slots=True, kw_only=True)
class Account:
    """What was seen, in seconds since the deed."""

    trial: str
    done: str
    panels: list[tuple[float, str, Colour, float]] = field(default_factory=list)
    """When which panel first took which colour, worse than before, and its value."""
    rules: list[tuple[float, str, str]] = field(default_factory=list)
    """When which rule was first seen pending or firing."""
    calls: list[tuple[float, str, str, str, str]] = field(default_factory=list)
    """When which receiver was told of which rule, with its summary and runbook."""
    restarts: int = 0
    healthy_again: float | None = None
    """Seconds from the undoing until nothing was red and all quiet, None where that took too long."""

    def write(self, file: Path) -> None:
        """Keep it as JSON."""
        file.write_text(json.dumps(asdict(self), indent=1) + "\n", encoding="utf-8")


def run(name: str, trial: Trial, folder: Path) -> Account:
    """Run one trial, with its logs, pictures and account in *folder*."""
    # Prometheus would take what it knows of an earlier trial for this one's past.
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    account = Account(trial=name, done=trial.done)
    with Installation(folder, articles_per_second=trial.articles_per_second) as installation:
        if trial.taught_hours:
            installation.publisher.teach(trial.taught_hours)
        _say(name, "is up; waits until it is healthy")
        if _until_healthy(installation) is None:
            _draw(installation, folder, "never-healthy")
            message = f"{name}: never healthy: {_trouble(installation)}"
            raise TimeoutError(message)
        until = time.monotonic() + trial.steady_seconds
        while time.monotonic() < until:
            installation.look_after()
            time.sleep(_LOOK_SECONDS)
        before = colours(installation.prometheus)
        _draw(installation, folder, "before")
        known = {call.rule for call in installation.pager.calls()}
        _say(name, f"healthy; now {trial.done}")
        began = time.monotonic()
        trial.do(installation)
        _watch(installation, account, before=before, known=known, began=began, trial=trial)
        _draw(installation, folder, "told")
        account.restarts = sum(worker.restarts for worker in installation.workers)
        account.write(folder / "account.json")
        trial.undo(installation)
        account.healthy_again = _until_healthy(installation)
        _say(name, f"healthy again after {account.healthy_again} s: {_trouble(installation)}")
        _draw(installation, folder, "after")
    account.write(folder / "account.json")
    return account


def _watch(
    installation: Installation,
    account: Account,
    *,
    before: dict[str, tuple[Colour, float]],
    known: set[str],
    began: float,
    trial: Trial,
) -> None:
    """Look on until somebody is woken, or it is in vain."""
    worst = {name: colour for name, (colour, _) in before.items()}
    told: float | None = None
    seen: set[tuple[str, str]] = set()
    while (now := time.monotonic() - began) < trial.limit_seconds:
        installation.look_after()
        for name, (colour, value) in colours(installation.prometheus).items():
            if is_worse(colour, worst.get(name, "green")):
                worst[name] = colour
                account.panels.append((round(now, 1), name, colour, round(value, 4)))
                _say(account.trial, f"{now:.0f} s: {name} is {colour}: {value:g}")
        for rule, state in states_of_rules(installation.prometheus).items():
            if (rule, state) not in seen:
                seen.add((rule, state))
                account.rules.append((round(now, 1), rule, state))
                _say(account.trial, f"{now:.0f} s: {rule} {state}")
        for call in installation.pager.calls():
            if call.rule not in known:
                known.add(call.rule)
                told = told or now
                account.calls.append(_entry(call, began))
                _say(account.trial, f"{now:.0f} s: {call.receiver}: {call.rule}: {call.summary}")
        if any(receiver == "page" for _, receiver, *_ in account.calls):
            return
        if told is not None and now - told > _AFTER_TICKET_SECONDS:
            return
        time.sleep(_LOOK_SECONDS)


def _entry(call: Call, began: float) -> tuple[float, str, str, str, str]:
    return (round(call.at - began, 1), call.receiver, call.rule, call.summary, call.runbook)


def _trouble(installation: Installation) -> dict[str, Any]:
    """What is red or not quiet now; orange may be the memory of an hour's start."""
    seen = colours(installation.prometheus)
    return {
        **{name: value for name, value in seen.items() if value[0] == "red"},
        **states_of_rules(installation.prometheus),
    }


def _until_healthy(installation: Installation) -> float | None:
    """Wait until every worker is ready and for a while no panel is red and every rule quiet."""
    began = time.monotonic()
    calm = 0
    while calm < _CALM_LOOKS:
        installation.look_after()
        ready = all(worker.is_ready() for worker in installation.workers)
        calm = calm + 1 if ready and not _trouble(installation) else 0
        if time.monotonic() - began > _HEALTHY_SECONDS:
            return None
        time.sleep(_LOOK_SECONDS)
    return round(time.monotonic() - began, 1)


def _draw(installation: Installation, folder: Path, moment: str) -> None:
    now = time.time()
    for name in PAGES:
        page = json.loads((DASHBOARDS / f"{name}.json").read_text(encoding="utf-8"))
        file = folder / f"{moment}-{name}.png"
        draw(page, file, ask=installation.prometheus.ask, seconds=now - installation.began, end=now)


def _say(trial: str, what: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {trial}: {what}", flush=True)
