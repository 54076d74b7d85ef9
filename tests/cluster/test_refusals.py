"""What is wrong with a Redis, said as an operator can use it: what, where, and what to change; and no node crashes."""

import asyncio
import contextlib
import logging
import os
import re
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from certificates import certified
from cluster.ears import ROOM, nodes, prefixed
from faults.served import ServerProcess
from generated_chat import ROOT
from redis_server import RedisServer, free_port
from rtgen_runtime.broker.words import Said
from rtgen_runtime.errors import StoreUnavailable
from rtgen_runtime.redis import rights, shard
from rtgen_runtime.redis.checking import check
from rtgen_runtime.redis.finding import Finding
from rtgen_runtime.redis.names import Names
from rtgen_runtime.redis.target import targets_of

RIGHTS = ("~rtgen:*", "&rtgen:*", "+@all")
EVERYTHING = ("~*", "&*", "+@all")


@pytest.fixture
def own(tmp_path: Path) -> Iterator[RedisServer]:
    """A Redis that a test may set up badly."""
    server = RedisServer(tmp_path)
    server.start()
    yield server
    server.stop()


async def found(url: str) -> list[Finding]:
    """What is said."""
    (target,) = targets_of(url, {})
    return await check(target, "crew")


async def fatal(url: str) -> Finding:
    """The only one that keeps a node from starting."""
    (one,) = [each for each in await found(url) if each.is_fatal]
    return one


def as_user(own: RedisServer) -> str:
    """The URL of a user with few rights."""
    return own.url.replace("redis://", "redis://node:x@")


@asynccontextmanager
async def answering(*answers: bytes) -> AsyncIterator[str]:
    """Somebody who is no Redis, or an old one: says one thing after the other, whatever is asked; the URL."""
    over = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for answer in answers:
            if not await reader.read(4096):
                break
            writer.write(answer)
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()
        over.set()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        yield f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        await asyncio.wait_for(over.wait(), 10)


def bulk(text: str) -> bytes:
    """As Redis writes a text."""
    return f"${len(text)}\r\n{text}\r\n".encode()


async def test_an_old_redis_is_told_which_one_is_needed() -> None:
    info = "redis_version:6.2.14\r\nrole:master\r\nrun_id:a\r\n"
    # SETNAME, INFO twice, CONFIG GET, then it knows nothing more
    unknown = b"-ERR unknown command\r\n"
    async with answering(b"+OK\r\n", bulk(info), bulk(info), b"*0\r\n", *[unknown] * 200) as url:
        one = await fatal(url)
    assert str(one) == "Redis 6.2.14 is too old: 7.0 or newer is needed"


async def test_something_else_that_listens_there_is_no_redis() -> None:
    async with answering(b"HTTP/1.1 400 Bad Request\r\n\r\n") as url:
        one = await fatal(url)
    assert url in one.words
    assert "does not answer as a Redis does" in one.words
    assert "host and port" in one.change


async def test_a_sentinel_is_asked_as_one(own: RedisServer, tmp_path: Path) -> None:
    sentinel = RedisServer(tmp_path, port=free_port())
    file = tmp_path / "sentinel.conf"
    file.write_text(f"port {sentinel.port}\nbind 127.0.0.1\nsentinel monitor main 127.0.0.1 {own.port} 1\n")
    sentinel.run(["redis-server", str(file), "--sentinel"], "+monitor master")
    try:
        one = await fatal(sentinel.url)
        assert "is a sentinel" in one.words
        assert "redis+sentinel://" in one.change
        one = await fatal(f"redis+sentinel://127.0.0.1:{sentinel.port}/other")
        assert "knows no such master" in one.words
        assert not any(each.is_fatal for each in await found(f"redis+sentinel://127.0.0.1:{sentinel.port}/main"))
    finally:
        sentinel.stop()


async def test_encryption_that_only_one_side_expects(own: RedisServer, tmp_path: Path) -> None:
    one = await fatal(own.url.replace("redis://", "rediss://"))
    assert "no answer in time" in one.words  # it waits for the end of a line
    assert "redis:// is without TLS" in one.change
    file = certified(tmp_path).file
    server = RedisServer(tmp_path, port=free_port())
    tls = ("--tls-port", str(server.port), "--tls-cert-file", str(file), "--tls-key-file", str(file))
    more = ("--tls-ca-cert-file", str(file), "--tls-auth-clients", "no", "--save", "")
    server.run(["redis-server", "--port", "0", "--bind", "127.0.0.1", *tls, *more], "Ready to accept connections")
    try:
        one = await fatal(server.url)
        assert "rediss://" in one.change
        one = await fatal(server.url.replace("redis://", "rediss://"))
        assert "certificate" in one.words
        assert "?ca=" in one.change
    finally:
        server.stop()


async def test_a_database_that_is_not_there(own: RedisServer) -> None:
    one = await fatal(own.url.replace("/0", "/99"))
    assert "DB index is out of range" in one.words


async def test_passwords_that_are_missing_wrong_or_too_much(own: RedisServer) -> None:
    one = await fatal(own.url.replace("redis://", "redis://:x@"))
    assert "without any password" in one.words
    own.ask("CONFIG", "SET", "requirepass", "secret")
    one = await fatal(own.url)
    assert "NOAUTH" in one.words
    assert "RTGEN_REDIS_PASSWORD" in one.change
    one = await fatal(own.url.replace("redis://", "redis://:wrong@"))
    assert "WRONGPASS" in one.words
    assert "RTGEN_REDIS_PASSWORD" in one.change
    assert "wrong@" not in str(one)


async def test_a_user_with_no_rights_at_all_gets_the_line_that_gives_them(own: RedisServer) -> None:
    own.ask("ACL", "SETUSER", "node", "on", ">x")
    one = await fatal(as_user(own))
    assert "NOPERM" in one.words
    line = one.change.partition("ACL SETUSER ")[2].split()
    own.ask("ACL", "SETUSER", *line)
    assert not any(each.is_fatal for each in await found(as_user(own)))


def test_every_command_that_a_node_uses_is_asked_for() -> None:
    known = {each.partition("|")[0] for each in rights._COMMANDS}
    scripts = {name for script in shard._SCRIPTS for name in re.findall(r"redis\.call\('(\w+)'", script.text)}
    assert scripts - known == set()
    folder = Path(rights.__file__).parent
    code = "".join(each.read_text(encoding="utf-8") for each in folder.glob("*.py") if each.name != "rights.py")
    sent = set(re.findall(r"(?:ask|cast|send|packed)\(\s*(?:\w+,\s*)?\*?\(?\"([A-Z]+)\"", code))
    assert {"PUBLISH", "ZADD", "HVALS", "PING"} <= sent
    assert sent - known == {"SENTINEL", "CONFIG", "TYPE", "SCRIPT", "CLIENT", "EVALSHA"} - known


@pytest.mark.parametrize("command", ["xadd", "subscribe", "publish", "evalsha", "script|load"])
async def test_a_right_that_is_missing_is_found_by_who_may_not_ask(command: str, own: RedisServer) -> None:
    """`ACL DRYRUN` is for administrators: then each command is queued, which Redis judges, and none is done."""
    own.ask("ACL", "SETUSER", "node", "on", ">x", *RIGHTS, "-acl", f"-{command}")
    one = await fatal(as_user(own))
    assert command in one.words
    own.ask("ACL", "SETUSER", "node", f"+{command}")
    assert not any(each.is_fatal for each in await found(as_user(own)))
    own.ask("ACL", "SETUSER", "node", "resetchannels", "&other:*")
    assert "may not do everything" in (await fatal(as_user(own))).words
    assert own.ask("DBSIZE") == 0


async def test_rights_that_nobody_may_ask_for_are_said_to_be_unknown(own: RedisServer) -> None:
    own.ask("ACL", "SETUSER", "node", "on", ">x", *RIGHTS, "-acl", "-multi")
    (one,) = [each for each in await found(as_user(own)) if "acl|dryrun" in each.change]
    assert not one.is_fatal


@pytest.mark.parametrize("name", ["generation", "process", "session_key", "nodes", "flags", "revoked"])
async def test_a_key_of_another_program_is_named_before_a_node_starts(name: str, own: RedisServer) -> None:
    key = getattr(Names("rtgen", "crew", 0), name)
    own.ask("XADD", key, "*", "a", "b")
    one = await fatal(own.url)
    assert f"{key.decode()} is a stream" in one.words
    assert "?prefix=" in one.change


async def test_an_evicting_policy_is_refused_when_strict(own: RedisServer) -> None:
    own.ask("CONFIG", "SET", "maxmemory", "100mb", "maxmemory-policy", "allkeys-lru")
    (one,) = [each for each in await found(own.url) if "allkeys-lru" in each.words]
    assert (one.is_fatal, one.is_strict) == (False, True)
    assert "maxmemory-policy noeviction" in one.change


async def test_a_channel_that_may_not_be_heard_is_said(own: RedisServer, caplog: pytest.LogCaptureFixture) -> None:
    """A right that is taken while the node runs: joins are refused, others go on."""
    caplog.set_level(logging.WARNING)
    own.ask("ACL", "SETUSER", "node", "on", ">x", *EVERYTHING)
    async with nodes(prefixed(as_user(own), "&patience=0.3"), 1, on_loss="refuse") as (node,):
        prefix = node.shard.names.prefix
        own.ask(
            "ACL", "SETUSER", "node", "resetchannels", f"&{prefix}*{ROOM}*", f"&{prefix}node:*", f"&{prefix}control"
        )
        await node.shard.commands.ask("PING")
        with pytest.raises(StoreUnavailable, match="to access one of the channels"):
            await node.shard.ready("rooms/b")
        await node.ears.until(lambda: node.broker.is_up)
        await node.append("1")
        assert node.ears.offsets() == [1]
    assert "to access one of the channels" in caplog.text


async def test_a_command_that_may_not_be_done_fails_alone(own: RedisServer) -> None:
    own.ask("ACL", "SETUSER", "node", "on", ">x", *EVERYTHING)
    async with nodes(prefixed(as_user(own))) as (one, other):
        own.ask("ACL", "SETUSER", "node", "-xadd")
        with pytest.raises(StoreUnavailable, match="The user executing the script"):
            await one.append("1")
        word = Said("room.hint", b"hello")
        one.broker.say(ROOM, word)
        await other.ears.has(word)
        own.ask("ACL", "SETUSER", "node", "+xadd")
        assert (await one.append("2")).offset >= 1
        await other.ears.until(lambda: other.ears.texts()[-1:] == [b"2"])


@pytest.fixture
def remote(tmp_path: Path) -> Iterator[RedisServer]:
    """At an address that counts as another machine's, without a password and without TLS."""
    server = RedisServer(tmp_path, ("--bind", "127.0.0.1", "127.0.0.2"))
    server.start()
    yield server
    server.stop()


@pytest.mark.parametrize(
    ("more", "words"),
    [("", "there is no password"), (":secret@", "what is said to Redis is not encrypted")],
)
async def test_f10_a_server_warns_of_an_open_redis_and_with_strict_does_not_start(
    more: str, words: str, code: Path, remote: RedisServer
) -> None:
    if more:
        remote.ask("CONFIG", "SET", "requirepass", "secret")
    store = f"redis://{more}127.0.0.2:{remote.port}/0"
    server = ServerProcess(code, code, store=f"{store}?strict=yes", package="crew")
    status, said = await ended(server)
    assert (status, said.count("\n")) == (2, 1)
    assert said.startswith(f"error: {words}")
    warned = await started(ServerProcess(code, code, store=store, package="crew"), words)
    assert words in warned
    assert "secret" not in warned + said


async def ended(server: ServerProcess) -> tuple[int, str]:
    """Code and words of one that does not start."""
    process = await _run(server)
    _, said = await asyncio.wait_for(process.communicate(), 30)
    return process.returncode or 0, said.decode()


async def started(server: ServerProcess, words: str) -> str:
    """What one that starts says on the way, up to some words."""
    process = await _run(server)
    assert process.stderr is not None
    assert process.stdout is not None
    said = ""
    try:
        async with asyncio.timeout(30):
            while words not in said:
                line = await process.stderr.readline()
                assert line, said
                said += line.decode()
            assert await process.stdout.readline()
    finally:
        process.kill()
        await process.communicate()
    return said


async def _run(server: ServerProcess) -> asyncio.subprocess.Process:
    path = f"{server.code}{os.pathsep}{ROOT / 'templates' / 'python' / 'runtime'}"
    options = ("--port", "0", "--handlers", str(server.code / "handlers"), "--store", server.store)
    pipe = asyncio.subprocess.PIPE
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", server.package, *options),
        stdout=pipe,
        stderr=pipe,
        env={**os.environ, "PYTHONPATH": path},
    )
