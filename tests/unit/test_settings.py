"""Settings: resolved from all their sources, refused with name, value and what is allowed."""

from pathlib import Path

import pytest

from monitor.errors import InvalidSetting
from monitor.settings import resolve


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    """Each value knows where it came from; what nobody sets has its default."""
    file = tmp_path / "settings.toml"
    file.write_text("[news-monitor]\nbatch_size = 7\nprocesses = 2\n", encoding="utf-8")

    resolved = resolve(environment={"NEWS_MONITOR_BATCH_SIZE": "9"}, file=file)

    assert resolved.settings.batch_size == 9
    assert resolved.origins["batch_size"] == "variable NEWS_MONITOR_BATCH_SIZE"
    assert resolved.settings.processes == 2
    assert resolved.origins["processes"] == f"file {file}"
    assert resolved.origins["group"] == "default"


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        (
            "NEWS_MONITOR_BATCH_SIZE",
            "many",
            "batch_size = 'many' (variable NEWS_MONITOR_BATCH_SIZE)",
        ),
        (
            "NEWS_MONITOR_BATCH_SIZ",
            "5",
            "no setting of this name; is batch_size meant? known are: ",
        ),
        ("NEWS_MONITOR_XYZ", "5", "xyz = '5' (variable NEWS_MONITOR_XYZ): no setting of this name"),
        ("NEWS_MONITOR_BROKER", " , ", "broker = ' , ' (variable NEWS_MONITOR_BROKER): must name"),
        ("NEWS_MONITOR_HTTP_PORT", "70000", "less than or equal to 65535"),
        ("NEWS_MONITOR_SECURITY_PROTOCOL", "SASL_SSL", "sasl_username: must be set"),
        ("NEWS_MONITOR_ALERTS_TOPIC", "news.signals.v1", "names must differ"),
        ("NEWS_MONITOR_ALERTS_TOPIC", "news.articles.v1.dead-letter", "names must differ"),
        ("NEWS_MONITOR_STORIES_TOPIC", "news.signals.v1.dead-letter", "names must differ"),
        ("NEWS_MONITOR_ARTICLE_TOPICS", "a,a.dead-letter", "there is a.dead-letter"),
        ("NEWS_MONITOR_ARTICLE_TOPICS", "a,..", "'..' is no name"),
        ("NEWS_MONITOR_SIGNALS_TOPIC", ".", "'.' is no name"),
    ],
)
def test_a_wrong_setting_is_refused(variable: str, value: str, words: str) -> None:
    """The message names the setting, its value, where it stands, and what is allowed."""
    with pytest.raises(InvalidSetting) as caught:
        resolve(environment={variable: value})
    assert words in str(caught.value)


@pytest.mark.parametrize("taken", ["news.signals.v1", "news.alerts.v1.dead-letter"])
def test_receipts_have_a_topic_of_their_own_where_there_are_subscriptions(taken: str) -> None:
    """Without a file of subscriptions neither receipts nor dead letters of alerts are written."""
    topic = {"NEWS_MONITOR_RECEIPTS_TOPIC": taken}
    assert resolve(environment=topic).settings.receipts_topic == taken
    with pytest.raises(InvalidSetting, match="names must differ"):
        resolve(environment={**topic, "NEWS_MONITOR_SUBSCRIPTIONS_FILE": "s.toml"})


def test_the_table_may_stand_beside_those_of_other_programs(tmp_path: Path) -> None:
    """Of a file with a table [news-monitor], other tables are none of our business."""
    file = tmp_path / "shared.toml"
    file.write_text("[other]\nport = 1\n[news-monitor]\nbatch_size = 7\n", encoding="utf-8")
    assert resolve(environment={}, file=file).settings.batch_size == 7


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("batch_size = 7\n[news-monitor]\nprocesses = 2\n", "batch_size: beside the table"),
        ("news-monitor = 5\n", "news-monitor = 5: must be a table"),
        ("[[news-monitor]]\nprocesses = 2\n", "must be a table"),
    ],
)
def test_a_file_of_two_minds_is_refused(content: str, words: str, tmp_path: Path) -> None:
    """No setting in a file is passed over in silence, wherever it stands."""
    file = tmp_path / "settings.toml"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(InvalidSetting) as caught:
        resolve(environment={}, file=file)
    assert words in str(caught.value)
    assert str(file) in str(caught.value)


@pytest.mark.parametrize(
    "address",
    [
        "foo",
        "foo:bar",
        ":9092",
        "127.0.0.1:99999",
        "127.0.0.1:0",
        "kafka://foo:9092",
        "foo bar:9092",
        "::1:9092",
        "[::1]",
        "[::1]x:9092",
        "[foo]:9092",
    ],
)
def test_a_malformed_address_of_a_broker_is_refused(address: str) -> None:
    """The message names the setting, the address and what is allowed, also among good ones."""
    value = f"kafka:9092, {address}"
    with pytest.raises(InvalidSetting) as caught:
        resolve(environment={}, overrides={"broker": value})
    message = str(caught.value)
    assert message.startswith(f"broker = {value!r} (option --broker): {address!r} is no address")
    assert "host:port" in message
    assert "65535" in message
    assert "[::1]:9092" in message


def test_addresses_of_brokers_are_hosts_and_numbers_of_either_kind() -> None:
    """Names, IPv4 and bracketed IPv6 addresses are taken as they are."""
    value = "kafka-1.example.org:9092,my_kafka:1,127.0.0.1:65535,[::1]:9092,[fe80::1%eth0]:9092"
    resolved = resolve(environment={"NEWS_MONITOR_BROKER": value})
    assert resolved.settings.broker == tuple(value.split(","))


def test_a_password_is_never_shown() -> None:
    """Neither an error nor the settings themselves give a secret away."""
    resolved = resolve(
        environment={"NEWS_MONITOR_SASL_USERNAME": "a", "NEWS_MONITOR_SASL_PASSWORD": "hush"}
    )
    assert "hush" not in repr(resolved.settings)


@pytest.mark.parametrize(
    "name",
    ["SASL_PASSWRD", "SASL_PASWORD", "SASL_PSSWORD", "PASSWORD", "SASL_PASS", "SASL_JAAS_CONFIG"],
)
def test_a_password_under_a_misspelt_name_is_never_shown(name: str, tmp_path: Path) -> None:
    """The message of a mistake ends in logs; it names the setting, but not the secret."""
    file = tmp_path / "settings.toml"
    file.write_text(f'{name.lower()} = "hunter2"\n', encoding="utf-8")
    for environment, source in (({f"NEWS_MONITOR_{name}": "hunter2"}, None), ({}, file)):
        with pytest.raises(InvalidSetting, match=rf"{name.lower()} = \*{{8}} ") as caught:
            resolve(environment=environment, file=source)
        assert "hunter2" not in str(caught.value)


def test_a_wrong_part_is_told_once() -> None:
    """Of a list whose only part is refused nobody says that it is empty as well."""
    with pytest.raises(InvalidSetting) as caught:
        resolve(environment={"NEWS_MONITOR_BROKER": "kafka"})
    assert str(caught.value).count("broker = ") == 1


def test_what_kubernetes_sets_for_a_service_is_no_setting() -> None:
    """A Service called news-monitor does not keep a worker from starting."""
    resolve(
        environment={
            "NEWS_MONITOR_SERVICE_HOST": "10.0.0.1",
            "NEWS_MONITOR_SERVICE_PORT": "9464",
            "NEWS_MONITOR_SERVICE_PORT_METRICS": "9464",
            "NEWS_MONITOR_PORT": "tcp://10.0.0.1:9464",
            "NEWS_MONITOR_PORT_9464_TCP": "tcp://10.0.0.1:9464",
            "NEWS_MONITOR_PORT_9464_TCP_ADDR": "10.0.0.1",
        }
    )
