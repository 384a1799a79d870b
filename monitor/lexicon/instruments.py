"""Instruments: what markets trade, by the names that news gives it."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources

from monitor.lexicon.entry import PhraseSet

__all__ = ["Instrument", "InstrumentKind", "Instruments", "load_instruments"]


class InstrumentKind(StrEnum):
    """What an instrument is, by which its prices are told."""

    INDEX = "index"
    """An index: points."""
    SHARES = "shares"
    """Shares of a market or a company: money."""
    CURRENCY = "currency"
    """A currency: another currency."""
    COMMODITY = "commodity"
    """A commodity: money for a measure of it."""
    BOND = "bond"
    """Bonds: percent, points, money."""
    CRYPTO = "crypto"
    """A cryptocurrency: money."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument:
    """Something with a market price."""

    id: str
    group: str
    """The market whose moves of one day are one story."""
    kind: InstrumentKind
    quoted: str = ""
    """ISO 4217 code of its price all over the world; empty where that differs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Instruments:
    """All instruments by name."""

    by_name: Mapping[tuple[str, ...], Instrument]
    phrases: PhraseSet


@cache
def load_instruments() -> Instruments:
    """Read the data file, once per process."""
    file = resources.files("monitor.lexicon") / "gazetteer" / "instruments.toml"
    content = tomllib.loads(file.read_text(encoding="utf-8"))
    by_name: dict[tuple[str, ...], Instrument] = {}
    for raw in content["instrument"]:
        instrument = Instrument(
            id=raw["id"],
            group=raw["group"],
            kind=InstrumentKind(raw["kind"]),
            quoted=raw.get("quoted", ""),
        )
        for name in raw["names"]:
            by_name[tuple(name.split())] = instrument
    index: dict[str, list[tuple[str, ...]]] = {}
    for name in by_name:
        index.setdefault(name[0], []).append(name)
    phrases = {
        first: tuple(sorted(names, key=lambda name: (-len(name), name)))
        for first, names in index.items()
    }
    return Instruments(by_name=by_name, phrases=phrases)
