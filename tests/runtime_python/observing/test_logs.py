"""What stands in the log: connections, tokens and refusals, by name and as lines that machines read."""

import json
import logging
import subprocess
import sys
from pathlib import Path

import pytest
import rtgen_runtime
from member_server import Server, settled
from rtgen_runtime import Settings, StoreUnavailable
from rtgen_runtime.failures import failure
from rtgen_runtime.observing import away
from rtgen_runtime.observing.journal import Kind
from rtgen_runtime.observing.records import JsonLines, KeyValues, Told

A = "rooms/a"


def told(caplog: pytest.LogCaptureFixture, logger: str) -> list[Told]:
    return [each.msg for each in caplog.records if each.name == logger and isinstance(each.msg, Told)]


async def test_a_connection_is_followed_from_its_welcome_to_its_end(caplog: pytest.LogCaptureFixture) -> None:
    server = Server()
    with caplog.at_level(logging.INFO, "rtgen"):
        first = await server.client()
        first.drop()
        server.now += 2.5
        again = await server.client(again=first)
        again.drop()
    lines = told(caplog, "rtgen.connections")
    assert [each.words for each in lines] == ["connected", "closed"] * 2
    opened, closed, back, _ = [each.values for each in lines]
    assert opened["connection"] == closed["connection"] != back["connection"]
    assert opened["session"] == back["session"] == first.session
    assert closed["code"] == "peer"


async def test_tokens_are_told_by_what_came_of_them(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "rtgen"):
        await Server().client(token="ann")
    (line,) = told(caplog, "rtgen.auth")
    assert (line.words, set(line.values)) == ("token accepted", {"connection"})
    caplog.clear()
    with caplog.at_level(logging.INFO, "rtgen"):
        await Server(settings=Settings(log_subjects=True)).client(token="ann")
    assert told(caplog, "rtgen.auth")[0].values["subject"] == "ann"
    assert told(caplog, "rtgen.connections")[0].values["subject"] == "ann"


def test_a_store_that_is_away_is_told_in_a_few_lines(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each request of each client meets it."""
    now = 100.0
    monkeypatch.setattr(away, "_lines", Kind(logging.getLogger("rtgen"), away.MOST, lambda: now))
    problem = StoreUnavailable("Redis is away")
    with caplog.at_level(logging.INFO, "rtgen"):
        codes = {failure(problem, "room.send", None).code for _ in range(300)}
        now += 1.0
        away.tell_away(problem, "presence is late")
    first, *_, last = lines = told(caplog, "rtgen")
    assert codes == {"unavailable"}
    assert (len(lines), first.words) == (away.MOST + 1, "store unavailable: Redis is away")
    assert last.words == "store unavailable, presence is late: Redis is away"
    assert last.values == {"suppressed": 290}


async def test_e8_a_flood_of_bad_frames_is_sampled_and_what_was_left_out_is_counted(
    caplog: pytest.LogCaptureFixture,
) -> None:
    server = Server()
    clients = [await server.client(A) for _ in range(3)]
    with caplog.at_level(logging.INFO, "rtgen.frames"):
        for number in range(100):
            for client in clients:
                client.tell(f"room.secret{number}", number, A, {"text": "secret"})
        server.now += 1.0
        clients[0].tell("room.seen", 0, A, {"text": ""})
    lines = told(caplog, "rtgen.frames")
    assert len(lines) == 11
    assert lines[0].values == {"connection": clients[0].connection.name, "event": "other", "code": "unknown_event"}
    assert lines[-1].values["suppressed"] == 290
    assert "secret" not in caplog.text


async def test_a_failure_is_found_by_its_incident(caplog: pytest.LogCaptureFixture) -> None:
    server = Server()
    server.room.on_add = lambda ctx, payload: 1 // 0
    client = await server.client(A)
    with caplog.at_level(logging.ERROR):
        client.tell("room.add", 9, A, {"text": "x"})
        await settled()
    error = (await client.hear("$error"))[2]
    (record,) = [each for each in caplog.records if each.levelno == logging.ERROR]
    line = json.loads(JsonLines().format(record))
    assert line["incident"] in error["message"]
    assert (line["event"], line["session"], line["message"]) == ("room.add", client.session, "handler failed")
    assert "ZeroDivisionError" in line["exception"]


def record(message: object, *arguments: object) -> logging.LogRecord:
    made = logging.LogRecord("rtgen.x", logging.INFO, "f.py", 1, message, arguments, None)
    made.created = 0.0
    return made


@pytest.mark.parametrize("value", ["a\nlevel=ERROR", 'a "b"', "a=b", "a b", "", "é\u2028", "\x1b[31m"])
def test_no_value_makes_another_line_or_another_key(value: str) -> None:
    line = KeyValues().format(record(Told("words", connection=value, last=1)))
    assert line.isascii()
    assert line.isprintable()
    if value:
        assert f" connection={json.dumps(value)} last=1" in line


def test_records_of_others_are_printed_too() -> None:
    line = json.loads(JsonLines().format(record("%s of %s", "one", 2)))
    assert line == {
        "time": "1970-01-01T00:00:00+00:00",
        "level": "INFO",
        "logger": "rtgen.x",
        "message": "one of 2",
    }
    assert str(Told("words", a=1, b="")) == "words a=1"
    named = json.loads(JsonLines().format(record(Told("words", level="mine", n=1))))
    assert (named["level"], named["n"]) == ("INFO", 1)


def test_importing_configures_nothing() -> None:
    code = (
        "import logging, sys, rtgen_runtime\n"
        "assert not logging.getLogger().handlers\n"
        "names = [n for n in logging.root.manager.loggerDict if n.startswith('rtgen')]\n"
        "assert names and not any(logging.getLogger(n).handlers for n in names)\n"
        "assert all(logging.getLogger(n).level == 0 for n in names)\n"
    )
    path = str(Path(rtgen_runtime.__file__).parents[1])
    subprocess.run([sys.executable, "-c", code], check=True, env={"PYTHONPATH": path})
