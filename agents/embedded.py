"""Embedded broker: a Kafka for trying things out, in a process of its own, gone with its parent.

`EmbeddedBroker` starts `python -m agents.embedded`, which runs a mock cluster (agents.mock_cluster)
until its standard input ends or its parent is gone.
"""

import asyncio
import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from types import TracebackType
from typing import Self

from agents.mock_cluster import MockCluster
from agents.port_forward import PortForward
from agents.topics import TopicSpec
from monitor.errors import BrokerUnavailable

__all__ = ["EmbeddedBroker"]

_STOP_SECONDS = 3.0
_PARENT_CHECK_SECONDS = 0.5


class EmbeddedBroker:
    """A broker on loopback with these topics, from `start` to `stop`, or as a context."""

    def __init__(self, topics: Sequence[TopicSpec], *, port: int = 0) -> None:
        """Take what to create, and the port to answer on; 0 takes any free one."""
        self._topics = tuple(topics)
        self._port = port
        self._process: subprocess.Popen[str] | None = None
        self._address = ""

    @property
    def address(self) -> str:
        """Return host:port for clients; empty before the start."""
        return self._address

    @property
    def is_running(self) -> bool:
        """Whether the broker's process lives."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> Self:
        """Start the process and wait until it answers; under a second.

        Raises:
            BrokerUnavailable: the extra is not installed, the port is taken, or the process died.
        """
        command = [sys.executable, "-m", "agents.embedded"]
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            # Ctrl-C goes to a whole terminal group; the broker must outlive its clients.
            start_new_session=True,
        )
        plan = {
            "port": self._port,
            "topics": {topic.name: topic.partitions for topic in self._topics},
        }
        answer = self._ask(json.dumps(plan))
        if "address" not in answer:
            self.stop()
            raise BrokerUnavailable(answer.get("error", "the embedded broker ended at its start"))
        self._address = answer["address"]
        return self

    def stop(self) -> None:
        """End the process; all records are gone."""
        if self._process is None:
            return
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()
        self._process = None

    def __enter__(self) -> Self:
        """Start the broker."""
        return self.start()

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop the broker."""
        self.stop()

    def _ask(self, plan: str) -> dict[str, str]:
        """Hand the plan to the process; return its one line, empty when it died before."""
        assert self._process is not None
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write(f"{plan}\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            return {}
        line = self._process.stdout.readline()
        return dict(json.loads(line)) if line else {}


def main() -> int:
    """Be the broker's process: read the plan, answer with the address, stay while the parent does."""
    plan = json.loads(sys.stdin.readline())
    topics = [
        TopicSpec(name=name, partitions=partitions, config={}, purpose="")
        for name, partitions in plan["topics"].items()
    ]
    try:
        with MockCluster() as cluster:
            cluster.create_topics(topics)
            asyncio.run(_serve(cluster, plan["port"]))
    except BrokerUnavailable as error:
        _say({"error": str(error)})
        return 1
    return 0


async def _serve(cluster: MockCluster, port: int) -> None:
    host, real_port = cluster.address
    if not port:
        _say({"address": f"{host}:{real_port}"})
        await _parent_gone()
        return
    async with PortForward(port, target=(host, real_port)):
        cluster.advertise(host, port)
        _say({"address": f"{host}:{port}"})
        await _parent_gone()


async def _parent_gone() -> None:
    """Wait for the end of standard input, or, should a sibling hold it open, of the parent."""
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    parent = os.getppid()
    while os.getppid() == parent:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(reader.read(), _PARENT_CHECK_SECONDS)
            return


def _say(answer: dict[str, str]) -> None:
    print(json.dumps(answer), flush=True)  # noqa: T201 - the parent reads it


if __name__ == "__main__":
    sys.exit(main())
