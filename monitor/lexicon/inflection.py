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
    bid bids bidding
    bind binds bound binding
    bleed bleeds bled bleeding
    blow blows blew blown blowing
    break breaks broke broken breaking
    bring brings brought bringing
    build builds built building
    buy buys bought buying
    cast casts casting
    catch catches caught catching
    choose chooses chose chosen choosing
    come comes came coming
    cost costs costing
    cut cuts cutting
    deal deals dealt dealing
    do does did done doing
    die dies died dying
    draw draws drew drawn drawing
    drive drives drove driven driving
    fall falls fell fallen falling
    feed feeds fed feeding
    fight fights fought fighting
    find finds found finding
    forecast forecasts forecasted forecasting
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
    lend lends lent lending
    leave leaves left leaving
    lift lifts lifted lifting
    lose loses lost losing
    make makes made making
    meet meets met meeting
    overthrow overthrows overthrew overthrown overthrowing
    pay pays paid paying
    put puts putting
    quit quits quitting
    rise rises rose risen rising
    run runs ran running
    say says said saying
    see sees saw seen seeing
    seek seeks sought seeking
    sell sells sold selling
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
    spend spends spent spending
    split splits splitting
    spread spreads spreading
    stand stands stood standing
    strike strikes struck stricken striking
    swear swears swore sworn swearing
    sweep sweeps swept sweeping
    swim swims swam swum swimming
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
    "crisis": "crises",
    "casualty": "casualties",
    "aircraft": "aircraft",
    "troops": "troops",
    "forces": "forces",
}

# Two-syllable verbs stressed on the second syllable double their last consonant, as one-syllable
# ones do; the stress cannot be seen from the letters, so these are listed.
_DOUBLING = frozenset(
    "admit cancel commit compel control defer deter equip expel imperil incur kidnap level occur "
    "patrol permit quarrel quell rebel refer regret repel shell signal total transit travel".split()
)
# Words whose -man is no man.
_NO_MEN = ("human", "german", "roman", "norman", "ottoman", "shaman", "talisman")


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
    if lemma.endswith("ie"):
        forms |= {lemma + "d", lemma[:-2] + "ying"}
    elif lemma.endswith("e"):
        stem = lemma[:-1]
        ing = lemma + "ing" if lemma.endswith(("ee", "oe", "ye")) else stem + "ing"
        forms |= {lemma + "d", ing}
    elif re.search(r"[^aeiou]y$", lemma):
        forms |= {lemma[:-1] + "ied", lemma + "ing"}
    elif lemma.endswith("ic"):
        forms |= {lemma + "ked", lemma + "king"}
    else:
        doubled = lemma + lemma[-1]
        if _doubles(lemma):
            forms |= {doubled + "ed", doubled + "ing"}
        if not _doubles(lemma) or lemma in _DOUBLING:
            forms |= {lemma + "ed", lemma + "ing"}
    return frozenset(forms)


def noun_forms(lemma: str) -> frozenset[str]:
    """Return singular and plural of a noun, lower case.

    Nouns in -o take -s or -es, as newspapers differ ("commandos", "commandoes").
    """
    if lemma in _IRREGULAR_NOUNS:
        return frozenset({lemma, _IRREGULAR_NOUNS[lemma]})
    for ending, plural in (("man", "men"), ("woman", "women"), ("person", "people")):
        if lemma.endswith(ending) and lemma not in _NO_MEN and len(lemma) > len(ending) + 1:
            return frozenset({lemma, lemma[: -len(ending)] + plural})
    if lemma == "index":
        return frozenset({lemma, "indexes", "indices"})
    if re.search(r"[^aeiou]o$", lemma):
        return frozenset({lemma, lemma + "s", lemma + "es"})
    return frozenset({lemma, _third_person(lemma)})


def _third_person(lemma: str) -> str:
    """Add -s as verbs in the third person and nouns in the plural take it."""
    if re.search(r"(s|x|z|ch|sh)$", lemma):
        return lemma + "es"
    if re.search(r"[^aeiou]y$", lemma):
        return lemma[:-1] + "ies"
    if re.search(r"[^aeiou]o$", lemma):
        return lemma + "es"
    return lemma + "s"


def _doubles(lemma: str) -> bool:
    """Whether the last consonant is doubled before -ed and -ing."""
    if lemma in _DOUBLING:
        return not lemma.endswith("ll")
    one_vowel = len(re.findall(r"[aeiouy]+", lemma.replace("qu", "q"))) == 1
    return one_vowel and bool(re.search(r"([^aeiou]|qu)[aeiou][^aeiouwxy]$", lemma))
