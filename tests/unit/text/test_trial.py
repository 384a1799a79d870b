"""Entries are tried on their own sentences and on a sample, as written and stripped apart."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from monitor.lexicon import loader
from monitor.lexicon.loader import load_lexicon
from monitor.lexicon.problem import ProblemSeverity
from monitor.text.trial import Sample, classes_read, try_lexicon
from tests.builders import NOON, an_article


def tried(folder: Path, content: str, sample: Sequence[str] = ()) -> list[tuple[int | None, str]]:
    """Line and message of every warning about one entry, `draw`, of the kind threat."""
    head = 'kind = "threat"\n[[entry]]\nid = "draw"\nterms = ["draw/v ..2 swords"]\n'
    (folder / "ours.toml").write_text(head + content, encoding="utf-8")
    reading = loader._read([folder])
    assert not reading.errors
    articles = [an_article(text) for text in sample]
    problems = list(try_lexicon(reading, Sample(name="ours", articles=articles), published_at=NOON))
    assert all(each.severity is ProblemSeverity.WARNING for each in problems)
    return [(each.line, each.message) for each in problems]


def test_kept_promises_are_not_told(tmp_path: Path) -> None:
    """An entry whose sentences do what they promise gives no warning."""
    sentences = 'example = "They draw swords."\ncounter_example = "They draw cards."\n'
    assert tried(tmp_path, sentences) == []


def test_an_example_without_the_words_is_told(tmp_path: Path) -> None:
    """An example that does not hold the words is told for either form."""
    found = tried(tmp_path, 'example = "They draw cards."\n', ["They drew swords."])
    assert found == [
        (5, f"example, {form}, does not fire it: none of its terms stands there")
        for form in ("as written", "stripped")
    ]


def test_a_form_is_told_alone(tmp_path: Path) -> None:
    """What holds in one form only is told of the other: a full stop ends a sentence, stripped none."""
    content = 'near = ["armies"]\nexample = "They drew swords. Armies looked on."\n'
    found = tried(tmp_path, content)
    message = "example, as written, does not fire it: none of the words of near stands there"
    assert found == [(6, message)]


def test_the_veto_of_an_example_is_told(tmp_path: Path) -> None:
    """An example that a condition refuses is told with the words that met it."""
    found = tried(tmp_path, 'not_near = ["film/n"]\nexample = "In films they draw swords."\n')
    assert found[0] == (6, "example, as written, does not fire it: not_near forbids 'films'")


def test_an_example_of_no_active_status_is_told(tmp_path: Path) -> None:
    """An example must raise an alert, or have the status that the entry gives."""
    found = tried(tmp_path, 'example = "They did not draw swords."\n')
    assert found[0][1].startswith("example, as written, fires it only as denied (cue denied.")
    assert tried(tmp_path, 'status = "past"\nexample = "They drew swords."\n') == []


def test_a_counter_example_that_fires_is_told(tmp_path: Path) -> None:
    """A counter-example that fires its entry is told with the words that fired."""
    found = tried(tmp_path, 'counter_example = "They drew their swords."\n')
    assert found == [
        (5, "counter_example, as written, fires it, by 'drew their swords'"),
        (5, "counter_example, stripped, fires it, by 'drew their swords'"),
    ]


def test_a_counter_example_that_fires_another_entry_of_the_kind_is_told(tmp_path: Path) -> None:
    """What an entry leaves alone must not be said by another entry of its kind."""
    content = 'counter_example = "They draw axes."\n[[entry]]\nid = "axe"\nterms = ["axes"]\n'
    found = tried(tmp_path, content, ["They draw swords."])
    message = "counter_example, as written, fires entry axe of its kind, by 'axes'"
    assert found[0] == (5, message)


def test_an_entry_that_never_fires_is_told(tmp_path: Path) -> None:
    """An entry that neither the sample nor an example fires is told with the sample's size."""
    found = tried(tmp_path, "", ["They draw cards.", "They sang."])
    assert found == [(3, "never fires in the sample (ours: 2 texts)")]


@pytest.mark.parametrize("text", ["They drew swords.", "they did not draw swords"])
def test_an_entry_that_fires_in_the_sample_is_not_told(tmp_path: Path, text: str) -> None:
    """Firing once is enough, with whatever status."""
    assert tried(tmp_path, "", ["They sang.", text]) == []


def test_the_program_s_own_classes_are_known() -> None:
    """The classes that the analyser asks for by name count as used."""
    assert {"party", "person"} <= classes_read(load_lexicon())
