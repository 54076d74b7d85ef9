"""Who a client is, from its token to its handlers: welcome, renewal, expiry, revocation, authorisation, take-over."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from rtgen_runtime import codes, listen
from rtgen_runtime.app import App
from rtgen_runtime.errors import UsageError
from rtgen_runtime.frames import MSGPACK_SUBPROTOCOL
from rtgen_runtime.identity import UNKNOWN, Handshake, Identity, ignores_handshake
from small_conversation import CONTRACT
from small_identity import CLOSED_DOOR, NOW, OPEN_DOOR, Register, plain
from small_server import Peer, Rooms, Time, serving


@asynccontextmanager
async def opened(contract: Any = CLOSED_DOOR, **known: Identity) -> AsyncIterator[tuple[App, Rooms, Register]]:
    """A server that knows some tokens."""
    rooms, register = Rooms(), Register(**known)
    app = serving(contract, rooms, auth=register)
    try:
        yield app, rooms, register
    finally:
        rooms.gate.set()
        await app.stop()


class TestWelcome:
    async def test_a_token_makes_somebody_of_a_client(self) -> None:
        async with opened(t=plain("ada", role="writer")) as (app, rooms, _):
            peer = Peer(app)
            assert (await peer.greet(token="t"))["auth"] == {"ttl": 60.0}
            await peer.join()
            assert (await peer.ask("room.add", 2, "rooms/a", {"text": "hi"}))[:2] == ["$reply", 2]
            assert rooms.calls == ["join ada", "add hi by ada (writer)"]

    async def test_joins_behind_the_hello_wait_for_the_check(self) -> None:
        async with opened(t=plain("ada")) as (app, _, _):
            peer = Peer(app)
            peer.tell("$hello", {"contract": "small", "version": "1.2.3", "client": "c", "token": "t"})
            peer.tell("$join", 1, "rooms/a")
            assert (await peer.next())[0] == "$welcome"
            assert (await peer.next())[:2] == ["$joined", 1]

    @pytest.mark.parametrize("told", [{"token": "bad"}, {}, {"token": ""}])
    async def test_whoever_is_nobody_is_told_so_and_not_why(self, told: dict[str, str]) -> None:
        async with opened(t=plain("ada")) as (app, rooms, _):
            peer = Peer(app)
            peer.tell("$hello", {"contract": "small", "version": "1.2.3", "client": "c", **told})
            peer.tell("$join", 1, "rooms/a")
            message = "a valid token is needed"
            error = {"code": "unauthorized", "message": message, "retryable": False}
            assert await peer.next() == ["$error", 0, error]
            assert await peer.ended() == 4200
            assert rooms.calls == []

    async def test_when_it_can_not_be_told_clients_come_back_later(self) -> None:
        async with opened(t=plain("ada")) as (app, _, register):
            register.away = True
            peer = Peer(app)
            error = await peer.ask("$hello", {"contract": "small", "version": "1.2.3", "token": "t"})
            assert error[2]["code"] == "auth_unavailable"
            assert await peer.ended() == codes.AUTH_UNAVAILABLE.code

    async def test_an_authenticator_that_fails_lets_nobody_in(self, caplog: pytest.LogCaptureFixture) -> None:
        class Broken:
            async def authenticate(self, token: str | None, handshake: Handshake) -> Identity:
                raise RuntimeError("a bug")

        app = serving(CLOSED_DOOR, Rooms(), auth=Broken())
        peer = Peer(app)
        assert (await peer.ask("$hello", {"contract": "small", "version": "1.2.3", "token": "t"}))[0] == "$error"
        assert await peer.ended() == codes.AUTH_UNAVAILABLE.code
        assert "a bug" in caplog.text
        await app.stop()

    async def test_an_authenticator_that_hangs_is_not_waited_for(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("rtgen_runtime.auth.gate.PATIENCE", 0.05)

        class Slow:
            async def authenticate(self, token: str | None, handshake: Handshake) -> Identity:
                await asyncio.Event().wait()
                raise AssertionError

        app = serving(CLOSED_DOOR, Rooms(), auth=Slow())
        peer = Peer(app)
        assert (await peer.ask("$hello", {"contract": "small", "version": "1.2.3", "token": "t"}))[0] == "$error"
        assert await peer.ended() == codes.AUTH_UNAVAILABLE.code
        await app.stop()

    @pytest.mark.parametrize("claims", [{"sub": "ada", "role": "king"}, {}, None, [], "x", {"sub": 5}])
    async def test_claims_that_break_the_contract_are_none(self, claims: Any) -> None:
        async with opened(t=replace(plain("ada"), claims=claims)) as (app, _, _):
            peer = Peer(app)
            await peer.ask("$hello", {"contract": "small", "version": "1.2.3", "token": "t"})
            assert await peer.ended() == 4200

    async def test_guests_are_welcome_where_the_contract_says_so(self) -> None:
        async with opened(OPEN_DOOR, t=plain("ada")) as (app, rooms, register):
            guest, ada = Peer(app), Peer(app)
            assert "auth" not in await guest.greet()
            await guest.join()
            await guest.ask("room.add", 2, "rooms/a", {"text": "hi"})
            await ada.greet(token="t", client="c2")
            assert rooms.calls == ["join None", "add hi by None (guest)"]
            assert len(register.asked) == 1
            bad = Peer(app)
            await bad.ask("$hello", {"contract": "small", "version": "1.2.3", "token": "bad"})
            assert await bad.ended() == 4200

    async def test_an_authenticator_may_look_at_the_handshake(self) -> None:
        async with opened(t=plain("ada")) as (app, _, register):
            handshake = Handshake({"cookie": "a=b"}, "10.0.0.1")
            peer = Peer(app, handshake=handshake)
            await peer.greet(token="t")
            assert register.asked == [("t", handshake)]
            assert "a=b" not in repr(handshake)

    async def test_a_renewal_brings_the_handshake_again_unless_the_authenticator_never_looks_at_it(self) -> None:
        class Looking:
            def __init__(self) -> None:
                self.seen: list[Handshake] = []

            async def authenticate(self, token: str | None, handshake: Handshake) -> Identity:
                self.seen.append(handshake)
                return plain("ada")

        class Marked(Looking):
            @ignores_handshake
            async def authenticate(self, token: str | None, handshake: Handshake) -> Identity:
                return await super().authenticate(token, handshake)

        class Overriding(Marked):
            async def authenticate(self, token: str | None, handshake: Handshake) -> Identity:
                return await super().authenticate(token, handshake)

        handshake = Handshake({"cookie": "a=b"}, "10.0.0.1")
        for kind, again in ((Looking, handshake), (Marked, UNKNOWN), (Overriding, handshake)):
            looking = kind()
            app = serving(CLOSED_DOOR, Rooms(), auth=looking)
            peer = Peer(app, handshake=handshake)
            await peer.greet(token="t")
            assert (await peer.ask("$auth", 2, "u"))[:2] == ["$reply", 2]
            assert looking.seen == [handshake, again]
            await app.stop()

    async def test_a_contract_that_asks_needs_an_answer(self) -> None:
        with pytest.raises(UsageError, match="auth="):
            async with listen(serving(CLOSED_DOOR, Rooms())):
                pass
        with pytest.raises(UsageError, match="no `auth`"):
            serving(CONTRACT, Rooms(), auth=Register())
        async with listen(serving(OPEN_DOOR, Rooms())):
            pass


class TestRenewal:
    async def test_holds_longer(self) -> None:
        async with opened(t=plain("ada"), u=plain("ada", ttl=500.0, role="writer")) as (app, rooms, _):
            peer = Peer(app)
            await peer.greet(token="t")
            await peer.join()
            assert await peer.ask("$auth", 2, "u") == ["$reply", 2, {"ttl": 500.0}]
            assert (await peer.ask("room.add", 3, "rooms/a", {"text": "x"}))[:2] == ["$reply", 3]
            assert rooms.calls == ["join ada", "join ada", "add x by ada (writer)"]

    @pytest.mark.parametrize("token", ["bob", "old", "nobody", "king"])
    async def test_is_refused_and_changes_nothing(self, token: str) -> None:
        known = {"bob": plain("bob"), "old": plain("ada", issued=NOW - 1), "king": plain("ada", role="king")}
        async with opened(t=plain("ada"), **known) as (app, rooms, _):
            peer = Peer(app)
            await peer.greet(token="t")
            await peer.join()
            assert (await peer.ask("$auth", 2, token))[2]["code"] == "unauthorized"
            await peer.ask("room.add", 3, "rooms/a", {"text": "x"})
            assert rooms.calls == ["join ada", "add x by ada (reader)"]

    async def test_fewer_rights_end_memberships(self) -> None:
        async with opened(t=plain("ada"), u=plain("ada")) as (app, rooms, _):
            peer = Peer(app)
            await peer.greet(token="t")
            await peer.join(1, "rooms/a")
            await peer.join(2, "lobby")
            rooms.keep_out.add("ada")
            assert (await peer.ask("$auth", 3, "u"))[:2] == ["$reply", 3]
            assert await peer.next() == ["$left", 1, "rooms/a", {"code": "refused", "again": "never"}]
            assert (await peer.ask("room.add", 4, "rooms/a", {"text": "x"}))[2]["code"] == "not_joined"
            assert await peer.ask("$leave", 5, "lobby") == ["$reply", 5, None]
            assert rooms.calls == ["join ada", "join ada", "leave ada"]

    async def test_a_join_under_way_is_asked_again(self) -> None:
        async with opened(t=plain("ada"), u=plain("ada")) as (app, rooms, _):
            peer = Peer(app)
            await peer.greet(token="t")
            rooms.gate.clear()
            peer.tell("$join", 1, "rooms/a")
            await rooms.entered.wait()
            assert (await peer.ask("$auth", 2, "u"))[:2] == ["$reply", 2]
            rooms.gate.set()
            assert (await peer.next())[:2] == ["$joined", 1]
            assert await peer.ask("$leave", 3, "rooms/a") == ["$reply", 3, None]
            assert rooms.calls[:2] == ["join ada", "join ada"]

    async def test_makes_no_sense_where_nobody_is_known(self) -> None:
        app = serving(CONTRACT, Rooms())
        peer = Peer(app)
        await peer.greet()
        assert (await peer.ask("$auth", 1, "t"))[2]["code"] == "unauthorized"
        await app.stop()


class TestExpiry:
    async def test_ends_the_connection_after_the_grace(self) -> None:
        time = Time()
        app = serving(CLOSED_DOOR, Rooms(), auth=Register(t=plain("ada", ttl=10.0)), clock=time)
        peer = Peer(app)
        await peer.greet(token="t")
        await peer.join()
        time.now += 34.9
        peer.tell("$pong", 0)
        peer.connection.tick(time.now)
        assert not peer.closed.done()
        assert peer.connection.next_deadline() == 135.0
        time.now = 135.0
        peer.connection.tick(time.now)
        assert await peer.ended() == codes.EXPIRED.code
        await app.stop()

    async def test_of_a_token_without_end_never_comes(self) -> None:
        async with opened(t=plain("ada", ttl=None)) as (app, _, _):
            peer = Peer(app)
            assert "auth" not in await peer.greet(token="t")
            assert await peer.ask("$auth", 1, "t") == ["$reply", 1, {}]


class TestRevoking:
    async def test_a_user_is_out_everywhere_until_a_newer_token(self) -> None:
        later = plain("ada", issued=4_000_000_000.0)
        async with opened(t=plain("ada"), u=later, b=plain("bob")) as (app, _, _):
            one, two, bob = Peer(app), Peer(app), Peer(app)
            await one.greet(token="t", client="1")
            await two.greet(token="t", client="2")
            await bob.greet(token="b", client="3")
            await one.join()
            await app.revoke(subject="ada")
            assert [await one.ended(), await two.ended()] == [codes.REVOKED.code] * 2
            assert await bob.ask("$ping", 1) == ["$pong", 1]
            again = Peer(app)
            await again.ask("$hello", {"contract": "small", "version": "1.2.3", "token": "t"})
            assert await again.ended() == 4200
            await Peer(app).greet(token="u")
            assert (await bob.ask("$auth", 2, "b"))[0] == "$reply"

    async def test_a_token_by_its_name(self) -> None:
        async with opened(t=plain("ada"), u=replace(plain("ada"), token_id="other")) as (app, _, _):
            one, two = Peer(app), Peer(app)
            await one.greet(token="t", client="1")
            await two.greet(token="u", client="2")
            await app.revoke(token_id="ada-1")
            assert await one.ended() == codes.REVOKED.code
            assert await two.ask("$ping", 1) == ["$pong", 1]
            assert (await two.ask("$auth", 2, "t"))[2]["code"] == "unauthorized"

    async def test_a_session_for_good(self) -> None:
        async with opened(OPEN_DOOR) as (app, _, _):
            guest, other = Peer(app), Peer(app)
            session = (await guest.greet())["session"]
            await other.greet(client="c2")
            await app.revoke(session=session.partition(".")[0])
            assert await guest.ended() == codes.REVOKED.code
            assert await other.ask("$ping", 1) == ["$pong", 1]
            again = await Peer(app).greet(session=session)
            assert again["session"].partition(".")[0] != session.partition(".")[0]

    @pytest.mark.parametrize("named", [{}, {"subject": "a", "session": "b"}])
    async def test_names_one_thing(self, named: dict[str, str]) -> None:
        async with opened() as (app, _, _):
            with pytest.raises(UsageError):
                await app.revoke(**named)


class TestComingBack:
    async def test_a_newer_connection_takes_over(self) -> None:
        async with opened(OPEN_DOOR) as (app, rooms, _):
            old = Peer(app)
            first = await old.greet()
            await old.join(7)
            new = Peer(app)
            second = await new.greet(session=first["session"])
            assert await old.ended() == codes.REPLACED.code
            assert second["lastRef"] == 7
            assert second["session"].partition(".")[0] == first["session"].partition(".")[0]
            assert second["session"] != first["session"]
            await new.join(8)
            assert sorted(rooms.calls) == ["join None", "join None", "leave None"]

    async def test_after_a_lost_connection_refs_are_remembered(self) -> None:
        async with opened(t=plain("ada")) as (app, _, _):
            peer = Peer(app)
            first = await peer.greet(token="t")
            await peer.join(3)
            peer.drop()
            assert (await Peer(app).greet(token="t", session=first["session"]))["lastRef"] == 3

    async def test_another_user_with_the_same_client_name_takes_over_nothing(self) -> None:
        async with opened(t=plain("ada"), b=plain("bob")) as (app, _, _):
            ada, bob = Peer(app), Peer(app)
            first = await ada.greet(token="t")
            second = await bob.greet(token="b", session=first["session"])
            assert "lastRef" not in second
            assert second["session"].partition(".")[0] != first["session"].partition(".")[0]
            assert await ada.ask("$ping", 1) == ["$pong", 1]


class TestMay:
    @pytest.mark.parametrize("tag", ["room.add", "room.wave", "room.clear"])
    async def test_a_handler_filters_what_a_member_sends(self, tag: str) -> None:
        async with opened(OPEN_DOOR) as (app, rooms, _):
            one, two = Peer(app), Peer(app)
            await one.greet(client="1")
            await two.greet(client="2")
            await one.join()
            await two.join()
            payload = None if tag == "room.clear" else {"text": "x"}
            rooms.mute.add(tag.partition(".")[2])
            error = (await one.ask(tag, 2, "rooms/a", payload))[2]
            assert (error["code"], error["tag"], error["retryable"]) == ("forbidden", tag, False)
            rooms.mute.clear()
            assert (await one.ask(tag, 3, "rooms/a", payload))[:2] == ["$reply", 3]
            assert len(rooms.calls) == (2 if tag == "room.wave" else 3)
            if tag == "room.wave":
                assert (await two.next())[0] == "room.wave"

    async def test_a_filter_that_fails_lets_nothing_through(self, caplog: pytest.LogCaptureFixture) -> None:
        async with opened(OPEN_DOOR) as (app, rooms, _):
            peer = Peer(app)
            await peer.greet()
            await peer.join()
            rooms.mute.add("nobody")
            assert (await peer.ask("room.add", 2, "rooms/a", {"text": "x"}))[2]["code"] == "forbidden"
            assert "no idea" in caplog.text


async def test_both_encodings_meet_in_one_room() -> None:
    async with opened(OPEN_DOOR) as (app, rooms, _):
        packed, plain_text = Peer(app, MSGPACK_SUBPROTOCOL), Peer(app)
        await packed.greet(client="1")
        await plain_text.greet(client="2")
        await packed.join()
        await plain_text.join()
        packed.tell("room.wave", 0, "rooms/a", {"text": "x", "more": [1.5, None]})
        assert (await plain_text.next())[3] == {"text": "x", "more": [1.5, None]}
        plain_text.tell("room.wave", 0, "rooms/a", {"text": "y", "more": {"deep": [1e300]}})
        assert (await packed.next())[3] == {"text": "y", "more": {"deep": [1e300]}}
        assert (await packed.ask("room.add", 2, "rooms/a", {"text": "z"}))[2]["text"] == "z"
        assert rooms.calls[-1] == "add z by None (guest)"


async def test_no_token_is_ever_told(caplog: pytest.LogCaptureFixture) -> None:
    token = "a-token-that-nobody-should-read"
    with caplog.at_level(logging.DEBUG):
        async with opened(OPEN_DOOR, **{token: plain("ada"), "t": plain("ada")}) as (app, _, register):
            good, bad, late = Peer(app), Peer(app), Peer(app)
            await good.greet(token=token)
            await good.ask("$auth", 1, token)
            await good.ask("$auth", 2, f"{token}-wrong")
            told = [await bad.ask("$hello", {"contract": "small", "version": "1.2.3", "token": f"{token}-wrong"})]
            register.away = True
            told.append(await late.ask("$hello", {"contract": "small", "version": "1.2.3", "token": token}))
            told += [repr(good.connection), repr(vars(app).keys())]
            await asyncio.sleep(0)
    assert "token unauthorized" in caplog.text
    assert token not in caplog.text
    assert token not in str(told)
