"""OpenTelemetry: spans of the agents' work, joined over topics by headers in W3C Trace Context.

Attributes follow the semantic conventions for messaging
(https://opentelemetry.io/docs/specs/semconv/messaging/kafka/). No text of an article is among them.
Where spans go, and how many are kept, OpenTelemetry's own variables say: `OTEL_EXPORTER_OTLP_ENDPOINT`,
`OTEL_TRACES_SAMPLER`, `OTEL_SERVICE_NAME`.
"""

import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from faust.types import Message
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Span, SpanKind, StatusCode, set_span_in_context
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from agents.batches import headers_of
from monitor.metrics import Agent

__all__ = ["OpenTelemetryTracer", "exporting_tracer"]

_CONTEXT = ("traceparent", "tracestate")
_FAREWELL_SECONDS = 1.0
_LONGEST_KEY = 200


@dataclass(frozen=True, slots=True)
class _Spans:
    """The spans of a batch by the places of its records."""

    spans: Mapping[tuple[str, int, int], Span]

    def headers(self, message: Message) -> tuple[tuple[str, bytes], ...]:
        """Return the context of a record's span."""
        carrier: dict[str, str] = {}
        context = set_span_in_context(self.spans[_place(message)])
        TraceContextTextMapPropagator().inject(carrier, context)
        return tuple((name, value.encode()) for name, value in carrier.items())


class OpenTelemetryTracer:
    """Makes a span for each record that an agent handles, a child of the one it follows from."""

    def __init__(self, provider: TracerProvider) -> None:
        """Take what records spans."""
        self._tracer = provider.get_tracer("news-monitor")

    @contextmanager
    def batch(self, agent: Agent, messages: Sequence[Message]) -> Iterator[_Spans]:
        """Trace the handling of a batch."""
        spans = {_place(message): self._start(agent, message) for message in messages}
        try:
            yield _Spans(spans)
        except BaseException as error:
            # What an exception says may quote an article: its name is enough.
            for span in spans.values():
                span.set_status(StatusCode.ERROR, type(error).__name__)
            raise
        finally:
            for span in spans.values():
                span.end()

    def _start(self, agent: Agent, message: Message) -> Span:
        carrier = {
            name: (value or b"").decode(errors="replace")
            for name, value in headers_of(message)
            if name in _CONTEXT
        }
        return self._tracer.start_span(
            f"process {message.topic}",
            context=TraceContextTextMapPropagator().extract(carrier),
            kind=SpanKind.CONSUMER,
            attributes={
                "messaging.system": "kafka",
                "messaging.operation.type": "process",
                "messaging.destination.name": message.topic,
                "messaging.destination.partition.id": str(message.partition),
                "messaging.kafka.offset": message.offset,
                "messaging.kafka.message.key": _key(message),
                "news_monitor.agent": str(agent),
            },
        )


@contextmanager
def exporting_tracer() -> Iterator[OpenTelemetryTracer]:
    """Make a tracer whose spans go to a collector from a thread of its own, so that nothing waits."""
    name = os.environ.get("OTEL_SERVICE_NAME", "news-monitor")
    provider = TracerProvider(
        resource=Resource.create({SERVICE_NAME: name}), shutdown_on_exit=False
    )
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    try:
        yield OpenTelemetryTracer(provider)
    finally:
        # A collector that is away must not hold up the worker's end.
        farewell = threading.Thread(target=provider.shutdown, name="traces", daemon=True)
        farewell.start()
        farewell.join(_FAREWELL_SECONDS)


def _place(message: Message) -> tuple[str, int, int]:
    return message.topic, message.partition, message.offset


def _key(message: Message) -> str:
    return (message.key or b"")[:_LONGEST_KEY].decode(errors="backslashreplace")
