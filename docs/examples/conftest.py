"""What the tests of my rules share: the product's defaults with my lexicon laid over."""

from pathlib import Path

import pytest

from monitor.settings import Settings


@pytest.fixture(scope="session")
def monitor_settings() -> Settings:
    """Settings that every fixture of the testing kit takes."""
    return Settings(lexicon_overlays=(Path(__file__).parent / "my-lexicon",))
