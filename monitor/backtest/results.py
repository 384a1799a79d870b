"""Results: a run's alerts as JSON lines, to be compared with later, by this release or a newer one.

The first line says what it is and how it was made; a line follows per alert and one per story and
article that it rests on; the last line counts, so that a file that was cut off is known.
"""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from monitor.backtest.comparison import StoryResult
from monitor.backtest.deciding import Resting, Revision
from monitor.backtest.run import Totals
from monitor.backtest.served import Compared, Served, Told
from monitor.backtest.store import ResultStore, Side
from monitor.errors import InvalidRecord, InvalidResult
from monitor.wire import alert_v1

__all__ = ["SCHEMA", "compared_json", "load_result", "result_lines", "revision_json"]

SCHEMA: Final = "news-monitor/backtest/1"


def result_lines(
    store: ResultStore, side: Side, totals: Totals, *, made_with: dict[str, Any]
) -> Iterator[str]:
    """Yield the lines of a result.

    Args:
        store: holds the run.
        side: which run.
        totals: what was read.
        made_with: versions and settings, for whoever looks at the file.
    """
    yield _line({"type": "result", "schema": SCHEMA, **made_with})
    alerts = articles = 0
    for revision in store.revisions(side):
        alerts += 1
        yield _line({"type": "alert", **revision_json(revision)})
    for resting in store.restings(side):
        articles += 1
        yield _line({"type": "article", "story": resting.story, "article": resting.article})
    yield _line(
        {
            "type": "end",
            "alerts": alerts,
            "articles": articles,
            "records": totals.records,
            "unreadable": totals.unreadable.total(),
            "input": totals.digest,
        }
    )


def revision_json(revision: Revision) -> dict[str, Any]:
    """Return an alert with what it came of."""
    return {
        "record": revision.record,
        "article": revision.article,
        "keywords": list(revision.keywords),
        "alert": json.loads(alert_v1.encode(revision.alert)),
    }


def compared_json(compared: Compared, *, alone: bool = False) -> dict[str, Any]:
    """Return a story of both runs as a line of `--format jsonl`.

    Args:
        compared: the story.
        alone: whether there is but one run, with nothing to compare.
    """
    pair, served = compared.pair, compared.served
    newest = pair.newest
    told = {"subscriptions": [_served_json(each, alone=alone) for each in served]} if served else {}
    if alone:
        story = _story_json(newest)
        return {"type": "story", "story": newest.id, "kind": newest.kind, **story, **told}
    return {
        "type": "difference",
        "verdict": pair.verdict,
        "aspects": list(pair.aspects),
        "kind": newest.kind,
        "responsible": list(pair.responsible),
        "before": _side_json(pair.before),
        "after": _side_json(pair.after),
        **told,
    }


def _served_json(served: Served, *, alone: bool) -> dict[str, Any]:
    if alone:
        return {"subscription": served.subscription, **_told_json(served.after)}
    return {
        "subscription": served.subscription,
        "verdict": served.verdict,
        "aspects": list(served.aspects),
        "before": _told_json(served.before),
        "after": _told_json(served.after),
    }


def _told_json(told: Told) -> dict[str, Any]:
    return {
        "sent": [
            {"revision": each.alert.revision, "fate": fate}
            for each, fate in zip(told.revisions, told.fates, strict=True)
        ],
        "since": told.since.isoformat() if told.since else None,
        "unsent": list(told.unsent),
    }


def _side_json(story: StoryResult | None) -> dict[str, Any] | None:
    return None if story is None else {"story": story.id, **_story_json(story)}


def _story_json(story: StoryResult) -> dict[str, Any]:
    return {
        "severity": story.severity,
        "kinds": sorted(story.kinds),
        "revisions": len(story.revisions),
        "raised_at": story.raised_at.isoformat(),
        "raised_by": story.revisions[0].article,
        "withdrawn": story.withdrawn,
        "entries": list(story.entries),
        "told": revision_json(story.told),
    }


def load_result(file: Path, store: ResultStore, side: Side) -> str:
    """Read a kept result into a store.

    Returns:
        The digest of the input that it was made of.

    Raises:
        InvalidResult: it cannot be read, is no result, or was cut off; names file and line.
    """
    try:
        with file.open(encoding="utf-8") as lines:
            return _load(file, lines, store, side)
    except (OSError, UnicodeDecodeError) as error:
        message = f"{file}: cannot be read: {getattr(error, 'strerror', None) or error}"
        raise InvalidResult(message) from error


def _load(file: Path, lines: Iterable[str], store: ResultStore, side: Side) -> str:
    alerts = articles = 0
    digest: str | None = None
    store.database.execute("BEGIN")
    for number, line in enumerate(lines, start=1):
        place = f"{file}:{number}"
        try:
            row = json.loads(line)
            kind = row["type"]
            if number == 1:
                _require_schema(row, place)
            elif digest is not None:
                message = f"{place}: something follows the line that ends a result"
                raise InvalidResult(message)
            elif kind == "alert":
                store.add_revision(side, _revision(row))
                alerts += 1
            elif kind == "article":
                store.add_resting(side, Resting(str(row["story"]), str(row["article"])))
                articles += 1
            elif kind == "end":
                digest = str(row["input"])
                complete = (row["alerts"], row["articles"]) == (alerts, articles)
                if not complete:
                    message = f"{place}: lines are missing before this one; make the result again"
                    raise InvalidResult(message)
        except (ValueError, KeyError, TypeError, RecursionError, InvalidRecord) as error:
            message = (
                f"{place}: no line of a kept backtest ({type(error).__name__}: {error}); expected"
                " what `news-monitor backtest --save` writes"
            )
            raise InvalidResult(message) from error
    store.database.execute("COMMIT")
    if digest is None:
        message = f"{file}: the line that ends a result is missing: it was cut off; make it again"
        raise InvalidResult(message)
    return digest


def _require_schema(row: dict[str, Any], place: str) -> None:
    if row.get("schema") != SCHEMA:
        message = (
            f"{place}: schema is {str(row.get('schema'))[:80]!r}; this release reads {SCHEMA!r}"
        )
        raise InvalidResult(message)


def _revision(row: dict[str, Any]) -> Revision:
    alert = alert_v1.decode(json.dumps(row["alert"]).encode())
    keywords = tuple(str(keyword) for keyword in row["keywords"])
    if len(keywords) != len(alert.evidence):
        message = f"{len(keywords)} keywords for {len(alert.evidence)} pieces of evidence"
        raise ValueError(message)
    return Revision(
        alert=alert, record=int(row["record"]), article=str(row["article"]), keywords=keywords
    )


def _line(row: dict[str, Any]) -> str:
    return json.dumps(row, separators=(",", ":")) + "\n"
