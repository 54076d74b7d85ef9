"""The names that a contract's Angular module exports, and those it can't give away."""

from collections.abc import Iterable

from rtgen.contract.model import Channel, Contract
from rtgen.source.span import file_start
from rtgen.targets.hooks import HookName, channel_names, client_type, flag_names
from rtgen.targets.naming import pascal_case

TAKEN = (
    *("ChannelBinding", "ChannelOptions", "ClientSource", "ConnectionSnapshot", "Provider", "Signal"),
    *("createClientToken", "injectChannel", "injectClient", "injectConnection", "provideClient"),
    *("injectEvent", "injectEventList", "injectEventStream", "injectLatest", "injectPresence", "injectRequest"),
    *("injectFlagOf", "injectFlagsOf", "injectResync", "observableOf"),
)
"""What the module imports or passes on."""


def provide(contract: Contract) -> str:
    """The function that provides the client."""
    return f"provide{pascal_case(contract.name)}"


def create_client(contract: Contract) -> str:
    """The function that makes the client, as the typescript target names it."""
    return f"create{client_type(contract)}"


def inject_client(contract: Contract) -> str:
    """The function that gives the client."""
    return f"inject{client_type(contract)}"


def inject_connection(contract: Contract) -> str:
    """The function that gives the connection."""
    return f"inject{pascal_case(contract.name)}Connection"


def inject_channel(channel: Channel) -> str:
    """The function that joins a channel."""
    return f"inject{pascal_case(channel.name)}"


def all_names(contract: Contract) -> Iterable[HookName]:
    """Every name made from the contract."""
    span = contract.span or file_start(contract.source)
    for each in (provide, inject_client, inject_connection, client_type):
        yield HookName(each(contract), str(contract), span)
    yield from flag_names(contract, "inject")
    yield from channel_names(contract, "inject")
