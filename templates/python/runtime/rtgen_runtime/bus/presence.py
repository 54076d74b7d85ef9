"""The presence of a worker: the exchange puts together what all of them show."""

from collections.abc import Sequence

from rtgen_runtime.bus.branch import Branch
from rtgen_runtime.bus.messages import People, Show, Summary
from rtgen_runtime.presence.interface import Change, Heard, Listing


class BusPresence:
    """Deltas come for the addresses that the worker hears."""

    def __init__(self, branch: Branch) -> None:
        self._branch = branch
        self._asking = branch.asking

    def listen(self, heard: Heard) -> None:
        """Say once where deltas go."""
        self._branch.on_presence = heard

    async def apply(self, address: str, changes: Sequence[Change]) -> None:
        """Take over what changed on this worker."""
        await self._asking.ask(Show(address, list(changes)), None)

    async def summary(self, address: str) -> Listing:
        """Version and count, without people."""
        listing: Listing = await self._asking.ask(Summary(address), Listing)
        return listing

    async def page(self, address: str, after: str, limit: int, size: int) -> Listing:
        """People after `after`."""
        asked = People(address, after, limit, size)
        listing: Listing = await self._asking.ask(asked, Listing)
        return listing
