"""Mock cluster: librdkafka's in-memory Kafka, reached through the library in confluent-kafka.

It speaks Kafka's protocol to any client, keeps about 5 MiB per partition (librdkafka gives no way
to raise that: older records go), keeps nothing on disk, and knows no transactions for us, no ACLs,
no topic settings. For trying things out and for tests; never for anything that must last.
"""

import ctypes
import ctypes.util
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from agents.topics import TopicSpec
from monitor.errors import BrokerUnavailable

__all__ = ["MockCluster"]

_PRODUCER = 0
_ERROR_BYTES = 512
_FIRST_BROKER = 1
_COPIES = 1

_SIGNATURES: dict[str, tuple[object, list[object]]] = {
    "rd_kafka_conf_new": (ctypes.c_void_p, []),
    "rd_kafka_conf_set": (
        ctypes.c_int,
        [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_size_t],
    ),
    "rd_kafka_new": (
        ctypes.c_void_p,
        [ctypes.c_int, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t],
    ),
    "rd_kafka_destroy": (None, [ctypes.c_void_p]),
    "rd_kafka_err2str": (ctypes.c_char_p, [ctypes.c_int]),
    "rd_kafka_mock_cluster_new": (ctypes.c_void_p, [ctypes.c_void_p, ctypes.c_int]),
    "rd_kafka_mock_cluster_destroy": (None, [ctypes.c_void_p]),
    "rd_kafka_mock_cluster_bootstraps": (ctypes.c_char_p, [ctypes.c_void_p]),
    "rd_kafka_mock_topic_create": (
        ctypes.c_int,
        [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int, ctypes.c_int],
    ),
    "rd_kafka_mock_group_initial_rebalance_delay_ms": (None, [ctypes.c_void_p, ctypes.c_int32]),
    "rd_kafka_mock_broker_set_host_port": (
        None,
        [ctypes.c_void_p, ctypes.c_int32, ctypes.c_char_p, ctypes.c_int],
    ),
}


class MockCluster:
    """One broker in this process, until closed."""

    def __init__(self) -> None:
        """Start the broker on a free port of loopback.

        Raises:
            BrokerUnavailable: the extra `embedded` is not installed, or the library refuses.
        """
        self._library = _load_library()
        reason = ctypes.create_string_buffer(_ERROR_BYTES)
        configuration = self._library.rd_kafka_conf_new()
        # The client that librdkafka wants around its cluster would warn that it has no broker.
        self._library.rd_kafka_conf_set(configuration, b"log_level", b"3", reason, _ERROR_BYTES)
        self._client = self._library.rd_kafka_new(_PRODUCER, configuration, reason, _ERROR_BYTES)
        if not self._client:
            message = f"the embedded broker did not start: {reason.value.decode()}"
            raise BrokerUnavailable(message)
        self._cluster = self._library.rd_kafka_mock_cluster_new(self._client, 1)
        if not self._cluster:
            message = "the embedded broker did not start: no free port on 127.0.0.1"
            raise BrokerUnavailable(message)
        # Workers of a demo come one at a time: nobody is worth waiting for.
        self._library.rd_kafka_mock_group_initial_rebalance_delay_ms(self._cluster, 0)

    def __enter__(self) -> Self:
        """Use the cluster as a context."""
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """End the broker; its records are gone."""
        self._library.rd_kafka_mock_cluster_destroy(self._cluster)
        self._library.rd_kafka_destroy(self._client)

    @property
    def address(self) -> tuple[str, int]:
        """Host and port that the broker really listens on."""
        bootstrap = self._library.rd_kafka_mock_cluster_bootstraps(self._cluster).decode()
        host, _, port = bootstrap.partition(",")[0].rpartition(":")
        return host, int(port)

    def advertise(self, host: str, port: int) -> None:
        """Tell clients to come to another address, where something passes them on."""
        self._library.rd_kafka_mock_broker_set_host_port(
            self._cluster, _FIRST_BROKER, host.encode(), port
        )

    def create_topics(self, topics: Sequence[TopicSpec]) -> None:
        """Create topics with their partition counts; their settings mean nothing here.

        Raises:
            BrokerUnavailable: the library refuses a topic.
        """
        for topic in topics:
            code = self._library.rd_kafka_mock_topic_create(
                self._cluster, topic.name.encode(), topic.partitions, _COPIES
            )
            if code:
                reason = self._library.rd_kafka_err2str(code).decode()
                message = f"the embedded broker refuses topic {topic.name}: {reason}"
                raise BrokerUnavailable(message)


def _load_library() -> ctypes.CDLL:
    try:
        import confluent_kafka  # noqa: PLC0415 - an extra: absent from most installations
    except ImportError as error:
        message = (
            "the embedded broker is not installed: run pip install 'news-monitor[embedded]',"
            " or name a real Kafka with --broker HOST:PORT"
        )
        raise BrokerUnavailable(message) from error
    package = Path(confluent_kafka.__file__).parent
    bundled = [
        *package.parent.glob("confluent_kafka.libs/librdkafka-*.so*"),
        *package.glob(".dylibs/librdkafka*.dylib"),
    ]
    found = str(bundled[0]) if bundled else ctypes.util.find_library("rdkafka")
    if found is None:
        message = (
            "the embedded broker needs librdkafka, which this build of confluent-kafka does not"
            " bring: install the wheel (pip install --only-binary :all: confluent-kafka)"
        )
        raise BrokerUnavailable(message)
    library = ctypes.CDLL(found)
    for name, (result, arguments) in _SIGNATURES.items():
        function = getattr(library, name)
        function.restype = result
        function.argtypes = arguments
    return library
