"""Verbs and nouns are inflected as news writes them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.lexicon.inflection import noun_forms, verb_forms

VERBS = """
attack attack attacks attacked attacking
strike strike strikes struck stricken striking
fire fire fires fired firing
free free frees freed freeing
agree agree agrees agreed agreeing
deny deny denies denied denying
deploy deploy deploys deployed deploying
occupy occupy occupies occupied occupying
ambush ambush ambushes ambushed ambushing
dismiss dismiss dismisses dismissed dismissing
veto veto vetoes vetoed vetoing
bomb bomb bombs bombed bombing
target target targets targeted targeting
visit visit visits visited visiting
stop stop stops stopped stopping
ban ban bans banned banning
vow vow vows vowed vowing
shoot shoot shoots shot shooting
hit hit hits hitting
quit quit quits quitting
cost cost costs costing
spread spread spreads spreading
build build builds built building
begin begin begins began begun beginning
overthrow overthrow overthrows overthrew overthrown overthrowing
retake retake retakes retook retaken retaking
rebuild rebuild rebuilds rebuilt rebuilding
withdraw withdraw withdraws withdrew withdrawn withdrawing
withstand withstand withstands withstood withstanding
die die dies died dying
tie tie ties tied tying
panic panic panics panicked panicking
shell shell shells shelled shelling
be be am is are was were been being
""".strip().splitlines()


@pytest.mark.parametrize("row", VERBS, ids=lambda row: row.split()[0])
def test_a_verb_has_its_forms(row: str) -> None:
    """A verb has exactly the forms that grammars list."""
    lemma, *forms = row.split()
    assert verb_forms(lemma) == frozenset(forms)


@pytest.mark.parametrize(
    ("lemma", "american", "british"),
    [
        ("cancel", "canceled", "cancelled"),
        ("level", "leveling", "levelling"),
        ("quarrel", "quarreled", "quarrelled"),
        ("kidnap", "kidnaped", "kidnapped"),
        ("travel", "traveling", "travelling"),
    ],
)
def test_both_shores_are_read(lemma: str, american: str, british: str) -> None:
    """Verbs that America and Britain double differently have both forms."""
    assert {american, british} <= verb_forms(lemma)


@pytest.mark.parametrize("lemma", ["expel", "compel", "rebel", "commit", "equip", "deter"])
def test_a_stressed_ending_is_doubled(lemma: str) -> None:
    """Longer verbs stressed on their end double the consonant."""
    assert lemma + lemma[-1] + "ed" in verb_forms(lemma)


@pytest.mark.parametrize(
    ("singular", "plurals"),
    [
        ("attack", {"attacks"}),
        ("army", {"armies"}),
        ("convoy", {"convoys"}),
        ("ambush", {"ambushes"}),
        ("box", {"boxes"}),
        ("gunman", {"gunmen"}),
        ("policewoman", {"policewomen"}),
        ("man", {"men"}),
        ("german", {"germans"}),
        ("child", {"children"}),
        ("person", {"people"}),
        ("crisis", {"crises"}),
        ("index", {"indexes", "indices"}),
        ("commando", {"commandos", "commandoes"}),
        ("torpedo", {"torpedos", "torpedoes"}),
        ("aircraft", set()),
        ("troops", set()),
    ],
)
def test_a_noun_has_its_plural(singular: str, plurals: set[str]) -> None:
    """A noun has its singular and every plural that newspapers use."""
    assert noun_forms(singular) == {singular, *plurals}


@given(st.text("abcdefghijklmnopqrstuvwxyz0123456789", min_size=1, max_size=12))
def test_any_word_can_be_inflected(lemma: str) -> None:
    """Whatever word a lexicon file names, its forms include itself and stay one word."""
    for forms in (verb_forms(lemma), noun_forms(lemma)):
        assert lemma in forms
        assert all(form.isalnum() and form == form.lower() for form in forms)
