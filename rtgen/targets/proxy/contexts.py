"""What `templates/proxy/*.jinja` are given."""

from dataclasses import dataclass

from rtgen.targets.text import ConfComment, ConfWord


@dataclass(frozen=True, slots=True)
class Node:
    """One server of the contract: a name that proxies' logs and statistics have, and where it listens."""

    name: ConfWord
    place: ConfWord


@dataclass(frozen=True, slots=True)
class ProxyContext:
    """For both files. Times are whole seconds."""

    header: ConfComment
    prefix: ConfWord
    """Begins every name that the file makes up."""
    nodes: tuple[Node, ...]
    port: ConfWord
    is_secure: bool
    certificate: ConfWord
    key: ConfWord
    path: ConfWord
    origins: tuple[ConfWord, ...]
    """Empty: pages of every origin may connect, as far as the nodes let them."""
    connections: ConfWord
    idle: ConfWord
    """How long a connection may be silent: two pings of the server may be lost on the way."""
    drain: ConfWord
    """How long connections of an old configuration may go on."""
    publishes: bool
    largest: ConfWord
    """Bytes of a `POST /publish`."""
