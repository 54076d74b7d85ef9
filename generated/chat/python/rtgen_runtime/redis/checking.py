"""Is a Redis fit for this? Its version, role, policies, rights and clock, and what to change where it is not."""

import asyncio
import contextlib
import time
from collections.abc import Iterator
from typing import Any, Final

from rtgen_runtime.redis.finding import Finding
from rtgen_runtime.redis.names import Names
from rtgen_runtime.redis.opening import NotUsable, facts_of, open_wire
from rtgen_runtime.redis.rights import allowing, of_rights
from rtgen_runtime.redis.target import Target, is_local
from rtgen_runtime.redis.wire import ReplyError, Wire

OLDEST: Final = (7, 0)
SKEW: Final = 2.0
"""Seconds that clocks may differ unmentioned."""
_WITHIN: Final = 5.0
_NEARLY_FULL: Final = 0.9
_KEEPS: Final = "epoch=keep says that nothing acknowledged is ever lost"

_CREDENTIALS: Final = "look at user and password: in the URL, or in RTGEN_REDIS_USERNAME and RTGEN_REDIS_PASSWORD"
_ADVICE: Final = (
    ("NOAUTH", _CREDENTIALS),
    ("WRONGPASS", _CREDENTIALS),
    ("without any password", "leave the password out, or have Redis ask for one"),
    (
        "certificate",
        "name who signs its certificate (?ca=FILE), and the host as it has it",
    ),
    ("SSL", "redis://, without TLS, if it does not speak that"),
    (
        "no answer in time",
        "see what is between; redis:// is without TLS, rediss:// with",
    ),
    ("closed", "look at host and port; rediss:// if it speaks TLS"),
    ("does not answer as", "look at host and port"),
    ("is a replica", "name the primary, or the sentinels"),
    ("is a sentinel", "its URL is redis+sentinel://HOST:PORT/NAME"),
    ("is loading", "start when it has"),
    ("out of range", "name a database that it has, or none"),
    ("no such master", "look at the name after the last /: as sentinel.conf has it"),
    ("unknown command 'SENTINEL'", "redis://HOST, if it is no sentinel"),
    ("not known", "look at the name of the host"),
)
"""What to do, by what stands in the words of a failure."""


async def check(target: Target, contract: str) -> list[Finding]:
    """Everything that is to be changed, the worst first."""
    try:
        wire = await open_wire(target, "rtgen:check")
    except NotUsable as problem:
        return [Finding(str(problem), _advice(str(problem), target, contract), True)]
    try:
        async with asyncio.timeout(_WITHIN):
            found = [*_of_target(target, wire.peer[0])]
            found += await _of_redis(wire, target, contract)
    except (OSError, TimeoutError, ReplyError) as problem:
        words = f"{target.name} has not answered: {problem or 'in time'}"
        return [Finding(words, "see whether it is overloaded", True)]
    finally:
        wire.abort()
    return sorted(found, key=lambda each: not each.ends(strict=target.strict))


def _advice(words: str, target: Target, contract: str) -> str:
    if "NOPERM" in words:
        return allowing(target, Names(target.prefix, contract, target.database))
    if "closed" in words and target.tls is not None:
        return "look at host and port; ?cert=FILE&key=FILE if it asks for a certificate"
    found = (change for needle, change in _ADVICE if needle in words)
    return next(found, "see whether it runs, and what it lets in")


def _of_target(target: Target, host: str) -> Iterator[Finding]:
    """`host` is where the primary is, which sentinels know."""
    is_near = is_local(host)
    if not target.password:
        yield Finding(
            "there is no password: whoever reaches Redis reads and writes everything",
            "set one, and name it in RTGEN_REDIS_PASSWORD",
            is_strict=not is_near,
        )
    if target.tls is None and not is_near:
        yield Finding(
            "what is said to Redis is not encrypted",
            "use rediss://, unless the network is your own",
            is_strict=True,
        )


async def _of_redis(wire: Wire, target: Target, contract: str) -> list[Finding]:
    facts = facts_of(await wire.ask("INFO"))
    found = [*_of_version(facts), *_of_memory(facts)]
    found += [*_of_disk(facts, target), *await _of_settings(wire, target)]
    with contextlib.suppress(ReplyError):  # not everybody may look
        found += await _of_clock(wire)
    names = Names(target.prefix, contract, target.database)
    found += await _of_keys(wire, names)
    return found + await of_rights(wire, target, names)


async def _of_keys(wire: Wire, names: Names) -> list[Finding]:
    """Those that every node uses; one of another kind is another program's."""
    kinds = {
        **dict.fromkeys((names.generation, names.process, names.session_key), "string"),
        **dict.fromkeys((names.nodes, names.revoked), "zset"),
        names.processes: "hash",
        names.flags: "hash",
    }
    found: list[Finding] = []
    for key, expected in kinds.items():
        try:
            answer: bytes = await wire.ask("TYPE", key)
        except ReplyError:  # not everybody may look
            return found
        kind = answer.decode()
        if kind not in {"none", expected}:
            words = f"{key.decode()} is a {kind} of another program"
            found.append(Finding(words, "?prefix=… keeps both apart", is_fatal=True))
    return found


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
            is_strict=True,
        )
    most, used = int(facts.get("maxmemory", 0)), int(facts.get("used_memory", 0))
    if most == 0:
        yield Finding(
            "nothing bounds the memory of Redis: the machine's may run out",
            "CONFIG SET maxmemory to what it may have",
        )
    elif used >= _NEARLY_FULL * most:
        yield Finding(
            f"of the memory that Redis may have {used / most:.0%} is used",
            "CONFIG SET maxmemory to more, or add another server",
        )


def _of_disk(facts: dict[str, str], target: Target) -> Iterator[Finding]:
    if not target.keeps_epoch:
        return
    if facts.get("aof_enabled", "0") == "0":
        yield Finding(
            f"{_KEEPS}, but nothing is written to disk",
            "appendonly yes and appendfsync always, or leave out epoch=keep",
            is_fatal=True,
        )
    if target.master or facts.get("connected_slaves", "0") != "0":
        yield Finding(
            f"{_KEEPS}, but a replica that takes over lacks what came last",
            "leave out epoch=keep, or have no replicas",
            is_strict=True,
        )


def _of_writing(values: dict[bytes, bytes], target: Target) -> Iterator[Finding]:
    policy = values.get(b"appendfsync", b"always").decode()
    if target.keeps_epoch and policy != "always":
        yield Finding(
            f"{_KEEPS}, but with appendfsync {policy} a machine that dies loses what came last",
            "CONFIG SET appendfsync always, or leave out epoch=keep",
            is_strict=True,
        )


async def _of_settings(wire: Wire, target: Target) -> list[Finding]:
    found: list[Finding] = []
    try:
        names = ("timeout", "client-output-buffer-limit", "appendfsync")
        settings: list[Any] = await wire.ask("CONFIG", "GET", *names)
    except ReplyError:  # not everybody may look
        return found
    values = dict(zip(settings[::2], settings[1::2], strict=True))
    found += _of_writing(values, target)
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
