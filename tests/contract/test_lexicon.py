"""Every entry of the lexicon keeps what its example and its counter-example promise."""

from collections.abc import Callable

import pytest

from monitor.domain import Trigger
from monitor.lexicon.entry import Entry
from monitor.lexicon.loader import load_lexicon
from monitor.text.analyser import Analyser
from tests.builders import an_article, stripped

ENTRIES = load_lexicon().entries
entries = pytest.mark.parametrize("entry", ENTRIES, ids=[entry.id for entry in ENTRIES])
forms = pytest.mark.parametrize("form", [str, stripped], ids=["as-written", "stripped"])


@pytest.fixture(scope="module")
def analyser() -> Analyser:
    """The built-in lexicon with the gazetteer alone: keywords do not ask the model."""
    return Analyser(load_lexicon(), None)


def triggers_in(analyser: Analyser, text: str) -> tuple[Trigger, ...]:
    """What the lexicon finds in a text."""
    (analysis,) = analyser.pipe([an_article(text)])
    return analysis.triggers


@entries
def test_an_entry_explains_itself(entry: Entry) -> None:
    """Every entry has a sentence in which it counts and one in which it does not."""
    assert entry.example.strip()
    assert entry.counter_example.strip()
    assert entry.example != entry.counter_example


@entries
@forms
def test_the_example_fires(analyser: Analyser, entry: Entry, form: Callable[[str], str]) -> None:
    """An entry's example makes that entry fire with a status that raises an alert, or its own."""
    found = triggers_in(analyser, form(entry.example))
    statuses = [trigger.status for trigger in found if trigger.keyword == entry.id]
    seen = [(trigger.keyword, trigger.status.value, trigger.cue) for trigger in found]
    assert any(status.is_active or status is entry.status for status in statuses), seen


@entries
@forms
def test_the_counter_example_does_not_fire(
    analyser: Analyser, entry: Entry, form: Callable[[str], str]
) -> None:
    """An entry's counter-example says nothing active of the entry's kind."""
    found = triggers_in(analyser, form(entry.counter_example))
    active = [
        (trigger.keyword, trigger.evidence.trigger.quote)
        for trigger in found
        if trigger.kind is entry.kind and trigger.status.is_active
    ]
    assert not active
