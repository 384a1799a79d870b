"""A backtest of the demo's news gives what a live run of it gave, with the product's own models."""

import json
from pathlib import Path

import pytest

from agents.demonstration import Demonstration, built_in_news
from monitor.domain import Alert
from monitor.settings import Settings
from monitor.wire import alert_v1
from tests.command_line import CommandLine

pytestmark = [pytest.mark.model, pytest.mark.timeout(280)]


async def test_the_demo_is_alerted_alike_live_and_in_a_backtest(tmp_path: Path) -> None:
    """Alerts, ids, revisions and evidence are equal; the unreadable record is unreadable in both."""
    alerts: list[Alert] = []
    with Demonstration(Settings(http_port=0)) as demonstration:
        summary = await demonstration.play(seconds=5, on_alert=alerts.append)
    file = tmp_path / "news.jsonl"
    file.write_bytes(b"\n".join(item.value for item in built_in_news()))

    done = CommandLine({})("backtest", str(file), "--save", str(tmp_path / "kept.jsonl"))

    assert done.returncode == 0, done.stderr
    rows = map(json.loads, (tmp_path / "kept.jsonl").read_text().splitlines())
    kept = [row for row in rows if row["type"] == "alert"]
    live = {(each.alert_id, each.revision): json.loads(alert_v1.encode(each)) for each in alerts}
    found = {(row["alert"]["alert_id"], row["alert"]["revision"]): row["alert"] for row in kept}
    assert len(kept) == len(alerts) == summary.alerts
    assert found == live
    assert "1 unreadable" in done.stdout
