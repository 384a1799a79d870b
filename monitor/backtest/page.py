"""Page: a comparison as one HTML file that needs nothing else, the marked texts side by side.

Everything that comes from news is escaped, nothing runs, and a content security policy forbids the
page to load or run anything should something slip through.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from html import escape
from typing import Final
from urllib.parse import urlsplit

from monitor.backtest.comparison import StoryResult, Verdict
from monitor.backtest.marking import Piece, marked, moved
from monitor.backtest.served import Compared, Served
from monitor.backtest.summary import Summary
from monitor.domain import Article, Field, Quotation
from monitor.wording import counted

__all__ = ["MOST_SHOWN", "page_lines"]

MOST_SHOWN: Final = 500
"""Most stories whose texts are shown; the counts are of all."""

_SHORT_CHARS = 1_200
"""A text up to this length is seen whole in its box."""

_STYLE = """
:root{color-scheme:light dark;--line:#8886;--gained:#1a7f37;--lost:#c62828;--changed:#9a6700}
body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:86rem;padding:0 1rem}
h1{font-size:1.5rem}h2{font-size:1.2rem;margin-top:2rem}
table{border-collapse:collapse;margin:.5rem 0}td,th{padding:.15rem .8rem .15rem 0;text-align:left}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}
article{border:1px solid var(--line);border-radius:.5rem;margin:1rem 0;padding:.8rem 1rem}
article>header{display:flex;flex-wrap:wrap;gap:.3rem 1rem;align-items:baseline}
.gained{color:var(--gained)}.lost{color:var(--lost)}.changed{color:var(--changed)}
.verdict{font-weight:700;text-transform:uppercase;font-size:.8rem;letter-spacing:.05em}
.sides{display:grid;grid-template-columns:1fr 1fr;gap:1rem;margin-top:.6rem}
.side{min-width:0;overflow-wrap:anywhere}.side h4{margin:0 0 .2rem;font-size:.8rem;opacity:.7}
.proof p{margin:.2rem 0}.text{white-space:pre-wrap;max-height:24rem;overflow:auto;border-left:3px solid var(--line);padding-left:.7rem}
.title{font-weight:600}.small{font-size:.85rem;opacity:.8}.none{opacity:.6;font-style:italic}
mark{background:#ffe58a;color:#000;padding:0 .1em}mark b{background:#ffb300}code{font-size:.9em}
@media(max-width:50rem){.sides{grid-template-columns:1fr}}
"""
_HEAD = f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer"><title>Backtest</title><style>{_STYLE}</style></head><body>
"""

Texts = Callable[[str], Article | None]


def page_lines(
    found: Iterable[Compared], summary: Summary, texts: Texts, *, titles: Sequence[str]
) -> Iterator[str]:
    """Yield the page, part by part.

    Args:
        found: the stories, of which those that are the same for everybody are left out.
        summary: the counts of all stories.
        texts: gives an article by its id, None where its text was not kept.
        titles: what is compared with, and what is tried, in words.
    """
    yield _HEAD
    yield f"<h1>Backtest: {escape(titles[1])} against {escape(titles[0])}</h1>"
    yield from _counts(summary)
    shown = 0
    for compared in found:
        if not compared.differs:
            continue
        if shown == MOST_SHOWN:
            yield f"<p>Only the first {MOST_SHOWN} stories are shown; the counts are of all.</p>"
            break
        shown += 1
        yield _story(compared, texts, titles)
    if not shown:
        yield "<p>No alert is gained, lost or changed.</p>"
    yield "</body></html>\n"


def _counts(summary: Summary) -> Iterator[str]:
    totals = summary.totals
    yield (
        f"<p>{counted(totals.records, 'record')}, {totals.unreadable.total():,} of them unreadable;"
        f" alerts {summary.before:,} before, {summary.after:,} after.</p>"
    )
    for heading, rows in (("By kind", summary.kinds), ("By day", summary.days)):
        names = "".join(f'<th class="n">{verdict}</th>' for verdict in Verdict)
        yield f"<h2>{heading}</h2><table><tr><th></th>{names}</tr>"
        total = {"all": summary.verdicts} if rows is summary.kinds else {}
        for name, counts in [*sorted(rows.items()), *total.items()]:
            cells = "".join(f'<td class="n">{counts[verdict]:,}</td>' for verdict in Verdict)
            yield f"<tr><td>{escape(str(name))}</td>{cells}</tr>"
        yield "</table>"
    if summary.subscriptions:
        yield from _subscriptions(summary)
    yield "<h2>Stories</h2>"


def _subscriptions(summary: Summary) -> Iterator[str]:
    heads = (*Verdict, "records before", "records after")
    names = "".join(f'<th class="n">{head}</th>' for head in heads)
    yield f"<h2>By subscription</h2><table><tr><th></th>{names}</tr>"
    for name, counts in summary.subscriptions.items():
        numbers = [counts.verdicts[verdict] for verdict in Verdict]
        numbers += [counts.sent_before, counts.sent_after]
        cells = "".join(f'<td class="n">{number:,}</td>' for number in numbers)
        yield f"<tr><td>{escape(name)}</td>{cells}</tr>"
    yield "</table>"


def _story(compared: Compared, texts: Texts, titles: Sequence[str]) -> str:
    pair = compared.pair
    newest = pair.newest
    alert = newest.told.alert
    entries = ", ".join(f"<code>{escape(each)}</code>" for each in pair.responsible) or "-"
    aspects = f" <span>{', '.join(pair.aspects)}</span>" if pair.aspects else ""
    sides = "".join(
        f'<div class="side"><h4>{escape(title)}</h4>{_side(story, texts)}</div>'
        for title, story in zip(titles, (pair.before, pair.after), strict=True)
    )
    return (
        f'<article><header><span class="verdict {pair.verdict}">{pair.verdict}</span>{aspects}'
        f"<strong>{escape(newest.kind)}</strong><span>{escape(alert.headline)}</span></header>"
        f'<div class="small">entry: {entries}; story <code>{escape(newest.id)}</code></div>'
        f"{''.join(map(_told, compared.served))}"
        f'<div class="sides">{sides}</div></article>\n'
    )


def _told(served: Served) -> str:
    """Say what a subscription is told of a story."""
    reasons = ", ".join((*served.aspects, *served.why))
    sent = f"{counted(len(served.before.revisions), 'record')} before, {len(served.after.revisions)} after"
    return (
        f'<div class="small">{escape(served.subscription)}: <span class="{served.verdict}">'
        f"{served.verdict}</span>{escape(f' ({reasons})' if reasons else '')}; {sent}</div>"
    )


def _side(story: StoryResult | None, texts: Texts) -> str:
    if story is None:
        return '<p class="none">no alert</p>'
    alert = story.told.alert
    withdrawn = ", withdrawn" if story.withdrawn else ""
    facts = (
        f"{alert.severity}; {', '.join(sorted(story.kinds))}; {counted(len(story.revisions), 'revision')}{withdrawn};"
        f" first {story.raised_at:%Y-%m-%d %H:%M} UTC; {', '.join(story.entries) or 'entry not known'}"
    )
    articles = dict.fromkeys(quotation.article_id for quotation in alert.evidence)
    shown = "".join(
        _article(
            texts(article_id),
            [each for each in alert.evidence if each.article_id == article_id],
        )
        for article_id in articles
    )
    return f'<div class="small">{escape(facts)}</div>{shown}'


def _article(article: Article | None, evidence: Sequence[Quotation]) -> str:
    """Show an article with its evidence marked; the quotations alone where the text is not at hand.

    A long text has its evidence above it too.
    """
    source = " ".join(filter(None, (evidence[0].source, evidence[0].article_id)))
    head = f'<div class="small">{_linked(source, evidence[0].url)}</div>'
    title = _marked(article.ref.title, evidence, Field.TITLE) if article else None
    text = _marked(article.text, evidence, Field.TEXT) if article else None
    quotes = "".join(
        f"<p>{_marked(each.quote, [moved(each)], each.field)}</p>" for each in evidence
    )
    if article is None or title is None or text is None:
        return f'{head}<div class="text">{quotes}</div>'
    # The box of a long text shows its beginning: what is marked may stand below.
    proof = f'<div class="proof">{quotes}</div>' if len(article.text) > _SHORT_CHARS else ""
    return f'{head}{proof}<div class="text"><div class="title">{title}</div>{text}</div>'


def _marked(text: str, evidence: Sequence[Quotation], field: Field) -> str | None:
    """Return escaped text with its evidence marked; None where it is not the text of the evidence."""
    pieces = marked(text, [each for each in evidence if each.field is field])
    return None if pieces is None else "".join(map(_piece, pieces))


def _piece(piece: Piece) -> str:
    text = escape(piece.text)
    if not piece.proof:
        return text
    return f"<mark><b>{text}</b></mark>" if piece.trigger else f"<mark>{text}</mark>"


def _linked(text: str, url: str) -> str:
    """Return escaped text, linked where the address is one of the web."""
    try:
        scheme = urlsplit(url).scheme
    except ValueError:
        scheme = ""
    if scheme not in ("http", "https"):
        return escape(text)
    return f'<a href="{escape(url)}" rel="noopener noreferrer">{escape(text or url)}</a>'
