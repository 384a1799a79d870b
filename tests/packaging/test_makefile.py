"""`make install` on machines where something is missing: a second try succeeds."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# Makes an environment as Debian's Python does: without python3-venv the interpreter is left there,
# but nothing to install packages with.
PYTHON = """#!/bin/sh
[ "$1" = -c ] && exit 0
mkdir -p .venv/bin
test -e python3-venv && has_pip=0 || has_pip=1
printf "#!/bin/sh\\nexit $has_pip\\n" > .venv/bin/python
chmod +x .venv/bin/python
exit $has_pip
"""


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A clone whose Python cannot make a whole environment."""
    if shutil.which("make") is None:
        pytest.skip("there is no make on this machine")
    shutil.copy(ROOT / "Makefile", tmp_path)
    for name in ("requirements.lock", "pyproject.toml"):
        (tmp_path / name).touch()
    (tmp_path / "python").write_text(PYTHON, encoding="utf-8")
    (tmp_path / "python").chmod(0o755)
    return tmp_path


def make(clone: Path) -> "subprocess.CompletedProcess[str]":
    """Run `make install` with the clone's own Python."""
    command = ["make", "install", "PYTHON=./python"]
    return subprocess.run(command, cwd=clone, capture_output=True, text=True, check=False)


def test_the_advice_after_a_failed_start_helps(clone: Path) -> None:
    """Who installs what was missing and says `make` again has an environment with pip."""
    failed = make(clone)
    assert failed.returncode != 0
    assert "apt-get install python3-venv" in failed.stdout

    (clone / "python3-venv").touch()
    again = make(clone)

    assert again.returncode == 0, again.stdout + again.stderr
    assert (clone / ".venv" / ".installed").exists()
