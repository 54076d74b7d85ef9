"""Whose request a proxy hands on: the address that it names, if it is one of those that we trust.

`X-Forwarded-For` is read from its end: each trusted proxy has added the address that it saw, so the last one that is
not a trusted proxy's is the client's. What stands before it the client may have written itself.
"""

from collections.abc import Callable, Iterable, Mapping
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from typing import Final

from rtgen_runtime.errors import UsageError
from rtgen_runtime.transports.http import HttpResponse

HEADER: Final = "x-forwarded-for"
_MOST: Final = 16
"""Proxies in a row that are looked through."""


class TrustedProxies:
    """The proxies of one app, by address or network, such as `10.0.0.0/8`; by default there are none."""

    __slots__ = ("_known", "_networks")

    def __init__(self, named: Iterable[str] = ()) -> None:
        self._networks: list[IPv4Network | IPv6Network] = []
        self._known: dict[str, bool] = {}
        self.trust(named)

    def trust(self, named: Iterable[str]) -> None:
        """Believe these, too.

        Raises:
            UsageError: One is neither an address nor a network.
        """
        for each in named:
            try:
                self._networks.append(ip_network(each))
            except ValueError as problem:
                raise UsageError(f"no address of a proxy: {problem}") from None
        self._known.clear()

    def __bool__(self) -> bool:
        return bool(self._networks)

    def __contains__(self, address: object) -> bool:
        """Whether an address is a trusted proxy's; asked for each connection, so answers are kept for a few of them."""
        if not self._networks or not isinstance(address, str):
            return False
        known = self._known.get(address)
        if known is None:
            if len(self._known) >= 1024:
                self._known.clear()
            known = self._known[address] = self._is_proxy(_parsed(address))
        return known

    def client(self, peer: str, headers: Mapping[str, str]) -> str:
        """The address of who asked, as text; `headers` are lower-case, repeated ones joined by commas."""
        if peer not in self:
            return peer
        seen = peer
        for part in reversed(headers.get(HEADER, "").split(",")[-_MOST:]):
            named = _parsed(part.strip())
            if named is None:
                return seen  # whoever wrote it, nothing before it can be believed
            seen = str(named)
            if not self._is_proxy(named):
                return seen
        return seen

    def elsewhere(
        self, peer: str, why_not_ready: Callable[[], str]
    ) -> HttpResponse | None:
        """What a trusted proxy is told in place of a handshake when newcomers should go to another node: 503.

        It asks the next one, and the client never knows. Without a proxy a refused handshake would tell a browser
        nothing, so clients are let in there and refused in words.
        """
        why = why_not_ready() if peer in self else ""
        if not why:
            return None
        return HttpResponse(503, f"{why}\n".encode(), headers={"Retry-After": "1"})

    def _is_proxy(self, address: IPv4Address | IPv6Address | None) -> bool:
        return address is not None and any(address in each for each in self._networks)


def _parsed(text: str) -> IPv4Address | IPv6Address | None:
    """An address without a port; one of IPv4 that was written as one of IPv6 is that of IPv4."""
    try:
        address = ip_address(text)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
