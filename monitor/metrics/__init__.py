"""What is measured: one catalogue, and the recorders that keep to it."""

from monitor.metrics import catalogue
from monitor.metrics.catalogue import CATALOGUE, Agent, Outcome
from monitor.metrics.definition import Kind, Label, Metric, Unit
from monitor.metrics.prometheus import PrometheusRecorder
from monitor.metrics.recorder import (
    MemoryRecorder,
    NullRecorder,
    Recorder,
    UnknownMetric,
    start_at_zero,
)

__all__ = [
    "CATALOGUE",
    "Agent",
    "Kind",
    "Label",
    "MemoryRecorder",
    "Metric",
    "NullRecorder",
    "Outcome",
    "PrometheusRecorder",
    "Recorder",
    "Unit",
    "UnknownMetric",
    "catalogue",
    "start_at_zero",
]
