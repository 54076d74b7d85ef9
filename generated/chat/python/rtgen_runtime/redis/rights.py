"""Whether a user of Redis may do all that a node does, and the line that lets it."""

from typing import Final

from rtgen_runtime.redis.finding import Finding
from rtgen_runtime.redis.names import Names
from rtgen_runtime.redis.target import Target
from rtgen_runtime.redis.wire import Reply, ReplyError, Wire

_COMMANDS: Final = (
    *("AUTH", "SELECT", "INFO", "PING", "TIME", "CLIENT|SETNAME", "SCRIPT|LOAD"),
    *("EVALSHA", "PUBLISH", "SUBSCRIBE", "UNSUBSCRIBE", "GET", "SET", "DEL", "EXISTS"),
    *("HGET", "HSET", "HMGET", "HGETALL", "HVALS", "HDEL", "HLEN", "HINCRBY"),
    *("HEXISTS", "HSETNX", "XADD", "XRANGE", "XREVRANGE", "XLEN", "XDEL", "PEXPIRE"),
    *("PTTL", "ZADD", "ZSCORE", "ZRANGE", "ZRANGEBYSCORE", "ZRANGEBYLEX", "ZCARD"),
    *("ZREM", "ZREMRANGEBYSCORE", "SADD", "SREM", "SPOP", "SCARD"),
    *("HKEYS", "SMEMBERS"),
)
"""All that a node uses."""


async def of_rights(wire: Wire, target: Target, names: Names) -> list[Finding]:
    """What is missing, in Redis's words; nothing is done.

    `ACL DRYRUN` is an administrator's. Whoever may not ask it queues commands and discards them: what a user may do is
    judged when a command is queued.
    """
    me = target.username or "default"
    missing: list[str] | None
    try:
        missing = await _by_dry_run(wire, me, names)
    except ReplyError:
        missing = await _by_queueing(wire, names)
    if missing is None:
        words = f"whether user {me} may do everything can't be found out"
        return [Finding(words, f"ACL SETUSER {me} +acl|dryrun")]
    if not missing:
        return []
    few = "; ".join(sorted(set(missing))[:3])
    words = f"user {me} may not do everything: {few}"
    return [Finding(words, allowing(target, names), is_fatal=True)]


def allowing(target: Target, names: Names) -> str:
    """The line that gives a user all rights that a node needs."""
    me = target.username or "default"
    rights = " ".join(f"+{each.lower()}" for each in _COMMANDS)
    return f"ACL SETUSER {me} ~{names.pattern} &{names.pattern} {rights}"


async def _by_dry_run(wire: Wire, me: str, names: Names) -> list[str]:
    missing: list[str] = []
    for command in _COMMANDS:
        words = command.split("|")
        arguments = _arguments(words, names)
        try:
            answer = await wire.ask("ACL", "DRYRUN", me, *words, *arguments)
        except ReplyError as problem:
            if "wrong number" in str(problem) or "arity" in str(problem):
                continue
            raise
        if answer != b"OK" and b"no permissions" in answer:
            missing.append(answer.decode())
    return missing


async def _by_queueing(wire: Wire, names: Names) -> list[str] | None:
    """`None` where that may not be done either."""
    missing: list[str] = []
    for command in _COMMANDS:
        words = command.split("|")
        try:
            await wire.ask("MULTI")
        except ReplyError:
            return None
        refusal = await _refusal(wire, *words, *_arguments(words, names))
        if refusal.startswith("NOPERM"):
            missing.append(f"{refusal} ({' '.join(words).lower()})")
        await _refusal(wire, "DISCARD")
    return missing


async def _refusal(wire: Wire, *command: str) -> str:
    try:
        _: Reply = await wire.ask(*command)
    except ReplyError as problem:
        return str(problem)
    return ""


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
        case "GET" | "DEL" | "EXISTS" | "HGETALL" | "HVALS" | "HKEYS" | "HLEN" | "XLEN":
            return [key]
        case "PTTL" | "ZCARD" | "SPOP" | "SCARD" | "SMEMBERS":
            return [key]
        case "HGET" | "HDEL" | "HMGET" | "HEXISTS" | "XDEL" | "PEXPIRE":
            return [key, "1"]
        case "ZSCORE" | "ZREM" | "SADD" | "SREM" | "SET":
            return [key, "1"]
        case "XADD":
            return [key, "*", "a", "b"]
        case _:
            return [key, "1", "1"]
