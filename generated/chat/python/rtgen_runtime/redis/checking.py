"""Is a Redis fit for this? Its version, role, policies, rights and clock, and what to change where it is not."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from rtgen_runtime.errors import CannotOpenStore
from rtgen_runtime.redis.names import Names
from rtgen_runtime.redis.opening import NotUsable, facts_of, open_wire
from rtgen_runtime.redis.target import Target
from rtgen_runtime.redis.wire import ReplyError, Wire

OLDEST: Final = (7, 0)
SKEW: Final = 2.0
"""Seconds that clocks may differ unmentioned."""
_WITHIN: Final = 5.0

_COMMANDS: Final = (
    *("AUTH", "SELECT", "INFO", "PING", "TIME", "CLIENT|SETNAME", "SCRIPT|LOAD"),
    *("EVALSHA", "PUBLISH", "SUBSCRIBE", "UNSUBSCRIBE", "GET", "SET", "DEL", "EXISTS"),
    *("HGET", "HSET", "HMGET", "HGETALL", "HVALS", "HDEL", "HLEN", "HINCRBY"),
    *("HEXISTS", "HSETNX", "XADD", "XRANGE", "XREVRANGE", "XLEN", "XDEL", "PEXPIRE"),
    *("PTTL", "ZADD", "ZSCORE", "ZRANGE", "ZRANGEBYSCORE", "ZRANGEBYLEX", "ZCARD"),
    *("ZREM", "ZREMRANGEBYSCORE", "SADD", "SREM", "SPOP", "SCARD"),
)
"""All that a node uses."""

_logger: Final = logging.getLogger("rtgen.redis")


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to change. `is_fatal`: a node does not start; `is_strict`: nor does one with `strict=yes`."""

    words: str
    change: str
    is_fatal: bool = False
    is_strict: bool = False

    def __str__(self) -> str:
        return f"{self.words}: {self.change}"

    def insist(self, *, strict: bool) -> None:
        """Log it, unless it is to keep a node from starting.

        Raises:
            CannotOpenStore: It is.
        """
        if self.is_fatal or (strict and self.is_strict):
            raise CannotOpenStore(str(self))
        _logger.warning("%s", self)


async def check(target: Target, contract: str) -> list[Finding]:
    """Everything that is to be changed, the worst first."""
    try:
        wire = await open_wire(target, "rtgen:check")
    except NotUsable as problem:
        return [Finding(str(problem), "see whether it runs, and what it lets in", True)]
    try:
        async with asyncio.timeout(_WITHIN):
            found = [*_of_target(target), *await _of_redis(wire, target, contract)]
    except (OSError, TimeoutError, ReplyError) as problem:
        words = f"{target.name} has not answered: {problem or 'in time'}"
        return [Finding(words, "see whether it is overloaded", True)]
    finally:
        wire.abort()
    return sorted(found, key=lambda each: not each.is_fatal)


def _of_target(target: Target) -> Iterator[Finding]:
    if not target.password:
        yield Finding(
            "there is no password: whoever reaches Redis reads and writes everything",
            "set one, and name it in RTGEN_REDIS_PASSWORD",
            is_strict=not target.is_local,
        )
    if target.tls is None and not target.is_local:
        yield Finding(
            "what is said to Redis is not encrypted",
            "use rediss://, unless the network is your own",
            is_strict=True,
        )


async def _of_redis(wire: Wire, target: Target, contract: str) -> list[Finding]:
    facts = facts_of(await wire.ask("INFO"))
    found = [*_of_version(facts), *_of_memory(facts), *_of_disk(facts, target)]
    found += await _of_settings(wire)
    with contextlib.suppress(ReplyError):  # not everybody may look
        found += await _of_clock(wire)
    return found + await _of_rights(wire, target, contract)


async def _of_clock(wire: Wire) -> list[Finding]:
    before = time.time()
    seconds, micro = await wire.ask("TIME")
    apart = abs(int(seconds) + int(micro) / 1e6 - (before + time.time()) / 2)
    if apart <= SKEW:
        return []
    return [
        Finding(
            f"the clocks of Redis and this machine are {apart:.0f} s apart",
            "have both follow the same time servers (NTP)",
        )
    ]


def _of_version(facts: dict[str, str]) -> Iterator[Finding]:
    version = facts.get("redis_version", "0")
    numbers = tuple(int(each) for each in version.split(".")[:2] if each.isdigit())
    if numbers < OLDEST:
        yield Finding(
            f"Redis {version} is too old", "7.0 or newer is needed", is_fatal=True
        )
    if facts.get("cluster_enabled", "0") != "0":
        yield Finding(
            "this is a Redis Cluster",
            "name several independent servers instead, separated by commas",
            is_fatal=True,
        )


def _of_memory(facts: dict[str, str]) -> Iterator[Finding]:
    policy = facts.get("maxmemory_policy", "noeviction")
    if policy != "noeviction":
        yield Finding(
            f"when memory is short, Redis drops what is kept (maxmemory-policy {policy})",
            "CONFIG SET maxmemory-policy noeviction: then publishing is refused, and nothing is lost",
        )
    if facts.get("maxmemory", "0") == "0":
        yield Finding(
            "nothing bounds the memory of Redis: the machine's may run out",
            "CONFIG SET maxmemory to what it may have",
        )


def _of_disk(facts: dict[str, str], target: Target) -> Iterator[Finding]:
    if target.keeps_epoch and facts.get("aof_enabled", "0") == "0":
        yield Finding(
            "epoch=keep says that nothing acknowledged is ever lost, but nothing is written to disk",
            "appendonly yes and appendfsync always, or leave out epoch=keep",
            is_fatal=True,
        )


async def _of_settings(wire: Wire) -> list[Finding]:
    found: list[Finding] = []
    try:
        names = ("timeout", "client-output-buffer-limit")
        settings: list[Any] = await wire.ask("CONFIG", "GET", *names)
    except ReplyError:  # not everybody may look
        return found
    values = dict(zip(settings[::2], settings[1::2], strict=True))
    if values.get(b"timeout", b"0") != b"0":
        seconds = values[b"timeout"].decode()
        found.append(
            Finding(
                f"Redis hangs up on whoever is silent for {seconds} s",
                "CONFIG SET timeout 0: nodes look after their connections themselves",
            )
        )
    limits = values.get(b"client-output-buffer-limit", b"").split()
    if b"pubsub" in limits:
        hard = int(limits[limits.index(b"pubsub") + 1])
        if 0 < hard < 8 * 1024 * 1024:
            found.append(
                Finding(
                    f"Redis drops a node that is {hard} bytes behind",
                    'CONFIG SET client-output-buffer-limit "pubsub 32mb 8mb 60"',
                )
            )
    return found


async def _of_rights(wire: Wire, target: Target, contract: str) -> list[Finding]:
    names = Names(target.prefix, contract, target.database)
    me = target.username or "default"
    missing: list[str] = []
    for command in _COMMANDS:
        words = command.split("|")
        try:
            answer = await wire.ask(
                "ACL", "DRYRUN", me, *words, *_arguments(words, names)
            )
        except ReplyError as problem:
            if "wrong number" in str(problem) or "arity" in str(problem):
                continue
            return []  # who may not ask learns it from what fails
        if answer != b"OK" and b"no permissions" in answer:
            missing.append(answer.decode())
    if not missing:
        return []
    return [
        Finding(
            f"user {me} may not do everything: {'; '.join(sorted(set(missing))[:3])}",
            f"ACL SETUSER {me} ~{names.pattern} &{names.pattern} "
            + " ".join(f"+{each.lower()}" for each in _COMMANDS),
            is_fatal=True,
        )
    ]


def _arguments(words: list[str], names: Names) -> list[str]:
    """Enough for Redis to know which keys a command would touch."""
    key = f"{names.prefix}x"
    match words[0]:
        case "AUTH" | "INFO" | "PING" | "TIME":
            return ["x"] if words[0] == "AUTH" else []
        case "SELECT":
            return ["0"]
        case "CLIENT" | "SCRIPT":
            return ["x"]
        case "EVALSHA":
            return ["x", "1", key]
        case "PUBLISH":
            return [key, "x"]
        case "SUBSCRIBE" | "UNSUBSCRIBE":
            return [key]
        case "GET" | "DEL" | "EXISTS" | "HGETALL" | "HVALS" | "HLEN" | "XLEN":
            return [key]
        case "PTTL" | "ZCARD" | "SPOP" | "SCARD":
            return [key]
        case "HGET" | "HDEL" | "HMGET" | "HEXISTS" | "XDEL" | "PEXPIRE":
            return [key, "1"]
        case "ZSCORE" | "ZREM" | "SADD" | "SREM" | "SET":
            return [key, "1"]
        case "XADD":
            return [key, "*", "a", "b"]
        case _:
            return [key, "1", "1"]
