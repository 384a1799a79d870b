"""What the agents count of the news: countries, within the bounds that the catalogue states."""

import pytest

from monitor.lexicon.places import country_codes
from monitor.metrics.catalogue import COUNTRY_SIGNALS, NO_COUNTRY, OTHER_COUNTRY
from tests.agents.test_agents import Bench


@pytest.fixture
async def bench() -> Bench:
    """Both agents over a fake broker."""
    made = Bench()
    await made.delivery.start()
    return made


async def test_a_signal_counts_for_each_of_its_countries(bench: Bench) -> None:
    """Actor, target and place count, a country that is two of them once; none is told as such."""
    await bench.signals("strike Iraq Syria", "strike Iraq", "strike", "all is quiet")

    counted = {code: bench.recorder.value(COUNTRY_SIGNALS, country=code) for code in ("IR", "SY")}
    assert counted == {"IR": 2, "SY": 1}
    assert bench.recorder.value(COUNTRY_SIGNALS, country=NO_COUNTRY) == 1
    assert bench.recorder.value(COUNTRY_SIGNALS) == 4


async def test_no_article_can_add_a_country(bench: Bench) -> None:
    """Six hundred codes that a text makes up give the series of the known ones, and one for the rest."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    codes = [one + two for one in letters for two in letters]
    await bench.signals(*(f"strike {code}" for code in codes))

    recorder = bench.recorder
    unknown = len(set(codes) - country_codes())
    assert recorder.value(COUNTRY_SIGNALS, country=OTHER_COUNTRY) == unknown > 0
    assert len(recorder.values(COUNTRY_SIGNALS)) == len(country_codes()) + 1
