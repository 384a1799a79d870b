"""Floors: what people may ask of a score, and when it is missed."""

import pytest

from monitor.accuracy.floors import METRICS, Floor, parse_floor, shortfalls, value_of
from monitor.accuracy.labelled import Form
from monitor.accuracy.outcomes import Outcome
from monitor.accuracy.scores import Scores, score
from monitor.domain import SignalKind, Status

STRIKE = SignalKind.MILITARY_STRIKE
LABEL = (STRIKE, Status.HAPPENING)


def half(*, statuses: bool = True) -> Scores:
    """Two items worth an alert, one of them found."""
    labels = frozenset({LABEL} if statuses else ())
    expected = frozenset({STRIKE})
    return score(
        [
            Outcome(id="a", group="a", expected=expected, labels=labels, found=frozenset({LABEL})),
            Outcome(id="b", group="b", expected=expected, labels=labels),
        ]
    )


@pytest.mark.parametrize(
    ("text", "floor"),
    [
        ("alert-f1=0.9", Floor(metric="alert-f1", least=0.9)),
        ("stripped.kinds-f1=.85", Floor(metric="kinds-f1", least=0.85, form=Form.STRIPPED)),
        (
            "written.military-strike-recall = 1",
            Floor(metric="military-strike-recall", least=1, form=Form.WRITTEN),
        ),
        ("status=0", Floor(metric="status", least=0)),
    ],
)
def test_a_floor_is_read(text: str, floor: Floor) -> None:
    """A metric, a value, and perhaps a form."""
    assert parse_floor(text) == floor


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("alert-f1", "expected METRIC=VALUE"),
        ("alert=0.9", "-precision, -recall or -f1"),
        ("raid-f1=0.9", "military-strike"),
        ("loud.alert-f1=0.9", "`written.` or `stripped.`"),
        ("alert-f1=90", "from 0 to 1"),
        ("alert-f1=nan", "from 0 to 1"),
        ("alert-f1=high", "from 0 to 1"),
        ("alert-f1=-0.1", "from 0 to 1"),
    ],
)
def test_what_is_no_floor_is_refused(text: str, said: str) -> None:
    """The message quotes what was given and says what is allowed."""
    with pytest.raises(ValueError, match=r".") as caught:
        parse_floor(text)
    assert text in str(caught.value)
    assert said in str(caught.value)


def test_every_metric_has_a_value_or_none() -> None:
    """Each name that is allowed can be looked up."""
    values = {metric: value_of(half(), metric) for metric in METRICS}
    assert values["alert-recall"] == 0.5
    assert values["alert-precision"] == 1.0
    assert values["kinds-f1"] == values["military-strike-f1"] == pytest.approx(2 / 3)
    assert values["status"] == 1.0
    assert values["unrest-f1"] is None


def test_a_floor_holds_for_its_form_or_for_all() -> None:
    """Without a form every form must reach it; with one, that form alone."""
    scores = {Form.WRITTEN: half(), Form.STRIPPED: half()}
    everywhere = shortfalls([parse_floor("alert-recall=0.6")], scores)
    assert [each.form for each in everywhere] == [Form.WRITTEN, Form.STRIPPED]
    assert str(everywhere[1]) == "stripped.alert-recall is 0.5000, below 0.6"
    (one,) = shortfalls([parse_floor("written.alert-recall=0.6")], scores)
    assert one.form is Form.WRITTEN


def test_a_score_on_its_floor_is_not_below_it() -> None:
    """Equal is enough; the unrounded score counts."""
    scores = {Form.WRITTEN: half()}
    assert not shortfalls([parse_floor("alert-recall=0.5")], scores)
    assert shortfalls([parse_floor("alert-f1=0.66667")], scores)


def test_what_cannot_be_told_is_not_reached() -> None:
    """A floor on a kind that nobody labelled or found proves nothing, and says so."""
    (missed,) = shortfalls([parse_floor("unrest-f1=0")], {Form.WRITTEN: half()})
    assert "cannot be told" in str(missed)


def test_a_floor_of_statuses_is_not_asked_of_articles() -> None:
    """A corpus without statuses passes it."""
    assert not shortfalls([parse_floor("status=1")], {Form.WRITTEN: half(statuses=False)})
