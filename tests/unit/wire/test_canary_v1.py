"""The canary's mark and the article that carries it."""

from datetime import UTC, datetime

import pytest

from monitor.domain import Canary
from monitor.wire import article_v1, canary_v1

CANARY = Canary(group="news-monitor", sent_at=datetime(2026, 3, 1, 0, 0, 0, 123_000, UTC))


def test_the_mark_tells_the_canary() -> None:
    """Among other headers, to the millisecond."""
    mark = canary_v1.header(CANARY)
    assert canary_v1.canary_of([("trace", b"1"), mark, ("empty", None)]) == CANARY
    assert canary_v1.passed_on([("trace", b"1"), mark]) == (mark,)


BROKEN = (
    *(None, b"", b"1", b"1 ", b" group", b"x group", b"-1 group", b"1e3 group"),
    *(b"\xff", b"9" * 15 + b" group", b"1772323200000 gr\xc3\xbcppe"),
)


@pytest.mark.parametrize("mark", BROKEN)
def test_a_mark_that_nobody_of_ours_wrote_is_none(mark: bytes | None) -> None:
    """The record is taken for news: nothing is lost to a header."""
    assert canary_v1.canary_of([(canary_v1.HEADER, mark)]) is None
    assert canary_v1.passed_on([(canary_v1.HEADER, mark)]) == ()


def test_the_longest_mark_is_read() -> None:
    """No number of the digits allowed lies beyond what a time can hold."""
    assert canary_v1.canary_of([(canary_v1.HEADER, b"99999999999999 group")]) is not None


def test_the_article_is_one_and_reports_to_every_desk_that_it_says_nothing() -> None:
    """It states an update, so that readers pass it on without a signal."""
    key, value = canary_v1.article(CANARY)
    article = article_v1.decode(value, timestamp=datetime(2026, 3, 2, tzinfo=UTC))
    assert article.ref.id.encode() == key
    assert article.ref.updated_at == article.ref.published_at == CANARY.sent_at
