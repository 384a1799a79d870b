"""Reading: a right file gives its subscriptions, a wrong one every mistake with line and remedy."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain import (
    Certainty,
    EntityList,
    Mute,
    QuietHours,
    Reports,
    Severity,
    SignalKind,
    Subscription,
    Updates,
)
from monitor.policy.subscriptions.reading import read_subscriptions
from tests.documents import DOCS

EXAMPLE = DOCS / "examples" / "subscriptions.toml"


def problems(text: str) -> list[str]:
    """Return what is wrong with a file."""
    return [str(each) for each in read_subscriptions(text.encode(), file="s.toml").problems]


def test_the_published_example_says_what_it_says() -> None:
    """The file of the documentation is right, and is read field by field as it is written."""
    reading = read_subscriptions(EXAMPLE.read_bytes(), file=str(EXAMPLE))

    assert reading.problems == ()
    duty, gulf, traders, watch = reading.subscriptions
    assert duty == Subscription(
        id="duty-officer", min_severity=Severity.SEVERE, min_certainty=Certainty.LIKELY
    )
    assert gulf.kinds == {
        SignalKind.MILITARY_STRIKE,
        SignalKind.THREAT,
        SignalKind.RETALIATION,
    }
    assert gulf.countries == {"IR", "IL", "SA"}
    assert gulf.watchlists == (
        EntityList(names=frozenset({"fujairah", "bandar abbas", "ras tanura"})),
    )
    assert gulf.quiet == QuietHours(
        start=time(22), end=time(6, 30), zone=ZoneInfo("Europe/Berlin"), unless=Severity.EXTREME
    )
    assert traders.words == {"crude", "refinery", "oil terminal"}
    assert (traders.reports, traders.updates) == (Reports.CORROBORATED, Updates.NONE)
    assert len(watch.parties.ids) == 1
    assert "reuters" in watch.publishers
    assert watch.mutes == (
        Mute(story="c0ffee5eed15bad0"),
        Mute(publisher="example", until=datetime(2026, 3, 9, 6, tzinfo=UTC)),
    )


def test_watchlists_are_those_of_the_file_and_those_of_files_of_their_own() -> None:
    """A name that is both counts as both."""
    text = (
        '[watchlists.ports]\nnames = ["x"]\n[watchlists.both]\nnames = ["y"]\n'
        '[[subscription]]\nid = "a"\nwatchlists = ["ports", "both", "shipping"]\n'
    )
    reading = read_subscriptions(text.encode(), file="s.toml", watched=["both", "shipping", "z"])

    assert reading.problems == ()
    (only,) = reading.subscriptions
    assert [each.names for each in only.watchlists] == [{"x"}, {"y"}]
    assert only.watched == {"both", "shipping"}


def test_an_unknown_watchlist_is_refused_with_those_of_both_kinds() -> None:
    """The nearest name is offered from either."""
    text = (
        '[watchlists.ports]\nnames = ["x"]\n[[subscription]]\nid = "a"\nwatchlists = ["shiping"]\n'
    )
    (problem,) = read_subscriptions(text.encode(), file="s.toml", watched=["shipping"]).problems

    assert problem.line == 5
    assert "unknown 'shiping'; did you mean 'shipping'? allowed: ports, shipping" in problem.message


WRONG: list[tuple[str, str, int, str]] = [
    ("empty file", "", 1, "begin each with a line [[subscription]]"),
    ("only comments", "# nobody\n", 1, "begin each with a line [[subscription]]"),
    ("empty list", "subscription = []\n", 1, "begin each with a line [[subscription]]"),
    ("not TOML", '[[subscription]]\nid = "a\n', 2, "not valid TOML"),
    ("a key twice", '[[subscription]]\nid = "a"\nid = "b"\n', 3, "not valid TOML"),
    ("no id", '[[subscription]]\nwords = ["a"]\n', 1, "there is no id"),
    ("bad id", '[[subscription]]\nid = "Gulf Desk"\n', 2, "small letters, digits and hyphens"),
    ("bad id's type", "[[subscription]]\nid = 5\n", 2, "small letters, digits and hyphens"),
    (
        "duplicate id",
        '[[subscription]]\nid = "a"\n[[subscription]]\nid = "a"\n',
        4,
        "id 'a' is taken by the subscription of line 2",
    ),
    (
        "unknown field",
        '[[subscription]]\nid = "a"\n\nmin_sevrity = "Severe"\n',
        4,
        "did you mean 'min_severity'? allowed: id, kinds, min_severity,",
    ),
    (
        "unknown table",
        '[[subscription]]\nid = "a"\n[watchlist.x]\nnames = ["y"]\n',
        3,
        "did you mean 'watchlists'? a file has: [[subscription]], [watchlists.NAME]",
    ),
    (
        "unknown kind",
        '[[subscription]]\nid = "a"\nkinds = [\n  "threat",\n  "strikes",\n]\n',
        5,
        "allowed: military-strike, retaliation, threat",
    ),
    (
        "unknown severity",
        '[[subscription]]\nid = "a"\nmin_severity = "severe"\n',
        3,
        "did you mean 'Severe'? allowed: Extreme, Severe, Moderate, Minor, Unknown",
    ),
    (
        "unknown certainty",
        '[[subscription]]\nid = "a"\nmin_certainty = 1\n',
        3,
        "allowed: Observed, Likely, Possible, Unlikely, Unknown",
    ),
    (
        "unknown country",
        '[[subscription]]\nid = "a"\ncountries = ["Izrael"]\n',
        3,
        "did you mean 'israel'? allowed: codes of ISO 3166-1",
    ),
    (
        "unknown watchlist",
        '[watchlists.ports]\nnames = ["x"]\n[[subscription]]\nid = "a"\nwatchlists = ["port"]\n',
        5,
        "did you mean 'ports'? allowed: ports",
    ),
    ("empty watchlist", '[watchlists.p]\n[[subscription]]\nid = "a"\n', 1, "is empty"),
    ("no list", '[[subscription]]\nid = "a"\nwords = "oil"\n', 3, "must be a list of texts"),
    ("empty list of words", '[[subscription]]\nid = "a"\nwords = []\n', 3, "leave it out"),
    ("blank word", '[[subscription]]\nid = "a"\nwords = ["oil", " "]\n', 3, "not blank"),
    ("word of marks", '[[subscription]]\nid = "a"\nwords = ["?!"]\n', 3, "neither letters"),
    ("bad reports", '[[subscription]]\nid = "a"\nreports = true\n', 3, "first, corroborated"),
    ("bad updates", '[[subscription]]\nid = "a"\nupdates = false\n', 3, "allowed: all, none"),
    (
        "bad clock",
        (
            '[[subscription]]\nid = "a"\n[subscription.quiet]\nfrom = "25:00"\nuntil = "6:00"\n'
            'timezone = "UTC"\n'
        ),
        4,
        'must be a time of day, such as from = "22:00"',
    ),
    (
        "bad timezone",
        (
            '[[subscription]]\nid = "a"\n[subscription.quiet]\nfrom = "22:00"\nuntil = 06:00:00\n'
            'timezone = "Berlin"\n'
        ),
        6,
        "IANA time zone database",
    ),
    (
        "no timezone",
        '[[subscription]]\nid = "a"\nquiet = {from = "22:00", until = "06:00"}\n',
        3,
        "there is no timezone",
    ),
    (
        "quiet all day",
        (
            '[[subscription]]\nid = "a"\n[subscription.quiet]\nfrom = "06:00"\nuntil = "06:00"\n'
            'timezone = "UTC"\n'
        ),
        3,
        "no stretch of a day",
    ),
    (
        "mute of both",
        (
            '[[subscription]]\nid = "a"\n[[subscription.mute]]\nstory = "s"\n'
            '[[subscription.mute]]\nstory = "s"\npublisher = "p"\n'
        ),
        5,
        "give one of story (an alert_id) and publisher",
    ),
    (
        "mute until a local time",
        (
            '[[subscription]]\nid = "a"\n[[subscription.mute]]\nstory = "s"\n'
            "until = 2026-03-09T06:00:00\n"
        ),
        5,
        "with its offset from UTC",
    ),
    ("subscription as a table", '[subscription]\nid = "a"\n', 1, "begin each with a line"),
    ("subscriptions as text", 'subscription = ["a"]\n', 1, "begin it with a line"),
]


@pytest.mark.parametrize(
    ("text", "line", "said"), [case[1:] for case in WRONG], ids=[case[0] for case in WRONG]
)
def test_what_is_wrong_is_said_with_its_line(text: str, line: int, said: str) -> None:
    """File, line, and what is allowed; no subscription is made of what is wrong."""
    found = problems(text)

    assert any(each.startswith(f"s.toml:{line}: ") and said in each for each in found), found


def test_everything_that_is_wrong_is_said_at_once() -> None:
    """Whoever mends a file need not run the check again and again."""
    text = (
        '[[subscription]]\nid = "a"\nkinds = ["strikes", "threats"]\nmin_severity = "high"\n'
        '[[subscription]]\nid = "b"\ncolour = "red"\n'
    )

    assert [each.partition(": ")[0] for each in problems(text)] == [
        *("s.toml:3", "s.toml:3", "s.toml:4", "s.toml:7"),
    ]


def test_bytes_that_are_no_text_are_refused_with_their_line() -> None:
    """A file in another encoding is not guessed at."""
    reading = read_subscriptions(b'# a\n[[subscription]]\nid = "\xe4"\n', file="s.toml")

    (problem,) = reading.problems
    assert str(problem).startswith("s.toml:3: not valid TOML: byte 0xe4 is not UTF-8")
    assert reading.subscriptions == ()


def test_windows_line_ends_do_not_move_the_lines() -> None:
    """Lines are counted as an editor counts them."""
    text = '[[subscription]]\r\nid = "a"\r\nupdates = "no"\r\n'

    assert problems(text)[0].startswith("s.toml:3: ")


_TEXTS = st.sampled_from(
    ['"a"', '""', '"Severe"', '"threat"', '"IR"', '"22:00"', '"UTC"', '"/etc"', '"../x"', '"p"']
)
_SCALARS = _TEXTS | st.sampled_from(
    ["1", "-1.5", "nan", "true", "07:00:00", "2026-03-09", "2026-03-09T06:00:00Z", "{}", "{a = 1}"]
)
_VALUES = _SCALARS | st.lists(_SCALARS, max_size=3).map(lambda each: f"[{', '.join(each)}]")
_NAMES = st.sampled_from(
    "id kinds min_severity min_certainty countries parties watchlists words publishers reports"
    " updates quiet mute story publisher until from timezone unless ids names x".split()
)
_FIELDS = st.dictionaries(_NAMES, _VALUES, max_size=5).map(
    lambda fields: "".join(f"{name} = {value}\n" for name, value in fields.items())
)
_HEADERS = st.sampled_from(
    ["[[subscription]]", "[subscription.quiet]", "[[subscription.mute]]", "[watchlists.p]", "[x]"]
)
_FILES = st.lists(st.tuples(_HEADERS, _FIELDS), max_size=5).map(
    lambda tables: "".join(f"{header}\n{fields}" for header, fields in tables)
)


@given(text=_FILES)
def test_no_file_breaks_the_reader(text: str) -> None:
    """Whatever a file says, it is right, or every problem of it has a line that it has."""
    reading = read_subscriptions(text.encode(), file="s.toml")

    assert reading.subscriptions or reading.problems
    lines = max(1, len(text.splitlines()))
    assert all(1 <= (each.line or 0) <= lines for each in reading.problems), reading.problems
