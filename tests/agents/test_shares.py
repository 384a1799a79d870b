"""Shares: a batch is divided by size and number, and the time that a share has grows with it."""

from agents.reading import Raw
from agents.shares import SHARE_CHARS, SHARE_RECORDS, chars_of, divide, seconds_for
from monitor.settings import Settings
from tests.agents.fakes import NOW


def test_every_record_is_in_exactly_one_share() -> None:
    """Whatever the sizes, nothing is lost, doubled or empty, and order holds within a share."""
    for sizes in ([], [0], [5] * 7, [100, 0, 4000] * 50, [600_000, 3, 3]):
        shares = divide(sizes, 3)
        assert sorted(index for share in shares for index in share) == list(range(len(sizes)))
        assert all(share == sorted(share) and share for share in shares)


def test_shares_are_limited_in_characters_and_in_number() -> None:
    """A hundred articles of 4,000 characters are no single share, nor are a thousand empty ones."""
    long = divide([4_000] * 100, 1)
    assert max(4_000 * len(share) for share in long) <= SHARE_CHARS
    assert len(long) < 12
    assert max(map(len, divide([0] * 1000, 1))) == SHARE_RECORDS


def test_a_text_above_the_limit_is_a_share_of_its_own() -> None:
    """A long report is not read in company, and comes first."""
    assert divide([10, 300_000, 10], 1) == [[1], [0, 2]]


def test_a_small_batch_is_divided_evenly() -> None:
    """Every process gets work, and about as much as the others."""
    assert sorted(map(len, divide([1000] * 8, 4))) == [2, 2, 2, 2]


def test_the_time_allowed_grows_with_the_characters() -> None:
    """The longest text that is allowed has several times what one core needs for it."""
    settings = Settings()
    assert seconds_for(0, settings) == settings.analysis_timeout_seconds
    measured_per_10k_chars = 1.0
    needed = measured_per_10k_chars * settings.max_text_chars / 10_000
    assert seconds_for(settings.max_text_chars, settings) > 5 * needed


def test_what_is_too_long_to_be_read_buys_no_time() -> None:
    """Of a record the characters count that may be read, however many bytes it has."""
    settings = Settings(max_text_chars=1000)
    assert chars_of(Raw(value=b"x" * 5000, timestamp=NOW), settings) == 1000
    assert chars_of(Raw(value=None, timestamp=NOW), settings) == 0
