"""Judgement: lexicon and sense model, put together."""

from dataclasses import replace

from monitor.domain import Desk, SignalKind, Status
from monitor.lexicon.entry import Author, Condition, Entry, Polarity, Region
from monitor.lexicon.kinds import entry_of_reading
from monitor.text.judgement import SENSE, Candidate, Reported, Weights, judge
from monitor.text.matcher import Finding
from monitor.text.sense import Opinion
from monitor.text.status import StatusReading

SENTENCE = (0, 10)
RAID = replace(entry_of_reading(SignalKind.MILITARY_STRIKE, Desk.CONFLICT), id="raid", weight=0.8)
WEIGHTS = Weights(features=(1.0, 3.0, 0.5), kinds=dict.fromkeys(SignalKind, -1.4))
"""Not the learnt ones: what is tested is how they are used."""
VETO = Condition(polarity=Polarity.VETO, region=Region.NEAR, within=5, phrases={}, source=("film",))


def candidate(
    entry: Entry = RAID,
    *,
    first: int = 3,
    status: Status = Status.HAPPENING,
    refusal: Condition | None = None,
) -> Candidate:
    """Make a place where an entry's words stand."""
    return Candidate(Finding(entry, first, first + 1), refusal, StatusReading(status, "cue"))


def opinion(
    kind: SignalKind = SignalKind.MILITARY_STRIKE,
    probability: float = 0.9,
    *,
    status: Status = Status.HAPPENING,
) -> Opinion:
    """Make an opinion of the sense model."""
    return Opinion(kind=kind, probability=probability, status=status, active=0.95, first=6, last=8)


def judged(*candidates: Candidate, opinions: list[Opinion] | None) -> list[Reported]:
    """Judge one sentence."""
    return list(judge(SENTENCE, candidates, opinions, weights=WEIGHTS))


def test_without_a_model_the_lexicon_decides() -> None:
    """Every place that nothing speaks against is reported, with its cue's status."""
    (reported,) = judged(candidate(), candidate(refusal=VETO), opinions=None)

    assert reported.finding.entry is RAID
    assert (reported.status.cue, reported.probability) == ("cue", 0.8)


def test_the_model_decides_and_the_lexicon_names() -> None:
    """A kind that the model believes in carries the entry and the words of the lexicon."""
    (reported,) = judged(candidate(), opinions=[opinion()])

    assert reported.finding.entry.id == "raid"
    assert reported.probability > 0.9
    assert reported.status == StatusReading(Status.HAPPENING, "cue")


def test_what_the_model_does_not_believe_is_not_reported() -> None:
    """A built-in entry alone is not enough."""
    assert judged(candidate(), opinions=[]) == []
    assert judged(candidate(), opinions=[opinion(probability=0.01)]) == []


def test_model_and_lexicon_are_surer_together() -> None:
    """A sound keyword raises, none lowers, and a refused one hardly helps what the model thinks."""
    sound, refused, alone = (
        judged(*rows, opinions=[opinion(probability=0.6)])[0].probability
        for rows in ([candidate()], [candidate(refusal=VETO)], [])
    )

    assert sound > 0.6 > refused > alone


def test_what_the_model_cannot_decide_the_cues_do() -> None:
    """Where active or not is open, a sound keyword without a cue against it is happening."""
    open_question = replace(opinion(status=Status.PAST), active=0.4)
    (sound,) = judged(candidate(), opinions=[open_question])
    (refused,) = judged(candidate(refusal=VETO), opinions=[open_question])

    assert (sound.status.status, refused.status.status) == (Status.HAPPENING, Status.PAST)


def test_a_users_entry_counts_by_itself() -> None:
    """What an overlay's entry finds is reported whatever the model thinks, and only once."""
    own = candidate(replace(RAID, id="own", author=Author.USER))
    for opinions in ([], [opinion()]):
        (reported,) = judged(own, opinions=opinions)
        assert reported.finding.entry.id == "own"
    assert judged(replace(own, refusal=VETO), opinions=[]) == []


def test_what_the_model_finds_alone_is_named_by_its_words() -> None:
    """Without an entry of the kind, the words that speak for it most stand for one."""
    (reported,) = judged(opinions=[opinion(SignalKind.UNREST)])

    assert reported.finding.entry.id == "unrest.read"
    assert (reported.finding.first, reported.finding.last) == (6, 8)
    assert reported.status.cue == SENSE


def test_the_models_status_wins() -> None:
    """Where cue and model differ the model's status stands, under its own name."""
    sure = replace(opinion(status=Status.PAST), active=0.1)
    (reported,) = judged(candidate(), opinions=[sure])

    assert reported.status == StatusReading(Status.PAST, SENSE)


def test_a_sound_place_is_preferred_to_a_nearer_refused_one() -> None:
    """The entry named is one that nothing speaks against, where there is one."""
    far, near = candidate(first=0), candidate(first=6, refusal=VETO)
    (reported,) = judged(near, far, opinions=[opinion()])

    assert reported.finding.first == 0


def test_a_settlement_beside_a_strike_is_the_labour_desks() -> None:
    """De-escalation belongs to the desk of the dispute that it ends."""
    alone, beside = (
        judged(opinions=rows)[0].finding.entry.desk
        for rows in (
            [opinion(SignalKind.DE_ESCALATION)],
            [opinion(SignalKind.DE_ESCALATION), opinion(SignalKind.LABOR_STRIKE, 0.9)],
        )
    )

    assert (alone, beside) == (Desk.CONFLICT, Desk.LABOUR)
