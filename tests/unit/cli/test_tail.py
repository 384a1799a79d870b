"""`news-monitor tail`, without a broker: what it prints of an alert."""

import json
import re
from collections.abc import AsyncGenerator

import pytest
from click.testing import CliRunner

import agents.tail
from agents.tail import ReceivedAlert
from monitor.cli import main
from monitor.wire import alert_v1


def test_json_lines_are_harmless_also_in_a_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a terminal or a splitter of lines obeys is escaped; the content is the topic's own."""
    alert = json.loads(alert_v1.EXAMPLES[0])
    alert["unknown"] = "a\x7f\x85\x9b31m\u2028\u202e\u2066 b"
    value = json.dumps(alert, ensure_ascii=False, indent=2).encode()

    async def one(*_: object, **__: object) -> AsyncGenerator[ReceivedAlert]:
        yield ReceivedAlert(alert=alert_v1.decode(value), value=value)

    monkeypatch.setattr(agents.tail, "tail", one)
    result = CliRunner().invoke(main, ["tail", "--no-follow", "--format", "jsonl"])

    assert result.exit_code == 0, result.output
    (line,) = result.stdout.splitlines()
    assert json.loads(line) == alert
    assert not re.search("[\x00-\x1f\x7f-\x9f\u2028\u202e\u2066]", line)
