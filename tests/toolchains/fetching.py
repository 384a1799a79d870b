"""Fetches pinned packages into the user's cache folder, once per content of the files that pin them."""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.real_kafka.jars import cache_folder, locked

__all__ = ["Unavailable", "java_classpath", "node_folder", "python_path", "required"]

FETCH_SECONDS = 1800
_LAST_LINES = 15


class Unavailable(Exception):
    """This machine lacks a program or could not fetch packages; the message says which and why."""


def required(fetch: Callable[[], Path]) -> Path:
    """Return what *fetch* gives; skip the test with the reason where it cannot, and fail in CI."""
    try:
        return fetch()
    except Unavailable as error:
        reason = str(error)
    if os.environ.get("CI") == "true" or os.environ.get("NEWS_MONITOR_REQUIRE_KAFKA") == "1":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


def node_folder(folder: Path) -> Path:
    """Return a copy of *folder* in which `npm ci` has installed what its lock file names."""

    def fill(made: Path) -> None:
        npm = _program("npm")
        _run([npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], made)

    _program("node")
    files = [path for path in folder.iterdir() if path.suffix in {".json", ".js", ".mjs"}]
    return _kept(f"node-{folder.name}", files, fill)


def python_path(requirements: Path) -> Path:
    """Return a folder with the packages of a hashed requirements file, for PYTHONPATH."""

    def fill(made: Path) -> None:
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        hashed = ["--require-hashes", "--only-binary", ":all:", "--no-compile", "--target", "."]
        _run([*pip, *hashed, "-r", requirements.name], made)

    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    return _kept(f"python{version}-{requirements.parent.name}", [requirements], fill)


def java_classpath(folder: Path) -> Path:
    """Return a copy of a Maven project, compiled, with its dependencies in target/dependency."""

    def fill(made: Path) -> None:
        maven = _program("mvn")
        goals = ["compile", "dependency:copy-dependencies", "-DincludeScope=runtime"]
        _run([maven, "-q", "-B", "--strict-checksums", *goals], made)

    _program("javac")
    files = [folder / "pom.xml", *sorted(folder.glob("src/**/*.java"))]
    return _kept(f"java-{folder.name}", files, fill, root=folder)


def _program(name: str) -> str:
    path = shutil.which(name)
    if path is None:
        packages = {"node": "nodejs", "mvn": "maven", "javac": "default-jdk-headless"}
        message = f"no `{name}`: apt-get install -y {packages.get(name, name)}"
        raise Unavailable(message)
    return path


def _kept(
    name: str, files: list[Path], fill: Callable[[Path], None], *, root: Path | None = None
) -> Path:
    """Return a folder with these files that *fill* has completed, now or in an earlier run."""
    digest = hashlib.sha256()
    for file in sorted(files):
        digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    folder = cache_folder() / f"{name}-{digest.hexdigest()[:16]}"
    if folder.is_dir():
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    with locked(folder.with_name(f"{folder.name}.lock")):
        if not folder.is_dir():
            # Made aside and renamed: a folder of the final name is always complete.
            with tempfile.TemporaryDirectory(prefix=f"{name}-", dir=folder.parent) as scratch:
                made = Path(scratch) / "made"
                for file in files:
                    copy = made / file.relative_to(root or file.parent)
                    copy.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copy(file, copy)
                fill(made)
                made.rename(folder)
    return folder


def _run(command: list[str], folder: Path) -> None:
    """Run a command to its good end; its failure is a reason."""
    shown = " ".join(command)
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=FETCH_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        message = f"`{shown}` did not run to its end: {error}"
        raise Unavailable(message) from error
    if done.returncode != 0:
        tail = "\n".join(done.stdout.splitlines()[-_LAST_LINES:])
        message = f"`{shown}` failed with status {done.returncode}:\n{tail}"
        raise Unavailable(message)
