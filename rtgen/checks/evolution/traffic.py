"""Who sends what to whom, and which ages of clients and servers meet.

Versions are deployed in some order, and clients stay open for weeks; so old and new always meet. With the server
first, old clients talk to a new server; with clients first (or a rollback), new clients talk to an old server. What
both ages see at once, and what is stored, goes both ways in either order.
"""

from dataclasses import dataclass
from enum import StrEnum


class Order(StrEnum):
    """What is deployed first."""

    SERVER_FIRST = "server-first"
    CLIENT_FIRST = "client-first"


class Traffic(StrEnum):
    """Where a value goes."""

    TO_SERVER = "to-server"
    """Payloads of client events, parameters, what tokens claim."""
    TO_CLIENT = "to-client"
    """Payloads of server events, replies, the data of errors."""
    SHARED = "shared"
    """Seen by both ages at once, or stored: relays, presence, conflated and newest values, recorded events, and
    replies that are remembered."""


@dataclass(frozen=True, slots=True)
class Crossing:
    """One way a value takes between ages: `from_old` says whether the old age sends it."""

    from_old: bool
    sender: str
    reader: str


_OLD_CLIENT_SENDS = Crossing(from_old=True, sender="an old client", reader="a new server")
_NEW_CLIENT_SENDS = Crossing(from_old=False, sender="a new client", reader="an old server")
_NEW_SERVER_SENDS = Crossing(from_old=False, sender="a new server", reader="an old client")
_OLD_SERVER_SENDS = Crossing(from_old=True, sender="an old server", reader="a new client")
_OLD_SHARED = Crossing(from_old=True, sender="an old client", reader="a new client")
_NEW_SHARED = Crossing(from_old=False, sender="a new client", reader="an old client")

_CROSSINGS = {
    (Traffic.TO_SERVER, Order.SERVER_FIRST): (_OLD_CLIENT_SENDS,),
    (Traffic.TO_SERVER, Order.CLIENT_FIRST): (_NEW_CLIENT_SENDS,),
    (Traffic.TO_CLIENT, Order.SERVER_FIRST): (_NEW_SERVER_SENDS,),
    (Traffic.TO_CLIENT, Order.CLIENT_FIRST): (_OLD_SERVER_SENDS,),
    (Traffic.SHARED, Order.SERVER_FIRST): (_OLD_SHARED, _NEW_SHARED),
    (Traffic.SHARED, Order.CLIENT_FIRST): (_OLD_SHARED, _NEW_SHARED),
}


def crossings(traffic: Traffic, order: Order) -> tuple[Crossing, ...]:
    """The ways that values of a kind of traffic take between ages in an order of deployment."""
    return _CROSSINGS[traffic, order]
