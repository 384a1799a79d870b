"""The broker's jars: where they lie, how Maven brings them, and why a machine cannot have them.

They are kept in the user's cache folder, so one machine fetches each Kafka version once.
"""

import fcntl
import functools
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.real_kafka.errors import KafkaUnavailableError

LOWEST_JAVA = 17
FETCH_SECONDS = 600
REASON_LINES = 15

_POM = Path(__file__).with_name("pom.xml")


@functools.cache
def kafka_unavailable() -> str | None:
    """Say why a real Kafka cannot be had here, or None when it can.

    The first call on a machine fetches the jars and so may take a minute.
    """
    try:
        check_java()
        jars_folder()
    except KafkaUnavailableError as error:
        return str(error)
    return None


def java_program(name: str) -> str:
    """Find a program of the JDK, in JAVA_HOME before the search path as Maven does."""
    home = os.environ.get("JAVA_HOME")
    found = shutil.which(name, path=f"{home}/bin") if home else None
    found = found or shutil.which(name)
    if found is None:
        message = (
            f"no `{name}` in JAVA_HOME or PATH: install a JDK of version {LOWEST_JAVA} or newer"
        )
        raise KafkaUnavailableError(message)
    return found


def check_java() -> None:
    """Raise unless a Java that can run the broker is installed."""
    java = java_program("java")
    output = _output_of([java, "-version"], seconds=60)
    version = re.search(r'version "(\d+)', output)
    if version is None:
        message = f"`{java} -version` names no version: {output.strip()!r}"
        raise KafkaUnavailableError(message)
    if int(version[1]) < LOWEST_JAVA:
        message = f"{java} is Java {version[1]}, and Kafka needs {LOWEST_JAVA} or newer"
        raise KafkaUnavailableError(message)


@functools.cache
def jars_folder() -> Path:
    """Return the folder that holds the broker's jars, fetching them if they are not there yet."""
    folder = cache_folder() / f"kafka-{kafka_version()}"
    if folder.is_dir():
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    with locked(folder.with_name(f"{folder.name}.lock")):
        # Another test process may have brought them while this one waited for the lock.
        if not folder.is_dir():
            _fetch(folder)
    return folder


def kafka_version() -> str:
    """Read from pom.xml which version of Kafka is run."""
    version = re.search(r"<kafka\.version>([^<]+)<", _POM.read_text(encoding="utf-8"))
    if version is None:
        message = f"{_POM} names no kafka.version"
        raise KafkaUnavailableError(message)
    return version[1]


def cache_folder() -> Path:
    """Return the folder of this user where tests keep what they have fetched."""
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "news-monitor"


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Let one process at a time do what it does with the file's neighbours."""
    with path.open("a", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _fetch(folder: Path) -> None:
    maven = shutil.which("mvn")
    if maven is None:
        message = f"the jars are not in {folder} and there is no `mvn` to fetch them: install Maven"
        raise KafkaUnavailableError(message)
    # Copied aside and renamed: a folder of the final name is always complete.
    with tempfile.TemporaryDirectory(prefix=f"{folder.name}-", dir=folder.parent) as scratch:
        jars = Path(scratch) / "jars"
        command = [
            *(maven, "-q", "-B", "--strict-checksums", "-f", str(_POM)),
            *("dependency:copy-dependencies", "-DincludeScope=runtime"),
            f"-DoutputDirectory={jars}",
        ]
        _output_of(command, seconds=FETCH_SECONDS)
        jars.rename(folder)


def _output_of(command: list[str], *, seconds: float) -> str:
    """Run a command to its end and return what it printed; its failure is a reason."""
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=seconds,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        message = f"`{' '.join(command)}` did not run to its end: {error}"
        raise KafkaUnavailableError(message) from error
    if done.returncode != 0:
        tail = "\n".join(done.stdout.splitlines()[-REASON_LINES:])
        message = f"`{' '.join(command)}` failed with status {done.returncode}:\n{tail}"
        raise KafkaUnavailableError(message)
    return done.stdout
