"""A real Apache Kafka on this machine, for tests that must not believe a fake.

No container engine is needed: the brokers are ordinary Java programs whose jars Maven brings.
`cluster` starts, kills and stops them, `topics` makes and reads topics, `jars` brings the jars and
says why a machine cannot have a broker. Nothing here knows the product.
"""

from tests.real_kafka.cluster import KafkaCluster
from tests.real_kafka.configuration import Security
from tests.real_kafka.errors import KafkaStartError, KafkaUnavailableError
from tests.real_kafka.jars import kafka_unavailable
from tests.real_kafka.topics import create_topic, read_to_end

__all__ = [
    "KafkaCluster",
    "KafkaStartError",
    "KafkaUnavailableError",
    "Security",
    "create_topic",
    "kafka_unavailable",
    "read_to_end",
]
