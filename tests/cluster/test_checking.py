"""`--check`, and what keeps a node from starting: what is wrong with a Redis is said, and what to change."""

import asyncio
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from certificates import certified
from generated_chat import ROOT
from redis_server import RedisServer, free_port, redis_server
from rtgen_runtime.command_line import CannotStart, _redis
from rtgen_runtime.errors import CannotOpenStore
from rtgen_runtime.redis import checking
from rtgen_runtime.redis.checking import check
from rtgen_runtime.redis.finding import Finding
from rtgen_runtime.redis.target import targets_of


@pytest.fixture
def own(tmp_path: Path) -> Iterator[RedisServer]:
    """A Redis that a test may set up badly."""
    server = RedisServer(tmp_path)
    server.start()
    yield server
    server.stop()


async def found(url: str) -> dict[str, bool]:
    """What is said, and whether a node could not start."""
    (target,) = targets_of(url, {})
    return {str(each): each.is_fatal for each in await check(target, "crew")}


def said(findings: dict[str, bool], words: str) -> bool:
    """Whether the one with these words is fatal."""
    (one,) = [fatal for text, fatal in findings.items() if words in text]
    return one


async def test_a_good_one_has_nothing_to_change(own: RedisServer) -> None:
    own.ask("CONFIG", "SET", "maxmemory", "100mb")
    own.ask("CONFIG", "SET", "requirepass", "secret")
    assert await found(own.url.replace("redis://", "redis://:secret@")) == {}


async def test_f10_no_password_and_no_encryption_are_said_and_refused_when_strict(own: RedisServer) -> None:
    assert not said(await found(own.url), "no password")
    (target,) = targets_of("redis+sentinel://localhost/cache?strict=yes", {})
    assert list(checking._of_target(target, "localhost"))[1:] == []
    found_elsewhere = list(checking._of_target(target, "cache.example"))  # where the sentinel here says it is
    assert len(found_elsewhere) == 2
    for finding in found_elsewhere:
        finding.insist(strict=False)
        with pytest.raises(CannotOpenStore):
            finding.insist(strict=True)


async def test_policies_that_lose_something_are_named(own: RedisServer) -> None:
    own.ask("CONFIG", "SET", "maxmemory-policy", "volatile-lru")
    own.ask("CONFIG", "SET", "timeout", "60")
    own.ask("CONFIG", "SET", "client-output-buffer-limit", "pubsub 1000 0 0")
    findings = await found(own.url)
    for words in ("maxmemory-policy noeviction", "nothing bounds", "silent for 60 s", "1000 bytes behind"):
        assert not said(findings, words)
    assert said(await found(f"{own.url}?epoch=keep"), "nothing is written to disk")


async def test_a_promise_to_lose_nothing_that_is_not_kept_is_told(own: RedisServer) -> None:
    own.ask("CONFIG", "SET", "appendonly", "yes")
    keeps = f"{own.url}?epoch=keep"
    assert not said(await found(keeps), "appendfsync everysec a machine that dies")
    own.ask("CONFIG", "SET", "appendfsync", "always")
    assert not any("epoch=keep" in text for text in await found(keeps))
    own.ask("CONFIG", "SET", "appendfsync", "no")
    assert not any("epoch=keep" in text for text in await found(own.url))
    (sentinels,) = targets_of("redis+sentinel://a/cache?epoch=keep&strict=yes", {})
    (told,) = checking._of_disk({"aof_enabled": "1"}, sentinels)
    assert "a replica that takes over" in str(told)
    assert told.ends(strict=True)
    assert len(list(checking._of_disk({"aof_enabled": "1", "connected_slaves": "1"}, targets_of(keeps, {})[0]))) == 1


async def test_one_that_is_full_is_told(own: RedisServer) -> None:
    own.ask("CONFIG", "SET", "maxmemory", "100mb")
    assert not any("is used" in text for text in await found(own.url))
    own.ask("CONFIG", "SET", "maxmemory", "100kb")
    assert not said(await found(own.url), "is used: CONFIG SET maxmemory to more")


async def test_a_user_without_rights_is_told_which_ones(own: RedisServer) -> None:
    own.ask("ACL", "SETUSER", "node", "on", ">x", "~rtgen:*", "&rtgen:*", "+@all", "-xadd")
    findings = await found(own.url.replace("redis://", "redis://node:x@"))
    assert said(findings, "xadd")
    own.ask("ACL", "SETUSER", "node", "+xadd")
    url = own.url.replace("redis://", "redis://node:x@")
    assert not any((await found(url)).values())
    own.ask("ACL", "SETUSER", "node", "resetkeys", "~other:*")
    assert said(await found(url), "may not do everything")


async def test_the_rights_that_are_proposed_are_enough(own: RedisServer) -> None:
    own.ask("ACL", "SETUSER", "node", "on", ">x", "+info", "+acl|dryrun", "+auth")
    url = own.url.replace("redis://", "redis://node:x@")
    (advice,) = [text for text, fatal in (await found(url)).items() if fatal]
    words = advice.partition("ACL SETUSER ")[2].split()
    own.ask("ACL", "SETUSER", *words)
    assert not any((await found(url)).values())


async def test_what_can_not_be_reached_or_entered_is_one_finding(own: RedisServer) -> None:
    assert said(await found(f"redis://127.0.0.1:{free_port()}"), "can't reach")
    assert said(await found(own.url.replace("redis://", "redis://me:wrong@")), "refuses")
    assert said(await found(own.url.replace("redis://", "redis+sentinel://") + "name"), "if it is no sentinel")
    own.ask("REPLICAOF", "127.0.0.1", "1")
    assert said(await found(own.url), "is a replica")


async def test_an_old_one_a_cluster_and_another_time_are_told(
    own: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert [str(each) for each in checking._of_version({"redis_version": "6.2.14"})] == [
        "Redis 6.2.14 is too old: 7.0 or newer is needed"
    ]
    assert [each.is_fatal for each in checking._of_version({"redis_version": "7.2.4", "cluster_enabled": "1"})] == [
        True
    ]
    monkeypatch.setattr(time, "time", lambda: 1000.0)
    assert not said(await found(own.url), "apart")


def test_a_finding_is_one_line() -> None:
    assert str(Finding("this is wrong", "do that")) == "this is wrong: do that"


async def started(code: Path, store: str, *options: str) -> tuple[int, str, str]:
    """A server that ends by itself."""
    path = f"{code}{os.pathsep}{ROOT / 'templates' / 'python' / 'runtime'}"
    command = ("-m", "crew", "--port", "0", "--handlers", str(code / "handlers"), "--store", store, *options)
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        sys.executable, *command, stdout=pipe, stderr=pipe, env={**os.environ, "PYTHONPATH": path}
    )
    out, err = await asyncio.wait_for(process.communicate(), 30)
    return process.returncode or 0, out.decode(), err.decode()


async def test_the_command_says_it_and_a_server_does_not_start(code: Path, own: RedisServer) -> None:
    status, out, err = await started(code, own.url, "--check")
    assert (status, err) == (0, "")
    assert out.startswith(f"{own.url}: fit, but see below\n")
    assert "maxmemory" in out
    nowhere = f"redis://:secret@127.0.0.1:{free_port()}"
    status, out, err = await started(code, nowhere, "--check")
    assert (status, "can't reach" in out) == (2, True)
    status, out, err = await started(code, nowhere)
    assert (status, out) == (2, "")
    assert err.startswith("error: can't reach redis://127.0.0.1:")
    assert err.count("\n") == 1
    assert "secret" not in err


async def test_what_keeps_a_node_from_starting_is_what_the_check_calls_not_fit(code: Path, own: RedisServer) -> None:
    own.ask("CONFIG", "SET", "maxmemory-policy", "allkeys-lru")
    strict = f"{own.url}?strict=yes"
    status, out, _ = await started(code, strict, "--check")
    assert (status, out.splitlines()[0]) == (2, f"{own.url}: not fit")
    assert "allkeys-lru" in out.splitlines()[1]  # the worst first
    status, _, err = await started(code, strict)
    assert (status, "allkeys-lru" in err) == (2, True)


async def test_one_that_asks_for_a_certificate_gets_ours(tmp_path: Path) -> None:
    file = certified(tmp_path).file
    port = free_port()
    names = ("--tls-cert-file", "--tls-key-file", "--tls-ca-cert-file")
    options = ("--tls-port", str(port), *(word for name in names for word in (name, str(file))))
    with redis_server(tmp_path, *options):
        url = f"rediss://localhost:{port}/0?ca={file}"
        assert said(await found(url), "?cert=FILE&key=FILE")
        assert not any((await found(f"{url}&cert={file}")).values())


def test_without_the_parser_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [each for each in sys.modules if each.startswith("rtgen_runtime.redis.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "hiredis", None)
    with pytest.raises(CannotStart, match="pip install 'hiredis"):
        _redis()
