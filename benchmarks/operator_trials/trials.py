"""Trials: the six things that are done to an installation, and how each is undone."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from benchmarks.operator_trials.installation import Installation

__all__ = ["TRIALS", "Trial"]

Act = Callable[[Installation], None]

_POISON: Final = 500
_FLOOD: Final = 20_000
_SLOW_PARTITION: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One thing that goes wrong."""

    done: str
    """What is done, for the table."""
    do: Act
    undo: Act
    limit_seconds: float = 1200
    """For how long to wait for a call."""
    articles_per_second: float = 0.5
    taught_hours: float = 0
    """How many hours of usual news the workers have seen before."""
    steady_seconds: float = 0
    """For how long all must have been well before, where a rule compares with that."""


def _stop_broker(installation: Installation) -> None:
    installation.kafka.stop()


def _start_broker(installation: Installation) -> None:
    installation.kafka.start()


def _stop_worker(installation: Installation) -> None:
    installation.workers[0].stop()


def _start_worker(installation: Installation) -> None:
    installation.workers[0].start()


def _freeze_worker(installation: Installation) -> None:
    installation.workers[0].freeze()


def _thaw_worker(installation: Installation) -> None:
    installation.workers[0].thaw()


def _nothing(_installation: Installation) -> None:
    """It passes by itself."""


TRIALS: Final[Mapping[str, Trial]] = {
    "stop-the-broker": Trial(
        done="the only broker is stopped (SIGTERM)", do=_stop_broker, undo=_start_broker
    ),
    "stop-a-worker": Trial(
        done="one of two workers is stopped as `docker stop` does",
        do=_stop_worker,
        undo=_start_worker,
        steady_seconds=360,
    ),
    "freeze-a-worker": Trial(
        done="one of two workers is there and answers nobody (SIGSTOP)",
        do=_freeze_worker,
        undo=_thaw_worker,
    ),
    "poison": Trial(
        done=f"{_POISON} records that cannot be read are sent at once",
        do=lambda installation: installation.publisher.poison(_POISON),
        undo=_nothing,
    ),
    "flood": Trial(
        done=f"{_FLOOD:,} articles are sent at once",
        do=lambda installation: installation.publisher.flood(_FLOOD),
        undo=_nothing,
    ),
    "stop-the-publisher": Trial(
        done="the only publisher stops",
        do=lambda installation: installation.publisher.pause(),
        undo=lambda installation: installation.publisher.resume(),
        articles_per_second=0.2,
        taught_hours=2.2,
    ),
    "slow-partition": Trial(
        done=f"partition {_SLOW_PARTITION} alone gets reports of 60,000 characters, one each 2 s",
        do=lambda installation: installation.publisher.lengthen(_SLOW_PARTITION, every_seconds=2),
        undo=lambda installation: installation.publisher.shorten(),
    ),
}
