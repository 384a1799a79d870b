"""The compose file starts what it should, in order, and opens nothing to other machines."""

import re
import tomllib

import pytest
import yaml
from click.testing import CliRunner

from monitor.cli import main
from monitor.settings import ENVIRONMENT_PREFIX, Settings, resolve
from tests.docker.compose import COMPOSE, FILE, SERVICES, environment_of, seconds
from tests.docker.tools import ROOT, required, run

OURS = ("topics", "worker")

every_service = pytest.mark.parametrize("name", SERVICES)


def test_compose_takes_the_file() -> None:
    """Compose itself, Debian's, parses and resolves the file."""
    compose = required("docker-compose", package="docker-compose")
    resolved = yaml.safe_load(run(compose, "--file", FILE, "config"))

    assert set(resolved["services"]) == set(SERVICES)
    assert resolved["services"]["worker"]["deploy"]["replicas"] == 2
    assert "topics" in resolved["services"]["worker"]["depends_on"]


@every_service
def test_ports_are_open_to_this_machine_only(name: str) -> None:
    """Every published port is bound to loopback."""
    for port in SERVICES[name].get("ports", []):
        assert port.startswith("127.0.0.1:")


@every_service
def test_images_are_pinned_by_version(name: str) -> None:
    """No image moves under us."""
    tag = SERVICES[name]["image"].partition(":")[2]

    assert re.fullmatch(r"v?\d+\.\d+\.\d+", tag)


@every_service
def test_what_stays_up_has_a_health_check_and_comes_up_again(name: str) -> None:
    """Long-running services say how they are (the worker's check is in its image) and restart."""
    service = SERVICES[name]
    if name == "topics":
        assert service["restart"] == "on-failure"
        return
    # A worker that stops because too much is unreadable must not be started for ever.
    assert service["restart"] == ("on-failure:5" if name == "worker" else "unless-stopped")
    assert ("healthcheck" in service) != (name == "worker")


def test_everything_starts_in_order() -> None:
    """Kafka answers, then the topics are made, then the worker starts."""
    assert SERVICES["topics"]["depends_on"] == {"kafka": {"condition": "service_healthy"}}
    assert SERVICES["worker"]["depends_on"] == {
        "kafka": {"condition": "service_healthy"},
        "topics": {"condition": "service_completed_successfully"},
    }


@every_service
def test_mounted_files_exist_and_volumes_are_declared(name: str) -> None:
    """No volume is a folder that Docker would create empty."""
    for volume in SERVICES[name].get("volumes", []):
        source = volume.partition(":")[0]
        if source.startswith("."):
            assert (FILE.parent / source).is_dir()
            assert volume.endswith(":ro")
        else:
            assert source in COMPOSE["volumes"]


@pytest.mark.parametrize("name", OURS)
def test_the_settings_of_our_services_are_settings(name: str) -> None:
    """What compose and image set is known and allowed, and leads to Kafka in the network."""
    settings = resolve(environment=environment_of(name)).settings

    assert settings.broker == ("kafka:19092",)
    assert (settings.http_host, settings.http_port) == ("0.0.0.0", 9464)
    assert "INSIDE://kafka:19092" in SERVICES["kafka"]["environment"]["KAFKA_ADVERTISED_LISTENERS"]


def test_config_prints_what_the_worker_gets() -> None:
    """`news-monitor config` with the worker's environment shows the broker and where it came from."""
    environment = {
        **{f"{ENVIRONMENT_PREFIX}{name.upper()}": None for name in Settings.model_fields},
        **environment_of("worker"),
    }
    done = CliRunner().invoke(main, ["config", "--format", "json"], env=environment)

    assert done.exit_code == 0, done.output
    assert "kafka:19092" in done.output
    assert "NEWS_MONITOR_BROKER" in done.output


@pytest.mark.parametrize("name", OURS)
def test_commands_of_our_services_are_commands(name: str) -> None:
    """The arguments that compose gives the entry point are understood."""
    done = CliRunner().invoke(main, [*SERVICES[name]["command"], "--help"])

    assert done.exit_code == 0, done.output


@every_service
def test_every_container_has_limits_and_can_gain_no_rights(name: str) -> None:
    """None takes the machine with it, and none gets more than it was given."""
    service = SERVICES[name]

    assert set(service["deploy"]["resources"]["limits"]) == {"cpus", "memory"}
    assert service["pids_limit"] > 0
    assert "no-new-privileges:true" in service["security_opt"]


def test_reading_processes_fit_into_their_container() -> None:
    """One for each processor of the container, however many the machine has, and memory for all."""
    processes = resolve(environment=environment_of("worker")).settings.processes
    limits = SERVICES["worker"]["deploy"]["resources"]["limits"]

    assert processes == int(limits["cpus"])
    # As docs/deploy.md says: 500 MB for each, and 300 MB for the worker itself.
    assert 0.5 * processes + 0.3 <= float(limits["memory"].removesuffix("G"))


def test_what_keeps_something_has_a_volume_for_it() -> None:
    """Topics, metrics, silences and Grafana's data outlive their containers."""
    keeping = {
        name
        for name, service in SERVICES.items()
        if any(not volume.startswith(".") for volume in service.get("volumes", []))
    }

    assert keeping == {"kafka", "prometheus", "alertmanager", "grafana"}
    assert len(COMPOSE["volumes"]) == len(keeping)


def test_alerts_go_from_prometheus_to_alertmanager() -> None:
    """By the service's name and port; Alertmanager is up before anything fires."""
    config = yaml.safe_load((FILE.parent / "prometheus" / "prometheus.yml").read_text())
    (manager,) = config["alerting"]["alertmanagers"]

    assert manager["static_configs"] == [{"targets": ["alertmanager:9093"]}]
    assert "127.0.0.1:9093:9093" in SERVICES["alertmanager"]["ports"]
    assert SERVICES["prometheus"]["depends_on"]["alertmanager"] == {"condition": "service_healthy"}


@pytest.mark.parametrize("name", OURS)
def test_our_containers_have_no_rights(name: str) -> None:
    """Read-only file system, no capabilities, no way to get any."""
    service = SERVICES[name]

    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]


def test_the_worker_has_time_to_finish_its_batch() -> None:
    """SIGKILL comes later than the end of the grace time."""
    grace = seconds(SERVICES["worker"]["stop_grace_period"])

    assert grace >= Settings().shutdown_grace_seconds + 5


def test_the_image_carries_this_release() -> None:
    """The image's tag is the version of the package."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]

    assert SERVICES["worker"]["image"] == f"news-monitor:{project['version']}"


def test_kafka_is_the_one_that_the_tests_run() -> None:
    """The broker's version is that of the integration tests, without automatic topics."""
    pom = (ROOT / "tests" / "real_kafka" / "pom.xml").read_text()
    version = re.search(r"<kafka.version>([^<]+)<", pom)
    assert version is not None
    assert SERVICES["kafka"]["image"] == f"apache/kafka:{version[1]}"
    assert SERVICES["kafka"]["environment"]["KAFKA_AUTO_CREATE_TOPICS_ENABLE"] == "false"
