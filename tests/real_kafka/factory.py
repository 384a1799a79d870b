"""What the pytest fixtures hand to a test: makers of private clusters and of private topics."""

from collections.abc import Mapping
from contextlib import ExitStack
from types import TracebackType
from typing import Self

from tests.real_kafka.cluster import KafkaCluster
from tests.real_kafka.configuration import Security
from tests.real_kafka.topics import create_topic


class ClusterFactory:
    """Starts clusters and, as a context manager, ends all of them."""

    def __init__(self) -> None:
        """Begin without any cluster."""
        self.clusters: list[KafkaCluster] = []
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        """Hand out the factory."""
        return self

    def __exit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """End every cluster that was started."""
        self._stack.close()

    def __call__(
        self,
        brokers: int = 1,
        *,
        security: Security = Security.PLAINTEXT,
        overrides: Mapping[str, str] | None = None,
    ) -> KafkaCluster:
        """Start a cluster and wait until it is ready."""
        cluster = KafkaCluster(brokers, security=security, overrides=overrides)
        self.clusters.append(cluster)
        return self._stack.enter_context(cluster)


class TopicMaker:
    """Creates topics whose names no other test uses."""

    def __init__(self, cluster: KafkaCluster, prefix: str) -> None:
        """Take the cluster and what every name begins with."""
        self._cluster = cluster
        self._prefix = prefix

    async def __call__(
        self, name: str = "topic", *, partitions: int = 1, config: Mapping[str, str] | None = None
    ) -> str:
        """Create a topic and return its full name."""
        topic = f"{self._prefix}.{name}"
        return await create_topic(self._cluster, topic, partitions=partitions, config=config)
