"""Rows C12 and «no secret or payload in logs» of all groups: a conversation with marked secrets, looked for everywhere.

Logs of all levels, metrics, spans and refusals, in both formats; in debug mode payloads are shown by intent, and what
the contract calls sensitive is not.
"""

import json
import logging
from collections.abc import Iterator
from typing import Any, Final

import pytest
from member_server import ADD, CONTRACT, Server, settled
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from rtgen_runtime import Settings
from rtgen_runtime.identity import Handshake, NotAuthenticated
from rtgen_runtime.observing.exposition import metrics_text
from rtgen_runtime.observing.opentelemetry import OpenTelemetry
from rtgen_runtime.observing.records import JsonLines, KeyValues
from slow_sockets import SlowSocket
from small_conversation import Full, Note

TOKEN: Final = "to.zqx"
PAYLOAD: Final = "pa.zqx"
NAME: Final = "na.zqx"
STATE: Final = "st.zqx"
HEADER: Final = "he.zqx"
ROOM: Final = f"rooms/{NAME}"
MARK: Final = ".zqx"


class Everything(logging.Handler):
    """Keeps every line, as each formatter prints it."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        for formatter in (JsonLines(), KeyValues(), logging.Formatter("%(message)s %(exc_info)s")):
            self.lines.append(formatter.format(record))


@pytest.fixture
def everything() -> Iterator[Everything]:
    handler, root = Everything(), logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield handler
    root.removeHandler(handler)
    root.setLevel(level)


async def conversed(settings: Settings) -> Server:
    """Everything that a client can do well or badly, each time with a secret in it."""
    server = Server(settings=settings)
    client = await server.client(ROOM, token=TOKEN)
    handler = server.room

    def fails(ctx: Any, payload: Note) -> Note:
        raise RuntimeError("a bug")

    def is_full(ctx: Any, payload: Note) -> Note:
        raise Full

    for does in (lambda ctx, payload: payload, fails, is_full, lambda ctx, payload: Note(text="")):
        handler.on_add = does
        client.tell("room.add", client.connection.last_ref + 1, ROOM, {"text": PAYLOAD})
        await settled()
    ref = client.connection.last_ref
    for frame in (
        ("$state", ref + 1, ROOM, {"text": STATE}),
        ("$state", ref + 2, ROOM, {"text": STATE * 9}),
        ("room.add", ref + 3, ROOM, {"text": PAYLOAD * 9, "more": PAYLOAD}),
        ("room.add", ref + 4, ROOM, PAYLOAD),
        ("room.add", ref + 5, f"rooms/x{NAME}", {"text": PAYLOAD}),
        ("$join", ref + 6, f"rooms/{NAME * 9}"),
        ("$join", ref + 7, f"{NAME}/{NAME}"),
        (f"room.{PAYLOAD}", ref + 8, ROOM, PAYLOAD),
        (f"${PAYLOAD}", ref + 9, PAYLOAD),
        ("room.wave", ref + 10, ROOM, {"text": PAYLOAD}),
        ("$auth", ref + 11, f"{TOKEN}2"),
        ("$history", ref + 12, ROOM, {"limit": PAYLOAD}),
    ):
        client.tell(*frame)
    client.connection.receive(f"{PAYLOAD} is no frame")
    await server.here(NAME).added(Note(text=PAYLOAD))
    await settled()
    client.drop()
    await refused(server)
    return server


async def refused(server: Server) -> None:
    """A token that is not accepted, with secrets in the headers."""

    class Nobody:
        async def authenticate(self, token: str | None, handshake: Handshake) -> Any:
            raise NotAuthenticated("unknown")

    server.app.gate.put_before(lambda _: Nobody())
    handshake = Handshake({"cookie": HEADER, "authorization": HEADER})
    connection = server.app.connect(SlowSocket(), "rtgen.v1.json", handshake=handshake)
    connection.receive(json.dumps(["$hello", {"contract": "small", "version": "1.2.0", "token": TOKEN}]))
    await settled()
    server.app.disconnected(connection)


async def test_no_secret_is_in_logs_metrics_or_spans(everything: Everything) -> None:
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    server = await conversed(Settings(tracing=OpenTelemetry(provider)))
    spans = [each.to_json() for each in exporter.get_finished_spans()]
    text = metrics_text(server.app)
    assert len(everything.lines) > 30
    assert len(spans) >= 6
    assert 'code="invalid"' in text
    for where in (*everything.lines, *spans, text):
        assert MARK not in where


async def test_in_debug_mode_neither_tokens_nor_sensitive_values_are_shown(
    everything: Everything, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = ("/text", "/name", "/more")
    for schema in (ADD.payload, CONTRACT.channels[1].params):
        monkeypatch.setattr(schema, "sensitive", places)
    await conversed(Settings(debug=True))
    lines = [each for each in everything.lines if "rtgen.debug" in each]
    assert any("[redacted]" in each for each in lines)
    for secret in (TOKEN, HEADER, NAME, STATE):
        assert not [each for each in everything.lines if secret in each], secret
    shown = [each for each in lines if PAYLOAD in each]
    assert not [each for each in shown if "room.add" in each and "text" in each]
