"""The records: one module per record and version, bytes in and domain values out.

`SCHEMAS` gives every record's JSON Schema by the name of its file under docs/schemas.
"""

from collections.abc import Callable, Mapping
from typing import Any

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

__all__ = [
    "SCHEMAS",
    "alert_v1",
    "article_v1",
    "canary_v1",
    "dead_letter_v1",
    "receipt_v1",
    "retry_mark_v1",
    "schemas",
    "signal_v1",
    "story_v1",
]

SCHEMAS: Mapping[str, Callable[[], dict[str, Any]]] = {
    "article-v1": article_v1.json_schema,
    "signal-v1": signal_v1.json_schema,
    "story-v1": story_v1.json_schema,
    "alert-v1": alert_v1.json_schema,
    "receipt-v1": receipt_v1.json_schema,
    "dead-letter-v1": dead_letter_v1.json_schema,
    "retry-mark-v1": retry_mark_v1.json_schema,
    "canary-v1": canary_v1.json_schema,
}
"""Per record and version, the function that makes its JSON Schema."""


def schemas() -> dict[str, dict[str, Any]]:
    """Return every JSON Schema by name, `<record>-v<version>`, as stored under docs/schemas."""
    return {name: make() for name, make in SCHEMAS.items()}
