"""The AsyncAPI 3 document: every topic with its records, keys, headers and settings, for tools.

It is made from the topics that the settings call for and from the JSON Schemas of the records, and
states nothing of its own. AsyncAPI 3.0.0: https://www.asyncapi.com/docs/reference/specification/v3.0.0;
Kafka bindings 0.5.0: https://github.com/asyncapi/bindings/tree/master/kafka.
"""

import importlib.metadata
import re
from collections.abc import Mapping
from typing import Any

from agents.subscriptions_file import needed_topics
from agents.topics import TopicSpec
from monitor import wire
from monitor.settings import DEAD_LETTER_SUFFIX, SecurityProtocol, Settings
from monitor.wire import (
    alert_v1,
    article_v1,
    canary_v1,
    dead_letter_v1,
    receipt_v1,
    retry_mark_v1,
    signal_v1,
    story_v1,
)

__all__ = ["document"]

_BINDING_VERSION = "0.5.0"
_JSON = "application/json"
_KEYS = {
    article_v1.NAME: "Article id, or none.",
    signal_v1.NAME: "Desk.",
    story_v1.NAME: "Story id.",
    alert_v1.NAME: "Alert id: all revisions of an alert are on one partition, in order.",
    dead_letter_v1.NAME: "The lost record's own key.",
    retry_mark_v1.NAME: "Place of the dead letter, and the run.",
    receipt_v1.NAME: "Alert id.",
    canary_v1.NAME: "Consumer group, a space, and the desk.",
}
_ACTIONS = {
    article_v1.NAME: ("receive",),
    signal_v1.NAME: ("send", "receive"),
    story_v1.NAME: ("send", "receive"),
    alert_v1.NAME: ("send",),
    dead_letter_v1.NAME: ("send", "receive"),
    retry_mark_v1.NAME: ("send", "receive"),
    receipt_v1.NAME: ("send", "receive"),
    canary_v1.NAME: ("send", "receive"),
}
"""What workers and commands do with a record's topics."""


def document(settings: Settings) -> dict[str, Any]:
    """Return the AsyncAPI document of workers with these settings; no password is in it.

    Raises:
        InvalidSubscriptions: the file of subscriptions, whose topics are told of, is wrong.
    """
    specs = needed_topics(settings)
    topics = {spec.name: _record_on(spec, settings) for spec in specs}
    return {
        "asyncapi": "3.0.0",
        "id": "urn:news-monitor",
        "info": {
            "title": "News Monitor",
            "version": importlib.metadata.version("news-monitor"),
            "description": "Articles come in on Kafka, alerts of escalation go out: one per story, "
            "with revisions, each with the sentence that proves it. Delivery is at least once; keep "
            "the record with the highest `revision` per `alert_id`.",
            "license": {
                "name": "Apache-2.0",
                "url": "https://www.apache.org/licenses/LICENSE-2.0",
            },
        },
        "defaultContentType": _JSON,
        "servers": _servers(settings),
        "channels": {spec.name: _channel(spec, topics[spec.name]) for spec in specs},
        "operations": {
            f"{action}-{topic}": _operation(action, topic, record, settings)
            for topic, record in topics.items()
            for action in _ACTIONS[record]
        },
        "components": {"schemas": _schemas(), "messages": _messages(settings)},
    }


def _record_on(spec: TopicSpec, settings: Settings) -> str:
    """Name the record that lies on a topic; what is none of the others carries alerts."""
    if spec.name.endswith(DEAD_LETTER_SUFFIX):
        return dead_letter_v1.NAME
    if spec.name in settings.article_topics:
        return article_v1.NAME
    named = {
        settings.signals_topic: signal_v1.NAME,
        settings.stories_topic: story_v1.NAME,
        settings.retries_topic: retry_mark_v1.NAME,
        settings.receipts_topic: receipt_v1.NAME,
        settings.canary_topic: canary_v1.NAME,
    }
    return named.get(spec.name, alert_v1.NAME)


def _servers(settings: Settings) -> dict[str, Any]:
    protocol = settings.security_protocol
    server: dict[str, Any] = {
        "protocol": "kafka-secure" if "SSL" in protocol.value.split("_") else "kafka"
    }
    if protocol in (SecurityProtocol.SASL_PLAINTEXT, SecurityProtocol.SASL_SSL):
        mechanism = settings.sasl_mechanism.value
        kind = {"PLAIN": "plain", "SCRAM-SHA-256": "scramSha256", "SCRAM-SHA-512": "scramSha512"}
        server["security"] = [{"type": kind[mechanism], "description": f"SASL {mechanism}"}]
    return {
        f"broker-{number}": {"host": address, **server}
        for number, address in enumerate(settings.broker, start=1)
    }


def _channel(spec: TopicSpec, record: str) -> dict[str, Any]:
    configured: dict[str, Any] = {
        name: int(value) if value.isdecimal() else value for name, value in spec.config.items()
    }
    configured["cleanup.policy"] = spec.config["cleanup.policy"].split(",")
    names = [f"{record}-v1", "plain-article"] if record == article_v1.NAME else [f"{record}-v1"]
    return {
        "address": spec.name,
        "description": f"{spec.purpose[:1].upper()}{spec.purpose[1:]}.",
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in names},
        "bindings": {
            "kafka": {
                "topic": spec.name,
                "partitions": spec.partitions,
                "topicConfiguration": configured,
                "bindingVersion": _BINDING_VERSION,
            }
        },
    }


def _operation(action: str, topic: str, record: str, settings: Settings) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "action": action,
        "channel": {"$ref": f"#/channels/{topic}"},
        "summary": f"News Monitor {'reads' if action == 'receive' else 'writes'} {topic}.",
    }
    if action == "receive" and record in (article_v1.NAME, signal_v1.NAME):
        # The other topics are read back from a place of our own choice, without a group.
        group = {"type": "string", "enum": [settings.group]}
        operation["bindings"] = {"kafka": {"groupId": group, "bindingVersion": _BINDING_VERSION}}
    return operation


def _messages(settings: Settings) -> dict[str, Any]:
    titles = {name: schema["title"] for name, schema in wire.schemas().items()}
    messages = {
        name: _message(
            name.rpartition("-v")[0], title, payload={"$ref": f"#/components/schemas/{name}"}
        )
        for name, title in titles.items()
    }
    messages["plain-article"] = _message(
        article_v1.NAME,
        "An article that has only a text",
        payload={"type": "string", "minLength": 1},
    ) | {"contentType": "text/plain"}
    alert = messages[f"{alert_v1.NAME}-v{alert_v1.VERSION}"]
    alert["headers"] = _plain(alert_v1.headers_schema())
    alert["correlationId"] = {
        "description": "The same whenever the same revision is sent.",
        "location": "$message.header#/ce_id",
    }
    source = f"/news-monitor/{settings.signals_topic}"
    for example, value in zip(alert["examples"], alert_v1.EXAMPLES, strict=True):
        sent = alert_v1.headers(alert_v1.decode(value), source=source)
        example["headers"] = {name: content.decode() for name, content in sent}
    letter = messages[f"{dead_letter_v1.NAME}-v{dead_letter_v1.VERSION}"]
    # The value is whatever could not be read; what we say of it stands in the headers.
    letter["headers"] = letter.pop("payload")
    letter["contentType"] = "application/octet-stream"
    letter["examples"] = [{"headers": each["payload"]} for each in letter["examples"]]
    return messages


def _message(record: str, title: str, *, payload: Mapping[str, Any]) -> dict[str, Any]:
    key = {"type": "string", "description": _KEYS[record]}
    message: dict[str, Any] = {
        "name": record,
        "title": title,
        "contentType": _JSON,
        "payload": dict(payload),
        "bindings": {"kafka": {"key": key, "bindingVersion": _BINDING_VERSION}},
    }
    if "$ref" in payload:
        schema = wire.schemas()[str(payload["$ref"]).rpartition("/")[2]]
        message["examples"] = [{"payload": example} for example in schema["examples"]]
    return message


def _schemas() -> dict[str, Any]:
    """Return the schemas of all records and of the values inside of them, by name."""
    found: dict[str, Any] = {}
    for name, schema in wire.schemas().items():
        for inner, definition in schema.get("$defs", {}).items():
            found[inner] = _plain(definition)
        found[name] = _plain(schema)
    return found


def _plain(node: Any) -> Any:
    """Rewrite a schema of draft 2020-12 in the words of AsyncAPI's, which are draft 07's.

    There nothing may stand beside a reference, and definitions lie in the document's components.
    """
    if isinstance(node, list):
        return [_plain(each) for each in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        name = re.sub(r"^#/\$defs/", "", node["$ref"])
        reference = {"$ref": f"#/components/schemas/{name}"}
        beside = {key: value for key, value in node.items() if key != "$ref"}
        return {"allOf": [reference], **beside} if beside else reference
    dropped = ("$schema", "$id", "$defs", "examples")
    return {key: _plain(value) for key, value in node.items() if key not in dropped}
