"""What `news-monitor backtest` compares with, and which subscriptions hold in each of the two."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from agents.subscriptions_file import load_subscriptions
from monitor.backtest.served import Audience
from monitor.domain import Subscription
from monitor.settings import Settings, resolve

__all__ = ["Against", "against_named"]

_BUILTIN = "builtin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Against:
    """What is compared with: settings, a result that was kept, or nothing."""

    tried: Settings
    """What it is compared to."""
    settings: Settings | None = None
    result: Path | None = None

    def audience(self) -> Audience:
        """Return the subscriptions of both; where one names no file, those of the other hold.

        Raises:
            InvalidSubscriptions: a file cannot be read, or something in it is wrong.
        """
        partitions = self.tried.alerts_partitions
        after = load_subscriptions(self.tried.subscriptions_file, watchlists=self.tried.watchlists)
        if self.settings is None:
            before: Sequence[Subscription] | None = after if self.result else None
            return Audience(before=before, after=after, partitions=partitions)
        before = load_subscriptions(
            self.settings.subscriptions_file, watchlists=self.settings.watchlists
        )
        return Audience(before=before or after, after=after or before, partitions=partitions)


def against_named(name: str | None, tried: Settings) -> Against:
    """Find what is meant by the value of `--against`.

    Args:
        name: the value; None for nothing.
        tried: the settings of the command.

    Raises:
        click.BadParameter: there is no such thing.
    """
    if name is None:
        return Against(tried=tried)
    if name == _BUILTIN:
        return Against(tried=tried, settings=_but(tried, lexicon_overlays=()))
    path = Path(name)
    if path.is_dir():
        return Against(tried=tried, settings=_but(tried, lexicon_overlays=(path,)))
    if not path.is_file():
        message = (
            f"{name!r} is neither `{_BUILTIN}` nor there: give a settings file or a file of"
            " subscriptions (.toml), a folder of lexicon files, or a result that --save kept"
        )
        raise click.BadParameter(message, param_hint="--against")
    if path.suffix != ".toml":
        return Against(tried=tried, result=path)
    if _is_of_subscriptions(path):
        return Against(tried=tried, settings=_but(tried, subscriptions_file=path))
    return Against(tried=tried, settings=resolve(file=path, environment={}).settings)


def _but(settings: Settings, **changes: object) -> Settings:
    return settings.model_copy(update=changes)


def _is_of_subscriptions(file: Path) -> bool:
    """Whether a file says who is told of what; one that is no TOML is left to whoever reads it."""
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return "subscription" in content
