"""The worker with the tests' own pipeline, whose deliveries never come to an end."""

import asyncio
import sys

from agents.delivery import Delivery, Outgoing, Refused
from agents.worker import run_worker
from monitor.settings import resolve
from tests.agents.quick_pipeline import FACTORY


async def _never(_self: Delivery, _records: list[Outgoing], **_: object) -> tuple[Refused, ...]:
    await asyncio.Event().wait()
    return ()


if __name__ == "__main__":
    Delivery.deliver = _never  # type: ignore[method-assign,assignment]
    sys.exit(run_worker(resolve().settings, pipeline_factory=FACTORY))
