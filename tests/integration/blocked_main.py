"""The worker with the tests' own pipeline, whose event loop is blocked once it is ready."""

import sys
import time

from agents.worker import Ready, run_worker
from monitor.settings import resolve
from tests.agents.quick_pipeline import FACTORY


def _block(_ready: Ready) -> None:
    time.sleep(600)


if __name__ == "__main__":
    sys.exit(run_worker(resolve().settings, pipeline_factory=FACTORY, on_ready=_block))
