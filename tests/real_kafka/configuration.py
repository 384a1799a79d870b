"""What a broker of a test cluster is told: its server.properties and its logging.

Only text is made here; nothing is started and no file is written.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from tests.real_kafka.ports import LOOPBACK

LOGGING = """\
rootLogger.level=warn
rootLogger.appenderRef.console.ref=console
appender.console.type=Console
appender.console.name=console
appender.console.layout.type=PatternLayout
appender.console.layout.pattern=%d %p %m (%c)%n
"""


class Security(Enum):
    """How clients reach the brokers."""

    PLAINTEXT = "PLAINTEXT"
    """No encryption and no credentials."""

    SSL = "SSL"
    """TLS; clients must trust the cluster's authority."""

    SASL_PLAINTEXT = "SASL_PLAINTEXT"
    """Username and password (mechanism PLAIN) without encryption."""

    SASL_SSL = "SASL_SSL"
    """Username and password (mechanism PLAIN) over TLS."""

    @property
    def encrypts(self) -> bool:
        """Whether clients speak TLS."""
        return self in {Security.SSL, Security.SASL_SSL}

    @property
    def authenticates(self) -> bool:
        """Whether clients need a username and a password."""
        return self in {Security.SASL_PLAINTEXT, Security.SASL_SSL}


@dataclass(frozen=True, kw_only=True, slots=True)
class BrokerAddress:
    """One broker of the cluster and the ports of its three listeners."""

    broker: int
    client_port: int
    internal_port: int
    controller_port: int

    @property
    def client(self) -> str:
        """Where clients connect, secured as the cluster is."""
        return f"{LOOPBACK}:{self.client_port}"

    @property
    def internal(self) -> str:
        """Where the other brokers connect, never secured."""
        return f"{LOOPBACK}:{self.internal_port}"

    @property
    def controller(self) -> str:
        """Where the quorum of controllers connects."""
        return f"{LOOPBACK}:{self.controller_port}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Credentials:
    """The one user that a cluster with SASL knows."""

    username: str
    password: str


def server_properties(
    address: BrokerAddress,
    cluster: Sequence[BrokerAddress],
    *,
    data: Path,
    security: Mapping[str, str],
    overrides: Mapping[str, str],
) -> str:
    """Write the server.properties of one broker; later mappings win over earlier ones."""
    replicas = min(3, len(cluster))
    in_sync = min(2, len(cluster))
    properties: dict[str, object] = {
        "process.roles": "broker,controller",
        "node.id": address.broker,
        "controller.quorum.bootstrap.servers": ",".join(each.controller for each in cluster),
        "listeners": (
            f"CLIENT://{address.client},INTERNAL://{address.internal},"
            f"CONTROLLER://{address.controller}"
        ),
        "advertised.listeners": f"CLIENT://{address.client},INTERNAL://{address.internal}",
        "controller.listener.names": "CONTROLLER",
        "inter.broker.listener.name": "INTERNAL",
        "log.dirs": data,
        # A missing topic must be an error, not a silent topic with the wrong partition count.
        "auto.create.topics.enable": "false",
        # Tests send records of years ago; a clean-up by their times would take them within minutes.
        "log.retention.ms": -1,
        "default.replication.factor": replicas,
        "min.insync.replicas": in_sync,
        "offsets.topic.replication.factor": replicas,
        "offsets.topic.num.partitions": 8,
        "transaction.state.log.replication.factor": replicas,
        "transaction.state.log.min.isr": in_sync,
        "transaction.state.log.num.partitions": 4,
        # The default of three seconds would be added to the start of every consumer group.
        "group.initial.rebalance.delay.ms": 0,
        # A killed broker is missed, and let in again, after this; the default is nine seconds.
        "broker.session.timeout.ms": 4000,
        "broker.heartbeat.interval.ms": 500,
        **security,
        **overrides,
    }
    return "".join(f"{name}={value}\n" for name, value in properties.items())


def security_properties(
    security: Security, *, credentials: Credentials, keystore: Path | None, keystore_password: str
) -> dict[str, str]:
    """Return the properties that secure the clients' listener and leave the others open."""
    properties = {
        "listener.security.protocol.map": (
            f"CLIENT:{security.value},INTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT"
        )
    }
    if security.encrypts:
        properties |= {
            "listener.name.client.ssl.keystore.type": "PKCS12",
            "listener.name.client.ssl.keystore.location": str(keystore),
            "listener.name.client.ssl.keystore.password": keystore_password,
        }
    if security.authenticates:
        properties |= {
            "listener.name.client.sasl.enabled.mechanisms": "PLAIN",
            "listener.name.client.plain.sasl.jaas.config": (
                "org.apache.kafka.common.security.plain.PlainLoginModule required "
                f'user_{credentials.username}="{credentials.password}";'
            ),
        }
    return properties
