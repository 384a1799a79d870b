"""Copies: one text is one source, whoever printed it; one page is one article, however it is reached."""

from collections import Counter
from random import Random

import pytest

from monitor.domain import Certainty, Change, Entity, Signal
from monitor.policy.copies import COPIED, CopyIndex, copied_share
from monitor.policy.stories import StoryBook
from monitor.policy.urls import page_of
from monitor.text.sketch import LEAST_WORDS, sketch_of
from tests.unit.policy.worlds import (
    DOCKS_TEXT,
    GREECE,
    IRAN,
    ISRAEL,
    LATAKIA,
    RAID_COPY,
    RAID_TEXT,
    SYRIA,
    report,
    signal,
)

RAID = sketch_of(RAID_TEXT.split())
COPY = sketch_of(RAID_COPY.split())
DOCKS = sketch_of(DOCKS_TEXT.split())


def raid(quote: str, *, targets: tuple[Entity, ...] = (SYRIA,)) -> Signal:
    """Return the raid as one printer quotes it."""
    return signal(actors=[ISRAEL], targets=targets, places=[LATAKIA], quote=quote)


def test_a_sketch_is_the_same_for_ever() -> None:
    """Sketches are kept on topics: a library that computes others would no longer find copies."""
    assert sketch_of(("one two three " * 7).split())[:24] == "AAOeaa06uhqeYOInkINLyXzC"


def test_copies_are_told_from_other_texts() -> None:
    """A text and its copy share most runs of words, two texts about other things none."""
    assert copied_share(RAID, RAID) == 1.0
    assert copied_share(RAID, COPY) > COPIED
    assert copied_share(RAID, DOCKS) < COPIED / 2


def test_what_was_cut_is_still_a_copy() -> None:
    """The first half of a text stands in it whole, however much longer the original is."""
    half = sketch_of(RAID_TEXT.split()[:22])

    assert copied_share(half, RAID) > COPIED


@pytest.mark.parametrize("sketch", ["", "!", "AAAA", "AAA=", "AAAAAAAA", RAID[:-4], RAID + "AAAA"])
def test_what_is_no_sketch_is_no_copy(sketch: str) -> None:
    """Short texts, broken sketches and those of another kind have no copies, and break nothing."""
    index = CopyIndex()
    index.put("a", RAID)
    index.put("b", sketch)

    assert copied_share(sketch, RAID) == 0.0
    assert [article for _, article in index.originals(RAID)] == ["a"]
    assert index.originals(sketch) == []
    index.drop("b", sketch)


def test_short_texts_have_no_sketch() -> None:
    """A flash of a few words is like any other flash."""
    assert sketch_of(["word"] * (LEAST_WORDS - 1)) == ""


def test_an_index_forgets_what_was_taken_out_as_often_as_put_in() -> None:
    """An article of two stories stays until both have let it go."""
    index = CopyIndex()
    index.put("a", RAID)
    index.put("a", RAID)
    index.drop("a", RAID)
    assert index.originals(COPY)

    index.drop("a", RAID)
    assert index.originals(COPY) == []


@pytest.mark.parametrize("seed", range(4))
def test_an_index_answers_by_what_it_holds(seed: int) -> None:
    """Whatever was put in and taken out before, it answers as one that holds the same and no more."""
    draw = Random(seed)
    sketches = [sketch_of(text.split()) for text in (RAID_TEXT, RAID_COPY, DOCKS_TEXT)]
    used, held = CopyIndex(), Counter[tuple[str, str]]()
    for _ in range(200):
        version = (draw.choice("abcd"), draw.choice(sketches))
        if held[version] and draw.random() < 0.5:
            used.drop(*version)
            held[version] -= 1
        else:
            used.put(*version)
            held[version] += 1
        fresh = CopyIndex()
        for each in held.elements():
            fresh.put(*each)

        assert [used.originals(s) for s in sketches] == [fresh.originals(s) for s in sketches]


def test_a_copy_counts_once() -> None:
    """Agency copy with another headline and clause corroborates nothing and tells nothing."""
    book = StoryBook()
    book.apply(report(raid("Jets bombed the depot."), text=RAID_TEXT), offset=0)
    copied = report(
        raid("Planes attacked at dawn."), article="b1", source="Other Post", text=RAID_COPY
    )

    assert book.apply(copied, offset=1).alerts == ()
    (story,) = book
    assert [article.copy_of for article in story.articles] == ["", "a1"]
    assert {article.publisher for article in story.articles} == {"example"}
    assert (story.certainty, story.articles_total) == (Certainty.LIKELY, 2)


def test_an_alert_says_how_many_articles_are_copies() -> None:
    """One original and one copy, then an independent report: three articles, one of them a copy."""
    book = StoryBook()
    book.apply(report(raid("Jets bombed the depot."), text=RAID_TEXT), offset=0)
    book.apply(
        report(raid("They bombed it."), article="b1", source="Other Post", text=RAID_COPY), offset=1
    )
    own = report(raid("Bombs fell on it."), article="c1", source="Third Mail")
    (alert,) = book.apply(own, offset=2).alerts

    assert alert.changes == (Change.CORROBORATED,)
    assert (alert.articles, alert.copies, alert.publishers) == (3, 1, 2)


def test_a_copy_joins_its_original_even_where_words_were_read_otherwise() -> None:
    """The copy's parties were missed: it still is no second story."""
    book = StoryBook()
    book.apply(report(raid("Jets bombed the depot."), text=RAID_TEXT), offset=0)
    missed = report(
        signal(places=[LATAKIA], quote="Planes came at dawn."),
        article="b1",
        terms=("depot", "harbour"),
        text=RAID_COPY,
    )
    book.apply(missed, offset=1)

    assert len(book) == 1


def test_where_the_original_goes_its_oldest_copy_stands_for_it() -> None:
    """A copy outlives its original, and is then no copy any more."""
    book = StoryBook()
    book.apply(report(raid("Jets bombed the depot."), text=RAID_TEXT), offset=0)
    for number, name in enumerate(("b1", "c1"), start=1):
        copied = report(raid("They bombed it."), article=name, hours=number, text=RAID_COPY)
        book.apply(copied, offset=number)
    other = signal(actors=[GREECE], targets=[IRAN], quote="Greek ships put to sea.")
    book.apply(report(other, article="a1", updated_hours=9, terms=("fleet",)), offset=3)

    story = next(each for each in book if len(each.articles) > 1)
    assert [article.copy_of for article in story.articles] == ["", "b1"]


TRACKED = "https://www.news.example/world/raid-1?utm_source=feed&id=7#top"


@pytest.mark.parametrize(
    ("url", "page"),
    [
        (TRACKED, "news.example/world/raid-1?id=7"),
        ("http://news.example:80/world/raid-1/?id=7&fbclid=x", "news.example/world/raid-1?id=7"),
        ("https://m.news.example/a/amp", "news.example/a"),
        ("https://news.example:8443/a?b=2&a=1", "news.example:8443/a?a=1&b=2"),
        ("https://news.example/", ""),
        ("https://news.example/?utm_source=x", ""),
        ("https://[broken/a", ""),
        ("https://news.example:port/a", ""),
        ("urn:a:b", ""),
        ("", ""),
    ],
)
def test_one_page_has_one_name(url: str, page: str) -> None:
    """What follows readers around, and which door they came in by, does not tell pages apart."""
    assert page_of(url) == page


def test_the_same_page_under_another_id_is_the_same_article() -> None:
    """A tracking tail and a new id make no second article: the newer version replaces the older."""
    book = StoryBook()
    first = report(raid("Jets bombed the depot."), url="https://news.example/world/raid-1?id=7")
    again = report(raid("Jets bombed the depot."), article="x9", hours=1, url=TRACKED)
    book.apply(first, offset=0)

    assert book.apply(again, offset=1).alerts == ()
    (story,) = book
    assert [article.id for article in story.articles] == ["a1"]
    assert story.articles_total == 1


def test_a_report_without_news_speaks_for_its_own_id_alone() -> None:
    """Sent again after a crash, it does not withdraw what another id reported from the same page."""
    book = StoryBook()
    empty = report(article="x9", url=TRACKED)
    book.apply(empty, offset=0)
    told = report(raid("Jets bombed the depot."), url="https://news.example/world/raid-1?id=7")
    assert book.apply(told, offset=1).alerts

    assert book.apply(empty, offset=2).alerts == ()
    (story,) = book
    assert story.articles_total == 1
