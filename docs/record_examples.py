"""Write an example of every kind, as it lies on the topics: `python docs/record_examples.py [--check]`.

The articles are ten of the demo's, one per kind; the shipped model reads them, and what it and the
story rules make of each is written to docs/examples/records: one file per kind, with the article,
the record on the signals topic and the first one on the alerts topic. It takes some ten seconds.
"""

import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from generate import DOCS, stale

from agents.demonstration import built_in_news
from monitor.domain import DeskReport, SignalKind
from monitor.pipeline import Pipeline, RawRecord, Readable, build_pipeline
from monitor.policy.stories import StoryBook
from monitor.settings import Settings
from monitor.wire import alert_v1, signal_v1

__all__ = ["ARTICLES", "outdated", "records"]

ARTICLES: Final = {
    SignalKind.MILITARY_STRIKE: "demo-001",
    SignalKind.RETALIATION: "demo-029",
    SignalKind.THREAT: "demo-024",
    SignalKind.MOBILIZATION: "demo-012",
    SignalKind.SANCTIONS: "demo-006",
    SignalKind.UNREST: "demo-017",
    SignalKind.LABOR_STRIKE: "demo-008",
    SignalKind.MARKET_MOVE: "demo-010",
    SignalKind.CASUALTIES: "demo-009",
    SignalKind.DE_ESCALATION: "demo-039",
}
"""Which article of the demo shows a kind."""
RECEIVED: Final = datetime(2026, 3, 18, tzinfo=UTC)
"""The time of the articles' records: after the last of them was published."""
SETTINGS: Final = Settings()
_VERSIONS: Final = re.compile(r'^ *"(lexicon|model)": .*$', re.MULTILINE)

Record = dict[str, Any]


def records(pipeline: Pipeline) -> dict[str, str]:
    """Return the files by path under docs/.

    Raises:
        ValueError: if an article is no longer alerted for its kind.
    """
    items = {item.key.decode(): item.value for item in reversed(built_in_news())}
    values = [items[article] for article in ARTICLES.values()]
    read = pipeline.read([RawRecord(value=value, timestamp=RECEIVED) for value in values])
    files, missing = {}, []
    for (kind, article), outcome in zip(ARTICLES.items(), read, strict=True):
        reports = outcome.reports if isinstance(outcome, Readable) else ()
        if made := next(_alerted(reports, kind), None):
            record = _record(SETTINGS.article_topics[0], article, items[article])
            text = json.dumps({"article": record, **made}, indent=2, ensure_ascii=False)
            files[f"examples/records/{kind.value}.json"] = f"{text}\n"
        else:
            missing.append(f"{article} is not alerted as {kind.value}")
    if missing:
        raise ValueError("; ".join(missing))
    return files


def _alerted(reports: Iterable[DeskReport], kind: SignalKind) -> Iterator[dict[str, Record]]:
    """Yield the signals record and the alert of each report that opens a story of this kind."""
    source = f"/news-monitor/{SETTINGS.signals_topic}"
    for report in reports:
        signals = signal_v1.encode(report)
        for alert in StoryBook().apply(report, offset=0).alerts:
            if kind in alert.kinds:
                headers = dict(alert_v1.headers(alert, source=source))
                value = alert_v1.encode(alert)
                yield {
                    "signals": _record(SETTINGS.signals_topic, report.desk.value, signals),
                    "alert": _record(SETTINGS.alerts_topic, alert.alert_id, value, headers),
                }


def _record(
    topic: str, key: str, value: bytes, headers: Mapping[str, bytes] | None = None
) -> Record:
    """Lay out a record for people: headers as text, the value as JSON."""
    shown = {name: content.decode() for name, content in (headers or {}).items()}
    return {"topic": topic, "key": key, "headers": shown, "value": json.loads(value)}


def outdated(files: Mapping[str, str]) -> dict[str, str]:
    """Return what differs in the folder; that only versions are older is no difference.

    Every change of a keyword gives the lexicon another version; it must not change ten files.
    """
    kept = {}
    for path, text in files.items():
        file = DOCS / path
        stored = file.read_text(encoding="utf-8") if file.exists() else ""
        same = _VERSIONS.sub("", stored) == _VERSIONS.sub("", text)
        kept[path] = stored if same else text
    return stale(kept)


def main() -> int:
    """Write, or check."""
    files = records(build_pipeline(SETTINGS))
    differences = outdated(files)
    if "--check" in sys.argv[1:]:
        sys.stderr.write("".join(differences.values()))
        return 1 if differences else 0
    for path in differences:
        file = DOCS / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(files[path], encoding="utf-8")
        sys.stdout.write(f"wrote docs/{path}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
