"""A backtest of the demo's topic gives what a live run of it gave, with the product's own models."""

import json
from pathlib import Path

import pytest

from agents.demonstration import Demonstration
from monitor.domain import Alert
from monitor.settings import Settings
from monitor.wire import alert_v1
from tests.command_line import CommandLine

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
