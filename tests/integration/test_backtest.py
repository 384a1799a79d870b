"""A backtest gives what a live run on a real Apache Kafka gave: alerts, ids, revisions, evidence."""

from pathlib import Path

from agents.pool_reader import pool_reader
from monitor.backtest.deciding import Decider
from monitor.backtest.records import StoredRecord
from monitor.backtest.run import Track, run_backtest
from monitor.backtest.store import ResultStore, Side
from monitor.pipeline import story_rules
from monitor.wire import alert_v1
from tests.agents.quick_pipeline import FACTORY
from tests.integration.deployment import Deployment, some_news
from tests.real_kafka import KafkaCluster
from tests.unit.backtest.quick import news


async def test_backtest_and_live_run_agree(
    kafka: KafkaCluster, unique_prefix: str, tmp_path: Path
) -> None:
    """Every revision of every alert is the same, byte for byte, in the order of its partition."""
    live = Deployment(kafka, unique_prefix, tmp_path, processes=2)
    articles = some_news(200)
    try:
        await live.create()
        await live.publish(articles)
        await live.start().wait_ready(120)
        await live.done(180)
    finally:
        live.close()
    sent: dict[str, list[bytes]] = {}
    for record in await live.read(live.settings.alerts_topic):
        sent.setdefault(alert_v1.decode(record.value).alert_id, []).append(record.value or b"")

    stored = [StoredRecord(value=value, place=str(at)) for at, (_, value) in enumerate(articles)]
    decider = Decider(story_rules(live.settings), partitions=live.settings.signals_partitions)
    track = Track(side=Side.AFTER, decider=decider)
    found: dict[str, list[bytes]] = {}
    with ResultStore() as store:
        async with pool_reader(live.settings, pipeline_factory=FACTORY) as (reader, _):
            await run_backtest(news(stored), [(reader, [track])], store)
        for revision in store.revisions(Side.AFTER):
            found.setdefault(revision.alert.alert_id, []).append(alert_v1.encode(revision.alert))

    assert len(sent) > 20
    assert found == sent
