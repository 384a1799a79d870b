"""The forms in which news tells figures, each as written and stripped."""

from collections.abc import Callable

import pytest

from monitor.domain import Extreme, Field, Figure, Measure, Period, Precision
from monitor.lexicon.cues import phrase_set
from monitor.lexicon.instruments import load_instruments
from monitor.lexicon.loader import load_lexicon
from monitor.text.counts import Count
from monitor.text.figures import FigureReader
from monitor.text.words import Words, read_words
from tests.builders import a_finding, an_entry, sentence_of, stripped

forms = pytest.mark.parametrize("form", [str, stripped], ids=["as-written", "stripped"])
Form = Callable[[str], str]
Rows = list[tuple[str, float | None, float | None, str]]


@pytest.fixture(scope="module")
def reader() -> FigureReader:
    """A reader with the classes of the built-in lexicon."""
    classes = load_lexicon().classes
    persons, up, down = (
        phrase_set(" ".join(phrase) for phrase in classes[name])
        for name in ("person", "move-up", "move-down")
    )
    return FigureReader(persons=persons, up=up, down=down, instruments=load_instruments())


def figures(reader: FigureReader, text: str, fired: str, kind: str) -> tuple[Figure, ...]:
    """The figures of a sentence where the words *fired* of a kind stand."""
    words = read_words(text)
    finding = a_finding(an_entry("x", kind=kind), words, fired)
    found = reader.read(finding, words, sentence_of(words), Field.TEXT)
    assert all(text[f.span.start_char : f.span.end_char] == f.span.quote for f in found)
    return found


def rows(found: tuple[Figure, ...]) -> Rows:
    """What is scored of figures."""
    return [(figure.measure.value, figure.low, figure.high, figure.unit) for figure in found]


def people(
    measure: str, low: float, high: float | None = -1
) -> tuple[str, float, float | None, str]:
    """A row that counts people; one number unless the upper bound is given."""
    return (measure, low, low if high == -1 else high, "people")


@forms
@pytest.mark.parametrize(
    ("text", "fired", "told"),
    [
        ("The blast killed between 30 and 40 people.", "killed", [people("killed", 30, 40)]),
        ("The blast killed 10 to 15 people.", "killed", [people("killed", 10, 15)]),
        ("Clashes killed scores of rebels.", "killed", [people("killed", 40, None)]),
        (
            "The war has killed tens of thousands of civilians.",
            "killed",
            [people("killed", 20_000, None)],
        ),
        ("Twenty-three people were killed.", "killed", [people("killed", 23)]),
        ("A dozen people were killed.", "killed", [people("killed", 12)]),
        ("Half a dozen people were killed.", "killed", [people("killed", 6)]),
        ("Two thousand people were killed.", "killed", [people("killed", 2_000)]),
        ("Over a hundred people were killed.", "killed", [people("killed", 100, None)]),
        ("Police found 12 or more people dead.", "dead", [people("killed", 12, None)]),
        ("The toll rises to 41.", "toll", [people("killed", 41)]),
        ("The toll rose to 41 by Monday.", "toll", [people("killed", 41)]),
        ("The death toll stands at at least 41.", "toll", [people("killed", 41, None)]),
        ("The attack caused 14 deaths.", "deaths", [people("killed", 14)]),
        ("It led to the deaths of 14 people.", "deaths", [people("killed", 14)]),
        ("Gunmen shot dead three policemen.", "shot dead", [people("killed", 3)]),
        ("12 dead in Kabul blast.", "dead", [people("killed", 12)]),
        ("12 killed in Kabul blast.", "killed", [people("killed", 12)]),
        ("A soldier was killed.", "killed", [people("killed", 1)]),
        ("A 5-year-old boy was killed.", "killed", [people("killed", 1)]),
        (
            "A woman and her two children were killed.",
            "killed",
            [people("killed", 1), people("killed", 2)],
        ),
        (
            "It killed 3 soldiers and 4 civilians.",
            "killed",
            [people("killed", 3), people("killed", 4)],
        ),
        ("15 people, eight of them children, were killed.", "killed", [people("killed", 15)]),
        ("It killed 15 people, including two children.", "killed", [people("killed", 15)]),
        ("Two gunmen killed the mayor.", "killed", []),
        ("Two bombers killed 12 people.", "killed", [people("killed", 12)]),
        ("Two days later the mayor was killed.", "killed", []),
        ("The mayor, 52, was killed.", "killed", []),
        ("The mayor was killed on March 12.", "killed", []),
        ("He was killed in 1998.", "killed", []),
        ("He was killed 30 miles from Kabul.", "killed", []),
        ("He was killed at 7 a.m. on the 7th.", "killed", []),
        ("A group of gunmen killed the mayor.", "killed", []),
        ("It killed 300 cattle.", "killed", []),
        ("Up to 20 people were killed or injured.", "killed", []),
        ("One of the guards was killed.", "killed", [people("killed", 1)]),
        (
            "12 people were killed and 30 others wounded.",
            "wounded",
            [people("killed", 12), people("injured", 30)],
        ),
        (
            "It killed 12 people, leaving 7 missing.",
            "killed",
            [people("killed", 12), people("missing", 7)],
        ),
    ],
)
def test_tolls(reader: FigureReader, form: Form, text: str, fired: str, told: Rows) -> None:
    """Objects, subjects and tolls are counted; times, ages, dates, parts and other things are not."""
    assert rows(figures(reader, form(text), stripped(fired), "casualties")) == told


@forms
@pytest.mark.parametrize(
    ("text", "fired", "kind", "told"),
    [
        ("Police arrested 200 demonstrators.", "arrested", "unrest", [people("held", 200)]),
        (
            "Gunmen took 12 hostages and held six engineers captive.",
            "took",
            "military-strike",
            [people("held", 12), people("held", 6)],
        ),
        ("Rebels kidnapped six engineers.", "kidnapped", "military-strike", [people("held", 6)]),
        ("Three soldiers were taken hostage.", "hostage", "casualties", [people("held", 3)]),
        ("The rebels freed 20 hostages.", "freed", "de-escalation", [people("released", 20)]),
        ("Forty prisoners were released.", "released", "de-escalation", [people("released", 40)]),
        (
            "It will withdraw 5,000 troops.",
            "withdraw",
            "de-escalation",
            [people("withdrawn", 5_000)],
        ),
        (
            "It pulled out 30 tanks.",
            "pulled out",
            "de-escalation",
            [("withdrawn", 30, 30, "vehicles")],
        ),
        (
            "It sent 3,000 soldiers to the border.",
            "sent",
            "mobilization",
            [people("deployed", 3_000)],
        ),
        ("It deployed 10 warships.", "deployed", "mobilization", [("deployed", 10, 10, "ships")]),
        (
            "It deployed 24 fighter jets.",
            "deployed",
            "mobilization",
            [("deployed", 24, 24, "aircraft")],
        ),
        (
            "It massed 200 tanks there.",
            "massed",
            "mobilization",
            [("deployed", 200, 200, "vehicles")],
        ),
        (
            "Tens of thousands of people marched.",
            "marched",
            "unrest",
            [people("taking-part", 20_000, None)],
        ),
        ("A crowd of 3,000 people gathered.", "gathered", "unrest", [people("taking-part", 3_000)]),
        (
            "Some 4,000 dockers walked out.",
            "walked out",
            "labor-strike",
            [people("taking-part", 4_000)],
        ),
        (
            "A strike by 9,000 workers began.",
            "strike",
            "labor-strike",
            [people("taking-part", 9_000)],
        ),
        ("They held a two-day strike.", "strike", "labor-strike", [("duration", 2, 2, "days")]),
        (
            "They called a 48-hour walkout.",
            "walkout",
            "labor-strike",
            [("duration", 48, 48, "hours")],
        ),
        (
            "They were on strike for three weeks.",
            "strike",
            "labor-strike",
            [("duration", 3, 3, "weeks")],
        ),
        ("They strike for a 35-hour working week.", "strike", "labor-strike", []),
        ("It froze 25 mln dlrs of assets.", "froze", "sanctions", [("amount", 25e6, 25e6, "USD")]),
        (
            "It put a 25 percent tariff on steel.",
            "tariff",
            "sanctions",
            [("tariff", 25, 25, "percent")],
        ),
        (
            "It threatened duties of 100 pct on cars.",
            "threatened",
            "threat",
            [("tariff", 100, 100, "percent")],
        ),
        ("They fired 12 missiles at 3 people.", "fired", "military-strike", []),
        ("It put an infantry brigade on standby.", "standby", "mobilization", []),
    ],
)
def test_sizes(
    reader: FigureReader, form: Form, text: str, fired: str, kind: str, told: Rows
) -> None:
    """Arrests, releases, deployments, crowds, strikes, frozen money and duties have their sizes."""
    assert rows(figures(reader, form(text), fired, kind)) == told


@forms
@pytest.mark.parametrize(
    ("text", "fired", "told"),
    [
        ("Gold rose 0.7 percent.", "rose", [("change", 0.7, 0.7, "percent")]),
        (
            "The Dow rose 1.2 percent to 2,345.6 points.",
            "rose",
            [("change", 1.2, 1.2, "percent"), ("level", 2345.6, 2345.6, "points")],
        ),
        (
            "The FTSE 100 fell 12 points to 2,345.",
            "fell",
            [("change", 12, 12, "points"), ("level", 2345, 2345, "points")],
        ),
        (
            "The dollar rose to 146.05 yen from 145.30.",
            "rose",
            [("change", None, None, ""), ("level", 146.05, 146.05, "JPY")],
        ),
        ("The euro fell by 2 cents.", "fell", [("change", 2, 2, "cents")]),
        ("Brent put on 3.5 percent.", "percent", [("change", 3.5, 3.5, "percent")]),
        ("The Nikkei was off 1.6 percent.", "percent", [("change", 1.6, 1.6, "percent")]),
        (
            "Yields climbed 5 basis points to 4.25 percent.",
            "climbed",
            [("change", 5, 5, "basis-points"), ("level", 4.25, 4.25, "percent")],
        ),
        (
            "Yields rose 0.25 percentage point.",
            "rose",
            [("change", 0.25, 0.25, "percentage-points")],
        ),
        ("Oil is 3 to 4 percent higher.", "higher", [("change", 3, 4, "percent")]),
        (
            "Oil rose above 70 dollars a barrel.",
            "rose",
            [("change", None, None, ""), ("level", 70, None, "USD")],
        ),
        (
            "Gold was unchanged at 402.50 dlrs.",
            "unchanged",
            [("change", None, None, ""), ("level", 402.5, 402.5, "USD")],
        ),
        ("Gold fell after rising 3 percent on Friday.", "fell", [("change", None, None, "")]),
        ("Oil stocks fell 2.89 mln barrels.", "fell", [("change", None, None, "")]),
        (
            "The shares rose 15-3/4 to 106-1/4 dlrs.",
            "rose",
            [("change", 15.75, 15.75, ""), ("level", 106.25, 106.25, "USD")],
        ),
    ],
)
def test_moves(reader: FigureReader, form: Form, text: str, fired: str, told: Rows) -> None:
    """Change and level are kept apart; what a market came from, and sums, are no figures."""
    assert rows(figures(reader, form(text), fired, "market-move")) == told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("the dow rose to 2 345 6", []),
        ("the dollar rose to 145 25 30 yen", []),
        ("the dollar rose to 1 8195 8205 marks", []),
        ("gold rose to 729 88 an ounce", [("level", 729.88, 729.88, "USD")]),
        ("copper rose to 729 88 a tonne", []),
    ],
)
def test_what_stripped_text_leaves_open_is_left_out(
    reader: FigureReader, text: str, told: Rows
) -> None:
    """Rows of digits with more than one reading give a direction only, never a wrong number."""
    found = rows(figures(reader, text, "rose", "market-move"))
    assert found == [("change", None, None, ""), *told]


@forms
def test_instruments_of_a_sentence_are_kept_apart(reader: FigureReader, form: Form) -> None:
    """Each move has its own instrument, direction and size, whichever word fired.

    Where one fires, the sizes of the others are told along; that one did not move is not.
    """
    text = form("The Nikkei fell 2 percent while gold rose 3 percent and the yen was unchanged.")
    sized = [("nikkei-225", 2, "down"), ("gold", 3, "up")]
    still = [("yen", None, "unchanged")]
    for fired, told in (("fell", sized), ("rose", sized), ("unchanged", [*sized, *still])):
        found = [
            (figure.subject, figure.low, figure.direction and figure.direction.value)
            for figure in figures(reader, text, fired, "market-move")
        ]
        assert found == told


@forms
def test_one_move_of_two_instruments_counts_for_both(reader: FigureReader, form: Form) -> None:
    """What two instruments share is told of each."""
    text = form("The Nikkei and the Kospi were both down 4 percent.")
    found = figures(reader, text, "down", "market-move")
    assert [figure.subject for figure in found] == ["nikkei-225", "kospi"]


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("BP shares fell 3 percent.", "bp-shares"),
        ("Borg-Warner stock fell 3 percent.", "borg-warner-shares"),
        ("Shares of Magna fell 3 percent.", "magna-shares"),
        ("gencorp s stock fell 3 percent", "gencorp-shares"),
        ("the company s stock fell 3 percent", "stocks"),
        ("bp shares fell 3 percent", "stocks"),
        ("The stock exchange fell 3 percent.", "stocks"),
    ],
)
def test_shares_are_known_by_their_company(reader: FigureReader, text: str, subject: str) -> None:
    """Capitals or a possessive name the company; without them the shares are just shares."""
    (figure,) = figures(reader, text, "fell", "market-move")
    assert figure.subject == subject


@forms
@pytest.mark.parametrize(
    ("text", "period", "since", "extreme"),
    [
        ("Gold rose 3 percent on the day.", Period.DAY, "", None),
        ("Gold rose 3 percent this week.", Period.WEEK, "", None),
        ("Gold rose 3 percent for the month.", Period.MONTH, "", None),
        ("Gold rose 3 percent in the quarter.", Period.QUARTER, "", None),
        ("Gold rose 3 percent from a year earlier.", Period.YEAR, "", None),
        ("Gold has risen 3 percent since January.", None, "january", None),
        ("Gold rose 3 percent to a record high.", None, "", Extreme.RECORD_HIGH),
        ("Gold rose 3 percent, its highest since June 2008.", None, "june 2008", Extreme.HIGH),
        ("Gold fell 3 percent to a 13-month low.", None, "13 month", Extreme.LOW),
        ("Gold fell 3 percent, the lowest level in two years.", None, "two years", Extreme.LOW),
    ],
)
def test_times_of_moves(
    reader: FigureReader,
    form: Form,
    text: str,
    period: Period | None,
    since: str,
    extreme: Extreme | None,
) -> None:
    """Over how long, since when, and records are told with the move."""
    fired = next(word for word in ("rose", "risen", "fell") if word in text)
    (figure,) = figures(reader, form(text), fired, "market-move")
    assert (figure.period, figure.since, figure.extreme) == (period, since, extreme)


@forms
@pytest.mark.parametrize(
    ("text", "attribution"),
    [
        ("Police said 12 people were killed.", "police"),
        ("12 people were killed, the health ministry said.", "health ministry"),
        ("12 people were killed, according to Iraqi officials.", "iraqi officials"),
        ("The U.S. military says 12 people were killed.", "u s military"),
        ("12 people were killed, his brother said.", ""),
        ("12 people were killed.", ""),
    ],
)
def test_who_counts(reader: FigureReader, form: Form, text: str, attribution: str) -> None:
    """Offices and officials that say so are named."""
    (figure,) = figures(reader, form(text), "killed", "casualties")
    assert figure.attribution == attribution


def test_who_the_dead_are(reader: FigureReader) -> None:
    """The subject is the noun with its adjectives."""
    found = figures(reader, "It killed 12 civilian construction workers.", "killed", "casualties")
    assert [figure.subject for figure in found] == ["civilian construction workers"]
    found = figures(reader, "Clashes left 90 injured troops behind.", "injured", "casualties")
    assert [(figure.measure, figure.subject) for figure in found] == [(Measure.INJURED, "troops")]


def test_a_toll_of_elsewhen_is_not_of_this_event(reader: FigureReader) -> None:
    """What a sentence recalls behind "where" or "since" belongs to the words that tell it."""
    text = "It killed 12 people in a town where 300 died in 2004."
    assert rows(figures(reader, text, "killed", "casualties")) == [people("killed", 12)]
    assert rows(figures(reader, text, "died", "casualties")) == [people("killed", 300)]


def test_an_upper_bound_keeps_its_number(reader: FigureReader) -> None:
    """What is said to be at most so many told with its number and said to be an upper bound."""
    (figure,) = figures(reader, "As many as 50 people died.", "died", "casualties")
    assert (figure.measure, figure.high, figure.precision) == (
        Measure.KILLED,
        50,
        Precision.AT_MOST,
    )


def test_a_text_without_sentence_ends_costs_what_its_keywords_cost(reader: FigureReader) -> None:
    """Of an endless sentence only the words around the keyword are read."""
    words = read_words(
        "3 people fled and " * 2_000 + "the blast killed 12 people " + "9 ran " * 2_000
    )
    seen: list[int] = []
    counts = reader._counts
    read = counts.read

    def noted(words: Words, low: int, high: int) -> list[Count]:
        seen.append(high - low)
        return read(words, low, high)

    counts.read = noted  # type: ignore[method-assign]
    finding = a_finding(an_entry("x", kind="casualties"), words, "killed")
    try:
        found = reader.read(finding, words, sentence_of(words), Field.TEXT)
    finally:
        counts.read = read  # type: ignore[method-assign]

    assert rows(found) == [people("killed", 12)]
    assert max(seen) < 200


def test_who_says_so_is_not_who_is_counted(reader: FigureReader) -> None:
    """A comma parts a toll from the officials who tell it."""
    (found,) = figures(reader, "The toll rose to 19, officials said.", "toll", "casualties")
    assert (found.low, found.subject) == (19, "")
