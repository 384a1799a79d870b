"""Backtests with the product's own models: what a live run of the demo gave, and a change of rules."""

import json
from pathlib import Path

import pytest

from agents.demonstration import Demonstration
from monitor.domain import Alert
from monitor.settings import Settings
from monitor.wire import alert_v1
from tests.command_line import CommandLine

OVERLAY = Path(__file__).parents[2] / "docs" / "examples" / "my-lexicon"

pytestmark = [pytest.mark.model, pytest.mark.timeout(280)]


async def test_the_demo_is_alerted_alike_live_and_in_a_backtest(tmp_path: Path) -> None:
    """Alerts, ids, revisions and evidence are equal; the unreadable record is unreadable in both.

    One partition: of records that come within the same moment on several, a live worker may read the
    later one first, and what readers are told follows the order of reading.
    """
    alerts: list[Alert] = []
    kept = tmp_path / "kept.jsonl"
    with Demonstration(Settings(http_port=0, article_partitions=1)) as demonstration:
        summary = await demonstration.play(seconds=5, on_alert=alerts.append)
        topic = demonstration.settings.article_topics[0]
        run = CommandLine({"broker": demonstration.settings.broker[0]})
        done = run("backtest", "--topic", topic, "--save", str(kept))

    assert done.returncode == 0, done.stderr
    rows = [row for row in map(json.loads, kept.read_text().splitlines()) if row["type"] == "alert"]
    live = {(each.alert_id, each.revision): json.loads(alert_v1.encode(each)) for each in alerts}
    found = {(row["alert"]["alert_id"], row["alert"]["revision"]): row["alert"] for row in rows}
    assert len(rows) == len(alerts) == summary.alerts
    assert found == live
    assert "1 unreadable" in done.stdout


def test_a_change_of_rules_is_tried_recorded_and_verified(tmp_path: Path) -> None:
    """What an overlay gains has its entry, its subscriber and its page; the case is as it was."""
    news = tmp_path / "news.jsonl"
    # No threat: without the overlay no model may take it for one.
    article = {"id": "a-1", "text": "A grounded freighter blocks the canal."}
    news.write_text(json.dumps(article) + "\n")
    subscriptions = tmp_path / "subscriptions.toml"
    subscriptions.write_text('[[subscription]]\nid = "canal-desk"\nwords = ["canal"]\n')
    page, case = tmp_path / "page.html", tmp_path / "case"
    run = CommandLine(
        {"lexicon_overlays": str(OVERLAY), "subscriptions_file": str(subscriptions)}
        | {"processes": "1"}
    )

    tried = run(
        *("backtest", str(news), "--against", "builtin", "--format", "jsonl"),
        *("--html", str(page), "--fail-if", "gained.for.canal-desk == 1"),
    )
    assert tried.returncode == 1, tried.stderr
    story, summary = map(json.loads, tried.stdout.splitlines())
    assert (story["verdict"], story["responsible"]) == ("gained", ["canal.closure"])
    assert story["subscriptions"][0]["before"]["unsent"] == ["not-alerted"]
    assert summary["subscriptions"]["canal-desk"]["gained"] == 1
    assert "<mark>" in page.read_text()

    recorded = run("record", str(case), str(news))
    assert recorded.returncode == 0, recorded.stderr
    verified = CommandLine({"processes": "1"})("verify", str(case))
    assert (verified.returncode, verified.stdout.split()[-3:]) == (0, ["as", "it", "was"])
