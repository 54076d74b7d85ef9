"""Which Redis: a URL taken apart, credentials included, which are shown nowhere."""

import re
import ssl
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeVar
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
    {"prefix", "lease", "patience", "epoch", "strict", "sentinel_password"}
    | {"ca", "cert", "key"}
)
_CREDENTIALS: Final = re.compile(r"(?<=:)(/*).*@")
_SENTINELS: Final = re.compile(r"(sentinel_password=)[^&]*")
_ASK_NOBODY: Final = ""
"""A key that wants a passphrase is refused, and nobody is asked at a terminal."""
_QUOTING: Final = "in user and password / ? # @ are %2F %3F %23 %40"

Host = tuple[str, int]
T = TypeVar("T")


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
        where = ",".join(map(shown_host, self.hosts))
        scheme = "rediss" if self.tls else "redis"
        if self.master:
            return f"{scheme}+sentinel://{where}/{self.master}"
        return f"{scheme}://{where}/{self.database}"


def shown_host(host: Host) -> str:
    """As it stands in a URL."""
    name, port = host
    return f"[{name}]:{port}" if ":" in name else f"{name}:{port}"


def is_local(host: str) -> bool:
    """Whether nothing passes over a network."""
    return host in _LOCAL


def is_redis(text: str) -> bool:
    """Whether an option names a Redis."""
    return text.partition("://")[0] in SCHEMES and "://" in text


def targets_of(text: str, environment: Mapping[str, str]) -> tuple[Target, ...]:
    """The Redis servers that an option names, separated by commas; each has a part of the addresses.

    User and password may stand in `RTGEN_REDIS_USERNAME` and `RTGEN_REDIS_PASSWORD` instead.

    Raises:
        UsageError: It can't be understood.
    """
    found = tuple(_target(each, environment) for each in _NEXT.split(text))
    places = Counter((each.name, each.prefix) for each in found)
    (name, _), count = places.most_common(1)[0]
    if count > 1:
        raise UsageError(f"--store names {name} more than once")
    return found


def shown(text: str) -> str:
    """What was given as a URL, without its credentials."""
    return _SENTINELS.sub(r"\1…", _CREDENTIALS.sub(r"\1…@", text, count=1))


def _target(text: str, environment: Mapping[str, str]) -> Target:
    try:
        parts = _parts(text)
        return _made(parts, _hosts(parts), _options(parts), environment)
    except ValueError as problem:
        raise UsageError(f"--store {shown(text)}: {problem}") from None


def _parts(text: str) -> SplitResult:
    parts = urlsplit(text)
    if parts.fragment:
        raise ValueError(_QUOTING)
    return parts


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
    return Target(
        hosts,
        path if is_sentinel else "",
        username or environment.get("RTGEN_REDIS_USERNAME", ""),
        password or environment.get("RTGEN_REDIS_PASSWORD", ""),
        options.get("sentinel_password", ""),
        0 if is_sentinel else _database(path),
        _context(parts.scheme, options),
        options.get("prefix", "rtgen"),
        _seconds(options, "lease", LEASE),
        _seconds(options, "patience", PATIENCE),
        _chosen(options, "epoch", "change", "keep"),
        _chosen(options, "strict", "no", "yes"),
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
    try:
        return parts.hostname, parts.port or port
    except ValueError:  # its words have what may be a part of a password
        words = f"the port is a number up to 65535; {_QUOTING}"
        raise ValueError(words) from None


def _options(parts: SplitResult) -> dict[str, str]:
    try:
        given = parse_qs(parts.query, strict_parsing=bool(parts.query))
    except ValueError:  # its words have what may be a part of a password
        raise ValueError("options are name=value, separated by &") from None
    found = {name: values[-1] for name, values in given.items()}
    unknown = sorted(found.keys() - _OPTIONS)
    if unknown:
        raise ValueError(f"knows no option {unknown[0]}: {', '.join(sorted(_OPTIONS))}")
    return found


def _database(path: str) -> int:
    if not (path or "0").isdecimal():
        raise ValueError("after the host stands the number of a database, or nothing")
    return int(path or "0")


def _chosen(options: Mapping[str, str], name: str, usual: str, other: str) -> bool:
    """Whether it is the other one. What is misspelt is not just the usual."""
    found = options.get(name, usual)
    if found not in {usual, other}:
        raise ValueError(f"{name} is `{usual}` or `{other}`")
    return found == other


def _seconds(options: Mapping[str, str], name: str, usual: float) -> float:
    try:
        seconds = float(options.get(name, usual))
    except ValueError:
        seconds = 0.0
    if not 0.1 <= seconds <= 3600:
        raise ValueError(f"{name} is 0.1 to 3600 seconds")
    return seconds


def _context(scheme: str, options: Mapping[str, str]) -> ssl.SSLContext | None:
    given = sorted(options.keys() & {"ca", "cert", "key"})
    if not scheme.startswith("rediss"):
        if given:
            raise ValueError(f"{given[0]} belongs to rediss://")
        return None
    if "key" in given and "cert" not in given:
        raise ValueError("key belongs to cert")
    ca, cert = options.get("ca"), options.get("cert")
    context = _using(ca, lambda: ssl.create_default_context(cafile=ca))
    if cert is not None:
        key = options.get("key")
        _using(cert, lambda: context.load_cert_chain(cert, key, _ASK_NOBODY))
    return context


def _using(file: str | None, load: Callable[[], T]) -> T:
    try:
        return load()
    except OSError as problem:  # ssl.SSLError is one
        words = problem.strerror or problem.args[-1]
        raise ValueError(f"can't use {file}: {words}") from None
