"""The names that a contract's React module exports, and those it can't give away."""

from collections.abc import Iterable

from rtgen.contract.model import Channel, Contract
from rtgen.source.span import file_start
from rtgen.targets.hooks import HookName, channel_names, client_type, flag_names
from rtgen.targets.naming import pascal_case

TAKEN = (
    *("ChannelBinding", "ChannelOptions", "ConnectionSnapshot", "ProviderProps", "ReactElement"),
    *("createClientContext", "provideClient", "useChannel", "useClient", "useConnection", "useFlagOf", "useFlagsOf"),
    *("useEvent", "useEventList", "useLatest", "usePresence", "useRequest", "useResync"),
)
"""What the module imports or passes on."""


def provider(contract: Contract) -> str:
    """The component that provides the client."""
    return f"{pascal_case(contract.name)}Provider"


def use_client(contract: Contract) -> str:
    """The hook that gives the client."""
    return f"use{client_type(contract)}"


def use_connection(contract: Contract) -> str:
    """The hook that gives the connection."""
    return f"use{pascal_case(contract.name)}Connection"


def use_channel(channel: Channel) -> str:
    """The hook that joins a channel."""
    return f"use{pascal_case(channel.name)}"


def all_names(contract: Contract) -> Iterable[HookName]:
    """Every name made from the contract."""
    span = contract.span or file_start(contract.source)
    for each in (provider, use_client, use_connection, client_type):
        yield HookName(each(contract), str(contract), span)
    yield from flag_names(contract, "use")
    yield from channel_names(contract, "use")
