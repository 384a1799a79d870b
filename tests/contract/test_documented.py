"""What the product offers is documented, and the documentation is what the code says."""

import re
from enum import Enum
from pathlib import Path

import pytest

from agents.topics import topics_for
from monitor import errors, settings, wire
from monitor.cli import COMMANDS
from monitor.metrics import CATALOGUE
from monitor.policy.stories import StoryRules
from monitor.settings import Settings
from tests.docker.rules import ALERTS
from tests.documents import DOCS, ROOT, loaded

WRITTEN = sorted(
    [
        *DOCS.glob("*.md"),
        *DOCS.glob("operations/*.md"),
        *DOCS.glob("runbooks/*.md"),
        ROOT / "docker/README.md",
    ]
)

generate = loaded("generate")
reference_pages = loaded("reference_pages")
remedies = loaded("remedies")


def page(path: str) -> str:
    """The text of a page."""
    return (DOCS / path).read_text(encoding="utf-8")


@pytest.mark.parametrize("make", reference_pages.PAGES, ids=lambda make: make.__name__)
def test_generated_pages_are_fresh(make: object) -> None:
    """What stands in docs/ is what the code gives; `python docs/generate.py` makes it so."""
    assert callable(make)
    assert generate.stale(make()) == {}


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_documented(name: str) -> None:
    """Each setting has a meaning in words, and a row on the page."""
    assert (Settings.model_fields[name].description or "").endswith(".")
    assert f"`{name}`" in page("reference/settings.md")


@pytest.mark.parametrize("metric", CATALOGUE, ids=lambda metric: metric.name)
def test_every_metric_is_documented(metric: object) -> None:
    """Each metric has a section with what to do."""
    assert f"### `{getattr(metric, 'name', '')}`" in page("metrics.md")


@pytest.mark.parametrize("topic", topics_for(Settings()), ids=lambda topic: topic.name)
def test_every_topic_is_documented(topic: object) -> None:
    """Each topic has a row."""
    assert f"| `{getattr(topic, 'name', '')}` |" in page("reference/topics.md")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_documented(command: str) -> None:
    """Each command has a section with its help, its example and its exit codes."""
    section = page("reference/cli.md").partition(f"## `news-monitor {command}`\n")[2]
    help_ = section.partition("\n## ")[0]

    assert "Usage: news-monitor" in help_
    assert "Example" in help_
    assert "Exit codes:" in help_


@pytest.mark.parametrize("command", [*COMMANDS, "worker --embedded"])
def test_every_command_is_in_a_guide(command: str) -> None:
    """Whoever reads the pages written by hand learns that each command is there, and what for."""
    guides = [ROOT / "README.md", ROOT / "monitor/lexicon/README.md", *WRITTEN]
    texts = [file.read_text(encoding="utf-8") for file in guides]

    assert any(re.search(rf"news-monitor {command}\b", text) for text in texts)


@pytest.mark.parametrize("reason", errors.Reason)
def test_every_reason_is_documented(reason: errors.Reason) -> None:
    """Each reason for a dead letter has a meaning and something to do."""
    assert f"`{reason}`" in page("reference/dead-letters.md")
    assert remedies.REASON_REMEDIES[reason]


def test_every_error_is_documented() -> None:
    """Each error has a meaning and something to do, and stands in the tree of its module."""
    text = page("reference/errors.md")
    names = [name for name in errors.__all__ if name != "Reason"]

    assert set(remedies.ERROR_REMEDIES) == set(names)
    for name in names:
        assert f"`{name}`" in text
        assert name in (errors.__doc__ or "")


@pytest.mark.parametrize("name", wire.SCHEMAS)
def test_every_record_has_its_schema_in_the_docs(name: str) -> None:
    """Each record's JSON Schema is published."""
    assert '"$schema"' in page(f"schemas/{name}.json")


@pytest.mark.parametrize(
    "choices",
    [errors.Reason, settings.LogFormat, settings.LogLevel, settings.SecurityProtocol],
)
def test_every_choice_has_a_meaning(choices: type[Enum]) -> None:
    """Members of enums that people set or see have a line each."""
    assert set(reference_pages.meanings(choices)) == {member.value for member in choices}


def test_the_most_open_stories_are_said() -> None:
    """Whoever wonders why a story ended early finds how many may be open."""
    most = f"{StoryRules().max_open:,}"

    assert f"more than {most} stories open" in page("records.md")
    section = page("metrics.md").partition("### `news_monitor_stories_open`\n")[2]
    assert f"At {most} it stays" in section.partition("\n### ")[0]


def test_every_alert_rule_is_explained() -> None:
    """Whoever is woken by a rule finds what to do in the operations guide."""
    rows = re.findall(
        r"^\| \[`(NewsMonitor\w+)`\]\(\.\./runbooks/(\w+)\.md\) \| (\w+) \|",
        page("operations/running.md"),
        re.MULTILINE,
    )

    assert rows == [(rule["alert"], rule["alert"], rule["labels"]["severity"]) for rule in ALERTS]


@pytest.mark.parametrize("file", WRITTEN, ids=lambda file: str(file.relative_to(ROOT)))
def test_links_lead_somewhere(file: Path) -> None:
    """Relative links of the pages written by hand point at files that exist."""
    text = file.read_text(encoding="utf-8")
    links = [link.partition("#")[0] for link in re.findall(r"\]\(([^)]+)\)", text)]
    local = [link for link in links if link and "://" not in link]

    assert [link for link in local if not (file.parent / link).exists()] == []


COMMANDS_OF_KAFKA = (r"`(kcat\s[^`]+)`", r"^(?:    |\$ )(kcat .+)$", r"\| (kcat [^`\n]+)")


@pytest.mark.parametrize("file", WRITTEN, ids=lambda file: str(file.relative_to(ROOT)))
def test_kcat_is_told_where_the_broker_is(file: Path) -> None:
    """Whoever copies a command of kcat gets an answer of the broker, and not one about usage."""
    text = file.read_text(encoding="utf-8")
    commands = [
        found for each in COMMANDS_OF_KAFKA for found in re.findall(each, text, re.MULTILINE)
    ]

    assert [each for each in commands if not re.search(r"\s-b \S", each)] == []
    # What the patterns above do not see, they cannot check.
    assert len(re.findall(r"kcat\s+-", text)) <= len(commands)


RUNBOOKS = sorted(DOCS.glob("runbooks/*.md"))


@pytest.mark.parametrize("file", RUNBOOKS, ids=lambda file: file.stem)
def test_commands_in_runbooks_are_commands(file: Path) -> None:
    """Whoever is woken types what the page says, and the command and its options are there."""
    commands = dict(reference_pages.commands())
    for quoted in re.findall(r"`(news-monitor [^`]+)`", file.read_text(encoding="utf-8")):
        name = max((one for one in commands if f"{quoted} ".startswith(f"{one} ")), key=len)
        assert name != "news-monitor", quoted
        for option in re.findall(r"--[a-z-]+", quoted):
            assert option in commands[name], quoted


@pytest.mark.parametrize("file", RUNBOOKS, ids=lambda file: file.stem)
def test_placeholders_in_runbooks_are_listed(file: Path) -> None:
    """A word in capitals in a command is one that the runbooks' README explains."""
    quoted = re.findall(r"`([^`]+)`", file.read_text(encoding="utf-8"))
    words = {word for each in quoted for word in re.findall(r"(?<![\w$-])[A-Z]{3,}(?!\w)", each)}
    listed = set(re.findall(r"`([A-Z]{3,})`", page("runbooks/README.md")))

    assert words <= listed


@pytest.mark.parametrize("file", RUNBOOKS, ids=lambda file: file.stem)
def test_settings_in_runbooks_are_settings(file: Path) -> None:
    """Words with underscores that a page sets in code letters are settings or metrics of ours."""
    text = file.read_text(encoding="utf-8")
    known = {*Settings.model_fields, *(metric.name for metric in CATALOGUE), "runbook_url"}

    assert set(re.findall(r"`([a-z]+(?:_[a-z]+)+)`", text)) <= known


@pytest.mark.parametrize("file", WRITTEN, ids=lambda file: str(file.relative_to(ROOT)))
def test_settings_named_in_the_guides_exist(file: Path) -> None:
    """A variable or setting that a guide tells people to set is a setting of this release."""
    text = file.read_text(encoding="utf-8")
    named = {name.lower() for name in re.findall(r"NEWS_MONITOR_([A-Z_]+[A-Z])", text)}

    assert named - {"config"} <= set(Settings.model_fields)
