"""Which Redis: a URL taken apart, credentials included, which are shown nowhere."""

import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from rtgen_runtime.errors import UsageError

SCHEMES: Final = ("redis", "rediss", "redis+sentinel", "rediss+sentinel")
LEASE: Final = 15.0
"""Seconds after which a node that does not speak is gone."""
PATIENCE: Final = 2.0
"""Seconds that a command may take, a reconnection included."""

_PORT: Final = 6379
_SENTINEL_PORT: Final = 26379
_NEXT: Final = re.compile(r",(?=rediss?(?:\+sentinel)?://)")
_LOCAL: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_OPTIONS: Final = frozenset(
    {"prefix", "lease", "patience", "epoch", "ca", "strict", "sentinel_password"}
)

Host = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Target:
    """One Redis, or the sentinels that know where it is (`master` is then its name there).

    `keeps_epoch`: nothing acknowledged is ever lost, so offsets go on over restarts and failovers.
    """

    hosts: tuple[Host, ...]
    master: str = ""
    username: str = ""
    password: str = field(default="", repr=False)
    sentinel_password: str = field(default="", repr=False)
    database: int = 0
    tls: ssl.SSLContext | None = field(default=None, repr=False, compare=False)
    prefix: str = "rtgen"
    lease: float = LEASE
    patience: float = PATIENCE
    keeps_epoch: bool = False
    strict: bool = False

    @property
    def name(self) -> str:
        """As it may be logged."""
        where = ",".join(f"{host}:{port}" for host, port in self.hosts)
        scheme = "rediss" if self.tls else "redis"
        if self.master:
            return f"{scheme}+sentinel://{where}/{self.master}"
        return f"{scheme}://{where}/{self.database}"

    @property
    def is_local(self) -> bool:
        """Whether nothing passes over a network."""
        return all(host in _LOCAL for host, _ in self.hosts)


def is_redis(text: str) -> bool:
    """Whether an option names a Redis."""
    return text.partition("://")[0] in SCHEMES and "://" in text


def targets_of(text: str, environment: Mapping[str, str]) -> tuple[Target, ...]:
    """The Redis servers that an option names, separated by commas; each has a part of the addresses.

    User and password may stand in `RTGEN_REDIS_USERNAME` and `RTGEN_REDIS_PASSWORD` instead.

    Raises:
        UsageError: It can't be understood.
    """
    return tuple(_target(each, environment) for each in _NEXT.split(text))


def _target(text: str, environment: Mapping[str, str]) -> Target:
    try:
        parts = urlsplit(text)
        hosts = _hosts(parts)
        options = _options(parts)
        return _made(parts, hosts, options, environment)
    except (ValueError, OSError, ssl.SSLError) as problem:
        shown = re.sub(r"//[^/]*@", "//…@", text)
        raise UsageError(f"--store {shown}: {problem}") from None


def _made(
    parts: SplitResult,
    hosts: tuple[Host, ...],
    options: Mapping[str, str],
    environment: Mapping[str, str],
) -> Target:
    credentials = parts.netloc.rpartition("@")[0].partition(":")
    username, password = unquote(credentials[0]), unquote(credentials[2])
    is_sentinel = parts.scheme.endswith("sentinel")
    path = unquote(parts.path.strip("/"))
    if is_sentinel and not path:
        raise ValueError("name the master: redis+sentinel://HOST:PORT/NAME")
    if options.get("epoch", "change") not in {"change", "keep"}:
        raise ValueError("epoch is `change` or `keep`")
    return Target(
        hosts,
        path if is_sentinel else "",
        username or environment.get("RTGEN_REDIS_USERNAME", ""),
        password or environment.get("RTGEN_REDIS_PASSWORD", ""),
        options.get("sentinel_password", ""),
        0 if is_sentinel else int(path or "0"),
        _context(parts.scheme, options.get("ca")),
        options.get("prefix", "rtgen"),
        _seconds(options, "lease", LEASE),
        _seconds(options, "patience", PATIENCE),
        options.get("epoch") == "keep",
        options.get("strict") == "yes",
    )


def _hosts(parts: SplitResult) -> tuple[Host, ...]:
    if parts.scheme not in SCHEMES:
        raise ValueError(f"begins with {'://, '.join(SCHEMES)}://")
    port = _SENTINEL_PORT if parts.scheme.endswith("sentinel") else _PORT
    found = [_host(each, port) for each in parts.netloc.rpartition("@")[2].split(",")]
    if len(found) > 1 and not parts.scheme.endswith("sentinel"):
        raise ValueError("several servers are several URLs, separated by commas")
    return tuple(found)


def _host(text: str, port: int) -> Host:
    parts = urlsplit(f"//{text}")
    if not parts.hostname:
        raise ValueError("names no host")
    return parts.hostname, parts.port or port


def _options(parts: SplitResult) -> dict[str, str]:
    found = (
        {
            name: values[-1]
            for name, values in parse_qs(parts.query, strict_parsing=True).items()
        }
        if parts.query
        else {}
    )
    unknown = sorted(found.keys() - _OPTIONS)
    if unknown:
        raise ValueError(f"knows no option {unknown[0]}: {', '.join(sorted(_OPTIONS))}")
    return found


def _seconds(options: Mapping[str, str], name: str, usual: float) -> float:
    seconds = float(options.get(name, usual))
    if not 0.1 <= seconds <= 3600:
        raise ValueError(f"{name} is 0.1 to 3600 seconds")
    return seconds


def _context(scheme: str, ca: str | None) -> ssl.SSLContext | None:
    if not scheme.startswith("rediss"):
        if ca is not None:
            raise ValueError("ca belongs to rediss://")
        return None
    return ssl.create_default_context(cafile=ca)
