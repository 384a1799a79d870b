"""Similarity: an event fits a story by what both name and say, and rare words count for more."""

import random
from datetime import UTC, datetime, timedelta

import pytest

from monitor.domain import Desk
from monitor.policy.key_weights import ByCount, KeyWeights
from monitor.policy.similarity import Profile
from monitor.policy.story_index import CANDIDATES, StoryIndex

NOON = datetime(2026, 3, 17, 12, tzinfo=UTC)


def a_profile(
    *names: str, countries: str = "", terms: str = "", desk: Desk = Desk.CONFLICT
) -> Profile:
    """What an event or a story of noon is compared by."""
    return Profile(
        desk=desk,
        countries=frozenset(f"c:{code}" for code in countries.split()),
        names=frozenset(f"e:{name}" for name in names),
        terms=frozenset(terms.split()),
        first=NOON,
        last=NOON,
    )


ATTACK = a_profile(
    "yanbu", "jetty", "org:houthis", "sanaa", countries="SA YE", terms="port drones terminal tanks"
)
TOLL = a_profile(
    "yanbu", "dammam", "kerala", "bahrain", countries="SA IN", terms="port rescuers foam burns"
)


def test_a_word_that_many_stories_have_says_less() -> None:
    """The same two words in common fit better while no other story has them."""
    index = StoryIndex()
    index.put("attack", ATTACK)
    rare = index.fit(TOLL, ATTACK)
    for number in range(30):
        index.put(f"other-{number}", a_profile(f"place-{number}", terms=f"port word{number}"))

    assert index.fit(TOLL, ATTACK) < rare


def test_more_names_in_common_fit_better() -> None:
    """Of two stories of one town the one with the harbour in it too is nearer."""
    index = StoryIndex()
    event = a_profile("yanbu", "jetty", terms="fire")
    near, far = (
        a_profile("yanbu", "jetty", terms="dock"),
        a_profile("yanbu", "airport", terms="dock"),
    )
    index.put("near", near)
    index.put("far", far)

    ranked = index.ranked(event, within=timedelta(hours=1))
    assert [story for _, story in ranked] == ["near", "far"]
    assert ranked[0][0] > ranked[1][0]


def test_the_best_fit_stands_first_however_the_stories_came() -> None:
    """What is answered depends on the stories alone."""
    profiles = {
        "attack": ATTACK,
        "same-town": a_profile("yanbu", countries="SA", terms="strike pay"),
        "elsewhere": a_profile("quetta", countries="PK", terms="port market"),
    }
    answers = []
    for order in (sorted(profiles), sorted(profiles, reverse=True)):
        index = StoryIndex()
        for story_id in order:
            index.put("gone", ATTACK)
            index.put(story_id, profiles[story_id])
            index.drop("gone")
        answers.append(index.ranked(TOLL, within=timedelta(hours=1)))

    assert answers[0] == answers[1]
    assert [story for _, story in answers[0]][-1] == "elsewhere"
    assert all(score == index.fit(TOLL, profiles[story]) for score, story in answers[0])


def a_crowd(seed: int) -> tuple[StoryIndex, dict[str, Profile], Profile]:
    """Sixty stories of few words, places and countries, some dropped again, and an event like them."""
    draw = random.Random(seed)

    def drawn() -> Profile:
        words = [f"word{int(40 ** draw.random())}" for _ in range(draw.randint(0, 12))]
        towns = [f"town{draw.randint(0, 9)}" for _ in range(draw.randint(0, 2))]
        codes = draw.sample(["SA", "YE", "IN", "PK"], draw.randint(0, 2))
        return a_profile(*towns, countries=" ".join(codes), terms=" ".join(words))

    index = StoryIndex()
    stories = {f"story-{number}": drawn() for number in range(60)}
    for story_id, profile in stories.items():
        index.put(story_id, profile)
    for story_id in draw.sample(sorted(stories), 20):
        index.drop(story_id)
        if draw.random() < 1 / 2:
            stories[story_id] = drawn()
            index.put(story_id, stories[story_id])
        else:
            del stories[story_id]
    return index, stories, drawn()


@pytest.mark.parametrize("seed", range(20))
def test_what_cannot_score_enough_is_left_out_and_nothing_else(seed: int) -> None:
    """Whoever asks for a least score gets the very rows that have it."""
    index, _, event = a_crowd(seed)
    every = index.ranked(event, within=timedelta(hours=1))
    for least in (0.05, 0.2, 0.38, 0.5, 0.8, *(score for score, _ in every)):
        expected = [row for row in every if row[0] >= least]
        assert index.ranked(event, within=timedelta(hours=1), at_least=least) == expected


@pytest.mark.parametrize("seed", range(20))
def test_those_that_share_most_are_scored(seed: int) -> None:
    """The stories that are scored are those whose keys in common with the event weigh most."""
    index, stories, event = a_crowd(seed)
    weights = ByCount(len(stories))
    often = {key: sum(key in each.keys for each in stories.values()) for key in event.keys}
    shared = []
    for story_id, profile in stories.items():
        keys = event.keys & profile.keys
        mass = sum(sorted((weights[often[key]] for key in keys), reverse=True))
        shared += [(-mass, story_id)] if keys else []

    ranked = index.ranked(event, within=timedelta(hours=1))
    assert {story for _, story in ranked} == {story for _, story in sorted(shared)[:CANDIDATES]}


@pytest.mark.parametrize("seed", range(20))
def test_words_weigh_the_same_however_they_are_looked_up(seed: int) -> None:
    """What an event's words weigh among a story's is what these words weigh, known ones or not."""
    draw = random.Random(seed)
    often = {f"word{number}": range(draw.randint(1, 50)) for number in range(30)}
    weights = KeyWeights(often, ByCount(50))
    said = frozenset(draw.sample([*often, "unheard", "unseen"], 12))
    event = weights.of_event(said)

    assert event.total == weights.of_terms(said)
    for count in range(13):
        both = frozenset(draw.sample(sorted(said), count))
        assert event.of(both) == weights.of_terms(both)


@pytest.mark.parametrize("seed", range(5))
def test_of_many_that_share_equally_the_first_by_id_are_scored(seed: int) -> None:
    """Where more stories than are scored share the same with an event, ids decide, not the order."""
    names = [f"story-{number:03}" for number in range(5 * CANDIDATES)]
    index = StoryIndex()
    for story_id in random.Random(seed).sample(names, len(names)):
        index.put(story_id, a_profile("yanbu", terms="port"))

    ranked = index.ranked(a_profile("yanbu", terms="port fire"), within=timedelta(hours=1))
    assert [story for _, story in ranked] == names[:CANDIDATES]
