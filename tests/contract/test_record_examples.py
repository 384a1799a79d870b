"""The examples of every kind in docs/ are what the product makes of them today."""

import json

import jsonschema
import pytest
from cloudevents.core.bindings.kafka import KafkaMessage, from_binary_event
from cloudevents.core.formats.json import JSONFormat

from monitor import wire
from monitor.domain import SignalKind
from monitor.pipeline import Pipeline
from tests.documents import DOCS, loaded

FOLDER = DOCS / "examples" / "records"


@pytest.mark.model
def test_the_examples_are_what_the_model_reads(pipeline: Pipeline) -> None:
    """`python docs/record_examples.py` writes them; a difference is shown as a diff."""
    record_examples = loaded("record_examples")
    files = record_examples.records(pipeline)

    assert record_examples.outdated(files) == {}
    other = {path: text.replace("demo-001", "demo-000") for path, text in files.items()}
    assert list(record_examples.outdated(other)) == ["examples/records/military-strike.json"]
    assert {file.name for file in FOLDER.iterdir()} == {f"{kind}.json" for kind in SignalKind}


@pytest.mark.parametrize("kind", SignalKind)
def test_each_example_is_whole(kind: SignalKind) -> None:
    """Records fit their schemas and name the kind, keys fit, and the alert is a cloud event."""
    shown = json.loads((FOLDER / f"{kind}.json").read_text(encoding="utf-8"))
    for part, schema in (
        ("article", "article-v1"),
        ("signals", "signal-v1"),
        ("alert", "alert-v1"),
    ):
        jsonschema.Draft202012Validator(wire.SCHEMAS[schema]()).validate(shown[part]["value"])
    signals, alert = shown["signals"], shown["alert"]

    assert kind in [signal["kind"] for signal in signals["value"]["signals"]]
    assert kind in alert["value"]["kinds"]
    assert signals["key"] == signals["value"]["desk"]
    assert alert["key"] == alert["value"]["alert_id"]
    headers = {name: text.encode() for name, text in alert["headers"].items()}
    value = json.dumps(alert["value"]).encode()
    event = from_binary_event(KafkaMessage(headers=headers, key=b"k", value=value), JSONFormat())
    assert event.get_data() == alert["value"]
