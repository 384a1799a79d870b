"""A cluster of real brokers on loopback that a test can start, kill and restart at will."""

import asyncio
import base64
import functools
import os
import secrets
import shutil
import signal
import tempfile
import uuid
import weakref
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from aiokafka.helpers import create_ssl_context

from tests.real_kafka.broker import Broker
from tests.real_kafka.certificates import make_certificates
from tests.real_kafka.configuration import (
    BrokerAddress,
    Credentials,
    Security,
    security_properties,
    server_properties,
)
from tests.real_kafka.errors import KafkaStartError
from tests.real_kafka.metadata import knows_brokers, until_all
from tests.real_kafka.ports import PortReservation

READY_SECONDS = 60.0
STOP_SECONDS = 30.0

_PORTS_PER_BROKER = 3


class KafkaCluster:
    """Brokers in KRaft mode, each a controller too, numbered from 1.

    As a context manager it is started on entry; on exit it ends and, unless a directory was
    given, leaves nothing behind. The brokers die with the program that started them.
    """

    def __init__(
        self,
        brokers: int = 1,
        *,
        directory: Path | None = None,
        security: Security = Security.PLAINTEXT,
        overrides: Mapping[str, str] | None = None,
        client_port: int | None = None,
    ) -> None:
        """Choose the ports and prepare the settings; nothing is started yet.

        Args:
            brokers: How many; topics are replicated on up to three of them.
            directory: Where settings, data and logs are kept, also after the end.
            security: How clients reach the brokers.
            overrides: Broker properties that win over those of the fixture.
            client_port: The first broker's port, the next brokers take the next ones; free
                ports are chosen without it.
        """
        self.security = security
        self.credentials = Credentials(username="monitor", password=secrets.token_hex(8))
        self.authority: Path | None = None
        self._overrides = dict(overrides or {})
        self._is_formatted = False
        chosen = [] if client_port is None else [client_port + each for each in range(brokers)]
        self._ports = PortReservation(chosen=chosen, free=brokers * _PORTS_PER_BROKER - len(chosen))
        # Only now, so that a port that cannot be had leaves no folder behind.
        self._keeps_directory = directory is not None
        self._directory = (directory or Path(tempfile.mkdtemp(prefix="kafka-"))).absolute()
        self._brokers = {
            address.broker: Broker(address, self._directory / f"broker-{address.broker}")
            for address in _addresses(brokers, self._ports.ports)
        }
        remove = None if self._keeps_directory else self._directory
        self._end = weakref.finalize(self, _end, os.getpid(), self._brokers, self._ports, remove)

    def __enter__(self) -> Self:
        """Start the cluster and wait until it answers."""
        try:
            self.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """End the cluster."""
        self.close()

    @property
    def bootstrap(self) -> str:
        """The addresses for clients, comma separated, also of brokers that are down."""
        return ",".join(broker.address.client for broker in self._brokers.values())

    @property
    def broker_ids(self) -> tuple[int, ...]:
        """The numbers of all brokers."""
        return tuple(self._brokers)

    @property
    def running_broker_ids(self) -> tuple[int, ...]:
        """The numbers of the brokers whose process is alive."""
        return tuple(number for number, broker in self._brokers.items() if broker.is_running)

    def address_of(self, broker: int) -> str:
        """Return the address of one broker for clients."""
        return self._brokers[broker].address.client

    def client_options(self) -> dict[str, Any]:
        """Return the arguments with which any aiokafka client reaches the cluster."""
        return {"bootstrap_servers": self.bootstrap, **self.security_options()}

    def security_options(self) -> dict[str, Any]:
        """Return those of the client's arguments that concern encryption and credentials."""
        options: dict[str, Any] = {"security_protocol": self.security.value}
        if self.security.encrypts:
            options["ssl_context"] = create_ssl_context(cafile=str(self.authority))
        if self.security.authenticates:
            options["sasl_mechanism"] = "PLAIN"
            options["sasl_plain_username"] = self.credentials.username
            options["sasl_plain_password"] = self.credentials.password
        return options

    def start(self) -> None:
        """Start every broker and wait until each answers and knows the others.

        After `stop` the brokers come back on the same ports with the records they had.
        """
        if not self._is_formatted:
            self._format()
            self._is_formatted = True
        for number in self.broker_ids:
            self.start_broker(number)
        self.wait_ready()

    def stop(self) -> None:
        """Stop every broker in good order; their records and ports are kept."""
        for broker in self._brokers.values():
            broker.signal(signal.SIGTERM)
        for broker in self._brokers.values():
            broker.join(STOP_SECONDS)

    def close(self) -> None:
        """End for good, and give back the ports and what was on the disk.

        The brokers are stopped in good order only if their directory outlives the cluster.
        """
        if self._keeps_directory and self._end.alive:
            self.stop()
        self._end()

    def start_broker(self, broker: int) -> None:
        """Start one broker; `wait_ready` waits until it answers."""
        self._brokers[broker].start()

    def stop_broker(self, broker: int) -> None:
        """Stop one broker in good order: it hands its partitions over first."""
        self._brokers[broker].signal(signal.SIGTERM)
        self._brokers[broker].join(STOP_SECONDS)

    def kill_broker(self, broker: int) -> None:
        """End one broker as a power cut would."""
        self._brokers[broker].kill()

    def pid_of(self, broker: int) -> int:
        """Return the process number of a running broker."""
        return self._brokers[broker].pid

    def wait_ready(self, timeout: float = READY_SECONDS) -> None:
        """Wait until every started broker answers and knows all the others that were started.

        Raises KafkaStartError with the tails of the logs when a broker ends or time is up.
        """
        expected = [broker for broker in self._brokers.values() if broker.is_expected]
        options = self.security_options()
        conditions = [
            functools.partial(knows_brokers, broker.address.client, options, len(expected))
            for broker in expected
        ]
        waiting = until_all(conditions, seconds=timeout, check=self._check_alive)
        # A thread of its own, because the caller's may be running an event loop.
        with ThreadPoolExecutor(max_workers=1) as thread:
            is_ready = thread.submit(asyncio.run, waiting).result()
        if not is_ready:
            what = f"not every broker was ready after {timeout} s"
            raise KafkaStartError(what, self.log_tails())

    def log_tails(self) -> str:
        """Return the last lines of every broker's log."""
        return "\n".join(broker.log_tail() for broker in self._brokers.values())

    def _check_alive(self) -> None:
        for number, broker in self._brokers.items():
            if broker.is_expected and not broker.is_running:
                what = f"broker {number} ended by itself"
                raise KafkaStartError(what, broker.log_tail())

    def _format(self) -> None:
        """Write the settings of every broker and prepare its data folder."""
        addresses = [broker.address for broker in self._brokers.values()]
        security = self._secure()
        for broker in self._brokers.values():
            broker.configure(
                server_properties(
                    broker.address,
                    addresses,
                    data=broker.data,
                    security=security,
                    overrides=self._overrides,
                )
            )
        cluster_id = _kafka_id()
        controllers = ",".join(
            f"{address.broker}@{address.controller}:{_kafka_id()}" for address in addresses
        )
        # Each takes a second of one core, nearly all of it the start of a Java machine.
        with ThreadPoolExecutor(max_workers=os.cpu_count()) as threads:
            formatted = [
                threads.submit(broker.format, cluster_id, controllers)
                for broker in self._brokers.values()
            ]
        for each in formatted:
            each.result()

    def _secure(self) -> dict[str, str]:
        keystore = None
        password = secrets.token_hex(8)
        if self.security.encrypts:
            self._directory.mkdir(parents=True, exist_ok=True)
            certificates = make_certificates(self._directory, password)
            keystore, self.authority = certificates.keystore, certificates.authority
        return security_properties(
            self.security,
            credentials=self.credentials,
            keystore=keystore,
            keystore_password=password,
        )


def _addresses(brokers: int, ports: tuple[int, ...]) -> list[BrokerAddress]:
    clients, internals, controllers = (
        ports[kind * brokers : (kind + 1) * brokers] for kind in range(_PORTS_PER_BROKER)
    )
    return [
        BrokerAddress(
            broker=number, client_port=client, internal_port=inside, controller_port=quorum
        )
        for number, client, inside, quorum in zip(
            range(1, brokers + 1), clients, internals, controllers, strict=True
        )
    ]


def _kafka_id() -> str:
    """Make an identifier as Kafka writes them: a UUID in base64 without padding."""
    while True:
        made = base64.urlsafe_b64encode(uuid.uuid4().bytes).rstrip(b"=").decode()
        # Kafka's tools would take a leading dash for an option.
        if not made.startswith("-"):
            return made


def _end(
    owner: int, brokers: dict[int, Broker], ports: PortReservation, remove: Path | None
) -> None:
    """End all brokers at once; runs at the latest when the program ends."""
    # A forked child inherits this duty, but not the brokers.
    if os.getpid() != owner:
        return
    for broker in brokers.values():
        broker.kill()
    ports.release()
    if remove is not None:
        shutil.rmtree(remove, ignore_errors=True)
