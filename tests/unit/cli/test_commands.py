"""Every command, looked at from outside: help, wrong usage, wrong settings, no broker."""

import json
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from monitor.cli import COMMANDS, main
from monitor.cli.options import Moment

NOBODY = "127.0.0.1:1"


def _commands() -> dict[str, click.Command]:
    """Return every command and subcommand by the words that call it."""
    context = click.Context(main)
    found: dict[str, click.Command] = {}
    for name in COMMANDS:
        command = main.get_command(context, name)
        assert command is not None
        found[name] = command
        if isinstance(command, click.Group):
            found |= {f"{name} {each}": inner for each, inner in command.commands.items()}
    return found


@pytest.mark.parametrize("words", sorted(_commands()))
def test_help_has_an_example_and_exit_codes(words: str) -> None:
    """Every command's help shows a call that can be copied, and says what its exit codes mean."""
    result = CliRunner().invoke(main, [*words.split(), "--help"])

    assert result.exit_code == 0, result.output
    assert f"news-monitor {words}" in result.output.replace("\n", " ")
    assert "Example" in result.output
    assert "Exit codes:" in result.output


@pytest.mark.parametrize("words", sorted(_commands()))
def test_every_option_is_explained(words: str) -> None:
    """No option is listed without a word on what it does."""
    command = _commands()[words]
    unexplained = [
        each.name
        for each in command.params
        if isinstance(each, click.Option) and each.name != "help" and not each.help
    ]
    assert not unexplained


def test_listing_the_commands_imports_none_of_them() -> None:
    """`news-monitor --help` answers without loading spaCy, Faust or pydantic."""
    code = (
        "import sys; from click.testing import CliRunner; from monitor.cli import main;"
        "CliRunner().invoke(main, ['--help']);"
        "print(sorted({'spacy', 'faust', 'aiokafka', 'pydantic'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    "words",
    [
        ["publish", "-"],
        ["tail"],
        ["topics", "create"],
        ["topics", "check"],
        ["replay", "--from", "a", "--to", "b"],
    ],
    ids=" ".join,
)
def test_no_broker_is_said_in_one_message(words: list[str]) -> None:
    """A command that finds no broker names the address and what to do, and exits with 1."""
    result = CliRunner().invoke(main, [*words, "--broker", NOBODY], input="An article.\n")

    assert result.exit_code == 1
    assert result.stdout == ""
    assert NOBODY in result.stderr
    assert "nothing listens on this port" in result.stderr
    assert "--broker" in result.stderr
    assert "Traceback" not in result.stderr


def _ctrl_c(*_args: object, **_named: object) -> None:
    raise KeyboardInterrupt


def test_ctrl_c_is_130_whatever_a_command_is_doing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A command that was broken off says so, and is not taken for one that failed."""
    monkeypatch.setattr("monitor.cli.analyse.build_pipeline", _ctrl_c)
    monkeypatch.setattr("agents.logs.configure", _ctrl_c)
    for words in (["analyse", "-"], ["topics", "check"]):
        result = CliRunner().invoke(main, words, input="An article.\n")
        assert (result.exit_code, result.stderr) == (130, "news-monitor: interrupted\n")


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["publish"], "Missing argument"),
        (["publish", "no-such-file.jsonl"], "there is no such file"),
        (["tail", "--latest", "--follow"], "cannot follow"),
        (["tail", "--min-severity", "Awful"], "Awful"),
        (["tail", "--count", "0"], "--count"),
        (["replay", "--from", "a"], "--to"),
        (["replay", "--from", "a", "--to", "b", "--from-time", "yesterday"], "yesterday"),
        (["replay", "--from", "a", "--to", "b", "--speed", "0"], "--speed"),
        (["replay", "--from", "a", "--to", "b", "--speed", "nan"], "not a finite number"),
        (["replay", "--from", "a", "--to", "b", "--rate", "inf"], "not a finite number"),
        (["replay", "--from", "a", "--to", "b", "--speed", "1e999"], "not a finite number"),
        (
            ["replay", "--from", "a", "--to", "b", "--speed", "1", "--max-gap", "9" * 310],
            "--max-gap",
        ),
        (["dead-letters", "retry", "--all", "--rate", "nan"], "not a finite number"),
        (["dead-letters", "retry", "--all", "--rate", "inf"], "not a finite number"),
        (["status", "--max-lag", "nan"], "not a finite number"),
        (["status", "--max-lag", "inf"], "not a finite number"),
        (["tail", "--idle-exit", "nan"], "not a finite number"),
        (["tail", "--idle-exit", "inf"], "not a finite number"),
        (["demo", "--seconds", "nan"], "not a finite number"),
        (["schemas", "nonsense"], "nonsense"),
        (["config", "--format", "xml"], "xml"),
        (["nonsense"], "nonsense"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_wrong_usage_exits_with_2(words: list[str], complaint: str) -> None:
    """Wrong usage is refused with what is wrong, and exit code 2."""
    result = CliRunner().invoke(main, words)

    assert result.exit_code == 2
    assert complaint in result.stderr


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("NEWS_MONITOR_BATCH_SIZE", "0"),
        ("NEWS_MONITOR_SECURITY_PROTOCOL", "TLS"),
        ("NEWS_MONITOR_NO_SUCH_THING", "1"),
    ],
)
def test_a_wrong_setting_is_refused_by_name(
    variable: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A wrong setting names itself, its value and its origin, whatever the command."""
    monkeypatch.setenv(variable, value)
    for words in (["config"], ["topics", "list"], ["worker"], ["doctor"]):
        result = CliRunner().invoke(main, words)
        assert result.exit_code == 1, words
        assert variable.removeprefix("NEWS_MONITOR_").lower() in result.stderr
        assert variable in result.stderr
        assert repr(value) in result.stderr


def test_an_unreadable_certificate_is_named(tmp_path: Path) -> None:
    """A CA file that is no PEM file is refused by name, before any connection."""
    file = tmp_path / "settings.toml"
    (tmp_path / "ca.pem").write_text("no certificate")
    file.write_text(f'security_protocol = "SSL"\nssl_cafile = "{tmp_path / "ca.pem"}"\n')

    result = CliRunner().invoke(main, ["topics", "check", "--config", str(file)])

    assert result.exit_code == 1
    assert "ssl_cafile" in result.stderr
    assert "ca.pem" in result.stderr


def test_the_asyncapi_document_is_printed_without_a_broker() -> None:
    """`topics asyncapi` prints the document of these settings, for a file or a tool."""
    result = CliRunner().invoke(main, ["topics", "asyncapi", "--broker", NOBODY])

    assert result.exit_code == 0
    made = json.loads(result.stdout)
    assert made["asyncapi"] == "3.0.0"
    assert made["servers"]["broker-1"]["host"] == NOBODY
    assert "news.alerts.v1" in made["channels"]


def test_the_asyncapi_document_has_the_topics_of_subscriptions(tmp_path: Path) -> None:
    """Each subscription's topic is a channel with alerts; a wrong file is refused with its line."""
    file = tmp_path / "subscriptions.toml"
    config = tmp_path / "settings.toml"
    config.write_text(f'subscriptions_file = "{file}"\n')
    arguments = ["topics", "asyncapi", "--config", str(config)]
    file.write_text('[[subscription]]\nid = "gulf-desk"\n')

    told = CliRunner().invoke(main, arguments)
    file.write_text('[[subscription]]\nid = "gulf desk"\n')
    refused = CliRunner().invoke(main, arguments)

    assert told.exit_code == 0
    made = json.loads(told.stdout)
    channel = made["channels"]["news.alerts.gulf-desk.v1"]
    assert list(channel["messages"]) == ["alert-v1"]
    assert "send-news.alerts.gulf-desk.v1" in made["operations"]
    assert refused.exit_code == 1
    assert f"{file}:2" in refused.stderr


def test_topics_are_listed_without_a_broker() -> None:
    """`topics list` shows each topic with partitions and settings, dead-letter twins included."""
    result = CliRunner().invoke(main, ["topics", "list", "--format", "json"])

    assert result.exit_code == 0
    topics = {topic["name"]: topic for topic in json.loads(result.stdout)}
    assert set(topics) == {
        "news.articles.v1",
        "news.signals.v1",
        "news.stories.v1",
        "news.alerts.v1",
        "news.retries.v1",
        "news.canary.v1",
        "news.articles.v1.dead-letter",
        "news.signals.v1.dead-letter",
    }
    assert topics["news.stories.v1"]["config"]["cleanup.policy"] == "compact"


def test_schemas_are_printed_and_written(tmp_path: Path) -> None:
    """`schemas` prints one object of all schemas, one schema by name, or writes a file for each."""
    runner = CliRunner()
    everything = json.loads(runner.invoke(main, ["schemas"]).stdout)
    assert set(everything) >= {"article-v1", "alert-v1", "story-v1", "signal-v1"}
    assert json.loads(runner.invoke(main, ["schemas", "alert-v1"]).stdout) == everything["alert-v1"]

    result = runner.invoke(main, ["schemas", "--output", str(tmp_path / "new")])

    assert result.exit_code == 0
    written = {file.stem: json.loads(file.read_text()) for file in (tmp_path / "new").iterdir()}
    assert written == everything


@pytest.mark.parametrize(
    "words",
    ["archive save", "dead-letters discard", "dead-letters list", "dead-letters retry", "replay"],
)
def test_ranges_are_asked_for_alike(words: str) -> None:
    """Whatever chooses records or letters has the same words for offsets and times."""
    options = {
        param.name: (*param.opts, type(param.type))
        for param in _commands()[words].params
        if param.name and param.name.endswith(("_offset", "_time"))
    }
    assert options == {
        "from_offset": ("--from-offset", click.IntRange),
        "until_offset": ("--until-offset", click.IntRange),
        "from_time": ("--from-time", "--since", Moment),
        "until_time": ("--until-time", "--until", Moment),
    }
