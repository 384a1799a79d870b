"""Assertions of the testing kit find what is asked for, and tell what there is where it is not."""

import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest

from monitor.domain import Lifecycle, SignalKind
from monitor.testing import NOON, article, assert_alert, assert_no_alert
from monitor.wire import article_v1, examples

STRIKE = next(
    each
    for each in examples.ALERTS
    if each.kind is SignalKind.MILITARY_STRIKE and each.lifecycle is Lifecycle.ALERT and each.actors
)


def test_an_alert_is_found_by_all_that_is_said_of_it() -> None:
    """The alert that fits is returned, whatever stands before it."""
    found = assert_alert(
        examples.ALERTS,
        "military-strike",
        severity=STRIKE.severity.value,
        lifecycle="alert",
        revision=1,
        actor=STRIKE.actors[0].text,
        quote=STRIKE.evidence[0].quote.upper(),
    )
    assert found == STRIKE


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "no-such-kind"},
        {"severity": "Unknown"},
        {"revision": 99},
        {"actor": "Nobody"},
        {"target": "Nobody"},
        {"place": "Nowhere"},
        {"change": "withdrawn"},
        {"lifecycle": "cancel"},
        {"quote": "words that nobody wrote"},
    ],
)
def test_a_failure_tells_what_there_is(wrong: dict[str, str]) -> None:
    """Each member that differs is named, beside what the alert says."""
    with pytest.raises(AssertionError) as failed:
        assert_alert([STRIKE], **wrong)  # type: ignore[arg-type]
    told = str(failed.value)
    assert f"not so: {next(iter(wrong))}" in told
    assert STRIKE.evidence[0].quote in told
    assert_no_alert([STRIKE], **wrong)  # type: ignore[arg-type]


def test_no_alert_means_none() -> None:
    """Without a description any alert is too much, and none is fine."""
    assert_no_alert([])
    with pytest.raises(AssertionError, match="found 1 alert"):
        assert_no_alert([STRIKE])
    with pytest.raises(AssertionError, match="an alert with kind='military-strike'"):
        assert_no_alert([STRIKE], "military-strike")
    with pytest.raises(AssertionError, match="found 0 alerts"):
        assert_alert([])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ("assert_alert([], 'unrest')", "no alert with kind='unrest'; found 0 alerts"),
        ("assert_no_alert(examples.ALERTS)", "an alert at all; found"),
    ],
)
def test_a_failure_ends_at_the_line_of_the_test(call: str, message: str, tmp_path: Path) -> None:
    """What pytest shows is the reader's test and the message, and no source of the kit."""
    file = tmp_path / "test_mine.py"
    file.write_text(
        "from monitor.testing import assert_alert, assert_no_alert\n"
        "from monitor.wire import examples\n\n\n"
        f"def test_mine():\n    {call}\n"
    )
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-c", "/dev/null"]
    done = subprocess.run(
        [*command, "--rootdir", str(tmp_path), str(file)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    assert f">       {call}\nE       AssertionError: {message}" in done.stdout
    assert "assertions.py" not in done.stdout


def test_an_article_is_a_record() -> None:
    """What is given is read back; what is not is left out."""
    record = article("Dockers walked out.", id="a", source="Harbour Wire", published_at=NOON)
    read = article_v1.decode(record, timestamp=NOON)
    assert (read.text, read.ref.id, read.ref.source) == ("Dockers walked out.", "a", "Harbour Wire")
    assert read.ref.published_at == NOON
    assert b"status" not in record
    with pytest.raises(ValueError, match="no time zone"):
        article("Dockers walked out.", published_at=datetime(2026, 3, 17))  # noqa: DTZ001
