"""Settings: one frozen object, resolved once from defaults, a TOML file and the environment.

Later sources win: default, file, environment (`NEWS_MONITOR_<NAME>`), command line. Every field
has a meaning that `news-monitor config` and docs/reference/settings.md print.
"""

import difflib
import ipaddress
import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    model_validator,
)

from monitor.errors import InvalidSetting

__all__ = [
    "DEAD_LETTER_SUFFIX",
    "ENVIRONMENT_PREFIX",
    "LogFormat",
    "LogLevel",
    "ResolvedSettings",
    "SaslMechanism",
    "SecurityProtocol",
    "Settings",
    "resolve",
]

DEAD_LETTER_SUFFIX = ".dead-letter"
"""What the name of a topic's dead-letter topic adds to its own."""
ENVIRONMENT_PREFIX = "NEWS_MONITOR_"
FILE_VARIABLE = "NEWS_MONITOR_CONFIG"


class SecurityProtocol(StrEnum):
    """How to speak to the broker, in Kafka's own terms."""

    PLAINTEXT = "PLAINTEXT"
    """Neither encrypted nor authenticated."""
    SSL = "SSL"
    """Encrypted with TLS."""
    SASL_PLAINTEXT = "SASL_PLAINTEXT"
    """Authenticated, not encrypted."""
    SASL_SSL = "SASL_SSL"
    """Authenticated and encrypted."""


class SaslMechanism(StrEnum):
    """How to prove who we are, in Kafka's own terms."""

    PLAIN = "PLAIN"
    """User name and password as they are: use with TLS."""
    SCRAM_SHA_256 = "SCRAM-SHA-256"
    """Challenge and response."""
    SCRAM_SHA_512 = "SCRAM-SHA-512"
    """Challenge and response, longer hash."""


class LogLevel(StrEnum):
    """From which level on log events are written."""

    DEBUG = "debug"
    """Everything; the only level that may show article text."""
    INFO = "info"
    """Starts, stops, assignments."""
    WARNING = "warning"
    """What an operator should look at."""
    ERROR = "error"
    """What has failed."""


class LogFormat(StrEnum):
    """How log events are written."""

    AUTO = "auto"
    """`console` on a terminal, `json` elsewhere."""
    CONSOLE = "console"
    """One readable line per event."""
    JSON = "json"
    """One JSON object per event."""


def _split(value: object) -> object:
    """Read `a, b` as a list, as the environment gives it."""
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    return value


_ADDRESS = re.compile(r"(?P<host>[^\s:/@\[\]]+|\[(?P<ipv6>[^\[\]]+)\]):(?P<port>[0-9]{1,5})")
_LARGEST_PORT = 65_535


def _address(value: str) -> str:
    """Refuse what the clients of the broker would stumble over later, each in its own way."""
    parts = _ADDRESS.fullmatch(value)
    known = parts is not None and 1 <= int(parts["port"]) <= _LARGEST_PORT
    if known and parts is not None and parts["ipv6"] is not None:
        try:
            ipaddress.IPv6Address(parts["ipv6"])
        except ValueError:
            known = False
    if not known:
        message = (
            f"{value!r} is no address of a broker: allowed is host:port, with a port from 1 to"
            f" {_LARGEST_PORT}; IPv6 addresses in brackets, such as [::1]:9092"
        )
        raise ValueError(message)
    return value


BrokerAddress = Annotated[str, AfterValidator(_address)]


def _topic(value: str) -> str:
    """Refuse the two names that Kafka keeps for folders; its other rules are in the pattern."""
    if value in {".", ".."}:
        message = f"{value!r} is no name that Kafka takes for a topic"
        raise ValueError(message)
    return value


TopicName = Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,230}$"), AfterValidator(_topic)]


class Settings(BaseModel):
    """Everything that can be set, checked, and frozen."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", use_attribute_docstrings=True, validate_default=True
    )

    # The broker
    broker: Annotated[tuple[BrokerAddress, ...], BeforeValidator(_split)] = Field(
        default=("127.0.0.1:9092",), min_length=1
    )
    """Addresses of Kafka brokers, host:port ([address]:port for IPv6), separated by commas."""
    security_protocol: SecurityProtocol = SecurityProtocol.PLAINTEXT
    """How to speak to the broker."""
    sasl_mechanism: SaslMechanism = SaslMechanism.PLAIN
    """How to prove who we are; used with SASL_PLAINTEXT and SASL_SSL."""
    sasl_username: str = ""
    """User name for SASL."""
    sasl_password: SecretStr = SecretStr("")
    """Password for SASL."""
    ssl_cafile: Path | None = None
    """PEM file of the authorities that the broker's certificate is checked against; the system's when unset."""
    ssl_certfile: Path | None = None
    """PEM file of our own certificate, where the broker asks for one."""
    ssl_keyfile: Path | None = None
    """PEM file of our own key."""
    ssl_check_hostname: bool = True
    """Whether the broker's certificate must name the host we speak to."""

    # Topics
    article_topics: Annotated[tuple[TopicName, ...], BeforeValidator(_split)] = Field(
        default=("news.articles.v1",), min_length=1
    )
    """Topics that articles are read from, separated by commas."""
    signals_topic: TopicName = "news.signals.v1"
    """Topic of signals, one record per article and desk."""
    stories_topic: TopicName = "news.stories.v1"
    """Compacted topic of open stories: the alert agent's state."""
    alerts_topic: TopicName = "news.alerts.v1"
    """Topic of alerts."""
    retries_topic: TopicName = "news.retries.v1"
    """Compacted topic of one partition that says which dead letters were sent back or discarded."""
    receipts_topic: TopicName = "news.receipts.v1"
    """Compacted topic of what subscriptions were told; used with `subscriptions_file`."""
    canary_topic: TopicName = "news.canary.v1"
    """Compacted topic of one partition where canaries come back; used unless `canary_seconds` is 0."""
    article_partitions: int = Field(default=8, ge=1, le=1000)
    """Partitions of an article topic that we create: the most workers that can share the reading."""
    signals_partitions: int = Field(default=3, ge=1, le=1000)
    """Partitions of the signals and stories topics, always equal; one per desk is enough."""
    alerts_partitions: int = Field(default=3, ge=1, le=1000)
    """Partitions of the alerts topic."""
    replication_factor: int = Field(default=0, ge=0, le=9)
    """Copies of each partition; 0 means three, or as many as there are brokers if fewer."""
    article_retention_hours: int = Field(default=168, ge=1)
    """How long articles and signals are kept."""
    alert_retention_hours: int = Field(default=720, ge=1)
    """How long alerts and dead letters are kept."""
    max_record_bytes: int = Field(default=6_291_456, ge=65_536, le=67_108_864)
    """Largest record the article topics take; dead-letter topics take 64 KiB more."""

    # The worker
    group: str = Field(default="news-monitor", pattern=r"^[A-Za-z0-9._-]{1,200}$")
    """Consumer group: workers of one group share the partitions."""
    session_timeout_seconds: float = Field(default=12.0, ge=3, le=300)
    """After how long without a heartbeat the broker gives a worker's partitions to others."""
    commit_interval_seconds: float = Field(default=1.0, ge=0.1, le=60)
    """How often acknowledged offsets are committed."""
    batch_size: int = Field(default=100, ge=1, le=5000)
    """Most records that an agent handles together."""
    batch_wait_seconds: float = Field(default=0.1, ge=0.005, le=10)
    """How long an agent waits for a batch to fill."""
    processes: int = Field(default=0, ge=0, le=256)
    """Processes that read articles; 0 means one per processor core."""
    analysis_timeout_seconds: float = Field(default=30.0, ge=1, le=600)
    """How long reading a share of a batch may take before its process is replaced, whatever its size."""
    analysis_seconds_per_10k_chars: float = Field(default=5.0, ge=0, le=600)
    """How much longer it may take for every 10,000 characters of the share. One core reads as many in 0.6 to 1.0 s; the default leaves a factor of five for slower machines."""
    max_text_chars: int = Field(default=500_000, ge=1_000, le=10_000_000)
    """Longest text that is read, in characters; a longer one is a dead letter."""
    shutdown_grace_seconds: float = Field(default=8.0, ge=1, le=300)
    """How long a worker that is told to stop tries to finish the batch in hand."""
    dead_letter_share: float = Field(default=0.5, gt=0, le=1)
    """Share of dead letters among the last `dead_letter_window` above which the worker stops."""
    dead_letter_window: int = Field(default=500, ge=10, le=100_000)
    """How many of the last records `dead_letter_share` looks at."""
    story_idle_hours: float = Field(default=96.0, gt=0, le=2400)
    """A story without news for so long, in event time, is closed."""
    story_quiet_minutes: float = Field(default=0.0, ge=0, le=10_080)
    """Least time between two revisions of an alert, in event time; what makes it graver, ends it or denies it is told at once. 0 tells everything at once."""

    # Replay
    replay_confirm_records: int = Field(default=100_000, ge=0)
    """A replay of more records than this asks first, or wants --yes."""

    # Reading
    model: str = "builtin"
    """The entity pipeline: `builtin`, or the name or folder of a spaCy pipeline you have installed."""
    lexicon_overlays: Annotated[tuple[Path, ...], BeforeValidator(_split)] = ()
    """Folders of lexicon files that add to, change or switch off built-in entries, separated by commas."""
    watchlists: Annotated[tuple[Path, ...], BeforeValidator(_split)] = ()
    """TOML or CSV files of terms and entities that alerts name when their articles do (docs/watchlists.md), separated by commas."""

    # Subscriptions
    subscriptions_file: Path | None = None
    """TOML file of subscriptions, each with a topic of its own; none when unset. Read again when it changes."""

    # Watching it run
    canary_seconds: float = Field(default=60.0, ge=0, le=3600)
    """How often the workers of a group send themselves an article that is no news, to measure that news comes through; 0 means never."""
    publishers_followed: int = Field(default=50, ge=0, le=1000)
    """How many publishers, those that send most, are told of in metrics, so that one that falls silent is noticed; 0 means none."""
    http_host: str = "127.0.0.1"
    """Address that /metrics, /healthz and /readyz are served on."""
    http_port: int = Field(default=9464, ge=0, le=65535)
    """Port that they are served on; 0 takes any free one and logs it."""
    stuck_after_seconds: float = Field(default=60.0, ge=5, le=3600)
    """A worker with waiting records and no progress for so long is not ready; reading a share within its time is progress."""
    stuck_exit_seconds: float = Field(default=300.0, ge=0, le=86_400)
    """A worker that stands still for so long, or whose event loop does, ends with exit code 1, so that it is started again; 0 means never."""
    tracing: bool = False
    """Whether spans of each record's way go to an OpenTelemetry collector; needs the extra `tracing`."""
    log_level: LogLevel = LogLevel.INFO
    """From which level on log events are written."""
    log_levels_file: Path | None = None
    """TOML file of levels by module, such as `"agents.delivery" = "debug"`; read again when it changes."""
    log_format: LogFormat = LogFormat.AUTO
    """How log events are written."""

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        """Refuse combinations that cannot work."""
        if self.security_protocol.value.startswith("SASL") and not self.sasl_username:
            message = f"sasl_username: must be set with security_protocol {self.security_protocol}"
            raise ValueError(message)
        if (self.ssl_certfile is None) != (self.ssl_keyfile is None):
            message = "ssl_certfile and ssl_keyfile: set both or neither"
            raise ValueError(message)
        if 0 < self.stuck_exit_seconds < self.stuck_after_seconds:
            message = (
                f"stuck_exit_seconds: must be 0 or at least stuck_after_seconds"
                f" ({self.stuck_after_seconds:g}), or a worker would end before it is called stuck"
            )
            raise ValueError(message)
        names = [*self.article_topics, self.signals_topic, self.stories_topic, self.alerts_topic]
        names += [self.retries_topic]
        read = [*self.article_topics, self.signals_topic]
        if self.subscriptions_file is not None:
            names.append(self.receipts_topic)
            read.append(self.alerts_topic)
        if self.canary_seconds:
            names.append(self.canary_topic)
        names += [f"{name}{DEAD_LETTER_SUFFIX}" for name in read]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            message = (
                "article_topics, signals_topic, stories_topic, alerts_topic, retries_topic,"
                f" receipts_topic, canary_topic: names must differ, also from the topics {', '.join(names[-len(read) :])} that dead"
                f" letters go to; more than once there is {', '.join(twice)}"
            )
            raise ValueError(message)
        return self


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedSettings:
    """Settings and, per name, where the value came from."""

    settings: Settings
    origins: Mapping[str, str]


def resolve(
    *,
    environment: Mapping[str, str] | None = None,
    file: Path | None = None,
    overrides: Mapping[str, Any] | None = None,
) -> ResolvedSettings:
    """Resolve the settings from all their sources.

    Args:
        environment: variables to look in; the process's own by default.
        file: a TOML file of `name = value` lines, all flat or all in a table `[news-monitor]`; by
            default the one `NEWS_MONITOR_CONFIG` names.
        overrides: values given on the command line; None means not given.

    Raises:
        InvalidSetting: naming the setting, its value, where it stands, and what is allowed.
    """
    environment = os.environ if environment is None else environment
    values: dict[str, Any] = {}
    origins: dict[str, str] = {}

    def take(name: str, value: object, origin: str) -> None:
        values[name] = value
        origins[name] = origin

    if file is None and environment.get(FILE_VARIABLE):
        file = Path(environment[FILE_VARIABLE])
    for name, value in _read_file(file).items() if file else ():
        take(name, value, f"file {file}")
    for variable, value in environment.items():
        if variable.startswith(ENVIRONMENT_PREFIX) and not _is_of_others(variable):
            take(variable.removeprefix(ENVIRONMENT_PREFIX).lower(), value, f"variable {variable}")
    for name, value in (overrides or {}).items():
        if value is not None:
            take(name, value, f"option --{name.replace('_', '-')}")
    try:
        settings = Settings.model_validate(values)
    except ValidationError as error:
        raise InvalidSetting(_explain(error, values, origins)) from error
    return ResolvedSettings(
        settings=settings,
        origins={name: origins.get(name, "default") for name in Settings.model_fields},
    )


# Variables of the same prefix that are not settings: the file's place, and the test suite's own.
_OTHER_VARIABLES = frozenset({FILE_VARIABLE, "NEWS_MONITOR_REQUIRE_KAFKA"})
# What Kubernetes sets in every container for a Service that is called news-monitor.
_SERVICE_VARIABLE = re.compile(
    r"NEWS_MONITOR_(SERVICE_(HOST|PORT)(_[A-Z0-9_]+)?|PORT(_[0-9]+_(TCP|UDP|SCTP)(_[A-Z]+)?)?)"
)


def _is_of_others(variable: str) -> bool:
    """Whether a variable of our prefix is not a setting."""
    return variable in _OTHER_VARIABLES or _SERVICE_VARIABLE.fullmatch(variable) is not None


_TABLE = "news-monitor"


def _read_file(file: Path) -> dict[str, Any]:
    """Read a TOML file of settings: all flat, or all under a `[news-monitor]` table.

    Other tables beside that one are other programs'; values beside it are refused, for whoever
    wrote them there means them for us.
    """
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        message = f"settings file {file}: cannot be read ({error.strerror})"
        raise InvalidSetting(message) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        message = f"settings file {file}: not valid TOML: {error}"
        raise InvalidSetting(message) from error
    if _TABLE not in content:
        return content
    table = content.pop(_TABLE)
    if not isinstance(table, dict):
        message = (
            f"settings file {file}: {_TABLE} = {table!r}: must be a table: write [{_TABLE}] on a"
            " line of its own and the settings below it, or only the settings"
        )
        raise InvalidSetting(message)
    flat = [name for name, value in content.items() if not isinstance(value, dict)]
    if flat:
        message = (
            f"settings file {file}: {', '.join(flat)}: beside the table [{_TABLE}] no settings may"
            " stand: move all of them below it, or take the line with its name away"
        )
        raise InvalidSetting(message)
    return dict(table)


def _explain(error: ValidationError, values: Mapping[str, Any], origins: Mapping[str, str]) -> str:
    """Say per refused setting: name, value, origin, what is allowed."""
    lines = []
    told = set()
    for detail in error.errors():
        name = str(detail["loc"][0]) if detail["loc"] else ""
        if detail["type"] == "too_short" and name in told:
            # Its parts were refused one by one, which leaves none: that was said already.
            continue
        told.add(name)
        reason = detail["msg"].removeprefix("Value error, ")
        if detail["type"] == "too_short":
            reason = "must name at least one"
        elif detail["type"] == "extra_forbidden":
            reason = _unknown(name)
        if not name:
            lines.append(reason)
            continue
        shown = "********" if _is_secret(name) else repr(values.get(name))
        lines.append(f"{name} = {shown} ({origins.get(name, 'default')}): {reason}")
    return "\n".join(lines)


# What passwords are called, ours (`sasl_password`) and other programs'.
_SECRET = re.compile("pass|pwd|pw$|secret|token|credential|jaas|api_?key", re.IGNORECASE)


def _is_secret(name: str) -> bool:
    """Whether a value must not be shown: also that of a secret whose name is misspelt."""
    if name in Settings.model_fields:
        return "password" in name
    return _SECRET.search(name) is not None or "sasl_password" in _alike(name)


def _alike(name: str) -> list[str]:
    """Return the settings that may be meant by a name that is none, the likeliest first."""
    return difflib.get_close_matches(name.lower(), Settings.model_fields)


def _unknown(name: str) -> str:
    """Say that there is no setting of a name, and which there are."""
    alike = _alike(name)
    meant = f"is {' or '.join(alike)} meant? " if alike else ""
    return f"no setting of this name; {meant}known are: {', '.join(sorted(Settings.model_fields))}"
