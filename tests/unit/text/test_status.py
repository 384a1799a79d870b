"""The words around a keyword say whether it happens, is threatened, denied, supposed or past."""

import pytest

from monitor.domain import SignalKind, Status
from monitor.lexicon.cues import Cue, Cues, phrase_set
from monitor.lexicon.entry import Region
from monitor.text.status import StatusReading, read_status
from monitor.text.words import read_words
from tests.builders import a_finding, an_entry, sentence_of, stripped


def a_cue(identifier: str, status: Status, *words: str, within: int = 4, **changed: object) -> Cue:
    """A cue for every kind that stands before the keyword."""
    stated: dict[str, object] = {
        "region": Region.BEFORE,
        "exceptions": {},
        "kinds": set(SignalKind),
    }
    stated |= changed
    return Cue(
        id=identifier,
        status=status,
        within=within,
        phrases=phrase_set(words),
        **stated,  # type: ignore[arg-type]
    )


CUES = Cues(
    cues=(
        a_cue("no", Status.DENIED, "no", "not", exceptions=phrase_set(["not only"])),
        a_cue("failed", Status.DENIED, "failed", region=Region.AFTER),
        a_cue("ago", Status.PAST, "years ago", within=0, region=Region.NEAR),
        a_cue("if", Status.HYPOTHETICAL, "if", kinds={SignalKind.MILITARY_STRIKE}),
        a_cue("will", Status.THREATENED, "will", "plans to"),
    ),
    stops=frozenset({"but"}),
)


def status_of(
    source: str,
    fired: str = "attack",
    *,
    kind: str = "military-strike",
    year: int | None = 2026,
    own: str | None = None,
) -> StatusReading:
    """The status of the words *fired*, with the cues above."""
    words = read_words(source)
    stated = {} if own is None else {"status": own}
    finding = a_finding(an_entry(fired, kind=kind, **stated), words, fired)
    return read_status(finding, words, sentence_of(words), CUES, published_year=year)


@pytest.mark.parametrize("form", [str, stripped], ids=["as-written", "stripped"])
@pytest.mark.parametrize(
    ("source", "status", "cue"),
    [
        ("They attack", Status.HAPPENING, ""),
        ("No attack came", Status.DENIED, "no"),
        ("They did not, however, quite attack", Status.DENIED, "no"),
        ("No one in the whole town saw the attack", Status.HAPPENING, ""),
        ("Not only did they attack", Status.HAPPENING, ""),
        ("The attack failed", Status.DENIED, "failed"),
        ("Failed again: they attack", Status.HAPPENING, ""),
        ("An attack three years ago", Status.PAST, "ago"),
        ("Three years ago they did attack", Status.PAST, "ago"),
        ("They will attack", Status.THREATENED, "will"),
        ("Nobody plans to attack", Status.THREATENED, "will"),
        ("If they attack", Status.HYPOTHETICAL, "if"),
        ("If they will attack", Status.HYPOTHETICAL, "if"),
        ("They will not attack", Status.DENIED, "no"),
        ("They will wait but attack", Status.HAPPENING, ""),
    ],
)
def test_cues_decide(form: object, source: str, status: Status, cue: str) -> None:
    """The first cue in reach decides, stops end its reach, and with no cue it happens."""
    assert callable(form)
    assert status_of(form(source)) == StatusReading(status, cue)


def test_a_cue_speaks_of_its_kinds() -> None:
    """A cue that does not speak of the kind is not heard."""
    assert status_of("If they attack", kind="threat").status is Status.HAPPENING


def test_a_near_cue_does_not_cross_a_sentence() -> None:
    """A mark that ends a sentence ends a cue's reach, even where no sentence was made of it."""
    assert status_of("They said no. They attack").status is Status.HAPPENING


@pytest.mark.parametrize(
    ("source", "year", "status"),
    [
        ("In 1998 they began the attack", 2026, Status.PAST),
        ("In 2025 they began the attack", 2026, Status.PAST),
        ("In 2026 they began the attack", 2026, Status.HAPPENING),
        ("In 2027 they began the attack", 2026, Status.HAPPENING),
        ("In 1998 they began the attack", 1998, Status.HAPPENING),
        ("In 1998 they began the attack", None, Status.PAST),
        ("The attack by 2000 troops", 2026, Status.HAPPENING),
        ("The attack cost 1650 lives", 2026, Status.HAPPENING),
        ("The attack on 1998", 2026, Status.PAST),
    ],
)
def test_an_earlier_year_is_past(source: str, year: int | None, status: Status) -> None:
    """A sentence dated by a year before the publication's tells of the past; counts are no years."""
    assert status_of(source, year=year).status is status


def test_an_entry_s_own_status_stands() -> None:
    """Words that give a status by themselves keep it, but for denials and the past."""
    assert status_of("They attack", own="threatened") == StatusReading(Status.THREATENED, "entry")
    assert status_of("If they attack", own="threatened").status is Status.THREATENED
    assert status_of("No attack", own="threatened").status is Status.DENIED
    assert status_of("Two years ago they did attack", own="threatened").status is Status.PAST


def test_far_cues_reach_less_far_without_punctuation() -> None:
    """In stripped text, where sentences are a guess, a far cue reaches half a long sentence."""
    source = "years ago " + "word " * 30 + "attack"
    assert status_of(source).status is Status.HAPPENING
    assert status_of(source.capitalize()).status is Status.PAST
