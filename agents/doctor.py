"""Doctor: what is wrong with an installation, in words, and what to do about it.

Nothing is changed and nothing is sent; every check ends within seconds.
"""

import asyncio
import importlib.metadata
import platform
import sys
import time
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime

from agents.broker_checks import check_broker
from agents.finding import Finding, Grade
from agents.health import ReadyState, try_address
from agents.worker_answer import place_of, readyz_at
from monitor.errors import InvalidSetting, NewsMonitorError
from monitor.pipeline import RawRecord, Readable, build_pipeline
from monitor.settings import Settings

__all__ = ["diagnose"]

_OLDEST_PYTHON = (3, 11)
_PACKAGES = ("news-monitor", "faust-streaming", "aiokafka", "spacy", "pydantic")
_SAMPLE = b"Israeli jets bombed an arms depot near Latakia on Monday, killing nine people."


async def diagnose(settings: Settings) -> AsyncIterator[Finding]:
    """Check everything a worker needs, cheapest first."""
    for finding in (*_versions(), _embedded()):
        yield finding
    yield await asyncio.to_thread(_reading, settings)
    yield await asyncio.to_thread(_port, settings)
    async for finding in check_broker(settings):
        yield finding


def _versions() -> Iterator[Finding]:
    found = platform.python_version()
    if sys.version_info[:2] >= _OLDEST_PYTHON:
        yield Finding(check="python", grade=Grade.OK, message=found)
    else:
        wanted = ".".join(map(str, _OLDEST_PYTHON))
        yield Finding(
            check="python",
            grade=Grade.FAIL,
            message=found,
            advice=f"install Python {wanted} or later",
        )
    for package in _PACKAGES:
        try:
            version = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            yield Finding(
                check=package,
                grade=Grade.WARN if package == "news-monitor" else Grade.FAIL,
                message="is not installed as a package",
                advice="run pip install news-monitor (or pip install -e . in a clone)",
            )
        else:
            yield Finding(check=package, grade=Grade.OK, message=version)


def _embedded() -> Finding:
    try:
        version = importlib.metadata.version("confluent-kafka")
    except importlib.metadata.PackageNotFoundError:
        return Finding(
            check="embedded broker",
            grade=Grade.OK,
            message="not installed; only `demo`, `broker` and `worker --embedded` need it"
            " (pip install 'news-monitor[embedded]')",
        )
    return Finding(check="embedded broker", grade=Grade.OK, message=f"confluent-kafka {version}")


def _reading(settings: Settings) -> Finding:
    """Load model and lexicon and read a sentence with them."""
    began = time.monotonic()
    try:
        pipeline = build_pipeline(settings)
    except NewsMonitorError as error:
        return Finding(
            check="model and lexicon",
            grade=Grade.FAIL,
            message=str(error),
            advice="check the settings model, lexicon_overlays and watchlists, or install the package"
            " again",
        )
    loaded = time.monotonic() - began
    answer = pipeline.read([RawRecord(value=_SAMPLE, timestamp=datetime.now(UTC))])[0]
    kinds = (
        [signal.kind for report in answer.reports for signal in report.signals]
        if isinstance(answer, Readable)
        else ()
    )
    versions = f"lexicon {pipeline.versions.lexicon}, model {pipeline.versions.model}"
    if not kinds:
        return Finding(
            check="model and lexicon",
            grade=Grade.FAIL,
            message=f"{versions}: a plain report of an air raid gives no signal",
            advice="check the settings model and lexicon_overlays",
        )
    return Finding(
        check="model and lexicon",
        grade=Grade.OK,
        message=f"{versions}; loaded in {loaded:.1f} s and reads",
    )


def _port(settings: Settings) -> Finding:
    """Look whether the port for metrics is free, or whose it is."""
    host, port = settings.http_host, settings.http_port
    place = place_of(host, port)
    try:
        try_address(host, port)
    except InvalidSetting as error:
        reason = str(error)
    else:
        return Finding(check="metrics port", grade=Grade.OK, message=f"{place} is free")
    found = readyz_at(place)
    if found is None:
        return Finding(
            check="metrics port",
            grade=Grade.FAIL,
            message=f"no worker answers at {place}, and {reason}",
        )
    status, reasons = str(found["status"]), " ".join(map(str, found["reasons"]))
    if status == ReadyState.READY:
        message = f"{place}: a worker runs there, {status}"
        return Finding(check="metrics port", grade=Grade.OK, message=message)
    return Finding(
        check="metrics port",
        grade=Grade.WARN,
        message=f"{place}: a worker runs there, {status}: {reasons or 'it says no reason'}",
        advice="look at that worker's log",
    )
