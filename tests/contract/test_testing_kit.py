"""The testing kit does what docs/testing.md says, and the examples there run."""

import re
import subprocess
import sys

import pytest

from monitor.pipeline import Pipeline
from monitor.testing import Monitor, article, assert_alert
from tests.documents import DOCS, ROOT, loaded

STRIKE = "Iran fired missiles at Israel on Monday, killing 12 people."


def test_the_page_shows_the_examples_as_they_are() -> None:
    """What people copy from the page is what runs here; `python docs/example_files.py` makes it so."""
    page = (DOCS / "testing.md").read_text(encoding="utf-8")
    assert loaded("example_files").filled(page) == page
    shown = {*DOCS.glob("examples/*.py"), *DOCS.glob("examples/my-lexicon/*.toml")}
    assert len(shown) > 3
    assert all(f"file={file.relative_to(DOCS)}" in page for file in shown)


@pytest.mark.model
def test_the_examples_run() -> None:
    """Each example passes, as its reader would run it; those of a real Kafka say why they skip."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "monitor.testing.plugin", "-rs"]
    command += ["-p", "no:cacheprovider", "-c", "/dev/null", "--rootdir", str(DOCS / "examples")]
    done = subprocess.run(
        [*command, str(DOCS / "examples")], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "6 passed, 1 skipped" in done.stdout
    assert "--monitor-kafka" in done.stdout


@pytest.mark.model
def test_the_examples_rest_on_the_entry_that_they_test(pipeline: Pipeline) -> None:
    """Their sentences raise nothing with the shipped rules: what they find is what the overlay adds."""
    examples = (DOCS / "examples" / "test_my_rules.py").read_text(encoding="utf-8")
    sentences = set(re.findall(r'"([^"]+ Monday\.)"', examples))

    assert len(sentences) > 1
    assert Monitor(pipeline=pipeline).alerts(*sentences) == ()


def test_the_plugin_loads_nothing_of_the_product() -> None:
    """A project that has the package installed pays nothing for tests that do not use it."""
    program = (
        "import sys, pytest, monitor.testing.plugin;"
        "sys.exit(bool({'spacy', 'pydantic', 'aiokafka', 'faust', 'monitor.pipeline'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False).returncode == 0


@pytest.mark.model
def test_the_same_articles_give_the_same_alerts(pipeline: Pipeline) -> None:
    """The clock stands still: ids, revisions and times are equal in every Monitor."""
    news = [
        article(STRIKE, source="Harbour Wire"),
        article(f"{STRIKE} Sirens rang.", source="Post"),
    ]
    first, second = (Monitor(pipeline=pipeline).alerts(*news) for _ in range(2))
    assert first == second
    alert = assert_alert(first, "military-strike", actor="IR", target="IL", quote="fired missiles")
    assert alert.last_seen == Monitor(pipeline=pipeline).now
