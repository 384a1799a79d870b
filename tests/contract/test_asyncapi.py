"""The AsyncAPI document says what the code does, and the tools that read such documents take it."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from agents.asyncapi import document
from agents.topics import topics_for
from monitor import wire
from monitor.settings import Settings
from monitor.wire import alert_v1, dead_letter_v1
from tests.documents import DOCS
from tests.toolchains import required
from tests.toolchains.needed import NEEDED

PARSER_SECONDS = 900

SECURED = Settings.model_validate(
    {
        "broker": "one:9092,two:9093",
        "security_protocol": "SASL_SSL",
        "sasl_mechanism": "SCRAM-SHA-512",
        "sasl_username": "somebody",
        "sasl_password": "not to be published",
        "article_topics": "wire.a,wire.b",
        "group": "night-desk",
    }
)


def parsed(*files: Path) -> list[dict[str, Any]]:
    """What the official parser finds in each file."""
    folder = required(NEEDED["asyncapi"])
    done = subprocess.run(
        [shutil.which("node") or "node", "check.js", *map(str, files)],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=PARSER_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return list(json.loads(done.stdout).values())


@pytest.mark.timeout(3 * PARSER_SECONDS)
def test_the_official_parser_takes_the_document(tmp_path: Path) -> None:
    """Neither error nor warning, for the published document and a secured one; a wrong one is told."""
    secured, wrong = tmp_path / "secured.json", tmp_path / "wrong.json"
    secured.write_text(json.dumps(document(SECURED)), encoding="utf-8")
    broken = document(Settings())
    broken["components"]["messages"]["alert-v1"]["examples"][0]["payload"]["revision"] = "one"
    broken["channels"]["news.alerts.v1"]["messages"]["alert-v1"]["$ref"] = "#/nowhere"
    wrong.write_text(json.dumps(broken), encoding="utf-8")

    published, with_security, refused = parsed(DOCS / "asyncapi.json", secured, wrong)

    assert published["problems"] == []
    assert published["channels"] == [spec.name for spec in topics_for(Settings())]
    # Receipts have a topic only where there are subscriptions.
    assert set(published["messages"]) >= set(wire.SCHEMAS) - {"receipt-v1"}
    assert with_security["problems"] == []
    assert with_security["channels"] == [spec.name for spec in topics_for(SECURED)]
    assert refused["problems"]


def resolved(node: Any, whole: dict[str, Any]) -> Any:
    """A part of the document with its references replaced by what they name."""
    if isinstance(node, list):
        return [resolved(each, whole) for each in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        target: Any = whole
        for part in node["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        return resolved(target, whole)
    return {key: resolved(value, whole) for key, value in node.items()}


@pytest.mark.parametrize("name", wire.SCHEMAS)
def test_examples_fit_the_schemas_in_the_document(name: str) -> None:
    """Rewritten for AsyncAPI, the schemas still accept every published example."""
    whole = document(Settings())
    message = resolved(whole["components"]["messages"][name], whole)
    assert message["examples"]
    for example in message["examples"]:
        for part in example:
            schema = message["headers" if part == "headers" else "payload"]
            jsonschema.Draft7Validator(schema).validate(example[part])


@pytest.mark.parametrize("name", ["alert-v1", "signal-v1", "story-v1"])
def test_the_schemas_in_the_document_refuse_what_ours_refuse(name: str) -> None:
    """Nothing is lost on the way: taking any required member or any choice away is noticed."""
    whole = document(Settings())
    message = resolved(whole["components"]["messages"][name], whole)
    validator = jsonschema.Draft7Validator(message["payload"])
    example = message["examples"][0]["payload"]
    for member in wire.SCHEMAS[name]()["required"]:
        assert not validator.is_valid({k: v for k, v in example.items() if k != member}), member
    assert not validator.is_valid({**example, "desk": "sport"})
    assert not validator.is_valid({**example, "schema": "news-monitor/other/1"})


def test_the_headers_of_alerts_are_described_to_the_letter() -> None:
    """Headers that are sent fit the schema, and none is sent that it does not name."""
    schema = alert_v1.headers_schema()
    for example in alert_v1.EXAMPLES:
        sent = alert_v1.headers(alert_v1.decode(example), source="/news-monitor/test")
        shown = {name: value.decode() for name, value in sent}
        jsonschema.Draft202012Validator(schema).validate(shown)
        assert set(shown) == set(schema["properties"])
    assert not jsonschema.Draft202012Validator(schema).is_valid({**shown, "ce_type": "other"})


def test_the_document_follows_the_settings_and_tells_no_secret() -> None:
    """Brokers, how to speak to them, topics and group are those of the settings."""
    made = document(SECURED)

    assert "not to be published" not in json.dumps(made)
    assert [each["host"] for each in made["servers"].values()] == ["one:9092", "two:9093"]
    for server in made["servers"].values():
        assert server["protocol"] == "kafka-secure"
        assert server["security"][0]["type"] == "scramSha512"
    assert {"receive-wire.a", "receive-wire.b"} <= made["operations"].keys()
    reads = made["operations"]["receive-wire.a"]["bindings"]["kafka"]
    assert reads["groupId"]["enum"] == ["night-desk"]
    letters = made["channels"]["wire.a.dead-letter"]["messages"]
    assert list(letters) == [f"{dead_letter_v1.NAME}-v{dead_letter_v1.VERSION}"]
