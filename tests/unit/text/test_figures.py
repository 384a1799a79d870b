"""How many were killed or hurt, and how far a market moved, as written and stripped."""

from collections.abc import Callable

import pytest

from monitor.domain import Direction, Field, Figure, Measure, Precision
from monitor.lexicon.loader import load_lexicon
from monitor.text.analyser import Analyser
from tests.builders import a_lexicon, an_article, an_entry, stripped

KILLED, INJURED = Measure.KILLED, Measure.INJURED
AT_LEAST, AT_MOST, ABOUT = Precision.AT_LEAST, Precision.AT_MOST, Precision.ABOUT
forms = pytest.mark.parametrize("form", [str, stripped], ids=["as-written", "stripped"])
Form = Callable[[str], str]


def figures(text: str, term: str, kind: str) -> list[Figure]:
    """The figures of the first finding of a term."""
    analyser = Analyser(a_lexicon(an_entry(term, kind=kind)), None)
    (analysis,) = analyser.pipe([an_article(text)])
    found = list(analysis.triggers[0].figures)
    assert all(text[f.span.start_char : f.span.end_char] == f.span.quote for f in found)
    return found


@forms
@pytest.mark.parametrize(
    ("text", "term", "counts"),
    [
        ("The blast killed 18 people.", "kill/v", [(KILLED, 18, "people")]),
        ("Twelve soldiers were killed.", "kill/v", [(KILLED, 12, "soldiers")]),
        (
            "The raid left 5 dead and 1,200 wounded.",
            "left",
            [(KILLED, 5, ""), (INJURED, 1_200, "")],
        ),
        ("It killed 12 men and wounded 30.", "kill/v", [(KILLED, 12, "men"), (INJURED, 30, "")]),
        ("Bombs killed 15, 20 wounded.", "kill/v", [(KILLED, 15, ""), (INJURED, 20, "")]),
        ("It killed six men, wounding 11.", "kill/v", [(KILLED, 6, "men"), (INJURED, 11, "")]),
        ("The attack claimed 14 lives.", "claimed", [(KILLED, 14, "")]),
        ("The death toll rose to 212 on Monday.", "death toll", [(KILLED, 212, "")]),
        ("The number of people killed rose to 19 on Monday.", "killed", [(KILLED, 19, "")]),
        ("The number of people wounded in it rose to 31.", "wounded", [(INJURED, 31, "")]),
        ("Two hundred and twelve civilians died.", "died", [(KILLED, 212, "civilians")]),
        ("It killed two children aged 4 and 7.", "kill/v", [(KILLED, 2, "children")]),
        ("Nine sailors are missing.", "missing", [(Measure.MISSING, 9, "sailors")]),
        ("It killed people at 4 checkpoints.", "kill/v", []),
        ("It killed a gunman.", "kill/v", [(KILLED, 1, "gunman")]),
    ],
)
def test_people(form: Form, text: str, term: str, counts: list[tuple[Measure, float, str]]) -> None:
    """People are counted by the nearest word for killed or hurt, with who they are."""
    found = figures(form(text), term, "casualties")
    assert [(figure.measure, figure.low, figure.subject) for figure in found] == counts
    assert {figure.unit for figure in found} <= {"people"}


@forms
@pytest.mark.parametrize(
    ("words", "low", "high", "precision"),
    [
        ("18", 18, 18, Precision.EXACT),
        ("at least 18", 18, None, AT_LEAST),
        ("more than 18", 18, None, AT_LEAST),
        ("dozens of", 24, None, AT_LEAST),
        ("up to 18", 18, 18, AT_MOST),
        ("about 18", 18, 18, ABOUT),
        ("1,018", 1_018, 1_018, Precision.EXACT),
    ],
)
def test_bounds(
    form: Form, words: str, low: float, high: float | None, precision: Precision
) -> None:
    """A bound below has no upper end; other qualifications keep both."""
    (figure,) = figures(form(f"The blast killed {words} people."), "kill/v", "casualties")
    assert (figure.low, figure.high, figure.precision) == (low, high, precision)


@forms
@pytest.mark.parametrize(
    ("text", "term", "change"),
    [
        ("Brent crude rose 4.5 percent.", "rose", (4.5, "percent", "brent-crude", Direction.UP)),
        ("Gold fell 2 percent.", "fell", (2, "percent", "gold", Direction.DOWN)),
        ("The Dow fell 1,200 points.", "fell", (1_200, "points", "dow-jones", Direction.DOWN)),
        ("Bonds slid 12 basis points.", "slid", (12, "basis-points", "bonds", Direction.DOWN)),
        ("Copper rose.", "rose", (None, "", "copper", Direction.UP)),
    ],
)
def test_moves(form: Form, text: str, term: str, change: tuple[object, ...]) -> None:
    """A move has size, unit, instrument and direction; without a size the direction stands alone."""
    (figure,) = figures(form(text), term, "market-move")
    assert figure.measure is Measure.CHANGE
    assert (figure.low, figure.unit, figure.subject, figure.direction) == change


@forms
def test_a_move_and_where_it_led(form: Form) -> None:
    """By how much and to where are two figures."""
    text = form("Brent crude rose 4.5 percent to 71 dollars a barrel.")
    found = figures(text, "rose", "market-move")
    assert [(figure.measure, figure.low, figure.unit) for figure in found] == [
        (Measure.CHANGE, 4.5, "percent"),
        (Measure.LEVEL, 71, "USD"),
    ]


@pytest.mark.parametrize(
    ("text", "unit", "quote"),
    [
        ("Gold rose 0.7%.", "percent", "0.7%"),
        ("Gold rose $3 on Monday.", "USD", "$3"),
        ("Gold rose \u20ac3", "EUR", "\u20ac3"),
        ("Gold rose 12 basis points.", "basis-points", "12 basis points"),
        ("Gold rose 3 percent.", "percent", "3 percent"),
    ],
)
def test_signs_are_units(text: str, unit: str, quote: str) -> None:
    """As written, a sign beside the number is its unit and part of the quote."""
    (figure,) = figures(text, "rose", "market-move")
    assert (figure.unit, figure.span.quote) == (unit, quote)


def test_other_kinds_have_no_figures() -> None:
    """Only casualties and market moves are counted."""
    assert figures("They fired 12 missiles at 3 people.", "fired", "military-strike") == []


def test_figures_of_a_title_say_so() -> None:
    """A figure of the title counts its characters there."""
    analyser = Analyser(load_lexicon(), None)
    (analysis,) = analyser.pipe([an_article("No more.", title="Bomb kills 12 people in Kabul")])
    spans = [figure.span for trigger in analysis.triggers for figure in trigger.figures]
    assert spans
    assert {(span.field, span.quote) for span in spans} == {(Field.TITLE, "12")}


@forms
@pytest.mark.parametrize(
    ("text", "term", "kind", "counts"),
    [
        (
            "The toll from the bombing of the market rose to 212, with 30 wounded.",
            "toll",
            "casualties",
            [(KILLED, 212), (INJURED, 30)],
        ),
        (
            "Thirty people, including two women and nine children, died.",
            "died",
            "casualties",
            [(KILLED, 30)],
        ),
        (
            "He sent an additional 5,000 troops.",
            "sent",
            "mobilization",
            [(Measure.DEPLOYED, 5_000)],
        ),
        ("It deployed two B-52 bombers.", "deployed", "mobilization", [(Measure.DEPLOYED, 2)]),
        ("They took 250 hostages in the raid.", "raid", "military-strike", [(Measure.HELD, 250)]),
        ("They freed 105 hostages after the raid.", "raid", "military-strike", []),
        ("Hundreds marched and 60 were detained.", "marched", "unrest", [(Measure.HELD, 60)]),
        ("Police made 1,300 arrests in the riots.", "riots", "unrest", [(Measure.HELD, 1_300)]),
        (
            "Thousands of protesters blocked roads.",
            "blocked",
            "unrest",
            [(Measure.TAKING_PART, 2_000)],
        ),
        (
            "A crowd of about 5,000 stormed the palace.",
            "stormed",
            "unrest",
            [(Measure.TAKING_PART, 5_000)],
        ),
        ("Police shot dead 11 people who marched.", "marched", "unrest", []),
        ("Police killed six protesters in a march.", "march", "unrest", []),
        (
            "Some 8,000 teachers in Leeds stayed off the job.",
            "stayed off",
            "labor-strike",
            [(Measure.TAKING_PART, 8_000)],
        ),
        (
            "They pulled the last of 1,500 troops out.",
            "pulled",
            "de-escalation",
            [(Measure.WITHDRAWN, 1_500)],
        ),
        (
            "The two exchanged 230 prisoners of war.",
            "exchanged",
            "de-escalation",
            [(Measure.RELEASED, 230)],
        ),
    ],
)
def test_a_number_belongs_to_what_became_of_it(
    form: Form, text: str, term: str, kind: str, counts: list[tuple[Measure, float]]
) -> None:
    """A number is told once, by the word that is closest to it; the noun speaks where none does."""
    found = figures(form(text), term, kind)
    assert [(figure.measure, figure.low) for figure in found] == counts


def test_the_letters_of_a_type_count_nothing() -> None:
    """Of "two B-52 bombers" two aircraft are counted, not 52 people."""
    (figure,) = figures("It deployed two B-52 bombers to Guam.", "deployed", "mobilization")
    assert (figure.low, figure.unit) == (2, "aircraft")


@forms
def test_a_sentence_tells_several_moves(form: Form) -> None:
    """All moves that are told along with the one that fired are read, each of its instrument."""
    text = "The Dow fell 1.2 percent as the Nasdaq lost 2 percent and gold rose 3 percent."
    found = figures(form(text), "lost", "market-move")
    assert [(figure.subject, figure.low, figure.direction) for figure in found] == [
        ("dow-jones", 1.2, Direction.DOWN),
        ("nasdaq", 2, Direction.DOWN),
        ("gold", 3, Direction.UP),
    ]


@forms
def test_a_move_of_another_time_is_not_told_along(form: Form) -> None:
    """What a market did before is no figure of what it does."""
    found = figures(form("Gold rose 1 percent after oil fell 3 percent."), "rose", "market-move")
    assert [(figure.subject, figure.low) for figure in found] == [("gold", 1)]


@pytest.mark.parametrize(
    ("text", "fired", "told"),
    [
        ("Gold fell 0.8pc.", "fell", [(0.8, "percent")]),
        ("Gold fell as much as 5pc on Monday.", "fell", [(5, "percent")]),
        ("Bonds fell 7 bps.", "fell", [(7, "basis-points")]),
        ("Bonds fell 7bps.", "fell", [(7, "basis-points")]),
        ("BP shares rose 3p.", "rose", [(3, "pence")]),
        ("Copper fell $1.12, or 1.4 percent.", "fell", [(1.12, "USD"), (1.4, "percent")]),
        ("Copper fell $1.12 or 1.4%.", "fell", [(1.12, "USD"), (1.4, "percent")]),
        ("The rupee closed at 83.12 per dollar.", "closed", [(83.12, "")]),
    ],
)
def test_units_as_markets_write_them(text: str, fired: str, told: list[tuple[float, str]]) -> None:
    """Units may be glued to their numbers, and two sizes of one move are no range."""
    found = figures(text, fired, "market-move")
    sized = [(figure.low, figure.unit) for figure in found if figure.low is not None]
    assert sized == told
    assert all(figure.high in (figure.low, None) for figure in found)


def test_a_glued_unit_survives_stripping() -> None:
    """Of "0.8pc" stripping leaves "0 8pc"."""
    (figure,) = figures("gold fell 0 8pc", "fell", "market-move")
    assert (figure.low, figure.unit, figure.span.quote) == (0.8, "percent", "0 8pc")


@forms
def test_a_duty_is_raised_to_a_rate(form: Form) -> None:
    """The rate that a duty is raised to is its size, the one it is raised from is none."""
    text = "The US raised tariffs on Chinese vehicles to 100 percent from 25 percent."
    found = figures(form(text), "tariffs", "sanctions")
    assert [(figure.measure, figure.low) for figure in found] == [(Measure.TARIFF, 100)]
