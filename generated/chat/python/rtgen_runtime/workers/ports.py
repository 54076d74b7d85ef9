"""One port for several processes: each has a socket of its own, and the system spreads newcomers over them."""

import socket
from typing import Final

from rtgen_runtime.errors import UsageError

Address = tuple[socket.AddressFamily, tuple[str, int] | tuple[str, int, int, int]]

_STREAM: Final = socket.SOCK_STREAM


class SharedPort:
    """Sockets of one host and port. Port 0 takes a free one, the same for all of them."""

    def __init__(self, host: str, port: int) -> None:
        if not hasattr(socket, "SO_REUSEPORT"):
            raise UsageError("this system can't share a port: leave --workers out")
        self.host = host
        self._addresses: list[Address] = []
        for family, address in _resolved(host, port):
            self._addresses.append((family, self._with_port(family, address)))

    @property
    def number(self) -> int:
        """The port's."""
        return self._addresses[0][1][1]

    def open(self) -> list[socket.socket]:
        """One more socket for each address, bound; it listens when its process says so.

        Raises:
            OSError: It can't be had.
        """
        return [
            _bound(family, address, shared=True) for family, address in self._addresses
        ]

    def _with_port(
        self,
        family: socket.AddressFamily,
        address: tuple[str, int] | tuple[str, int, int, int],
    ) -> tuple[str, int] | tuple[str, int, int, int]:
        """Once alone: a port that is shared would be taken from another server without a word."""
        if self._addresses and not address[1]:
            address = (address[0], self.number, *address[2:])
        with _bound(family, address, shared=False) as tried:
            found: tuple[str, int] | tuple[str, int, int, int] = tried.getsockname()
            return found


def _resolved(host: str, port: int) -> list[Address]:
    found = socket.getaddrinfo(host, port, type=_STREAM, flags=socket.AI_PASSIVE)
    return list(dict.fromkeys((each[0], _place(each[4])) for each in found))


def _place(
    found: tuple[str, int] | tuple[str, int, int, int] | tuple[int, bytes],
) -> tuple[str, int] | tuple[str, int, int, int]:
    """An address of the internet; the third kind is that of machines without IPv6."""
    host, port = found[0], found[1]
    if isinstance(host, int) or isinstance(port, bytes):
        raise OSError(f"this Python can't use the address {port!r}")
    return (host, port) if len(found) == 2 else (host, port, found[2], found[3])


def _bound(
    family: socket.AddressFamily,
    address: tuple[str, int] | tuple[str, int, int, int],
    *,
    shared: bool,
) -> socket.socket:
    made = socket.socket(family, _STREAM)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if shared:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        if family == socket.AF_INET6:
            made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        made.setblocking(False)
        made.bind(address)
    except BaseException:
        made.close()
        raise
    return made
