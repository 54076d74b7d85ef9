"""Sentinels and TLS: another primary takes over, and nothing that was acknowledged is lost without a word."""

import asyncio
import signal
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from certificates import certified
from cluster.ears import ROOM, Node, nodes, prefixed
from redis_server import RedisServer, free_port
from rtgen_runtime.redis.opening import NotUsable, open_wire
from rtgen_runtime.redis.target import targets_of

_SENTINEL = """
port {port}
bind 127.0.0.1
sentinel monitor main 127.0.0.1 {primary} 1
sentinel down-after-milliseconds main 500
sentinel failover-timeout main 3000
sentinel parallel-syncs main 1
"""


class Guarded:
    """A primary, a replica and a sentinel, which takes half a second to see that the former is gone."""

    def __init__(self, folder: Path) -> None:
        self.servers = [RedisServer(self._folder(folder, name)) for name in ("primary", "replica")]
        self.sentinel = RedisServer(self._folder(folder, "sentinel"))

    @staticmethod
    def _folder(folder: Path, name: str) -> Path:
        (folder / name).mkdir()
        return folder / name

    def start(self) -> None:
        primary, replica = self.servers
        primary.start("--repl-diskless-sync-delay", "0")
        replica.start("--replicaof", f"127.0.0.1 {primary.port}")
        self.sentinel.port = free_port()
        file = self.sentinel.folder / "sentinel.conf"
        file.write_text(_SENTINEL.format(port=self.sentinel.port, primary=primary.port), encoding="utf-8")
        self.sentinel.run(["redis-server", str(file), "--sentinel"], "+monitor master")

    def stop(self) -> None:
        for each in self.sentinel, *self.servers:
            each.stop()

    @property
    def url(self) -> str:
        return f"redis+sentinel://127.0.0.1:{self.sentinel.port}/main"

    async def ready(self) -> None:
        """The replica has everything, and the sentinel knows it."""
        async with asyncio.timeout(30):
            while not self._is_ready():
                await asyncio.to_thread(self.servers[0].ask, "WAIT", 1, 100)

    def _is_ready(self) -> bool:
        is_linked = b"master_link_status:up" in self.servers[1].ask("INFO", "replication")
        return is_linked and bool(self.sentinel.ask("SENTINEL", "replicas", "main"))


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[Guarded]:
    found = Guarded(tmp_path)
    found.start()
    yield found
    found.stop()


@pytest.mark.timeout(90)
@pytest.mark.parametrize("fault", ["killed", "stopped"])
async def test_f4_after_a_failover_epochs_change_and_all_are_told(fault: str, guarded: Guarded) -> None:
    """The replica lacks the tail: what it lacks was acknowledged, so everybody is told."""
    await guarded.ready()
    async with nodes(prefixed(guarded.url, "&patience=1")) as (one, other):
        first = await one.append("1")
        await one.shard.commands.ask("WAIT", 1, 1000)
        replica = guarded.servers[1]
        replica.signal(signal.SIGSTOP)
        lost = await one.append("the replica has not heard of it")
        assert lost.offset == 2
        if fault == "killed":
            guarded.servers[0].stop()
        else:
            guarded.servers[0].signal(signal.SIGSTOP)
        replica.signal(signal.SIGCONT)
        for node in one, other:
            await node.ears.until(lambda node=node: node.ears.afresh() == ["epoch_changed"])  # type: ignore[misc]
        await one.ears.until(lambda: one.broker.is_up)
        after = await one.append("2")
        assert after.epoch != first.epoch
        assert after.offset == 1
        await other.ears.until(lambda: other.ears.texts()[-1:] == [b"2"])


@pytest.mark.timeout(90)
async def test_an_old_primary_that_still_answers_is_left(guarded: Guarded) -> None:
    """Sentinels have moved on, and the node's connections still live: the tick asks them."""
    await guarded.ready()
    async with nodes(prefixed(guarded.url), 1) as (node,):
        assert await move(guarded, node) == guarded.servers[1].port


async def test_a_primary_that_is_away_is_named_and_not_its_sentinels(guarded: Guarded) -> None:
    for each in reversed(guarded.servers):  # nobody can take its place
        each.stop()
    with pytest.raises(NotUsable, match=f"can't reach 127.0.0.1:{guarded.servers[0].port}, the primary of redis"):
        await open_wire(targets_of(guarded.url, {})[0], "test")


async def move(guarded: Guarded, node: Node) -> int:
    """Where the node's commands go after a failover that was asked for."""
    before = node.shard.commands.peer
    await node.until(lambda: guarded.sentinel.ask("SENTINEL", "FAILOVER", "main") == b"OK")
    await node.ears.until(lambda: node.broker.is_up and node.shard.commands.peer not in {None, before})
    assert (await node.append("x")).offset == 1
    assert node.shard.commands.peer is not None
    return node.shard.commands.peer[1]


@pytest.fixture
async def secure(tmp_path: Path) -> AsyncIterator[tuple[RedisServer, Path]]:
    """With a password, and TLS alone."""
    file = certified(tmp_path).file
    server = RedisServer(tmp_path, port=free_port())
    tls = ("--tls-port", str(server.port), "--tls-cert-file", str(file), "--tls-key-file", str(file))
    more = ("--tls-ca-cert-file", str(file), "--tls-auth-clients", "no", "--requirepass", "se:cr@t")
    command = ["redis-server", "--port", "0", "--bind", "127.0.0.1", "--save", "", *tls, *more]
    server.run(command, "Ready to accept connections")
    yield server, file
    server.stop()


async def test_tls_and_a_password(secure: tuple[RedisServer, Path]) -> None:
    server, file = secure
    url = f"rediss://:se%3Acr%40t@localhost:{server.port}/2"
    async with nodes(prefixed(url, f"&ca={file}")) as (one, other):
        await one.append("1")
        await other.ears.until(lambda: other.ears.texts(ROOM) == [b"1"])
