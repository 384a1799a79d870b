"""Spans follow an article over the topics to its alert, where tracing is on."""

import pytest

from agents.alert import Alerter
from agents.alert_count import AlertCount
from agents.analyse import Analyser
from agents.dead_letter import DeadLetters
from agents.tracing import UNTRACED, Tracer
from agents.tracing_choice import tracing_for
from monitor.errors import InvalidSetting, TooManyDeadLetters
from monitor.settings import Settings
from tests.agents.fakes import a_message
from tests.agents.test_agents import SETTINGS, Bench, InProcess

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
PARENT = ("traceparent", f"00-{TRACE}-00f067aa0ba902b7-01".encode())


class Traced(Bench):
    """Both agents, with their spans in memory."""

    def __init__(self) -> None:
        """Set everything up."""
        super().__init__()
        memory = pytest.importorskip(
            "opentelemetry.sdk.trace.export.in_memory_span_exporter",
            reason="the extra `tracing` is not installed",
        )
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import SimpleSpanProcessor

        from agents.open_telemetry import OpenTelemetryTracer

        self.spans = memory.InMemorySpanExporter()
        provider = TracerProvider()
        provider.add_span_processor(SimpleSpanProcessor(self.spans))
        self.use(OpenTelemetryTracer(provider))

    def use(self, tracer: Tracer) -> None:
        """Make the agents again, with a tracer."""
        self.analyser = Analyser(
            pool=InProcess(),
            delivery=self.delivery,
            dead_letters=DeadLetters(SETTINGS, self.delivery),
            recorder=self.recorder,
            signals_topic="signals",
            tracer=tracer,
        )
        self.alerter = Alerter(
            store=self.store,
            delivery=self.delivery,
            dead_letters=DeadLetters(SETTINGS, self.delivery),
            count=AlertCount(self.recorder, store=self.store),
            alerts_topic="alerts",
            tracer=tracer,
        )


@pytest.fixture
async def traced() -> Traced:
    """Set up both agents."""
    made = Traced()
    await made.delivery.start()
    return made


async def test_one_trace_leads_from_the_article_to_its_alert(traced: Traced) -> None:
    """Each span is the child of the one before, over the headers of the records."""
    await traced.analyser.handle(
        [a_message(b"strike A B", key=b"a-1", headers=(PARENT,)), a_message(b"quiet", offset=1)]
    )
    (signals,) = traced.broker.topic("signals")
    await traced.alerter.handle(
        [a_message(signals.value, topic="signals", key=signals.key, headers=signals.headers)]
    )

    read, other, told = traced.spans.get_finished_spans()
    assert [span.name for span in (read, other, told)] == [
        *("process articles", "process articles", "process signals")
    ]
    assert f"{read.context.trace_id:032x}" == f"{told.context.trace_id:032x}" == TRACE
    assert other.context.trace_id != read.context.trace_id
    assert told.parent.span_id == read.context.span_id
    assert read.attributes["messaging.kafka.message.key"] == "a-1"
    (alert,) = traced.broker.topic("alerts")
    context = f"00-{TRACE}-{told.context.span_id:016x}-01".encode()
    assert dict(alert.headers)["traceparent"] == context


async def test_no_text_of_an_article_stands_in_a_span(traced: Traced) -> None:
    """Nor what an exception says, though the batch is marked as failed."""
    broken = [a_message(b"{secret words", offset=number) for number in range(20)]
    with pytest.raises(TooManyDeadLetters):
        await traced.analyser.handle(broken)
    spans = traced.spans.get_finished_spans()
    assert len(spans) == 20
    assert all(span.status.description == "TooManyDeadLetters" for span in spans)
    assert not any("secret" in span.to_json() for span in spans)


@pytest.mark.parametrize("context", [b"", b"\xff", b"00-nonsense", b"00-" + b"0" * 32 + b"-1-01"])
async def test_a_broken_context_begins_a_new_trace(traced: Traced, context: bytes) -> None:
    """Whatever strangers put into the header, the article is read."""
    await traced.analyser.handle([a_message(b"strike A B", headers=(("traceparent", context),))])
    (span,) = traced.spans.get_finished_spans()
    assert span.parent is None
    assert len(traced.broker.topic("signals")) == 1


async def test_records_are_as_they_were_where_it_is_off(traced: Traced) -> None:
    """The default: no span, no header."""
    traced.use(UNTRACED)
    await traced.analyser.handle([a_message(b"strike A B", headers=(PARENT,))])
    (signals,) = traced.broker.topic("signals")
    assert [name for name, _ in signals.headers] == ["article-timestamp"]
    assert traced.spans.get_finished_spans() == ()
    with tracing_for(Settings()) as tracer:
        assert tracer is UNTRACED


def test_without_the_extra_the_setting_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """In words that say how to get it."""
    monkeypatch.setitem(__import__("sys").modules, "opentelemetry.sdk.trace", None)
    monkeypatch.delitem(__import__("sys").modules, "agents.open_telemetry", raising=False)
    with (
        pytest.raises(InvalidSetting, match=r"pip install 'news-monitor\[tracing\]'"),
        tracing_for(Settings(tracing=True)),
    ):
        pass


def test_a_collector_that_is_away_holds_up_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Spans that nobody takes are dropped, and the worker ends."""
    pytest.importorskip("opentelemetry.sdk", reason="the extra `tracing` is not installed")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1")
    with (
        tracing_for(Settings(tracing=True)) as tracer,
        tracer.batch("analyse", [a_message(b"x")]) as traces,  # type: ignore[arg-type]
    ):
        assert traces.headers(a_message(b"x"))
