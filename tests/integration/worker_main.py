"""A worker as a process of its own, with the quick pipeline; settings come from the environment."""

import sys

from agents.worker import run_worker
from monitor.settings import resolve
from tests.agents.quick_pipeline import FACTORY

if __name__ == "__main__":
    sys.exit(run_worker(resolve().settings, pipeline_factory=FACTORY))
