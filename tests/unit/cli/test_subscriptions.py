"""`news-monitor subscriptions`: a file looked over, and tried on past alerts, without a broker."""

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from monitor.cli import main
from monitor.domain import SignalKind, Watched
from monitor.policy.stories import StoryBook
from monitor.wire import alert_v1, examples
from tests.documents import DOCS
from tests.unit.policy.worlds import GREECE, IRAN, ISRAEL, LATAKIA, SYRIA, report, signal

EXAMPLE = DOCS / "examples" / "subscriptions.toml"


def run(*words: str) -> Result:
    """What a call of `news-monitor subscriptions` gives."""
    return CliRunner().invoke(main, ["subscriptions", *words])


@pytest.fixture
def past(tmp_path: Path) -> Path:
    """A file of the published example alerts, and a line that is none."""
    file = tmp_path / "alerts.jsonl"
    lines = [alert_v1.encode(alert) for alert in examples.ALERTS]
    file.write_bytes(b"\n".join([*lines[:2], b"", b'{"not": "an alert"}', *lines[2:]]) + b"\n")
    return file


def a_file(folder: Path, text: str) -> str:
    """A file of subscriptions, as the command line names it."""
    file = folder / "subscriptions.toml"
    file.write_text(text, encoding="utf-8")
    return str(file)


def test_the_published_example_is_right() -> None:
    """Each subscription is listed with its topic."""
    result = run("check", str(EXAMPLE))

    assert result.exit_code == 0, result.output
    assert "gulf-desk: news.alerts.gulf-desk.v1" in result.stdout
    assert "right; subscriptions: 4" in result.stdout


def test_a_wrong_file_is_refused_with_every_line(tmp_path: Path) -> None:
    """File, line and what is allowed, on standard error, and exit code 1."""
    text = '[[subscription]]\nid = "a"\nkind = ["threat"]\n[[subscription]]\nid = "a"\n'
    file = a_file(tmp_path, text)
    result = run("check", file)

    assert result.exit_code == 1
    assert f"{file}:3: subscription a: unknown field 'kind'; did you mean 'kinds'?" in result.stderr
    assert f"{file}:5: id 'a' is taken by the subscription of line 2" in result.stderr


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """Also where none is named at all."""
    gone = run("check", str(tmp_path / "gone.toml"))
    none = run("check")

    assert (gone.exit_code, none.exit_code) == (1, 1)
    assert "cannot be read: No such file" in gone.stderr
    assert "set subscriptions_file" in none.stderr


def test_an_id_whose_topic_would_be_another_is_refused(tmp_path: Path) -> None:
    """A subscription must not write into the stories."""
    settings = tmp_path / "settings.toml"
    settings.write_text('stories_topic = "news.alerts.stories.v1"\n', encoding="utf-8")
    file = a_file(tmp_path, '[[subscription]]\nid = "stories"\n')
    result = run("check", file, "--config", str(settings))

    assert result.exit_code == 1
    assert "news.alerts.stories.v1, which is another of ours" in result.stderr


def test_the_past_shows_what_each_would_have_received(tmp_path: Path, past: Path) -> None:
    """Updates and withdrawals come with the first word; what is not sent says why."""
    text = (
        '[[subscription]]\nid = "strikes"\nkinds = ["military-strike"]\n'
        '[[subscription]]\nid = "nothing"\nwords = ["no such word"]\n'
    )
    file = a_file(tmp_path, text)
    result = run("test", file, "--alerts", str(past), "--format", "jsonl")

    assert result.exit_code == 0, result.output
    assert f"passed over: {past}:4: " in result.stderr
    *sent, strikes, nothing = [json.loads(line) for line in result.stdout.splitlines()]
    kinds = Counter(kind for alert in examples.ALERTS for kind in set(alert.kinds))
    assert strikes["sent"] == len(sent) == kinds[SignalKind.MILITARY_STRIKE]
    assert [each["fate"] for each in sent[-2:]] == ["update", "cancel"]
    assert {each["subscription"] for each in sent} == {"strikes"}
    assert sent[0]["alert"] == json.loads(alert_v1.encode(examples.ALERTS[0]))
    assert nothing["sent"] == 0
    assert nothing["unmet"] == {"words": len(examples.ALERTS) - 1}
    assert nothing["fates"] == {"unfit": len(examples.ALERTS)}


def test_a_watchlist_in_a_file_of_its_own_chooses_alerts(tmp_path: Path) -> None:
    """From reports that name its items, over the stories' alerts, to what a subscriber receives."""
    shipping = tmp_path / "shipping.toml"
    shipping.write_text('[[item]]\nname = "Maersk"\n', encoding="utf-8")
    named = replace(
        report(signal(actors=[ISRAEL], targets=[SYRIA], places=[LATAKIA])),
        watched=(Watched(watchlist="shipping", item="maersk"),),
    )
    silent = report(signal(actors=[IRAN], targets=[GREECE]), article="other")
    book = StoryBook()
    updates = [book.apply(each, offset=n) for n, each in enumerate((silent, named))]
    alerts = tmp_path / "alerts.jsonl"
    lines = [alert_v1.encode(alert) for update in updates for alert in update.alerts]
    alerts.write_bytes(b"\n".join(lines))
    file = a_file(tmp_path, '[[subscription]]\nid = "ships"\nwatchlists = ["shipping"]\n')
    arguments = ("test", file, "--alerts", str(alerts), "--format", "jsonl")

    result = run(*arguments, "--watchlists", str(shipping))
    unknown = run(*arguments)

    assert result.exit_code == 0, result.output
    sent, totals = map(json.loads, result.stdout.splitlines())
    assert sent["alert"]["watched"] == [{"watchlist": "shipping", "item": "maersk"}]
    assert totals["unmet"] == {"watchlists": 1}
    assert unknown.exit_code == 1
    assert f"{file}:3" in unknown.stderr
    assert "unknown 'shipping'" in unknown.stderr


def test_the_past_in_words(tmp_path: Path, past: Path) -> None:
    """One line per alert that would have been sent, and what was not."""
    text = '[[subscription]]\nid = "grave"\nmin_severity = "Extreme"\n'
    result = run("test", a_file(tmp_path, text), "--alerts", str(past))

    first, *_, last = result.stdout.splitlines()
    assert result.exit_code == 0
    assert first.startswith("grave: ")
    assert "unfit by " in last
    assert "min_severity" in last


def test_a_wrong_file_is_not_tried(tmp_path: Path, past: Path) -> None:
    """Nothing is shown for half a file."""
    result = run("test", a_file(tmp_path, ""), "--alerts", str(past))

    assert (result.exit_code, result.stdout) == (1, "")
    assert ":1: there is no subscription" in result.stderr


def test_a_file_of_alerts_goes_with_no_stretch(past: Path) -> None:
    """Times belong to a topic."""
    result = run("test", str(EXAMPLE), "--alerts", str(past), "--from-time", "2026-03-01")

    assert result.exit_code == 2
    assert "goes with none of" in result.stderr
