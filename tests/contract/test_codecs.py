"""The published examples and schemas of every record hold what they promise."""

import json
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import jsonschema
import pytest
from cloudevents.core.bindings.kafka import KafkaMessage, from_binary_event
from cloudevents.core.formats.json import JSONFormat

from monitor import wire
from monitor.domain import DeadLetter, SignalKind
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

SCHEMAS = Path(__file__).parents[2] / "docs" / "schemas"
NOW = datetime(2026, 3, 3, tzinfo=UTC)
STRICT = (signal_v1, story_v1, alert_v1, receipt_v1, retry_mark_v1, canary_v1)


def _json_examples() -> list[Any]:
    cases = []
    for record in (article_v1, *STRICT):
        for number, example in enumerate(record.EXAMPLES):
            if example.startswith(b"{"):
                cases.append(pytest.param(record, example, id=f"{record.NAME}-{number}"))
    return cases


@pytest.mark.parametrize(("record", "example"), _json_examples())
def test_every_example_fits_its_schema(record: ModuleType, example: bytes) -> None:
    """A reader who validates with the published schema accepts what we publish."""
    schema = wire.schemas()[f"{record.NAME}-v{record.VERSION}"]

    jsonschema.Draft202012Validator(schema).validate(json.loads(example))


@pytest.mark.parametrize("record", STRICT, ids=lambda record: record.NAME)
def test_every_example_of_ours_is_read_back_to_the_byte(record: ModuleType) -> None:
    """Decoding and encoding an example gives the same bytes."""
    for example in record.EXAMPLES:
        assert record.encode(record.decode(example)) == example


def test_every_example_article_is_read() -> None:
    """Articles of every form are read, and come back equal after encoding."""
    for example in article_v1.EXAMPLES:
        article = article_v1.decode(example, timestamp=NOW)
        assert article_v1.decode(article_v1.encode(article), timestamp=NOW) == article


def test_there_is_an_example_of_every_kind() -> None:
    """Signals and alerts are shown for each of the ten kinds."""
    kinds = set(SignalKind)

    assert {alert_v1.decode(example).kind for example in alert_v1.EXAMPLES} == kinds
    reports = [signal_v1.decode(example) for example in signal_v1.EXAMPLES]
    assert {signal.kind for report in reports for signal in report.signals} == kinds


def test_example_evidence_is_exact() -> None:
    """Every quote in the example alerts stands in its example article at the place it names."""
    texts = {}
    for example in article_v1.EXAMPLES[:10]:
        article = article_v1.decode(example, timestamp=NOW)
        texts[article.ref.id] = article.text
    for example in alert_v1.EXAMPLES:
        for quote in alert_v1.decode(example).evidence:
            for span in (quote, quote.trigger):
                assert texts[quote.article_id][span.start_char : span.end_char] == span.quote


@pytest.mark.parametrize("letter", dead_letter_v1.LETTERS, ids=lambda letter: letter.reason)
def test_every_example_letter_fits_its_schema(letter: DeadLetter) -> None:
    """The readable headers of a dead letter are what the schema says."""
    schema = wire.schemas()["dead-letter-v1"]
    key, value, headers = dead_letter_v1.encode(letter)

    jsonschema.Draft202012Validator(schema).validate(dead_letter_v1.readable(headers))
    assert dead_letter_v1.decode(key, value, headers) == letter


@pytest.mark.parametrize("name", wire.SCHEMAS)
def test_schemas_are_sound_and_stored(name: str) -> None:
    """The stored schema equals the one made from the code, and is a valid draft 2020-12 schema."""
    schema = wire.schemas()[name]

    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert json.loads((SCHEMAS / f"{name}.json").read_text(encoding="utf-8")) == schema
    assert {file.stem for file in SCHEMAS.glob("*.json")} == set(wire.SCHEMAS)


@pytest.mark.parametrize("name", wire.SCHEMAS)
def test_every_member_is_described(name: str) -> None:
    """Nobody has to guess what a member means."""
    schema = wire.schemas()[name]
    for definition in (schema, *schema.get("$defs", {}).values()):
        assert definition["description"]
        for member, content in definition.get("properties", {}).items():
            assert content.get("description"), member


def test_schemas_refuse_what_codecs_refuse() -> None:
    """The schema of alerts is no formality: it refuses another version and a missing member."""
    validator = jsonschema.Draft202012Validator(wire.schemas()["alert-v1"])
    alert = json.loads(alert_v1.EXAMPLES[0])

    assert validator.is_valid(alert)
    assert not validator.is_valid({**alert, "schema": "news-monitor/alert/2"})
    assert not validator.is_valid({**alert, "severity": "bad"})
    assert not validator.is_valid({k: v for k, v in alert.items() if k != "revision"})
    assert validator.is_valid({**alert, "added_later": 1})


@pytest.mark.parametrize("example", alert_v1.EXAMPLES)
def test_an_alert_is_a_cloud_event(example: bytes) -> None:
    """The CloudEvents SDK reads an alert's record in binary mode."""
    alert = alert_v1.decode(example)
    headers = dict(alert_v1.headers(alert, source="/news-monitor/test"))
    message = KafkaMessage(headers=headers, key=alert.alert_id.encode(), value=example)
    event = from_binary_event(message, JSONFormat())

    assert event.get_specversion() == "1.0"
    assert event.get_id() == f"{alert.alert_id}/{alert.revision}"
    assert event.get_type() == "news.monitor.alert.v1"
    assert event.get_source() == "/news-monitor/test"
    assert event.get_time() == alert.last_seen
    assert event.get_subject() == alert.kind.value
    assert event.get_datacontenttype() == "application/json"
    assert event.get_dataschema() == wire.schemas()["alert-v1"]["$id"]
    assert event.get_data() == json.loads(example)


def test_the_readers_rule_in_the_docs_sees_each_alert_once() -> None:
    """The code that docs/records.md shows lets each revision through once and in order."""
    page = (SCHEMAS.parent / "records.md").read_text(encoding="utf-8")
    names: dict[str, Any] = {}
    exec(page.partition("```python\n")[2].partition("```")[0], names)
    alerts = [json.loads(example) for example in alert_v1.EXAMPLES]
    newest: dict[str, int] = {}
    heard = [alert for alert in alerts + alerts if names["is_news"](alert, newest)]

    assert heard == alerts
    assert not names["is_news"](alerts[0], newest)
