"""What a scraper reads: the right numbers, by labels that the contract closes."""

from typing import Any

import plain_http
import pytest
from member_server import CONTRACT, Server, settled
from prometheus_client.parser import text_string_to_metric_families
from rtgen_runtime import InvalidPayload, Refused, Settings, listen
from rtgen_runtime.codes import CLOSE_CODES, ErrorCode
from rtgen_runtime.frames import CLIENT_FRAMES
from rtgen_runtime.observing.exposition import families, metrics_text
from rtgen_runtime.observing.metrics import METRICS
from rtgen_runtime.observing.tally import PROTOCOL_TAGS
from rtgen_runtime.presence.frames import Members, State
from small_conversation import Note

A = "rooms/a"


def numbers(server: Server) -> dict[tuple[str, ...], float]:
    """What a parser of another make reads: by name and the values of the labels that are not empty."""
    found: dict[tuple[str, ...], float] = {}
    for family in text_string_to_metric_families(metrics_text(server.app)):
        for sample in family.samples:
            found[(sample.name.removeprefix("rtgen_"), *filter(None, sample.labels.values()))] = sample.value
    return found


async def test_connections_are_counted_by_how_they_ended() -> None:
    server = Server()
    one, two, three = [await server.client() for _ in range(3)]
    one.drop()
    two.tell("$hello", {"contract": "small", "version": "1.2.0"})
    two.drop()
    three.connection.stop(CLOSE_CODES[0])
    found = numbers(server)
    assert (found["connections", "1.2.3"], found["connections_opened_total",]) == (1, 3)
    three.drop()
    found = numbers(server)
    assert found["connections", "1.2.3"] == 0
    assert found["connections_closed_total", "peer"] == 1
    assert found["connections_closed_total", "protocol_error"] == 1
    assert found["connections_closed_total", "stopping"] == 1


async def test_messages_are_counted_by_event_and_receiver() -> None:
    server = Server()
    one, two = await server.client(A), await server.client(A)
    one.tell("room.add", 5, A, {"text": "x"})
    one.tell("room.wave", 6, A, {"text": "é"})
    server.here().hint(Note(text="h"))
    await server.here().added(Note(text="k"))
    await settled()
    found = numbers(server)
    assert found["received_frames_total", "room", "add"] == 1
    assert found["received_frames_total", "$join"] == 2
    assert found["emitted_events_total", "room", "hint"] == 1
    assert found["sent_frames_total", "room", "hint"] == 2
    assert found["sent_frames_total", "room", "wave"] == 1
    assert found["sent_frames_total", "room", "added"] == 2
    assert found["sent_frames_total", "$reply"] == 2
    assert found["handler_seconds_count", "room", "add"] == 1
    assert found["handler_seconds_count", "room", "$join"] == 2
    assert found["members", "room"] == 2
    assert found["store_seconds_count", "append"] == 1
    assert found["sent_bytes_total",] == sum(map(len, (*one.socket.taken, *two.socket.taken)))


async def test_received_bytes_are_those_of_the_wire() -> None:
    server = Server()
    client = await server.client()
    before = numbers(server)["received_bytes_total",]
    client.connection.receive('["$ping",1,"é"]')
    assert numbers(server)["received_bytes_total",] - before == len('["$ping",1,"é"]'.encode())


async def test_refusals_are_counted_by_event_and_code_also_those_whose_answer_is_sampled() -> None:
    server = Server()
    client = await server.client(A)
    for _ in range(7):
        client.tell("room.seen", 0, A, {"text": ""})
    client.tell("room.add", 9, "rooms/b", {"text": "x"})
    server.room.on_join = _refuse
    client.tell("$join", 10, "rooms/c")
    await settled()
    found = numbers(server)
    assert found["errors_total", "room", "seen", "invalid"] == 7
    assert found["errors_total", "room", "add", "not_joined"] == 1
    assert found["joins_total", "room", "refused"] == 1
    assert found["joins_total", "room", "ok"] == 1
    with pytest.raises(InvalidPayload):
        server.here().hint(Note(text=""))
    assert numbers(server)["invalid_emits_total", "room", "hint"] == 1


def _refuse(_ctx: object) -> None:
    raise Refused("no")


async def test_recoveries_are_counted_by_outcome() -> None:
    server = Server()
    client = await server.client(A)
    await server.here().added(Note(text="1"))
    await server.here().added(Note(text="2"))
    epoch = client.last[3]["epoch"]
    again = await server.client()
    for ref, since in enumerate(([epoch, 1], ["another", 1]), 1):
        again.tell("$join", ref, A, {"since": since})
        await again.hear("$joined")
    found = numbers(server)
    assert found["recoveries_total", "room", "recovered"] == 1
    assert found["recoveries_total", "room", "epoch_changed"] == 1
    assert found["replayed_events_total", "room"] == 1


async def test_pings_are_timed_and_pongs_that_answer_none_are_not() -> None:
    server = Server()
    client = await server.client()
    client.tell("$pong", 0)
    await server.pass_time(CONTRACT.heartbeat.every + 0.25)
    tick = (await client.hear("$ping"))[1]
    server.now += 0.2
    for _ in range(3):
        client.tell("$pong", tick)
    found = numbers(server)
    assert found["ping_seconds_count",] == 1
    assert found["ping_seconds_sum",] == pytest.approx(0.2)


async def test_what_slow_clients_cost() -> None:
    server = Server()
    slow = await server.client(A)
    slow.socket.fast = False
    server.here().hint(Note(text="1"))
    await settled()
    server.app.life.watch.observe(0.3)
    server.app.life.watch.observe(0.3)
    found = numbers(server)
    assert found["loop_lag_seconds_count",] == 2
    assert found["loop_lag_seconds_bucket", "0.25"] == 0
    assert found["loop_lag_seconds_bucket", "0.5"] == 2
    assert found["outbox_bytes_count",] == 1
    for _ in range(600):
        server.here().hint(Note(text="12345678"))
        await settled()
    assert numbers(server)["slow_consumers_total",] == 1


async def test_people_who_are_shown_are_counted_by_channel() -> None:
    server = Server()
    client = await server.client(A, token="ann")
    client.tell("$state", 7, A, {"text": "x"})
    await settled()
    assert numbers(server)["present_people", "room"] == 1


async def test_e7_nothing_that_clients_choose_becomes_a_label() -> None:
    server = Server()
    client = await server.client()
    client.tell("$join", 5000, A)
    await settled()
    before = set(numbers(server))
    for number in range(60):
        client.tell(f"room.x{number}", number, A, {})
        client.tell(f"$later{number}", number)
        client.tell("room.add", number, f"rooms/n{number}", {"text": "x"})
    await settled()
    labels = {value for name in set(numbers(server)) - before for value in name[1:]}
    assert labels <= {"room", "add", "other", "unknown_event", "not_joined", "$error"}
    for number in range(40):
        more = await server.client(f"rooms/r{number}", token=f"user{number}")
        more.drop()
    await settled()
    text = metrics_text(server.app)
    assert not any(words in text for words in ("rooms/", "user1", "later", "x1"))


async def test_every_label_is_out_of_a_closed_set() -> None:
    server = Server()
    client = await server.client(A, token="ann")
    for frame in (("room.add", 7, A, {"text": ""}), ("nobody.knows", 8, A, 1), ("$members", 9, A)):
        client.tell(*frame)
    await settled()
    events = {tag.partition(".")[2] for tag in CONTRACT.events}
    closed: dict[str, set[str]] = {
        "channel": {"", *(channel.name for channel in CONTRACT.channels)},
        "event": {*events, *PROTOCOL_TAGS, "other", "$welcome", "$joined", "$reply", "$error", "$left", "$presence"},
        "code": {"peer", "full", *ErrorCode, *(each.name for each in CLOSE_CODES)},
    }
    for family in families(server.app):
        for values in family.samples:
            for label, value in zip(family.metric.labels, values, strict=True):
                assert value in closed.get(label, {value}), (family.metric.name, label, value)


def test_the_tags_of_the_protocol_are_all_known() -> None:
    assert set(PROTOCOL_TAGS) == {str(each.__struct_config__.tag) for each in (*CLIENT_FRAMES, Members, State)}


def test_names_follow_the_conventions_of_prometheus() -> None:
    for metric in METRICS:
        assert metric.name.startswith("rtgen_")
        assert metric.name.endswith("_total") is (metric.kind == "counter"), metric.name
        assert bool(metric.bounds) is (metric.kind == "histogram"), metric.name
        assert metric.meaning.endswith("."), metric.name
        assert list(metric.bounds) == sorted(metric.bounds)


async def test_metrics_are_served_where_the_settings_say_so() -> None:
    app = Server(settings=Settings(metrics=True)).app
    async with listen(app) as listening:
        answer = await plain_http.ask(listening.url, "/metrics")
    assert answer.status == 200
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert b'rtgen_info{contract="small",version="1.2.3"} 1' in answer.body
    assert Server().app.routes.knows("/metrics") is False


async def test_metrics_may_ask_for_a_token() -> None:
    app = Server(settings=Settings(metrics=True, metrics_token="s3cret")).app
    async with listen(app) as listening:

        async def status(**headers: Any) -> int:
            return (await plain_http.ask(listening.url, "/metrics", headers=headers)).status

        assert await status() == 401
        assert await status(Authorization="Bearer s3cre") == 401
        assert await status(Authorization="Bearer s3cret") == 200
    assert "s3cret" not in repr(app.settings)
