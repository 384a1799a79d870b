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
