"""The channels of a driven client: who waits for a join, who is told of its end, what is loaded anew."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from rtgen_runtime.client.channel import JoinedChannel
from rtgen_runtime.client.effects import JoinSettled
from rtgen_runtime.client.failures import not_joined, refusal
from rtgen_runtime.client.processed import Load
from rtgen_runtime.errors import NotConnected, RealtimeError
from rtgen_runtime.frames import ErrorInfo, Position

_logger: Final = logging.getLogger("rtgen.client")

Rejoin = Callable[[str, Position | None], None]
Reload = Callable[[Rejoin], None]


@dataclass(slots=True)
class _Wish:
    granted: asyncio.Future[None]
    load: Load | None
    waiters: int = 0
    loading: asyncio.Task[None] | None = None


class Joins:
    """By address. `kept` are positions of an earlier client."""

    def __init__(self, kept: Mapping[str, Position]) -> None:
        self.channels: dict[str, JoinedChannel[Any]] = {}
        self._kept = dict(kept)
        self._wishes: dict[str, _Wish] = {}

    def positions(self) -> dict[str, Position]:
        """Up to where events were processed; those of channels that were not joined are as they were given."""
        reached = {
            address: channel.processed for address, channel in self.channels.items()
        }
        known = {address: each for address, each in reached.items() if each is not None}
        return {**self._kept, **known}

    def add(self, channel: JoinedChannel[Any], load: Load | None) -> None:
        """Somebody wants to be in a channel."""
        self.channels[channel.address] = channel
        granted: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._wishes[channel.address] = _Wish(granted, load)

    async def begin(self, address: str) -> Position | None:
        """The position to join from: of what is loaded, or what an earlier client kept."""
        load = self._wishes[address].load
        position = self._kept.get(address) if load is None else await load()
        if position is not None:
            self.channels[address].resume()
        return position

    async def granted(self, address: str) -> None:
        """Wait for the answer; raises what became of it instead."""
        wish = self._wishes[address]
        wish.waiters += 1
        try:
            await asyncio.shield(wish.granted)
        finally:
            wish.waiters -= 1

    def is_unwanted(self, address: str) -> bool:
        """Whether nobody waits any more for a join that was never granted."""
        wish = self._wishes.get(address)
        return wish is not None and wish.waiters == 0 and not wish.granted.done()

    def remove(self, address: str, error: RealtimeError | None) -> bool:
        """A membership is over; whether there was one."""
        channel = self.channels.pop(address, None)
        wish = self._wishes.pop(address, None)
        if channel is None or wish is None:
            return False
        if channel.processed is not None:
            self._kept[address] = channel.processed
        if wish.loading is not None:
            wish.loading.cancel()
        if not wish.granted.done():
            wish.granted.set_exception(error or NotConnected(f"{address} was left"))
            wish.granted.exception()  # seen: whoever awaits it raises it, and nobody may
        channel.end(error)
        return True

    def postponed(self, address: str, error: ErrorInfo) -> bool:
        """A join is refused for now: who waits for the first one decides, a return is tried again by itself."""
        wish = self._wishes.get(address)
        is_first = wish is not None and not wish.granted.done()
        return is_first and self.remove(address, not_joined(error))

    def settle(self, settled: JoinSettled, position: Position | None) -> Reload | None:
        """A join was answered; how to load anew, where something was missed that is loaded from elsewhere."""
        channel, wish = (
            self.channels.get(settled.address),
            self._wishes.get(settled.address),
        )
        if channel is None or wish is None:
            return None
        if settled.error is not None or settled.info is None:
            self.remove(
                settled.address, refusal(settled.error) if settled.error else None
            )
            return None
        lost = settled.lost_continuity
        channel.joined(settled.info, position, lost)
        if not wish.granted.done():
            wish.granted.set_result(None)
        if not lost or wish.load is None:
            return None
        return lambda rejoin: self._reload(settled.address, wish, rejoin)

    def end(self, closed: RealtimeError) -> None:
        """The client is closed."""
        code = getattr(closed, "code", 0)
        for address in tuple(self.channels):
            is_first = not self._wishes[address].granted.done()
            self.remove(address, None if code == _BY_USER and not is_first else closed)

    def _reload(self, address: str, wish: _Wish, rejoin: Rejoin) -> None:
        if wish.loading is not None:
            wish.loading.cancel()
        wish.loading = asyncio.create_task(self._load(address, wish, rejoin))

    @staticmethod
    async def _load(address: str, wish: _Wish, rejoin: Rejoin) -> None:
        position = None
        try:
            if wish.load is not None:
                position = await wish.load()
        except Exception:
            _logger.exception("loading what was missed in %s failed", address)
        rejoin(address, position)


_BY_USER: Final = 1000
