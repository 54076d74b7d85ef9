"""Whom the server speaks to, whom it puts out, and what stands around its handlers."""

from typing import Any

import pytest
from member_server import ADDED, Server, settled, tags
from rtgen_runtime import Refused, UsageError
from rtgen_runtime.middleware import Call, Next
from rtgen_runtime.scopes import Member
from small_conversation import Full, Note

A = "rooms/a"


def texts(frames: list[Any]) -> list[str]:
    return [frame[3]["text"] for frame in frames if frame[0].startswith("room.")]


async def test_one_session_one_subject_all_but_one() -> None:
    server = Server()
    ann, tab, bob = [await server.client(A, token=who) for who in ("ann", "ann", "bob")]
    here = server.here()
    here.to(session=bob.session).hint(Note(text="bob"))
    here.to(subject="ann").hint(Note(text="ann"))
    here.hint(Note(text="all"))
    here.to(session="nobody").hint(Note(text="none"))
    assert [texts(await each.heard()) for each in (ann, tab, bob)] == [["ann", "all"], ["ann", "all"], ["bob", "all"]]


async def test_a_handler_speaks_to_the_others() -> None:
    server = Server()
    first, second = await server.client(A), await server.client(A)

    def add(ctx: Any, payload: Note) -> Note:
        ctx.others.hint(Note(text="others"))
        ctx.except_(ctx).hint(Note(text="too"))
        ctx.to(session=ctx.session).hint(Note(text="me"))
        return payload

    server.room.on_add = add
    first.tell("room.add", 9, A, {"text": "x"})
    assert texts(await first.heard()) == ["me"]
    assert texts(await second.heard()) == ["others", "too"]


async def test_what_is_kept_goes_to_everybody_or_nobody() -> None:
    server = Server()
    some: Any = server.here().to(session="s")
    with pytest.raises(AttributeError, match="RoomTarget has no added; what is kept goes to every member"):
        await some.added(Note(text="x"))
    with pytest.raises(UsageError, match="kept for everybody"):
        some._emit(ADDED, Note(text="x"))
    with pytest.raises(UsageError, match="name a session or a subject"):
        server.here().to()


async def test_members_are_those_this_process_serves() -> None:
    server = Server()
    ann, bob = await server.client(A, token="ann"), await server.client(A)
    ann.tell("$state", 5, A, {"text": "hi"})
    await ann.hear("$reply")
    assert server.here().members() == [
        Member(ann.session, "ann", Note(text="hi")),
        Member(bob.session, None, None),
    ]
    assert server.here().count == 2
    ann.drop()
    assert server.here().count == 1


async def test_who_is_put_out_is_told_why_and_hears_no_more() -> None:
    server = Server()
    ann, bob = await server.client(A, token="ann"), await server.client(A)
    assert server.here().kick(subject="ann", code="rude", again="backoff") == 1
    server.here().hint(Note(text="x"))
    assert await ann.heard() == [["$left", 1, A, {"code": "rude", "again": "backoff"}]]
    assert texts(await bob.heard()) == ["x"]
    assert server.room.calls == ["join", "join", "leave"]
    assert server.here().kick(session="nobody") == 0


async def test_a_handler_puts_its_member_out() -> None:
    server = Server()
    client = await server.client(A)
    server.room.on_add = lambda ctx, payload: ctx.kick() and payload
    client.tell("room.add", 9, A, {"text": "x"})
    frames = await client.heard()
    assert frames[0] == ["$left", 1, A, {"code": "kicked", "again": "never"}]
    assert frames[1][:2] == ["$reply", 9]


async def test_a_connection_is_closed_by_session_or_subject() -> None:
    server = Server()
    ann, bob = await server.client(A, token="ann"), await server.client(A)
    assert server.app.disconnect(subject="ann") == 1
    assert server.app.disconnect(session=bob.session) == 1
    await settled()
    assert (ann.socket.closed, bob.socket.closed) == ([4410], [4410])
    with pytest.raises(UsageError):
        server.app.disconnect()


async def test_resync_makes_every_member_join_again_and_nothing_is_lost() -> None:
    server = Server()
    client = await server.client(A)
    await server.here().added(Note(text="1"))
    await server.here().resync("moved")
    await server.here().added(Note(text="2"))
    frames = await client.heard()
    assert tags(frames) == ["room.added", "$resync"]
    assert frames[1][2]["reason"] == "moved"
    client.tell("$join", 2, A, {"since": [frames[1][2]["epoch"], frames[0][1]]})
    assert (await client.hear("$joined"))[3]["recovered"] is True
    assert texts(await client.heard()) == ["2"]


async def test_events_of_a_batch_come_together_in_order_and_the_newest_of_a_key_only() -> None:
    server = Server()
    client = await server.client(A)
    here = server.here()
    here.moved(Note(text="first"))
    assert (await client.hear("room.moved"))[3]["text"] == "first"
    for text, count in (("p", 1), ("q", 1), ("p", 2)):
        here.moved(Note(text=text, count=count))
    assert await client.heard() == []
    here.hint(Note(text="now"))
    frames = await client.heard()
    assert [(frame[3]["text"], frame[3]["count"]) for frame in frames] == [("q", 1), ("p", 2), ("now", 0)]
    assert len(client.socket.writes[-1]) == 3
    assert server.app.flusher.counts.conflated == 1
    here.moved(Note(text="later"))
    assert (await client.hear("room.moved"))[3]["text"] == "later"


async def test_after_a_quiet_time_a_batch_goes_at_once_with_all_that_is_said_in_the_turn() -> None:
    server = Server()
    client = await server.client(A)
    for text, count in (("p", 1), ("q", 1), ("p", 2)):
        server.here().moved(Note(text=text, count=count))
    frames = await client.heard()
    assert [(frame[3]["text"], frame[3]["count"]) for frame in frames] == [("q", 1), ("p", 2)]
    assert len(client.socket.writes[-1]) == 2


async def test_of_a_batch_the_slow_keep_the_newest_and_the_others_get_all() -> None:
    server = Server()
    slow, quick = await server.client(A), await server.client(A)
    here = server.here()
    slow.socket.fast = False
    here.hint(Note(text="fills"))
    await settled()
    for text in ("p", "q"):
        here.moved(Note(text=text))
    await settled()
    here.moved(Note(text="p", count=2))
    here.hint(Note(text="now"))
    await settled()
    slow.socket.hurry()
    got = [(frame[3]["text"], frame[3]["count"]) for frame in await slow.heard()]
    assert got == [("fills", 0), ("q", 0), ("p", 2), ("now", 0)]
    assert len(await quick.heard()) == 5


async def test_who_joins_in_the_middle_of_a_batch_gets_nothing_twice() -> None:
    server = Server()
    await server.client(A)
    await server.here().drawn(Note(text="1"))
    late = await server.client()
    late.tell("$join", 1, A, {"since": [(await server.here().position()).epoch, 0]})
    joined = await late.hear("$joined")
    assert joined[3]["replay"] == 1
    await server.here().drawn(Note(text="2"))
    assert (await late.hear("room.drawn"))[1] == 1
    assert (await late.hear("room.drawn"))[1] == 2


async def test_middleware_stands_around_every_handler_the_first_outermost() -> None:
    log: list[str] = []

    async def outer(call: Call, rest: Next) -> object:
        log.append(f"outer {call.channel}.{call.event}")
        try:
            return await rest(call)
        except Full:
            raise Refused("no room", again=True) from None

    async def inner(call: Call, rest: Next) -> object:
        log.append(f"inner {getattr(call.payload, 'text', None)} {call.received}")
        if call.payload is not None and call.payload == Note(text="bad"):
            raise Refused("not that")
        return await rest(call)

    server = Server(middleware=[outer, inner])

    def add(_ctx: Any, payload: Note) -> Note:
        if payload.text == "full":
            raise Full()
        return payload

    server.room.on_add = add
    client = await server.client(A)
    for ref, text in enumerate(("ok", "bad", "full"), 5):
        client.tell("room.add", ref, A, {"text": text})
    frames = await client.heard()
    assert tags(frames) == ["$reply", "$error", "$error"]
    assert [frame[2]["message"] for frame in frames[1:]] == ["not that", "no room"]
    assert [frame[2]["retryable"] for frame in frames[1:]] == [False, True]
    assert log[:4] == ["outer room.$join", "inner None 0.0", "outer room.add", "inner ok 0.0"]
    assert server.room.calls == ["join", "add ok", "add full"]


async def test_a_plain_handler_has_answered_before_receive_returns() -> None:
    server = Server()
    client = await server.client(A)
    client.tell("room.add", 5, A, {"text": "x"})
    assert server.room.calls == ["join", "add x"]
    assert not client.connection.busy
    assert (await client.hear("$reply"))[1] == 5


async def test_a_leave_handler_never_runs_inside_somebody_s_emit() -> None:
    """Who is too slow is put out after the emit that found out, so that what others get keeps its order."""
    server = Server()
    slow, fast = await server.client(A), await server.client(A)
    slow.socket.fast = False
    here = server.here()
    for _ in range(300):
        here.hint(Note(text="x" * 8))
        if "leave" in server.room.calls:
            break
    assert "leave" not in server.room.calls
    await settled()
    assert server.room.calls.count("leave") == 1
    assert slow.socket.closed == [4101]
    assert len(texts(await fast.heard())) == 300
