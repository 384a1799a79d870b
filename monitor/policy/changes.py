"""Changes: what a reader who knows a story wants to know of its new state, in words and as data."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from monitor.domain import (
    Change,
    ChangeDetail,
    Desk,
    EventType,
    Figure,
    Signal,
    SignalKind,
    Stance,
    Status,
    Story,
    StoryArticle,
)
from monitor.policy.contradictions import contradictions_among
from monitor.policy.entities import parties_of
from monitor.policy.figures import changed_figures
from monitor.policy.scales import CORROBORATING_PUBLISHERS, publishers_among

__all__ = ["ESCALATING", "details_of", "joined_details", "plain_detail"]

ESCALATING = frozenset(
    {
        Change.HIGHER_SEVERITY,
        Change.STEP_UP,
        Change.STEP_DOWN,
        Change.DENIED,
        Change.SETTLED,
        Change.WITHDRAWN,
    }
)
"""What is told at once: it has become worse, is over, or may not be true."""

_SETTLING = frozenset({EventType.AGREE, EventType.RETREAT})
_MOST_ADDED = 8
_WORDS = {
    Change.NEW_STORY: "first report",
    Change.NEW_KIND: "a new kind",
    Change.HIGHER_SEVERITY: "more severe",
    Change.FIGURE: "a figure has changed",
    Change.NEW_PARTY: "a new party",
    Change.CORROBORATED: "an independent publisher reports it too",
    Change.CONTRADICTED: "reports that cannot all be true",
    Change.DENIED: "denied",
    Change.SETTLED: "settled",
    Change.WATCHED: "an item of a watchlist",
    Change.STEP_UP: "a step up the ladder",
    Change.STEP_DOWN: "a step down the ladder",
    Change.WITHDRAWN: "no article that it rested on stands",
}


def plain_detail(change: Change) -> ChangeDetail:
    """Return the detail of a change of which no more is known than that it came about."""
    return ChangeDetail(change=change, words=_WORDS[change])


def details_of(before: Story, after: Story, signals: Sequence[Signal]) -> tuple[ChangeDetail, ...]:
    """Return what a reader who knows *before* wants to know of *after*; empty for no revision.

    Args:
        before: the story as readers know it, what is held back included.
        after: the story with one more report.
        signals: the report's signals of the story; none for a denial.
    """
    return tuple(_details(before, after, signals))


def _details(before: Story, after: Story, signals: Sequence[Signal]) -> Iterator[ChangeDetail]:
    kinds = tuple(kind for kind in after.kinds if kind not in before.kinds)
    if SignalKind.DE_ESCALATION in kinds and _settles(after.desk, signals):
        kinds = tuple(kind for kind in kinds if kind is not SignalKind.DE_ESCALATION)
        yield plain_detail(Change.SETTLED)
    if kinds:
        yield _of_new(Change.NEW_KIND, "new kind", kinds)
    if after.severity.rank > before.severity.rank:
        words = f"severity: {after.severity}, was {before.severity}"
        yield ChangeDetail(
            change=Change.HIGHER_SEVERITY, words=words, before=before.severity, after=after.severity
        )
    for old, new in changed_figures(before.figures, after.figures):
        yield _of_figure(old, new)
    yield from _contradicted(before, after)
    known = parties_of((*before.actors, *before.targets))
    parties = parties_of((*after.actors, *after.targets)) - known
    if parties:
        yield _of_new(Change.NEW_PARTY, "new party", sorted(parties))
    new_names = _publishers(after) - _publishers(before)
    if _confirming(before) < CORROBORATING_PUBLISHERS <= _confirming(after):
        yield _of_new(Change.CORROBORATED, "also reported by", sorted(new_names))
    watched = set(before.watched)
    if items := [f"{item.watchlist}/{item.item}" for item in after.watched if item not in watched]:
        yield _of_new(Change.WATCHED, "on a watchlist", items)
    if _denies(after) and not _denies(before):
        words = f"denied: {after.denials[-1].quote[:120]}" if after.denials else "denied"
        yield ChangeDetail(change=Change.DENIED, words=" ".join(words.split()))


def _settles(desk: Desk, signals: Iterable[Signal]) -> bool:
    """Tell whether a report says that it has been settled, and not only that there is talk of it."""
    return any(
        signal.kind is SignalKind.DE_ESCALATION
        and signal.status is Status.HAPPENING
        and (desk is Desk.LABOUR or signal.event_type in _SETTLING)
        for signal in signals
    )


def _of_new(change: Change, what: str, names: Sequence[str]) -> ChangeDetail:
    added = tuple(str(name) for name in names[:_MOST_ADDED])
    return ChangeDetail(change=change, words=f"{what}: {', '.join(added)}", added=added)


def _of_figure(old: Figure | None, new: Figure) -> ChangeDetail:
    before, after = _number(old) if old else "", _number(new)
    subject = f" ({new.subject})" if new.subject else ""
    words = f"{new.measure}{subject}: {after}" + (f", was {before}" if before else "")
    return ChangeDetail(
        change=Change.FIGURE, words=words, before=before, after=after, measure=new.measure
    )


def _contradicted(before: Story, after: Story) -> Iterator[ChangeDetail]:
    """Yield for each number that has come to be contradicted who says what."""
    found = contradictions_among(after.reported, after.articles)
    if not found:
        return  # As nearly always: what stood before need not be asked.
    known = {each.measure for each in contradictions_among(before.reported, before.articles)}
    for each in found:
        if each.measure in known:
            continue
        said = [
            f"{_number(one.figure)} ({one.figure.attribution or one.publisher or one.article_id})"
            for one in each.reports
        ]
        detail = _of_new(Change.CONTRADICTED, f"{each.measure}, contradicting reports", said)
        yield replace(detail, measure=each.measure)


def _number(figure: Figure) -> str:
    """Say a figure's size: "19", "18 to 20", "-3.5 percent"."""
    bounds = [bound for bound in (figure.low, figure.high) if bound is not None]
    said = " to ".join(dict.fromkeys(f"{bound:,.10g}" for bound in bounds))
    unit = "" if figure.unit == "people" else figure.unit
    return " ".join(part for part in (figure.direction or "", said, unit) if part)


def _names(articles: Iterable[StoryArticle]) -> set[str]:
    return {article.publisher for article in articles if article.publisher}


def _publishers(story: Story) -> set[str]:
    return _names(story.articles)


def _confirming(story: Story) -> int:
    """Count the independent publishers that report a story and do not deny it."""
    return publishers_among(a for a in story.articles if a.stance is not Stance.DENIED)


def _denies(story: Story) -> bool:
    return any(article.stance is Stance.DENIED for article in story.articles)


def joined_details(
    known: Sequence[ChangeDetail], added: Sequence[ChangeDetail]
) -> tuple[ChangeDetail, ...]:
    """Return what one alert says of changes that were held back and of those that came after.

    Of two changes of one figure, or of the severity, the first one's `before` and the second one's
    `after` are told.
    """
    joined: dict[tuple[Change, str], ChangeDetail] = {}
    for detail in (*known, *added):
        key = (detail.change, detail.words.split(":")[0])
        first = joined.get(key)
        joined[key] = detail if first is None else _merged(first, detail)
    return tuple(joined.values())


def _merged(first: ChangeDetail, second: ChangeDetail) -> ChangeDetail:
    what = second.words.split(":")[0]
    if first.added or second.added:
        added = tuple(dict.fromkeys((*first.added, *second.added)))[:_MOST_ADDED]
        return replace(second, added=added, words=f"{what}: {', '.join(added)}")
    if first.before and second.after:
        words = f"{what}: {second.after}, was {first.before}"
        return replace(second, before=first.before, words=words)
    return second
