"""Reading: what a process of the pool does. Knows neither Faust nor Kafka.

A process is started fresh (spawn), builds one pipeline, and reads the shares of batches it is
handed. Results travel back as encoded records, so that the parent neither decodes nor encodes.
"""

import ctypes
import importlib
import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from monitor.domain import ArticleStatus, DeskReport, SignalKind, Stage, Status, Unread, Versions
from monitor.policy.entities import countries_of
from monitor.policy.publishers import publisher_of
from monitor.settings import Settings
from monitor.wire import signal_v1

__all__ = [
    "DEFAULT_FACTORY",
    "EncodedReport",
    "Outcome",
    "Raw",
    "Read",
    "Share",
    "build",
    "lead",
    "read",
]

DEFAULT_FACTORY = "monitor.pipeline:build_pipeline"
"""Where the pipeline comes from, as `module:function`; tests put a quick one in its place."""

_PR_SET_PDEATHSIG = 1  # from <sys/prctl.h>


@dataclass(frozen=True, slots=True, kw_only=True)
class Raw:
    """A record to be read: its value, and its time in UTC."""

    value: bytes | None
    timestamp: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EncodedReport:
    """A desk report as the value of a record of the signals topic."""

    desk: str
    value: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """An article that was read: what it says to each desk, and what the metrics count."""

    reports: tuple[EncodedReport, ...]
    signals: tuple[tuple[SignalKind, Status], ...]
    countries: tuple[frozenset[str], ...] = ()
    """Codes of the countries of each happening or threatened signal."""
    published_at: datetime
    article_id: str = ""
    publisher: str = ""
    """Evened-out name of who published it; empty where nothing says so."""
    news: bool
    """Whether the article reports something, or is withdrawn; an update that only takes back what
    an earlier version reported does neither."""


Outcome = Read | Unread


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """The outcomes of a share of a batch, in its order, and how many seconds it took."""

    outcomes: tuple[Outcome, ...]
    seconds: float


class _Readable(Protocol):
    article: Any
    reports: tuple[DeskReport, ...]
    background: tuple[tuple[SignalKind, Status], ...]


class _Pipeline(Protocol):
    versions: Versions

    def read(self, records: Sequence[Any]) -> list[Any]:
        """Read records."""


_pipeline: _Pipeline | None = None


def lead(parent: int) -> None:
    """Begin a process: it ends with its parent, and leaves the parent to decide about signals."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    # The parent may have died before the call above, and then nobody would end this process.
    if os.getppid() != parent:
        os._exit(1)


def build(factory: str, settings: Settings) -> Versions:
    """Build this process's pipeline, once.

    Raises:
        ModelUnavailable, InvalidLexicon, InvalidSetting: whatever keeps the pipeline from work.
    """
    global _pipeline  # noqa: PLW0603  one per process, and the pool hands over functions only
    if _pipeline is None:
        module, _, name = factory.partition(":")
        make: Callable[[Settings], _Pipeline] = getattr(importlib.import_module(module), name)
        _pipeline = make(settings)
    return _pipeline.versions


def read(records: Sequence[Raw]) -> Share:
    """Read a share of a batch; a defect of ours costs no more than the record that shows it."""
    if _pipeline is None:
        message = "build the pipeline first"
        raise RuntimeError(message)
    begun = time.perf_counter()
    try:
        outcomes = tuple(_read_all(_pipeline, records))
    except Exception:  # noqa: BLE001  whatever it is, find the record that it comes from
        outcomes = tuple(_read_alone(_pipeline, record) for record in records)
    return Share(outcomes=outcomes, seconds=time.perf_counter() - begun)


def _read_alone(pipeline: _Pipeline, record: Raw) -> Outcome:
    try:
        return _read_all(pipeline, [record])[0]
    except Exception as error:  # noqa: BLE001  the defect becomes the reason of a dead letter
        return Unread.of_defect(error, Stage.ANALYSE)


def _read_all(pipeline: _Pipeline, records: Sequence[Raw]) -> list[Outcome]:
    found = pipeline.read(records)
    if len(found) != len(records):
        message = f"the pipeline gave {len(found)} results for {len(records)} records"
        raise RuntimeError(message)
    return [_outcome(each) for each in found]


def _outcome(found: Any) -> Outcome:
    """Turn what the pipeline says into what travels to the parent."""
    if isinstance(found, Unread):
        return found
    readable: _Readable = found
    news = [signal for report in readable.reports for signal in report.signals]
    active = tuple((signal.kind, signal.status) for signal in news)
    return Read(
        reports=tuple(
            EncodedReport(desk=report.desk.value, value=signal_v1.encode(report))
            for report in readable.reports
        ),
        signals=active + tuple(readable.background),
        countries=tuple(
            countries_of((*signal.actors, *signal.targets, *signal.places)) for signal in news
        ),
        published_at=readable.article.published_at,
        article_id=readable.article.id,
        publisher=publisher_of(readable.article),
        news=bool(active) or readable.article.status is not ArticleStatus.USABLE,
    )
