"""What becomes of each trigger is told as the signals have it."""

import pytest

from monitor.domain import Analysis, Signal
from monitor.lexicon.loader import load_lexicon
from monitor.policy import outcomes
from monitor.policy.outcomes import Fate, Outcome, outcomes_of
from monitor.policy.signals import signals_of
from monitor.text.analyser import Analyser
from tests.builders import a_lexicon, an_article, an_entry, demo_news

LEXICON = a_lexicon(an_entry("(draw/v|drew) swords", kind="threat", id="draw"))


def outcomes_in(text: str) -> tuple[Outcome, ...]:
    """What became of each trigger of one entry in a text."""
    (analysis,) = Analyser(LEXICON, None).pipe([an_article(text)])
    return outcomes_of(analysis)


@pytest.fixture
def _two_make_news(monkeypatch: pytest.MonkeyPatch) -> None:
    """A policy for which a kind is news where two places tell it."""

    def signals(analysis: Analysis) -> tuple[Signal, ...]:
        active = [trigger for trigger in analysis.triggers if trigger.status.is_active]
        return signals_of(analysis) if len(active) > 1 else ()

    monkeypatch.setattr(outcomes, "signals_of", signals)


def test_a_trigger_in_the_lead_is_news() -> None:
    """What stands where newswire tells its news is enough by itself."""
    (outcome,) = outcomes_in("They drew swords.")
    assert outcome.fate is Fate.SIGNAL
    assert outcome.why == "at character 5, weight 1.00; enough by itself to make threat news"


def test_what_is_not_active_is_background() -> None:
    """A status that raises no alert is named as the reason."""
    (outcome,) = outcomes_in("They did not draw swords.")
    assert (outcome.fate, outcome.why) == (Fate.BACKGROUND, "what is denied raises no alert")


@pytest.mark.usefixtures("_two_make_news")
def test_what_does_not_make_news_is_too_little() -> None:
    """An active place whose kind is no news of the article is told as too little."""
    (outcome,) = outcomes_in("They drew swords.")
    assert outcome.fate is Fate.TOO_LITTLE
    assert outcome.why == (
        "at character 5, weight 1.00; no other active place of threat, too little to make it news"
    )


@pytest.mark.usefixtures("_two_make_news")
def test_several_may_be_enough_together() -> None:
    """Places that are not enough one by one are told as enough together; denials do not help."""
    found = outcomes_in("They drew swords. We drew swords. The others did not draw swords.")
    assert [outcome.fate for outcome in found] == [
        Fate.SIGNAL_TOGETHER,
        Fate.SIGNAL_TOGETHER,
        Fate.BACKGROUND,
    ]
    assert found[0].why == (
        "at character 5, weight 1.00; 1 other active place of threat, together enough to make it news"
    )


def test_nothing_found_nothing_told() -> None:
    """An article without triggers has no outcomes."""
    assert outcomes_in("They drew cards.") == ()


@pytest.mark.parametrize("news", demo_news(), ids=lambda news: news["id"])
def test_outcomes_agree_with_the_signals(news: dict[str, str]) -> None:
    """In the demo's news a kind is a signal exactly where one of its triggers is told to be one."""
    article = an_article(news["text"], title=news["title"])
    (analysis,) = Analyser(load_lexicon(), None).pipe([article])
    told = {
        (outcome.trigger.kind, outcome.trigger.desk)
        for outcome in outcomes_of(analysis)
        if outcome.fate in {Fate.SIGNAL, Fate.SIGNAL_TOGETHER}
    }
    assert told == {
        (signal.kind, signal.desk) for signal in signals_of(analysis) if signal.status.is_active
    }
