"""From an address to a wire that may be used: found, connected, authenticated, and the primary."""

import asyncio
import contextlib
from typing import Final

from rtgen_runtime.redis.target import Host, Target, shown_host
from rtgen_runtime.redis.wire import ReplyError, Wire

CONNECTED_WITHIN: Final = 2.0
"""Seconds."""


class NotUsable(Exception):
    """This Redis can't be used now, or not with these credentials; in words, without secrets."""


async def open_wire(target: Target, name: str) -> Wire:
    """A wire to the primary; `name` is what `CLIENT LIST` shows.

    Raises:
        NotUsable: There is none.
    """
    whom = target.name
    try:
        async with asyncio.timeout(CONNECTED_WITHIN):
            host = await primary_of(target)
            if target.master:
                whom = f"{shown_host(host)}, the primary of {target.name}"
            wire = await _opened(target, host, name)
    except (OSError, TimeoutError) as problem:
        words = str(problem) or "no answer in time"
        raise NotUsable(f"can't reach {whom}: {words}") from None
    except ReplyError as problem:
        raise NotUsable(f"{target.name} refuses: {problem}") from None
    if not wire.is_open:
        raise NotUsable(f"{target.name} has hung up")
    return wire


async def primary_of(target: Target) -> Host:
    """Where the primary is: the first sentinel that knows says so.

    Raises:
        NotUsable: No sentinel knows.
    """
    if not target.master:
        return target.hosts[0]
    problems: list[str] = []
    for host in target.hosts:
        wire: Wire | None = None
        try:
            async with asyncio.timeout(CONNECTED_WITHIN / len(target.hosts)):
                wire = await _connected(host, target)
                if target.sentinel_password:
                    await wire.ask("AUTH", target.sentinel_password)
                found = await wire.ask(
                    "SENTINEL", "get-master-addr-by-name", target.master
                )
        except (OSError, TimeoutError, ReplyError) as problem:
            problems.append(str(problem) or "no answer")
            continue
        finally:
            if wire is not None:
                wire.abort()
        if found:
            return found[0].decode(), int(found[1])
        problems.append("it knows no such master")
    raise NotUsable(f"{target.name}: {'; '.join(problems)}")


async def _opened(target: Target, host: Host, name: str) -> Wire:
    wire = await _connected(host, target)
    wire.peer = host
    try:
        if target.username:
            await wire.ask("AUTH", target.username, target.password)
        elif target.password:
            await wire.ask("AUTH", target.password)
        if target.database:
            await wire.ask("SELECT", target.database)
        with contextlib.suppress(ReplyError):  # not everybody may
            await wire.ask("CLIENT", "SETNAME", name)
        wire.process = process_of(await wire.ask("INFO"))
    except BaseException:
        wire.abort()
        raise
    return wire


async def _connected(host: Host, target: Target) -> Wire:
    loop = asyncio.get_running_loop()
    _, wire = await loop.create_connection(Wire, *host, ssl=target.tls)
    return wire


def process_of(info: bytes) -> str:
    """Which process it is, and whose place it took as a primary (zeros for nobody's).

    Raises:
        NotUsable: It is none, or has not read its files yet.
    """
    found = facts_of(info)
    if found.get("redis_mode") == "sentinel":
        raise NotUsable("this is a sentinel")
    if found.get("loading", "0") != "0":
        raise NotUsable("Redis is loading what it has kept")
    if found.get("role", "master") != "master":
        raise NotUsable("this Redis is a replica")
    return f"{found.get('run_id', '')}:{found.get('master_replid2', '')}"


def facts_of(info: bytes) -> dict[str, str]:
    """`INFO`, by name."""
    lines = info.decode(errors="replace").splitlines()
    pairs = (line.partition(":") for line in lines if not line.startswith("#"))
    return {name: value for name, _, value in pairs}
