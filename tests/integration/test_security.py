"""Encryption and credentials, through settings alone, for commands and for a worker."""

import asyncio
import gc
from collections.abc import Iterator
from pathlib import Path

import pytest

from agents.admin import create_topics
from agents.tail import End, Start, tail
from monitor.errors import BrokerUnavailable
from monitor.settings import Settings
from tests.command_line import CommandLine
from tests.integration.deployment import Deployment, some_news
from tests.real_kafka import KafkaCluster, Security
from tests.real_kafka.factory import ClusterFactory


@pytest.fixture(scope="module")
def secured(_require_kafka: None) -> Iterator[KafkaCluster]:
    """A broker with TLS and credentials."""
    with KafkaCluster(security=Security.SASL_SSL) as cluster:
        yield cluster


def _secured(cluster: KafkaCluster) -> dict[str, str]:
    """Return settings, as text, with which the cluster lets us in."""
    settings = {"broker": cluster.bootstrap, "security_protocol": cluster.security.value}
    if cluster.security.encrypts:
        settings["ssl_cafile"] = str(cluster.authority)
    if cluster.security.authenticates:
        settings["sasl_username"] = cluster.credentials.username
        settings["sasl_password"] = cluster.credentials.password
    return settings


@pytest.mark.parametrize("security", [Security.SSL, Security.SASL_PLAINTEXT, Security.SASL_SSL])
def test_commands_reach_a_secured_cluster(
    security: Security, kafka_factory: ClusterFactory
) -> None:
    """Topics, publish, replay and tail work with TLS, with credentials, and with both."""
    run = CommandLine(_secured(kafka_factory(security=security)))

    created = run("topics", "create")
    published = run("publish", "-", stdin=b"An article.")
    replay = ("replay", "--from", "news.articles.v1", "--to", "copy", "--create")
    copied = run(*replay)
    tailed = run("tail", "--from-beginning", "--no-follow")

    assert created.returncode == 0, created.stderr
    assert published.returncode == 0, published.stderr
    assert copied.returncode == 0, copied.stderr
    assert "replayed 1 record " in copied.stdout
    assert tailed.returncode == 0, tailed.stderr


async def test_a_worker_reads_from_a_secured_cluster(
    secured: KafkaCluster, unique_prefix: str, tmp_path: Path
) -> None:
    """The agents reach a cluster with TLS and credentials: articles in, alerts out."""
    security = {name: value for name, value in _secured(secured).items() if name != "broker"}
    deployment = Deployment(secured, unique_prefix, tmp_path, **security)
    try:
        await create_topics(deployment.settings)
        await deployment.publish(some_news(20))
        await deployment.start().wait_ready()
        await deployment.done()
        alerts = tail(
            deployment.settings,
            topic=deployment.settings.alerts_topic,
            start=Start.BEGINNING,
            end=End.NOW,
        )
        assert [each async for each in alerts]
    finally:
        deployment.close()


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"sasl_password": "wrong"}, "the broker refuses our credentials"),
        ({"sasl_mechanism": "SCRAM-SHA-256"}, "the broker refuses our credentials"),
        ({"ssl_cafile": ""}, "the certificate is not trusted"),
        ({"security_protocol": "PLAINTEXT"}, "not PLAINTEXT|does not speak PLAINTEXT"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_what_keeps_us_out_is_said(
    changes: dict[str, str], reason: str, secured: KafkaCluster
) -> None:
    """A wrong password, mechanism, authority or protocol: each is named, and no socket is left."""
    values = _secured(secured) | changes
    settings = Settings.model_validate({name: value for name, value in values.items() if value})

    with pytest.raises(BrokerUnavailable, match=reason):
        asyncio.run(create_topics(settings))
    # A socket left open says so when it is collected: here, and not in whichever test comes later.
    gc.collect()


def test_the_password_is_never_printed(secured: KafkaCluster) -> None:
    """Neither errors nor `config` show the password, whatever goes wrong."""
    password = "a-secret-that-is-wrong"
    run = CommandLine(_secured(secured) | {"sasl_password": password})

    for words in (("topics", "check"), ("config",), ("doctor",)):
        done = run(*words)
        assert password not in done.stdout + done.stderr
