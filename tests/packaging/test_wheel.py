"""The wheel holds everything that runs, and runs where nothing else of ours is."""

import json
import os
import re
import subprocess
import sys
import venv
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from agents.demonstration import built_in_news

ROOT = Path(__file__).parents[2]
STRIPPED = b"iran fired missiles at israel on monday killing 12 people"


def run(command: Sequence[str | Path], *, at: Path, given: bytes = b"") -> str:
    """Run a command outside the checkout and return what it prints."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=at,
        input=given,
        capture_output=True,
        check=False,
        env={key: value for key, value in os.environ.items() if key != "PYTHONPATH"},
    )
    assert done.returncode == 0, done.stderr.decode()[-3000:]
    return done.stdout.decode()


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel from the files that git knows, as a release would."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    source.mkdir()
    names = run(["git", "ls-files", "-z"], at=ROOT).split("\0")
    for name in filter(None, names):
        if (ROOT / name).is_file():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            (source / name).write_bytes((ROOT / name).read_bytes())
    run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, source],
        at=folder,
    )
    return next(folder.glob("*.whl"))


def test_the_wheel_holds_both_packages_and_their_data(wheel: Path) -> None:
    """Code, typing markers, lexicon, model and demo news are in the wheel; tests are not."""
    names = set(zipfile.ZipFile(wheel).namelist())

    for needed in (
        "monitor/py.typed",
        "agents/py.typed",
        "monitor/lexicon/cues.toml",
        "monitor/lexicon/data/military-strike.toml",
        "monitor/lexicon/gazetteer/countries.toml",
        "monitor/text/data/boundaries.json",
        "monitor/text/model/ner/model",
        "agents/demo/news.jsonl",
    ):
        assert needed in names
    assert not [name for name in names if name.startswith(("tests/", "training/", "benchmarks/"))]


@pytest.mark.timeout(600)
def test_the_wheel_runs_in_a_clean_environment(wheel: Path, tmp_path: Path) -> None:
    """Installed with the locked versions and nothing else, a text is read and the demo plays to its end."""
    environment = tmp_path / "clean"
    venv.create(environment, with_pip=True)
    binaries = environment / "bin"
    constraints = tmp_path / "constraints.txt"
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    pins = [line.split(" \\")[0] for line in lock.splitlines() if line[:1].isalnum()]
    constraints.write_text("\n".join(pins), encoding="utf-8")
    pip: list[str | Path] = [binaries / "python", "-m", "pip", "install", "--quiet"]
    run([*pip, "-c", constraints, f"{wheel}[embedded]"], at=tmp_path)

    reading = run(
        [binaries / "news-monitor", "analyse", "--format", "jsonl"], at=tmp_path, given=STRIPPED
    )
    ports = ["--port", "0", "--http-port", "0"]
    shown = run([binaries / "news-monitor", "demo", "--seconds", "4", *ports], at=tmp_path)
    installed = run([binaries / "python", "-m", "pip", "list", "--format", "json"], at=tmp_path)

    kinds = {signal["kind"] for signal in json.loads(reading)["signals"]}
    assert {"military-strike", "casualties"} <= kinds
    assert "military-strike" in shown
    raised = re.search(r"^ +alerts +(\d+) = (\d+) new", shown, re.MULTILINE)
    assert raised, shown
    assert int(raised[1]) >= int(raised[2]) > 0
    assert re.search(rf"^ +records read +{len(built_in_news())} = ", shown, re.MULTILINE)
    assert "demo --keep" in shown
    assert "pytest" not in {package["name"] for package in json.loads(installed)}
