"""What a runbook says to type does what it says, on a broker."""

import re
import shutil
import subprocess

import pytest

from agents.client import create_consumer, create_producer, running
from agents.topic_reader import merged, partitions_of, stretches
from monitor.settings import Settings
from tests.documents import DOCS

TOPIC = "news.stories.v1"


def typed(start: str, filled: dict[str, str]) -> str:
    """Type the command of the runbook that begins so, with its placeholders filled in."""
    text = (DOCS / "runbooks/NewsMonitorStoriesUnreadable.md").read_text(encoding="utf-8")
    (command,) = re.findall(rf"`({start}[^`]+)`", text)
    for name, value in filled.items():
        command = command.replace(name, value)
    done = subprocess.run(
        ["/bin/sh", "-c", command], capture_output=True, text=True, timeout=30, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.skipif(shutil.which("kcat") is None, reason="kcat is not installed")
async def test_an_unreadable_story_is_shown_and_closed(settings: Settings) -> None:
    """One command shows key and value of the record, the other sends its tombstone."""
    async with running(create_producer(settings), settings) as producer:
        sent = await producer.send_and_wait(TOPIC, b"no story", key=b"story 7", partition=1)
    filled = {"BROKER": settings.broker[0], "PARTITION": "1", "OFFSET": str(sent.offset)}

    assert typed("kcat", filled) == "story 7\nno story\n"
    typed("printf", {**filled, "KEY": "story 7"})

    async with running(create_consumer(settings), settings) as consumer:
        parts = await stretches(consumer, await partitions_of(settings, TOPIC))
        records = [record async for record in merged(settings, parts)]
    assert [(each.partition, each.key, each.value) for each in records] == [
        (1, b"story 7", b"no story"),
        (1, b"story 7", None),
    ]
