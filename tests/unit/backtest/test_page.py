"""The page shows texts with their evidence marked, and nothing of them is taken for HTML."""

import html.parser
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.backtest.comparison import pairs
from monitor.backtest.marking import MAX_CHARS, marked, moved
from monitor.backtest.page import page_lines
from monitor.backtest.run import Texts
from monitor.backtest.served import Compared
from monitor.backtest.store import ResultStore
from monitor.backtest.summary import Summary
from monitor.domain import Quotation, SignalKind, TextSpan
from tests.unit.backtest.quick import quick_reader, record, run

HOSTILE = "strike <script>alert(1)</script> </div><img/src=x/onerror=alert(2)> &amp;"


class Outline(html.parser.HTMLParser):
    """The tags and attributes of a page."""

    def __init__(self) -> None:
        """Begin with nothing."""
        super().__init__()
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.links: list[str | None] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag."""
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links += [value for name, value in attrs if name == "href"]

    def handle_data(self, data: str) -> None:
        """Note text."""
        self.text += data


def page_of(*texts: str, url: str = "") -> tuple[str, Outline]:
    """The page of a comparison in which every text raises an alert that is gained."""
    records = [record(number, text, title=text, url=url) for number, text in enumerate(texts)]
    with ResultStore() as store:
        totals = run(
            store,
            records,
            before=quick_reader(without=SignalKind.MILITARY_STRIKE),
            texts=Texts(max_chars=100_000),
        )
        summary = Summary(totals=totals, is_comparison=True)
        found = [Compared(pair=pair) for pair in pairs(store)]
        for compared in found:
            summary.add(compared)
        page = "".join(
            page_lines(
                found,
                summary,
                lambda name: store.article(name, max_text_chars=100_000),
                titles=("<old>", "<new>"),
            )
        )
    outline = Outline()
    outline.feed(page)
    return page, outline


def test_news_is_never_taken_for_html() -> None:
    """Tags in titles, texts and names are shown as they are written."""
    page, outline = page_of(HOSTILE)
    assert not {"script", "img"} & set(outline.tags)
    assert "onerror" not in outline.attributes
    assert "<script>alert(1)</script>" in outline.text
    assert "default-src 'none'" in page


@pytest.mark.parametrize(
    ("url", "linked"),
    [
        ("https://news.example/a?b=1&c=<2>", True),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("http://[broken", False),
    ],
)
def test_only_addresses_of_the_web_are_linked(url: str, linked: bool) -> None:  # noqa: FBT001
    """Whatever else an article gives as its address cannot be clicked."""
    _, outline = page_of("strike Atlantis Borduria", url=url)
    assert outline.links == ([url] if linked else [])


def test_a_long_text_has_its_evidence_above_it() -> None:
    """Its box shows the beginning, and what is marked stands below."""
    clause = "strike Atlantis Borduria"
    page, _ = page_of(f"{clause}{' quiet' * 400}")
    proof, _, text = page.partition('<div class="proof">')[2].partition('<div class="text">')
    assert clause in "".join(re.split(r"<[^>]*>", proof))
    assert "<mark>" in text
    page, _ = page_of(clause)
    assert '<div class="proof">' not in page


def test_evidence_is_marked_where_it_stands() -> None:
    """The proving clause is marked in the text, its trigger stronger."""
    page, _ = page_of("strike Atlantis Borduria")
    assert "<mark><b>s</b></mark><mark>trike Atlantis Borduria</mark>" in page
    assert '<span class="verdict gained">gained</span>' in page
    assert "<code>quick</code>" in page
    assert "no alert" in page


def quotation(text: str, start: int, end: int, first: int, last: int) -> Quotation:
    """Evidence of a text."""
    return Quotation(
        start_char=start,
        end_char=end,
        quote=text[start:end],
        trigger=TextSpan(start_char=first, end_char=last, quote=text[first:last]),
        kind=SignalKind.UNREST,
        article_id="a",
    )


@st.composite
def texts_with_evidence(draw: st.DrawFn) -> tuple[str, list[Quotation]]:
    """A text and a few spans of it that may overlap."""
    text = draw(st.text(min_size=2, max_size=80))
    spans = st.tuples(st.integers(0, len(text) - 1), st.integers(1, len(text)))
    found = []
    for start, end in draw(st.lists(spans, max_size=4)):
        if start < end:
            found.append(quotation(text, start, end, start, draw(st.integers(start + 1, end))))
    return text, found


@given(texts_with_evidence())
def test_pieces_give_the_text(case: tuple[str, list[Quotation]]) -> None:
    """Nothing is lost or doubled by marking, and what is marked is what was quoted."""
    text, evidence = case
    pieces = marked(text, evidence)
    assert pieces is not None
    assert "".join(piece.text for piece in pieces) == text
    flags = [piece.proof for piece in pieces for _ in piece.text]
    spans = [(each.start_char, each.end_char) for each in evidence]
    assert flags == [any(a <= place < b for a, b in spans) for place in range(len(text))]


def test_a_long_text_is_cut_around_its_evidence() -> None:
    """What proves an alert is shown, however long the text is."""
    text = "begin " + "x" * 50_000 + " rioters stormed the palace " + "y" * 50_000
    start = text.index("rioters")
    pieces = marked(text, [quotation(text, start, start + 26, start, start + 7)])
    assert pieces is not None
    shown = "".join(piece.text for piece in pieces)
    assert len(shown) < MAX_CHARS
    assert "rioters stormed the palace" in shown
    assert shown.startswith("begin")
    assert [piece.text for piece in pieces if piece.trigger] == ["rioters"]


def test_another_version_of_a_text_is_not_marked() -> None:
    """Where the quotation does not stand where it says, nothing is marked; the quote still can be."""
    text = "Rioters stormed the palace."
    evidence = quotation(text, 0, 7, 0, 7)
    assert marked("Police stormed it.", [evidence]) is None
    alone = marked(evidence.quote, [moved(replace(evidence, start_char=40, end_char=47))])
    assert alone is not None
    assert [piece.text for piece in alone if piece.proof] == ["Rioters"]
