"""How `news-monitor backtest` is carried out: what is compared, the run, and where its results go."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import click
from rich.progress import Progress, TextColumn, TimeElapsedColumn

from agents.pool_reader import pool_reader
from agents.stored_news import stored_news, topic_news
from monitor.backtest.comparison import Pair, Verdict, pairs, stories
from monitor.backtest.deciding import Decider
from monitor.backtest.page import page_lines
from monitor.backtest.readers import Reader
from monitor.backtest.records import StoredNews
from monitor.backtest.results import compared_json, load_result, result_lines
from monitor.backtest.run import Texts, Totals, Track, run_backtest
from monitor.backtest.served import Audience, Compared
from monitor.backtest.store import ResultStore, Side
from monitor.backtest.summary import Summary
from monitor.cli.backtest_against import Against
from monitor.cli.backtest_text import print_story, print_summary
from monitor.cli.judging import judge_sample
from monitor.cli.output import error_console, json_line, output_console, remark
from monitor.cli.whole_file import write_whole
from monitor.domain import Article, Versions
from monitor.pipeline import READING_SETTINGS, STORY_SETTINGS, story_rules
from monitor.settings import Settings

__all__ = ["Plan", "carry_out"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What was asked for on the command line."""

    files: tuple[str, ...]
    topic: str | None
    """Read instead of files."""
    times: tuple[datetime | None, datetime | None]
    """From when until when the topic is read."""
    settings: Settings
    against: Against
    against_name: str
    """As it was given; empty for nothing."""
    audience: Audience
    form: str
    html: Path | None
    save: Path | None
    most: int
    judge: int | None
    judge_from: str
    seed: int

    @property
    def is_comparison(self) -> bool:
        """Whether there are two runs."""
        return bool(self.against_name)


async def carry_out(plan: Plan) -> Summary:
    """Run what is asked for and show it."""
    with ResultStore() as store:
        kept = plan.against.result
        made_of = None if kept is None else load_result(kept, store, Side.BEFORE)
        texts = None if plan.html is None else Texts(max_chars=plan.settings.max_text_chars)
        totals, versions = await _run(plan, store, texts)
        _tell_unreadable(totals)
        if made_of is not None and made_of != totals.digest:
            remark(f"{kept}: was made of other news: what differs may not be the rules' doing")
        plan.audience.serve(store)
        summary = Summary.of_audience(totals, plan.audience.names, is_comparison=plan.is_comparison)
        for compared in _found(plan, store):
            summary.add(compared)
        _write(plan, store, summary, versions)
        if plan.judge is not None:
            asked = judge_sample(
                _pairs(plan, store), count=plan.judge, of=plan.judge_from, seed=plan.seed
            )
            summary.judgement = asked
        _show(plan, store, summary)
        return summary


async def _run(plan: Plan, store: ResultStore, texts: Texts | None) -> tuple[Totals, Versions]:
    """Run one or two configurations over the news; what reads alike is read once."""
    before = plan.against.settings
    after = Track(side=Side.AFTER, decider=_decider(plan.settings))
    async with AsyncExitStack() as stack:
        readers: list[tuple[Reader, Sequence[Track]]] = []
        if before is not None:
            tracks = [Track(side=Side.BEFORE, decider=_decider(before))]
            if _reads_alike(before, plan.settings):
                after_tracks = [*tracks, after]
            else:
                reader, _ = await stack.enter_async_context(pool_reader(before))
                readers.append((reader, tracks))
                after_tracks = [after]
        else:
            after_tracks = [after]
        reader, versions = await stack.enter_async_context(pool_reader(plan.settings))
        readers.append((reader, after_tracks))
        advance = stack.enter_context(_progress())
        totals = await run_backtest(_news(plan), readers, store, texts=texts, advance=advance)
    return totals, versions


def _news(plan: Plan) -> StoredNews:
    """Return what is read."""
    if plan.topic is None:
        return stored_news(plan.files, plan.settings)
    first, last = plan.times
    return topic_news(plan.settings, plan.topic, from_time=first, until_time=last)


def _decider(settings: Settings) -> Decider:
    return Decider(story_rules(settings), partitions=settings.signals_partitions)


def _reads_alike(one: Settings, other: Settings) -> bool:
    """Whether two configurations differ at most in how stories are decided."""
    return all(getattr(one, name) == getattr(other, name) for name in READING_SETTINGS)


def _pairs(plan: Plan, store: ResultStore) -> Iterator[Pair]:
    """Yield the stories; those of a run that is compared with nothing stand beside themselves."""
    if plan.is_comparison:
        yield from pairs(store)
        return
    for story in stories(store, Side.AFTER):
        yield Pair(before=story, after=story)


def _found(plan: Plan, store: ResultStore) -> Iterator[Compared]:
    """Yield the stories with what subscriptions are told of them."""
    for pair in _pairs(plan, store):
        yield plan.audience.compared(store, pair)


def _write(plan: Plan, store: ResultStore, summary: Summary, versions: Versions) -> None:
    """Write the files that are asked for."""
    if plan.save is not None:
        made_with = {
            "lexicon": versions.lexicon,
            "model": versions.model,
            "settings": _settings_json(plan.settings),
        }
        lines = result_lines(store, Side.AFTER, summary.totals, made_with=made_with)
        write_whole(plan.save, lines)
    if plan.html is not None:
        page = page_lines(
            _found(plan, store),
            summary,
            _texts_of(store, plan.settings.max_text_chars),
            titles=(plan.against_name or "itself", _name(plan.settings)),
        )
        write_whole(plan.html, page)


def _texts_of(store: ResultStore, max_text_chars: int) -> Callable[[str], Article | None]:
    return lambda article_id: store.article(article_id, max_text_chars=max_text_chars)


def _name(settings: Settings) -> str:
    """Name a configuration by what people change of it."""
    return ", ".join(map(str, settings.lexicon_overlays)) or "these settings"


def _settings_json(settings: Settings) -> dict[str, object]:
    """Return the settings that results depend on."""
    return settings.model_dump(mode="json", include=set(READING_SETTINGS | STORY_SETTINGS))


def _show(plan: Plan, store: ResultStore, summary: Summary) -> None:
    """Print stories and counts."""
    alone = not plan.is_comparison
    if plan.form == "jsonl":
        for compared in _found(plan, store):
            if compared.differs or alone:
                click.echo(json_line(compared_json(compared, alone=alone)))
        click.echo(json_line(summary.as_json()))
        return
    console = output_console()
    shown: Counter[Verdict] = Counter()
    for compared in _found(plan, store):
        if not compared.differs and not alone:
            continue
        verdict = compared.pair.verdict
        shown[verdict] += 1
        if shown[verdict] <= plan.most:
            print_story(console, compared, alone=alone)
    print_summary(console, summary, most=plan.most)


def _tell_unreadable(totals: Totals) -> None:
    for place, why in totals.examples:
        remark(f"not read ({why.reason}): {place}: {why.message}")
    more = totals.unreadable.total() - len(totals.examples)
    if more > 0:
        remark(f"and {more:,} more that cannot be read")
    if totals.records == 0:
        remark("there is no article in it")


@contextmanager
def _progress() -> Iterator[Callable[[int], None]]:
    """Count on standard error while a person looks on."""
    console = error_console()
    columns = (TextColumn("{task.completed:,} records"), TimeElapsedColumn())
    with Progress(
        *columns, console=console, disable=not console.is_terminal, transient=True
    ) as shown:
        task = shown.add_task("reading", total=None)
        yield lambda count: shown.advance(task, count)
