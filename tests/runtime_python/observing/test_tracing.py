"""Spans as OpenTelemetry keeps them, and a runtime that does without it."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import rtgen_runtime
from member_server import Server, settled
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from rtgen_runtime import Refused, Settings
from rtgen_runtime.observing.opentelemetry import OpenTelemetry
from small_conversation import Full, Note

A = "rooms/a"


@pytest.fixture
def exporter() -> InMemorySpanExporter:
    return InMemorySpanExporter()


@pytest.fixture
def server(exporter: InMemorySpanExporter) -> Server:
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    return Server(settings=Settings(tracing=OpenTelemetry(provider)))


def named(exporter: InMemorySpanExporter) -> dict[str, ReadableSpan]:
    spans: Sequence[ReadableSpan] = exporter.get_finished_spans()
    return {span.name: span for span in spans}


async def test_handlers_and_what_they_emit_are_spans_with_the_contracts_words(
    server: Server, exporter: InMemorySpanExporter
) -> None:
    async def adds(ctx: Any, payload: Note) -> Note:
        ctx.hint(payload)
        await ctx.added(payload)
        return payload

    server.room.on_add = adds
    client = await server.client(A)
    client.tell("room.add", 5, A, {"text": "x"})
    await client.hear("$reply")
    spans = named(exporter)
    assert set(spans) == {"room $join", "room add", "room hint", "room added"}
    handler, emitted = spans["room add"], spans["room added"]
    assert dict(handler.attributes or {}) == {
        "rtgen.contract": "small",
        "rtgen.contract.version": "1.2.3",
        "rtgen.channel": "room",
        "rtgen.event": "add",
    }
    assert (emitted.attributes or {})["rtgen.recorded"] is True
    assert (handler.kind, emitted.kind) == (trace.SpanKind.SERVER, trace.SpanKind.PRODUCER)
    assert handler.context is not None
    for child in (spans["room hint"], emitted):
        assert child.parent is not None
        assert child.parent.span_id == handler.context.span_id
    assert spans["room $join"].parent is None


async def test_the_span_is_the_current_one_in_plain_handlers_too(
    server: Server, exporter: InMemorySpanExporter
) -> None:
    def adds(ctx: Any, payload: Note) -> Note:
        trace.get_current_span().set_attribute("mine", 1)
        return payload

    server.room.on_add = adds
    client = await server.client(A)
    client.tell("room.add", 5, A, {"text": "x"})
    client.tell("room.wave", 6, A, {"text": "x"})
    await settled()
    spans = named(exporter)
    assert (spans["room add"].attributes or {})["mine"] == 1
    assert spans["room wave"].kind is trace.SpanKind.PRODUCER


@pytest.mark.parametrize(
    "error", [ValueError("secret"), Full(), Refused("secret")], ids=lambda error: type(error).__name__
)
async def test_of_what_is_raised_only_the_kind_is_told(
    error: Exception, server: Server, exporter: InMemorySpanExporter
) -> None:
    async def fails(ctx: Any, payload: Note) -> Note:
        raise error

    server.room.on_add = fails
    client = await server.client(A)
    client.tell("room.add", 5, A, {"text": "x"})
    await client.hear("$error")
    span = named(exporter)["room add"]
    assert span.status.status_code is trace.StatusCode.ERROR
    assert (span.attributes or {})["error.type"] == type(error).__qualname__
    assert "secret" not in span.to_json()
    assert not span.events


def python(code: str) -> None:
    path = str(Path(rtgen_runtime.__file__).parents[1])
    subprocess.run([sys.executable, "-c", code], check=True, env={"PYTHONPATH": path})


def test_nothing_is_imported_before_it_is_asked_for() -> None:
    python(
        "import sys, rtgen_runtime, rtgen_runtime.codegen_v1, rtgen_runtime.observing.opentelemetry\n"
        "assert not [name for name in sys.modules if name.startswith('opentelemetry')]"
    )


def test_without_it_one_is_told_what_to_install() -> None:
    python(
        "import sys\n"
        "sys.modules['opentelemetry'] = None\n"
        "from rtgen_runtime import UsageError\n"
        "from rtgen_runtime.observing.opentelemetry import OpenTelemetry\n"
        "try:\n"
        "    OpenTelemetry()\n"
        "except UsageError as error:\n"
        "    assert 'opentelemetry-api' in str(error)\n"
        "else:\n"
        "    raise SystemExit(1)"
    )
