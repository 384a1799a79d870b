"""Inflections of English verbs and nouns, made from lemmas.

The regular rules are those of Quirk et al., "A Comprehensive Grammar of the English Language"
(1985), sections 3.5 to 3.9 (verbs) and 5.80 (nouns). Irregular forms are listed once, here.
"""

import re

__all__ = ["noun_forms", "verb_forms"]

_IRREGULAR_VERBS = {
    line.split()[0]: tuple(line.split()[1:])
    for line in """
    be is are was were been being am
    beat beats beat beaten beating
    begin begins began begun beginning
    bleed bleeds bled bleeding
    blow blows blew blown blowing
    break breaks broke broken breaking
    bring brings brought bringing
    buy buys bought buying
    choose chooses chose chosen choosing
    come comes came coming
    cut cuts cutting
    deal deals dealt dealing
    die dies died dying
    draw draws drew drawn drawing
    drive drives drove driven driving
    fall falls fell fallen falling
    fight fights fought fighting
    find finds found finding
    flee flees fled fleeing
    fly flies flew flown flying
    freeze freezes froze frozen freezing
    get gets got gotten getting
    give gives gave given giving
    go goes went gone going
    hang hangs hung hanged hanging
    have has had having
    hit hits hitting
    hold holds held holding
    hurt hurts hurting
    keep keeps kept keeping
    lay lays laid laying
    lead leads led leading
    leave leaves left leaving
    lift lifts lifted lifting
    lose loses lost losing
    make makes made making
    meet meets met meeting
    overthrow overthrows overthrew overthrown overthrowing
    pay pays paid paying
    put puts putting
    rise rises rose risen rising
    run runs ran running
    say says said saying
    seek seeks sought seeking
    send sends sent sending
    set sets setting
    shake shakes shook shaken shaking
    shed sheds shedding
    shoot shoots shot shooting
    shrink shrinks shrank shrunk shrinking
    shut shuts shutting
    sink sinks sank sunk sinking
    slay slays slew slain slaying
    slide slides slid sliding
    speak speaks spoke spoken speaking
    split splits splitting
    stand stands stood standing
    strike strikes struck stricken striking
    swear swears swore sworn swearing
    sweep sweeps swept sweeping
    take takes took taken taking
    tear tears tore torn tearing
    throw throws threw thrown throwing
    tread treads trod trodden treading
    tell tells told telling
    withdraw withdraws withdrew withdrawn withdrawing
    win wins won winning
    down downs downed downing
    """.strip().splitlines()
}

_IRREGULAR_NOUNS = {
    "man": "men",
    "woman": "women",
    "child": "children",
    "person": "people",
    "life": "lives",
    "knife": "knives",
    "wife": "wives",
    "index": "indices",
    "crisis": "crises",
    "casualty": "casualties",
    "aircraft": "aircraft",
    "troops": "troops",
    "forces": "forces",
}

# Two-syllable verbs stressed on the second syllable double their last consonant, as one-syllable
# ones do; the stress cannot be seen from the letters, so these are listed.
_DOUBLING = {"rebel", "quell", "commit", "admit", "permit", "repel", "expel", "compel", "deter"}
_DOUBLING |= {"shell", "defer", "refer", "occur", "incur", "regret", "patrol", "control", "cancel"}
_DOUBLING |= {"signal", "total", "level", "travel", "quarrel", "kidnap", "imperil", "transit"}
_VOWEL = "aeiou"
_PARTICLES = frozenset({"down", "up", "out", "off", "on", "back", "over", "in", "away", "apart"})


def verb_forms(lemma: str) -> frozenset[str]:
    """Return the base, third person, past, participle and -ing forms of a verb, lower case.

    British and American doubling ("cancelled", "canceled") are both given.
    """
    if lemma in _IRREGULAR_VERBS:
        return frozenset({lemma, *_IRREGULAR_VERBS[lemma]})
    for prefix in ("over", "re", "un", "out", "with"):
        rest = lemma.removeprefix(prefix)
        if rest != lemma and rest in _IRREGULAR_VERBS:
            return frozenset({lemma, *(prefix + form for form in _IRREGULAR_VERBS[rest])})
    forms = {lemma, _third_person(lemma)}
    if lemma.endswith("e"):
        stem = lemma[:-1]
        ing = lemma + "ing" if lemma.endswith(("ee", "oe", "ye")) else stem + "ing"
        forms |= {lemma + "d", ing}
    elif lemma.endswith("y") and lemma[-2] not in _VOWEL:
        forms |= {lemma[:-1] + "ied", lemma + "ing"}
    else:
        doubled = lemma + lemma[-1]
        if _doubles(lemma):
            forms |= {doubled + "ed", doubled + "ing"}
        if not _doubles(lemma) or lemma in _DOUBLING:
            forms |= {lemma + "ed", lemma + "ing"}
    return frozenset(forms)


def noun_forms(lemma: str) -> frozenset[str]:
    """Return singular and plural of a noun, lower case."""
    if lemma in _IRREGULAR_NOUNS:
        return frozenset({lemma, _IRREGULAR_NOUNS[lemma]})
    for ending, plural in (("man", "men"), ("woman", "women"), ("person", "people")):
        if lemma.endswith(ending) and len(lemma) > len(ending) + 1:
            return frozenset({lemma, lemma[: -len(ending)] + plural})
    return frozenset({lemma, _third_person(lemma)})


def _third_person(lemma: str) -> str:
    """Add -s as verbs in the third person and nouns in the plural take it."""
    if re.search(r"(s|x|z|ch|sh)$", lemma):
        return lemma + "es"
    if lemma.endswith("y") and lemma[-2] not in _VOWEL:
        return lemma[:-1] + "ies"
    if lemma.endswith("o") and lemma[-2] not in _VOWEL:
        return lemma + "es"
    return lemma + "s"


def _doubles(lemma: str) -> bool:
    """Whether the last consonant is doubled before -ed and -ing."""
    if lemma in _DOUBLING:
        return not lemma.endswith("ll")
    one_vowel = len(re.findall(r"[aeiouy]+", lemma)) == 1
    return one_vowel and bool(re.search(r"[^aeiou][aeiou][^aeiouwxy]$", lemma))
