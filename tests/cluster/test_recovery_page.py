"""docs/recovery.md is followed from top to bottom: what it says is broken is broken, what it promises is looked at."""

import asyncio
import os
import select
import shutil
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from cluster.nodes import Nodes, people_at, two_nodes
from cluster.recovery import Shell, fits, written
from faults.served import ServerProcess
from generated_chat import ROOT
from plain_http import ask
from redis_server import RedisServer, free_port
from workers.crew import Person

PREFIX = "rtgen"


@dataclass(slots=True)
class Drill:
    """A primary with the settings of the page, its spare, two nodes, and what people there have heard."""

    code: Path
    redis: RedisServer
    spare: RedisServer
    shell: Shell
    stack: AsyncExitStack
    nodes: list[ServerProcess] = field(default_factory=list)
    people: Nodes | None = None
    here: list[Person] = field(default_factory=list)
    said: str = ""

    @property
    def data(self) -> Path:
        return self.redis.folder

    async def begin(self) -> None:
        """Both Redis and both nodes."""
        own = f'port {self.redis.port}\nbind 127.0.0.1\ndir {self.data}\npidfile {self.data}/redis.pid\nsave ""\n'
        quick = "repl-diskless-sync-delay 0\n"
        (self.data / "redis.conf").write_text(written().settings + own + quick, encoding="utf-8")
        self.start()
        self.spare.start("--replicaof", f"127.0.0.1 {self.redis.port}", "--repl-diskless-sync-delay", "0")
        await self.linked()
        self.nodes = await self.stack.enter_async_context(two_nodes(self.code, self.redis, PREFIX))
        self.people = await self.stack.enter_async_context(people_at(self.nodes))
        self.shell.names["NODE"] = f"http://127.0.0.1:{self.nodes[0].port}"
        ada = await self.come()
        await ada.act("topic", "the newest")
        await ada.act("revoke", "mallory")

    def start(self) -> None:
        """The primary, as its machine does when it is switched on."""
        self.redis.run(["redis-server", f"{self.data}/redis.conf"], "Ready to accept connections")

    async def linked(self) -> None:
        """The spare has everything."""
        async with asyncio.timeout(20):
            while b"master_link_status:up" not in self.spare.ask("INFO", "replication"):
                await asyncio.to_thread(self.redis.ask, "WAIT", 1, 100)
            assert await asyncio.to_thread(self.redis.ask, "WAIT", 1, 5000) == 1

    async def come(self) -> Person:
        """Somebody at each node, in the place of whoever was there; the first of them."""
        assert self.people is not None
        for each in self.here:
            await each.socket.close()
        self.here = [await self.people.person_at(each) for each in self.nodes]
        assert "number" in await self.here[0].act("add", "kept")
        await self.here[-1].heard("room.added", "kept")
        return self.here[0]

    async def told(self) -> None:
        """Everybody was told that something may be missing, and can go on."""
        for each in self.here:
            assert (await each.heard("$resync"))[2]["reason"] == "epoch_changed"
        await self.come()

    def newest(self) -> list[str]:
        """What a join gives."""
        joined = next(frame[3] for frame in self.here[0].frames if frame[0] == "$joined")
        return [payload["text"] for _, payload in joined.get("state", [])]

    async def lose(self) -> None:
        """SIGKILL for the primary, whoever has started it; gone when this returns."""
        self.redis.stop()
        file = self.data / "redis.pid"
        if not file.exists():
            return
        with suppress(ProcessLookupError):
            process = os.pidfd_open(int(file.read_text()))
            signal.pidfd_send_signal(process, signal.SIGKILL)
            await asyncio.to_thread(select.select, [process], [], [], 20)
            os.close(process)
        file.unlink()

    async def lose_primary(self) -> None:
        """And the first node knows it."""
        await self.lose()
        async with asyncio.timeout(20):
            while (await ask(self.shell.names["NODE"], "/ready")).body == b"ok\n":
                pass


async def nothing(_: Drill) -> None:
    """Happens."""


async def damage_the_log(drill: Drill) -> None:
    await drill.lose_primary()
    (log,) = (drill.data / "appendonlydir").glob("*.incr.aof")
    with log.open("ab") as file:
        file.write(b"*3\r\n$3\r\nSET\r\nthis is damaged\r\n" * 10)


async def lose_everything(drill: Drill) -> None:
    await drill.lose_primary()
    shutil.rmtree(drill.data / "appendonlydir")


async def lose_a_node(drill: Drill) -> None:
    await drill.nodes[1].kill()


async def lose_the_region(drill: Drill) -> None:
    await drill.linked()
    await drill.lose()
    await drill.nodes[0].kill()


async def bring_it_back(drill: Drill) -> None:
    drill.start()


async def newest_values_are_there(drill: Drill) -> None:
    await drill.told()
    assert drill.newest() == ["the newest"]
    assert drill.redis.ask("ZCARD", f"{drill.shell.names['NAMES']}:revoked") == 1


async def all_is_begun_anew(drill: Drill) -> None:
    await drill.told()
    assert drill.newest() == []
    assert drill.redis.ask("ZCARD", f"{drill.shell.names['NAMES']}:revoked") == 1
    await are_counted(drill, 2)


async def who_was_there_is_gone(drill: Drill) -> None:
    drill.nodes.pop()
    await drill.here.pop().gone()
    await drill.come()
    await are_counted(drill, 1)


async def are_counted(drill: Drill, number: int) -> None:
    async with asyncio.timeout(20):
        while (await drill.here[0].act("count"))["number"] != number:
            pass


async def the_spare_serves(drill: Drill) -> None:
    port = int(drill.shell.names["SERVER"].partition("--port ")[2].split()[0])
    drill.nodes = [ServerProcess(drill.code, drill.code, port=port)]
    await drill.come()
    assert drill.newest() == ["the newest"]


async def it_follows_the_other(drill: Drill) -> None:
    assert (drill.shell.folder / "only-there.rdb").read_bytes()[:5] == b"REDIS"
    assert b"role:slave" in drill.redis.ask("INFO", "replication")


async def keys_are_listed(drill: Drill) -> None:
    assert f"{drill.shell.names['NAMES']}:{{rooms/" in drill.said


Deed = Callable[[Drill], Awaitable[None]]

SCENES: dict[str, tuple[Deed, Deed]] = {
    "Before anything happens": (Drill.begin, nothing),
    "Is it Redis?": (Drill.lose_primary, nothing),
    "Redis is lost, its machine is there": (nothing, newest_values_are_there),
    "Its log is damaged": (damage_the_log, newest_values_are_there),
    "Nothing is left of it": (lose_everything, all_is_begun_anew),
    "Or it begins with a copy": (nothing, newest_values_are_there),
    "A node is lost": (lose_a_node, who_was_there_is_gone),
    "A region is lost, or the primary's machine": (lose_the_region, the_spare_serves),
    "The lost one comes back": (bring_it_back, it_follows_the_other),
    "Something of one address is wrong": (nothing, keys_are_listed),
}
"""What happens before the commands of a part, and what is true after them."""


@asynccontextmanager
async def drilled(folder: Path, code: Path) -> AsyncIterator[Drill]:
    """Nothing runs yet, and nothing runs any more in the end."""
    redis, spare = RedisServer(folder / "primary", port=free_port()), RedisServer(folder / "spare", port=free_port())
    names = {
        "REDIS": f"{redis.url}?lease=3",
        "SPARE": spare.url,
        "SPARE_AT": f"127.0.0.1 {spare.port}",
        "CONF": str(redis.folder / "redis.conf"),
        "DATA": str(redis.folder),
        "NODE": "",
        "NODES": "2",
        "SERVER": f"{sys.executable} -m crew --handlers {code / 'handlers'} --port {free_port()} --metrics",
        "NAMES": f"{PREFIX}:crew:0",
        "PYTHONPATH": os.pathsep.join([str(code), str(ROOT / "templates" / "python" / "runtime")]),
    }
    for each in redis, spare:
        each.folder.mkdir()
    shell = Shell(folder, names)
    async with AsyncExitStack() as stack:
        drill = Drill(code, redis, spare, shell, stack)
        try:
            yield drill
        finally:
            await shell.close()
            await drill.lose()
            spare.stop()


@pytest.mark.timeout(120)
async def test_every_command_does_what_the_page_says(tmp_path: Path, code: Path) -> None:
    async with drilled(tmp_path, code) as drill:
        for heading, blocks in written().parts.items():
            before, after = SCENES[heading]
            await before(drill)
            for block in blocks:
                drill.said = await drill.shell.run(block)
            await after(drill)


async def test_every_name_of_the_page_has_a_value_and_every_part_a_scene(tmp_path: Path, code: Path) -> None:
    page = written()
    assert list(page.parts) == list(SCENES)
    async with drilled(tmp_path, code) as drill:
        assert drill.shell.names.keys() - {"PYTHONPATH"} == page.names.keys()


def test_what_comes_out_is_compared_whole() -> None:
    assert fits("role:master\nlag=1\n", "role:master\nlag=…\n")
    assert not fits("role:master\nlag=1\nmore", "role:master\nlag=1\n")
    assert not fits("role:slave", "role:master")
