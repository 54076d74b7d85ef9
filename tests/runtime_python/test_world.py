"""The world that users test in: a server, clients, and a clock that only the test moves."""

import asyncio
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
from delivery.hall import HallApp, HallClient, HallContext, HallHandler, Item
from delivery.recording import Log
from rtgen_runtime import NotConnected, RequestTimeout, SqliteStore, UsageError
from rtgen_runtime.testing import HandlerFailed, VirtualTime, World, refused

ROOT = Path(__file__).resolve().parent.parent.parent


def world(handler: HallHandler | None = None) -> World[HallApp, HallClient]:
    return World(HallApp(handler or HallHandler(Log())), HallClient)


async def test_events_come_and_silence_can_be_asserted() -> None:
    async with world() as w:
        alice, bob = await w.client("alice"), await w.client(encoding="msgpack")
        hall, other = await alice.hall(), await bob.hall()
        heard = w.hear(other.added)
        assert await heard.rest() == []
        await hall.add(Item(text="hi"))
        assert (await heard.next()).text == "by request hi"
        assert heard.events[0].offset == 1
        with pytest.raises(AssertionError, match="nothing came after 1"):
            await heard.next()


async def test_time_passes_only_when_the_test_says_so() -> None:
    """A handler's sleep, a batch, a reconnect, a grace and a request's timeout: all on one clock, in their order."""
    handler = HallHandler(Log())
    async with world(handler) as w:
        alice = await w.client("alice")
        bob = await w.client("bob")
        hall = await alice.hall()
        seen = await bob.hall()
        await w.advance(1)
        assert set(seen.presence.people) == {"alice", "bob"}
        began = w.time.now()
        handler.takes = 3.0
        assert (await w.until(hall.add(Item(text="slow")))).text == "slow"
        assert w.time.now() - began == pytest.approx(3.0)
        handler.takes = 50.0
        with pytest.raises(RequestTimeout):
            await w.until(hall.add(Item(text="too slow")))
        w.offline(alice)
        await w.advance(4)
        assert "alice" in seen.presence.people
        await w.advance(2)
        assert "alice" not in seen.presence.people
        w.online(alice)
        await w.advance(20)
        assert "alice" in seen.presence.people


async def test_refusals_by_code() -> None:
    handler = HallHandler(Log())
    handler.barred.add("eve")
    async with world(handler) as w:
        eve = await w.client("eve")
        with refused("refused"):
            await eve.hall()
        with pytest.raises(AssertionError, match="not refused"), refused("refused"):
            pass
        with pytest.raises(AssertionError, match="refused with 'refused', not 'full'"), refused("full"):
            await eve.hall()
        with refused(4200):
            await w.client(token="made up")


async def test_what_a_handler_raises_ends_the_block_unless_it_was_expected() -> None:
    class Broken(HallHandler):
        async def add(self, ctx: HallContext, item: Item) -> Item:
            raise ValueError(item.text)

    async def play(*, expected: bool) -> None:
        async with world(Broken(Log())) as w:
            hall = await (await w.client()).hall()
            with refused("internal"):
                await hall.add(Item(text="oops"))
            if expected:
                assert [str(error) for error in w.failures.take()] == ["oops"]

    await play(expected=True)
    with pytest.raises(HandlerFailed) as failed:
        await play(expected=False)
    assert isinstance(failed.value.__cause__, ValueError)


async def test_a_slow_reader_is_closed_and_told_what_it_missed() -> None:
    async with world() as w:
        alice = await w.client()
        hall = await alice.hall()
        heard = w.hear(hall.added)
        w.stall(alice)
        for number in range(6):
            await w.app.hall().added(Item(text=f"{number}" + "x" * 2000))
        await w.settle()
        assert heard.payloads == []
        await w.advance(30)
        assert hall.recovered is False  # more than one join may replay
        await w.app.hall().added(Item(text="and on"))
        assert (await heard.next()).text == "and on"


async def test_a_restart_over_a_file_loses_nothing(tmp_path: Path) -> None:
    """A store of one's own goes by the world's clock when it is given it."""
    time = VirtualTime()

    def make() -> HallApp:
        return HallApp(HallHandler(Log()), SqliteStore(tmp_path / "kept.db", durability="process", clock=time.wall))

    async with World(make(), HallClient, time=time) as w:
        alice = await w.client()
        hall = await alice.hall()
        heard = w.hear(hall.added)
        await w.app.hall().added(Item(text="before"))
        await w.restart(make)
        await w.app.hall().added(Item(text="after"))
        await w.advance(30)
        assert [each.text for each in heard.payloads] == ["before", "after"]
        assert hall.recovered is True


async def test_expiry_renewal_and_rights() -> None:
    async with world() as w:
        renewing = await w.client("alice", ttl=60)
        ending = await w.client("bob", ttl=60, renews=False)
        hall, last = await renewing.hall(), await ending.hall()
        await w.advance(120)
        assert (await hall.add(Item(text="still here"))).text == "still here"
        with pytest.raises(NotConnected):
            await last.add(Item(text="over"))


async def test_one_world_at_a_time_and_the_clock_runs_again_afterwards() -> None:
    loop = asyncio.get_running_loop()
    async with world():
        with pytest.raises(UsageError, match="one world at a time"):
            VirtualTime().begin()
        still = loop.time()
        assert loop.time() == still
    await asyncio.sleep(0.001)
    assert "time" not in vars(loop)


async def test_what_never_ends_is_said() -> None:
    async with world() as w:
        with pytest.raises(AssertionError, match="not done after 5 s"):
            await w.until(asyncio.Event().wait(), at_most=5)


def test_the_page_about_testing_runs(chat: ModuleType, tmp_path: Path) -> None:
    """Its blocks are a test file, for the example's handlers; run as users do, without plugins."""
    text = (ROOT / "docs" / "testing.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    assert len(blocks) >= 3
    (tmp_path / "test_rooms.py").write_text("\n\n".join(blocks), encoding="utf-8")
    path = f"{ROOT / 'examples' / 'chat'}:{Path(chat.__file__ or '').parent.parent}"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:asyncio", "-p", "no:cacheprovider", "--rootdir", "."]
    done = subprocess.run(
        command, cwd=tmp_path, env={"PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"}, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
